package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Sessions is the service of stored arrangements and of the autosaved draft.
type Sessions struct {
	stores Stores
	now    func() time.Time
}

// NewSessions builds the service.
func NewSessions(stores Stores) *Sessions { return &Sessions{stores: stores, now: time.Now} }

// List gives the caller's sessions and public ones, newest first, without documents.
func (s *Sessions) List(ctx context.Context, caller Caller) ([]Session, error) {
	if caller.Nobody() {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	list, err := s.stores.Sessions().List(ctx, caller)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	things := make([]Thing, len(list))
	for i := range list {
		things[i] = list[i].Thing()
	}
	levels, err := AccessAll(ctx, s.stores, caller, things)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Access, list[i].Mine = levels[i], levels[i] == LevelOwn
	}
	return list, nil
}

// Get gives one session with its document. ErrNotFound also when the caller may not read it.
func (s *Sessions) Get(ctx context.Context, caller Caller, id int64) (*Session, error) {
	x, err := s.stores.Sessions().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "session")
	}
	if x.Access, err = Access(ctx, s.stores, caller, x.Thing()); err != nil {
		return nil, err
	}
	x.Mine = x.Access == LevelOwn
	return x, allow(x.Access, LevelShown, "session", "")
}

// Create stores a new session of the caller.
func (s *Sessions) Create(ctx context.Context, caller Caller, name string, public bool, document json.RawMessage) (*Session, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if err := checkSession(name, document); err != nil {
		return nil, err
	}
	now := s.now().UTC()
	x := &Session{OwnerID: caller.UserID, OwnerName: caller.Name, Name: strings.TrimSpace(name), Public: public,
		Document: document, Version: 1, CreatedAt: now, UpdatedAt: now, Mine: true, Access: LevelOwn}
	if err := s.stores.Sessions().Create(ctx, x); err != nil {
		return nil, fmt.Errorf("create session: %w", err)
	}
	return x, nil
}

// Update replaces name, document and, unless it is nil, public when version is still the stored one; ErrConflict otherwise.
func (s *Sessions) Update(ctx context.Context, caller Caller, id int64, name string, public *bool, document json.RawMessage, version int64) (*Session, error) {
	x, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if err := allow(x.Access, LevelEdit, "session", "You may look at this session, not change it. Save it as your own."); err != nil {
		return nil, err
	}
	if public != nil && *public != x.Public && !x.Mine {
		return nil, Errorf(CodeForbidden, "Only an owner of this session may say who reads it.")
	}
	if err := checkSession(name, document); err != nil {
		return nil, err
	}
	if public != nil {
		x.Public = *public
	}
	x.Name, x.Document, x.UpdatedAt, x.SavedBy = strings.TrimSpace(name), document, s.now().UTC(), caller.UserID
	ok, err := s.stores.Sessions().Update(ctx, x, version)
	if err != nil {
		return nil, fmt.Errorf("save session: %w", err)
	}
	if !ok {
		return nil, Errorf(CodeConflict, "This session was saved elsewhere since you opened it. Load it again, or save yours under a new name.")
	}
	return s.Get(ctx, caller, id)
}

// Delete removes a session of the caller.
func (s *Sessions) Delete(ctx context.Context, caller Caller, id int64) error {
	x, err := s.Get(ctx, caller, id)
	if err != nil {
		return err
	}
	if err := allow(x.Access, LevelOwn, "session", "Only an owner of this session may delete it."); err != nil {
		return err
	}
	return s.stores.Sessions().Delete(ctx, id)
}

// Draft is the caller's autosaved workspace; ErrNotFound when there is none yet.
func (s *Sessions) Draft(ctx context.Context, caller Caller) (*Draft, error) {
	d, err := s.stores.Sessions().Draft(ctx, caller.UserID)
	if errors.Is(err, ErrNotFound) {
		return nil, Errorf(CodeNotFound, "There is no saved workspace yet.").WithCause(err)
	}
	return d, err
}

// SaveDraft stores the workspace when revision is the stored one (0 = none yet); ErrConflict otherwise.
func (s *Sessions) SaveDraft(ctx context.Context, caller Caller, sessionID int64, document json.RawMessage, revision int64) (*Draft, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if err := checkDocument(document); err != nil {
		return nil, err
	}
	d := &Draft{UserID: caller.UserID, SessionID: sessionID, Document: document, Revision: revision + 1, UpdatedAt: s.now().UTC()}
	ok, err := s.stores.Sessions().SaveDraft(ctx, d, revision)
	if err != nil {
		return nil, fmt.Errorf("save workspace: %w", err)
	}
	if !ok {
		return nil, Errorf(CodeConflict, "This workspace was changed in another window.")
	}
	return d, nil
}

func checkSession(name string, document json.RawMessage) error {
	if n := strings.TrimSpace(name); n == "" || utf8.RuneCountInString(n) > 255 {
		return Errorf(CodeInvalid, "A session needs a name of up to 255 characters.").
			WithFields(Field{Field: "name", Message: "1 to 255 characters"})
	}
	return checkDocument(document)
}

func checkDocument(document json.RawMessage) error {
	var obj map[string]json.RawMessage
	if json.Unmarshal(document, &obj) != nil || obj == nil {
		return Errorf(CodeInvalid, "The document must be a JSON object.").WithFields(Field{Field: "document", Message: "not an object"})
	}
	return nil
}
