package pileup

import "math"

// triangle rescales windows on the diagonal of a map of which one triangle is stored. It is what rescaler does, for these:
// the result is symmetric, so that half of it is computed, from rows of values instead of single pixels.
//
// With U the stored triangle of the window, its diagonal halved, and K the kernel, the result is B + Bᵀ for B = K·U·Kᵀ. Two
// rows of U at a time are rescaled along the columns, and each is added to the few rows of B that it has a share in.
type triangle struct {
	lines []float64    // two rows of U, side by side
	wide  [2][]float64 // rescaled along the columns
	cells []float64    // B, then the result; of either what lies below the diagonal may be anything
	gaps  []int        // by row of the result: cells without a value, from the diagonal on

	share  []float64 // by output bin: the part of its kernel that lies on valid bins
	scale  []float64 // 1 / share
	least  float64   // the smallest share; 1: the window is whole
	valid  []bool    // by input bin, unless the window is whole
	own    holes
	holes  *holes // nil: every cell has an expected
	around []float64
}

// suits tells whether a window is rescaled here: that depends on nothing but the window and its own pixels.
func (t *triangle) suits(g *grid, w *window, b *band) bool {
	if !g.triangular(w) {
		return false
	}
	for _, p := range b.bad {
		if p.row >= w.r0 && p.row < w.r1 && p.col < w.c1 {
			return false
		}
	}
	return true
}

// triangular tells whether a window is rescaled by a triangle, if all its counts are numbers.
func (g *grid) triangular(w *window) bool { return g.upper && w.onDiagonal() && w.rows <= maxBins }

// rescale computes the upper triangle of the rescaled snippet, NaN where less than half of the kernel lies on cells with a
// value. Values come from s, or from b when s is nil. It is valid until the next call.
func (t *triangle) rescale(g *grid, v int, w *window, b *band, s *slab, bins int) {
	k := g.kernels.get(w.rows, bins)
	n := int(w.rows)
	t.cells, t.lines = grow(t.cells, bins*bins), grow(t.lines, 2*(n+1))
	t.wide[0], t.wide[1] = grow(t.wide[0], bins), grow(t.wide[1], bins)
	clear(t.cells)
	clear(t.lines)
	first := 0 // output bin
	for i := 0; i < n; i += 2 {
		for first < bins && k.end(first) <= int32(i) {
			first++
		}
		some := false
		for lane := range 2 {
			row := w.row + int32(i+lane)
			some = t.row(g, v, w, b, s, row, lane) || some
		}
		if some {
			k.alongColumns(t.wide[0], t.wide[1], t.lines, first, bins)
			for lane := range 2 {
				k.alongRows(t.cells, t.wide[lane], i+lane, first, bins)
			}
		}
		if i+1 < n { // the next rows begin two columns on, the second of them three
			clear(t.lines[2*i : 2*i+6])
		}
	}
	t.shares(g, g.opt.Values[v], w, k, bins)
	t.finish(k, bins)
}

// row puts the values of a row of the map, from the diagonal on, to their places in one of the two lines; ok is false when
// there are none.
func (t *triangle) row(g *grid, v int, w *window, b *band, s *slab, row int32, lane int) (ok bool) {
	if row >= w.row+w.rows {
		return false // the second of the last two, where the number is odd: what is left in its line goes nowhere
	}
	at := t.lines[2*(row-w.row)+int32(lane):]
	if row < w.r0 || row >= w.r1 || !g.valid(g.opt.Values[v], row) {
		for i := range int(w.row + w.rows - row) {
			at[2*i] = 0
		}
		return false
	}
	line := t.around
	if s != nil {
		line = s.line(v, row, row, w.c1)
	} else {
		line = grow(line, int(w.c1-row))
		t.around = line
		clear(line)
		b.dense(row, row, line, nil)
		g.weigh(g.opt.Values[v], line, line, row, row, w.arm)
	}
	at[0] = line[0] / 2 // the half that is mirrored doubles it
	for i, value := range line[1:] {
		at[2*i+2] = value
	}
	return true
}

// finish adds the transpose to the upper triangle, divides by the shares, and counts what is missing.
func (t *triangle) finish(k *turnedKernel, bins int) {
	t.gaps = grow(t.gaps, bins)
	clear(t.gaps)
	for r := range bins {
		line := t.cells[r*bins:][:bins]
		line[r] *= 2
		for c, end := r+1, k.end(r); c < bins && k.lo[c] < end; c++ {
			line[c] += t.cells[c*bins+r] // else there is nothing below the diagonal
		}
		c := r
		if t.holes != nil {
			for ; c < t.holes.ends[r]; c++ {
				share := t.share[r]*t.share[c] - t.holes.cells[t.holes.starts[r]+c-r]
				if line[c] /= share; share < leastShare {
					line[c] = math.NaN()
					t.gaps[r]++
				}
			}
		}
		if t.least == 1 {
			continue
		}
		own, scale, share := t.scale[r], t.scale[:bins], t.share[:bins]
		if t.share[r]*t.least >= leastShare {
			for ; c < bins; c++ {
				line[c] *= own * scale[c]
			}
			continue
		}
		for limit := leastShare / t.share[r]; c < bins; c++ {
			if line[c] *= own * scale[c]; !(share[c] >= limit) {
				line[c] = math.NaN()
				t.gaps[r]++
			}
		}
	}
}

// mirror fills in what lies below the diagonal.
func (t *triangle) mirror(bins int) {
	for r := range bins {
		for c := range r {
			t.cells[r*bins+c] = t.cells[c*bins+r]
		}
	}
}
