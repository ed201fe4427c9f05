package algebra

import (
	"cmp"
	"slices"
)

// Span is a half-open stretch [Start, End) of a chromosome, in bp. Chroms are numbered by the caller, alike in all sets.
type Span struct {
	Chrom      int32
	Start, End int64
}

// Width is End - Start.
func (s Span) Width() int64 { return s.End - s.Start }

// solid gives a point its one base.
func (s Span) solid() Span {
	s.End = max(s.End, s.Start+1)
	return s
}

func compare(a, b Span) int {
	return cmp.Or(cmp.Compare(a.Chrom, b.Chrom), cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
}

// Order gives the rows of spans by chromosome, start and end; equal spans keep their order.
func Order(spans []Span) []int32 {
	order := make([]int32, len(spans))
	sorted := true
	for i := range order {
		order[i] = int32(i)
		sorted = sorted && (i == 0 || compare(spans[i-1], spans[i]) <= 0)
	}
	if !sorted {
		slices.SortFunc(order, func(i, j int32) int { return cmp.Or(compare(spans[i], spans[j]), cmp.Compare(i, j)) })
	}
	return order
}

// Cluster is a stretch that regions of a set cover together; Rows are these, in the order of their starts.
type Cluster struct {
	Span
	Rows []int32
}

// Merge joins regions that overlap, touch, or have at most distance bp between them, as bedtools merge -d does. The result
// is sorted.
func Merge(spans []Span, distance int64) []Cluster {
	order := Order(spans)
	var out []Cluster
	first := 0
	for k, row := range order {
		s := spans[row]
		if n := len(out) - 1; n >= 0 && out[n].Chrom == s.Chrom && s.Start-out[n].End <= distance {
			out[n].End = max(out[n].End, s.End)
		} else {
			out, first = append(out, Cluster{Span: s}), k
		}
		out[len(out)-1].Rows = order[first : k+1 : k+1]
	}
	return out
}

// Cover gives the stretches that spans cover: sorted, apart from each other, points with their one base.
func Cover(spans []Span) []Span {
	var out []Span
	for _, row := range Order(spans) {
		s := spans[row].solid()
		if n := len(out) - 1; n >= 0 && out[n].Chrom == s.Chrom && s.Start <= out[n].End {
			out[n].End = max(out[n].End, s.End)
		} else {
			out = append(out, s)
		}
	}
	return out
}
