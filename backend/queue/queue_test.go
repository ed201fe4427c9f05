package queue

import (
	"context"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func connect(t *testing.T, addr string) redis.UniversalClient {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { rdb.Close() })
	return rdb
}

func serve(t *testing.T, rdb redis.UniversalClient, concurrency map[string]int, h Handler) *Server {
	t.Helper()
	s := NewServer(rdb, concurrency, h, quiet)
	if err := s.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	return s
}

func run(id int64, queue string) core.Run {
	return core.Run{ID: id, Attempt: 1, Queue: queue, Pipeline: core.PipelinePileup}
}

func receive[T any](t *testing.T, ch <-chan T, what string) (v T) {
	t.Helper()
	select {
	case v = <-ch:
	case <-time.After(20 * time.Second):
		t.Fatalf("no %s", what)
	}
	return v
}

func TestEveryTaskOnce(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		rdb := connect(t, addr)
		client := NewClient(rdb)
		const n = 60
		queues := []string{core.QueueShort, core.QueueMedium, core.QueueLong}
		for id := int64(1); id <= n; id++ {
			for range 3 { // repeated calls are harmless
				if err := client.Enqueue(t.Context(), run(id, queues[id%3])); err != nil {
					t.Fatal(err)
				}
			}
		}
		seen := make(chan Payload, 2*n)
		serve(t, rdb, map[string]int{core.QueueShort: 2, core.QueueMedium: 1, core.QueueLong: 1}, func(_ context.Context, p Payload) bool { seen <- p; return true })
		got := map[int64]int{}
		for range n {
			p := receive(t, seen, "task")
			got[p.RunID]++
			if p.Attempt != 1 {
				t.Errorf("%+v", p)
			}
		}
		if len(got) != n || len(seen) != 0 {
			t.Errorf("%d runs came, %d more than once", len(got), len(seen))
		}
	})
}

func TestKnown(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		rdb := connect(t, addr)
		client := NewClient(rdb)
		r := run(1, core.QueueShort)
		known := func() bool {
			ok, err := client.Known(r.Queue, TaskID(r.ID, r.Attempt))
			if err != nil {
				t.Fatal(err)
			}
			return ok
		}
		if known() {
			t.Error("known before it was enqueued")
		}
		if err := client.Enqueue(t.Context(), r); err != nil || !known() {
			t.Errorf("not known after it was enqueued (%v)", err)
		}
		if err := rdb.FlushAll(t.Context()).Err(); err != nil { // Redis loses everything
			t.Fatal(err)
		}
		if known() {
			t.Error("known after Redis was emptied")
		}
		if err := client.Enqueue(t.Context(), r); err != nil || !known() {
			t.Errorf("not known after it was enqueued again (%v)", err)
		}
	})
}

// A task that asynq archived (its worker died, say) must not keep the run's id occupied.
func TestEndedTaskIsReplaced(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		rdb := connect(t, addr)
		client := NewClient(rdb)
		r := run(1, core.QueueShort)
		if err := client.Enqueue(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		if err := client.inspector.ArchiveTask(r.Queue, TaskID(1, 1)); err != nil {
			t.Fatal(err)
		}
		if ok, _ := client.Known(r.Queue, TaskID(1, 1)); ok {
			t.Error("an archived task will never run, so it must not count as known")
		}
		if err := client.Enqueue(t.Context(), r); err != nil {
			t.Fatal(err)
		}
		seen := make(chan Payload, 1)
		serve(t, rdb, map[string]int{core.QueueShort: 1}, func(_ context.Context, p Payload) bool { seen <- p; return true })
		receive(t, seen, "task")
	})
}

func TestLongWorkDoesNotHoldUpShort(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		rdb := connect(t, addr)
		client := NewClient(rdb)
		for id := int64(1); id <= 5; id++ {
			client.Enqueue(t.Context(), run(id, core.QueueLong))
		}
		release, short := make(chan struct{}), make(chan Payload, 1)
		var inLong, most atomic.Int32
		serve(t, rdb, map[string]int{core.QueueShort: 1, core.QueueLong: 2}, func(_ context.Context, p Payload) bool {
			if p.RunID == 100 {
				short <- p
				return true
			}
			most.Store(max(most.Load(), inLong.Add(1)))
			<-release
			inLong.Add(-1)
			return true
		})
		for inLong.Load() < 2 {
			time.Sleep(5 * time.Millisecond)
		}
		client.Enqueue(t.Context(), run(100, core.QueueShort))
		receive(t, short, "short task while long ones work")
		if most.Load() > 2 {
			t.Errorf("%d long tasks at once, 2 allowed", most.Load())
		}
		close(release)
	})
}

