package core_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

func (b *bench) admin() *core.Admin {
	return core.NewAdmin(b.db, b.Runs, core.NewAccounts(b.db, nil, nil, nil), core.NewUploads(b.db, nil, 0, nil), b, nil)
}

func ptr[T any](v T) *T { return &v }

// field is the first field that an error complains about.
func field(err error) string {
	var e *core.Error
	if errors.As(err, &e) && len(e.Fields) > 0 {
		return e.Fields[0].Field
	}
	return ""
}

// Every setting of a queue and a pipeline: what is accepted, and which field is blamed for what is not.
func TestSettingsAreChecked(t *testing.T) {
	const mib = 1 << 20
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, a := t.Context(), b.admin()
		for name, c := range map[string]struct {
			patch core.QueuePatch
			field string
		}{
			"a mode there is not":  {core.QueuePatch{Mode: ptr(core.QueueMode("asleep"))}, "mode"},
			"too many at once":     {core.QueuePatch{Concurrency: ptr(65)}, "concurrency"},
			"less than none":       {core.QueuePatch{Concurrency: ptr(-1)}, "concurrency"},
			"without weight":       {core.QueuePatch{Weight: ptr(0)}, "weight"},
			"a tiny budget":        {core.QueuePatch{Memory: ptr(int64(1))}, "memory"},
			"64 at once":           {core.QueuePatch{Concurrency: ptr(64)}, ""},
			"as the worker likes":  {core.QueuePatch{Concurrency: ptr(0)}, ""},
			"a budget of 64 MiB":   {core.QueuePatch{Memory: ptr(int64(64 * mib))}, ""},
			"without a budget":     {core.QueuePatch{Memory: ptr(int64(0))}, ""},
			"paused":               {core.QueuePatch{Mode: ptr(core.QueuePaused)}, ""},
			"open":                 {core.QueuePatch{Mode: ptr(core.QueueOpen)}, ""},
			"weight of a hundred":  {core.QueuePatch{Weight: ptr(100)}, ""},
			"a hundred and one":    {core.QueuePatch{Weight: ptr(101)}, "weight"},
			"63 MiB are too small": {core.QueuePatch{Memory: ptr(int64(63 * mib))}, "memory"},
		} {
			_, err := a.PatchQueue(ctx, b.root, core.QueueLong, c.patch)
			if got := field(err); got != c.field || (err != nil) != (c.field != "") {
				t.Errorf("%s: blames %q (%v), want %q", name, got, err, c.field)
			}
		}
		check(t, errOf(a.PatchQueue(ctx, b.root, core.QueueLong, core.QueuePatch{Memory: ptr(int64(512 * mib))})))
		for name, c := range map[string]struct {
			patch core.PipelinePatch
			field string
		}{
			"a queue there is not":      {core.PipelinePatch{Queue: ptr("night")}, "queue"},
			"priority 10":               {core.PipelinePatch{Priority: ptr(10)}, "priority"},
			"no time":                   {core.PipelinePatch{TimeoutS: ptr(int64(0))}, "timeoutSeconds"},
			"15 days":                   {core.PipelinePatch{TimeoutS: ptr(int64(15 * 86400))}, "timeoutSeconds"},
			"no attempt":                {core.PipelinePatch{MaxAttempts: ptr(0)}, "maxAttempts"},
			"more than the budget":      {core.PipelinePatch{Memory: ptr(int64(513 * mib))}, "memory"},
			"as much as the budget":     {core.PipelinePatch{Memory: ptr(int64(512 * mib))}, ""},
			"another queue, more bytes": {core.PipelinePatch{Queue: ptr(core.QueueMedium), Memory: ptr(int64(513 * mib))}, ""},
			"off":                       {core.PipelinePatch{Enabled: ptr(false)}, ""},
			"on, 9, 14 days":            {core.PipelinePatch{Enabled: ptr(true), Priority: ptr(9), TimeoutS: ptr(int64(14 * 86400)), MaxAttempts: ptr(20)}, ""},
		} {
			_, err := a.PatchPipeline(ctx, b.root, core.PipelineStackup, core.PipelinePatch{Queue: ptr(core.QueueLong), Memory: ptr(int64(0))})
			check(t, err)
			_, err = a.PatchPipeline(ctx, b.root, core.PipelineStackup, c.patch)
			if got := field(err); got != c.field || (err != nil) != (c.field != "") {
				t.Errorf("%s: blames %q (%v), want %q", name, got, err, c.field)
			}
		}
		// The budget of a queue must not fall below what a pipeline of it may plan with.
		check(t, errOf(a.PatchPipeline(ctx, b.root, core.PipelineStackup, core.PipelinePatch{Queue: ptr(core.QueueLong), Memory: ptr(int64(512 * mib))})))
		_, err := a.PatchQueue(ctx, b.root, core.QueueLong, core.QueuePatch{Memory: ptr(int64(100 * mib))})
		if field(err) != "memory" {
			t.Errorf("a budget below the limit of a pipeline: %v", err)
		}
		for name, c := range map[string]struct {
			pairs []core.WindowBin
			field string
		}{
			"not a multiple": {[]core.WindowBin{{Window: 1000, Bin: 10}, {Window: 1000, Bin: 300}}, "pairs[1].bin"},
			"twice":          {[]core.WindowBin{{Window: 1000, Bin: 10}, {Window: 1000, Bin: 10}}, "pairs[1].bin"},
			"negative":       {[]core.WindowBin{{Window: -1000, Bin: 10}}, "pairs[0].window"},
			"51 percent":     {[]core.WindowBin{{Bin: 51}}, "pairs[0].bin"},
			"too fine":       {[]core.WindowBin{{Window: 10_000_000, Bin: 1000}}, "pairs[0].bin"},
			"good":           {[]core.WindowBin{{Window: 20000, Bin: 1000}, {Window: 10000, Bin: 500}, {Bin: 5}}, ""},
		} {
			_, err := a.SetGrid(ctx, b.root, core.PipelinePileup, c.pairs)
			if got := field(err); got != c.field || (err != nil) != (c.field != "") {
				t.Errorf("%s: blames %q (%v), want %q", name, got, err, c.field)
			}
		}
		run := b.preprocess(b.ada, b.peaks, b.hic).Runs[0]
		if want := `{"pairs":[{"window":10000,"bin":500},{"window":20000,"bin":1000}]}`; string(run.Params) != want {
			t.Errorf("a run after the change makes %s, want %s", run.Params, want)
		}
	})
}

