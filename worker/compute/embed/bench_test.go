package embed

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"regioscope/worker/compute/internal/points"
)

// planted draws rows around k centres, sep standard deviations of a column apart in each column, on average.
func planted(rows, cols, k int, sep float64, seed uint64) (*Features, []int32) {
	rng := rand.New(rand.NewPCG(seed, 7))
	centres := make([]float64, k*cols)
	for i := range centres {
		centres[i] = rng.NormFloat64() * sep
	}
	f, truth := NewFeatures(rows, cols), make([]int32, rows)
	for i := range rows {
		truth[i] = int32(rng.IntN(k))
		row := f.Row(i)
		for c := range row {
			row[c] = float32(centres[int(truth[i])*cols+c] + rng.NormFloat64())
		}
	}
	return f, truth
}

// BenchmarkUMAP is the layout alone, with its quality: overlapping groups, so that the graph is in one part.
func BenchmarkUMAP(b *testing.B) {
	for _, rows := range []int{2000, 10_000, 50_000} {
		f, _ := planted(rows, 100, 10, 0.3, 1)
		b.Run(fmt.Sprintf("%dx100", rows), func(b *testing.B) {
			for b.Loop() {
				res, err := Compute(context.Background(), f, Options{Seed: 42, Threads: 2, Ks: []int{}})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(res.Quality.Trustworthiness, "trustworthiness")
			}
		})
	}
}

// BenchmarkCompute is everything: layout, groups for k from 2 to 30 with silhouettes, quality.
func BenchmarkCompute(b *testing.B) {
	f, _ := planted(10_000, 100, 10, 0.3, 1)
	for b.Loop() {
		if _, err := Compute(context.Background(), f, Options{Seed: 42, Threads: 2}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkNeighbours(b *testing.B) {
	f, _ := planted(10_000, 100, 10, 0.3, 1)
	p := points.New(f.Values, f.Cols)
	b.Run("exact", func(b *testing.B) {
		for b.Loop() {
			if _, err := nearest(context.Background(), p, umapNeighbours, 2, quiet); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("descent", func(b *testing.B) {
		for b.Loop() {
			if _, err := descend(context.Background(), p, umapNeighbours, 42, 2, quiet); err != nil {
				b.Fatal(err)
			}
		}
	})
}
