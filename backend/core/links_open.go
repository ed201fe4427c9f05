package core

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// touchEvery bounds how often it is written down that a link or token is in use.
const touchEvery = time.Minute

// Open gives what a link shows to caller, as things are now: what its maker lost, was deleted or changed counts at once.
// CodeNotFound with the reason when it shows nothing any more; whoever has the secret may know why. CodeUnauthorized when
// it wants somebody with an account.
func (s *Links) Open(ctx context.Context, caller Caller, secret string) (*LinkScope, error) {
	l, err := s.stores.Links().ByHash(ctx, hashSecret(secret))
	if isNotFound(err) {
		return nil, Errorf(CodeNotFound, "There is no such link. Perhaps only a part of it was copied.")
	}
	if err != nil {
		return nil, fmt.Errorf("open link: %w", err)
	}
	now := s.now().UTC()
	switch {
	case l.RevokedAt != nil:
		return nil, errLinkGone
	case l.ExpiresAt != nil && !now.Before(*l.ExpiresAt):
		return nil, Errorf(CodeNotFound, "This link has run out. Ask whoever sent it for a new one.")
	case l.NeedsLogin && caller.UserID == 0:
		return nil, Errorf(CodeUnauthorized, "This link is for people with an account. Please sign in.")
	}
	scope, err := s.scope(ctx, l)
	if errors.Is(err, ErrNotFound) {
		return nil, errLinkGone
	}
	if err != nil {
		return nil, fmt.Errorf("open link: %w", err)
	}
	if l.LastUsedAt == nil || now.Sub(*l.LastUsedAt) > touchEvery {
		_ = s.stores.Links().Touch(ctx, l.ID, now) // only somebody's curiosity depends on it
	}
	return scope, nil
}

var errLinkGone = Errorf(CodeNotFound, "This link was withdrawn. Ask whoever sent it for a new one.")

// scope works out what the link shows. Its maker passes on what they may share: what they own, and what everyone reads.
func (s *Links) scope(ctx context.Context, l *Link) (*LinkScope, error) {
	u, err := s.stores.Users().ByID(ctx, l.CreatedBy)
	if err == nil && u.Disabled {
		err = ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	maker := Caller{UserID: u.ID, Role: u.Role}
	x, err := s.stores.Sessions().ByID(ctx, l.SessionID)
	if err != nil {
		return nil, err
	}
	if ok, err := may(ctx, s.stores, maker, x.Thing(), LevelOwn); err != nil {
		return nil, err
	} else if !ok {
		return nil, ErrNotFound
	}
	rows, err := shownRows(ctx, s.stores, x)
	if err != nil {
		return nil, err
	}
	levels, err := datasetLevels(ctx, s.stores, maker, rows)
	if err != nil {
		return nil, err
	}
	scope := &LinkScope{Link: *l, Session: *x, pairs: map[ShownPair]bool{}}
	shown, assemblies := map[int64]bool{}, map[int64]bool{}
	for i := range rows {
		if levels[i] != LevelOwn && !rows[i].Public {
			continue
		}
		shown[rows[i].ID] = true
		scope.Datasets = append(scope.Datasets, rows[i].ID)
		if a := rows[i].AssemblyID; !assemblies[a] {
			assemblies[a] = true
			scope.Assemblies = append(scope.Assemblies, a)
		}
	}
	for _, id := range ShownDatasets(x.Document) {
		if !shown[id] {
			scope.Hidden++
		}
	}
	for _, p := range ShownPairs(x.Document) {
		if shown[p.RegionSetID] && shown[p.SourceID] {
			scope.pairs[p] = true
		}
	}
	return scope, nil
}
