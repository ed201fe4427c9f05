package api

import (
	"bytes"
	"context"
	"io"
	"math/rand"
	"testing"

	"regioscope/worker/format/npy"
)

// A stack of 50,000 rows as a page asks for it: the order, and 400 rows of the picture.
func BenchmarkSortedStack(b *testing.B) {
	const rows, cols = 50_000, 100
	rng := rand.New(rand.NewSource(1))
	values := make([]float32, rows*cols)
	for i := range values {
		values[i] = rng.Float32()
	}
	var file bytes.Buffer
	if err := npy.Write(&file, values, rows, cols); err != nil {
		b.Fatal(err)
	}
	r, err := npy.Open(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	var order []int32
	for _, by := range []string{"mean", "centre"} {
		b.Run("order by "+by, func(b *testing.B) {
			for range b.N {
				if order, err = rowOrder(ctx, r, sortKey{by: by}, true); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("picture", func(b *testing.B) {
		s := &selection{r: r, rowHi: rows, colHi: cols, block: 125, order: order}
		for range b.N {
			if err := s.write(ctx, io.Discard); err != nil {
				b.Fatal(err)
			}
		}
	})
}
