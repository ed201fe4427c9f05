package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

func (s *server) settingRoutes() {
	route(s, spec{id: "getGrid", method: http.MethodGet, path: "/settings/grid", summary: "The default windows and bins of preprocessing", tag: "settings"},
		func(ctx context.Context, _ *struct{}) (*body[core.Grids], error) {
			g, err := s.Results.Grid(ctx)
			if err != nil {
				return nil, err
			}
			return &body[core.Grids]{*g}, nil
		})
}
