package pileup

import "sync/atomic"

// packed is the upper triangle of a rescaled snippet, row by row from the diagonal on. It is what is added to the sums, and
// what a Prepared keeps of a window, so that the next average of it costs one addition per cell.
type packed struct {
	cells []float32 // 0 where there is no value
	gaps  []int32   // cells without a value lie between each even one of these and the next, ascending
}

// packedCells is how many cells the triangle of a result has.
func packedCells(bins int) int { return bins * (bins + 1) / 2 }

// pack rounds the upper triangle to what is added; what else is made of the snippet is made of the same numbers.
func (t *triangle) pack(p *packed, bins int) {
	n := packedCells(bins)
	p.cells, p.gaps = grow(p.cells, n+beyond)[:n], p.gaps[:0]
	at := 0
	for r := range bins {
		line := t.cells[r*bins+r:][:bins-r]
		to := p.cells[at:][:len(line)]
		for i, x := range line {
			to[i] = float32(x)
			line[i] = float64(to[i])
		}
		if t.gaps[r] > 0 {
			for i, x := range line {
				if x != x {
					to[i] = 0
					p.gap(int32(at + i))
				}
			}
		}
		at += len(line)
	}
}

// gap notes that a cell has no value; no later one has been noted.
func (p *packed) gap(cell int32) {
	if last := len(p.gaps) - 1; last > 0 && p.gaps[last] == cell {
		p.gaps[last]++
		return
	}
	p.gaps = append(p.gaps, cell, cell+1)
}

// hasAny tells whether any cell has a value.
func (p *packed) hasAny() bool { return len(p.gaps) != 2 || int(p.gaps[1]-p.gaps[0]) < len(p.cells) }

// keeper keeps the packed snippets of the windows of a Prepared, by value and row, as far as there is room. It is safe for
// concurrent use: a snippet that two make is the same.
type keeper struct {
	values [][]atomic.Pointer[packed]
	room   atomic.Int64 // cells
}

func newKeeper(values, rows int, bytes int64) *keeper {
	k := &keeper{values: make([][]atomic.Pointer[packed], values)}
	for v := range k.values {
		k.values[v] = make([]atomic.Pointer[packed], rows)
	}
	k.room.Store(bytes / 4)
	return k
}

// of is what is kept of a window; nil: nothing. A nil keeper keeps nothing.
func (k *keeper) of(v, row int) *packed {
	if k == nil {
		return nil
	}
	return k.values[v][row].Load()
}

// keep copies a snippet, if there is room.
func (k *keeper) keep(v, row int, p *packed) {
	if k == nil {
		return
	}
	size := int64(len(p.cells) + len(p.gaps))
	if k.room.Add(-size) < 0 {
		k.room.Add(size)
		return
	}
	kept := &packed{cells: padded[float32](len(p.cells)), gaps: append([]int32(nil), p.gaps...)}
	copy(kept.cells, p.cells)
	if !k.values[v][row].CompareAndSwap(nil, kept) {
		k.room.Add(size)
	}
}

// addKept adds the windows of a turn from one to another, a row of all of them after the other, if all are kept; else ok is
// false. The order of windows is kept for every cell.
func (l *lane) addKept(from, to int) (ok bool) {
	run := l.run
	if run.kept == nil || run.g.opt.perRegion() {
		return false
	}
	for v := range run.g.opt.Values {
		for i := from; i < to; i++ {
			if w := &run.windows[i]; run.kept.of(v, run.rows[w.pos]) == nil {
				return false
			}
		}
	}
	for v := range run.g.opt.Values {
		for flip := range 2 {
			l.snippets = l.snippets[:0]
			for i := from; i < to; i++ {
				if w := &run.windows[i]; w.flip == (flip == 1) {
					p := run.kept.of(v, run.rows[w.pos])
					l.snippets = append(l.snippets, p.cells)
					l.countPacked(v, i, p)
				}
			}
			if len(l.snippets) > 0 {
				l.addPacked(v, kindDiagonal|flip*kindFlip, l.snippets...)
			}
		}
	}
	return true
}

// addPacked adds snippets to the sums of a kind.
func (l *lane) addPacked(v, kind int, snippets ...[]float32) {
	bins, at := l.run.bins, 0
	sums := l.sumsOf(v, kind)
	for r := range bins {
		line := sums[r*bins+r:][:bins-r]
		addPackedLines(line, snippets, at)
		at += len(line)
	}
}

// countPacked notes which cells of a window have a value.
func (l *lane) countPacked(v, at int, p *packed) {
	run := l.run
	l.whole[v]++
	run.used[v][at] = p.hasAny()
	gaps := &l.gaps[v][0]
	if run.windows[at].flip {
		gaps = &l.gaps[v][1]
	}
	if *gaps == nil {
		*gaps = make([]int64, packedCells(run.bins)+1)
	}
	step := int64(1)
	for _, cell := range p.gaps {
		(*gaps)[cell] += step
		step = -step
	}
}

// addCounts adds how many windows have a value in each cell.
func (l *lane) addCounts(v int, n []int64) {
	for i, count := range l.counts[v] {
		n[i] += count
	}
	for i := range n {
		n[i] += l.whole[v]
	}
	bins := l.run.bins
	for flip, gaps := range l.gaps[v] {
		lacking, at := int64(0), 0
		for r := range bins {
			for c := r; c < bins && gaps != nil; c++ {
				lacking += gaps[at]
				at++
				a, b := r*bins+c, c*bins+r
				if flip == 1 {
					a, b = len(n)-1-a, len(n)-1-b
				}
				if n[a] -= lacking; a != b {
					n[b] -= lacking
				}
			}
		}
	}
}