func TestShutdownStopsHandlersAndTakesNoMore(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		rdb := connect(t, addr)
		client := NewClient(rdb)
		client.Enqueue(t.Context(), run(1, core.QueueShort))
		started := make(chan struct{}, 2)
		var ended sync.WaitGroup
		ended.Add(1)
		s := NewServer(rdb, map[string]int{core.QueueShort: 1}, func(ctx context.Context, _ Payload) bool {
			started <- struct{}{}
			<-ctx.Done()
			ended.Done()
			return true
		}, quiet)
		if err := s.Start(); err != nil {
			t.Fatal(err)
		}
		receive(t, started, "start")
		s.Shutdown()
		ended.Wait()
		client.Enqueue(t.Context(), run(2, core.QueueShort))
		if ok, err := client.Known(core.QueueShort, TaskID(2, 1)); !ok || err != nil {
			t.Error("a stopped server took a task", err)
		}
	})
}

// Redis that goes away while a task works: the handler is not disturbed, and the server works on when Redis is back.
func TestHandlerSurvivesRedis(t *testing.T) {
	addr := testkit.Redis(t)
	rdb := connect(t, addr)
	client := NewClient(rdb)
	client.Enqueue(t.Context(), run(1, core.QueueShort))
	started, end, seen := make(chan context.Context, 1), make(chan struct{}), make(chan Payload, 4)
	serve(t, rdb, map[string]int{core.QueueShort: 1}, func(ctx context.Context, p Payload) bool {
		if p.RunID == 1 {
			started <- ctx
			<-end
		}
		seen <- p
		return true
	})
	ctx := receive(t, started, "start")
	if err := rdb.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Error("the handler was disturbed")
	}
	close(end)
	receive(t, seen, "end of the task that Redis forgot")
	client.Enqueue(t.Context(), run(2, core.QueueShort))
	if p := receive(t, seen, "task after the loss"); p.RunID != 2 {
		t.Errorf("%+v", p)
	}
}

func TestForeignTasksAreDropped(t *testing.T) {
	addr := testkit.MiniRedis(t)
	rdb := connect(t, addr)
	foreign := asynq.NewClientFromRedisClient(rdb)
	for _, task := range []*asynq.Task{asynq.NewTask("other", nil), asynq.NewTask(TaskRun, []byte("{"))} {
		if _, err := foreign.Enqueue(task, asynq.Queue(core.QueueShort), asynq.MaxRetry(5)); err != nil {
			t.Fatal(err)
		}
	}
	seen := make(chan Payload, 4)
	serve(t, rdb, map[string]int{core.QueueShort: 1}, func(_ context.Context, p Payload) bool { seen <- p; return true })
	NewClient(rdb).Enqueue(t.Context(), run(9, core.QueueShort))
	if p := receive(t, seen, "task behind the foreign ones"); p.RunID != 9 {
		t.Errorf("%+v", p)
	}
}

// Fewer, none, more: what is at work goes on, and nothing is lost or taken twice.
func TestConcurrencyChangesLive(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		rdb := connect(t, addr)
		client := NewClient(rdb)
		const n = 12
		for id := int64(1); id <= n; id++ {
			client.Enqueue(t.Context(), run(id, core.QueueLong))
		}
		began, end := make(chan Payload, n), make(chan struct{})
		s := serve(t, rdb, map[string]int{core.QueueLong: 1}, func(_ context.Context, p Payload) bool {
			began <- p
			<-end
			return true
		})
		seen := map[int64]bool{}
		next := func(what string) {
			p := receive(t, began, what)
			if seen[p.RunID] || p.Queue != core.QueueLong {
				t.Errorf("%+v came twice, or from nowhere", p)
			}
			seen[p.RunID] = true
		}
		none := func(what string) {
			t.Helper()
			select {
			case p := <-began:
				t.Errorf("%s: run %d began", what, p.RunID)
			case <-time.After(time.Second):
			}
		}
		next("first run")
		none("one at a time")
		if err := s.Set(core.QueueLong, 3); err != nil {
			t.Fatal(err)
		}
		// The old taker's run goes on beside the three of the new one: who counts them is the handler.
		for range 3 {
			next("run after more are allowed")
		}
		if err := s.Set(core.QueueLong, 0); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			end <- struct{}{}
		}
		none("none is allowed")
		if err := s.Set(core.QueueLong, 2); err != nil {
			t.Fatal(err)
		}
		close(end)
		for range n - 4 {
			next("rest of the runs")
		}
		none("all were taken")
	})
}

// A task for which there was no room is offered again, as often as it takes, and stays known meanwhile.
func TestNoRoomIsOfferedAgain(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		rdb := connect(t, addr)
		client := NewClient(rdb)
		client.Enqueue(t.Context(), run(1, core.QueueShort))
		var offers atomic.Int32
		done := make(chan struct{})
		serve(t, rdb, map[string]int{core.QueueShort: 1}, func(context.Context, Payload) bool {
			if offers.Add(1) < 4 {
				return false
			}
			close(done)
			return true
		})
		for offers.Load() < 2 {
			if ok, err := client.Known(core.QueueShort, TaskID(1, 1)); !ok || err != nil {
				t.Fatal("not known while it is offered again", err)
			}
			time.Sleep(20 * time.Millisecond)
		}
		receive(t, done, "fourth offer")
	})
}
