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

// look finds the edges at ascending positions, of which those outside the chromosome count as its ends, on pages of the
// chromosome.
func look(edges []edge, pages []*page, pos []int64, length int64) {
	k, whole := 0, sums{}
	for at, p := range pages {
		i, s := 0, sums{} // the sums before interval i
		for ; k < len(pos); k++ {
			x := uint32(min(max(pos[k], 0), length))
			if x >= p.end {
				break
			}
			if to := p.find(i, x); to > i {
				if to-i >= stride {
					i = to - to%stride
					s = p.marks[i/stride]
				}
				s.intervals(p.list[i:to])
				i = to
			}
			whole = p.before
			whole.add(s.hi, s.lo, s.covered)
			part := 0.0
			if v := &p.list[i]; v.Start < x {
				part = float64(v.Value) * float64(x-v.Start)
				whole.covered += x - v.Start
			}
			edges[k] = edge{whole.hi, whole.lo, part, whole.covered, int32(at), int32(i)}
		}
		whole = p.before
		whole.add(p.total.hi, p.total.lo, p.total.covered)
	}
	for ; k < len(pos); k++ {
		edges[k] = edge{whole.hi, whole.lo, 0, whole.covered, int32(len(pages)), 0}
	}
}

var nan32 = float32(math.NaN())
