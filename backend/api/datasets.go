package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
)

type patchDatasetIn struct {
	IDPath
	Body core.DatasetPatch
}

type deleteDatasetIn struct {
	IDPath
	DryRun bool `query:"dryRun" doc:"only list what depends on it"`
}

type deleteDatasetOut struct {
	Status int
	Body   *core.Dependants
}

func (s *server) datasetRoutes() {
	route(s, spec{id: "listDatasets", method: http.MethodGet, path: "/datasets", summary: "Datasets the caller may read: filtered, sorted, page by page", tag: "datasets"},
		s.listDatasets)
	route(s, spec{id: "getDataset", method: http.MethodGet, path: "/datasets/{id}", summary: "One dataset", tag: "datasets"},
		func(ctx context.Context, in *IDPath) (*body[core.Dataset], error) {
			d, err := s.Datasets.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.Dataset]{*d}, nil
		})
	route(s, spec{id: "patchDataset", method: http.MethodPatch, path: "/datasets/{id}", summary: "Edit the description of a dataset", tag: "datasets"},
		func(ctx context.Context, in *patchDatasetIn) (*body[core.Dataset], error) {
			d, err := s.Datasets.Patch(ctx, caller(ctx), in.ID, in.Body)
			if err != nil {
				return nil, err
			}
			return &body[core.Dataset]{*d}, nil
		})
	route(s, spec{id: "deleteDataset", method: http.MethodDelete, path: "/datasets/{id}", summary: "Delete a dataset, or list what that would take along",
		tag: "datasets", adjust: func(op *huma.Operation) {
			op.Responses["200"] = &huma.Response{Description: "dryRun: what depends on the dataset"}
			op.Responses["204"] = &huma.Response{Description: "Deleted"}
		}},
		func(ctx context.Context, in *deleteDatasetIn) (*deleteDatasetOut, error) {
			if in.DryRun {
				d, err := s.Datasets.Dependants(ctx, caller(ctx), in.ID)
				return &deleteDatasetOut{http.StatusOK, d}, err
			}
			return &deleteDatasetOut{Status: http.StatusNoContent}, s.Datasets.Delete(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "getDatasetFile", method: http.MethodGet, path: "/datasets/{id}/file", summary: "The uploaded file; ranges are served",
		tag: "datasets", adjust: binaryAnswer("application/octet-stream")},
		func(ctx context.Context, in *IDPath) (*huma.StreamResponse, error) {
			d, blob, err := s.Datasets.OpenFile(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return fileAnswer(blob, d.FileName, d.SHA256, "private, no-cache"), nil
		})
	s.datasetTableRoutes()
	s.regionRoutes()
	s.deriveRoutes()
	s.previewRoutes()
}
