package store

import (
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
)

var allStates = []core.RunState{core.RunQueued, core.RunRunning, core.RunCancelling, core.RunCancelled, core.RunFinished, core.RunFailed}

func newRun(w *world, user *core.User) *core.Run {
	return &core.Run{Pipeline: core.PipelinePileup, RegionSetID: w.peaks.ID, FeatureID: w.hic.ID, UserID: user.ID,
		Queue: core.QueueLong, Attempt: 1, MaxAttempts: 3, Message: "waiting", Params: json.RawMessage(`{"pairs":[]}`)}
}

// inState makes a run that stands in the given state, in attempt 1.
func inState(t *testing.T, s *Store, w *world, state core.RunState) int64 {
	t.Helper()
	ctx := t.Context()
	run, created, err := s.Runs().Insert(ctx, newRun(w, w.ada), randomText())
	if err != nil || !created {
		t.Fatal(created, err)
	}
	ok := true
	if state != core.RunQueued && state != core.RunCancelled {
		ok, err = s.Runs().Claim(ctx, run.ID, 1, "w", time.Now().Add(time.Minute))
	}
	if ok && err == nil {
		switch state {
		case core.RunCancelled, core.RunCancelling:
			_, ok, err = s.Runs().Cancel(ctx, run.ID)
		case core.RunFinished, core.RunFailed:
			ok, err = s.Runs().End(ctx, run.ID, 1, state, nil)
		}
	}
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	if got := must(s.Runs().ByID(ctx, run.ID))(t); got.State != state {
		t.Fatalf("made %s, wanted %s", got.State, state)
	}
	return run.ID
}

// Every method × every state: it succeeds exactly where core.Transitions has the step, and changes nothing elsewhere.
func TestEveryTransition(t *testing.T) {
	later := time.Now().Add(time.Minute)
	type step struct {
		name string
		do   func(s *Store, t *testing.T, id int64) (bool, error)
		to   func(from core.RunState) core.RunState // "" = must refuse
	}
	only := func(to core.RunState, froms ...core.RunState) func(core.RunState) core.RunState {
		return func(from core.RunState) core.RunState {
			if slices.Contains(froms, from) {
				return to
			}
			return ""
		}
	}
	end := func(to core.RunState, froms ...core.RunState) step {
		return step{"end " + string(to), func(s *Store, t *testing.T, id int64) (bool, error) {
			return s.Runs().End(t.Context(), id, 1, to, nil)
		}, only(to, froms...)}
	}
	steps := []step{
		{"claim", func(s *Store, t *testing.T, id int64) (bool, error) {
			return s.Runs().Claim(t.Context(), id, 1, "x", later)
		},
			only(core.RunRunning, core.RunQueued)},
		{"requeue", func(s *Store, t *testing.T, id int64) (bool, error) { return s.Runs().Requeue(t.Context(), id, 1, "m") },
			only(core.RunQueued, core.RunRunning)},
		{"retry", func(s *Store, t *testing.T, id int64) (bool, error) {
			return s.Runs().Retry(t.Context(), id, randomText(), core.Trail{})
		}, only(core.RunQueued, core.RunFailed, core.RunCancelled)},
		{"cancel", func(s *Store, t *testing.T, id int64) (bool, error) {
			_, ok, err := s.Runs().Cancel(t.Context(), id)
			return ok, err
		}, func(from core.RunState) core.RunState {
			return map[core.RunState]core.RunState{core.RunQueued: core.RunCancelled, core.RunRunning: core.RunCancelling}[from]
		}},
		end(core.RunFinished, core.RunRunning), end(core.RunFailed, core.RunRunning), end(core.RunCancelled, core.RunCancelling),
		end(core.RunQueued), end(core.RunRunning), end(core.RunCancelling),
	}
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		reached := map[[2]core.RunState]bool{}
		for _, from := range allStates {
			for _, step := range steps {
				t.Run(fmt.Sprintf("%s from %s", step.name, from), func(t *testing.T) {
					id := inState(t, s, w, from)
					before := must(s.Runs().ByID(t.Context(), id))(t)
					want := step.to(from)
					ok := must(step.do(s, t, id))(t)
					after := must(s.Runs().ByID(t.Context(), id))(t)
					if ok != (want != "") {
						t.Fatalf("said %v, now %s", ok, after.State)
					}
					if want == "" {
						want = from
						if after.Attempt != before.Attempt || after.Worker != before.Worker {
							t.Errorf("refused, but changed: %+v", after)
						}
					} else {
						reached[[2]core.RunState{from, want}] = true
						if !slices.Contains(core.Transitions[from], want) {
							t.Errorf("%s → %s is not in core.Transitions", from, want)
						}
					}
					if after.State != want {
						t.Errorf("is %s, want %s", after.State, want)
					}
				})
			}
		}
		// queued → failed is for work that cannot begin at all; no store method makes it in this release.
		for from, tos := range core.Transitions {
			for _, to := range tos {
				if !reached[[2]core.RunState{from, to}] && !(from == core.RunQueued && to == core.RunFailed) {
					t.Errorf("no method makes %s → %s", from, to)
				}
			}
		}
	})
}

