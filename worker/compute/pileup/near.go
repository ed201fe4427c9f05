package pileup

// Near gives the pixels near the diagonal of a map row by row, without a sweep. *band.Reader implements it.
//
// The windows that lie within its width as a whole are taken from there, each by itself: what other windows there are, and
// in which order they are added, is the same with and without, and so are all bits of the results.
type Near interface {
	// Width is the distance in bins from which on pixels are not there.
	Width() int32
	// Finite tells that every count is a number.
	Finite() bool
	// Rows appends the stored pixels of the rows first to end (not included) with columns from lo to hi (not included), row
	// by row and ascending, to cols and counts, and for every row the place after its last pixel to ends. It is safe for
	// concurrent use.
	Rows(first, end, lo, hi int32, ends []int, cols []int32, counts []float64) ([]int, []int32, []float64, error)
	// Dense writes the counts of the stored pixels of a row, from column lo on, to line, which holds zeros, sets their bits
	// in stored, one bit per column, unless that is empty, and returns how many there are. It is safe for concurrent use.
	Dense(row, lo int32, line []float64, stored []uint64) (pixels int, err error)
}

// Releaser is a Near that wants to know which rows are not needed any more.
type Releaser interface{ Release(before int32) }

// near tells whether all pixels of a window are in opt.Near.
func (g *grid) near(w *window) bool {
	return g.opt.Near != nil && g.upper && w.extent() <= g.opt.Near.Width()
}

// gather fills the band with the pixels of one window that is near, and with those around it that its parts have not in
// common.
func (b *band) gather(g *grid, w *window) (err error) {
	list, n := g.tasks(w)
	lo, hi := w.c1, w.c0
	for _, t := range list[:n] {
		lo, hi = min(lo, t.c0), max(hi, t.c1)
	}
	first, end := g.first(w), g.last(w)
	if n == 0 || first >= end {
		first, end = 0, 0
	}
	*b = band{base: first, next: end, starts: append(b.starts[:0], 0), cols: b.cols[:0], counts: b.counts[:0], bad: b.bad[:0]}
	b.starts, b.cols, b.counts, err = g.opt.Near.Rows(first, end, lo, hi, b.starts, b.cols, b.counts)
	if err == nil && !g.opt.Near.Finite() {
		b.sift()
	}
	return err
}

// sift moves pixels whose count is no number to bad.
func (b *band) sift() {
	at, from := 0, 0
	for i, to := range b.starts[1:] {
		for k := from; k < to; k++ {
			if count := b.counts[k]; count-count == 0 {
				b.cols[at], b.counts[at] = b.cols[k], count
				at++
			} else {
				b.bad = append(b.bad, pixel{b.base + int32(i), b.cols[k]})
			}
		}
		from = to
		b.starts[i+1] = at
	}
	b.cols, b.counts = b.cols[:at], b.counts[:at]
}