func errOf[T any](_ T, err error) error { return err }

func TestSettingsAreForAdministrators(t *testing.T) {
	b := newBench(t)
	ctx, a := t.Context(), b.admin()
	for name, call := range map[string]func(core.Caller) error{
		"queue": func(c core.Caller) error { return errOf(a.PatchQueue(ctx, c, core.QueueLong, core.QueuePatch{})) },
		"pipeline": func(c core.Caller) error {
			return errOf(a.PatchPipeline(ctx, c, core.PipelinePileup, core.PipelinePatch{}))
		},
		"lists":    func(c core.Caller) error { return errOf(a.Pipelines(ctx, c)) },
		"grid":     func(c core.Caller) error { return errOf(a.SetGrid(ctx, c, core.PipelinePileup, nil)) },
		"workers":  func(c core.Caller) error { return errOf(a.SetWorkers(ctx, c, core.WorkerSettings{})) },
		"who":      func(c core.Caller) error { return errOf(a.Workers(ctx, c)) },
		"overview": func(c core.Caller) error { return errOf(a.Overview(ctx, c, 60)) },
		"changes":  func(c core.Caller) error { return errOf(a.Changes(ctx, c, core.ChangeFilter{})) },
		"retry":    func(c core.Caller) error { return errOf(a.RetryFailed(ctx, c, core.RunQuery{})) },
		"undo":     func(c core.Caller) error { return a.Undo(ctx, c, 1) },
	} {
		want(t, call(core.Caller{}), core.CodeUnauthorized)
		want(t, call(b.ada), core.CodeForbidden)
		if err := call(b.root); err != nil && name != "undo" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Two administrators: who changes what the other has changed meanwhile is told, and changes nothing.
func TestSettingsChangedMeanwhile(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, a := t.Context(), b.admin()
		first, err := a.PatchQueue(ctx, b.root, core.QueueLong, core.QueuePatch{Concurrency: ptr(3), Version: ptr(int64(1))})
		check(t, err)
		_, err = a.PatchQueue(ctx, b.root, core.QueueLong, core.QueuePatch{Concurrency: ptr(4), Version: ptr(int64(1))})
		want(t, err, core.CodeConflict)
		_, err = a.PatchQueue(ctx, b.root, core.QueueLong, core.QueuePatch{Weight: ptr(7), Version: &first.Version})
		check(t, err)
		queues, err := b.db.Tuning().Queues(ctx)
		check(t, err)
		if q := queues[2]; q.Name != core.QueueLong || q.Concurrency != 3 || q.Weight != 7 || q.Version != 3 {
			t.Errorf("%+v", q)
		}
		_, err = a.PatchPipeline(ctx, b.root, core.PipelinePileup, core.PipelinePatch{Priority: ptr(1), Version: ptr(int64(9))})
		want(t, err, core.CodeConflict)
	})
}

