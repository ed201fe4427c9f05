package core

import (
	"context"
	"encoding/json"
	"fmt"
)

// Versions lists how a session was saved, the newest first, without documents. Earlier versions may show what was taken out
// since; therefore they are for those who may edit it.
func (s *Sessions) Versions(ctx context.Context, caller Caller, id int64) ([]SessionVersion, error) {
	if err := s.mayGoBack(ctx, caller, id); err != nil {
		return nil, err
	}
	list, err := s.stores.Sessions().Versions(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("versions of a session: %w", err)
	}
	for i := range list {
		list[i].count()
		list[i].Document = nil
	}
	return list, nil
}

// Version gives one of them with its document. ErrNotFound also where it is no longer kept.
func (s *Sessions) Version(ctx context.Context, caller Caller, id, version int64) (*SessionVersion, error) {
	if err := s.mayGoBack(ctx, caller, id); err != nil {
		return nil, err
	}
	v, err := s.stores.Sessions().VersionOf(ctx, id, version)
	if err != nil {
		return nil, nounNotFound(err, "version")
	}
	v.count()
	return v, nil
}

func (s *Sessions) mayGoBack(ctx context.Context, caller Caller, id int64) error {
	x, err := s.Get(ctx, caller, id)
	if err != nil {
		return err
	}
	return allow(x.Access, LevelEdit, "session", "Earlier versions are for those who may edit this session.")
}

// count tells how much there is in it; a document of another shape has nothing that can be counted.
func (v *SessionVersion) count() {
	var doc struct {
		Panels []struct {
			Widgets []json.RawMessage `json:"widgets"`
		} `json:"panels"`
	}
	if json.Unmarshal(v.Document, &doc) != nil {
		return
	}
	v.Panels = len(doc.Panels)
	for _, p := range doc.Panels {
		v.Widgets += len(p.Widgets)
	}
}
