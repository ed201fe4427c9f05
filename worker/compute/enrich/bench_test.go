package enrich

import (
	"fmt"
	"math/rand"
	"testing"

	"regioscope/worker/genome"
)

// humanLike is 24 chromosomes, 3.1 Gb.
func humanLike() []genome.Chrom {
	chroms := make([]genome.Chrom, 24)
	for i := range chroms {
		chroms[i] = genome.Chrom{Name: fmt.Sprintf("chr%d", i+1), Length: 250_000_000 - int64(i)*8_800_000}
	}
	return chroms
}

// sitesOn are regions of some width, in no order.
func sitesOn(rng *rand.Rand, chroms []genome.Chrom, n int, width int64) []genome.Region {
	out := make([]genome.Region, n)
	for i := range out {
		c := chroms[rng.Intn(len(chroms))]
		start := rng.Int63n(c.Length - 2*width)
		a := genome.Anchor{Chrom: c.Name, Start: start, End: start + width/2 + rng.Int63n(width), Strand: "+-"[rng.Intn(2)]}
		out[i] = genome.Region{Index: i, A: a, B: a}
	}
	return out
}

// The work of the table: sites × 40 bins of 10 kb × target sets of 20,000 regions each.
func BenchmarkCompute(b *testing.B) {
	chroms := humanLike()
	for _, c := range []struct {
		name           string
		sites, targets int
		jobs           []Job
		universe       Universe
		oriented       bool
	}{
		{"10k sites × 6 sets × 40 bins", 10_000, 6, []Job{{Window: 200_000, Bin: 10_000}}, Genome, false},
		{"50k sites × 100 sets × 40 bins", 50_000, 100, []Job{{Window: 200_000, Bin: 10_000}}, Genome, false},
		{"50k sites × 100 sets × 40 bins, oriented", 50_000, 100, []Job{{Window: 200_000, Bin: 10_000}}, Genome, true},
		{"50k sites × 100 sets × 40 bins, queries", 50_000, 100, []Job{{Window: 200_000, Bin: 10_000}}, Queries, false},
		{"50k sites × 100 sets × 40 bins, 100k elements", 50_000, 100, []Job{{Window: 200_000, Bin: 10_000}}, Regions, false},
		{"50k sites × 100 sets × 20 bins of 1 kb", 50_000, 100, []Job{{Window: 10_000, Bin: 1000}}, Genome, false},
		{"50k intervals × 100 sets × 140 bins", 50_000, 100, []Job{{Percent: 1}}, Genome, false},
		{"50k sites × 100 sets, the whole grid", 50_000, 100, []Job{{Window: 10_000, Bin: 1000}, {Window: 20_000, Bin: 1000}, {Window: 50_000, Bin: 2000},
			{Window: 100_000, Bin: 5000}, {Window: 400_000, Bin: 10_000}, {Window: 400_000, Bin: 20_000}, {Window: 1_000_000, Bin: 20_000},
			{Window: 1_000_000, Bin: 50_000}, {Window: 2_000_000, Bin: 50_000}, {Window: 2_000_000, Bin: 100_000}, {Window: 2_000_000, Bin: 200_000}}, Genome, false},
	} {
		rng := rand.New(rand.NewSource(1))
		width := int64(400)
		if c.jobs[0].Percent > 0 {
			width = 400_000
		}
		query := sitesOn(rng, chroms, c.sites, width)
		targets := make([]Target, c.targets)
		for i := range targets {
			targets[i] = Target{Name: fmt.Sprint(i), Regions: sitesOn(rng, chroms, 20_000, 1000)}
		}
		opt := Options{Universe: c.universe, Oriented: c.oriented, Threads: 2}
		if c.universe == Regions {
			opt.UniverseRegions = sitesOn(rng, chroms, 100_000, 400)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compute(b.Context(), chroms, query, targets, c.jobs, opt); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(c.sites*c.targets), "ns/window")
		})
	}
}

// Tables of any half of 50,000 regions, from an index.
func BenchmarkSubset(b *testing.B) {
	chroms := humanLike()
	rng := rand.New(rand.NewSource(1))
	for _, c := range []struct {
		name     string
		job      Job
		universe Universe
		width    int64
	}{
		{"genome", Job{Window: 200_000, Bin: 10_000}, Genome, 400},
		{"queries", Job{Window: 200_000, Bin: 10_000}, Queries, 400},
		{"100k elements", Job{Window: 200_000, Bin: 10_000}, Regions, 400},
		{"intervals in tiles", Job{Percent: 2}, Genome, 400_000},
	} {
		query := sitesOn(rng, chroms, 50_000, c.width)
		for _, sets := range []int{6, 100} {
			targets := make([]Target, sets)
			for i := range targets {
				targets[i] = Target{Name: fmt.Sprint(i), Regions: sitesOn(rng, chroms, 20_000, 1000)}
			}
			opt := Options{Universe: c.universe, Threads: 2}
			if c.universe == Regions {
				opt.UniverseRegions = sitesOn(rng, chroms, 100_000, 400)
			}
			x, err := NewIndex(b.Context(), chroms, query, targets, []Job{c.job}, opt)
			if err != nil {
				b.Fatal(err)
			}
			subset := rng.Perm(len(query))[:len(query)/2]
			b.Run(fmt.Sprintf("%s, %d sets", c.name, sets), func(b *testing.B) {
				for b.Loop() {
					if _, err := x.Tables(b.Context(), subset); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
