package core

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"
)

// Waiting is what waits in a queue of one user, one pipeline and one urgency.
type Waiting struct {
	UserID      int64
	Pipeline    Pipeline
	Priority    int
	Interactive bool
	Enabled     bool       // the pipeline is switched on
	Oldest      int64      // the lowest id among them
	AtWork      int        // runs of the user in this queue that are being computed
	Served      *time.Time // when a run of the user last began in this queue
}

// TurnStore tells whose turn it is.
type TurnStore interface {
	// Waiting groups what waits in a queue and was asked for before a time (zero: any), in no particular order.
	Waiting(ctx context.Context, queue string, before time.Time) ([]Waiting, error)
	// NextOf gives the run of a group that has waited longest.
	NextOf(ctx context.Context, queue string, w Waiting, before time.Time) (*Run, error)
	// Times gives when the runs that have not ended, and those that ended since, were queued, began and ended.
	Times(ctx context.Context, since time.Time) ([]RunTimes, error)
}

// turn orders groups by whose turn it is: what somebody waits for in front of the page before bulk work, then by
// priority; among equals users take turns, so that five hundred runs of one hold nobody else up for longer than a run.
func turn(groups []Waiting) {
	slices.SortFunc(groups, func(a, b Waiting) int {
		return cmp.Or(-cmp.Compare(asInt(a.Interactive), asInt(b.Interactive)), -cmp.Compare(a.Priority, b.Priority),
			cmp.Compare(a.AtWork, b.AtWork), served(a.Served, b.Served), cmp.Compare(a.Oldest, b.Oldest))
	})
}

func asInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// served: who never had a turn comes first.
func served(a, b *time.Time) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return a.Compare(*b)
}

// Next gives the run whose turn it is in a queue, and how its pipeline is set; nil when nothing waits that may begin. later
// tells that something may wait all the same: for the end of a drain, or for its pipeline to be switched on again. Next
// claims nothing: somebody else may be faster.
func (s *Runs) Next(ctx context.Context, q QueueSettings) (run *Run, p *PipelineSettings, later bool, err error) {
	before := q.QueuedBefore()
	groups, err := s.stores.Turns().Waiting(ctx, q.Name, before)
	if err != nil {
		return nil, nil, false, err
	}
	later = q.Mode == QueueDraining
	turn(groups)
	for _, g := range groups {
		if !g.Enabled {
			later = true
			continue
		}
		run, err := s.stores.Turns().NextOf(ctx, q.Name, g, before)
		if errors.Is(err, ErrNotFound) {
			continue // gone since
		}
		if err != nil {
			return nil, nil, false, err
		}
		settings, err := s.stores.Settings().Pipeline(ctx, run.Pipeline)
		return run, settings, false, err
	}
	return nil, nil, later, nil
}
