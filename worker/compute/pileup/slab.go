package pileup

import (
	"math"
	"sort"
)

// slab holds a stretch of the map with absent pixels as zeros: of every row that some windows need, the values from the
// first to the last column that any of them needs.
//
// Where windows overlap, as those of a large region set do, a row is decoded and weighted once for all of them, and what
// is left to do for each is to add numbers that lie side by side. Values are computed as from a band, cells get theirs in
// the order of the windows, and adding zero changes nothing: not a bit depends on whether a window is added from here.
type slab struct {
	g      *grid
	first  int32       // the row of entry 0 of the slices by row
	lo, hi []int32     // by row: the columns held; none where lo ≥ hi
	starts []int       // by row: where its values begin
	values [][]float64 // by value of the options
	words  []int       // by row: where its bits begin
	stored []uint64    // by row: one bit per column, set where a pixel is stored; empty for averages alone
}

const (
	slabCells   = 1 << 17 // about how many cells a slab has at most; they should fit into the cache of a core
	maxCells    = 1 << 22 // more are never held: a few very long intervals have as many
	leastFilled = 16      // one of so many cells must hold a pixel
)

// dense tells whether a window can be added from a slab. Those that cannot are few: where an obs/exp is not by the
// distances of the one arm that all rows belong to.
func (g *grid) dense(w *window) bool {
	if g.opt.Near != nil && !g.near(w) {
		return false
	}
	if g.own == nil {
		return true
	}
	return w.arm >= 0 && int(w.arm) < len(g.own) && g.first(w) >= g.own[w.arm].lo && g.last(w) <= g.own[w.arm].hi
}

// rows is a range of rows.
type rows struct{ lo, hi int32 }

// setOwn finds the rows of every arm that are in no other.
func (g *grid) setOwn() {
	g.own = make([]rows, len(g.arms))
	for i, a := range g.arms {
		own := rows{int32(a.Lo), int32(a.Hi)}
		for k, b := range g.arms {
			lo, hi := int32(b.Lo), int32(b.Hi)
			if k == i || hi <= own.lo || lo >= own.hi {
				continue
			}
			switch {
			case lo <= own.lo:
				own.lo = min(hi, own.hi)
			case hi >= own.hi:
				own.hi = lo
			default:
				own.hi = own.lo
			}
		}
		g.own[i] = own
		g.byRow = append(g.byRow, i)
	}
	sort.SliceStable(g.byRow, func(a, b int) bool { return g.own[g.byRow[a]].lo < g.own[g.byRow[b]].lo })
}

// owner is the arm that has a row for itself.
func (g *grid) owner(row int32) int {
	at := sort.Search(len(g.byRow), func(i int) bool { return g.own[g.byRow[i]].lo > row })
	for at--; at >= 0; at-- {
		if arm := g.byRow[at]; row < g.own[arm].hi {
			return arm
		}
	}
	return -1
}

// reset empties the slab for windows with rows from first to end.
func (s *slab) reset(g *grid, first, end int32) {
	s.g = g
	n := int(max(0, end-first))
	s.first = first
	s.lo, s.hi = grow(s.lo, n), grow(s.hi, n)
	s.starts, s.words = grow(s.starts, n+1), grow(s.words, n+1)
	for i := range s.lo {
		s.lo[i], s.hi[i] = math.MaxInt32, 0
	}
}

func grow[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, n+n/2)
	}
	return s[:n]
}

// need notes what a window needs, and returns its number of cells.
func (s *slab) need(w *window) (cells int) {
	list, n := s.g.tasks(w)
	for i := range list[:n] {
		t := &list[i]
		lo, hi := s.lo[t.r0-s.first:t.r1-s.first], s.hi[t.r0-s.first:t.r1-s.first]
		for i := range lo {
			c0 := s.g.firstColumn(t, t.r0+int32(i))
			if c0 < t.c1 {
				lo[i], hi[i] = min(lo[i], c0), max(hi[i], t.c1)
				cells += int(t.c1 - c0)
			}
		}
	}
	return cells
}

// firstColumn is the first column of a row in which a task has stored pixels.
func (g *grid) firstColumn(t *task, row int32) int32 {
	if !g.upper {
		return t.c0
	}
	if t.turned {
		row++
	}
	return max(t.c0, row)
}

