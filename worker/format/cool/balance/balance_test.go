package balance_test

import (
	"bytes"
	"context"
	"math"
	"testing"

	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/balance"
	"regioscope/worker/format/cool/cooltest"
	"regioscope/worker/genome"
)

// A map whose row sums are all equal, distorted by a known bias per bin, is balanced by the inverse of the bias and by
// nothing else.
func TestFlatnessTellsTheRightColumn(t *testing.T) {
	chroms := []genome.Chrom{{Name: "a", Length: 400}, {Name: "b", Length: 350}}
	bins := int64(75)
	bias := func(i int64) float64 { return 0.5 + float64(i*37%11)/7 }
	m := cooltest.Map{Chroms: chroms, BinSize: 10, Float: true}
	for i := range bins {
		for j := i; j < bins; j++ {
			if d := j - i; min(d, bins-d) < 2 && d >= 2 {
				continue // a ring: every bin has the same number of neighbours at a distance of 2 and more
			}
			m.Pixels = append(m.Pixels, cooltest.Pixel{Row: i, Col: j, Count: 8 * bias(i) * bias(j)})
		}
	}
	right, wrong, raw := make([]float64, bins), make([]float64, bins), make([]float64, bins)
	for i := range bins {
		right[i], wrong[i], raw[i] = 1/bias(i), bias(i), 1
	}
	got, err := balance.Flatness(context.Background(), level(t, m), len(chroms), [][]float64{right, wrong, raw}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got[0] > 1e-6 || got[1] < 0.5 || got[2] < 0.2 || got[1] < got[2] {
		t.Errorf("flatness = %v", got)
	}
}

func TestFlatnessOfNothing(t *testing.T) {
	m := level(t, cooltest.Map{Chroms: []genome.Chrom{{Name: "a", Length: 40}}, BinSize: 10})
	got, err := balance.Flatness(context.Background(), m, 1, [][]float64{{1, 1, math.NaN(), 1}}, 1)
	if err != nil || !math.IsNaN(got[0]) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := balance.Flatness(context.Background(), m, 1, [][]float64{{1}}, 1); err == nil {
		t.Error("a column of the wrong length: no error")
	}
}

func level(t *testing.T, m cooltest.Map) *cool.Level {
	t.Helper()
	var out memory
	if err := cooltest.Write(&out, false, m); err != nil {
		t.Fatal(err)
	}
	f, err := cool.Open(bytes.NewReader(out.data), int64(len(out.data)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Level(m.BinSize)
	if err != nil {
		t.Fatal(err)
	}
	return l
}
