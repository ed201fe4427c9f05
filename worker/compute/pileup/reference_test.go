package pileup_test

import (
	"math"
	"testing"

	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

// Part of chr1 of HiCognition's test.mcool at 5 Mb (bins 8 to 14: counts of the upper triangle, and weights), and the
// snippets that its own tests and code have for it (reference back end §12.2; repository tests, and cooltools 0.4.0).
var (
	part = [][]float64{{5801, 757, 405, 181, 230, 216, 95}, {6399, 3224, 767, 804, 480, 295}, {5574, 1401, 1065, 653, 361},
		{12939, 5905, 1242, 1022}, {15586, 4975, 1570}, {13174, 4604}, {9901}}
	partWeights = []float64{.006314500159393021, .004869589556589579, .004960871481232031, .0038169364449550437,
		.0027673950383145206, .0030690409326303613, .0038088221684321804}
	at60Mb = []float64{.13717751, .0265284, .01462106, .009942, .00682112, .0265284, .18850834, .06237434, .0145492, .01485787,
		.01462106, .06237434, .119365, .04225391, .01654861, .009942, .0145492, .04225391, .12408607, .05381814,
		.00682112, .01485787, .01654861, .05381814, .14363506}
	at50Mb = []float64{.23130276, .02327701, .0126868, .00436247, .00401918, .02327701, .15173886, .07788348, .01425616, .01083477,
		.0126868, .07788348, .13717751, .0265284, .01462106, .00436247, .01425616, .0265284, .18850834, .06237434,
		.00401918, .01083477, .01462106, .06237434, .119365}
)

func TestSnippetsOfHiCognition(t *testing.T) {
	const mb = 1_000_000
	var pixels []maptest.Pixel
	for i, row := range part {
		for k, count := range row {
			pixels = append(pixels, maptest.Pixel{Row: int64(8 + i), Col: int64(8 + i + k), Count: count})
		}
	}
	m := maptest.New(5*mb, []genome.Chrom{{Name: "chr1", Length: 249250621}}, pixels)
	for i := range m.Weights {
		m.Weights[i] = math.NaN()
	}
	copy(m.Weights[8:], partWeights)
	point := func(index int, chrom string, at int64) genome.Region {
		a := genome.Anchor{Chrom: chrom, Start: at, End: at}
		return genome.Region{Index: index, A: a, B: a}
	}
	regions := []genome.Region{point(0, "chr1", 60*mb), point(1, "chrASDF", 60*mb), point(2, "chr1", 50*mb), point(3, "chrASDF", 0),
		point(4, "chr1", 10000)} // the window of the last leaves the arm
	snippets := newStore()
	r := compute(t, m, regions, []pileup.Job{{Window: 10 * mb}}, pileup.Options{Weights: m.Weights, Snippets: snippets.put,
		View: []genome.Interval{{Chrom: "chr1", Start: 0, End: 125200000}, {Chrom: "chr1", Start: 125200000, End: 249250621}}})[0]
	for region, want := range map[int][]float64{0: at60Mb, 2: at50Mb} {
		for i, v := range snippets.get(r, region) {
			if math.Abs(float64(v)-want[i]) > 1e-8 { // the numbers have 8 decimals
				t.Errorf("region %d cell %d: %g, want %g", region, i, v, want[i])
			}
		}
	}
	for _, region := range []int{1, 3, 4} {
		for i, v := range snippets.get(r, region) {
			if v == v {
				t.Errorf("region %d cell %d: %g, want NaN", region, i, v)
			}
		}
	}
	mean := r.Mean()
	for i, want := range map[int]float64{0: .18424014, 1: .02490271, 2: .01365393, 3: .00715224, 4: .00542015, 12: .12827125, 24: .13150003} {
		if math.Abs(mean[i]-want) > 1e-8 || r.N[i] != 2 {
			t.Errorf("mean of cell %d: %g of %d, want %g of 2", i, mean[i], r.N[i], want)
		}
	}
	if r.Ledger.Matched != 3 || r.Ledger.Assigned != 2 || r.Ledger.Used != 2 {
		t.Errorf("ledger: %+v", r.Ledger)
	}
}

// Reference back end §12.4, derived there with the original's code from its preprocessing map.
func TestIntervalResolution(t *testing.T) {
	bins := []int64{1000, 5000, 10000, 20000, 50000}
	many := append(make([]int64, 0, 100), 1_000_001)
	for range 99 {
		many = append(many, 10_000)
	}
	for _, c := range []struct {
		sizes   []int64
		percent int
		want    int64
		ok      bool
	}{
		{sizes: []int64{10}, percent: 1},
		{sizes: []int64{1e9}, percent: 1},
		{sizes: []int64{10_000}, percent: 1, want: 1000, ok: true},
		{sizes: []int64{500_001}, percent: 1, want: 5000, ok: true},
		{sizes: []int64{1_000_001}, percent: 1, want: 10_000, ok: true},
		{sizes: many, percent: 1, want: 1000, ok: true},
		{sizes: nil, percent: 1},
	} {
		var regions []genome.Region
		for i, size := range c.sizes {
			regions = append(regions, genome.Region{Index: i, A: genome.Anchor{Chrom: "chr1", End: size}})
		}
		got, ok := pileup.IntervalResolution(regions, bins, c.percent)
		if got != c.want || ok != c.ok {
			t.Errorf("%d sizes from %v, %d %%: %d %v, want %d %v", len(c.sizes), c.sizes[:min(1, len(c.sizes))], c.percent, got, ok, c.want, c.ok)
		}
	}
}
