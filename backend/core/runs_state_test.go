package core_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"regioscope/backend/core"
)

var retriable = errors.New("disk fell asleep")

// inState brings a new run of ada's into a state.
func (b *bench) inState(s core.RunState) core.Run {
	b.t.Helper()
	ctx := b.t.Context()
	b.seq++
	run := b.preprocess(b.ada, b.peaks, b.hic, core.WindowBin{Window: int64(b.seq) * 1000, Bin: 1000}).Runs[0]
	if s != core.RunQueued && s != core.RunCancelled {
		run = b.claim(run)
	}
	var err error
	switch s {
	case core.RunCancelling, core.RunCancelled:
		_, err = b.Cancel(ctx, b.ada, run.ID)
	case core.RunFinished:
		err = b.Finish(ctx, run, nil)
	case core.RunFailed:
		err = b.Fail(ctx, run, core.Final(core.Errorf(core.CodeBadFile, "bad")))
	}
	check(b.t, err)
	if got := b.run(run.ID); got.State != s {
		b.t.Fatalf("run is %s, want %s", got.State, s)
	}
	return run
}

// Every call × every state: the state after it, and the error. A step that is not in core.Transitions fails the test.
func TestEveryCallInEveryState(t *testing.T) {
	const q, r, cg, cd, fi, fa = core.RunQueued, core.RunRunning, core.RunCancelling, core.RunCancelled, core.RunFinished, core.RunFailed
	conflict, state := core.CodeConflict, core.CodeState
	order := []core.RunState{q, r, cg, cd, fi, fa}
	type outcome struct {
		to   core.RunState
		code core.Code
	}
	same := func(s core.RunState, c core.Code) outcome { return outcome{s, c} }
	for _, c := range []struct {
		name string
		do   func(b *bench, ctx context.Context, run core.Run) error
		want []outcome // per state in order
	}{
		{"cancel", func(b *bench, ctx context.Context, run core.Run) error {
			_, err := b.Cancel(ctx, b.ada, run.ID)
			return err
		},
			[]outcome{{cd, ""}, {cg, ""}, same(cg, state), same(cd, state), same(fi, state), same(fa, state)}},
		{"retry", func(b *bench, ctx context.Context, run core.Run) error {
			_, err := b.Retry(ctx, b.ada, run.ID)
			return err
		},
			[]outcome{same(q, state), same(r, state), same(cg, state), {q, ""}, same(fi, state), {q, ""}}},
		{"finish", func(b *bench, ctx context.Context, run core.Run) error { return b.Finish(ctx, run, nil) },
			[]outcome{same(q, conflict), {fi, ""}, {cd, ""}, same(cd, conflict), same(fi, conflict), same(fa, conflict)}},
		{"fail, final", func(b *bench, ctx context.Context, run core.Run) error {
			return b.Fail(ctx, run, core.Final(core.Errorf(core.CodeInvalid, "no")))
		}, []outcome{same(q, conflict), {fa, ""}, {cd, ""}, same(cd, conflict), same(fi, conflict), same(fa, conflict)}},
		{"fail, retriable", func(b *bench, ctx context.Context, run core.Run) error { return b.Fail(ctx, run, retriable) },
			[]outcome{same(q, conflict), {q, ""}, {cd, ""}, same(cd, conflict), same(fi, conflict), same(fa, conflict)}},
		{"release", func(b *bench, ctx context.Context, run core.Run) error { return b.Release(ctx, run) },
			[]outcome{same(q, conflict), {q, ""}, {cd, ""}, same(cd, conflict), same(fi, conflict), same(fa, conflict)}},
		{"cancelled", func(b *bench, ctx context.Context, run core.Run) error { return b.Cancelled(ctx, run) },
			[]outcome{same(q, conflict), same(r, conflict), {cd, ""}, same(cd, conflict), same(fi, conflict), same(fa, conflict)}},
		{"sweep", func(b *bench, ctx context.Context, run core.Run) error {
			b.ahead = time.Hour
			defer func() { b.ahead = 0 }()
			return b.Sweep(ctx)
		}, []outcome{same(q, ""), {q, ""}, {cd, ""}, same(cd, ""), same(fi, ""), same(fa, "")}},
	} {
		for i, from := range order {
			t.Run(fmt.Sprintf("%s when %s", c.name, from), func(t *testing.T) {
				b := newBench(t)
				run := b.inState(from)
				want(t, c.do(b, t.Context(), run), c.want[i].code)
				after := b.run(run.ID)
				if after.State != c.want[i].to {
					t.Errorf("is %s, want %s", after.State, c.want[i].to)
				}
				if after.State != from {
					b.saw("run", string(after.State))
					if !allowed(from, after.State) {
						t.Errorf("%s → %s is not in core.Transitions", from, after.State)
					}
				}
				if from != q && after.State == q && after.Attempt != run.Attempt+1 {
					t.Errorf("queued again as attempt %d", after.Attempt)
				}
				if from != q && after.State == q && (len(b.enqueued) < 2 || b.enqueued[1].Attempt != after.Attempt) {
					t.Errorf("queued again, but the queue was told %+v", b.enqueued)
				}
			})
		}
	}
}