// Every change is written down with what was there before, told to all processes, and can be taken back, as can that.
func TestChangesAreWrittenDownAndTakenBack(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, a := t.Context(), b.admin()
		accounts, uploads := core.NewAccounts(b.db, nil, nil, nil), core.NewUploads(b.db, nil, 0, nil)
		grid := func() []core.WindowBin {
			g, err := b.db.Settings().Grid(ctx, core.PipelinePileup)
			check(t, err)
			return g
		}
		original := grid()
		steps := []struct {
			kind, target string
			do           func() error
			now          func() any // the value that is changed
		}{
			{core.ChangeQueue, "long", func() error {
				return errOf(a.PatchQueue(ctx, b.root, "long", core.QueuePatch{Mode: ptr(core.QueuePaused), Concurrency: ptr(5)}))
			}, func() any { q, _ := b.db.Tuning().Queues(ctx); return fmt.Sprint(q[2].Mode, q[2].Concurrency) }},
			{core.ChangePipeline, "pileup", func() error {
				return errOf(a.PatchPipeline(ctx, b.root, core.PipelinePileup, core.PipelinePatch{Queue: ptr("medium"), TimeoutS: ptr(int64(77))}))
			}, func() any {
				p, _ := b.db.Settings().Pipeline(ctx, core.PipelinePileup)
				return fmt.Sprint(p.Queue, p.Timeout)
			}},
			{core.ChangeGrid, "pileup", func() error {
				return errOf(a.SetGrid(ctx, b.root, core.PipelinePileup, []core.WindowBin{{Window: 1000, Bin: 100}}))
			}, func() any { return fmt.Sprint(grid()) }},
			{core.ChangeWorkers, "workers", func() error { return errOf(a.SetWorkers(ctx, b.root, core.WorkerSettings{Slots: 3})) },
				func() any { o, err := a.Overview(ctx, b.root, 60); check(t, err); return o.Workers.Slots }},
			{core.ChangeRegistration, "registration", func() error {
				return errOf(accounts.SetRegistration(ctx, b.root, core.Registration{Mode: core.RegisterClosed}))
			}, func() any { r, _ := accounts.Rules(ctx); return r.Mode }},
			{core.ChangeLimits, "uploads", func() error {
				l := core.DefaultUploadLimits()
				l.KeepHours = 99
				return errOf(uploads.SetLimits(ctx, b.root, l))
			}, func() any { l, _ := uploads.Limits(ctx); return l.KeepHours }},
		}
		for _, s := range steps {
			t.Run(s.kind, func(t *testing.T) {
				was := s.now()
				check(t, s.do())
				changed := s.now()
				if was == changed {
					t.Fatalf("nothing changed: %v", was)
				}
				list, err := a.Changes(ctx, b.root, core.ChangeFilter{Kind: s.kind})
				check(t, err)
				if len(list) != 1 || list[0].User != "root" || list[0].UserID != b.root.UserID || !list[0].Undoable ||
					string(list[0].Before) == string(list[0].After) || time.Since(list[0].At) > time.Minute {
					t.Fatalf("%+v", list)
				}
				if s.kind != core.ChangeLimits && list[0].Target != s.target {
					t.Errorf("target %q, want %q", list[0].Target, s.target)
				}
				check(t, a.Undo(ctx, b.root, list[0].ID))
				if got := s.now(); got != was {
					t.Errorf("after taking back: %v, want %v", got, was)
				}
				want(t, a.Undo(ctx, b.root, list[0].ID), core.CodeConflict)
				undos, err := a.Changes(ctx, b.root, core.ChangeFilter{Kind: s.kind})
				check(t, err)
				if len(undos) != 2 || undos[0].UndoOf != list[0].ID || undos[1].Undoable {
					t.Fatalf("%+v", undos)
				}
				check(t, a.Undo(ctx, b.root, undos[0].ID))
				if got := s.now(); got != changed {
					t.Errorf("after taking that back: %v, want %v", got, changed)
				}
			})
		}
		if slices.Equal(original, grid()) {
			t.Error("the grid is as it was")
		}
		if n := len(b.events); n == 0 || !slices.ContainsFunc(b.events, func(e core.Event) bool { return e.UserID == core.SystemUser && e.Topic == core.TopicTuning }) {
			t.Error("no process was told")
		}
		// What nobody changed is not written down.
		before, err := a.Changes(ctx, b.root, core.ChangeFilter{})
		check(t, err)
		check(t, errOf(a.PatchQueue(ctx, b.root, "short", core.QueuePatch{})))
		after, err := a.Changes(ctx, b.root, core.ChangeFilter{})
		check(t, err)
		if len(after) != len(before) {
			t.Error("a change that changes nothing is in the log")
		}
	})
}

