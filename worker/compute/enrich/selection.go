package enrich

import (
	"cmp"
	"math/bits"
	"slices"
)

// selection is what a choice of regions makes of a frame: the rows that count, and which of their bins.
type selection struct {
	rows    []int    // indices of frame.rows, ascending
	keep    []uint64 // n bits for each: its bins that are in a query and in none of the rows before
	fresh   []uint64 // n bits for each: its bins that are no bin of a row before; their union is the universe Queries
	queries []int64  // bins of each query
	union   int64    // bits of fresh
	tiles   *tiles   // of the universe Genome, for intervals
	members []uint64 // n bits for each element of an uploaded universe: the queries that it stands for
}

// choose makes the selection of the regions at some positions (ascending).
func (f *frame) choose(positions []int) *selection {
	s := &selection{}
	seen := make([]bool, len(f.rows))
	for _, i := range positions {
		if r := f.fates[i].row; r >= 0 {
			seen[r] = true
		}
	}
	for r, yes := range seen {
		if yes {
			s.rows = append(s.rows, r)
		}
	}
	f.masks(s)
	return s
}

// masks finds the bins that repeat. Bins are equal when their rows have the same bin size and starts that differ by a
// multiple of it. Rows that are alike in that form a chain, in which every row has n consecutive places, from its first
// place on. In a query, only rows of different strand can share a bin, as equal windows are one row.
func (f *frame) masks(s *selection) {
	s.keep, s.fresh = make([]uint64, len(s.rows)*f.words), make([]uint64, len(s.rows)*f.words)
	links, strands := f.chains(s.rows)
	begin, near := 0, 0 // of the chain, and the first link of it that can share a bin with the one in hand
	for o, l := range links {
		if o > 0 && l.chain != links[o-1].chain {
			begin, near = o, o
		}
		r := f.rows[s.rows[l.at]]
		keep, fresh := s.keep[l.at*f.words:(l.at+1)*f.words], s.fresh[l.at*f.words:(l.at+1)*f.words]
		from, to := r.bins(f.n, f.chroms[r.chrom].Length)
		setBits(keep, from, to)
		lo, hi := 0, f.n
		if o > begin { // without those of the row before
			lo = int(max(0, min(links[o-1].first+int64(f.n)-l.first, int64(f.n))))
		}
		if f.job.Percent == 0 {
			lo, hi = max(lo, from), min(hi, to)
		}
		setBits(fresh, lo, hi)
		if r.minus {
			reverseBits(keep, f.n)
			reverseBits(fresh, f.n)
		}
		if !strands {
			continue
		}
		for near < o && links[near].first+int64(f.n) <= l.first {
			near++
		}
		for _, other := range links[near:o] {
			if k := shared(other, l, f.n); k >= 0 {
				keep[k/64] &^= 1 << (k % 64)
			}
		}
	}
	c := newCounter(f.n)
	for i := range s.rows {
		keep := s.keep[i*f.words : (i+1)*f.words]
		c.add(keep, keep)
	}
	s.queries, s.union = c.total(), countBits(s.fresh)
}

// link is a row in its chain.
type link struct {
	at    int // index of selection.rows
	chain int
	first int64 // place
	minus bool
}

// chains sorts rows by chain and place; strands tells whether there are both.
func (f *frame) chains(rows []int) (links []link, strands bool) {
	type key struct {
		chrom         int
		size, residue int64
	}
	keys := make([]key, len(rows))
	links = make([]link, len(rows))
	minus := 0
	for i, at := range rows {
		r := f.rows[at]
		first := floorDiv(r.start, r.size)
		keys[i] = key{r.chrom, r.size, r.start - first*r.size}
		links[i] = link{at: i, first: first, minus: r.minus}
		if r.minus {
			minus++
		}
	}
	compare := func(a, b key) int {
		return cmp.Or(cmp.Compare(a.chrom, b.chrom), cmp.Compare(a.size, b.size), cmp.Compare(a.residue, b.residue))
	}
	if f.job.Percent > 0 { // rows of points are in this order already
		slices.SortFunc(links, func(a, b link) int {
			return cmp.Or(compare(keys[a.at], keys[b.at]), cmp.Compare(a.first, b.first), cmp.Compare(a.at, b.at))
		})
	}
	for o := 1; o < len(links); o++ {
		links[o].chain = links[o-1].chain
		if keys[links[o].at] != keys[links[o-1].at] {
			links[o].chain++
		}
	}
	return links, minus > 0 && minus < len(rows)
}

// shared is the bin, in the order of the strands, in which two links of a chain are the same; -1 when there is none.
// '+' has place first+k as bin k, '-' has first+n-1-k, which is the same where 2k = the difference of their firsts + n-1.
func shared(a, b link, n int) int {
	if a.minus == b.minus {
		return -1
	}
	if a.minus {
		a, b = b, a
	}
	twice := b.first - a.first + int64(n) - 1
	if twice < 0 || twice%2 == 1 || twice/2 >= int64(n) {
		return -1
	}
	return int(twice / 2)
}

// count sums the hits of a target over the rows; those of the universe are those of Queries.
func (s *selection) count(f *frame, hits []uint64) tally {
	c := newCounter(f.n)
	union := 0
	for i, r := range s.rows {
		row := hits[r*f.words : (r+1)*f.words]
		c.add(row, s.keep[i*f.words:(i+1)*f.words])
		for w, mask := range s.fresh[i*f.words : (i+1)*f.words] {
			union += bits.OnesCount64(row[w] & mask)
		}
	}
	return tally{c.total(), int64(union)}
}
