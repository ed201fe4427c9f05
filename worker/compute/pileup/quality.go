package pileup

import "math"

// Quality says how much data the window of a region holds, counted over the cells of the map that it covers, rescaled or
// not. It does not depend on the value, but that raw counts know no masked bins and oe no cells without an expected.
type Quality struct {
	Missing  float64 // share of the window's cells that are missing; 1 of a region that is lost
	Coverage float64 // share of the cells between unmasked bins that hold a contact; NaN where there are none
}

func noQuality() Quality { return Quality{Missing: 1, Coverage: math.NaN()} }

// quality counts the cells of a window.
func (g *grid) quality(v Value, w *window, b *band, s *slab) Quality {
	rows := int64(w.r1 - w.r0 - g.invalid(v, w.r0, w.r1))
	cols := int64(w.c1 - w.c0 - g.invalid(v, w.c0, w.c1))
	valid := rows * cols
	var bad, undefined int64
	if s != nil {
		b = &band{} // every count of a slab is a number
	}
	for _, p := range b.bad {
		bad += g.occurrences(v, w, p)
	}
	if v == OE {
		undefined = g.undefined(w)
		if undefined > 0 {
			for _, p := range b.bad {
				if n := g.occurrences(ICCF, w, p); n > 0 && !g.defined(w, p.row, p.col) {
					undefined -= n
				}
			}
		}
	}
	q := noQuality()
	q.Missing = 1 - float64(valid-bad-undefined)/(float64(w.rows)*float64(w.cols))
	if valid > bad {
		q.Coverage = float64(g.stored(v, w, b, s)) / float64(valid-bad)
	}
	return q
}

// occurrences is how often a pixel lies in a window between unmasked bins: 0, 1 or 2 times.
func (g *grid) occurrences(v Value, w *window, p pixel) (n int64) {
	if v == OE {
		v = ICCF
	}
	if g.has(v, w, p.row, p.col) {
		n++
	}
	if g.SymmetricUpper() && p.row != p.col && g.has(v, w, p.col, p.row) {
		n++
	}
	return n
}

// stored counts the stored pixels of a window between unmasked bins, twice those that stand for two cells.
func (g *grid) stored(v Value, w *window, b *band, s *slab) (n int64) {
	list, count := g.tasks(w)
	mirrored := w.onDiagonal() && g.SymmetricUpper()
	for i := range list[:count] {
		t := &list[i]
		masked := g.invalid(v, t.c0, t.c1) > 0
		for row := t.r0; row < t.r1; row++ {
			if !g.valid(v, row) {
				continue
			}
			c0 := g.firstColumn(t, row)
			if c0 >= t.c1 {
				continue
			}
			var cells int64
			var first bool // there is a pixel in the first column: of a window on the diagonal, that of the diagonal
			if s != nil {
				cells, first = s.count(row, c0, t.c1, masked)
			} else {
				cells, first = g.countBand(b, row, c0, t.c1, masked)
			}
			if mirrored {
				cells *= 2
				if first {
					cells--
				}
			}
			n += cells
		}
	}
	return n
}

// countBand is slab.count of a band.
func (g *grid) countBand(b *band, row, c0, c1 int32, masked bool) (n int64, first bool) {
	cols, _ := b.span(row, c0, c1)
	n = int64(len(cols))
	if masked {
		for _, col := range cols {
			if g.weights[col] == 0 { // as there are masked bins
				n--
			}
		}
	}
	return n, len(cols) > 0 && cols[0] == c0
}

// undefined counts the cells of a window between unmasked bins that have no expected.
func (g *grid) undefined(w *window) (n int64) {
	if g.key(OE, w).arm < 0 {
		return 0
	}
	masked := g.invalid(OE, w.r0, w.r1)+g.invalid(OE, w.c0, w.c1) > 0
	diagonal := func(shift int32) { // cells with column − row = shift
		lo, hi := max(w.r0, w.c0-shift), min(w.r1, w.c1-shift)
		if !masked {
			n += int64(max(0, hi-lo))
			return
		}
		for row := lo; row < hi; row++ {
			if g.valid(OE, row) && g.valid(OE, row+shift) {
				n++
			}
		}
	}
	for _, d := range g.missing[w.arm] {
		if d > w.c1-w.r0 && d > w.r1-w.c0 {
			break // distances ascend
		}
		diagonal(d)
		if d > 0 {
			diagonal(-d)
		}
	}
	return n
}
