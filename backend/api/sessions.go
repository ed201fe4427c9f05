package api

import (
	"context"
	"encoding/json"
	"net/http"

	"regioscope/backend/core"
)

// SessionBody is what a client stores; the document is the SPA's own.
type SessionBody struct {
	Name     string          `json:"name" minLength:"1" maxLength:"255"`
	Public   *bool           `json:"public,omitempty" doc:"everyone with an account may read it; absent on PUT: as it is"`
	Document json.RawMessage `json:"document"`
	Version  int64           `json:"version,omitempty" doc:"on PUT: the version that was loaded"`
}

// DraftBody is the autosaved workspace.
type DraftBody struct {
	Document  json.RawMessage `json:"document"`
	SessionID int64           `json:"sessionId,omitempty"`
	Revision  int64           `json:"revision" minimum:"0" doc:"the revision that was loaded, 0 = none"`
}

type createSessionIn struct{ Body SessionBody }

type updateSessionIn struct {
	IDPath
	Body SessionBody
}

type draftIn struct{ Body DraftBody }

type versionPath struct {
	IDPath
	Version int64 `path:"version" minimum:"1"`
}

func (s *server) sessionRoutes() {
	route(s, spec{id: "listSessions", method: http.MethodGet, path: "/sessions", summary: "Own and public sessions, newest first, without documents", tag: "sessions"},
		func(ctx context.Context, _ *struct{}) (*body[list[core.Session]], error) {
			items, err := s.Sessions.List(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			return &body[list[core.Session]]{list[core.Session]{Items: full(items)}}, nil
		})
	route(s, spec{id: "createSession", method: http.MethodPost, path: "/sessions", summary: "Store a session", tag: "sessions", status: http.StatusCreated},
		func(ctx context.Context, in *createSessionIn) (*body[core.Session], error) {
			x, err := s.Sessions.Create(ctx, caller(ctx), in.Body.Name, in.Body.Public != nil && *in.Body.Public, in.Body.Document)
			return sessionOut(x, err)
		})
	route(s, spec{id: "getSession", method: http.MethodGet, path: "/sessions/{id}", summary: "One session with its document", tag: "sessions"},
		func(ctx context.Context, in *IDPath) (*body[core.Session], error) {
			x, err := s.Sessions.Get(ctx, caller(ctx), in.ID)
			return sessionOut(x, err)
		})
	route(s, spec{id: "updateSession", method: http.MethodPut, path: "/sessions/{id}", summary: "Save a session", tag: "sessions"},
		func(ctx context.Context, in *updateSessionIn) (*body[core.Session], error) {
			b := in.Body
			x, err := s.Sessions.Update(ctx, caller(ctx), in.ID, b.Name, b.Public, b.Document, b.Version)
			return sessionOut(x, err)
		})
	route(s, spec{id: "deleteSession", method: http.MethodDelete, path: "/sessions/{id}", summary: "Delete a session", tag: "sessions", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Sessions.Delete(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "listSessionVersions", method: http.MethodGet, path: "/sessions/{id}/versions", summary: "How a session was saved, newest first, without documents", tag: "sessions"},
		func(ctx context.Context, in *IDPath) (*body[list[core.SessionVersion]], error) {
			items, err := s.Sessions.Versions(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[list[core.SessionVersion]]{list[core.SessionVersion]{Items: full(items)}}, nil
		})
	route(s, spec{id: "getSessionVersion", method: http.MethodGet, path: "/sessions/{id}/versions/{version}", summary: "A session as it was saved once, with its document", tag: "sessions"},
		func(ctx context.Context, in *versionPath) (*body[core.SessionVersion], error) {
			v, err := s.Sessions.Version(ctx, caller(ctx), in.ID, in.Version)
			if err != nil {
				return nil, err
			}
			return &body[core.SessionVersion]{*v}, nil
		})
	route(s, spec{id: "getWorkspace", method: http.MethodGet, path: "/workspace", summary: "The autosaved workspace of the caller", tag: "sessions"},
		func(ctx context.Context, _ *struct{}) (*body[core.Draft], error) {
			d, err := s.Sessions.Draft(ctx, caller(ctx))
			return draftOut(d, err)
		})
	route(s, spec{id: "putWorkspace", method: http.MethodPut, path: "/workspace", summary: "Autosave the workspace", tag: "sessions"},
		func(ctx context.Context, in *draftIn) (*body[core.Draft], error) {
			d, err := s.Sessions.SaveDraft(ctx, caller(ctx), in.Body.SessionID, in.Body.Document, in.Body.Revision)
			return draftOut(d, err)
		})
}

func sessionOut(x *core.Session, err error) (*body[core.Session], error) {
	if err != nil {
		return nil, err
	}
	return &body[core.Session]{*x}, nil
}

func draftOut(d *core.Draft, err error) (*body[core.Draft], error) {
	if err != nil {
		return nil, err
	}
	return &body[core.Draft]{*d}, nil
}