func allowed(from, to core.RunState) bool {
	for _, s := range core.Transitions[from] {
		if s == to {
			return true
		}
	}
	return false
}

func result(run core.Run, hash string) core.Result {
	return core.Result{RunID: run.ID, Pipeline: run.Pipeline, RegionSetID: run.RegionSetID, FeatureID: run.FeatureID,
		Window: 1000, Bin: 1000, Value: "iccf", ManifestHash: hash}
}

// A worker that lost its lease cannot write: its successor's result is the only one.
func TestFencing(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	old := b.start()
	b.ahead = 2 * time.Minute // the lease runs out
	check(t, b.Sweep(ctx))
	again := b.claim(b.run(old.ID))
	if again.Attempt != 2 {
		t.Fatalf("attempt %d", again.Attempt)
	}
	if cancel, ours, err := b.Renew(ctx, old, time.Minute, 0.5, ""); cancel || ours || err != nil {
		t.Errorf("the old attempt renewed: %v %v %v", cancel, ours, err)
	}
	want(t, b.Finish(ctx, old, []core.Result{result(old, "old")}), core.CodeConflict)
	want(t, b.Fail(ctx, old, retriable), core.CodeConflict)
	check(t, b.Finish(ctx, again, []core.Result{result(again, "new")}))
	rs := b.results(b.peaks)
	if len(rs) != 1 || rs[0].ManifestHash != "new" {
		t.Errorf("%+v", rs)
	}
	if r := b.run(old.ID); r.State != core.RunFinished || r.Progress != 1 || r.Attempt != 2 {
		t.Errorf("%+v", r)
	}
}

func TestResultsAndEndAreOne(t *testing.T) {
	b := newBench(t)
	run := b.start()
	broken := result(run, "x")
	broken.FeatureID = 12345 // no such dataset: the row is refused
	if err := b.Finish(t.Context(), run, []core.Result{result(run, "good"), broken}); err == nil {
		t.Fatal("stored a result of no feature")
	}
	if rs := b.results(b.peaks); len(rs) != 0 {
		t.Errorf("half of the results are stored: %+v", rs)
	}
	if r := b.run(run.ID); r.State != core.RunRunning {
		t.Errorf("the run is %s", r.State)
	}
}

func TestCancelledWorkStoresNothing(t *testing.T) {
	b := newBench(t)
	run := b.start()
	_, err := b.Cancel(t.Context(), b.ada, run.ID)
	check(t, err)
	if cancel, ours, err := b.Renew(t.Context(), run, time.Minute, 0.5, "x"); !cancel || !ours || err != nil {
		t.Errorf("the worker is not told: %v %v %v", cancel, ours, err)
	}
	check(t, b.Finish(t.Context(), run, []core.Result{result(run, "late")}))
	if r := b.run(run.ID); r.State != core.RunCancelled || len(b.results(b.peaks)) != 0 {
		t.Errorf("%s with %d results", r.State, len(b.results(b.peaks)))
	}
}

