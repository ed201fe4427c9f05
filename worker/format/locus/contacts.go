package locus

import (
	"context"
	"errors"
	"fmt"
	"math"

	"regioscope/worker/format/cool"
)

// maxPixels bounds what is read for one answer: of a map that stores both triangles rows cannot be cut short, and before the
// columns of a rectangle far from the diagonal everything nearer has to be passed over.
const maxPixels = 24_000_000

// ErrTooMuch says that the stretch cannot be read quickly from this file.
var ErrTooMuch = errors.New("too much of the file would have to be read")

// Span is the bins Lo … Hi−1, counted over the genome.
type Span struct{ Lo, Hi int64 }

// Bins is how many they are.
func (s Span) Bins() int64 { return s.Hi - s.Lo }

func (s Span) has(bin int64) bool { return bin >= s.Lo && bin < s.Hi }

// Contacts reads the contacts of the bins of rows with those of cols, which may be the same, lie on one chromosome or on two:
// row by row, one number per pair. rowWeights and colWeights are multiplicative, one per bin of their span, and the numbers
// are count · weight of the row · weight of the column; nil for counts. A pair without a stored pixel is 0; NaN is in the rows
// and columns of bins without a finite weight. The error is ErrTooMuch, a *cool.FormatError (wrapped), or that of ctx.
func Contacts(ctx context.Context, l *cool.Level, rows, cols Span, rowWeights, colWeights []float64, threads int) ([]float64, error) {
	for _, s := range []Span{rows, cols} {
		if s.Lo < 0 || s.Hi > l.NumBins() || s.Lo >= s.Hi {
			return nil, fmt.Errorf("contacts: bins %d to %d of %d", s.Lo, s.Hi, l.NumBins())
		}
	}
	r := &reading{rows: rows, cols: cols, upper: l.SymmetricUpper()}
	if err := r.plan(l); err != nil {
		return nil, err
	}
	w := [2][]float64{ones(rowWeights, rows), ones(colWeights, cols)}
	n := cols.Bins()
	out := make([]float64, rows.Bins()*n)
	put := func(row, col int64, count float64) {
		if rows.has(row) && cols.has(col) {
			i, j := row-rows.Lo, col-cols.Lo
			out[i*n+j] = count * w[0][i] * w[1][j]
		}
	}
	at := 0
	err := l.Sweep(ctx, r.ranges, threads, func(b cool.Block) error {
		for k, col := range b.Bin2 {
			for r.starts[at+1] <= b.Lo+int64(k) || r.ends[at] <= b.Lo+int64(k) {
				at++
			}
			put(r.bins[at], int64(col), b.Count[k])
			if r.upper && r.bins[at] != int64(col) {
				put(int64(col), r.bins[at], b.Count[k])
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	mask(out, w[0], w[1])
	return out, nil
}

// reading is which pixels are read: of bins[i] those from starts[i] to ends[i].
type reading struct {
	rows, cols         Span
	upper              bool
	bins, starts, ends []int64
	ranges             []cool.PixelRange
}

// plan finds the stored rows that can have a pixel of the rectangle. Of an upper triangle a pair is stored in the row of its
// lower bin, so that the columns of the rectangle count as rows, too; and a row ends, at the latest, as many pixels behind its
// beginning as there are bins up to the end of the rectangle.
func (r *reading) plan(l *cool.Level) error {
	spans := []Span{r.rows}
	if r.upper {
		spans = union(r.rows, r.cols)
	}
	total := int64(0)
	for _, s := range spans {
		index, err := l.RowOffsets(s.Lo, s.Hi)
		if err != nil {
			return err
		}
		for i := range s.Bins() {
			bin, end := s.Lo+i, index[i+1]
			if r.upper {
				last := bin // the end of the columns that are wanted of this row
				if r.rows.has(bin) {
					last = max(last, r.cols.Hi)
				}
				if r.cols.has(bin) {
					last = max(last, r.rows.Hi)
				}
				end = min(end, index[i]+last-bin)
			}
			if end == index[i] {
				continue
			}
			r.bins, r.starts, r.ends = append(r.bins, bin), append(r.starts, index[i]), append(r.ends, end)
			r.ranges = append(r.ranges, cool.PixelRange{Lo: index[i], Hi: end})
			total += end - index[i]
		}
	}
	r.starts = append(r.starts, math.MaxInt64)
	if total > max(maxPixels, r.rows.Bins()*r.cols.Bins()) {
		return ErrTooMuch
	}
	return nil
}

// union is two spans in order, as one where they touch.
func union(a, b Span) []Span {
	if b.Lo < a.Lo {
		a, b = b, a
	}
	if b.Lo <= a.Hi {
		return []Span{{a.Lo, max(a.Hi, b.Hi)}}
	}
	return []Span{a, b}
}

func ones(weights []float64, s Span) []float64 {
	if weights != nil {
		return weights
	}
	all := make([]float64, s.Bins())
	for i := range all {
		all[i] = 1
	}
	return all
}

// mask makes the rows and columns of bins without a weight NaN, where nothing is stored too: nothing is known of them.
func mask(out, rows, cols []float64) {
	n := len(cols)
	for i, w := range rows {
		if w-w != 0 {
			for j := range n {
				out[i*n+j] = math.NaN()
			}
		}
	}
	for j, w := range cols {
		if w-w != 0 {
			for i := range rows {
				out[i*n+j] = math.NaN()
			}
		}
	}
}
