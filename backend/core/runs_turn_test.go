package core_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

// waiting inserts a queued run.
func (b *bench) waiting(who core.Caller, p core.Pipeline, interactive bool) core.Run {
	b.t.Helper()
	b.seq++
	run, created, err := b.db.Runs().Insert(b.t.Context(), &core.Run{Pipeline: p, RegionSetID: b.peaks.ID, FeatureID: b.hic.ID, UserID: who.UserID,
		Queue: core.QueueLong, Attempt: 1, MaxAttempts: 3, Interactive: interactive, Params: json.RawMessage(`{}`)}, fmt.Sprint("key", b.seq))
	if err != nil || !created {
		b.t.Fatal(created, err)
	}
	return *run
}

// next claims the run whose turn it is; 0 when it is nobody's.
func (b *bench) next(q core.QueueSettings) core.Run {
	b.t.Helper()
	run, settings, _, err := b.Next(b.t.Context(), q)
	check(b.t, err)
	if run == nil {
		return core.Run{}
	}
	if settings.Pipeline != run.Pipeline {
		b.t.Errorf("settings of %s with a run of %s", settings.Pipeline, run.Pipeline)
	}
	return b.claim(*run)
}

var long = core.QueueSettings{Name: core.QueueLong, Mode: core.QueueOpen}

// operations.md, "Fairness": one user's 500 runs do not starve another's one. With one slot bob's run begins after at
// most one more of ada's; after that they take turns.
func TestUsersTakeTurns(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		for range 500 {
			b.waiting(b.ada, core.PipelinePileup, false)
		}
		finish := func(r core.Run) { check(t, b.Finish(t.Context(), r, nil)) }
		first := b.next(long)
		one := b.waiting(b.bob, core.PipelinePileup, false)
		finish(first)
		if got := b.next(long); got.ID != one.ID {
			t.Errorf("run %d of user %d begins, want bob's", got.ID, got.UserID)
		} else {
			finish(got)
		}
		for range 3 {
			b.waiting(b.bob, core.PipelinePileup, false)
		}
		var users []int64
		for range 6 {
			r := b.next(long)
			users = append(users, r.UserID)
			finish(r)
		}
		a, o := b.ada.UserID, b.bob.UserID
		if !slices.Equal(users, []int64{a, o, a, o, a, o}) {
			t.Errorf("turns of users %v", users)
		}
		// With two slots each has one.
		b.waiting(b.bob, core.PipelinePileup, false)
		b.waiting(b.bob, core.PipelinePileup, false)
		if x, y := b.next(long), b.next(long); x.UserID == y.UserID {
			t.Errorf("both slots are user %d's", x.UserID)
		}
	})
}

func TestUrgentAndImportantFirst(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, a := t.Context(), b.admin()
		bulk := b.waiting(b.ada, core.PipelinePileup, false)
		important := b.waiting(b.ada, core.PipelineStackup, false)
		urgent := b.waiting(b.ada, core.PipelinePileup, true)
		check(t, errOf(a.PatchPipeline(ctx, b.root, core.PipelineStackup, core.PipelinePatch{Priority: ptr(6), Queue: ptr(core.QueueLong)})))
		for i, r := range []core.Run{urgent, important, bulk} {
			if got := b.run(r.ID).Position; got != i+1 {
				t.Errorf("run %d is told that it is number %d, want %d", r.ID, got, i+1)
			}
		}
		for _, want := range []core.Run{urgent, important, bulk} {
			if got := b.next(long); got.ID != want.ID {
				t.Errorf("run %d begins, want %d", got.ID, want.ID)
			}
		}
	})
}

