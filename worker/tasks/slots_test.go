package tasks

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/backend/testkit"
)

// floor is a lab with a real queue, an administrator and workers whose pileups last until they are told to end.
type floor struct {
	*lab
	rdb   redis.UniversalClient
	admin *core.Admin
	root  core.Caller
	sets  int
	end   chan struct{}

	mu    sync.Mutex
	began []core.Run
	work  map[int64]int64 // runs at work, with the bytes that they may plan with
}

func newFloor(t *testing.T, addr string) *floor {
	f := &floor{lab: newLab(t), end: make(chan struct{}), work: map[int64]int64{}}
	f.rdb = redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { f.rdb.Close() })
	f.Runs = core.NewRuns(f.db, queue.NewClient(f.rdb), f.lab, nil)
	f.admin = core.NewAdmin(f.db, f.Runs, core.NewAccounts(f.db, nil, nil, nil), core.NewUploads(f.db, nil, 0, nil), f.lab, nil)
	u := &core.User{Username: "root", Role: core.RoleAdmin}
	check(t, f.db.Users().Create(t.Context(), u))
	f.root = core.Caller{UserID: u.ID, Name: u.Username, Role: u.Role}
	return f
}

// slow computes until the test says so, or until it is stopped.
func (f *floor) slow(e *Executor) pipeline {
	return func(ctx context.Context, run core.Run, _ *progress) (func(context.Context) error, error) {
		f.mu.Lock()
		f.began = append(f.began, run)
		f.work[run.ID] = e.memory(ctx)
		f.mu.Unlock()
		defer func() {
			f.mu.Lock()
			delete(f.work, run.ID)
			f.mu.Unlock()
		}()
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.end:
			return func(ctx context.Context) error { return f.Runs.Finish(ctx, run, nil) }, nil
		}
	}
}

// worker starts one; it ends with the test.
func (f *floor) worker(name string, own map[string]int) {
	f.t.Helper()
	d := f.Deps
	d.Worker = name
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		done <- workWith(ctx, d, f.rdb, own, func(e *Executor) {
			e.pipelines[core.PipelinePileup], e.pipelines[core.PipelineStackup] = f.slow(e), f.slow(e)
		})
	}()
	f.t.Cleanup(func() { stop(); check(f.t, <-done) })
}

// ask queues one run for every call.
func (f *floor) ask(who core.Caller, p core.Pipeline) core.Run {
	f.t.Helper()
	f.sets++
	set := f.add(core.Dataset{Name: fmt.Sprint("set", f.sets), Kind: core.KindRegions, SizeType: core.SizePoint, Public: true}, []byte("chr1\t1\t2\n"))
	kind := core.KindContacts
	if p == core.PipelineStackup {
		kind = core.KindSignal
	}
	source := f.add(core.Dataset{Name: fmt.Sprint("source", f.sets), Kind: kind, Public: true}, []byte("x"))
	a, err := f.Runs.Preprocess(f.t.Context(), who, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{source.ID}})
	check(f.t, err)
	return a.Runs[0]
}

// atWork waits until exactly so many compute, and stay so for a moment.
func (f *floor) atWork(n int, what string) {
	f.t.Helper()
	count := func() int { f.mu.Lock(); defer f.mu.Unlock(); return len(f.work) }
	f.await(fmt.Sprintf("%s: %d at work", what, n), func() bool { return count() == n })
	time.Sleep(700 * time.Millisecond)
	if got := count(); got != n {
		f.t.Errorf("%s: %d at work, want %d", what, got, n)
	}
}

func (f *floor) tune(name string, p core.QueuePatch) {
	f.t.Helper()
	_, err := f.admin.PatchQueue(f.t.Context(), f.root, name, p)
	check(f.t, err)
}

func (f *floor) pipeline(p core.Pipeline, patch core.PipelinePatch) {
	f.t.Helper()
	_, err := f.admin.PatchPipeline(f.t.Context(), f.root, p, patch)
	check(f.t, err)
}

