package core_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"regioscope/backend/blob"
	"regioscope/backend/core"
)

// brokenChecks is a service of runs that cannot start a check, because the client went away in the middle.
type brokenChecks struct {
	*core.Runs
	leave context.CancelFunc
}

var errLeft = errors.New("the line is cut")

func (r brokenChecks) InsertBed(context.Context, core.Stores, *core.Dataset) (*core.Run, error) {
	r.leave()
	return nil, errLeft
}

// A region set is never without its check: when that cannot be started, neither set nor file stay.
func TestRegionSetWithoutItsCheck(t *testing.T) {
	b := newBench(t)
	volume, err := blob.Open(t.TempDir())
	check(t, err)
	w, err := volume.Create(t.Context())
	check(t, err)
	_, err = w.Write([]byte("chr1\t1\t2\n"))
	check(t, err)
	ref, err := w.Commit(t.Context())
	check(t, err)
	ctx, leave := context.WithCancel(t.Context())
	meta := core.DatasetMeta{Name: "half", Kind: core.KindRegions, AssemblyID: b.peaks.AssemblyID}
	_, err = core.NewDatasets(b.db, volume, b, brokenChecks{b.Runs, leave}).Create(ctx, b.ada, meta, "half.bed", 1, ref, core.Facts{}, nil)
	if !errors.Is(err, errLeft) {
		t.Errorf("error %v", err)
	}
	list, err := b.db.Datasets().List(t.Context(), core.DatasetFilter{Visible: b.ada, Query: core.DatasetQuery{Q: "half"}})
	check(t, err)
	if len(list) != 0 {
		t.Errorf("stays: %+v", list)
	}
	if condemned, err := volume.Condemned(t.Context()); err != nil || len(condemned) != 1 || condemned[0].SHA256 != ref.SHA256 {
		t.Errorf("the file stays: %v %v", condemned, err)
	}
	d, err := core.NewDatasets(b.db, volume, b, b.Runs).Create(t.Context(), b.ada, meta, "half.bed", 1, ref, core.Facts{}, nil)
	check(t, err)
	if d.RunID == 0 || d.State != core.DatasetChecking || len(b.enqueued) != 1 {
		t.Errorf("%+v, %d enqueued", d, len(b.enqueued))
	}
	b.saw("run", "queued")
	b.saw("dataset", "checking")
}

// A database that sleeps is not an assembly that is missing.
func TestCheckOfAnUploadWithoutDatabase(t *testing.T) {
	b := newBench(t)
	s := core.NewDatasets(b.db, nil, b, b.Runs)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.Check(ctx, b.ada, &core.DatasetMeta{Name: "x", Kind: core.KindSignal, AssemblyID: b.peaks.AssemblyID})
	var e *core.Error
	if err == nil || errors.As(err, &e) && strings.Contains(e.Message, "no such assembly") {
		t.Errorf("error %v", err)
	}
}
