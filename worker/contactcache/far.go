package contactcache

import (
	"cmp"
	"context"
	"slices"
	"sort"

	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/cool"
)

// maxFar is how many pixels beyond the band are kept from a sweep for the averages that follow it: 12 bytes each.
var maxFar = 4 << 20 // a variable for tests

// far gathers, in a sweep of a level, the pixels of some windows beyond the band, and is then a matrix of nothing but
// these: what was met on the way need not be decompressed again.
type far struct {
	Level
	rows    []int64 // of the level: first pixel of every row
	rects   []pileup.Rect
	active  []pileup.Rect // with the current row
	spans   []span        // columns of the current row, ascending and apart
	row     int64
	offsets []int64 // of what is gathered; until it is complete, offsets[i+1] is the length of row i
	cols    []int32
	counts  []float64
	over    bool // there are too many
}

type span struct{ lo, hi int32 }

// newFar prepares for some parts of a level; nil when there are none.
func newFar(l Level, rects []pileup.Rect) (*far, error) {
	if len(rects) == 0 {
		return nil, nil
	}
	rows, err := l.Bin1Offset()
	if err != nil {
		return nil, err
	}
	rects = slices.Clone(rects)
	slices.SortFunc(rects, func(a, b pileup.Rect) int { return cmp.Compare(a.Row, b.Row) })
	return &far{Level: l, rows: rows, rects: rects, row: -1, offsets: make([]int64, len(rows))}, nil
}

// add takes pixels of the sweep, which visits the pixels of all rows with rects.
func (f *far) add(b cool.Block) {
	if f.over {
		return
	}
	end := b.Lo + int64(len(b.Bin2))
	for at := b.Lo; at < end; {
		if f.row < 0 || at >= f.rows[f.row+1] {
			f.enter(int64(sort.Search(len(f.rows), func(i int) bool { return f.rows[i] > at })) - 1)
		}
		stop := min(end, f.rows[f.row+1])
		cols, counts := b.Bin2[at-b.Lo:stop-b.Lo], b.Count[at-b.Lo:stop-b.Lo]
		for _, s := range f.spans {
			from, _ := slices.BinarySearch(cols, s.lo)
			to, _ := slices.BinarySearch(cols, s.hi)
			f.cols, f.counts = append(f.cols, cols[from:to]...), append(f.counts, counts[from:to]...)
			f.offsets[f.row+1] += int64(to - from)
		}
		at = stop
	}
	if f.over = len(f.cols) > maxFar; f.over {
		f.cols, f.counts = nil, nil
	}
}

// enter moves on to a later row and finds its columns.
func (f *far) enter(row int64) {
	f.row = row
	for len(f.rects) > 0 && int64(f.rects[0].Row) <= row {
		f.active = append(f.active, f.rects[0])
		f.rects = f.rects[1:]
	}
	f.active = slices.DeleteFunc(f.active, func(r pileup.Rect) bool { return int64(r.RowEnd) <= row })
	slices.SortFunc(f.active, func(a, b pileup.Rect) int { return cmp.Compare(a.Col, b.Col) })
	f.spans = f.spans[:0]
	for _, r := range f.active {
		if n := len(f.spans); n > 0 && r.Col <= f.spans[n-1].hi {
			f.spans[n-1].hi = max(f.spans[n-1].hi, r.ColEnd)
		} else {
			f.spans = append(f.spans, span{r.Col, r.ColEnd})
		}
	}
}

// complete ends the gathering; ok is false when there was too much.
func (f *far) complete() (ok bool) {
	for i := range f.offsets[1:] {
		f.offsets[i+1] += f.offsets[i]
	}
	return !f.over
}

// Bin1Offset counts what was gathered.
func (f *far) Bin1Offset() ([]int64, error) { return f.offsets, nil }

// Sweep delivers what was gathered.
func (f *far) Sweep(ctx context.Context, ranges []cool.PixelRange, _ int, fn func(cool.Block) error) error {
	const most = 1 << 15
	for _, r := range ranges {
		for at := r.Lo; at < r.Hi; at += most {
			if err := ctx.Err(); err != nil {
				return err
			}
			end := min(r.Hi, at+most)
			if err := fn(cool.Block{Lo: at, Bin2: f.cols[at:end], Count: f.counts[at:end]}); err != nil {
				return err
			}
		}
	}
	return nil
}
