package bbi_test

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/bbi"
)

func TestMain(m *testing.M) {
	code := m.Run()
	demotest.Remove()
	os.Exit(code)
}

// The records of every zoom level together say what the file says of itself: bases, sum, smallest and largest value.
func TestZoomLevelsAddUpToTheSummary(t *testing.T) {
	path := filepath.Join(demotest.MustTiny(t), "CTCF.bw")
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	f, err := bbi.Open(file, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	whole := f.Summary()
	if len(f.Zooms()) == 0 || !whole.Stored {
		t.Fatal("no zoom levels")
	}
	for i, z := range f.Zooms() {
		var bases uint64
		sum, low, high := 0.0, math.Inf(1), math.Inf(-1)
		records := 0
		err := f.ZoomRecords(t.Context(), i, func(r bbi.ZoomRecord) error {
			records++
			bases += uint64(r.Valid)
			sum += float64(r.Sum)
			low, high = min(low, float64(r.Min)), max(high, float64(r.Max))
			if int64(r.End-r.Start) > z.Reduction || int64(r.Valid) > int64(r.End-r.Start) {
				t.Fatalf("level %d: %+v", z.Reduction, r)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		// The sums of records are float32: 7 digits each.
		if bases != whole.BasesCovered || math.Abs(sum-whole.Sum) > 1e-5*math.Abs(whole.Sum) || float32(low) != float32(whole.Min) || float32(high) != float32(whole.Max) {
			t.Errorf("level %d of %d records: %d bases, sum %g, %g to %g; the file says %+v", z.Reduction, records, bases, sum, low, high, whole)
		}
	}
}