// fill prepares the slab for windows of a lane, unless that costs more than it saves: then ok is false. Rows come from
// Options.Near, or without it from b.
func (l *lane) fill(s *slab, b *band, windows []window) (ok bool, err error) {
	g := l.run.g
	if l.thin || g.opt.Near != nil && !g.opt.Near.Finite() || len(b.bad) > 0 {
		return false, nil
	}
	first, end := int32(math.MaxInt32), int32(0)
	for i := range windows {
		if w := &windows[i]; g.dense(w) {
			first, end = min(first, g.first(w)), max(end, g.last(w))
		}
	}
	s.reset(g, first, end)
	cells := 0
	for i := range windows {
		if w := &windows[i]; g.dense(w) {
			cells += s.need(w)
		}
	}
	size := s.layOut()
	if size == 0 || size > cells || size > maxCells {
		return false, nil
	}
	pixels, err := s.fill(b)
	l.thin = pixels*leastFilled < size
	return err == nil, err
}

// layOut makes room for what is needed, and returns how many cells that are.
func (s *slab) layOut() (size int) {
	words := 0
	for i := range s.lo {
		s.starts[i], s.words[i] = size, words
		if n := int(s.hi[i] - s.lo[i]); s.lo[i] < s.hi[i] {
			size += n
			words += (n + 63) / 64
		}
	}
	s.starts[len(s.lo)], s.words[len(s.lo)] = size, words
	return size
}

// fill computes the values of all rows.
func (s *slab) fill(b *band) (pixels int, err error) {
	if s.values == nil {
		s.values = make([][]float64, len(s.g.opt.Values))
	}
	for v := range s.values {
		n := s.starts[len(s.lo)]
		s.values[v] = grow(s.values[v], n+beyond)[:n]
	}
	if !s.g.opt.AverageOnly {
		s.stored = grow(s.stored, s.words[len(s.lo)])
		clear(s.stored)
	}
	for i := range s.lo {
		if s.lo[i] >= s.hi[i] {
			continue
		}
		n, err := s.fillRow(b, i)
		if err != nil {
			return 0, err
		}
		pixels += n
	}
	return pixels, nil
}

func (s *slab) fillRow(b *band, i int) (pixels int, err error) {
	row, lo := s.first+int32(i), s.lo[i]
	var bits []uint64
	if len(s.stored) > 0 {
		bits = s.stored[s.words[i]:s.words[i+1]]
	}
	// The counts go where the last of the values will be, as the others are made of them, too.
	last := len(s.values) - 1
	counts := s.values[last][s.starts[i]:s.starts[i+1]]
	clear(counts)
	if s.g.opt.Near != nil {
		if pixels, err = s.g.opt.Near.Dense(row, lo, counts, bits); err != nil {
			return 0, err
		}
	} else {
		pixels = b.dense(row, lo, counts, bits)
	}
	arm := int32(-1)
	if s.g.own != nil {
		arm = int32(s.g.owner(row))
	}
	for v := range s.values {
		s.g.weigh(s.g.opt.Values[v], s.values[v][s.starts[i]:s.starts[i+1]], counts, row, lo, arm)
	}
	return pixels, nil
}

// dense is Near.Dense for a band.
func (b *band) dense(row, lo int32, line []float64, stored []uint64) (pixels int) {
	cols, counts := b.span(row, lo, lo+int32(len(line)))
	for k, col := range cols {
		line[col-lo] = counts[k]
	}
	if len(stored) > 0 {
		for _, col := range cols {
			k := uint(col - lo)
			stored[k/64] |= 1 << (k % 64)
		}
	}
	return len(cols)
}

// weigh makes values of the counts of a row from column lo on, obs/exp by the distances of an arm, in the same order of
// multiplications as addWindow; to may be counts.
func (g *grid) weigh(v Value, to, counts []float64, row, lo, arm int32) {
	to = to[:len(counts)]
	if v == Raw || v == ICCF && g.weights == nil {
		copy(to, counts)
		return
	}
	var weights []float64
	scale := 1.0
	if g.weights != nil {
		scale, weights = g.weights[row], g.weights[lo:][:len(counts)]
	}
	if v == ICCF {
		for i, count := range counts {
			to[i] = count * scale * weights[i]
		}
		return
	}
	inverse := g.inverse[arm]
	if lo >= row {
		inverse = inverse[lo-row:][:len(counts)]
		if weights == nil {
			for i, count := range counts {
				to[i] = count * inverse[i]
			}
			return
		}
		for i, count := range counts {
			to[i] = count * scale * inverse[i] * weights[i]
		}
		return
	}
	for i, count := range counts { // square storage: on both sides of the diagonal
		value := count * scale * inverse[distance(row, lo+int32(i))]
		if weights != nil {
			value *= weights[i]
		}
		to[i] = value
	}
}
