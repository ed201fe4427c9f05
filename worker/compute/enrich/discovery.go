package enrich

import (
	"cmp"
	"math"
	"slices"
)

// falseDiscovery is Benjamini's and Hochberg's (1995) adjusted p, in and out as −log10: with m values, the smallest
// p·m/rank of this and all larger p, at most 1.
func falseDiscovery(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	q := make([]float64, len(p))
	m := float64(len(p))
	best := 0.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		best = max(best, p[i]-math.Log10(m/float64(rank)))
		q[i] = best
	}
	return q
}