func TestOldAttemptIsFenced(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, later := t.Context(), time.Now().Add(time.Minute)
		w := populate(t, s)
		id := inState(t, s, w, core.RunRunning)
		if ok := must(s.Runs().Requeue(ctx, id, 1, "lost"))(t); !ok {
			t.Fatal("requeue refused")
		}
		if ok := must(s.Runs().Claim(ctx, id, 1, "old", later))(t); ok {
			t.Error("the old attempt was claimed")
		}
		if ok := must(s.Runs().Claim(ctx, id, 2, "new", later))(t); !ok {
			t.Error("the new attempt was not claimed")
		}
		if ok := must(s.Runs().End(ctx, id, 1, core.RunFinished, nil))(t); ok {
			t.Error("the old attempt finished the run")
		}
		if ok := must(s.Runs().Requeue(ctx, id, 1, "lost"))(t); ok {
			t.Error("the old attempt requeued the run")
		}
		if _, ok, err := s.Runs().Renew(ctx, id, 1, later, 0.5, "x"); ok || err != nil {
			t.Error("the old attempt renewed the lease", err)
		}
		if state, ok, err := s.Runs().Renew(ctx, id, 2, later, 0.5, "half"); !ok || err != nil || state != core.RunRunning {
			t.Error("the new attempt did not renew", err)
		}
		// Twice the same: MySQL must count matched rows, not changed ones.
		if _, ok, err := s.Runs().Renew(ctx, id, 2, later, 0.5, "half"); !ok || err != nil {
			t.Error("the second equal renewal did not match", err)
		}
		if r := must(s.Runs().ByID(ctx, id))(t); r.Attempt != 2 || r.Progress != 0.5 || r.Message != "half" || r.Worker != "new" {
			t.Errorf("%+v", r)
		}
	})
}

func TestClaimIsWonOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		id := inState(t, s, w, core.RunQueued)
		var wins sync.Map
		var wg sync.WaitGroup
		for i := range 8 {
			wg.Go(func() {
				ok, err := s.Runs().Claim(t.Context(), id, 1, fmt.Sprint(i), time.Now().Add(time.Minute))
				if err != nil {
					t.Error(err)
				}
				if ok {
					wins.Store(i, true)
				}
			})
		}
		wg.Wait()
		n := 0
		wins.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%d workers claimed the run", n)
		}
	})
}

func TestSameWorkIsOneRun(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		ids := make(chan int64, 8)
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				r, _, err := s.Runs().Insert(ctx, newRun(w, w.ada), "key")
				if err != nil {
					t.Error(err)
					return
				}
				ids <- r.ID
			})
		}
		wg.Wait()
		id := <-ids
		for range 7 {
			if other := <-ids; other != id {
				t.Errorf("runs %d and %d for the same work", id, other)
			}
		}
		// In a transaction that has read before, the other's fresh row must be seen too.
		check(t, s.InTx(ctx, func(tx core.Stores) error {
			must(tx.Runs().List(ctx, core.RunFilter{}))(t)
			r, created, err := tx.Runs().Insert(ctx, newRun(w, w.bob), "key")
			if err == nil && (created || r.ID != id) {
				t.Errorf("run %d, created %v", r.ID, created)
			}
			return err
		}))
		if _, ok, err := s.Runs().Cancel(ctx, id); !ok || err != nil {
			t.Fatal(ok, err)
		}
		if r, created, err := s.Runs().Insert(ctx, newRun(w, w.ada), "key"); err != nil || !created || r.ID == id {
			t.Errorf("after the run ended: %v %v %v", r, created, err)
		}
		if _, err := s.Runs().Retry(ctx, id, "key", core.Trail{}); !isConflict(err) {
			t.Errorf("retry beside an equal active run: %v", err)
		}
	})
}

