package pileup

import (
	"context"
	"math"
)

// cell is the sum and the sum of squares of one cell.
type cell struct{ sum, sq float64 }

// Kinds of sums: windows on the diagonal add only the stored triangle, and windows to be flipped are added as they are,
// so that the inner loop is the same for all; the result puts the kinds together.
const (
	kindDiagonal = 1 << iota
	kindFlip
	kinds = 4
)

// lane adds windows of a job, in order, to sums of its own: the lanes of a job take turns of some windows.
type lane struct {
	run  *jobRun
	next int // window
	turn int // windows in a row
	step int // lanes

	sums    [][kinds][]cell // by value
	counts  [][]int64       // by value: finite cells of rescaled snippets that are not packed
	whole   []int64         // by value: packed snippets
	gaps    [][2][]int64    // by value and flip, by cell of the packed ones: gaps that begin here, less those that end here
	missing []map[int]int64 // by value: cells whose count is no number (before flipping), rescaled snippets aside

	added    bool    // the windows of the turn are in the sums
	turned   []int32 // rows
	starts   []int   // places in a slab
	packing  packed
	snippets [][]float32
	thin     bool // most of the map near the diagonal is empty: no slab
	own      band // the pixels of one window, when they come from Options.Near
	snippet  []float32
	rescaler rescaler
	triangle triangle
	line     []float64
	values   []float64 // of the cells of the score
	vectors  rescaler
	thumb    []float64
	packed   []float32
}

// laneCount depends on nothing but the size of the result, as the order of additions does on it.
func laneCount(bins int) int {
	switch {
	case bins <= 256:
		return 16
	case bins <= 1024:
		return 4
	}
	return 1
}

// turnOf is how many windows in a row a lane takes: many, as they share rows where they overlap, but fewer intervals, as
// each takes long. Its product with the number of lanes divides maxGroups.
func turnOf(j Job) int {
	if j.Percent > 0 {
		return 16
	}
	return 64
}

func newLane(run *jobRun, index, step int) *lane {
	values, turn := len(run.g.opt.Values), turnOf(run.job)
	return &lane{run: run, next: index * turn, turn: turn, step: step, sums: make([][kinds][]cell, values),
		counts: make([][]int64, values), whole: make([]int64, values), gaps: make([][2][]int64, values), missing: make([]map[int]int64, values)}
}

// advance adds the windows whose rows the band holds completely, and those that are read from Options.Near, as far as they
// begin before a row. s is room for the values of the windows of a turn.
func (l *lane) advance(ctx context.Context, b *band, s *slab, until int32) error {
	g := l.run.g
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		end := l.ready(b, until)
		if end == l.next {
			return nil
		}
		if l.addKept(l.next, end) {
			if l.next = end; end%l.turn == 0 {
				l.next += (l.step - 1) * l.turn
			}
			continue
		}
		dense, err := l.fill(s, b, l.run.windows[l.next:end])
		if err != nil {
			return err
		}
		l.added = dense && l.run.job.Percent == 0 && l.addAll(s, l.next, end)
		if l.added && !g.opt.perRegion() {
			l.next = end
		}
		for ; l.next < end; l.next++ {
			if err := l.one(b, s, dense && g.dense(&l.run.windows[l.next])); err != nil {
				return err
			}
		}
		if end%l.turn == 0 {
			l.next += (l.step - 1) * l.turn
		}
	}
}

// ready finds the end of the windows of this turn that can be added, as far as they share a slab.
func (l *lane) ready(b *band, until int32) int {
	g, windows := l.run.g, l.run.windows
	end := min(len(windows), (l.next/l.turn+1)*l.turn)
	for i := l.next; i < end; i++ {
		w := &windows[i]
		if first := g.first(w); first >= until || !g.near(w) && g.last(w) > b.next ||
			i > l.next && first-g.first(&windows[l.next]) > slabCells/int32(l.run.bins) {
			return i
		}
	}
	return max(l.next, end)
}

// one adds the next window.
func (l *lane) one(b *band, s *slab, dense bool) error {
	g, w := l.run.g, &l.run.windows[l.next]
	if !dense {
		s = nil
	}
	sparse := g.opt.Vectors != nil // they are made of stored pixels
	if l.run.job.Percent > 0 {
		sparse = !g.triangular(w)
	}
	if g.near(w) && (s == nil || sparse) {
		b = &l.own
		if err := b.gather(g, w); err != nil {
			return err
		}
	}
	for v := range g.opt.Values {
		if err := l.add(v, l.next, b, s); err != nil {
			return err
		}
	}
	return nil
}

func (l *lane) add(v, at int, b *band, s *slab) error {
	run, w := l.run, &l.run.windows[at]
	if run.job.Percent > 0 {
		return l.addInterval(v, at, b, s)
	}
	if !run.used[v][at] {
		return run.emitNaN(v, w)
	}
	kind := 0
	if w.onDiagonal() && run.g.SymmetricUpper() {
		kind |= kindDiagonal
	}
	if w.flip {
		kind |= kindFlip
	}
	value := run.g.opt.Values[v]
	if s != nil {
		if !l.added {
			s.addTo(v, l.sumsOf(v, kind), w)
		}
		get := func(r, c int) float64 {
			row, col := w.row+int32(r), w.col+int32(c)
			if !run.g.has(value, w, row, col) {
				return math.NaN()
			}
			return s.at(v, row, col)
		}
		return l.region(v, at, b, s, nil, get)
	}
	run.g.addWindow(value, l.sumsOf(v, kind), w, b)
	if len(b.bad) > 0 {
		l.addMissing(v, kind, w, b)
	}
	get := func(r, c int) float64 { return run.g.cell(value, w, b, w.row+int32(r), w.col+int32(c)) }
	return l.region(v, at, b, nil, nil, get)
}

// sumsOf are the sums of a kind.
func (l *lane) sumsOf(v, kind int) []cell {
	if l.sums[v][kind] == nil {
		l.sums[v][kind] = padded[cell](l.run.bins * l.run.bins)
	}
	return l.sums[v][kind]
}

// region keeps what is kept of a single region: score, quality, its part in the bootstrap, vector and snippet.
func (l *lane) region(v, at int, b *band, s *slab, cells []float64, get func(r, c int) float64) error {
	run, w := l.run, &l.run.windows[at]
	if !run.g.opt.perRegion() {
		return nil
	}
	if l.values == nil {
		l.values = make([]float64, len(run.spots.cells))
	}
	run.spots.read(l.values, get)
	if !run.g.opt.AverageOnly {
		run.scores[v][w.pos] = run.spots.score(l.values)
		run.quality[v][w.pos] = run.g.quality(run.g.opt.Values[v], w, b, s)
	}
	run.boot[v].add(at, w.flip, l.values)
	if err := l.vector(v, w, b, cells); err != nil || run.g.opt.Snippets == nil {
		return err
	}
	return l.emit(v, w, get)
}

// has tells whether a window has a value at two bins: both inside and valid, and the expected defined.
func (g *grid) has(v Value, w *window, row, col int32) bool {
	return row >= w.r0 && row < w.r1 && col >= w.c0 && col < w.c1 && g.valid(v, row) && g.valid(v, col) &&
		(v != OE || w.arm >= 0 && g.defined(w, row, col))
}
