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
	Pairs         []core.WindowBin  `json:"pairs,omitempty" doc:"of all pipelines and region sets; absent: grids or preset"`
	Preset        string            `json:"preset,omitempty" enum:"regular,small" doc:"regular (the default): the windows and bins that the administrator has set; small: windows up to 50 kb"`
	Grids         *customGrids      `json:"grids,omitempty" doc:"own windows and bins by pipeline, each as far as it fits the region set (window 0 belongs to interval sets); absent ones: the preset's"`
	Universe      string            `json:"universe,omitempty" doc:"of enrichment: genome (the default), queries, or regions:ID of a region set"`
	Params        core.ResultParams `json:"params,omitempty" doc:"of 2D averages and stackups, each as far as it concerns them; absent: the defaults"`
	Values        []string          `json:"values,omitempty" enum:"iccf,oe,raw" doc:"of 2D averages: several values in one run, instead of params.value; absent: iccf and oe"`
	OnlyMissing   *bool             `json:"onlyMissing,omitempty" default:"true" doc:"leave out what has a result"`
}

type customGrids struct {
	Pileup      []core.WindowBin `json:"pileup,omitempty"`
	Stackup     []core.WindowBin `json:"stackup,omitempty"`
	Enrichment  []core.WindowBin `json:"enrichment,omitempty"`
	Embedding1D []core.WindowBin `json:"embedding1d,omitempty"`
	Embedding2D []core.WindowBin `json:"embedding2d,omitempty"`
}

type preprocessIn struct{ Body preprocessBody }

func (in *preprocessIn) request() core.PreprocessRequest {
	b := in.Body
	return core.PreprocessRequest{RegionSetIDs: b.RegionSetIDs, FeatureIDs: b.FeatureIDs, CollectionIDs: b.CollectionIDs, Pipelines: b.Pipelines,
		Universe: b.Universe, Pairs: b.Pairs, Preset: b.Preset, Grids: (*core.Grids)(b.Grids), Params: b.Params, Values: b.Values,
		OnlyMissing: b.OnlyMissing == nil || *b.OnlyMissing}
}

type listRunsIn struct {
	State       []core.RunState `query:"state" enum:"queued,running,cancelling,cancelled,finished,failed" doc:"comma list"`
	Mine        bool            `query:"mine"`
	RegionSetID int64           `query:"regionSetId"`
	FeatureID   int64           `query:"featureId"`
	Queue       string          `query:"queue" maxLength:"32"`
	Pipeline    core.Pipeline   `query:"pipeline" maxLength:"32"`
	User        string          `query:"user" maxLength:"64" doc:"name of the account; for administrators"`
	Cursor      int64           `query:"cursor"`
	Limit       int             `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

func (s *server) runRoutes() {
	route(s, spec{id: "preprocess", method: http.MethodPost, path: "/preprocess", summary: "Compute the pictures of region sets × features",
		tag: "runs", status: http.StatusAccepted},
		func(ctx context.Context, in *preprocessIn) (*body[core.PreprocessAnswer], error) {
			a, err := s.Runs.Preprocess(ctx, caller(ctx), in.request())
			if err != nil {
				return nil, err
			}
			return &body[core.PreprocessAnswer]{a}, nil
		})
	route(s, spec{id: "estimatePreprocess", method: http.MethodPost, path: "/preprocess/estimate", tag: "runs",
		summary: "What a request to compute would start and cost, from what earlier runs took"},
		func(ctx context.Context, in *preprocessIn) (*body[core.Estimate], error) {
			e, err := s.Runs.Estimate(ctx, caller(ctx), in.request())
			if err != nil {
				return nil, err
			}
			return &body[core.Estimate]{e}, nil
		})
	route(s, spec{id: "getRunLog", method: http.MethodGet, path: "/runs/{id}/log", summary: "What the attempts of a run noted", tag: "runs"},
		func(ctx context.Context, in *IDPath) (*body[list[core.RunLog]], error) {
			logs, err := s.Runs.Log(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[list[core.RunLog]]{list[core.RunLog]{Items: full(logs)}}, nil
		})
	route(s, spec{id: "listRuns", method: http.MethodGet, path: "/runs", summary: "Runs, newest first", tag: "runs"},
		func(ctx context.Context, in *listRunsIn) (*body[list[core.Run]], error) {
			page, err := s.Runs.List(ctx, caller(ctx), core.RunQuery{States: in.State, Mine: in.Mine, RegionSetID: in.RegionSetID,
				FeatureID: in.FeatureID, Queue: in.Queue, Pipeline: in.Pipeline, User: in.User, Cursor: in.Cursor, Limit: in.Limit})
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
