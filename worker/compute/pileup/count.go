package pileup

import "sort"

// group is windows of which the same cells have no expected, so that they can be counted together.
type group struct {
	w          *window
	holes      bool
	total      int64
	rows, cols []int64 // windows whose row, or column, is invalid
	both       []int64 // windows whose row and column are invalid; nil: none
	only       []int64 // windows counted by their valid cells, because they have few; nil: none
}

type groupKey struct {
	arm, shift int32
	flip       bool
}

// key tells which windows can be counted together: all those with a defined expected at every distance, and else those
// of one arm with the same distance of columns from rows.
func (g *grid) key(v Value, w *window) groupKey {
	if v != OE || g.flat[w.arm] != 0 {
		return groupKey{arm: -1}
	}
	holes := g.holes[w.arm]
	shift := distance(w.row, w.col)
	least := max(0, shift-w.rows+1)
	most := min(shift+w.rows, int32(len(holes)-1))
	if most <= least || holes[most] == holes[least] {
		return groupKey{arm: -1}
	}
	return groupKey{arm: w.arm, shift: w.col - w.row, flip: w.flip}
}

// count returns the number of finite values per cell over all windows of a Point job, and which windows have any.
func (run *jobRun) count(v Value) (n []int64, used []bool) {
	g := run.g
	n = make([]int64, run.bins*run.bins)
	used = make([]bool, len(run.windows))
	keys := make([]groupKey, len(run.windows))
	order := make([]int, 0, len(run.windows))
	for i := range run.windows {
		if v == OE && run.windows[i].arm < 0 {
			continue
		}
		keys[i] = g.key(v, &run.windows[i])
		order = append(order, i)
	}
	sort.SliceStable(order, func(i, j int) bool {
		a, b := keys[order[i]], keys[order[j]]
		if a.arm != b.arm {
			return a.arm < b.arm
		}
		if a.shift != b.shift {
			return a.shift < b.shift
		}
		return !a.flip && b.flip
	})
	for from := 0; from < len(order); {
		key := keys[order[from]]
		one := group{w: &run.windows[order[from]], holes: key.arm >= 0, rows: make([]int64, run.bins), cols: make([]int64, run.bins)}
		to := from
		for ; to < len(order) && keys[order[to]] == key; to++ {
			used[order[to]] = one.add(g, v, &run.windows[order[to]])
		}
		one.sum(g, n)
		from = to
	}
	return n, used
}

// add counts a window in, and tells whether any of its cells has a value.
func (c *group) add(g *grid, v Value, w *window) bool {
	size := int(w.rows)
	badRows := g.invalidBins(v, w.row, w.rows, w.r0, w.r1, w.flip)
	badCols := badRows
	if !w.onDiagonal() {
		badCols = g.invalidBins(v, w.col, w.cols, w.c0, w.c1, w.flip)
	}
	if len(badRows)+len(badCols) == 0 {
		c.total++
		return !c.holes || g.hasAny(v, w)
	}
	rows, cols := size-len(badRows), size-len(badCols)
	if len(badRows)*len(badCols) <= rows*cols {
		c.total++
		for _, r := range badRows {
			c.rows[r]++
		}
		for _, k := range badCols {
			c.cols[k]++
		}
		c.both = addProduct(c.both, size, badRows, badCols)
	} else {
		c.only = addProduct(c.only, size, others(badRows, size), others(badCols, size))
	}
	if c.holes {
		return g.hasAny(v, w)
	}
	return rows*cols > 0
}

// sum adds the counts of the group to n, without the cells that have no expected.
func (c *group) sum(g *grid, n []int64) {
	size := len(c.rows)
	for r := range size {
		for k := range size {
			if c.holes && !c.defined(g, r, k) {
				continue
			}
			at := r*size + k
			n[at] += c.total - c.rows[r] - c.cols[k]
			if c.both != nil {
				n[at] += c.both[at]
			}
			if c.only != nil {
				n[at] += c.only[at]
			}
		}
	}
}

// defined tells whether there is an expected at a cell of the group's windows. Distances that no bins of the arm have
// are those of cells outside it, which are counted invalid anyway.
func (c *group) defined(g *grid, r, k int) bool {
	if c.w.flip {
		r, k = len(c.rows)-1-r, len(c.cols)-1-k
	}
	d := int(distance(c.w.row+int32(r), c.w.col+int32(k)))
	inverse := g.inverse[c.w.arm]
	return d >= len(inverse) || inverse[d] != 0
}

// hasAny tells whether a window has any value, which as a rule its first row with data shows.
func (g *grid) hasAny(v Value, w *window) bool {
	for row := w.r0; row < w.r1; row++ {
		if !g.valid(v, row) {
			continue
		}
		for col := w.c0; col < w.c1; col++ {
			if g.has(v, w, row, col) {
				return true
			}
		}
	}
	return false
}

// invalidBins lists the positions on one axis of a window, as they are in the result, without data: masked or outside.
func (g *grid) invalidBins(v Value, first, bins, lo, hi int32, flip bool) []int32 {
	outside := bins - (hi - lo)
	masked := g.invalid(v, lo, hi)
	if outside+masked == 0 {
		return nil
	}
	list := make([]int32, 0, outside+masked)
	for i := range bins {
		if bin := first + i; bin < lo || bin >= hi || !g.valid(v, bin) {
			if flip {
				list = append(list, bins-1-i)
			} else {
				list = append(list, i)
			}
		}
	}
	if flip {
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	}
	return list
}

// others lists the positions below size that are not in the ascending list.
func others(list []int32, size int) []int32 {
	rest := make([]int32, 0, size-len(list))
	for i := range int32(size) {
		if len(list) > 0 && list[0] == i {
			list = list[1:]
			continue
		}
		rest = append(rest, i)
	}
	return rest
}

// addProduct adds 1 at every cell of rows × cols.
func addProduct(n []int64, size int, rows, cols []int32) []int64 {
	if len(rows) == 0 || len(cols) == 0 {
		return n
	}
	if n == nil {
		n = make([]int64, size*size)
	}
	for _, r := range rows {
		line := n[int(r)*size:][:size]
		for _, c := range cols {
			line[c]++
		}
	}
	return n
}
