package tasks

import (
	"context"
	"fmt"
	"testing"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/backend/testkit"
	"regioscope/worker/format/mutants"
)

// operations.md, reliability 3: Redis is emptied (FLUSHALL) with runs queued, and again while they are worked off; all
// finish, each once. 1,000 runs in the soak, 25 outside of it.
func TestQueueIsLost(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		l := newLab(t)
		rdb := redis.NewClient(&redis.Options{Addr: addr})
		defer rdb.Close()
		l.Runs = core.NewRuns(l.db, queue.NewClient(rdb), l, nil)
		n := 25
		if mutants.Soak() {
			n = 1000
		}
		runs := make([]core.Run, n)
		sets := make([]*core.Dataset, n)
		for i := range n {
			sets[i], runs[i] = l.upload(fmt.Sprint("set", i), []byte(goodBed))
		}
		check(t, rdb.FlushAll(t.Context()).Err())
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- Work(ctx, l.Deps, rdb, map[string]int{core.QueueShort: 2}) }()
		l.await("a part to be done", func() bool { return l.run(runs[n/2].ID).State.Ended() })
		check(t, rdb.FlushAll(t.Context()).Err())
		for i, r := range runs {
			l.await("run of "+sets[i].Name, func() bool { return l.run(r.ID).State.Ended() })
			if got := l.run(r.ID); got.State != core.RunFinished || got.Attempt != 1 {
				t.Errorf("run %d: %s in attempt %d", r.ID, got.State, got.Attempt)
			}
		}
		stop()
		check(t, <-done)
	})
}