func TestAttemptsAreLimited(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	run := b.start()
	for run.Attempt < 3 {
		check(t, b.Fail(ctx, run, retriable))
		run = b.claim(b.run(run.ID))
	}
	check(t, b.Fail(ctx, run, retriable))
	r := b.run(run.ID)
	if r.State != core.RunFailed || r.Error == nil || r.Error.Code != core.CodeInternal {
		t.Fatalf("%+v", r)
	}
	again, err := b.Retry(ctx, b.ada, run.ID)
	check(t, err)
	if again.Attempt != 4 || again.MaxAttempts != 6 || again.Error != nil {
		t.Errorf("attempt %d of %d, %+v", again.Attempt, again.MaxAttempts, again.Error)
	}
	// Lost workers count as well. A worker that is stopped puts the run back even after the last attempt.
	for range 2 {
		run = b.claim(b.run(run.ID))
		b.ahead += time.Hour
		check(t, b.Sweep(ctx))
	}
	check(t, b.Release(ctx, b.claim(b.run(run.ID))))
	if r := b.run(run.ID); r.State != core.RunQueued || r.Attempt != 7 {
		t.Errorf("%+v", r)
	}
	b.claim(b.run(run.ID))
	b.ahead += time.Hour
	check(t, b.Sweep(ctx))
	if r := b.run(run.ID); r.State != core.RunFailed {
		t.Errorf("%+v", r)
	}
}

func TestSweepEnqueuesWhatRedisLost(t *testing.T) {
	b := newBench(t)
	b.refuse = errors.New("Redis is away")
	run := b.preprocess(b.ada, b.peaks, b.hic).Runs[0] // accepted all the same
	if err := b.Sweep(t.Context()); err != nil || len(b.enqueued) != 0 {
		t.Errorf("a run that was just queued is left alone: %v %v", b.enqueued, err)
	}
	b.ahead = time.Minute
	if err := b.Sweep(t.Context()); err == nil {
		t.Error("that Redis is away was not reported")
	}
	b.refuse = nil
	check(t, b.Sweep(t.Context()))
	if len(b.enqueued) != 1 || b.enqueued[0].ID != run.ID || b.enqueued[0].Attempt != 1 {
		t.Errorf("%+v", b.enqueued)
	}
}

func TestTwoSweepersRequeueOnce(t *testing.T) {
	b := newBench(t)
	var runs []core.Run
	for range 10 {
		runs = append(runs, b.inState(core.RunRunning))
	}
	b.ahead = time.Hour
	errs := make(chan error, 4)
	for range cap(errs) {
		go func() { errs <- b.Sweep(t.Context()) }()
	}
	for range cap(errs) {
		check(t, <-errs)
	}
	for _, r := range runs {
		if got := b.run(r.ID); got.Attempt != 2 || got.State != core.RunQueued {
			t.Errorf("run %d: %s, attempt %d", r.ID, got.State, got.Attempt)
		}
	}
}

func TestDeletedDatasetEndsItsRun(t *testing.T) {
	b := newBench(t)
	run := b.start()
	check(t, b.db.Datasets().Delete(t.Context(), b.hic.ID))
	if _, ours, err := b.Renew(t.Context(), run, time.Minute, 0, ""); ours || err != nil {
		t.Errorf("%v %v", ours, err)
	}
	want(t, b.Finish(t.Context(), run, []core.Result{result(run, "x")}), core.CodeNotFound)
}

func TestMessagesFitTheirColumn(t *testing.T) {
	b := newBench(t)
	run := b.start()
	long := ""
	for range 400 {
		long += "ü"
	}
	if _, ours, err := b.Renew(t.Context(), run, time.Minute, 0.25, long); !ours || err != nil {
		t.Fatal(ours, err)
	}
	if r := b.run(run.ID); len([]rune(r.Message)) > 255 || r.Progress != 0.25 {
		t.Errorf("%d characters, progress %v", len([]rune(r.Message)), r.Progress)
	}
}
