package enrich

import (
	"slices"

	"regioscope/worker/genome"
)

// elements are an uploaded universe: distinct stretches per chromosome, ascending, numbered through.
type elements struct {
	by    [][]span
	first []int // number of the first of each chromosome
	n     int
}

func newElements(regions []genome.Region, names *genome.Names) *elements {
	e := &elements{}
	e.by, _ = cover(regions, names)
	for c := range e.by {
		e.by[c] = slices.Compact(e.by[c])
		e.first = append(e.first, e.n)
		e.n += len(e.by[c])
	}
	return e
}

// hits is the set of elements that the target in work touches. The slice is valid until buf is used again.
func (e *elements) hits(buf *buffers) []uint64 {
	out := buf.take((e.n + 63) / 64)
	for c, list := range e.by {
		at, stretches := 0, buf.spans.by[c]
		for i, u := range list {
			at = after(stretches, at, u.start)
			if at == len(stretches) {
				break
			}
			if stretches[at].start < u.end {
				setBits(out, e.first[c]+i, e.first[c]+i+1)
			}
		}
	}
	return out
}

// members finds, for every element, the bins of the rows that it overlaps, as n bits.
func (e *elements) members(f *frame, rows []int) []uint64 {
	out := make([]uint64, e.n*f.words)
	bins := make([]uint64, f.words)
	for begin := 0; begin < len(rows); {
		chrom := f.rows[rows[begin]].chrom
		end := begin
		for end < len(rows) && f.rows[rows[end]].chrom == chrom {
			end++
		}
		tree := newTree(f, rows[begin:end])
		for i, u := range e.by[chrom] {
			dst := out[(e.first[chrom]+i)*f.words : (e.first[chrom]+i+1)*f.words]
			tree.overlaps(u, func(r row) bool {
				lo := (max(u.start, r.start) - r.start) / r.size
				hi := (min(u.end, r.start+int64(f.n)*r.size) - 1 - r.start) / r.size
				clear(bins)
				setBits(bins, int(lo), int(hi)+1)
				if r.minus {
					reverseBits(bins, f.n)
				}
				full := 0
				for w := range dst {
					dst[w] |= bins[w]
					full += int(countBits(dst[w : w+1]))
				}
				return full < f.n
			})
		}
		begin = end
	}
	return out
}

// tree finds the rows of one chromosome that overlap a stretch: rows sorted by start, and the furthest end of every
// block of 1, 2, 4 … of them, so that blocks that end too early are passed over at once.
type tree struct {
	rows []row
	ends [][]int64 // by level
	n    int64
}

func newTree(f *frame, rows []int) *tree {
	t := &tree{n: int64(f.n)}
	ends := make([]int64, len(rows))
	for i, at := range rows {
		r := f.rows[at]
		t.rows = append(t.rows, r)
		ends[i] = r.start + t.n*r.size
	}
	for t.ends = append(t.ends, ends); len(ends) > 1; t.ends = append(t.ends, ends) {
		up := make([]int64, (len(ends)+1)/2)
		for i := range up {
			up[i] = max(ends[2*i], ends[min(2*i+1, len(ends)-1)])
		}
		ends = up
	}
	return t
}

// overlaps calls fn with the rows that overlap u, until it returns false.
func (t *tree) overlaps(u span, fn func(row) bool) {
	t.visit(len(t.ends)-1, 0, u, fn)
}

func (t *tree) visit(level, block int, u span, fn func(row) bool) bool {
	if t.ends[level][block] <= u.start || t.rows[block<<level].start >= u.end {
		return true
	}
	if level == 0 {
		return fn(t.rows[block])
	}
	if !t.visit(level-1, 2*block, u, fn) {
		return false
	}
	return 2*block+1 >= len(t.ends[level-1]) || t.visit(level-1, 2*block+1, u, fn)
}

// count sums the members of the elements that are hit.
func (e *elements) count(f *frame, members, hits []uint64) tally {
	c := newCounter(f.n)
	hit := int64(0)
	for i := range e.n {
		if hits[i/64]>>(i%64)&1 == 1 {
			m := members[i*f.words : (i+1)*f.words]
			c.add(m, m)
			hit++
		}
	}
	return tally{c.total(), hit}
}
