package tasks

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/queue"
)

// stage makes a lab whose pileup pipeline is fn, and a queued run for it.
func stage(t *testing.T, fn pipeline) (*lab, core.Run) {
	l := newLab(t)
	l.pipelines[core.PipelinePileup] = fn
	set := l.add(core.Dataset{Name: "set", Kind: core.KindRegions, SizeType: core.SizePoint}, []byte("chr1\t1\t2\n"))
	hic := l.add(core.Dataset{Name: "map", Kind: core.KindContacts}, []byte("x"))
	return l, l.submit(set, hic)
}

func nothing(context.Context) error { return nil }

// untilStopped works until it is told to stop, and tells when it began.
func untilStopped(began chan<- struct{}) pipeline {
	return func(ctx context.Context, _ core.Run, _ *progress) (func(context.Context) error, error) {
		close(began)
		<-ctx.Done()
		return nil, ctx.Err()
	}
}

func TestPanicIsAFailedRun(t *testing.T) {
	l, run := stage(t, func(context.Context, core.Run, *progress) (func(context.Context) error, error) {
		var m map[string]int
		m["x"]++
		return nothing, nil
	})
	if text := l.failed(run, core.CodeInternal); !strings.Contains(text, "defect") || strings.Contains(text, "map") {
		t.Errorf("the user reads %q", text)
	}
}

func TestFinalErrorsAreNotRetried(t *testing.T) {
	l, run := stage(t, func(context.Context, core.Run, *progress) (func(context.Context) error, error) {
		return nil, core.Final(core.Errorf(core.CodeUnavailable, "no such level").WithCause(errSleepy))
	})
	if text := l.failed(run, core.CodeUnavailable); text != "no such level" {
		t.Errorf("the user reads %q", text)
	}
}

func TestOtherErrorsAreRetried(t *testing.T) {
	l, run := stage(t, func(context.Context, core.Run, *progress) (func(context.Context) error, error) { return nil, errSleepy })
	for attempt := 1; attempt < 3; attempt++ {
		if run = l.work(run); run.State != core.RunQueued || run.Attempt != attempt+1 {
			t.Fatalf("after attempt %d: %s, attempt %d", attempt, run.State, run.Attempt)
		}
	}
	run = l.work(run)
	if run.State != core.RunFailed || strings.Contains(run.Error.Message, "asleep") {
		t.Errorf("%s: %+v", run.State, run.Error)
	}
}

func TestTimeLimit(t *testing.T) {
	began := make(chan struct{})
	l, run := stage(t, untilStopped(began))
	l.Stores = limited{l.Stores, 50 * time.Millisecond}
	if text := l.failed(run, core.CodeUnavailable); !strings.Contains(text, "longer than") {
		t.Errorf("the user reads %q", text)
	}
}

// limited gives every pipeline a short time limit.
type limited struct {
	core.Stores
	limit time.Duration
}

func (s limited) Settings() core.SettingStore { return limitedSettings{s.Stores.Settings(), s.limit} }

type limitedSettings struct {
	core.SettingStore
	limit time.Duration
}

func (s limitedSettings) Pipeline(ctx context.Context, p core.Pipeline) (*core.PipelineSettings, error) {
	out, err := s.SettingStore.Pipeline(ctx, p)
	if err == nil {
		out.Timeout = s.limit
	}
	return out, err
}

func TestCancel(t *testing.T) {
	began := make(chan struct{})
	l, run := stage(t, untilStopped(began))
	asked := make(chan time.Time, 1)
	go func() {
		<-began
		asked <- time.Now()
		if _, err := l.Runs.Cancel(context.Background(), l.user, run.ID); err != nil {
			t.Error(err)
		}
	}()
	run = l.work(run)
	if run.State != core.RunCancelled || run.FinishedAt == nil {
		t.Errorf("%+v", run)
	}
	// operations.md: cancel stops the computation within 2 s. Measured, not asserted: the machine may be busy.
	t.Logf("stopped after %v", time.Since(<-asked))
}

// A run whose dataset is deleted, or that another worker took over, stops and leaves no trace.
func TestLost(t *testing.T) {
	for name, lose := range map[string]func(l *lab, run core.Run) error{
		"dataset deleted": func(l *lab, run core.Run) error {
			return l.db.Datasets().Delete(context.Background(), run.FeatureID)
		},
		"taken over": func(l *lab, run core.Run) error {
			_, err := l.db.Runs().Requeue(context.Background(), run.ID, run.Attempt, "lost")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			began := make(chan struct{})
			l, run := stage(t, untilStopped(began))
			done := make(chan struct{})
			go func() {
				defer close(done)
				l.Handle(context.Background(), queue.Payload{RunID: run.ID, Attempt: 1})
			}()
			<-began
			check(t, lose(l, run))
			<-done
			if r, err := l.db.Runs().ByID(t.Context(), run.ID); err == nil && (r.State != core.RunQueued || r.Attempt != 2) {
				t.Errorf("%+v", r)
			}
		})
	}
}

