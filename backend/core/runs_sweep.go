package core

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	sweepBatch = 10000
	// queuedGrace leaves a run that was just queued to the call that queued it.
	queuedGrace = 5 * time.Second
)

// Sweep repairs what a crash left behind: a run whose lease ran out goes back to the queue (or ends, when it was to be
// cancelled or has no attempt left), and every queued run is enqueued again, which does nothing for those that Redis
// knows. Any process may call it at any time, several at once: every step is a compare-and-set.
func (s *Runs) Sweep(ctx context.Context) error {
	var failures []error
	expired, err := s.stores.Runs().ExpiredLeases(ctx, s.now(), sweepBatch)
	if err != nil {
		return err
	}
	for _, run := range expired {
		if err := s.reclaim(ctx, run); err != nil && !errors.Is(err, ErrConflict) && !errors.Is(err, ErrNotFound) {
			failures = append(failures, fmt.Errorf("run %d: %w", run.ID, err))
		}
	}
	if err := s.stopForTrashed(ctx); err != nil {
		failures = append(failures, err)
	}
	if err := s.notices.endBatches(ctx, 0); err != nil {
		failures = append(failures, err)
	}
	queued, err := s.stores.Runs().Queued(ctx, s.now().Add(-queuedGrace), sweepBatch)
	if err != nil {
		return errors.Join(append(failures, err)...)
	}
	for _, run := range queued {
		if err := s.queue.Enqueue(ctx, run); err != nil {
			failures = append(failures, err)
			break // Redis is away: the next sweep tries again
		}
	}
	return errors.Join(failures...)
}

func (s *Runs) reclaim(ctx context.Context, run Run) error {
	switch {
	case run.State == RunCancelling:
		return s.Cancelled(ctx, run)
	case run.Attempt < run.MaxAttempts:
		return s.requeue(ctx, run, fmt.Sprintf("the worker was lost; waiting for attempt %d of %d", run.Attempt+1, run.MaxAttempts))
	default:
		return s.fail(ctx, run, &RunError{Code: CodeInternal,
			Message: fmt.Sprintf("the worker was lost in each of %d attempts; the data may need more memory than it has", run.Attempt)})
	}
}
