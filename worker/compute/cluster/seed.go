package cluster

import (
	"math"
	"math/rand/v2"

	"regioscope/worker/compute/internal/points"
)

// sequence draws k different rows as seeds, each far from those before it (k-means++): the next is drawn with a chance
// proportional to the squared distance to the nearest seed so far, and is the best of a few draws. The values must have k
// different rows at least.
func sequence(p *points.Points, k int, rng *rand.Rand) []int {
	seeds := make([]int, 1, k)
	seeds[0] = rng.IntN(p.N)
	nearest := make([]float32, p.N)
	points.From(p, seeds[0], p, 0, nearest)
	nearest[seeds[0]] = 0
	candidate, best := make([]float32, p.N), make([]float32, p.N)
	for len(seeds) < k {
		total := sum(nearest)
		if !(total > 0) {
			// What is left differs by less than distances can tell: take any.
			seeds = append(seeds, rng.IntN(p.N))
			continue
		}
		trials := 2 + int(math.Log(float64(len(seeds)+1)))
		least, chosen := math.Inf(1), 0
		for range trials {
			row := pick(nearest, rng.Float64()*total)
			points.From(p, row, p, 0, candidate)
			candidate[row] = 0
			for i, d := range nearest {
				candidate[i] = min(candidate[i], d)
			}
			if left := sum(candidate); left < least {
				least, chosen = left, row
				candidate, best = best, candidate
			}
		}
		seeds = append(seeds, chosen)
		nearest, best = best, nearest
	}
	return seeds
}

// pick is the first index at which the running sum of weights exceeds target, and which has a weight.
func pick(weights []float32, target float64) int {
	var running float64
	last := 0
	for i, w := range weights {
		if w > 0 {
			running += float64(w)
			last = i
			if running > target {
				break
			}
		}
	}
	return last
}

func sum(values []float32) float64 {
	var total float64
	for _, v := range values {
		total += float64(v)
	}
	return total
}
