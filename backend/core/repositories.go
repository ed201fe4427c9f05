package core

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Repository is a place with accessions, such as 4DN or ENCODE.
type Repository struct {
	ID        int64  `json:"id"`
	Name      string `json:"name" minLength:"1" maxLength:"64"`
	Connector string `json:"connector" enum:"4dn,encode" doc:"which language it speaks"`
	BaseURL   string `json:"baseUrl" maxLength:"255"`
	BrowseURL string `json:"browseUrl,omitempty" maxLength:"255" doc:"where people look for data"`
	Pattern   string `json:"accessionPattern" maxLength:"255" doc:"regular expression that a whole accession matches"`
	Enabled   bool   `json:"enabled"`
	KeyID     string `json:"keyId,omitempty" doc:"of the caller's access key; its secret is never given"`
}

// Connectors are the languages that repositories speak.
var Connectors = []string{"4dn", "encode"}

// RepositoryKey is a user's access key; Sealed is its secret, encrypted.
type RepositoryKey struct {
	RepositoryID  int64
	KeyID, Sealed string
	UpdatedAt     time.Time
}

// Repositories lists those that are in use, for an administrator all, each with the caller's key.
func (s *Imports) Repositories(ctx context.Context, caller Caller) ([]Repository, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	list, err := s.stores.Imports().Repositories(ctx)
	if err != nil {
		return nil, fmt.Errorf("repositories: %w", err)
	}
	keys, err := s.stores.Imports().Keys(ctx, caller.UserID)
	if err != nil {
		return nil, fmt.Errorf("repository keys: %w", err)
	}
	list = slices.DeleteFunc(list, func(r Repository) bool { return !r.Enabled && !caller.IsAdmin() })
	for i := range list {
		list[i].KeyID = keys[list[i].ID].KeyID
	}
	return list, nil
}

