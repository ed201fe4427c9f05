package pileup

import "math"

// VectorSide is the number of rows, and of columns, of a region's vector.
const VectorSide = 10

// vectorKernel is one axis of what HiCognition makes of a snippet before it compares snippets (reference back end
// §6.15): a Gaussian blur of sigma (factor − 1)//2 with factor = in//10, cut at 2 sigma, edges mirrored about the edge
// bin; then bilinear interpolation at (o + ½)·in/10 − ½, places beyond the edge taking the edge bin. Snippets of fewer
// than ten bins are only interpolated. These are OpenCV's GaussianBlur and resize with INTER_LINEAR.
//
// Unlike there, axes are not swapped, and a cell that misses part of its kernel is the mean over the rest, missing only
// when that is less than half (see rescale); in OpenCV one NaN blanks all cells around it.
func vectorKernel(in, out int, _ bool) *kernel {
	ratio := float64(in) / float64(out)
	blur := []float64{1}
	if sigma := (in/out - 1) / 2; sigma > 0 {
		blur = gaussianOf(float64(sigma), 2*sigma)
	}
	radius := len(blur) / 2
	table := newKernelTable(in, out)
	for o := range out {
		at := (float64(o)+0.5)*ratio - 0.5
		floor := math.Floor(at)
		for step, share := range []float64{1 - (at - floor), at - floor} {
			centre := min(max(int(floor)+step, 0), in-1)
			for k, weight := range blur {
				table.add(mirror(centre+k-radius, in), o, share*weight)
			}
		}
	}
	return table.kernel()
}

// shrink applies a kernel to both axes of a square array with missing cells, and gives missing cells where less than
// half of the kernel is there.
func shrink(cells []float64, k *kernel, out []float64) {
	side, bins := int(math.Sqrt(float64(len(out)))), int(math.Sqrt(float64(len(cells))))
	share := make([]float64, len(out))
	values, valid := make([]float64, side), make([]float64, side)
	clear(out)
	for r := range bins {
		clear(values)
		clear(valid)
		for c := range bins {
			if v := cells[r*bins+c]; v == v {
				k.apply(values, int32(c), v)
				k.apply(valid, int32(c), 1)
			}
		}
		first := int(k.first[r])
		for o, weight := range k.weights[r] {
			at := (first + o) * side
			for c := range side {
				out[at+c] += weight * values[c]
				share[at+c] += weight * valid[c]
			}
		}
	}
	for i := range out {
		if share[i] < leastShare {
			out[i] = math.NaN()
		} else {
			out[i] /= share[i]
		}
	}
}

// vector hands the vector of a window to the caller, oriented like the average. cells are those of the rescaled snippet
// of an interval, nil for a window around a point.
func (l *lane) vector(v int, w *window, b *band, cells []float64) error {
	g, value := l.run.g, l.run.g.opt.Values[v]
	if g.opt.Vectors == nil {
		return nil
	}
	const size = VectorSide * VectorSide
	if l.vectors.make == nil {
		l.vectors.make = vectorKernel
		l.thumb, l.packed = make([]float64, size), make([]float32, size)
	}
	if cells != nil {
		shrink(cells, l.vectors.kernel(int32(l.run.bins), VectorSide, false), l.thumb)
	} else {
		s := &l.vectors
		s.rescale(g, value, w, b, VectorSide)
		for i := range l.thumb {
			if l.thumb[i] = math.NaN(); s.share[i] >= leastShare {
				l.thumb[i] = s.cells[i] / s.share[i]
			}
		}
	}
	for i, x := range l.thumb {
		if w.flip {
			i = size - 1 - i
		}
		l.packed[i] = float32(x)
	}
	return g.opt.Vectors(l.run.index, value, l.run.rows[w.pos], l.packed)
}

// noVector is the vector of a region that is lost.
func (run *jobRun) noVector(v, pos int) error {
	if run.g.opt.Vectors == nil {
		return nil
	}
	return run.g.opt.Vectors(run.index, run.g.opt.Values[v], run.rows[pos], nanSnippet(VectorSide))
}
