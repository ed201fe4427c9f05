package stackup

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"regioscope/worker/format/bbi"
)

// sums is the signal's integral over a stretch, as an unevaluated sum hi + lo, and how many bases of it are covered.
type sums struct {
	hi, lo  float64
	covered uint32
}

// add adds another stretch: error-free addition of the large parts (Knuth 1969).
func (s *sums) add(hi, lo float64, covered uint32) {
	sum := s.hi + hi
	part := sum - s.hi
	s.lo += lo + ((s.hi - (sum - part)) + (hi - part))
	s.hi = sum
	s.covered += covered
}

// intervals adds intervals: 24 bits of value times at most 28 bits of length are exact, and so is the sum with its error
// term. It is add for many, with the sums in registers.
func (s *sums) intervals(list []bbi.Interval) {
	hi, low, covered := s.hi, s.lo, s.covered
	for i := range list {
		v := &list[i]
		x := float64(v.Value) * float64(v.End-v.Start)
		sum := hi + x
		part := sum - hi
		low += (hi - (sum - part)) + (x - part)
		hi = sum
		covered += v.End - v.Start
	}
	s.hi, s.lo, s.covered = hi, low, covered
}

// page holds the intervals of one block of the signal that windows need, sorted, disjoint, with finite values, and the
// sums before every stride-th of them. Those between are added when they are asked for: to write less is worth more than
// to add less.
type page struct {
	list   []bbi.Interval
	marks  []sums  // over the intervals before the first, the stride-th, …
	end    uint32  // of the last interval; 0 if there is none
	pace   float64 // intervals per base, for guessing where to look
	total  sums    // over all intervals
	before sums    // over the pages of the chromosome before this one

	// What was read of the block, needed or not. The blocks of a chromosome must not overlap.
	first, last uint32
	err         error
}

const (
	stride        = 8
	intervalBytes = 12
	markBytes     = 24
)

func (p *page) bytes() int64 { return int64(cap(p.list))*intervalBytes + int64(cap(p.marks))*markBytes }

// fill copies those intervals of a list that overlap one of the ranges, which are sorted and disjoint. What is kept, and
// with it every sum, depends on the windows only and never on what else is in memory.
func (p *page) fill(list []bbi.Interval, ranges []bbi.Range) error {
	*p = page{list: p.list[:0], marks: p.marks[:0], first: math.MaxUint32}
	if len(list) == 0 {
		return nil
	}
	p.first, p.last = list[0].Start, list[len(list)-1].End
	last := uint32(0)
	for i := range list {
		if list[i].Start < last {
			return overlap(list[i].Start, last)
		}
		last = list[i].End
	}
	for len(list) > 0 {
		at := list[0].Start
		if ranges = ranges[sort.Search(len(ranges), func(i int) bool { return ranges[i].End > at }):]; len(ranges) == 0 {
			break
		}
		r := ranges[0]
		list = list[sort.Search(len(list), func(i int) bool { return list[i].End > r.Start }):]
		n := sort.Search(len(list), func(i int) bool { return list[i].Start >= r.End })
		p.take(list[:n])
		list = list[n:]
	}
	if n := len(p.list); n > 0 {
		p.end = p.list[n-1].End
		p.pace = float64(n) / float64(p.end-p.list[0].Start)
	}
	return nil
}

// take appends intervals without those whose value is NaN or infinite.
func (p *page) take(list []bbi.Interval) {
	begin, n := len(p.list), len(p.list)
	kept := slices.Grow(p.list, len(list))[:n+len(list)]
	for _, v := range list {
		if math.Float32bits(v.Value)&0x7f800000 != 0x7f800000 {
			kept[n] = v
			n++
		}
	}
	marks, total := slices.Grow(p.marks, len(list)/stride+1), p.total
	for begin < n {
		if begin%stride == 0 {
			marks = append(marks, total)
		}
		next := min(n, begin-begin%stride+stride)
		total.intervals(kept[begin:next])
		begin = next
	}
	p.list, p.marks, p.total = kept[:n], marks, total
}

func overlap(start, last uint32) error {
	return fmt.Errorf("%w: an interval from %d on follows one that ends at %d", ErrOverlap, start, last)
}

// find is the first interval from `from` on that ends behind x; there is one, and none before from does. Intervals of a
// track are mostly of one size, so the place is guessed from their number per base; the search grows from there.
func (p *page) find(from int, x uint32) int {
	list := p.list
	if list[from].End > x {
		return from
	}
	low, high := from+1, len(list)-1 // what it may be
	guess := min(low+int(float64(x-list[from].End)*p.pace), high)
	if list[guess].End > x {
		high = guess
		for step := 1; high-step >= low; step *= 2 {
			if list[high-step].End <= x {
				low = high - step + 1
				break
			}
			high -= step
		}
	} else {
		low = guess + 1
		for step := 1; low+step-1 < high; step *= 2 {
			if list[low+step-1].End > x {
				high = low + step - 1
				break
			}
			low += step
		}
	}
	for low < high {
		if mid := int(uint(low+high) >> 1); list[mid].End <= x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
