package stackup

import (
	"bytes"
	"fmt"
	"math"
	"math/rand"
	"testing"

	"regioscope/worker/format/npy"
)

// Profiles of any part of a stored stack of 50,000 rows × 200 bins; with medians, as pictures have them.
func BenchmarkSubsetOfAStack(b *testing.B) {
	const rows, bins = 50_000, 200
	rng := rand.New(rand.NewSource(1))
	values := make([]float32, rows*bins)
	for i := range values {
		values[i] = rng.Float32()
		if rng.Intn(20) == 0 {
			values[i] = float32(math.NaN())
		}
	}
	file := &memoryFile{}
	w, err := npy.NewRowWriter[float32](file, rows, bins)
	if err != nil {
		b.Fatal(err)
	}
	if err := w.WriteRows(0, values); err != nil {
		b.Fatal(err)
	}
	for _, size := range []int{100, 5000, 25_000, 45_000, 49_999} {
		subset := rng.Perm(rows)[:size]
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			for b.Loop() {
				stack, err := OpenStored(bytes.NewReader(file.data), int64(len(file.data)))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Aggregate(b.Context(), stack, rows, bins, subset, AggregateOptions{Threads: 2}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
