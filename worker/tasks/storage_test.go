package tasks

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"regioscope/backend/core"
)

// outage is a volume whose files cannot be read from some place on while it is down.
type outage struct {
	core.Blobs
	down atomic.Bool
	from int64
}

func (o *outage) Open(ctx context.Context, sha256 string) (core.Blob, error) {
	b, err := o.Blobs.Open(ctx, sha256)
	return &outageFile{b, o}, err
}

type outageFile struct {
	core.Blob
	o *outage
}

func (f *outageFile) ReadAt(p []byte, off int64) (int, error) {
	if !f.o.down.Load() {
		return f.Blob.ReadAt(p, off)
	}
	if off+int64(len(p)) <= f.o.from {
		return f.Blob.ReadAt(p, off)
	}
	n, _ := f.Blob.ReadAt(p[:max(0, f.o.from-off)], off)
	return n, core.Errorf(core.CodeStorageAway, "away")
}

// A storage that goes away in the middle of a file is nobody's fault: the run waits, however often that was, no file is
// refused for it, and it finishes when the storage is back.
func TestStorageThatIsAwayPutsARunOff(t *testing.T) {
	l := newLab(t)
	o := &outage{Blobs: l.Blobs, from: 7} // in the middle of a line
	l.Blobs = o
	d, run := l.upload("peaks.bed", []byte(goodBed))
	o.down.Store(true)
	for range 4 { // more than the attempts that a run has
		run = l.work(run)
		if run.State != core.RunQueued || !strings.Contains(run.Message, "storage") {
			t.Fatalf("%s, %q, %+v", run.State, run.Message, run.Error)
		}
		if got := l.dataset(d); got.State != core.DatasetChecking || got.Error != nil {
			t.Fatalf("the region set is %s: %+v", got.State, got.Error)
		}
	}
	o.down.Store(false)
	l.finished(run)
	set := l.dataset(d)
	if set.State != core.DatasetReady {
		t.Fatalf("%s: %+v", set.State, set.Error)
	}

	// Maps and tracks, whose readers wrap errors in their own words.
	for name, kind := range map[string]core.Kind{"wild_type.mcool": core.KindContacts, "CTCF.bw": core.KindSignal} {
		feature := l.demo(name, core.Dataset{Name: name, Kind: kind})
		run := l.submit(set, feature, core.WindowBin{Window: 100000, Bin: 10000})
		for _, from := range []int64{0, 100, feature.Size / 2} {
			o.from = from
			o.down.Store(true)
			if run = l.work(run); run.State == core.RunFinished && from > 100 {
				break // what it needs lies before
			} else if run.State != core.RunQueued || run.Error != nil {
				t.Fatalf("%s from byte %d: %s %+v", name, from, run.State, run.Error)
			}
		}
		o.down.Store(false)
		if run.State == core.RunQueued {
			l.finished(run)
		}
	}
}
