package locus

import (
	"context"
	"errors"
	"fmt"
	"math"

	"regioscope/worker/format/cool"
)

// maxSquarePixels bounds what is read of a map that stores both triangles, whose rows cannot be cut short.
const maxSquarePixels = 12_000_000

// ErrTooMuch says that the stretch cannot be read quickly from this file.
var ErrTooMuch = errors.New("too much of the file would have to be read")

// Contacts reads the contacts of the bins lo … hi−1 of a chromosome (numbered within it) with each other: n×n values, row by
// row, both triangles, n = hi−lo. With the name of a weight column they are balanced, count · w[row] · w[column]; without
// one they are counts. A pair without a stored pixel is 0; NaN is in the rows and columns of bins without a finite weight.
// The error is *cool.ErrNoWeights when there is no such column, ErrTooMuch, a *cool.FormatError (wrapped), or that of ctx.
func Contacts(ctx context.Context, l *cool.Level, chrom int, lo, hi int64, weight string, threads int) ([]float32, error) {
	if size := l.ChromOffset(chrom+1) - l.ChromOffset(chrom); lo < 0 || hi > size || lo >= hi {
		return nil, fmt.Errorf("contacts: bins %d to %d of %d", lo, hi, size)
	}
	first := l.ChromOffset(chrom) + lo
	n := hi - lo
	index, err := l.RowOffsets(first, first+n)
	if err != nil {
		return nil, err
	}
	weights := make([]float64, n)
	for i := range weights {
		weights[i] = 1
	}
	if weight != "" {
		if weights, err = l.WeightPart(weight, first, first+n); err != nil {
			return nil, err
		}
	}
	var ranges []cool.PixelRange
	total := int64(0)
	for i := range n {
		end := index[i+1]
		if l.SymmetricUpper() {
			end = min(end, index[i]+n-i)
		}
		ranges = append(ranges, cool.PixelRange{Lo: index[i], Hi: end})
		total += end - index[i]
	}
	if total > max(maxSquarePixels, n*n) {
		return nil, ErrTooMuch
	}
	out := make([]float32, n*n)
	row := int64(0)
	err = l.Sweep(ctx, ranges, threads, func(b cool.Block) error {
		for k, col := range b.Bin2 {
			at := b.Lo + int64(k)
			for index[row+1] <= at {
				row++
			}
			j := int64(col) - first
			if j < 0 || j >= n {
				continue
			}
			v := float32(b.Count[k] * weights[row] * weights[j])
			out[row*n+j] = v
			if l.SymmetricUpper() {
				out[j*n+row] = v
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	mask(out, weights)
	return out, nil
}

// mask makes the rows and columns of bins without a weight NaN, where nothing is stored too: nothing is known of them.
func mask(out []float32, weights []float64) {
	n := len(weights)
	nan := float32(math.NaN())
	for i, w := range weights {
		if !math.IsNaN(w) {
			continue
		}
		for j := range n {
			out[i*n+j], out[j*n+i] = nan, nan
		}
	}
}
