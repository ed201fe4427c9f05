// Package balance measures how well a weight column balances a contact map, and finds out by it what a column does: files
// seldom say whether the numbers divide or multiply the counts (see Detect).
//
// Balanced means that every bin has the same sum of contacts. The flatness of a column is the coefficient of variation
// (standard deviation ÷ mean) of those sums over the bins that are not masked: near 0 when the column does what it is
// for, large when it multiplies where it should divide. Pixels of the first two diagonals are left out, as cooler and
// Juicer do when they balance. Maps are balanced genome-wide or per chromosome, and files seldom say which, so both sums
// are made and the flatter counts.
package balance

import (
	"context"
	"fmt"
	"math"
	"sort"

	"regioscope/worker/format/cool"
)

// Matrix is what this package reads of a contact map; see *cool.Level.
type Matrix interface {
	NumBins() int64
	ChromOffset(chrom int) int64
	SymmetricUpper() bool
	Bin1Offset() ([]int64, error)
	Sweep(ctx context.Context, ranges []cool.PixelRange, threads int, fn func(cool.Block) error) error
}

const ignoreDiags = 2

// Flatness sweeps the whole map once and returns the flatness of each column of multiplicative weights (not finite where
// masked). It is NaN for a column without a valid bin that has contacts. chroms is the number of chromosomes.
func Flatness(ctx context.Context, m Matrix, chroms int, columns [][]float64, threads int) ([]float64, error) {
	bins := m.NumBins()
	for i, w := range columns {
		if int64(len(w)) != bins {
			return nil, fmt.Errorf("weight column %d: %d weights for %d bins", i, len(w), bins)
		}
	}
	offsets, err := m.Bin1Offset()
	if err != nil {
		return nil, err
	}
	weights := make([][]float64, len(columns)) // 0 where masked
	cis, all := make([][]float64, len(columns)), make([][]float64, len(columns))
	for i, w := range columns {
		weights[i], cis[i], all[i] = make([]float64, bins), make([]float64, bins), make([]float64, bins)
		for k, v := range w {
			if v-v == 0 {
				weights[i][k] = v
			}
		}
	}
	ends := chromEnds(m, chroms)
	row := 0
	add := func(b cool.Block) error {
		for k, col := range b.Bin2 {
			for offsets[row+1] <= b.Lo+int64(k) {
				row++
			}
			count := b.Count[k]
			if d := int(col) - row; count-count != 0 || d < ignoreDiags && d > -ignoreDiags {
				continue
			}
			same := ends[row] == ends[col]
			for i, w := range weights {
				value := count * w[row] * w[col]
				all[i][row] += value
				if m.SymmetricUpper() {
					all[i][col] += value
				}
				if same {
					cis[i][row] += value
					if m.SymmetricUpper() {
						cis[i][col] += value
					}
				}
			}
		}
		return nil
	}
	if total := offsets[bins]; total > 0 {
		if err := m.Sweep(ctx, []cool.PixelRange{{Hi: total}}, threads, add); err != nil {
			return nil, err
		}
	}
	flatness := make([]float64, len(columns))
	for i, w := range columns {
		a, c := variation(all[i], w), variation(cis[i], w)
		flatness[i] = a
		if c < a || math.IsNaN(a) {
			flatness[i] = c
		}
	}
	return flatness, nil
}

// chromEnds gives, for every bin, the end of its chromosome.
func chromEnds(m Matrix, chroms int) []int64 {
	ends := make([]int64, m.NumBins())
	for i := range ends {
		c := sort.Search(chroms, func(c int) bool { return m.ChromOffset(c+1) > int64(i) })
		ends[i] = m.ChromOffset(c + 1)
	}
	return ends
}

// variation is the coefficient of variation of the sums of unmasked bins. Bins without any contact, which no weight can
// balance, are left out.
func variation(sums, weights []float64) float64 {
	var n, sum, sq float64
	counted := func(i int) bool { return weights[i]-weights[i] == 0 && sums[i] > 0 }
	for i, s := range sums {
		if counted(i) {
			n++
			sum += s
		}
	}
	mean := sum / n
	for i, s := range sums {
		if counted(i) {
			sq += (s - mean) * (s - mean)
		}
	}
	return math.Sqrt(sq/n) / mean
}
