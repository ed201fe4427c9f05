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
	// Span appends the stored pixels of a row with columns from lo to hi (not included), ascending. It is safe for
	// concurrent use.
	Span(row, lo, hi int32, cols []int32, counts []float64) ([]int32, []float64, error)
}

// Releaser is a Near that wants to know which rows are not needed any more.
type Releaser interface{ Release(before int32) }

// near tells whether all pixels of a window are in opt.Near.
func (g *grid) near(w *window) bool {
	return g.opt.Near != nil && g.SymmetricUpper() && max(w.r1, w.c1)-1-min(w.r0, w.c0) < g.opt.Near.Width()
}

// gather fills the band with the pixels of one window that is near.
func (b *band) gather(g *grid, w *window) error {
	list, n := g.tasks(w)
	finite := g.opt.Near.Finite()
	*b = band{starts: b.starts[:0], cols: b.cols[:0], counts: b.counts[:0], bad: b.bad[:0]}
	for row, end := g.first(w), g.last(w); row < end; row++ {
		lo, hi := w.c1, w.c0
		for _, t := range list[:n] {
			if row >= t.r0 && row < t.r1 {
				lo, hi = min(lo, t.c0), max(hi, t.c1)
			}
		}
		b.seek(row)
		if lo >= hi {
			continue
		}
		from := len(b.cols)
		var err error
		if b.cols, b.counts, err = g.opt.Near.Span(row, max(lo, row), hi, b.cols, b.counts); err != nil {
			return err
		}
		if !finite {
			b.sift(row, from)
		}
	}
	b.seek(g.last(w))
	return nil
}

// sift moves pixels whose count is no number from place from on to bad.
func (b *band) sift(row int32, from int) {
	for k := from; k < len(b.counts); k++ {
		if count := b.counts[k]; count-count == 0 {
			continue
		}
		at := k
		for ; k < len(b.counts); k++ {
			if count := b.counts[k]; count-count == 0 {
				b.cols[at], b.counts[at] = b.cols[k], count
				at++
			} else {
				b.bad = append(b.bad, pixel{row, b.cols[k]})
			}
		}
		b.cols, b.counts = b.cols[:at], b.counts[:at]
	}
}
