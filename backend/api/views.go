package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type patchViewIn struct {
	IDPath
	Body core.ViewPatch
}

func (s *server) viewRoutes() {
	route(s, spec{id: "listViews", method: http.MethodGet, path: "/views", summary: "The caller's saved views of tables", tag: "views"},
		func(ctx context.Context, _ *struct{}) (*body[list[core.View]], error) {
			items, err := s.Views.List(ctx, caller(ctx))
			return &body[list[core.View]]{list[core.View]{Items: full(items)}}, err
		})
	route(s, spec{id: "createView", method: http.MethodPost, path: "/views", summary: "Save a view", tag: "views", status: http.StatusCreated},
		func(ctx context.Context, in *struct{ Body core.ViewMeta }) (*body[core.View], error) {
			return viewOut(s.Views.Create(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "patchView", method: http.MethodPatch, path: "/views/{id}", summary: "Rename a view, or save another state under its name", tag: "views"},
		func(ctx context.Context, in *patchViewIn) (*body[core.View], error) {
			return viewOut(s.Views.Patch(ctx, caller(ctx), in.ID, in.Body))
		})
	route(s, spec{id: "deleteView", method: http.MethodDelete, path: "/views/{id}", summary: "Delete a view", tag: "views", status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Views.Delete(ctx, caller(ctx), in.ID)
		})
}

func viewOut(v *core.View, err error) (*body[core.View], error) {
	if err != nil {
		return nil, err
	}
	return &body[core.View]{*v}, nil
}
