package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type createCollectionIn struct{ Body core.CollectionMeta }

type patchCollectionIn struct {
	IDPath
	Body core.CollectionPatch
}

type previewFilterIn struct {
	IDPath
	Body struct {
		Query core.DatasetQuery `json:"query"`
	}
}

type listCollectionsIn struct {
	Kind       core.MemberKind `query:"kind" enum:"regions,signals"`
	AssemblyID int64           `query:"assemblyId"`
}

func (s *server) collectionRoutes() {
	route(s, spec{id: "listCollections", method: http.MethodGet, path: "/collections", summary: "Collections that the caller may read, newest first", tag: "collections"},
		func(ctx context.Context, in *listCollectionsIn) (*body[list[core.Collection]], error) {
			items, err := s.Collections.List(ctx, caller(ctx), in.AssemblyID, in.Kind)
			if err != nil {
				return nil, err
			}
			return &body[list[core.Collection]]{list[core.Collection]{Items: items}}, nil
		})
	route(s, spec{id: "createCollection", method: http.MethodPost, path: "/collections", summary: "Make a collection", tag: "collections", status: http.StatusCreated},
		func(ctx context.Context, in *createCollectionIn) (*body[core.Collection], error) {
			return collectionOut(s.Collections.Create(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "getCollection", method: http.MethodGet, path: "/collections/{id}", summary: "One collection", tag: "collections"},
		func(ctx context.Context, in *IDPath) (*body[core.Collection], error) {
			return collectionOut(s.Collections.Get(ctx, caller(ctx), in.ID))
		})
	route(s, spec{id: "patchCollection", method: http.MethodPatch, path: "/collections/{id}", summary: "Rename a collection, share it, or change its members", tag: "collections"},
		func(ctx context.Context, in *patchCollectionIn) (*body[core.Collection], error) {
			return collectionOut(s.Collections.Patch(ctx, caller(ctx), in.ID, in.Body))
		})
	route(s, spec{id: "previewCollectionFilter", method: http.MethodPost, path: "/collections/{id}/preview", summary: "What another filter would make of a smart collection; for its owner", tag: "collections"},
		func(ctx context.Context, in *previewFilterIn) (*body[core.FilterPreview], error) {
			return wrap(s.Collections.PreviewFilter(ctx, caller(ctx), in.ID, in.Body.Query))
		})
	route(s, spec{id: "deleteCollection", method: http.MethodDelete, path: "/collections/{id}", summary: "Delete a collection and its results; its members stay", tag: "collections"},
		func(ctx context.Context, in *deleteDatasetIn) (*deleteDatasetOut, error) {
			if in.DryRun {
				d, err := s.Collections.Dependants(ctx, caller(ctx), in.ID)
				return &deleteDatasetOut{Status: http.StatusOK, Body: d}, err
			}
			return &deleteDatasetOut{Status: http.StatusNoContent}, s.Collections.Delete(ctx, caller(ctx), in.ID)
		})
}

func collectionOut(c *core.Collection, err error) (*body[core.Collection], error) {
	if err != nil {
		return nil, err
	}
	return &body[core.Collection]{*c}, nil
}
