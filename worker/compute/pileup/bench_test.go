package pileup_test

import (
	"context"
	"fmt"
	"math"
	"math/rand"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

// The map is in memory: three chromosomes of 100 Mb at 10 kb, every pixel up to 3 Mb from the diagonal, 9.0 M pixels;
// every twelfth bin or so is masked. What is measured is the engine without the decompression.
const benchBins, benchWidth = 10_000, 300

func benchMap() *maptest.Map {
	var chroms []genome.Chrom
	for c := range 3 {
		chroms = append(chroms, genome.Chrom{Name: fmt.Sprint("chr", c+1), Length: benchBins * 10_000})
	}
	pixels := make([]maptest.Pixel, 0, 3*benchBins*benchWidth)
	for c := range int64(3) {
		for i := range int64(benchBins) {
			for j := i; j < min(benchBins, i+benchWidth); j++ {
				pixels = append(pixels, maptest.Pixel{Row: c*benchBins + i, Col: c*benchBins + j, Count: float64(1 + 1000/(j-i+1))})
			}
		}
	}
	m := maptest.New(10_000, chroms, pixels)
	rng := rand.New(rand.NewSource(1))
	for i := range m.Weights {
		m.Weights[i] = 0.5 + rng.Float64()
		if rng.Intn(12) == 0 {
			m.Weights[i] = math.NaN()
		}
	}
	m.Block = 1 << 15
	return m
}

func benchRegions(n int, apart int64) []genome.Region {
	rng := rand.New(rand.NewSource(2))
	regions := make([]genome.Region, n)
	for i := range regions {
		at := rng.Int63n(benchBins*10_000 - apart)
		a := genome.Anchor{Chrom: fmt.Sprint("chr", rng.Intn(3)+1), Start: at, End: at + 300, Strand: "+-"[rng.Intn(2)]}
		b := a
		b.Start, b.End = at+apart, at+apart+300
		regions[i] = genome.Region{Index: i, A: a, B: b}
	}
	return regions
}

func BenchmarkCompute(b *testing.B) {
	m := benchMap()
	near := m.Band(b, benchWidth)
	table, err := expected.Compute(context.Background(), m, nil, m.Weights, expected.Options{IgnoreDiags: 2})
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range []struct {
		name    string
		regions []genome.Region
		jobs    []pileup.Job
		values  []pileup.Value
	}{
		{"10000x41x41/iccf", benchRegions(10_000, 0), []pileup.Job{{Window: 200_000}}, both[:1]},
		{"10000x41x41/oe", benchRegions(10_000, 0), []pileup.Job{{Window: 200_000}}, both[1:]},
		{"10000x(21,41,81,201)/both", benchRegions(10_000, 0), []pileup.Job{{Window: 100_000}, {Window: 200_000}, {Window: 400_000}, {Window: 1_000_000}}, both},
		{"50000x41x41/iccf", benchRegions(50_000, 0), []pileup.Job{{Window: 200_000}}, both[:1]},
		{"9280 pairs x21x21/oe", benchRegions(9280, 500_000), []pileup.Job{{Window: 100_000}}, both[1:]},
		{"4475 intervals to 70x70/iccf", benchIntervals(4475), []pileup.Job{{Percent: 2}}, both[:1]},
	} {
		for _, source := range []string{"map", "band", "band, average only"} {
			b.Run(c.name+"/"+source, func(b *testing.B) {
				opt := pileup.Options{Values: c.values, Weights: m.Weights, Expected: table, Oriented: true, Threads: 2,
					AverageOnly: source == "band, average only"}
				if source != "map" {
					opt.Near = near
				}
				for b.Loop() {
					if _, err := pileup.Compute(context.Background(), m, c.regions, c.jobs, opt); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// Intervals of 0.2 to 1.2 Mb.
func benchIntervals(n int) []genome.Region {
	rng := rand.New(rand.NewSource(3))
	regions := benchRegions(n, 0)
	for i := range regions {
		regions[i].A.End = min(regions[i].A.Start+200_000+rng.Int63n(1_000_000), benchBins*10_000)
		regions[i].B = regions[i].A
	}
	return regions
}
