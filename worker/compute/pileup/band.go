package pileup

import (
	"fmt"
	"sort"

	"regioscope/worker/format/cool"
)

// band holds the stored pixels of recent rows, cut to the columns that some window needs.
type band struct {
	base   int32 // the first row held
	next   int32 // the first row not complete
	starts []int // starts[i] = first pixel of row base+i; the last entry belongs to the row being filled
	cols   []int32
	counts []float64
	bad    []pixel // counts that are no finite number: missing cells, not in cols
}

type pixel struct{ row, col int32 }

// row returns the pixels held of a complete row, by ascending column.
func (b *band) row(row int32) ([]int32, []float64) {
	i := int(row - b.base)
	if i < 0 || i+1 >= len(b.starts) {
		return nil, nil
	}
	lo, hi := b.starts[i], b.starts[i+1]
	return b.cols[lo:hi:hi], b.counts[lo:hi:hi]
}

// span returns the pixels of a complete row from column c0 on, up to c1.
func (b *band) span(row, c0, c1 int32) ([]int32, []float64) {
	cols, counts := b.row(row)
	if n := len(cols); n == 0 || cols[n-1] < c0 {
		return nil, nil
	}
	if cols[0] < c0 {
		at := search(cols, c0)
		cols, counts = cols[at:], counts[at:]
	}
	if cols[len(cols)-1] >= c1 {
		at := search(cols, c1)
		cols, counts = cols[:at], counts[:at]
	}
	return cols, counts
}

// at returns the count of the pixel at (row, col), 0 where none is stored, and whether it is a number.
func (b *band) at(row, col int32) (count float64, ok bool) {
	cols, counts := b.row(row)
	if at := search(cols, col); at < len(cols) && cols[at] == col {
		return counts[at], true
	}
	for _, p := range b.bad {
		if p.row == row && p.col == col {
			return 0, false
		}
	}
	return 0, true
}

// seek makes row the one being filled; rows passed over are complete.
func (b *band) seek(row int32) {
	if len(b.starts) == 0 {
		b.base, b.next = row, row
		b.starts = append(b.starts, 0)
		return
	}
	for b.next < row {
		b.starts = append(b.starts, len(b.cols))
		b.next++
	}
}

// add appends pixels of the row being filled, of the columns lo to hi.
func (b *band) add(cols []int32, counts []float64, lo, hi int32) error {
	from := search(cols, lo)
	to := from + search(cols[from:], hi)
	start := b.starts[len(b.starts)-1]
	for k := from; k < to; k++ {
		col, count := cols[k], counts[k]
		if n := len(b.cols); n > start && b.cols[n-1] >= col {
			return fmt.Errorf("the pixels of row %d are not sorted by column", b.next)
		}
		if count-count != 0 {
			b.bad = append(b.bad, pixel{b.next, col})
			continue
		}
		b.cols = append(b.cols, col)
		b.counts = append(b.counts, count)
	}
	return nil
}

// drop forgets the rows before row.
func (b *band) drop(row int32) {
	i := min(int(row-b.base), len(b.starts)-1)
	if i <= 0 {
		return
	}
	cut := b.starts[i]
	b.cols = b.cols[:copy(b.cols, b.cols[cut:])]
	b.counts = b.counts[:copy(b.counts, b.counts[cut:])]
	b.starts = b.starts[:copy(b.starts, b.starts[i:])]
	for k := range b.starts {
		b.starts[k] -= cut
	}
	b.base += int32(i)
	kept := b.bad[:0]
	for _, p := range b.bad {
		if p.row >= b.base {
			kept = append(kept, p)
		}
	}
	b.bad = kept
}

// search finds the first index whose column is at least col.
func search(cols []int32, col int32) int {
	lo, hi := 0, len(cols)
	for lo < hi {
		mid := int(uint(lo+hi) / 2)
		if cols[mid] < col {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}

// needs says which columns of each row are needed by any window: columns lo to hi, none where lo ≥ hi.
type needs struct{ lo, hi []int32 }

func newNeeds(bins int64) needs {
	n := needs{lo: make([]int32, bins), hi: make([]int32, bins)}
	for i := range n.lo {
		n.lo[i] = int32(bins)
	}
	return n
}

func (n needs) add(t task) {
	for row := t.r0; row < t.r1; row++ {
		n.lo[row] = min(n.lo[row], t.c0)
		n.hi[row] = max(n.hi[row], t.c1)
	}
}

// ranges are the pixels of all rows that are needed.
func (n needs) ranges(offsets []int64) []cool.PixelRange {
	var ranges []cool.PixelRange
	for row := range n.lo {
		lo, hi := offsets[row], offsets[row+1]
		if n.lo[row] >= n.hi[row] || lo == hi {
			continue
		}
		if k := len(ranges); k > 0 && ranges[k-1].Hi == lo {
			ranges[k-1].Hi = hi
		} else {
			ranges = append(ranges, cool.PixelRange{Lo: lo, Hi: hi})
		}
	}
	return ranges
}

// rowOf finds the row that holds a pixel, at or after row from.
func rowOf(offsets []int64, from int32, at int64) int32 {
	return from + int32(sort.Search(len(offsets)-int(from), func(i int) bool { return offsets[int(from)+i] > at })) - 1
}
