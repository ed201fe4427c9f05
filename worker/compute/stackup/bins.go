package stackup

import (
	"math"
	"slices"
)

// cutter makes the rows of a group of sites. It is for one goroutine.
type cutter struct {
	*run
	missing float32
	pages   []*page // of the site at hand
	pos     []int64 // of borders, some of them outside the chromosome
	edges   []edge  // at these, or at the chromosome's end
	left    []int32 // of an interval's bins: which border they begin at, and end at
	right   []int32

	buffers [][]float32 // by job: rows of the group
	order   [2][]int    // by side: sites of the group by their row
	losses  []losses    // by job, of all groups
}

func newCutter(r *run) *cutter {
	c := &cutter{run: r, missing: nan32, losses: make([]losses, len(r.jobs))}
	if r.opt.MissingZero {
		c.missing = 0
	}
	for _, res := range r.results {
		c.buffers = append(c.buffers, make([]float32, min(r.group, max(1, res.Rows))*res.Bins))
	}
	return c
}

// points looks up borders around a point on a chromosome of the given length.
func (c *cutter) points(pages []*page, offsets []int64, mid, length int64) {
	c.pos = c.pos[:0]
	for _, offset := range offsets {
		c.pos = append(c.pos, mid+offset)
	}
	c.look(pages, length)
}

// interval looks up the borders of n bins between start and end, of which each has at least one base.
func (c *cutter) interval(pages []*page, n int, start, end, length int64) {
	c.pos, c.left, c.right = c.pos[:0], c.left[:0], c.right[:0]
	size := end - start
	if int64(n) <= size {
		for i := range int64(n) + 1 {
			c.pos = append(c.pos, start+size*i/int64(n))
		}
		for i := range int32(n) {
			c.left, c.right = append(c.left, i), append(c.right, i+1)
		}
	} else {
		for x := start; x <= end; x++ {
			c.pos = append(c.pos, x)
		}
		for i := range int64(n) {
			from := int32(size * i / int64(n))
			c.left, c.right = append(c.left, from), append(c.right, from+1)
		}
	}
	c.look(pages, length)
}

func (c *cutter) look(pages []*page, length int64) {
	c.pages = pages
	c.edges = slices.Grow(c.edges[:0], len(c.pos))[:len(c.pos)]
	look(c.edges, pages, c.pos, length)
}

// row fills in the bins between the borders left and right. A bin outside the chromosome is NaN: one whose nominal
// start, which is a multiple of step behind the window's, is before it, or whose end is behind its end.
func (c *cutter) row(row []float32, left, right []int32, step, length int64) {
	n := len(row)
	left, right = left[:n], right[:n]
	lo, hi := 0, n
	if start := c.pos[left[0]]; start < 0 {
		lo = n
		if step > 0 {
			lo = int(min((-start+step-1)/step, int64(n)))
		}
	}
	for hi > lo && c.pos[right[hi-1]] > length {
		hi--
	}
	fill(row[:lo], nan32)
	fill(row[hi:], nan32)
	edges := c.edges
	for i := lo; i < hi; i++ {
		l, r := &edges[left[i]], &edges[right[i]]
		covered := r.covered - l.covered
		if covered == 0 || c.opt.Summary != Mean {
			row[i] = c.other(left[i], right[i], covered)
			continue
		}
		row[i] = finite(integral(l, r) / float64(covered))
	}
}

// integral is value × length between two edges.
func integral(l, r *edge) float64 { return (r.hi - l.hi) + (r.lo - l.lo) + (r.part - l.part) }

func finite(v float64) float32 {
	if out := float32(v); !math.IsInf(float64(out), 0) {
		return out
	}
	return nan32
}

// other is a bin that is no mean.
func (c *cutter) other(left, right int32, covered uint32) float32 {
	l, r := &c.edges[left], &c.edges[right]
	switch {
	case c.opt.Summary == Coverage:
		return float32(float64(covered) / float64(c.pos[right]-c.pos[left]))
	case covered == 0:
		return c.missing
	case c.opt.Summary == Min || c.opt.Summary == Max:
		return c.extreme(l, uint32(c.pos[right]), c.opt.Summary == Max)
	}
	return finite(integral(l, r))
}

// extreme is the smallest or largest value of the intervals from an edge on that begin before to; there is one.
func (c *cutter) extreme(from *edge, to uint32, largest bool) float32 {
	v, first := float32(0), true
	next := int(from.next)
	for _, p := range c.pages[from.page:] {
		for _, x := range p.list[next:] {
			if x.Start >= to {
				return v
			}
			if first || largest == (x.Value > v) && x.Value != v {
				v, first = x.Value, false
			}
		}
		next = 0
	}
	return v
}
