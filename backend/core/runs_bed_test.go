package core_test

import (
	"testing"

	"regioscope/backend/core"
)

func (b *bench) submitBed() core.Run {
	b.t.Helper()
	run, err := b.SubmitBed(b.t.Context(), b.ada, b.fresh.ID)
	check(b.t, err)
	return run
}

func TestSubmitBed(t *testing.T) {
	b := newBench(t)
	run := b.submitBed()
	if run.Pipeline != core.PipelineBed || run.Queue != core.QueueShort || run.FeatureID != 0 || run.RegionSetID != b.fresh.ID {
		t.Errorf("%+v", run)
	}
	if d := b.dataset(b.fresh.ID); d.RunID != run.ID || d.State != core.DatasetChecking {
		t.Errorf("%+v", d)
	}
	for _, c := range []struct {
		caller core.Caller
		id     int64
		code   core.Code
	}{{b.bob, b.fresh.ID, core.CodeNotFound}, {b.ada, b.peaks.ID, core.CodeState}, {b.ada, b.hic.ID, core.CodeState}, {b.ada, 999, core.CodeNotFound}} {
		_, err := b.SubmitBed(t.Context(), c.caller, c.id)
		want(t, err, c.code)
	}
}

func TestBedAccepted(t *testing.T) {
	b := newBench(t)
	run := b.claim(b.submitBed())
	facts := core.Facts{Regions: &core.RegionFacts{Format: "bedpe", Count: 3}}
	check(t, b.FinishBed(t.Context(), run, core.BedOutcome{Facts: facts, SizeType: core.SizeInterval, Dimension: 2}))
	d := b.dataset(b.fresh.ID)
	if d.State != core.DatasetReady || d.Facts.Regions.Count != 3 || d.SizeType != core.SizeInterval || d.Dimension != 2 || d.SHA256 == "" {
		t.Errorf("%+v", d)
	}
	if r := b.run(run.ID); r.State != core.RunFinished {
		t.Errorf("%+v", r)
	}
	b.saw("dataset", "ready")
	b.saw("run", "finished")
}

func TestBedRefused(t *testing.T) {
	b := newBench(t)
	run := b.claim(b.submitBed())
	refused := &core.DatasetError{Code: core.CodeBadFile, Message: "line 7 is malformed", Lines: []core.Field{{Line: 7}}, Count: 1}
	check(t, b.FinishBed(t.Context(), run, core.BedOutcome{Refused: refused}))
	d := b.dataset(b.fresh.ID)
	if d.State != core.DatasetFailed || d.Error == nil || d.Error.Lines[0].Line != 7 || d.SHA256 != "" {
		t.Errorf("%+v", d)
	}
	if used, err := b.db.Datasets().BlobInUse(t.Context(), "sha-fresh"); used || err != nil {
		t.Errorf("the refused file is still in use (%v)", err)
	}
	if r := b.run(run.ID); r.State != core.RunFailed || r.Error.Code != core.CodeBadFile || r.Error.Message != refused.Message {
		t.Errorf("%+v", r)
	}
	b.saw("dataset", "failed")
	_, err := b.Retry(t.Context(), b.ada, run.ID)
	want(t, err, core.CodeState) // the file is gone
}

// A check that did not come to an end leaves a failed dataset that can be checked again, never one that waits for ever.
func TestBedInterrupted(t *testing.T) {
	for name, interrupt := range map[string]func(b *bench, run core.Run) error{
		"cancelled while queued": func(b *bench, run core.Run) error {
			_, err := b.Cancel(b.t.Context(), b.ada, run.ID)
			return err
		},
		"cancelled at work": func(b *bench, run core.Run) error {
			run = b.claim(run)
			if _, err := b.Cancel(b.t.Context(), b.ada, run.ID); err != nil {
				return err
			}
			return b.Cancelled(b.t.Context(), run)
		},
		"failed": func(b *bench, run core.Run) error {
			return b.Fail(b.t.Context(), b.claim(run), core.Final(core.Errorf(core.CodeInternal, "panic")))
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t)
			run := b.submitBed()
			check(t, interrupt(b, run))
			if d := b.dataset(b.fresh.ID); d.State != core.DatasetFailed || d.Error == nil || d.SHA256 == "" {
				t.Fatalf("%+v", d)
			}
			b.saw("dataset", "failed")
			again, err := b.Retry(t.Context(), b.ada, run.ID)
			check(t, err)
			if d := b.dataset(b.fresh.ID); d.State != core.DatasetChecking || d.Error != nil {
				t.Errorf("%+v", d)
			}
			check(t, b.FinishBed(t.Context(), b.claim(again), core.BedOutcome{SizeType: core.SizePoint, Dimension: 1}))
			if d := b.dataset(b.fresh.ID); d.State != core.DatasetReady {
				t.Errorf("%+v", d)
			}
		})
	}
}