func TestStoppedWorkerPutsTheRunBack(t *testing.T) {
	began := make(chan struct{})
	l, run := stage(t, untilStopped(began))
	ctx, stop := context.WithCancel(t.Context())
	go func() { <-began; stop() }()
	l.Handle(ctx, queue.Payload{RunID: run.ID, Attempt: 1})
	if r := l.run(run.ID); r.State != core.RunQueued || r.Attempt != 2 {
		t.Errorf("%+v", r)
	}
}

func TestOldTasksDoNothing(t *testing.T) {
	var calls atomic.Int32
	l, run := stage(t, func(context.Context, core.Run, *progress) (func(context.Context) error, error) {
		calls.Add(1)
		return nothing, nil
	})
	for _, p := range []queue.Payload{{RunID: run.ID, Attempt: 2}, {RunID: run.ID}, {RunID: 999, Attempt: 1}} {
		l.Handle(t.Context(), p)
	}
	if _, err := l.Runs.Cancel(t.Context(), l.user, run.ID); err != nil {
		t.Fatal(err)
	}
	l.Handle(t.Context(), queue.Payload{RunID: run.ID, Attempt: 1})
	if calls.Load() != 0 {
		t.Errorf("%d calls", calls.Load())
	}
}

// The outcome is recorded although the database fails for a moment when it is to be.
func TestRecordingIsRepeated(t *testing.T) {
	var tries int
	var l *lab
	l, run := stage(t, func(_ context.Context, run core.Run, _ *progress) (func(context.Context) error, error) {
		return func(ctx context.Context) error {
			if tries++; tries < 3 {
				return errors.New("connection refused")
			}
			return l.Runs.Finish(ctx, run, nil)
		}, nil
	})
	l.finished(run)
	if tries != 3 {
		t.Errorf("%d tries", tries)
	}
}

func TestLeaseIsKeptAndProgressTold(t *testing.T) {
	var l *lab
	l, run := stage(t, func(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
		report := p.span(0, 1, "counting")
		for i := range int64(300) {
			report(i, 300)
			time.Sleep(10 * time.Millisecond)
		}
		return func(ctx context.Context) error { return l.Runs.Finish(ctx, run, nil) }, nil
	})
	l.Lease = 900 * time.Millisecond
	sweeping, stop := context.WithCancel(t.Context())
	defer stop()
	var sweeper sync.WaitGroup
	sweeper.Go(func() { // another worker, which would take the run as soon as its lease is over
		for sweeping.Err() == nil {
			l.Runs.Sweep(sweeping)
			time.Sleep(50 * time.Millisecond)
		}
	})
	if r := l.finished(run); r.Attempt != 1 {
		t.Errorf("the lease ran out: attempt %d", r.Attempt)
	}
	stop()
	sweeper.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	var shares []float64
	var first, last time.Time
	for i, e := range l.events {
		if r, ok := e.Data.(core.Run); ok && r.State == core.RunRunning && r.Message != "" {
			shares = append(shares, r.Progress)
			if first.IsZero() {
				first = l.at[i]
			}
			last = l.at[i]
		}
	}
	if len(shares) < 3 {
		t.Fatalf("only %d progress events", len(shares))
	}
	for i := 1; i < len(shares); i++ {
		if shares[i] < shares[i-1] {
			t.Errorf("progress falls: %v", shares)
		}
	}
	if limit := int(last.Sub(first)/publishEvery) + 2; len(shares) > limit {
		t.Errorf("%d events in %v, at most four per second are allowed", len(shares), last.Sub(first))
	}
}

func TestRestIsEstimated(t *testing.T) {
	for _, c := range []struct {
		spent time.Duration
		share float64
		want  string
	}{
		{time.Second, 0.5, ""}, {time.Minute, 0.001, ""}, {time.Minute, 1, ""}, {10 * time.Second, 0.5, "; about 10 s left"},
		{time.Minute, 0.25, "; about 3 min left"}, {time.Hour, 0.1, "; about 9 h left"},
	} {
		if got := rest(c.spent, c.share); got != c.want {
			t.Errorf("rest(%v, %v) = %q, want %q", c.spent, c.share, got, c.want)
		}
	}
}

// The request to delete and the worker that begins are at the same moment: nobody has stopped the run yet.
func TestDataThatWereJustDeletedEndARunWithASentence(t *testing.T) {
	l := newLab(t)
	set := l.add(core.Dataset{Name: "set", Kind: core.KindRegions, SizeType: core.SizePoint}, []byte("chr1\t1\t2\n"))
	track := l.add(core.Dataset{Name: "CTCF", Kind: core.KindSignal}, []byte("x"))
	run := l.submit(set, track)
	check(t, l.db.Trash().Put(t.Context(), track.ID, l.user.UserID, time.Now()))
	if text := l.failed(run, core.CodeState); text != "“CTCF” was deleted. Its owner can restore it from the trash." {
		t.Errorf("the user reads %q", text)
	}
}
