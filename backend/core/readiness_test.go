package core_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"regioscope/backend/core"
)

// A check that never comes back, as of a folder of another machine that is away, delays no answer and is not asked again.
func TestReadinessDoesNotHang(t *testing.T) {
	asked, release := make(chan struct{}, 10), make(chan struct{})
	r := core.NewReadiness(core.Need{Name: "redis", Check: func(context.Context) error { return nil }},
		core.Need{Name: "data volume", Say: "gone", Check: func(context.Context) error { asked <- struct{}{}; <-release; return nil }})
	for range 3 {
		state, parts := r.Look(t.Context(), 10*time.Millisecond)
		if state != core.NotReady || !parts[0].Ready || parts[1].Ready || parts[1].Text != "gone" || parts[1].Cause == nil {
			t.Fatalf("%s %+v", state, parts)
		}
	}
	if len(asked) != 1 {
		t.Errorf("asked %d times", len(asked))
	}
	close(release)
	for {
		if state, _ := r.Look(t.Context(), time.Minute); state == core.Ready {
			break
		}
	}
	failing := core.NewReadiness(core.Need{Name: "x", Say: "away", Check: func(context.Context) error { return errors.New("no") }})
	if state, parts := failing.Look(t.Context(), time.Minute); state != core.NotReady || parts[0].Text != "away" {
		t.Errorf("%s %+v", state, parts)
	}
	failing.Stop()
	if state, _ := failing.Look(t.Context(), time.Minute); state != core.Stopping {
		t.Errorf("%s", state)
	}
}
