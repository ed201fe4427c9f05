package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type overviewIn struct {
	Minutes int `query:"minutes" minimum:"5" maximum:"1440" default:"60" doc:"how far back the curves go"`
}

type patchQueueIn struct {
	Name string `path:"name" maxLength:"32"`
	Body core.QueuePatch
}

// PipelinePath is the pipeline in the path.
type PipelinePath struct {
	Pipeline core.Pipeline `path:"pipeline" maxLength:"32"`
}

type patchPipelineIn struct {
	PipelinePath
	Body core.PipelinePatch
}

type setGridIn struct {
	PipelinePath
	Body struct {
		Pairs []core.WindowBin `json:"pairs"`
	}
}

type setWorkersIn struct{ Body core.WorkerSettings }

type changesIn struct {
	Kind   string `query:"kind" maxLength:"32"`
	User   string `query:"user" maxLength:"64" doc:"name of the account"`
	Target string `query:"target" maxLength:"255"`
	Cursor int64  `query:"cursor"`
	Limit  int    `query:"limit" minimum:"1" maximum:"200" default:"50"`
}

type retryFailedIn struct {
	Body struct {
		Queue    string        `json:"queue,omitempty"`
		Pipeline core.Pipeline `json:"pipeline,omitempty"`
		User     string        `json:"user,omitempty" doc:"name of the account"`
	}
}

func (s *server) adminQueueRoutes() {
	const tag = "admin"
	route(s, spec{id: "getQueues", method: http.MethodGet, path: "/admin/queues", summary: "What happens in the queues, and how they are set", tag: tag},
		func(ctx context.Context, in *overviewIn) (*body[core.Overview], error) {
			return wrap(s.Admin.Overview(ctx, caller(ctx), in.Minutes))
		})
	route(s, spec{id: "patchQueue", method: http.MethodPatch, path: "/admin/queues/{name}", summary: "Pause, drain, resume or tune a queue", tag: tag},
		func(ctx context.Context, in *patchQueueIn) (*body[core.QueueSettings], error) {
			return wrap(s.Admin.PatchQueue(ctx, caller(ctx), in.Name, in.Body))
		})
	route(s, spec{id: "listPipelines", method: http.MethodGet, path: "/admin/pipelines", summary: "How the pipelines are set, with their windows and bins", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[list[core.PipelineSettings]], error) {
			return wrapList(s.Admin.Pipelines(ctx, caller(ctx)))
		})
	route(s, spec{id: "patchPipeline", method: http.MethodPatch, path: "/admin/pipelines/{pipeline}", summary: "Tune a pipeline; what waits moves to its queue", tag: tag},
		func(ctx context.Context, in *patchPipelineIn) (*body[core.PipelineSettings], error) {
			return wrap(s.Admin.PatchPipeline(ctx, caller(ctx), in.Pipeline, in.Body))
		})
	route(s, spec{id: "setGrid", method: http.MethodPut, path: "/admin/pipelines/{pipeline}/grid", summary: "Say which windows and bins a pipeline makes", tag: tag},
		func(ctx context.Context, in *setGridIn) (*body[list[core.WindowBin]], error) {
			return wrapList(s.Admin.SetGrid(ctx, caller(ctx), in.Pipeline, in.Body.Pairs))
		})
	route(s, spec{id: "listWorkers", method: http.MethodGet, path: "/admin/workers", summary: "Workers and what they have at work", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[list[core.WorkerReport]], error) {
			return wrapList(s.Admin.Workers(ctx, caller(ctx)))
		})
	route(s, spec{id: "setWorkers", method: http.MethodPut, path: "/admin/workers", summary: "Tune what all workers have in common", tag: tag},
		func(ctx context.Context, in *setWorkersIn) (*body[core.WorkerSettings], error) {
			return wrap(s.Admin.SetWorkers(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "retryFailed", method: http.MethodPost, path: "/admin/runs/retry", summary: "Queue all failed runs again, of a queue, pipeline or user", tag: tag},
		func(ctx context.Context, in *retryFailedIn) (*body[core.RetryAll], error) {
			out, err := s.Admin.RetryFailed(ctx, caller(ctx), core.RunQuery{Queue: in.Body.Queue, Pipeline: in.Body.Pipeline, User: in.Body.User})
			return wrap(&out, err)
		})
	route(s, spec{id: "listChanges", method: http.MethodGet, path: "/admin/changes", summary: "What administrators changed, newest first", tag: tag},
		func(ctx context.Context, in *changesIn) (*body[list[core.Change]], error) {
			items, err := s.Admin.Changes(ctx, caller(ctx), core.ChangeFilter{Kind: in.Kind, User: in.User, Target: in.Target, AfterID: in.Cursor, Limit: in.Limit + 1})
			if err != nil {
				return nil, err
			}
			out := list[core.Change]{Items: full(items)}
			if len(items) > in.Limit {
				out.Items, out.NextCursor = items[:in.Limit], items[in.Limit-1].ID
			}
			return &body[list[core.Change]]{out}, nil
		})
	route(s, spec{id: "undoChange", method: http.MethodPost, path: "/admin/changes/{id}/undo", summary: "Set a setting to what it was before", tag: tag, status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Admin.Undo(ctx, caller(ctx), in.ID)
		})
}