func ptr[T any](v T) *T { return &v }

// issue 6, item 1: what an administrator changes is followed by workers without a restart. Here no event tells them: they
// look now and then, as while Redis loses events.
func TestWorkersFollowTheQueue(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		f := newFloor(t, addr)
		f.tune(core.QueueLong, core.QueuePatch{Mode: ptr(core.QueuePaused)})
		for range 8 {
			f.ask(f.user, core.PipelinePileup)
		}
		f.worker("one:1", map[string]int{core.QueueLong: 1})
		f.atWork(0, "paused")
		f.tune(core.QueueLong, core.QueuePatch{Mode: ptr(core.QueueOpen)})
		f.atWork(1, "resumed")
		f.tune(core.QueueLong, core.QueuePatch{Concurrency: ptr(3)})
		f.atWork(3, "more at once")
		f.tune(core.QueueLong, core.QueuePatch{Concurrency: ptr(2)})
		f.await("the limit is followed", func() bool {
			w, err := f.admin.Workers(t.Context(), f.root)
			check(t, err)
			return len(w) == 1 && len(w[0].Queues) == 1 && w[0].Queues[0].Limit == 2 && w[0].Queues[0].Running == 3
		})
		f.end <- struct{}{}
		f.atWork(2, "fewer at once: the third ended, none began")
		f.tune(core.QueueLong, core.QueuePatch{Mode: ptr(core.QueueDraining)})
		f.await("the drain is followed", func() bool {
			w, err := f.admin.Workers(t.Context(), f.root)
			check(t, err)
			return w[0].Queues[0].Mode == core.QueueDraining
		})
		late := f.ask(f.user, core.PipelinePileup)
		close(f.end) // everything that may begin ends at once
		f.await("drained", func() bool {
			left, err := f.db.Runs().List(t.Context(), core.RunFilter{States: []core.RunState{core.RunQueued, core.RunRunning}})
			check(t, err)
			return len(left) == 1 && left[0].ID == late.ID
		})
		f.tune(core.QueueLong, core.QueuePatch{Mode: ptr(core.QueueOpen)})
		f.await("what came late", func() bool { return f.run(late.ID).State == core.RunFinished })
	})
}

// A pipeline that moves to another queue takes what waits with it: another worker works it off.
func TestWorkersFollowThePipeline(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		f := newFloor(t, addr)
		run := f.ask(f.user, core.PipelinePileup)
		f.worker("medium:1", map[string]int{core.QueueMedium: 1})
		f.atWork(0, "in the queue long, which nobody consumes")
		f.pipeline(core.PipelinePileup, core.PipelinePatch{Queue: ptr(core.QueueMedium), Memory: ptr(int64(123 << 20))})
		f.atWork(1, "moved")
		f.mu.Lock()
		if got := f.work[run.ID]; got != 123<<20 {
			t.Errorf("the run plans with %d bytes", got)
		}
		f.mu.Unlock()
		close(f.end)
		f.await("end", func() bool { return f.run(run.ID).State == core.RunFinished })
	})
}

// A run that does not fit into the budget of its queue on a worker waits for the others to end.
func TestMemoryBudget(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		f := newFloor(t, addr)
		f.pipeline(core.PipelinePileup, core.PipelinePatch{Memory: ptr(int64(400 << 20))})
		f.tune(core.QueueLong, core.QueuePatch{Concurrency: ptr(4), Memory: ptr(int64(1000 << 20))})
		for range 4 {
			f.ask(f.user, core.PipelinePileup)
		}
		f.worker("one:1", map[string]int{core.QueueLong: 1})
		f.atWork(2, "two fit, three would not")
		f.end <- struct{}{}
		f.await("the third", func() bool { f.mu.Lock(); defer f.mu.Unlock(); return len(f.began) == 3 })
		f.atWork(2, "one ended, one began")
		f.tune(core.QueueLong, core.QueuePatch{Memory: ptr(int64(0))})
		f.atWork(3, "without a budget")
		close(f.end)
	})
}

