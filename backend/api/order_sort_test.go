package api

import (
	"bytes"
	"context"
	"math"
	"math/rand"
	"slices"
	"testing"

	"regioscope/worker/format/npy"
)

// The order is that of a stable comparison, with ties, both zeros, infinities and NaN, from any order before.
func TestSortByKeys(t *testing.T) {
	rng := rand.New(rand.NewSource(4))
	special := []float64{math.NaN(), 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), 1, -1, math.SmallestNonzeroFloat64, -math.MaxFloat64}
	for range 200 {
		keys, order := make([]float64, rng.Intn(60)), []int32{}
		for i := range keys {
			keys[i] = rng.NormFloat64()
			if rng.Intn(2) == 0 {
				keys[i] = special[rng.Intn(len(special))]
			}
			order = append(order, int32(i))
		}
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		desc := rng.Intn(2) == 0
		want := slices.Clone(order)
		slices.SortStableFunc(want, func(a, b int32) int {
			x, y := keys[a], keys[b]
			switch {
			case x == y || x != x && y != y:
				return 0
			case x != x || y == y && (x > y) != desc:
				return 1
			}
			return -1
		})
		if sortByKeys(order, keys, desc); !slices.Equal(order, want) {
			t.Fatalf("%v, descending %v: %v, want %v", keys, desc, order, want)
		}
	}
}

// Rows averaged in blocks are the same whether they are read in their order or in that of the file; float64 sums differ by
// rounding only.
func TestScatteredMeans(t *testing.T) {
	rng := rand.New(rand.NewSource(5))
	ctx := context.Background()
	for range 60 {
		rows, cols := 1+rng.Intn(80), 1+rng.Intn(7)
		values := make([]float32, rows*cols)
		for i := range values {
			if values[i] = rng.Float32(); rng.Intn(4) == 0 {
				values[i] = float32(math.NaN())
			}
		}
		var file bytes.Buffer
		if err := npy.Write(&file, values, rows, cols); err != nil {
			t.Fatal(err)
		}
		r, err := npy.Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatal(err)
		}
		order := []int32{}
		for _, i := range rng.Perm(rows)[:1+rng.Intn(rows)] { // a facet has some of the rows
			order = append(order, int32(i))
		}
		s := &selection{r: r, rowLo: rng.Int63n(int64(len(order))), rowHi: int64(len(order)), colHi: int64(cols), block: 2 + rng.Int63n(5), order: order}
		blocks := int((s.rowHi - s.rowLo + s.block - 1) / s.block)
		var got []float32
		if err := scatteredMeans(ctx, s, blocks, func(row []float32) error { got = append(got, row...); return nil }); err != nil {
			t.Fatal(err)
		}
		for i, v := range got {
			lo := s.rowLo + int64(i/cols)*s.block
			sum, n := 0.0, 0
			for _, row := range order[lo:min(lo+s.block, s.rowHi)] {
				if x := float64(values[int(row)*cols+i%cols]); x == x {
					sum += x
					n++
				}
			}
			if want := sum / float64(n); (n == 0) != (v != v) || math.Abs(float64(v)-want) > 1e-6*want {
				t.Fatalf("block %d, column %d: %v, want %v", i/cols, i%cols, v, want)
			}
		}
	}
}
