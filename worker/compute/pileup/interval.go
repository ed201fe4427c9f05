package pileup

import (
	"math"
	"sort"

	"regioscope/worker/genome"
)

// addInterval adds the rescaled snippet of a window.
func (l *lane) addInterval(v, at int, b *band, s *slab) error {
	run, w := l.run, &l.run.windows[at]
	g, value := run.g, run.g.opt.Values[v]
	if value == OE && w.arm < 0 {
		return run.emitNaN(v, w)
	}
	if l.triangle.suits(g, w, b) {
		l.triangle.rescale(g, v, w, b, s, run.bins)
		l.triangle.pack(&l.packing, run.bins)
		run.kept.keep(v, run.rows[w.pos], &l.packing)
		l.addSnippet(v, at, &l.packing)
		if !g.opt.perRegion() {
			return nil
		}
		l.triangle.mirror(run.bins)
		return l.interval(v, at, b, s, l.triangle.cells)
	}
	r := &l.rescaler
	r.rescale(g, value, w, b, run.bins)
	sums := l.sumsOf(v, 0)
	if l.counts[v] == nil {
		l.counts[v] = make([]int64, run.bins*run.bins)
	}
	for i := range r.cells {
		if r.share[i] < leastShare {
			r.cells[i] = math.NaN()
			continue
		}
		r.cells[i] = float64(float32(r.cells[i] / r.share[i])) // as packed
		run.used[v][at] = true
		to := i
		if w.flip {
			to = len(r.cells) - 1 - i
		}
		l.counts[v][to]++
		sums[to].sum += r.cells[i]
		sums[to].sq += r.cells[i] * r.cells[i]
	}
	return l.interval(v, at, b, nil, r.cells)
}

// interval keeps what is kept of a single rescaled snippet.
func (l *lane) interval(v, at int, b *band, s *slab, cells []float64) error {
	return l.region(v, at, b, s, cells, func(r, c int) float64 { return cells[r*l.run.bins+c] })
}

// addSnippet adds the packed snippet of a window.
func (l *lane) addSnippet(v, at int, p *packed) {
	kind := kindDiagonal
	if l.run.windows[at].flip {
		kind |= kindFlip
	}
	l.countPacked(v, at, p)
	l.addPacked(v, kind, p.cells)
}

// maxIntervalBins is the size, in bins, that the larger of the intervals should stay below (reference back end §6.8).
const maxIntervalBins = 250

// IntervalResolution chooses the resolution at which intervals are rescaled to the bins of a percent: the one at which
// the median interval has the number of bins closest to that of the result, of those at which the 80th percentile of the
// lengths is less than 250 bins; the finer of equals (reference back end §6.8 step 3; of pairs the first anchor counts).
// resolutions must ascend. ok is false when none qualifies: the intervals are shorter than the finest bin, or too long.
func IntervalResolution(regions []genome.Region, resolutions []int64, percent int) (resolution int64, ok bool) {
	if len(regions) == 0 || len(resolutions) == 0 {
		return 0, false
	}
	sizes := make([]float64, len(regions))
	for i, r := range regions {
		sizes[i] = float64(r.A.End - r.A.Start)
	}
	sort.Float64s(sizes)
	large, median := percentile(sizes, 0.8), percentile(sizes, 0.5)
	if large/float64(resolutions[0]) <= 1 {
		return 0, false
	}
	best := math.Inf(1)
	for _, b := range resolutions {
		if large/float64(b) >= maxIntervalBins {
			continue
		}
		if miss := math.Abs(median/float64(b) - float64(genome.IntervalBins(percent))); miss < best {
			resolution, best, ok = b, miss, true
		}
	}
	return resolution, ok
}

// percentile interpolates linearly between the sorted values, as numpy does by default.
func percentile(sorted []float64, q float64) float64 {
	at := q * float64(len(sorted)-1)
	i := int(at)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (at-float64(i))*(sorted[i+1]-sorted[i])
}