func TestRetryGivesFreshAttempts(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		id := inState(t, s, w, core.RunRunning)
		check(t, errOf(s.Runs().End(ctx, id, 1, core.RunFailed, &core.RunError{Code: core.CodeBadFile, Message: awkward})))
		failed := must(s.Runs().ByID(ctx, id))(t)
		if failed.Error == nil || failed.Error.Message != awkward || failed.FinishedAt == nil {
			t.Errorf("%+v", failed)
		}
		check(t, errOf(s.Runs().Retry(ctx, id, "k", core.Trail{})))
		got := must(s.Runs().ByID(ctx, id))(t)
		if got.Attempt != 2 || got.MaxAttempts != 4 || got.Error != nil || got.FinishedAt != nil {
			t.Errorf("attempt %d of %d, %+v", got.Attempt, got.MaxAttempts, got)
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

func TestRunLists(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		clock := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		s.now = func() time.Time { clock = clock.Add(time.Millisecond * 500); return clock } // with and without a fraction
		var ids []int64
		for i := range 5 {
			r := newRun(w, w.ada)
			if i == 4 {
				r.UserID, r.Queue, r.FeatureID = w.bob.ID, core.QueueShort, 0
			}
			got, _, err := s.Runs().Insert(ctx, r, randomText())
			check(t, err)
			ids = append(ids, got.ID)
		}
		if r := must(s.Runs().ByID(ctx, ids[0]))(t); r.RegionSetName != "peaks" || r.FeatureName != "hic" {
			t.Errorf("%+v", r)
		}
		if r := must(s.Runs().ByID(ctx, ids[4]))(t); r.FeatureID != 0 || r.FeatureName != "" {
			t.Errorf("%+v", r)
		}
		pos := must(s.Runs().Positions(ctx, ids[2:]))(t)
		if pos[ids[2]] != 3 || pos[ids[3]] != 4 || pos[ids[4]] != 1 || len(pos) != 3 {
			t.Errorf("positions %v", pos)
		}
		list := func(f core.RunFilter) (out []int64) {
			for _, r := range must(s.Runs().List(ctx, f))(t) {
				out = append(out, r.ID)
			}
			return out
		}
		check(t, errOf(s.Runs().Claim(ctx, ids[0], 1, "w", clock.Add(time.Second))))
		for name, c := range map[string]struct {
			f    core.RunFilter
			want []int64
		}{
			"page":    {core.RunFilter{AfterID: ids[4], Limit: 2}, []int64{ids[3], ids[2]}},
			"user":    {core.RunFilter{UserID: w.bob.ID}, []int64{ids[4]}},
			"states":  {core.RunFilter{States: []core.RunState{core.RunRunning, core.RunFailed}}, []int64{ids[0]}},
			"feature": {core.RunFilter{FeatureID: w.hic.ID, Limit: 1}, []int64{ids[3]}},
			"set":     {core.RunFilter{RegionSetID: w.public.ID}, nil},
		} {
			if got := list(c.f); !slices.Equal(got, c.want) {
				t.Errorf("%s: %v, want %v", name, got, c.want)
			}
		}
		if n := must(s.Runs().Active(ctx, w.hic.ID))(t); n != 4 {
			t.Errorf("%d active", n)
		}
		lease := *must(s.Runs().ByID(ctx, ids[0]))(t).LeaseUntil
		for _, c := range []struct {
			at   time.Time
			want int
		}{{lease, 0}, {lease.Add(time.Microsecond), 1}} {
			if got := must(s.Runs().ExpiredLeases(ctx, c.at, 10))(t); len(got) != c.want {
				t.Errorf("%d expired at %v, want %d", len(got), c.at, c.want)
			}
		}
		second := must(s.Runs().ByID(ctx, ids[1]))(t).CreatedAt
		for _, c := range []struct {
			at   time.Time
			want []int64
		}{{second, nil}, {second.Add(time.Microsecond), ids[1:2]}, {clock, ids[1:5]}} {
			var got []int64
			for _, r := range must(s.Runs().Queued(ctx, c.at, 10))(t) {
				got = append(got, r.ID)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("queued before %v: %v, want %v", c.at, got, c.want)
			}
		}
		check(t, s.Datasets().Delete(ctx, w.peaks.ID))
		if left := list(core.RunFilter{}); len(left) != 0 {
			t.Errorf("runs outlived their region set: %v", left)
		}
	})
}
