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

// piece is an interval of a page, with the sums over the intervals of the page before it. Where it ends is in a list of
// its own, so that a search has little to read.
type piece struct {
	hi, lo  float64
	covered uint32
	start   uint32
	value   float32
}

const pieceBytes = 32 + 4

// page holds the intervals of one block of the signal that windows need: sorted, disjoint, with finite values.
type page struct {
	pieces []piece
	ends   []uint32 // of the pieces
	end    uint32   // of the last piece; 0 if there is none
	pace   float64  // pieces per base, for guessing where to look
	total  sums     // over all pieces
	before sums     // over the pages of the chromosome before this one

	// What the block holds, needed or not. The blocks of a chromosome must not overlap.
	first, last uint32
	err         error
}

func (p *page) bytes() int64 { return int64(cap(p.pieces)) * pieceBytes }

// fill takes the intervals that overlap one of the ranges, which are sorted and disjoint. What is kept, and with it every
// sum, depends on the windows only and never on what else is in memory.
func (p *page) fill(list []bbi.Interval, ranges []bbi.Range) error {
	*p = page{pieces: p.pieces[:0], ends: p.ends[:0], first: math.MaxUint32}
	if len(list) == 0 {
		return nil
	}
	p.first, p.last = list[0].Start, list[len(list)-1].End
	if last, bad := disorder(list); bad >= 0 {
		return overlap(list[bad].Start, last)
	}
	for len(list) > 0 {
		skip := sort.Search(len(ranges), func(i int) bool { return ranges[i].End > list[0].Start })
		if ranges = ranges[skip:]; len(ranges) == 0 {
			break
		}
		r := ranges[0]
		from := sort.Search(len(list), func(i int) bool { return list[i].End > r.Start })
		list = list[from:]
		n := sort.Search(len(list), func(i int) bool { return list[i].Start >= r.End })
		p.take(list[:n])
		list = list[n:]
	}
	if n := len(p.ends); n > 0 {
		p.end = p.ends[n-1]
		p.pace = float64(n) / float64(p.end-p.pieces[0].start)
	}
	return nil
}

// disorder is the first interval that begins before the end of the one before it, and that end; -1 if there is none.
func disorder(list []bbi.Interval) (uint32, int) {
	last := uint32(0)
	for i := range list {
		if list[i].Start < last {
			return last, i
		}
		last = list[i].End
	}
	return 0, -1
}

// take appends intervals, without those whose value is NaN or infinite.
func (p *page) take(list []bbi.Interval) {
	have := len(p.pieces)
	pieces := slices.Grow(p.pieces, len(list))[:have+len(list)]
	ends := slices.Grow(p.ends, len(list))[:len(pieces)]
	total, n := p.total, have
	for _, v := range list {
		if math.Float32bits(v.Value)&0x7f800000 == 0x7f800000 {
			continue
		}
		pieces[n] = piece{total.hi, total.lo, total.covered, v.Start, v.Value}
		ends[n] = v.End
		n++
		// 24 bits of value times at most 28 bits of length are exact, and so is the sum with its error term.
		total.add(float64(v.Value)*float64(v.End-v.Start), 0, v.End-v.Start)
	}
	p.pieces, p.ends, p.total = pieces[:n], ends[:n], total
}

func overlap(start, last uint32) error {
	return fmt.Errorf("%w: an interval from %d on follows one that ends at %d", ErrOverlap, start, last)
}

// find is the first piece from `from` on that ends behind x; there is one, and none before from does. Intervals of a
// track are mostly of one size, so the place is guessed from their number per base; the search grows from there.
func (p *page) find(from int, x uint32) int {
	ends := p.ends
	low, high := from, len(ends)-1 // what it may be
	guess := min(from+int(float64(x-min(x, ends[from]))*p.pace), high)
	if ends[guess] > x {
		high = guess
		for step := 1; high-step >= low; step *= 2 {
			if ends[high-step] <= x {
				low = high - step + 1
				break
			}
			high -= step
		}
	} else {
		low = guess + 1
		for step := 1; low+step-1 < high; step *= 2 {
			if ends[low+step-1] > x {
				high = low + step - 1
				break
			}
			low += step
		}
	}
	for low < high {
		if mid := int(uint(low+high) >> 1); ends[mid] <= x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}
