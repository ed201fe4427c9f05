package cluster

import (
	"context"
	"fmt"
	"testing"

	"regioscope/worker/compute/internal/points"
)

func newPoints(values []float32, dim int) *points.Points { return points.New(values, dim) }

// BenchmarkKMeans is k-means with silhouettes for all k of a scan: overlapping groups (sep 0.5) and no groups at all, on
// which the iteration takes longest.
func BenchmarkKMeans(b *testing.B) {
	for _, c := range []struct{ n, dim, from, to int }{{10_000, 50, 2, 30}, {50_000, 50, 2, 20}} {
		for _, sep := range []float64{0.5, 0} {
			values, _ := planted(c.n, c.dim, 10, sep, 1)
			var ks []int
			for k := c.from; k <= c.to; k++ {
				ks = append(ks, k)
			}
			b.Run(fmt.Sprintf("%dx%d/k%d-%d/sep%g", c.n, c.dim, c.from, c.to, sep), func(b *testing.B) {
				for b.Loop() {
					if _, err := KMeans(context.Background(), values, c.dim, ks, Options{Threads: 2, Seed: 42}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
