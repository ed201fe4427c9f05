package tasks

import (
	"context"
	"fmt"
	"os"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/queue"
)

// Name of this process among workers.
func Name() string {
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	return fmt.Sprintf("%s:%d", host, os.Getpid())
}

// tempCleaner is the part of the data volume that removes what dead writers left; *blob.Store implements it.
type tempCleaner interface {
	CleanTemp(grace time.Duration) (int, error)
}

// Work consumes the queues, each with its concurrency until the administrator sets another, and repairs what dead workers
// left, until ctx ends. Then runs at work are stopped and put back, and Work returns. rdb stays the caller's to close.
func Work(ctx context.Context, d Deps, rdb redis.UniversalClient, concurrency map[string]int) error {
	return workWith(ctx, d, rdb, concurrency, func(*Executor) {})
}

// workWith is Work with an executor that prepare may change.
func workWith(ctx context.Context, d Deps, rdb redis.UniversalClient, concurrency map[string]int, prepare func(*Executor)) error {
	e := NewExecutor(d)
	prepare(e)
	s := newSlots(e, concurrency)
	server := queue.NewServer(rdb, nil, s.handle, e.Log)
	if err := server.Start(); err != nil {
		return err
	}
	follower := core.NewFollower(e.Stores, e.Log, func(t *core.Tuning) {
		s.follow(t)
		for name, own := range concurrency {
			if err := server.Set(name, t.Queue(name).Limit(own)); err != nil {
				e.Log.ErrorContext(ctx, "queue not followed", "queue", name, "err", err)
			}
		}
		if e.LimitMemory != nil {
			e.LimitMemory(int64(s.most())*e.Memory + 256<<20)
		}
	})
	var parts sync.WaitGroup
	parts.Go(func() { follower.Follow(ctx, e.Tuned) })
	parts.Go(func() { e.sweep(ctx) })
	parts.Go(func() { e.live(ctx, s) })
	<-ctx.Done()
	server.Shutdown()
	parts.Wait()
	return nil
}

// sweep repairs at once and then every half lease, at most every ten seconds.
func (e *Executor) sweep(ctx context.Context) {
	tick := time.NewTicker(min(e.Lease/2, 10*time.Second))
	defer tick.Stop()
	for {
		if err := e.Runs.Sweep(ctx); err != nil && ctx.Err() == nil {
			e.Log.WarnContext(ctx, "sweep incomplete", "err", err)
		}
		if cleaner, ok := e.Blobs.(tempCleaner); ok {
			if n, err := cleaner.CleanTemp(e.Lease); err != nil {
				e.Log.WarnContext(ctx, "temporary files not cleaned", "err", err)
			} else if n > 0 {
				e.Log.InfoContext(ctx, "temporary files of dead writers removed", "count", n)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}
