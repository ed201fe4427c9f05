package pileup_test

import (
	"context"
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

// Averages of any part of 50,000 prepared regions, from the band of benchMap: every pixel within the windows is stored.
func BenchmarkSubsetOfAMap(b *testing.B) {
	const sites = 50_000
	m := benchMap()
	near := m.Band(b, benchWidth)
	table, err := expected.Compute(context.Background(), m, nil, m.Weights, expected.Options{IgnoreDiags: 2})
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewSource(5))
	for _, c := range []struct {
		name    string
		regions []genome.Region
		job     pileup.Job
		value   pileup.Value
	}{
		{"41x41 iccf", benchRegions(sites, 0), pileup.Job{Window: 200_000}, pileup.ICCF},
		{"81x81 oe", benchRegions(sites, 0), pileup.Job{Window: 400_000}, pileup.OE},
		{"101x101 oe", benchRegions(sites, 0), pileup.Job{Window: 500_000}, pileup.OE},
		{"pairs 41x41 oe", benchRegions(sites, 500_000), pileup.Job{Window: 200_000}, pileup.OE},
		{"intervals to 70x70 oe", benchIntervals(sites), pileup.Job{Percent: 2}, pileup.OE},
	} {
		p, err := pileup.Prepare(m, c.regions, c.job, pileup.Options{Values: []pileup.Value{c.value}, Weights: m.Weights, Expected: table, Oriented: true, Threads: 2})
		if err != nil {
			b.Fatal(err)
		}
		p.Keep(1 << 30)
		for _, size := range []int{100, 5000, 25_000, 45_000, 49_999} {
			rows := rng.Perm(sites)[:size]
			slices.Sort(rows)
			b.Run(fmt.Sprintf("%s/%d", c.name, size), func(b *testing.B) {
				if _, err := p.Average(context.Background(), near, rows); err != nil { // what is kept, is made
					b.Fatal(err)
				}
				for b.Loop() {
					if _, err := p.Average(context.Background(), near, rows); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
