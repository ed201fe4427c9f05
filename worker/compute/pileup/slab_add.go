package pileup

import "math/bits"

// addAll adds the windows of a turn from one to another to the sums, a row of all of them after the other, so that the sums
// of a row stay at hand. It does so only when all lie on the diagonal and inside their arms, so that the order of windows
// is kept for every cell; else ok is false.
func (l *lane) addAll(s *slab, from, to int) (ok bool) {
	g, run := l.run.g, l.run
	for i := from; i < to; i++ {
		if w := &run.windows[i]; !g.upper || !w.onDiagonal() || w.r1-w.r0 != w.rows || !g.dense(w) {
			return false
		}
	}
	for v := range g.opt.Values {
		for flip := range 2 {
			l.turned = l.turned[:0]
			for i := from; i < to; i++ {
				if w := &run.windows[i]; run.used[v][i] && w.flip == (flip == 1) {
					l.turned = append(l.turned, w.row)
				}
			}
			if len(l.turned) == 0 {
				continue
			}
			sums := l.sumsOf(v, kindDiagonal|flip*kindFlip)
			for r := range run.bins {
				l.starts = l.starts[:0]
				for _, row := range l.turned {
					row += int32(r)
					i := row - s.first
					l.starts = append(l.starts, s.starts[i]+int(row-s.lo[i]))
				}
				addLines(sums[r*run.bins+r:][:run.bins-r], s.values[v], l.starts)
			}
		}
	}
	return true
}

// addTo adds the values of a window to the sums.
func (s *slab) addTo(v int, sums []cell, w *window) {
	list, n := s.g.tasks(w)
	width := int(w.cols)
	for i := range list[:n] {
		t := &list[i]
		for row := t.r0; row < t.r1; row++ {
			c0 := s.g.firstColumn(t, row)
			if c0 >= t.c1 {
				continue
			}
			line := s.line(v, row, c0, t.c1)
			if !t.turned {
				addLine(sums[int(row-w.row)*width+int(c0-w.col):][:len(line)], line)
				continue
			}
			at := int(c0-w.row)*width + int(row-w.col)
			for _, value := range line {
				sums[at].sum += value
				sums[at].sq += value * value
				at += width
			}
		}
	}
}

// line is the values of a row of the map from column c0 to c1.
func (s *slab) line(v int, row, c0, c1 int32) []float64 {
	i := row - s.first
	return s.values[v][s.starts[i]+int(c0-s.lo[i]):][:c1-c0]
}

// at is the value at two bins of a window: 0 where no pixel is stored.
func (s *slab) at(v int, row, col int32) float64 {
	if s.g.SymmetricUpper() && row > col {
		row, col = col, row
	}
	i := row - s.first
	return s.values[v][s.starts[i]+int(col-s.lo[i])]
}

// count is the number of stored pixels of a row from column c0 to c1, those in masked columns left out on demand, and
// whether there is one in the first column, masked or not.
func (s *slab) count(row, c0, c1 int32, masked bool) (n int64, first bool) {
	i := row - s.first
	stored, shift := s.stored[s.words[i]:s.words[i+1]], uint(c0-s.lo[i])
	for col := c0; col < c1; col += 64 {
		word := window64(stored, shift)
		if left := uint(c1 - col); left < 64 {
			word &= 1<<left - 1
		}
		if col == c0 {
			first = word&1 != 0
		}
		if masked {
			word &= window64(s.g.unmasked, uint(col))
		}
		n += int64(bits.OnesCount64(word))
		shift += 64
	}
	return n, first
}

// window64 is the 64 bits from a place on; those beyond the end are 0.
func window64(words []uint64, at uint) uint64 {
	i, shift := int(at/64), at%64
	if i >= len(words) {
		return 0
	}
	word := words[i] >> shift
	if shift > 0 && i+1 < len(words) {
		word |= words[i+1] << (64 - shift)
	}
	return word
}

// addLineGo is what addLine does.
func addLineGo(sums []cell, line []float64) {
	sums = sums[:len(line)]
	for i, value := range line {
		s := &sums[i]
		s.sum += value
		s.sq += value * value
	}
}

// addScaledGo is what addScaled does.
func addScaledGo(to, line []float64, factor float64) {
	to = to[:len(line)]
	for i, value := range line {
		to[i] += factor * value
	}
}
