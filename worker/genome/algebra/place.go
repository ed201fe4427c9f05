package algebra

import (
	"cmp"
	"math/rand/v2"
	"slices"
)

// Sides are how far upstream and downstream of a region something reaches, in bp. Without Stranded, and for regions of no
// strand, upstream is the lower coordinate.
type Sides struct {
	Upstream, Downstream int64
	Stranded             bool
}

func (d Sides) of(strand byte) (low, high int64) {
	if d.Stranded && strand == '-' {
		return d.Downstream, d.Upstream
	}
	return d.Upstream, d.Downstream
}

// within cuts a span to its chromosome; length < 0: its length is not known. ok is false when nothing is left.
func within(s Span, length int64) (Span, bool) {
	s.Start = max(s.Start, 0)
	if length >= 0 {
		s.End = min(s.End, length)
	}
	return s, s.Start < s.End
}

// Extend makes a region longer, or shorter where a side is negative, as bedtools slop does: cut at the ends of the
// chromosome. ok is false when nothing is left of it.
func Extend(s Span, strand byte, d Sides, length int64) (Span, bool) {
	low, high := d.of(strand)
	s.Start, s.End = s.Start-low, s.End+high
	return within(s, length)
}

// Flanks gives the stretches beside a region, the lower one first, as bedtools flank does: what would lie outside of the
// chromosome is left out.
func Flanks(s Span, strand byte, d Sides, length int64) []Span {
	low, high := d.of(strand)
	out := make([]Span, 0, 2)
	for _, f := range []Span{{s.Chrom, s.Start - low, s.Start}, {s.Chrom, s.End, s.End + high}} {
		if f, ok := within(f, length); ok {
			out = append(out, f)
		}
	}
	return out
}

// Anchor is the point of a region that it is resized around.
type Anchor string

const (
	Centre Anchor = "centre" // (start+end)/2
	Start  Anchor = "start"  // the 5′ end when stranded: the end of regions on the '-' strand
	End    Anchor = "end"
)

// Resize gives the region of a width around an anchor, from half the width (rounded down) before it, cut at the ends of the
// chromosome. ok is false when nothing is left.
func Resize(s Span, strand byte, width int64, at Anchor, stranded bool, length int64) (Span, bool) {
	point := (s.Start + s.End) / 2
	switch back := stranded && strand == '-'; {
	case at == Start && back, at == End && !back:
		point = s.End
	case at == Start, at == End:
		point = s.Start
	}
	return within(Span{s.Chrom, point - width/2, point - width/2 + width}, length)
}

// stream separates the random numbers of this package from others of the same seed.
const stream = 0x616c6765627261

func random(seed int64) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), stream)) }

// Sample gives k of n rows in ascending order, every choice equally likely; all of them when k ≥ n. The same seed gives
// the same rows.
func Sample(n, k int, seed int64) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	if k >= n {
		return rows
	}
	r := random(seed)
	for i := range k {
		j := i + r.IntN(n-i)
		rows[i], rows[j] = rows[j], rows[i]
	}
	rows = rows[:max(k, 0)]
	slices.Sort(rows)
	return rows
}

// Shuffle moves every region to a random place on its arm, all places equally likely, and keeps its width; regions may
// come to lie over each other. The arm of a region is the one that it overlaps longest, the first of several. Piece.Row
// tells whose place it is; regions that lie on no arm, or are wider than theirs, are left out. The same seed and the same
// regions give the same places.
func Shuffle(spans, arms []Span, seed int64) []Piece {
	on := map[int32][]Span{}
	for _, a := range arms {
		on[a.Chrom] = append(on[a.Chrom], a)
	}
	for _, list := range on {
		slices.SortFunc(list, func(a, b Span) int { return cmp.Compare(a.Start, b.Start) })
	}
	r := random(seed)
	out := make([]Piece, 0, len(spans))
	for row, s := range spans {
		place, most := Span{}, int64(0)
		for _, a := range on[s.Chrom] {
			if shared := min(a.End, s.solid().End) - max(a.Start, s.Start); shared > most {
				place, most = a, shared
			}
		}
		room := place.Width() - s.solid().Width()
		if most <= 0 || room < 0 {
			continue
		}
		start := place.Start + r.Int64N(room+1)
		out = append(out, Piece{int32(row), Span{s.Chrom, start, start + s.Width()}})
	}
	return out
}
