package balance_test

import (
	"context"
	"math"
	"testing"

	"regioscope/worker/compute/balance"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/genome"
)

// A map whose row sums are all equal, distorted by a known bias per bin, is balanced by the inverse of the bias and by
// nothing else.
func TestFlatnessTellsTheRightColumn(t *testing.T) {
	chroms := []genome.Chrom{{Name: "a", Length: 400}, {Name: "b", Length: 350}}
	bins := int64(75)
	bias := func(i int64) float64 { return 0.5 + float64(i*37%11)/7 }
	var pixels []maptest.Pixel
	for i := range bins {
		for j := i; j < bins; j++ {
			if d := j - i; min(d, bins-d) < 2 && d >= 2 {
				continue // a ring: every bin has the same number of neighbours at a distance of 2 and more
			}
			pixels = append(pixels, maptest.Pixel{Row: i, Col: j, Count: 8 * bias(i) * bias(j)})
		}
	}
	m := maptest.New(10, chroms, pixels)
	right, wrong, raw := make([]float64, bins), make([]float64, bins), make([]float64, bins)
	for i := range bins {
		right[i], wrong[i], raw[i] = 1/bias(i), bias(i), 1
	}
	got, err := balance.Flatness(context.Background(), m, len(chroms), [][]float64{right, wrong, raw}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got[0] > 1e-6 || got[1] < 0.5 || got[2] < 0.2 || got[1] < got[2] {
		t.Errorf("flatness = %v", got)
	}
}

func TestFlatnessOfNothing(t *testing.T) {
	m := maptest.New(10, []genome.Chrom{{Name: "a", Length: 40}}, nil)
	got, err := balance.Flatness(context.Background(), m, 1, [][]float64{{1, 1, math.NaN(), 1}}, 1)
	if err != nil || !math.IsNaN(got[0]) {
		t.Errorf("%v %v", got, err)
	}
	if _, err := balance.Flatness(context.Background(), m, 1, [][]float64{{1}}, 1); err == nil {
		t.Error("a column of the wrong length: no error")
	}
}
