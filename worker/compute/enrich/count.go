package enrich

import (
	"context"
	"fmt"

	"regioscope/worker/compute/ledger"
)

// choice is a subset of the regions in all jobs, and what is counted of it.
type choice struct {
	selections []*selection
	ledgers    []*ledger.Ledger
	counts     []*counts
}

// choose selects the regions at some positions (ascending), or all.
func (x *Index) choose(ctx context.Context, positions []int, all bool) (*choice, error) {
	if all {
		positions = make([]int, len(x.regions))
		for i := range positions {
			positions[i] = i
		}
	}
	c := &choice{}
	for _, f := range x.frames {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		s, book := f.choose(positions), f.account(x.regions, positions)
		if book.Read > 0 && book.Matched == 0 {
			return nil, fmt.Errorf("%w: none of the %d regions is on a chromosome of the assembly", ErrNoCommon, book.Read)
		}
		switch {
		case x.elements != nil:
			s.members = x.elements.members(f, s.rows)
			all := newCounter(f.n)
			for i := range x.elements.n {
				m := s.members[i*f.words : (i+1)*f.words]
				all.add(m, m)
			}
			s.queries = all.total()
			if book.Used > 0 && sum(s.queries) == 0 {
				return nil, fmt.Errorf("%w: none of its %d regions is within a window of the %d regions", ErrUniverse, x.elements.n, book.Used)
			}
		case x.opt.Universe == Genome && f.job.Percent > 0:
			widths := make([]int64, len(s.rows))
			for i, r := range s.rows {
				widths[i] = f.rows[r].size
			}
			s.tiles = newTiles(widths, f.chroms)
		}
		c.selections, c.ledgers = append(c.selections, s), append(c.ledgers, book)
		c.counts = append(c.counts, &counts{a: make([][]int64, len(x.targets)), hit: make([]int64, len(x.targets))})
	}
	return c, nil
}

// counts are the hits of one job: per target those of the query of every bin, and those of the universe (of tiles, where
// those are the universe).
type counts struct {
	a   [][]int64
	hit []int64
}

// tally is the counts of one target.
type tally struct {
	a   []int64
	hit int64
}

func (c *counts) put(t int, y tally) { c.a[t], c.hit[t] = y.a, y.hit }

// count sums what a target hits: hits are the bits of the rows, or elements those of an uploaded universe; bins is the
// number of touched bins of the grid.
func (x *Index) count(f *frame, s *selection, hits, elements []uint64, spans *spans, bins int64) tally {
	if x.elements != nil {
		return x.elements.count(f, s.members, elements)
	}
	y := s.count(f, hits)
	switch {
	case s.tiles != nil:
		y.hit = s.tiles.touched(spans)
	case x.opt.Universe == Genome:
		y.hit = bins
	}
	return y
}

// countTarget is count for the target in work.
func (x *Index) countTarget(f *frame, s *selection, buf *buffers) tally {
	if x.elements != nil {
		return x.count(f, s, nil, x.elements.hits(buf), nil, 0)
	}
	bins := int64(0)
	if x.opt.Universe == Genome && s.tiles == nil {
		bins = touchedBins(buf.spans, f.job.Bin)
	}
	return x.count(f, s, f.hits(buf), nil, buf.spans, bins)
}

// table is the cells of bin k for a tally.
func (x *Index) table(f *frame, s *selection, y tally, k int) (a, b, c, d int64) {
	a, c = y.a[k], s.queries[k]-y.a[k]
	if s.tiles != nil { // the universe beside the query
		return a, y.hit, c, s.tiles.n - y.hit
	}
	b = y.hit - a
	return a, b, c, x.universe(f, s) - a - b - c
}

// universe is the number of bins, elements or tiles.
func (x *Index) universe(f *frame, s *selection) int64 {
	switch {
	case x.elements != nil:
		return int64(x.elements.n)
	case s.tiles != nil:
		return s.tiles.n
	case x.opt.Universe == Queries:
		return s.union
	}
	return binsOf(f.chroms, f.job.Bin)
}

func sum(v []int64) (total int64) {
	for _, x := range v {
		total += x
	}
	return total
}
