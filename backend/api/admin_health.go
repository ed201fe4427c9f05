package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

func (s *server) adminHealthRoutes() {
	const tag = "admin"
	route(s, spec{id: "getHealth", method: http.MethodGet, path: "/admin/health", summary: "How everything is that the installation stands on", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[core.HealthReport], error) {
			return wrap(s.Health.Look(ctx, caller(ctx)))
		})
	route(s, spec{id: "getStorage", method: http.MethodGet, path: "/admin/storage", summary: "What the data volume is full of; looks at every file", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[core.StorageReport], error) {
			return wrap(s.Garbage.ReportFor(ctx, caller(ctx)))
		})
	route(s, spec{id: "collectGarbage", method: http.MethodPost, path: "/admin/storage/gc", summary: "Clear away what nothing refers to any more and whose time of grace is over", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[core.GarbageReport], error) {
			r, err := s.Garbage.CollectFor(ctx, caller(ctx))
			return wrap(&r, err)
		})
}
