package expected_test

import (
	"context"
	"math"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/format/locus"
)

// Every pair of bins has the expected of the arm that both are of, else that between their arms or chromosomes; bins of no arm,
// of pairs that were not given and of the first diagonals have none.
func TestDivisorEqualsTheDefinition(t *testing.T) {
	m := maptest.Random(31, 10, crossChroms, 0.3)
	placed, _, err := expected.Arms(m, crossView, nil)
	if err != nil {
		t.Fatal(err)
	}
	arms, chroms := expected.AllPairs(placed)
	chroms = chroms[:len(chroms)-1]
	table, between, err := expected.ComputeBoth(context.Background(), m, crossView, m.Weights, arms, chroms, expected.Options{IgnoreDiags: 2, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	want := func(i, j int64) float64 {
		var of [2][]int
		for side, bin := range []int64{i, j} {
			for k, a := range placed {
				if bin >= a.Lo && bin < a.Hi {
					of[side] = append(of[side], k)
				}
			}
		}
		d := max(i-j, j-i)
		for _, a := range of[0] {
			for _, b := range of[1] {
				if a == b {
					return table.Regions[a].BalancedAvg[d]
				}
			}
		}
		if len(of[0]) == 0 || len(of[1]) == 0 {
			return math.NaN()
		}
		a, b := of[0][0], of[1][0]
		if placed[a].Chrom == placed[b].Chrom {
			return between.Arms[expected.NewPair(a, b)].BalancedAvg[d]
		}
		if block := between.Chroms[expected.NewPair(placed[a].Chrom, placed[b].Chrom)]; block != nil {
			return block.BalancedAvg
		}
		return math.NaN()
	}
	all := locus.Span{Hi: m.NumBins()}
	rows := locus.Span{Lo: 30, Hi: 190}
	values := make([]float64, rows.Bins()*all.Bins())
	for i := range values {
		values[i] = 3
	}
	expected.NewDivisor(table, between).Divide(values, rows, all)
	defined := 0
	for i := range rows.Bins() {
		for j := range all.Bins() {
			v, w := values[i*all.Bins()+j], 3/want(rows.Lo+i, j)
			if math.IsInf(w, 0) {
				w = math.NaN()
			}
			if v == v {
				defined++
			}
			if !near(v, w) {
				t.Fatalf("bins %d, %d: %g, want %g", rows.Lo+i, j, v, w)
			}
		}
	}
	if defined < len(values)/2 || defined == len(values) {
		t.Errorf("%d of %d have an expected", defined, len(values))
	}
}

// Only what lies between arms or chromosomes needs more than the expected of single arms.
func TestTouchedPairs(t *testing.T) {
	m := maptest.Random(31, 10, crossChroms, 0.3)
	placed, _, err := expected.Arms(m, crossView, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rows, cols   locus.Span
		arms, chroms int
	}{
		{locus.Span{Lo: 3, Hi: 40}, locus.Span{Lo: 3, Hi: 40}, 0, 0},
		{locus.Span{Lo: 43, Hi: 60}, locus.Span{Lo: 43, Hi: 60}, 0, 0}, // the border bin is of both arms
		{locus.Span{Lo: 40, Hi: 60}, locus.Span{Lo: 40, Hi: 60}, 1, 0},
		{locus.Span{Lo: 3, Hi: 40}, locus.Span{Lo: 80, Hi: 90}, 1, 0},
		{locus.Span{Lo: 3, Hi: 40}, locus.Span{Lo: 130, Hi: 140}, 0, 1},
	} {
		arms, chroms := expected.Touched(placed, c.rows, c.cols)
		if len(arms) != c.arms || len(chroms) != c.chroms {
			t.Errorf("%v × %v: %v, %v", c.rows, c.cols, arms, chroms)
		}
	}
}