// SaveRepository adds or changes one; for administrators.
func (s *Imports) SaveRepository(ctx context.Context, caller Caller, r Repository) (*Repository, error) {
	if err := adminOnly(caller); err != nil {
		return nil, err
	}
	r.Name, r.BaseURL = strings.TrimSpace(r.Name), strings.TrimRight(strings.TrimSpace(r.BaseURL), "/")
	var f []Field
	if r.Name == "" {
		f = append(f, Field{Field: "name", Message: "Give it a name."})
	}
	if !slices.Contains(Connectors, r.Connector) {
		f = append(f, Field{Field: "connector", Value: r.Connector, Message: "The connector must be one of " + strings.Join(Connectors, ", ") + "."})
	}
	if CheckURL(r.BaseURL) != nil {
		f = append(f, Field{Field: "baseUrl", Value: r.BaseURL, Message: "The address must begin with https:// or http:// and name a server."})
	}
	if r.BrowseURL != "" && CheckURL(r.BrowseURL) != nil {
		f = append(f, Field{Field: "browseUrl", Value: r.BrowseURL, Message: "The address must begin with https:// or http:// and name a server."})
	}
	if _, err := regexp.Compile(r.Pattern); err != nil || r.Pattern == "" {
		f = append(f, Field{Field: "accessionPattern", Value: r.Pattern, Message: "This is no regular expression."})
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	err := s.stores.InTx(ctx, func(tx Stores) error {
		var before *Repository
		if r.ID != 0 {
			var err error
			if before, err = repositoryByID(ctx, tx, r.ID); err != nil {
				return err
			}
		}
		if err := tx.Imports().SaveRepository(ctx, &r); err != nil {
			return nounNotFound(err, "repository")
		}
		after := r
		after.KeyID = ""
		return note(ctx, tx, caller, ChangeRepository, r.Name, before, after)
	})
	if err != nil {
		return nil, err
	}
	return &r, nil
}

// DeleteRepository forgets one, with everybody's keys for it. Datasets that came from it stay.
func (s *Imports) DeleteRepository(ctx context.Context, caller Caller, id int64) error {
	if err := adminOnly(caller); err != nil {
		return err
	}
	return s.stores.InTx(ctx, func(tx Stores) error {
		before, err := repositoryByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := tx.Imports().DeleteRepository(ctx, id); err != nil {
			return nounNotFound(err, "repository")
		}
		return note(ctx, tx, caller, ChangeRepository, before.Name, before, nil)
	})
}

func repositoryByID(ctx context.Context, tx Stores, id int64) (*Repository, error) {
	list, err := tx.Imports().Repositories(ctx)
	if err != nil {
		return nil, fmt.Errorf("repositories: %w", err)
	}
	for i := range list {
		if list[i].ID == id {
			return &list[i], nil
		}
	}
	return nil, nounNotFound(ErrNotFound, "repository")
}

// SetKey keeps the caller's access key for a repository, encrypted.
func (s *Imports) SetKey(ctx context.Context, caller Caller, repositoryID int64, key Credential) error {
	if _, err := s.repository(ctx, caller, repositoryID); err != nil {
		return err
	}
	if f := key.wrong(); len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	if s.sealer == nil {
		return Errorf(CodeUnavailable, "This server has no secret to encrypt keys with.")
	}
	sealed, err := s.sealer.Seal(key.Secret, keyContext(caller.UserID, repositoryID))
	if err != nil {
		return fmt.Errorf("seal key: %w", err)
	}
	return s.stores.Imports().SetKey(ctx, caller.UserID, RepositoryKey{RepositoryID: repositoryID, KeyID: strings.TrimSpace(key.KeyID), Sealed: sealed})
}

// wrong gives the complaints about an access key that cannot be.
func (c Credential) wrong() (f []Field) {
	switch {
	case strings.TrimSpace(c.KeyID) == "":
		f = append(f, Field{Field: "keyId", Message: "Type the key."})
	case len(c.KeyID) > 255:
		f = append(f, Field{Field: "keyId", Message: "A key has at most 255 characters."})
	}
	switch {
	case c.Secret == "":
		f = append(f, Field{Field: "secret", Message: "Type the secret of the key."})
	case len(c.Secret) > 1000:
		f = append(f, Field{Field: "secret", Message: "A secret has at most 1000 characters."})
	}
	return f
}

// DeleteKey forgets the caller's access key.
func (s *Imports) DeleteKey(ctx context.Context, caller Caller, repositoryID int64) error {
	if _, err := s.repository(ctx, caller, repositoryID); err != nil {
		return err
	}
	return s.stores.Imports().DeleteKey(ctx, caller.UserID, repositoryID)
}

// Reseal seals with the present signing key what older ones have sealed, and tells how many that were, and how many no
// key opens: their owners have to enter them again.
func (s *Imports) Reseal(ctx context.Context) (resealed, closed int, err error) {
	all, err := s.stores.Imports().AllKeys(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("repository keys: %w", err)
	}
	for user, keys := range all {
		for _, k := range keys {
			secret, old, err := s.sealer.Open(k.Sealed, keyContext(user, k.RepositoryID))
			if err != nil {
				closed++
				continue
			}
			if !old {
				continue
			}
			if k.Sealed, err = s.sealer.Seal(secret, keyContext(user, k.RepositoryID)); err != nil {
				return resealed, closed, fmt.Errorf("seal key: %w", err)
			}
			if err := s.stores.Imports().SetKey(ctx, user, k); err != nil {
				return resealed, closed, fmt.Errorf("repository key: %w", err)
			}
			resealed++
		}
	}
	return resealed, closed, nil
}

func keyContext(userID, repositoryID int64) string {
	return fmt.Sprintf("repository-key/%d/%d", userID, repositoryID)
}

// key opens a user's access key; nil when there is none.
func (s *Imports) key(ctx context.Context, userID, repositoryID int64) (*Credential, error) {
	keys, err := s.stores.Imports().Keys(ctx, userID)
	if err != nil {
		return nil, fmt.Errorf("repository keys: %w", err)
	}
	k, ok := keys[repositoryID]
	if !ok {
		return nil, nil
	}
	cannot := Errorf(CodeState, "Your access key for this repository cannot be read any more: enter it again.")
	if s.sealer == nil {
		return nil, cannot
	}
	secret, _, err := s.sealer.Open(k.Sealed, keyContext(userID, repositoryID))
	if err != nil {
		return nil, cannot.WithCause(err)
	}
	return &Credential{KeyID: k.KeyID, Secret: secret}, nil
}

// repository gives one that the caller may use.
func (s *Imports) repository(ctx context.Context, caller Caller, id int64) (*Repository, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	r, err := s.stores.Imports().Repository(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "repository")
	}
	if !r.Enabled && !caller.IsAdmin() {
		return nil, nounNotFound(ErrNotFound, "repository")
	}
	return r, nil
}

// repositoryOf finds the repository of an accession: the named one, or the first whose accessions look like this.
func (s *Imports) repositoryOf(ctx context.Context, src *ImportSource) (*Repository, error) {
	list, err := s.stores.Imports().Repositories(ctx)
	if err != nil {
		return nil, fmt.Errorf("repositories: %w", err)
	}
	r := matchRepository(list, src.Accession, src.RepositoryID)
	if r == nil {
		return nil, Errorf(CodeInvalid, "%s is no accession of a file that is known here%s.", src.Accession, knownForms(list)).
			WithFields(Field{Field: "accession", Value: src.Accession, Message: "not known"})
	}
	return r, nil
}

func matchRepository(list []Repository, accession string, id int64) *Repository {
	for i, r := range list {
		re, err := regexp.Compile(`^(?:` + r.Pattern + `)$`)
		if r.Enabled && (id == 0 || id == r.ID) && err == nil && re.MatchString(accession) {
			return &list[i]
		}
	}
	return nil
}

func knownForms(list []Repository) string {
	var names []string
	for _, r := range list {
		if r.Enabled {
			names = append(names, r.Name)
		}
	}
	if len(names) == 0 {
		return ": the administrator has switched all repositories off"
	}
	return "; the repositories here are " + strings.Join(names, " and ") + ". Experiments and sets have accessions, too: give those of their files"
}
