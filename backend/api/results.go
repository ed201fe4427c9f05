package api

import (
	"context"
	"net/http"
	"reflect"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
)

// RunRef names the run that makes a result.
type RunRef struct {
	RunID int64 `json:"runId"`
}

type wishIn struct{ Body core.Wish }

type wishOut struct {
	Status int
	Body   any
}

func (s *server) resultRoutes() {
	route(s, spec{id: "listResults", method: http.MethodGet, path: "/region-sets/{id}/results",
		summary: "What can be shown for a region set; without manifests and ledgers", tag: "results"},
		func(ctx context.Context, in *IDPath) (*body[list[core.Result]], error) {
			items, err := s.Results.ListFor(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[list[core.Result]]{list[core.Result]{Items: full(items)}}, nil
		})
	route(s, spec{id: "requestResult", method: http.MethodPost, path: "/results", summary: "The result of a wish, or the run that makes it",
		tag: "results", adjust: func(op *huma.Operation) {
			schemas := s.api.OpenAPI().Components.Schemas
			op.Responses["200"] = jsonAnswer("The result", schemas.Schema(reflect.TypeFor[core.Result](), true, ""))
			op.Responses["202"] = jsonAnswer("The run that makes it", schemas.Schema(reflect.TypeFor[RunRef](), true, ""))
		}},
		func(ctx context.Context, in *wishIn) (*wishOut, error) {
			result, run, err := s.Results.OnDemand(ctx, caller(ctx), in.Body)
			if err != nil {
				return nil, err
			}
			if run != nil {
				return &wishOut{http.StatusAccepted, RunRef{run.ID}}, nil
			}
			return &wishOut{http.StatusOK, result}, nil
		})
	route(s, spec{id: "getResult", method: http.MethodGet, path: "/results/{id}", summary: "One result with manifest and ledger", tag: "results"},
		func(ctx context.Context, in *IDPath) (*body[core.Result], error) {
			r, err := s.Results.Get(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.Result]{*r}, nil
		})
}

func jsonAnswer(description string, schema *huma.Schema) *huma.Response {
	return &huma.Response{Description: description, Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}
