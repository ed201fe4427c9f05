package core_test

import (
	"context"
	"testing"

	"regioscope/backend/core"
)

// Which request asked for a run stays with it, until a person asks for it again; administrators are told, others are not.
func TestRunsKnowTheirRequest(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		as := func(id string) context.Context {
			return core.WithTrail(t.Context(), core.Trail{Request: id, Trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"})
		}
		answer, err := b.Preprocess(as("req-1"), b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.hic.ID}})
		check(t, err)
		run := b.claim(answer.Runs[0])
		if want := (core.Trail{Request: "req-1", Trace: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", Run: run.ID, Attempt: 1}); run.Trail() != want {
			t.Errorf("the worker is told %+v", run.Trail())
		}
		check(t, b.KeepLog(t.Context(), run, []core.LogEntry{{Level: "info", Text: "begins"}}))
		for who, want := range map[*core.Caller]string{&b.root: "req-1", &b.ada: ""} {
			got, err := b.Get(t.Context(), *who, run.ID)
			check(t, err)
			page, err := b.List(t.Context(), *who, core.RunQuery{})
			check(t, err)
			logs, err := b.Log(t.Context(), *who, run.ID)
			check(t, err)
			if got.RequestID != want || page.Items[0].RequestID != want || logs[0].Request != want {
				t.Errorf("%d is told %q, %q, %q, want %q", who.UserID, got.RequestID, page.Items[0].RequestID, logs[0].Request, want)
			}
		}
		for _, e := range b.events {
			if r, ok := e.Data.(core.Run); ok && r.RequestID != "" {
				t.Errorf("an event tells %q", r.RequestID)
			}
		}
		check(t, b.Fail(t.Context(), run, core.Final(core.Errorf(core.CodeBadFile, "no"))))
		_, err = b.Retry(as("req-2"), b.ada, run.ID)
		check(t, err)
		if got := b.run(run.ID); got.RequestID != "req-2" {
			t.Errorf("after the retry it is of %q", got.RequestID)
		}
	})
}
