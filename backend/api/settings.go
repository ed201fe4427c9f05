package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type gridIn struct {
	Preset string `query:"preset" enum:"regular,small" default:"regular"`
}

func (s *server) settingRoutes() {
	route(s, spec{id: "getGrid", method: http.MethodGet, path: "/settings/grid", summary: "The windows and bins of a preset of preprocessing", tag: "settings"},
		func(ctx context.Context, in *gridIn) (*body[core.Grids], error) {
			if in.Preset == core.PresetSmall {
				return &body[core.Grids]{core.SmallGrid()}, nil
			}
			g, err := s.Results.Grid(ctx)
			if err != nil {
				return nil, err
			}
			return &body[core.Grids]{*g}, nil
		})
}
