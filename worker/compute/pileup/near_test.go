package pileup_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"sync"
	"testing"

	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/cool"
)

// noSweep is a map that cannot be swept.
type noSweep struct{ *maptest.Map }

func (noSweep) Sweep(context.Context, []cool.PixelRange, int, func(cool.Block) error) error {
	return errors.New("swept")
}

// everything computes all that can be had of a set, as text that shows every bit.
func everything(t *testing.T, m pileup.Matrix, pairs bool, opt pileup.Options) map[string]any {
	t.Helper()
	_, regions, _ := setup(t, pairs)
	out := make(map[string]any)
	var mu sync.Mutex
	keep := func(kind string) func(int, pileup.Value, int, []float32) error {
		return func(job int, v pileup.Value, region int, values []float32) error {
			bits := make([]uint32, len(values))
			for i, x := range values {
				bits[i] = math.Float32bits(x)
			}
			mu.Lock()
			defer mu.Unlock()
			out[fmt.Sprint(kind, job, v, region)] = bits
			return nil
		}
	}
	opt.Snippets, opt.Vectors = keep("snippet"), keep("vector")
	opt.Bootstrap = 50
	results, err := pileup.Compute(context.Background(), m, regions, grid, opt)
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range results {
		out[fmt.Sprint("result", i)] = fmt.Sprintf("%+v %+v %+v %+v %+v", *r.Ledger, r.Scores, r.Quality, r.Average, r.N)
		bits := make([]uint64, 0, 2*len(r.Sum))
		for k := range r.Sum {
			bits = append(bits, math.Float64bits(r.Sum[k]), math.Float64bits(r.SumSq[k]))
		}
		out[fmt.Sprint("sums", i)] = bits
	}
	return out
}

// With a band of any width the results are those without, to the last bit, on any number of cores, also where counts are
// missing; what fits into the band is not swept.
func TestNearChangesNoBit(t *testing.T) {
	for _, c := range []struct {
		pairs, holes bool
		edge         pileup.Edge
	}{{false, false, pileup.Drop}, {false, true, pileup.Pad}, {true, false, pileup.Pad}, {true, true, pileup.Drop}} {
		m, _, opt := setup(t, c.pairs)
		if c.holes {
			m.Damage(7)
		}
		opt.Edge = c.edge
		want := everything(t, m, c.pairs, opt)
		for _, width := range []int32{1, 9, 1000} {
			opt.Near, opt.Threads = m.Band(t, width), int(width%3)+1
			var source pileup.Matrix = m
			if width == 1000 {
				source = noSweep{m}
			}
			for name, value := range everything(t, source, c.pairs, opt) {
				if !reflect.DeepEqual(value, want[name]) {
					t.Fatalf("%+v, width %d, %s: %v, want %v", c, width, name, value, want[name])
				}
			}
		}
	}
}

// broken is a band that fails at some row.
type broken struct{ pileup.Near }

var errBroken = errors.New("broken")

func (b broken) Rows(first, end, lo, hi int32, ends []int, cols []int32, counts []float64) ([]int, []int32, []float64, error) {
	if first <= 60 && 60 < end {
		return ends, cols, counts, errBroken
	}
	return b.Near.Rows(first, end, lo, hi, ends, cols, counts)
}

func (b broken) Dense(row, lo int32, line []float64, stored []uint64) (int, error) {
	if row == 60 {
		return 0, errBroken
	}
	return b.Near.Dense(row, lo, line, stored)
}

func TestErrorsOfTheBandComeBack(t *testing.T) {
	m, regions, opt := setup(t, false)
	opt.Near = broken{m.Band(t, 1000)}
	for _, job := range grid {
		if _, err := pileup.Compute(context.Background(), m, regions, []pileup.Job{job}, opt); !errors.Is(err, errBroken) {
			t.Errorf("%v: %v", job, err)
		}
	}
}
