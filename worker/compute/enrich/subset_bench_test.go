package enrich

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"
)

// Tables of any part of 50,000 sites × 40 bins × 100 sets, from an index.
func BenchmarkSubsetOfTables(b *testing.B) {
	const sites, sets = 50_000, 100
	chroms, rng := humanLike(), rand.New(rand.NewSource(1))
	query := sitesOn(rng, chroms, sites, 400)
	targets := make([]Target, sets)
	for i := range targets {
		targets[i] = Target{Name: fmt.Sprint(i), Regions: sitesOn(rng, chroms, 20_000, 1000)}
	}
	x, err := NewIndex(b.Context(), chroms, query, targets, []Job{{Window: 200_000, Bin: 10_000}}, Options{Universe: Genome, Threads: 2})
	if err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{100, 5000, 25_000, 45_000, 49_999} {
		subset := rng.Perm(sites)[:size]
		slices.Sort(subset)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for b.Loop() {
				if _, err := x.Tables(b.Context(), subset); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
