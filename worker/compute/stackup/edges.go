package stackup

import (
	"math"
	"slices"
)

// edge is the signal's integral from the chromosome's start to a position: over whole intervals, and the part of the
// interval that the position is in.
type edge struct {
	hi, lo, part float64
	covered      uint32
	page, next   int32 // the first interval that ends behind the position
}

// layout says where the borders of bins lie, seen from the point, for all jobs with windows around points. Windows of
// a stack lie within one another and so do most of their bins: what two jobs share is looked up once.
type layout struct {
	offsets []int64 // bp, ascending
	at      [][]int32
}

// layOut merges the borders of jobs around points; others get none.
func layOut(jobs []Job, list []int) layout {
	l := layout{at: make([][]int32, len(jobs))}
	for _, j := range list {
		if jobs[j].Percent == 0 {
			l.offsets = append(l.offsets, jobs[j].borders()...)
		}
	}
	slices.Sort(l.offsets)
	l.offsets = slices.Compact(l.offsets)
	for _, j := range list {
		if jobs[j].Percent == 0 {
			for _, b := range jobs[j].borders() {
				k, _ := slices.BinarySearch(l.offsets, b)
				l.at[j] = append(l.at[j], int32(k))
			}
		}
	}
	return l
}

// step is the nominal width of bins around a point.
func (j Job) step() int64 { return 2 * j.Window / int64(j.Bins()) }

// borders are those of the bins around a point.
func (j Job) borders() []int64 {
	n, size := int64(j.Bins()), 2*j.Window
	out := make([]int64, n+1)
	for i := range out {
		out[i] = size*int64(i)/n - j.Window
	}
	return out
}

// walk finds edges at ascending positions on pages of one chromosome.
type walk struct {
	pages   []*page
	page, i int
}

// edge is the one at x, which must not be before the one asked for last.
func (w *walk) edge(x uint32) edge {
	for w.page < len(w.pages) && w.pages[w.page].end <= x {
		w.page, w.i = w.page+1, 0
	}
	if w.page == len(w.pages) {
		if w.page == 0 {
			return edge{}
		}
		p := w.pages[w.page-1]
		s := p.before
		s.add(p.total.hi, p.total.lo, p.total.covered)
		return edge{hi: s.hi, lo: s.lo, covered: s.covered, page: int32(w.page)}
	}
	p := w.pages[w.page]
	w.i = p.find(w.i, x)
	it := &p.pieces[w.i]
	s := p.before
	s.add(it.hi, it.lo, it.covered)
	e := edge{hi: s.hi, lo: s.lo, covered: s.covered, page: int32(w.page), next: int32(w.i)}
	if it.start < x {
		e.part = float64(it.value) * float64(x-it.start)
		e.covered += x - it.start
	}
	return e
}

var nan32 = float32(math.NaN())
