package stackup

import (
	"math"
	"sort"
)

// track is the stretch of a chromosome's signal that open windows still need, with the sums before every interval.
// Intervals are sorted and disjoint; all values are finite.
type track struct {
	start, end []uint32
	value      []float32
	hi, lo     []float64 // hi + lo: value × length of all intervals before this one, since the chromosome's start
	covered    []uint32  // length of these

	sumHi, sumLo float64
	sumCovered   uint32
}

const intervalBytes = 3*4 + 4 + 2*8

func (t *track) reset() {
	t.drop(len(t.start))
	*t = track{start: t.start, end: t.end, value: t.value, hi: t.hi, lo: t.lo, covered: t.covered}
}

// add appends one interval, behind all others, with a finite value.
func (t *track) add(start, end uint32, value float32) {
	t.start = append(t.start, start)
	t.end = append(t.end, end)
	t.value = append(t.value, value)
	t.hi = append(t.hi, t.sumHi)
	t.lo = append(t.lo, t.sumLo)
	t.covered = append(t.covered, t.sumCovered)

	// 24 bits of value times at most 28 bits of length are exact, and so is the sum with its error term.
	term := float64(value) * float64(end-start)
	sum := t.sumHi + term
	part := sum - t.sumHi
	t.sumLo += (t.sumHi - (sum - part)) + (term - part)
	t.sumHi = sum
	t.sumCovered += end - start
}

// before is the number of intervals that end at or before x.
func (t *track) before(x uint32) int {
	return sort.Search(len(t.end), func(i int) bool { return t.end[i] > x })
}

// drop forgets the first n intervals.
func (t *track) drop(n int) {
	t.start = t.start[:copy(t.start, t.start[n:])]
	t.end = t.end[:copy(t.end, t.end[n:])]
	t.value = t.value[:copy(t.value, t.value[n:])]
	t.hi = t.hi[:copy(t.hi, t.hi[n:])]
	t.lo = t.lo[:copy(t.lo, t.lo[n:])]
	t.covered = t.covered[:copy(t.covered, t.covered[n:])]
}

// edge is the signal's integral up to a position: hi + lo + part over covered bases.
type edge struct {
	next         int // first interval that ends behind the position
	hi, lo, part float64
	covered      uint32
}

// edge finds the integral up to x; no interval before from may end behind x.
func (t *track) edge(x uint32, from int) edge {
	step := 1
	low := from
	for low+step <= len(t.end) && t.end[low+step-1] <= x {
		low += step
		step *= 2
	}
	high := min(low+step, len(t.end))
	for low < high {
		if mid := int(uint(low+high) >> 1); t.end[mid] <= x {
			low = mid + 1
		} else {
			high = mid
		}
	}
	if low == len(t.end) {
		return edge{low, t.sumHi, t.sumLo, 0, t.sumCovered}
	}
	e := edge{low, t.hi[low], t.lo[low], 0, t.covered[low]}
	if s := t.start[low]; s < x {
		e.part = float64(t.value[low]) * float64(x-s)
		e.covered += x - s
	}
	return e
}

var nan32 = float32(math.NaN())

// cut fills a row: the bins of [start, end) on a chromosome of the given length.
func (t *track) cut(row []float32, start, end, length int64, summary Summary, missing float32) {
	n, size := int64(len(row)), end-start
	step := size / n
	var left edge
	known := int64(-1) // position of left
	if start < length {
		left.next = t.before(uint32(max(start, 0)))
	}
	for i := range n {
		row[i] = nan32
		from, to := start+size*i/n, start+size*(i+1)/n
		if to == from {
			to++
		}
		if start+i*step < 0 || to > length {
			continue
		}
		if from != known {
			at := left.next
			if n > size { // bins are single bases then, and may repeat: the look-up may have to go back
				at = t.before(uint32(from))
			}
			left = t.edge(uint32(from), at)
		}
		right := t.edge(uint32(to), left.next)
		row[i] = t.bin(left, right, uint32(from), uint32(to), summary, missing)
		left, known = right, to
	}
}

func (t *track) bin(left, right edge, from, to uint32, summary Summary, missing float32) float32 {
	covered := right.covered - left.covered
	if summary == Coverage {
		return float32(float64(covered) / float64(to-from))
	}
	if covered == 0 {
		return missing
	}
	var v float64
	switch summary {
	case Min, Max:
		return t.extreme(left.next, to, summary == Max)
	default:
		v = (right.hi - left.hi) + (right.lo - left.lo) + (right.part - left.part)
		if summary == Mean {
			v /= float64(covered)
		}
	}
	if out := float32(v); !math.IsInf(float64(out), 0) {
		return out
	}
	return nan32
}

// extreme is the smallest or largest value of the intervals from first on that begin before to.
func (t *track) extreme(first int, to uint32, largest bool) float32 {
	v := t.value[first]
	for i := first + 1; i < len(t.start) && t.start[i] < to; i++ {
		if x := t.value[i]; largest == (x > v) && x != v {
			v = x
		}
	}
	return v
}
