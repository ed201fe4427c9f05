package core

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"
)

// SystemUser is nobody's id: events to it are for the processes themselves.
const SystemUser int64 = 0

// TopicTuning tells processes that what administrators tune has changed.
const TopicTuning = "tuning"

// followEvery bounds how long a change stays unseen when its event was lost.
const followEvery = 2 * time.Second

// Follower holds what administrators tune, for one process, and keeps it up to date.
type Follower struct {
	stores Stores
	log    *slog.Logger
	now    atomic.Pointer[Tuning]
	change func(*Tuning)
}

// NewFollower builds one; change is called in turn with everything that was read, first by Follow.
func NewFollower(stores Stores, log *slog.Logger, change func(*Tuning)) *Follower {
	return &Follower{stores: stores, log: log, change: change}
}

// Now gives what was read last; nil before the first.
func (f *Follower) Now() *Tuning { return f.now.Load() }

// Follow reads again whenever something comes from wake, and every two seconds in any case, until ctx ends. wake may be nil.
func (f *Follower) Follow(ctx context.Context, wake <-chan struct{}) {
	tick := time.NewTicker(followEvery)
	defer tick.Stop()
	for {
		f.Read(ctx)
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		case <-wake:
		}
	}
}

// Read reads now. While the database is away, what was read last holds.
func (f *Follower) Read(ctx context.Context) {
	t, err := readTuning(ctx, f.stores)
	if err != nil {
		if ctx.Err() == nil {
			f.log.WarnContext(ctx, "settings of the queues not read, the last ones hold", "err", err)
		}
		return
	}
	f.now.Store(t)
	if f.change != nil {
		f.change(t)
	}
}

func readTuning(ctx context.Context, stores Stores) (*Tuning, error) {
	queues, err := stores.Tuning().Queues(ctx)
	if err != nil {
		return nil, err
	}
	w, err := workerSettings(ctx, stores)
	return &Tuning{Queues: queues, Slots: w.Slots}, err
}