// While a queue is drained, what came before goes on and what comes later waits. A pipeline that is off waits, too.
func TestDrainAndOff(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, a := t.Context(), b.admin()
		early := b.waiting(b.ada, core.PipelinePileup, false)
		time.Sleep(2 * time.Millisecond) // the times of the database are in microseconds
		q, err := a.PatchQueue(ctx, b.root, core.QueueLong, core.QueuePatch{Mode: ptr(core.QueueDraining)})
		check(t, err)
		time.Sleep(2 * time.Millisecond)
		late := b.waiting(b.ada, core.PipelinePileup, false)
		if got := b.next(*q); got.ID != early.ID {
			t.Errorf("run %d begins, want %d", got.ID, early.ID)
		}
		run, _, later, err := b.Next(ctx, *q)
		if run != nil || !later || err != nil {
			t.Errorf("run %v begins while the queue is drained (%v %v)", run, later, err)
		}
		q, err = a.PatchQueue(ctx, b.root, core.QueueLong, core.QueuePatch{Mode: ptr(core.QueueOpen)})
		check(t, err)
		check(t, errOf(a.PatchPipeline(ctx, b.root, core.PipelinePileup, core.PipelinePatch{Enabled: ptr(false)})))
		if run, _, later, err = b.Next(ctx, *q); run != nil || !later || err != nil {
			t.Errorf("run %v begins while its pipeline is off (%v %v)", run, later, err)
		}
		check(t, errOf(a.PatchPipeline(ctx, b.root, core.PipelinePileup, core.PipelinePatch{Enabled: ptr(true)})))
		if got := b.next(*q); got.ID != late.ID {
			t.Errorf("run %d begins, want %d", got.ID, late.ID)
		}
	})
}

// A pipeline that moves takes what waits with it, but for what somebody waits for.
func TestWaitingRunsMove(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		a := b.admin()
		bulk, urgent, other := b.waiting(b.ada, core.PipelinePileup, false), b.waiting(b.ada, core.PipelinePileup, true), b.waiting(b.ada, core.PipelineStackup, false)
		work := b.claim(b.waiting(b.ada, core.PipelinePileup, false))
		check(t, errOf(a.PatchPipeline(t.Context(), b.root, core.PipelinePileup, core.PipelinePatch{Queue: ptr(core.QueueMedium)})))
		for r, want := range map[int64]string{bulk.ID: core.QueueMedium, urgent.ID: core.QueueLong, other.ID: core.QueueLong, work.ID: core.QueueLong} {
			if got := b.run(r).Queue; got != want {
				t.Errorf("run %d is in %s, want %s", r, got, want)
			}
		}
		if len(b.enqueued) != 1 || b.enqueued[0].ID != bulk.ID || b.enqueued[0].Queue != core.QueueMedium {
			t.Errorf("workers are woken for %+v", b.enqueued)
		}
	})
}

func TestRetryAllFailed(t *testing.T) {
	b := newBench(t)
	ctx, a := t.Context(), b.admin()
	failed := func(p core.Pipeline) core.Run {
		r := b.claim(b.waiting(b.ada, p, false))
		check(t, b.Fail(ctx, r, core.Final(core.Errorf(core.CodeUnavailable, "no"))))
		return r
	}
	one, two, other := failed(core.PipelinePileup), failed(core.PipelinePileup), failed(core.PipelineStackup)
	b.waiting(b.ada, core.PipelinePileup, false) // has not failed
	got, err := a.RetryFailed(ctx, b.root, core.RunQuery{Pipeline: core.PipelinePileup, User: "ada"})
	check(t, err)
	// Both have the same parameters: the second retry is the same work as the first.
	if got.Retried+got.Refused != 2 || got.Retried < 1 || got.More {
		t.Errorf("%+v", got)
	}
	states := []core.RunState{b.run(one.ID).State, b.run(two.ID).State}
	if !slices.Contains(states, core.RunQueued) || b.run(other.ID).State != core.RunFailed {
		t.Errorf("%v, the other %s", states, b.run(other.ID).State)
	}
	if got, err := a.RetryFailed(ctx, b.root, core.RunQuery{User: "nobody"}); err != nil || got.Retried != 0 {
		t.Errorf("%+v %v", got, err)
	}
}