// issue 6: "user B's single run starts within 2 run lengths while user A has 500 waiting", here 40 and one slot.
func TestOneRunOfAnotherIsNotHeldUp(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		f := newFloor(t, addr)
		for range 40 {
			f.ask(f.user, core.PipelinePileup)
		}
		f.worker("one:1", map[string]int{core.QueueLong: 1})
		f.atWork(1, "the first of ada's")
		u := &core.User{Username: "bob", Role: core.RoleUser}
		check(t, f.db.Users().Create(t.Context(), u))
		run := f.ask(core.Caller{UserID: u.ID, Role: u.Role}, core.PipelinePileup)
		f.end <- struct{}{} // one run length
		f.await("bob's run", func() bool { return f.run(run.ID).State == core.RunRunning })
		if n := len(f.began); n > 3 {
			t.Errorf("it was number %d", n)
		}
		close(f.end)
	})
}

// Slots over all queues go where least is at work for the weight: three to one.
func TestWeights(t *testing.T) {
	f := newFloor(t, testkit.MiniRedis(t))
	f.tune(core.QueueMedium, core.QueuePatch{Weight: ptr(3), Concurrency: ptr(8)})
	f.tune(core.QueueLong, core.QueuePatch{Weight: ptr(1), Concurrency: ptr(8)})
	_, err := f.admin.SetWorkers(t.Context(), f.root, core.WorkerSettings{Slots: 4})
	check(t, err)
	for range 12 {
		f.ask(f.user, core.PipelinePileup)  // long
		f.ask(f.user, core.PipelineStackup) // medium
	}
	f.worker("one:1", map[string]int{core.QueueMedium: 1, core.QueueLong: 1})
	f.atWork(4, "four slots")
	// The first may have begun before anything else waited; after a few ends the shares are those of the weights.
	for range 8 {
		f.end <- struct{}{}
		f.atWork(4, "four slots again")
	}
	count := map[string]int{}
	f.mu.Lock()
	for _, r := range f.began {
		if _, ok := f.work[r.ID]; ok {
			count[r.Queue]++
		}
	}
	f.mu.Unlock()
	if count[core.QueueMedium] != 3 || count[core.QueueLong] != 1 {
		t.Errorf("at work: %v, want three of medium and one of long", count)
	}
	close(f.end)
}

// A worker is in the list while it lives, and not after it has ended.
func TestWorkersAreListed(t *testing.T) {
	f := newFloor(t, testkit.MiniRedis(t))
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	d := f.Deps
	d.Worker = "host:7"
	go func() { done <- Work(ctx, d, f.rdb, map[string]int{core.QueueShort: 2}) }()
	f.await("in the list", func() bool {
		list, err := f.admin.Workers(t.Context(), f.root)
		check(t, err)
		return len(list) == 1 && list[0].Host == "host" && list[0].Engine != "" && len(list[0].Queues) == 1 && list[0].Queues[0].Limit == 2 && list[0].Heap > 0
	})
	stop()
	check(t, <-done)
	if list, err := f.admin.Workers(context.Background(), f.root); err != nil || len(list) != 0 {
		t.Errorf("%+v %v", list, err)
	}
}

// What a worker shows before it knows what the administrator wants is not "paused": who waits for a pause would take that
// for it, and the worker would begin a run afterwards.
func TestWorkerSaysNothingOfQueuesBeforeItsPlan(t *testing.T) {
	s := newSlots(&Executor{}, map[string]int{core.QueueShort: 2})
	var w core.WorkerReport
	if s.report(&w); len(w.Queues) > 0 {
		t.Errorf("before the plan: %+v", w.Queues)
	}
	s.follow(&core.Tuning{})
	if s.report(&w); len(w.Queues) != 1 || w.Queues[0].Name != core.QueueShort {
		t.Errorf("with a plan: %+v", w.Queues)
	}
}
