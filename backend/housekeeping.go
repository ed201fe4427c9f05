package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"regioscope/backend/core"
)

// collectEvery is how often every instance offers to clean up; one at a time does.
const collectEvery = time.Hour

func (s *services) collect(ctx context.Context) error {
	r, err := s.garbage.Collect(ctx, core.GarbageGrace)
	if errors.Is(err, core.ErrBusy) {
		return nil
	}
	if r != (core.GarbageReport{}) {
		s.log.InfoContext(ctx, "cleaned up", slog.Any("report", r))
	}
	return err
}
