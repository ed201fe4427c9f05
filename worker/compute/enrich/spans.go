package enrich

import (
	"slices"
	"sort"

	"regioscope/worker/genome"
)

// span is a stretch of a chromosome, at least 1 bp long.
type span struct{ start, end int64 }

// spans are the bases that a region set covers: per chromosome disjoint stretches in ascending order.
type spans struct {
	by [][]span
}

// chromIndex finds chromosomes by name, remembering the last answers, as files name the same ones over and over.
type chromIndex struct {
	names *genome.Names
	known map[string]resolved
	last  string
	found resolved
}

type resolved struct {
	chrom int
	rule  genome.AliasRule
}

func newChromIndex(names *genome.Names) *chromIndex {
	return &chromIndex{names: names, known: make(map[string]resolved)}
}

func (c *chromIndex) find(name string) resolved {
	if name == c.last && c.found.rule != "" {
		return c.found
	}
	r, ok := c.known[name]
	if !ok {
		r.chrom, r.rule = c.names.Resolve(name)
		c.known[name] = r
	}
	c.last, c.found = name, r
	return r
}

// stretch is what an anchor covers of its chromosome: ends cut at those of the chromosome, and 1 bp where it has no
// length (a point is in the bin that starts at or before it). ok is false when it does not touch the chromosome.
func stretch(a genome.Anchor, length int64) (s span, ok bool) {
	s = span{max(a.Start, 0), min(max(a.End, a.Start+1), length)}
	return s, s.start < s.end
}

// cover collects the anchors of regions by chromosome, sorted by start and end; on is the number of regions with an
// anchor on a chromosome.
func cover(regions []genome.Region, names *genome.Names) (by [][]span, on int) {
	chroms := names.Chroms()
	by = make([][]span, len(chroms))
	index := newChromIndex(names)
	for _, r := range regions {
		touches := false
		for side, a := range [2]genome.Anchor{r.A, r.B} {
			if side == 1 && a == r.A {
				break
			}
			c := index.find(a.Chrom).chrom
			if c < 0 {
				continue
			}
			if s, ok := stretch(a, chroms[c].Length); ok {
				by[c] = append(by[c], s)
				touches = true
			}
		}
		if touches {
			on++
		}
	}
	for _, list := range by {
		if !slices.IsSortedFunc(list, compareSpans) {
			slices.SortFunc(list, compareSpans)
		}
	}
	return by, on
}

// compareSpans orders by start, then end; written out, as cmp.Or takes twice as long where most of the time goes.
func compareSpans(a, b span) int {
	switch {
	case a.start < b.start:
		return -1
	case a.start > b.start:
		return 1
	case a.end < b.end:
		return -1
	case a.end > b.end:
		return 1
	}
	return 0
}

// merge makes sorted stretches disjoint, in place.
func merge(by [][]span) *spans {
	for c, list := range by {
		n := 0
		for _, s := range list {
			if n > 0 && s.start <= list[n-1].end {
				list[n-1].end = max(list[n-1].end, s.end)
				continue
			}
			list[n] = s
			n++
		}
		by[c] = list[:n]
	}
	return &spans{by}
}

// after is the first index from `from` on whose stretch ends behind x; found by galloping, as the answer is near.
func after(list []span, from int, x int64) int {
	step := 1
	for from+step < len(list) && list[from+step-1].end <= x {
		from, step = from+step, 2*step
	}
	rest := list[from:min(from+step, len(list))]
	return from + sort.Search(len(rest), func(i int) bool { return rest[i].end > x })
}

// covered is the number of bases.
func (s *spans) covered() (n int64) {
	for _, list := range s.by {
		for _, at := range list {
			n += at.end - at.start
		}
	}
	return n
}
