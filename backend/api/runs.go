package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type preprocessBody struct {
	RegionSetIDs  []int64           `json:"regionSetIds" minItems:"1"`
	FeatureIDs    []int64           `json:"featureIds,omitempty"`
	CollectionIDs []int64           `json:"collectionIds,omitempty"`
	Pipelines     []core.Pipeline   `json:"pipelines,omitempty" enum:"pileup,stackup,enrichment,embedding_1d,embedding_2d" doc:"absent: all but embedding_2d, which is made when somebody looks"`
	Pairs         []core.WindowBin  `json:"pairs,omitempty" doc:"absent: the default grid, as far as it fits the region set"`
	Universe      string            `json:"universe,omitempty" doc:"of enrichment: genome (the default), queries, or regions:ID of a region set"`
	Params        core.ResultParams `json:"params,omitempty" doc:"of 2D averages and stackups, each as far as it concerns them; absent: the defaults"`
	Values        []string          `json:"values,omitempty" enum:"iccf,oe,raw" doc:"of 2D averages: several values in one run, instead of params.value; absent: iccf and oe"`
	OnlyMissing   *bool             `json:"onlyMissing,omitempty" default:"true" doc:"leave out what has a result"`
}

type preprocessIn struct{ Body preprocessBody }

type listRunsIn struct {
	State       []core.RunState `query:"state" enum:"queued,running,cancelling,cancelled,finished,failed" doc:"comma list"`
	Mine        bool            `query:"mine"`
	RegionSetID int64           `query:"regionSetId"`
	FeatureID   int64           `query:"featureId"`
	Cursor      int64           `query:"cursor"`
	Limit       int             `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (s *server) runRoutes() {
	route(s, spec{id: "preprocess", method: http.MethodPost, path: "/preprocess", summary: "Compute the pictures of region sets × features",
		tag: "runs", status: http.StatusAccepted},
		func(ctx context.Context, in *preprocessIn) (*body[core.PreprocessAnswer], error) {
			a, err := s.Runs.Preprocess(ctx, caller(ctx), core.PreprocessRequest{RegionSetIDs: in.Body.RegionSetIDs,
				FeatureIDs: in.Body.FeatureIDs, CollectionIDs: in.Body.CollectionIDs, Pipelines: in.Body.Pipelines, Universe: in.Body.Universe, Pairs: in.Body.Pairs,
				Params: in.Body.Params, Values: in.Body.Values, OnlyMissing: in.Body.OnlyMissing == nil || *in.Body.OnlyMissing})
			if err != nil {
				return nil, err
			}
			return &body[core.PreprocessAnswer]{a}, nil
		})
	route(s, spec{id: "listRuns", method: http.MethodGet, path: "/runs", summary: "Runs, newest first", tag: "runs"},
		func(ctx context.Context, in *listRunsIn) (*body[list[core.Run]], error) {
			page, err := s.Runs.List(ctx, caller(ctx), core.RunQuery{States: in.State, Mine: in.Mine, RegionSetID: in.RegionSetID,
				FeatureID: in.FeatureID, Cursor: in.Cursor, Limit: in.Limit})
			if err != nil {
				return nil, err
			}
			return &body[list[core.Run]]{list[core.Run]{Items: full(page.Items), NextCursor: page.Next}}, nil
		})
	one := func(sp spec, do func(context.Context, core.Caller, int64) (core.Run, error)) {
		sp.tag = "runs"
		route(s, sp, func(ctx context.Context, in *IDPath) (*body[core.Run], error) {
			run, err := do(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.Run]{run}, nil
		})
	}
	one(spec{id: "getRun", method: http.MethodGet, path: "/runs/{id}", summary: "One run"}, s.Runs.Get)
	one(spec{id: "cancelRun", method: http.MethodPost, path: "/runs/{id}/cancel", summary: "Ask a run to stop"}, s.Runs.Cancel)
	one(spec{id: "retryRun", method: http.MethodPost, path: "/runs/{id}/retry", summary: "Queue a failed or cancelled run again"}, s.Runs.Retry)
}
