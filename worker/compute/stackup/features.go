package stackup

import (
	"context"
	"fmt"
	"math"
)

// Features are the rows of a stack as a clustering of rows takes them: rows with any value, by at most cols numbers.
type Features struct {
	Rows   []int // of the stack
	Cols   int
	Values []float32 // len(Rows) × Cols, C order, finite, each column with mean 0
	Means  []float64 // of each of Rows, over its finite bins
}

// ReadFeatures reads a stack of rows × bins for a clustering into at most cols columns. Neighbouring bins are averaged, so that
// all columns are of as many bins (the last ones may be of one more); a column in which a row has no value gets the mean of
// the column, as embeddings do. The values keep their scale, as with deepTools' plotHeatmap --kmeans: strong rows weigh more.
// Columns are centred, which changes no distance. It holds rows × cols numbers.
func ReadFeatures(ctx context.Context, stack RowReader, rows, bins, cols int) (*Features, error) {
	if cols < 1 || bins < 1 {
		return nil, fmt.Errorf("stackup: %d bins cannot be %d columns", bins, cols)
	}
	cols = min(cols, bins)
	f := &Features{Cols: cols}
	sum, n := make([]float64, cols), make([]int, cols)
	const batch = 1024
	var buf []float32
	for first := 0; first < rows; first += batch {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		part, err := stack.ReadRows(buf, first, min(batch, rows-first))
		if err != nil {
			return nil, fmt.Errorf("stackup: rows from %d: %w", first, err)
		}
		buf = part
		for i := range len(part) / bins {
			row := part[i*bins : (i+1)*bins]
			mean := meanOf(row)
			if math.IsNaN(mean) {
				continue
			}
			f.Rows, f.Means = append(f.Rows, first+i), append(f.Means, mean)
			for c := range cols {
				v := meanOf(row[c*bins/cols : (c+1)*bins/cols])
				f.Values = append(f.Values, float32(v))
				if !math.IsNaN(v) {
					sum[c] += v
					n[c]++
				}
			}
		}
	}
	for i := range f.Values {
		c := i % cols
		if v := float64(f.Values[i]); math.IsNaN(v) {
			f.Values[i] = 0
		} else {
			f.Values[i] = float32(v - sum[c]/float64(n[c]))
		}
	}
	return f, nil
}

// meanOf is the mean of the finite values, NaN without any.
func meanOf(row []float32) float64 {
	sum, n := 0.0, 0
	for _, v := range row {
		if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
			sum += f
			n++
		}
	}
	return sum / float64(n)
}
