package tasks

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

func TestJournalKeepsItsBeginningAndItsEnd(t *testing.T) {
	var j journal
	for i := range 100 {
		j.add(time.Unix(int64(i), 0), "info", fmt.Sprint("line ", i), nil)
	}
	e := j.entries()
	if len(e) != keepFirst+1+keepLast || e[0].Text != "line 0" || e[len(e)-1].Text != "line 99" || e[keepFirst].Text != fmt.Sprintf("… %d lines are left out …", 100-keepFirst-keepLast) {
		t.Errorf("%d lines: %v … %v … %v", len(e), e[0], e[keepFirst], e[len(e)-1])
	}
}

func TestJournalNotesStagesNotNumbers(t *testing.T) {
	var j journal
	now := time.Now()
	for i := range 10 {
		j.stage(now.Add(time.Duration(i)*time.Second), fmt.Sprintf("%d of 10 MB", i))
	}
	j.stage(now.Add(10*time.Second), "looking into the file")
	if e := j.entries(); len(e) != 3 || e[2].Text != "looking into the file" {
		t.Errorf("%+v", e)
	}
}

func TestFailedRunHasALog(t *testing.T) {
	l, run := stage(t, func(_ context.Context, _ core.Run, p *progress) (func(context.Context) error, error) {
		p.set(0, "opening the map")
		return nil, core.Final(core.Errorf(core.CodeUnavailable, "no such level").WithCause(errors.New("open /data/x: gone")))
	})
	l.failed(run, core.CodeUnavailable)
	logs, err := l.Runs.Log(t.Context(), l.user, run.ID)
	check(t, err)
	if len(logs) != 1 || len(logs[0].Entries) != 3 {
		t.Fatalf("%+v", logs)
	}
	e := logs[0].Entries
	if !strings.Contains(e[0].Text, "attempt 1 of at most 3") || e[1].Text != "opening the map" || e[2].Level != "error" || e[2].Text != "no such level" || e[2].Cause != "" {
		t.Errorf("%+v", e)
	}
}
