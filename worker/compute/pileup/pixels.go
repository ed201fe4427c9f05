package pileup

// addWindow adds the stored pixels of a window to the sums.
func (g *grid) addWindow(v Value, sums []cell, w *window, b *band) {
	list, n := g.tasks(w)
	width := int(w.cols)
	flat := v == OE && g.flat[w.arm] != 0
	for _, t := range list[:n] {
		for row := t.r0; row < t.r1; row++ {
			scale := 1.0
			if flat {
				scale = g.flat[w.arm]
			}
			if v != Raw && g.weights != nil {
				if scale *= g.weights[row]; scale == 0 {
					continue
				}
			}
			c0 := t.c0
			if t.turned {
				c0 = max(c0, row+1)
			}
			cols, counts := b.span(row, c0, t.c1)
			base, stride := int(row-w.row)*width-int(w.col), 1
			if t.turned {
				base, stride = int(row-w.col)-int(w.row)*width, width
			}
			switch {
			case v == OE && !flat:
				g.addRowOE(sums, base, stride, cols, counts, scale, row, g.inverse[w.arm])
			case v == Raw || g.weights == nil:
				addRow(sums, base, stride, cols, counts, scale)
			default:
				addRowICCF(sums, base, stride, cols, counts, scale, g.weights)
			}
		}
	}
}

func addRow(sums []cell, base, stride int, cols []int32, counts []float64, scale float64) {
	counts = counts[:len(cols)]
	for k, col := range cols {
		value := counts[k] * scale
		s := &sums[base+stride*int(col)]
		s.sum += value
		s.sq += value * value
	}
}

func addRowICCF(sums []cell, base, stride int, cols []int32, counts []float64, scale float64, weights []float64) {
	counts = counts[:len(cols)]
	if stride == 1 && len(cols) > 0 {
		// The part of the sums and of the weights from the first to the last column.
		first, last := int(cols[0]), int(cols[len(cols)-1])
		line, weights := sums[base+first:base+last+1], weights[first:last+1]
		for k, col := range cols {
			i := int(col) - first
			if uint(i) >= uint(len(line)) || uint(i) >= uint(len(weights)) {
				return // columns ascend
			}
			value := counts[k] * scale * weights[i]
			line[i].sum += value
			line[i].sq += value * value
		}
		return
	}
	for k, col := range cols {
		value := counts[k] * scale * weights[col]
		s := &sums[base+stride*int(col)]
		s.sum += value
		s.sq += value * value
	}
}

func (g *grid) addRowOE(sums []cell, base, stride int, cols []int32, counts []float64, scale float64, row int32, inverse []float64) {
	counts = counts[:len(cols)]
	for k, col := range cols {
		value := counts[k] * scale * inverse[distance(row, col)]
		if g.weights != nil {
			value *= g.weights[col]
		}
		s := &sums[base+stride*int(col)]
		s.sum += value
		s.sq += value * value
	}
}

// addMissing counts the cells of a window whose count is not a number, and which are otherwise valid.
func (l *lane) addMissing(v, kind int, w *window, b *band) {
	g, value := l.run.g, l.run.g.opt.Values[v]
	if l.missing[v] == nil {
		l.missing[v] = make(map[int]int64)
	}
	for _, p := range b.bad {
		places := []pixel{p}
		if g.SymmetricUpper() && p.row != p.col {
			places = append(places, pixel{p.col, p.row})
		}
		for _, c := range places {
			if !g.has(value, w, c.row, c.col) {
				continue
			}
			at := int(c.row-w.row)*int(w.cols) + int(c.col-w.col)
			if kind&kindFlip != 0 {
				at = len(l.sums[v][kind]) - 1 - at
			}
			l.missing[v][at]++
		}
	}
}
