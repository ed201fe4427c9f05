package core

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Links is the service of links to sessions.
type Links struct {
	stores Stores
	now    func() time.Time
}

// NewLinks builds the service; clock may be nil for that of the database.
func NewLinks(stores Stores, clock func() time.Time) *Links {
	if clock == nil {
		clock = stores.Now
	}
	return &Links{stores, clock}
}

// linkPrefix tells people and secret scanners what a string is.
const linkPrefix = "rsl_"

// LinkWish is what a person says about a new link.
type LinkWish struct {
	Name       string     `json:"name,omitempty" maxLength:"255" doc:"whom it is for"`
	Role       LinkRole   `json:"role" enum:"view,copy"`
	ExpiresAt  *time.Time `json:"expiresAt,omitempty" doc:"absent: it does not run out"`
	NeedsLogin bool       `json:"needsLogin,omitempty"`
}

// NewLink is a link with its secret, which is told this once.
type NewLink struct {
	Link
	Token string `json:"token" doc:"the secret: page /s/TOKEN, header X-Share-Token; it cannot be shown again"`
}

// Create makes a link to a session; owners only.
func (s *Links) Create(ctx context.Context, caller Caller, sessionID int64, w LinkWish) (*NewLink, error) {
	if _, err := s.owned(ctx, caller, sessionID); err != nil {
		return nil, err
	}
	var f []Field
	w.Name = strings.TrimSpace(w.Name)
	if utf8.RuneCountInString(w.Name) > 255 {
		f = append(f, Field{Field: "name", Message: "The name may have at most 255 characters."})
	}
	if w.Role != LinkView && w.Role != LinkCopy {
		f = append(f, Field{Field: "role", Message: "The role must be view or copy."})
	}
	if w.ExpiresAt != nil && !w.ExpiresAt.After(s.now()) {
		f = append(f, Field{Field: "expiresAt", Message: "This time is over. Choose a later one."})
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	secret, err := randomText(32)
	if err != nil {
		return nil, err
	}
	secret = linkPrefix + secret
	l := &Link{SessionID: sessionID, Name: w.Name, Role: w.Role, NeedsLogin: w.NeedsLogin, CreatedBy: caller.UserID,
		ExpiresAt: w.ExpiresAt, TokenHash: hashSecret(secret)}
	if err := s.stores.Links().Create(ctx, l); err != nil {
		return nil, fmt.Errorf("create link: %w", err)
	}
	return &NewLink{*l, secret}, nil
}

// List gives the links to a session, newest first, without their secrets; owners only.
func (s *Links) List(ctx context.Context, caller Caller, sessionID int64) ([]Link, error) {
	if _, err := s.owned(ctx, caller, sessionID); err != nil {
		return nil, err
	}
	return s.stores.Links().List(ctx, sessionID)
}

// Revoke ends a link at once; owners only.
func (s *Links) Revoke(ctx context.Context, caller Caller, sessionID, id int64) error {
	if _, err := s.owned(ctx, caller, sessionID); err != nil {
		return err
	}
	return nounNotFound(s.stores.Links().Revoke(ctx, sessionID, id, s.now().UTC()), "link")
}

func (s *Links) owned(ctx context.Context, caller Caller, sessionID int64) (*Session, error) {
	x, err := s.stores.Sessions().ByID(ctx, sessionID)
	if err != nil {
		return nil, nounNotFound(err, "session")
	}
	level, err := Access(ctx, s.stores, caller, x.Thing())
	if err != nil {
		return nil, err
	}
	return x, allow(level, LevelOwn, "session", "Only an owner of this session may make links to it.")
}

// Shared is a session as its link shows it.
type Shared struct {
	Session   Session    `json:"session"`
	Role      LinkRole   `json:"role" enum:"view,copy"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty"`
	Hidden    int        `json:"hidden" doc:"datasets of the session that the link does not show: they belong to somebody else, or are deleted"`
}

// Shared gives the session of the caller's link.
func (s *Links) Shared(caller Caller) (*Shared, error) {
	if caller.Link == nil {
		return nil, Errorf(CodeNotFound, "There is no link in this request: send its secret in the header X-Share-Token.")
	}
	x := caller.Link.Session
	x.Access = LevelShown
	return &Shared{x, caller.Link.Link.Role, caller.Link.Link.ExpiresAt, caller.Link.Hidden}, nil
}

// Copy saves the session of the caller's link as a session of the caller, who may read from then on what the link shows:
// a copy that shows nothing is none. The owner finds them in the list of each dataset.
func (s *Links) Copy(ctx context.Context, caller Caller) (*Session, error) {
	scope := caller.Link
	if scope == nil {
		return nil, Errorf(CodeNotFound, "There is no link in this request: send its secret in the header X-Share-Token.")
	}
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Sign in to save a copy of your own.")
	}
	if scope.Link.Role != LinkCopy {
		return nil, Errorf(CodeForbidden, "This link is for looking only. Ask whoever sent it for one that allows a copy.")
	}
	x := &Session{OwnerID: caller.UserID, OwnerName: caller.Name, Name: copyName(scope.Session.Name), Document: scope.Session.Document,
		Mine: true, Access: LevelOwn}
	err := s.stores.InTx(ctx, func(tx Stores) error {
		for _, id := range scope.Datasets {
			d, err := tx.Datasets().ByID(ctx, id)
			if err != nil {
				return err
			}
			if ok, err := MayRead(ctx, tx, Caller{UserID: caller.UserID, Role: caller.Role}, d); ok || err != nil {
				if err != nil {
					return err
				}
				continue
			}
			if err := addReaders(ctx, tx, d, false, []Grant{{UserID: caller.UserID}}); err != nil {
				return err
			}
		}
		return tx.Sessions().Create(ctx, x)
	})
	if err != nil {
		return nil, fmt.Errorf("copy session: %w", err)
	}
	return x, nil
}

func copyName(name string) string {
	const tail = " (copy)"
	if r := []rune(name); len(r) > 255-len(tail) {
		name = string(r[:255-len(tail)])
	}
	return name + tail
}