// The overview counts what the table of runs says.
func TestOverview(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx := t.Context()
		first := b.claim(b.waiting(b.ada, core.PipelinePileup, false))
		check(t, b.Finish(ctx, first, nil))
		second := b.claim(b.waiting(b.ada, core.PipelinePileup, false))
		check(t, b.Fail(ctx, second, core.Final(core.Errorf(core.CodeUnavailable, "no"))))
		b.claim(b.waiting(b.ada, core.PipelineStackup, false))
		b.waiting(b.ada, core.PipelinePileup, false)
		oldest := b.waiting(b.ada, core.PipelinePileup, false)
		check(t, b.db.Workers().Report(ctx, &core.WorkerReport{Name: "w:1", Queues: []core.WorkerQueue{{Name: core.QueueLong, Limit: 3}}}))
		o, err := b.admin().Overview(ctx, b.root, 60)
		check(t, err)
		q := o.Queues[2]
		last := len(q.Depths) - 1
		if q.Name != core.QueueLong || q.Depth != 2 || q.Running != 1 || q.Depths[last] != 2 || q.Depths[0] != 0 || q.Done[last] != 1 || q.Failed[last] != 1 ||
			q.DoneRate != 0.2 || q.FailedRate != 0.2 || q.Workers != 1 || q.Slots != 3 {
			t.Errorf("%+v", q)
		}
		if q.OldestSince.After(oldest.CreatedAt) || q.OldestSince.IsZero() {
			t.Errorf("the oldest waits since %v", q.OldestSince)
		}
		if s := o.Queues[0]; s.Depth != 0 || s.Running != 0 || !s.OldestSince.IsZero() {
			t.Errorf("%+v", s)
		}
		for _, p := range o.Pipelines {
			want := map[core.Pipeline][4]int{core.PipelinePileup: {2, 0, 1, 1}, core.PipelineStackup: {0, 1, 0, 0}}[p.Pipeline]
			if got := [4]int{p.Waiting, p.Running, p.Done, p.Failed}; got != want {
				t.Errorf("%s: %v, want %v", p.Pipeline, got, want)
			}
			if p.WaitP95 < p.WaitP50 || p.RunP95 < p.RunP50 || p.RunP95 > 60 {
				t.Errorf("%+v", p)
			}
		}
		list, err := b.admin().Workers(ctx, b.root)
		check(t, err)
		if len(list) != 1 || list[0].Lost || list[0].Name != "w:1" {
			t.Errorf("%+v", list)
		}
		check(t, b.db.Workers().Gone(ctx, "w:1"))
		if list, err = b.admin().Workers(ctx, b.root); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
}

// What an administrator does to somebody else's run is written down, one by one; what its user does is not, and "retry all
// failed" is one line.
func TestRunsOfOthersAreInTheAuditLog(t *testing.T) {
	b := newBench(t)
	ctx, a := t.Context(), b.admin()
	run := b.waiting(b.ada, core.PipelinePileup, false)
	log := func() (lines []string) {
		t.Helper()
		list, err := a.Changes(ctx, b.root, core.ChangeFilter{Kind: core.ChangeRun, Limit: 10})
		check(t, err)
		for _, c := range list {
			lines = append(lines, c.User+" "+c.Target+" "+string(c.After))
		}
		return lines
	}
	for _, do := range []func(context.Context, core.Caller, int64) (core.Run, error){b.Cancel, b.Retry} {
		_, err := do(ctx, b.ada, run.ID)
		check(t, err)
	}
	if got := log(); len(got) != 0 {
		t.Errorf("what ada did to her own run is in the log: %q", got)
	}
	for _, do := range []func(context.Context, core.Caller, int64) (core.Run, error){b.Cancel, b.Retry} {
		_, err := do(ctx, b.root, run.ID)
		check(t, err)
	}
	got := log()
	for i, state := range []core.RunState{core.RunQueued, core.RunCancelled} {
		if len(got) != 2 || !strings.Contains(got[i], fmt.Sprintf("%d of ada", run.ID)) || !strings.Contains(got[i], string(state)) {
			t.Fatalf("the log has %q", got)
		}
	}
}
