package pileup

// rescaler turns snippets of any size into bins × bins ones. The zero value is ready.
type rescaler struct {
	make    func(in, out int, smooth bool) *kernel // nil: newKernel
	kernels map[[3]int32]*kernel
	line    []float64
	cells   []float64 // Σ of weight × value
	share   []float64 // Σ of weight over cells that have a value
	rowBins []float64
	colBins []float64
}

// leastShare is the share of a cell's kernel that must lie on cells with a value.
const leastShare = 0.5

// rescale computes the snippet of an interval, rescaled; the result is valid until the next call, NaN coded as missing by
// share < leastShare (see value).
//
// Where cells are missing, skimage lets NaN spread over the whole kernel, which blanks most of a map with a few masked
// bins. Here a cell is the kernel's mean over the cells that have a value, missing when they hold less than half of the
// kernel's weight. With nothing missing both are the same.
//
// The kernel is a product of a row and a column kernel. Stored pixels are spread row by row: first along the columns
// into a line of the result's width, then the line over the result's rows; the cost is that of the stored pixels. The
// share is the product of the shares of valid rows and valid columns, less that of the cells without an expected.
func (s *rescaler) rescale(g *grid, v Value, w *window, b *band, bins int) {
	smooth := int(w.rows) > bins || int(w.cols) > bins
	rows, cols := s.kernel(w.rows, bins, smooth), s.kernel(w.cols, bins, smooth)
	s.reset(bins)
	diagonal := w.onDiagonal() && g.SymmetricUpper()
	list, n := g.tasks(w)
	for _, t := range list[:n] {
		inner, outer, origin, other := cols, rows, w.row, w.col
		if t.turned {
			inner, outer, origin, other = rows, cols, w.col, w.row
		}
		for row := t.r0; row < t.r1; row++ {
			c0 := t.c0
			if t.turned {
				c0 = max(c0, row+1)
			}
			columns, counts := b.span(row, c0, t.c1)
			if len(columns) == 0 || !g.valid(v, row) {
				continue
			}
			clear(s.line)
			for k, col := range columns {
				value := g.value(v, w, row, col, counts[k])
				if diagonal && row == col {
					value /= 2 // the half that is mirrored below doubles it
				}
				if value != 0 {
					inner.apply(s.line, col-other, value)
				}
			}
			s.spread(s.cells, outer, row-origin, 1, t.turned)
		}
	}
	if diagonal {
		symmetrise(s.cells, bins)
	}
	s.shares(g, v, w, rows, cols)
	s.holes(g, v, w, b, rows, cols)
}

// spread adds line to the result along the other axis.
func (s *rescaler) spread(to []float64, outer *kernel, at int32, sign float64, turned bool) {
	bins := len(s.line)
	first := int(outer.first[at])
	for o, weight := range outer.weights[at] {
		weight *= sign
		for k, value := range s.line {
			if turned {
				to[k*bins+first+o] += weight * value
			} else {
				to[(first+o)*bins+k] += weight * value
			}
		}
	}
}

// shares fills in what masked bins and bins outside the arm leave of the kernel.
func (s *rescaler) shares(g *grid, v Value, w *window, rows, cols *kernel) {
	clear(s.rowBins)
	clear(s.colBins)
	for row := w.r0; row < w.r1; row++ {
		if g.valid(v, row) {
			rows.apply(s.rowBins, row-w.row, 1)
		}
	}
	for col := w.c0; col < w.c1; col++ {
		if g.valid(v, col) {
			cols.apply(s.colBins, col-w.col, 1)
		}
	}
	bins := len(s.line)
	for r, share := range s.rowBins {
		for c, other := range s.colBins {
			s.share[r*bins+c] = share * other
		}
	}
}

// holes takes from the shares the cells between valid bins that have no value: without an expected, or with a count that
// is no number.
func (s *rescaler) holes(g *grid, v Value, w *window, b *band, rows, cols *kernel) {
	var missing []int32
	if v == OE && g.key(v, w).arm >= 0 {
		missing = g.missing[w.arm]
	}
	if len(missing)+len(b.bad) == 0 {
		return
	}
	for row := w.r0; row < w.r1; row++ {
		if !g.valid(v, row) {
			continue
		}
		clear(s.line)
		found := false
		take := func(col int32) {
			if col >= w.c0 && col < w.c1 && g.valid(v, col) {
				cols.apply(s.line, col-w.col, 1)
				found = true
			}
		}
		for _, d := range missing {
			if row+d >= w.c1 && row-d < w.c0 {
				break // distances ascend
			}
			take(row + d)
			if d > 0 {
				take(row - d)
			}
		}
		for _, p := range b.bad {
			if g.SymmetricUpper() && p.col == row {
				p = pixel{p.col, p.row}
			}
			if p.row == row && p.col >= w.c0 && p.col < w.c1 && (v != OE || g.defined(w, row, p.col)) {
				take(p.col)
			}
		}
		if found {
			s.spread(s.share, rows, row-w.row, -1, false)
		}
	}
}

func (s *rescaler) kernel(in int32, bins int, smooth bool) *kernel {
	key := [3]int32{in, int32(bins), 0}
	if smooth {
		key[2] = 1
	}
	if s.kernels == nil {
		s.kernels = make(map[[3]int32]*kernel)
	}
	if s.kernels[key] == nil {
		build := newKernel
		if s.make != nil {
			build = s.make
		}
		s.kernels[key] = build(int(in), bins, smooth)
	}
	return s.kernels[key]
}

func (s *rescaler) reset(bins int) {
	if len(s.line) != bins {
		s.line, s.rowBins, s.colBins = make([]float64, bins), make([]float64, bins), make([]float64, bins)
		s.cells, s.share = make([]float64, bins*bins), make([]float64, bins*bins)
	}
	clear(s.cells)
}

// symmetrise adds the transpose.
func symmetrise(cells []float64, bins int) {
	for r := range bins {
		for c := range r {
			sum := cells[r*bins+c] + cells[c*bins+r]
			cells[r*bins+c], cells[c*bins+r] = sum, sum
		}
		cells[r*bins+r] *= 2
	}
}
