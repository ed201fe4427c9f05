package contactcache

import (
	"context"
	"errors"
	"math"
	"os"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
)

// A prepared set is averaged from the band alone; what is not there, or is damaged, is said, so that the map is read.
func TestAverageReadsNothingButTheCache(t *testing.T) {
	dir := t.TempDir()
	l := newLab(t, dir, 0)
	level, read := l.level(1000)
	regions := l.sites(false)
	table, err := expected.Compute(context.Background(), level, arms, level.Weights, expected.Options{IgnoreDiags: 2})
	if err != nil {
		t.Fatal(err)
	}
	opt := pileup.Options{View: arms, Weights: level.Weights, Values: []pileup.Value{pileup.ICCF, pileup.OE}, Expected: table, Oriented: true, Threads: 2}
	p, err := pileup.Prepare(level, regions, pileup.Job{Window: 20_000}, opt)
	if err != nil {
		t.Fatal(err)
	}
	rows := []int{0, 3, 4, 9, 17, len(regions) - 1}
	if _, err := l.Average(context.Background(), level, p, rows); !errors.Is(err, ErrNotKept) {
		t.Errorf("with an empty cache: %v", err)
	}
	if _, err := (*Store)(nil).Average(context.Background(), level, p, rows); !errors.Is(err, ErrNotKept) {
		t.Errorf("without a cache: %v", err)
	}
	opt.Subset = rows
	want, err := l.Pileup(context.Background(), level, regions, []pileup.Job{{Window: 20_000}}, opt)
	if err != nil {
		t.Fatal(err)
	}
	*read = 0
	got, err := l.Average(context.Background(), level, p, rows)
	if err != nil || *read > 0 {
		t.Fatalf("%v, %d bytes of the map were read", err, *read)
	}
	for i, r := range got {
		for k, sum := range r.Sum {
			if math.Float64bits(sum) != math.Float64bits(want[i].Sum[k]) || r.N[k] != want[i].N[k] {
				t.Fatalf("%s cell %d: %g of %d, want %g of %d", r.Value, k, sum, r.N[k], want[i].Sum[k], want[i].N[k])
			}
		}
	}

	band := l.files(dir, ".band")[0]
	data, err := os.ReadFile(band)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(data)/2; i += 512 {
		data[i] ^= 0x10
	}
	if err := os.WriteFile(band, data, 0o600); err != nil {
		t.Fatal(err)
	}
	s := l.store(Options{Dir: dir})
	if _, err := s.Average(context.Background(), level, p, rows); !errors.Is(err, ErrNotKept) {
		t.Errorf("with a damaged band: %v", err)
	}
	if n := len(l.files(dir, ".band")); n != 0 {
		t.Errorf("the damaged band is still there")
	}
	narrow := l.store(Options{Dir: t.TempDir(), Reach: 1})
	wide, err := pileup.Prepare(level, l.sites(true), pileup.Job{Window: 20_000}, pileup.Options{View: arms})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := narrow.Pileup(context.Background(), level, regions, []pileup.Job{{Window: 20_000}}, opt); err != nil {
		t.Fatal(err)
	}
	if _, err := narrow.Average(context.Background(), level, wide, rows); !errors.Is(err, ErrNotKept) {
		t.Errorf("windows beyond the band: %v", err)
	}
}