// Accounts, invitations, repositories and quotas are in the log, too, without secrets.
func TestAuditOfPeopleAndPlaces(t *testing.T) {
	b := newBench(t)
	ctx, a := t.Context(), b.admin()
	accounts, uploads := core.NewAccounts(b.db, nil, nil, nil), core.NewUploads(b.db, nil, 0, nil)
	check(t, errOf(accounts.PatchUser(ctx, b.root, b.bob.UserID, core.UserPatch{Disabled: ptr(true)})))
	invitation, err := accounts.Invite(ctx, b.root, core.InvitationWish{Role: core.RoleUser, Note: "for eve", Days: 1})
	check(t, err)
	check(t, accounts.Uninvite(ctx, b.root, invitation.ID))
	check(t, uploads.SetQuota(ctx, b.root, b.ada.UserID, ptr(int64(5000))))
	imports := core.NewImports(b.db, nil, b.Runs, uploads, nil, nil)
	place, err := imports.SaveRepository(ctx, b.root, core.Repository{Name: "place", Connector: "4dn", BaseURL: "https://data.example.org", Pattern: "X"})
	check(t, err)
	check(t, imports.DeleteRepository(ctx, b.root, place.ID))
	list, err := a.Changes(ctx, b.root, core.ChangeFilter{})
	check(t, err)
	var got []string
	for _, c := range slices.Backward(list) {
		got = append(got, c.Kind+" "+c.Target)
		want(t, a.Undo(ctx, b.root, c.ID), core.CodeState)
		if raw, _ := json.Marshal(c); strings.Contains(string(raw), invitation.Token) {
			t.Errorf("the log tells a secret: %s", raw)
		}
	}
	name := fmt.Sprintf("invitation invitation %d", invitation.ID)
	if want := []string{"user bob", name, name, "quota ada", "repository place", "repository place"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if string(list[0].After) != "null" || !strings.Contains(string(list[0].Before), "data.example.org") {
		t.Errorf("what was deleted is not told: %s → %s", list[0].Before, list[0].After)
	}
}

func TestFollowerSeesChanges(t *testing.T) {
	b := newBench(t)
	a := b.admin()
	seen := make(chan int, 100)
	f := core.NewFollower(b.db, slog.New(slog.DiscardHandler), func(t *core.Tuning) { seen <- t.Queue(core.QueueLong).Limit(1) })
	wake := make(chan struct{})
	go f.Follow(t.Context(), wake)
	until := func(n int) {
		t.Helper()
		for end := time.After(10 * time.Second); ; {
			select {
			case got := <-seen:
				if got == n {
					return
				}
			case <-end:
				t.Fatalf("a limit of %d was never seen", n)
			}
		}
	}
	until(1)
	check(t, errOf(a.PatchQueue(t.Context(), b.root, core.QueueLong, core.QueuePatch{Concurrency: ptr(4)})))
	wake <- struct{}{} // as an event does
	until(4)
	check(t, errOf(a.PatchQueue(t.Context(), b.root, core.QueueLong, core.QueuePatch{Mode: ptr(core.QueuePaused)})))
	until(0) // no event: it reads now and then
}
