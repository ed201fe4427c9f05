package enrich

import (
	"math/bits"

	"regioscope/worker/genome"
)

// grid lays out the bins of the genome as bits, chromosome after chromosome, with room for a window on both sides of
// each, so that windows over the end of a chromosome read zeros.
type grid struct {
	bin   int64
	first []int // bit of bin 0 of each chromosome
	bits  int
}

// maxGrid is the largest number of bits; finer bins are swept instead.
const maxGrid = 1 << 28

// newGrid is nil when the bins are too many.
func newGrid(chroms []genome.Chrom, bin int64, room int) *grid {
	g := &grid{bin: bin, first: make([]int, len(chroms)), bits: room}
	for c, chrom := range chroms {
		n := (chrom.Length + bin - 1) / bin
		if n > maxGrid || g.bits > maxGrid {
			return nil
		}
		g.first[c] = g.bits
		g.bits += int(n) + room
	}
	return g
}

func (g *grid) words() int { return g.bits/64 + 2 }

// mark sets the bits of all bins that the stretches touch; set is empty before.
func (g *grid) mark(set []uint64, s *spans) {
	for c, list := range s.by {
		for _, at := range list {
			setBits(set, g.first[c]+int(at.start/g.bin), g.first[c]+int((at.end-1)/g.bin)+1)
		}
	}
}

// gridSet is a bit set of a grid; stale when it is of another target than the one in work.
type gridSet struct {
	bits  []uint64
	stale bool
}

// next begins another target.
func (b *buffers) next(s *spans) {
	b.spans = s
	for _, set := range b.sets {
		set.stale = true
	}
}

// hits gives n bits per row: bit k tells whether the target touches bin k. The slice is valid until buf is used again.
func (f *frame) hits(buf *buffers) []uint64 {
	out := buf.take(len(f.rows) * f.words)
	if f.grid != nil {
		f.cut(out, buf.set(f.grid))
	} else {
		f.sweep(out, buf.spans)
	}
	for i, r := range f.rows {
		if r.minus {
			reverseBits(out[i*f.words:(i+1)*f.words], f.n)
		}
	}
	return out
}

func (b *buffers) take(n int) []uint64 {
	if cap(b.rows) < n {
		b.rows = make([]uint64, n)
	}
	clear(b.rows[:n])
	return b.rows[:n]
}

// set is the bit set of the target in work on a grid.
func (b *buffers) set(g *grid) []uint64 {
	set := b.sets[g]
	if set == nil {
		set = &gridSet{bits: make([]uint64, g.words())}
		b.sets[g] = set
	} else if !set.stale {
		return set.bits
	} else {
		clear(set.bits)
	}
	g.mark(set.bits, b.spans)
	set.stale = false
	return set.bits
}

// cut reads the windows out of the bit set of the grid.
func (f *frame) cut(out, set []uint64) {
	rest := f.n % 64
	for i, r := range f.rows {
		at := f.grid.first[r.chrom] + int(floorDiv(r.start, f.grid.bin))
		word, shift := at>>6, uint(at&63)
		dst := out[i*f.words : (i+1)*f.words]
		for w := range dst {
			dst[w] = set[word+w]>>shift | set[word+w+1]<<(64-shift) // a shift by 64 is 0 in Go
		}
		if rest > 0 {
			dst[len(dst)-1] &= 1<<rest - 1
		}
	}
}

// sweep walks rows and stretches together, both ascending.
func (f *frame) sweep(out []uint64, s *spans) {
	chrom, first := -1, 0
	var list []span
	for i, r := range f.rows {
		if r.chrom != chrom {
			chrom, first, list = r.chrom, 0, s.by[r.chrom]
		}
		first = after(list, first, r.start)
		end := r.start + int64(f.n)*r.size
		dst := out[i*f.words : (i+1)*f.words]
		for at := first; at < len(list) && list[at].start < end; {
			lo := (max(list[at].start, r.start) - r.start) / r.size
			hi := (min(list[at].end, end) - 1 - r.start) / r.size
			setBits(dst, int(lo), int(hi)+1)
			if hi == int64(f.n)-1 {
				break
			}
			at = after(list, at, r.start+(hi+1)*r.size) // others within bin hi tell nothing new
		}
	}
}

// setBits sets the bits from lo to hi-1.
func setBits(set []uint64, lo, hi int) {
	if lo >= hi {
		return
	}
	first, last := lo>>6, (hi-1)>>6
	head, tail := ^uint64(0)<<(lo&63), ^uint64(0)>>(63-(hi-1)&63)
	if first == last {
		set[first] |= head & tail
		return
	}
	set[first] |= head
	for w := first + 1; w < last; w++ {
		set[w] = ^uint64(0)
	}
	set[last] |= tail
}

// reverseBits turns a string of n bits round.
func reverseBits(set []uint64, n int) {
	for i, j := 0, len(set)-1; i <= j; i, j = i+1, j-1 {
		set[i], set[j] = bits.Reverse64(set[j]), bits.Reverse64(set[i])
	}
	shift := uint(64*len(set) - n)
	for i := range set {
		set[i] >>= shift
		if i+1 < len(set) && shift > 0 {
			set[i] |= set[i+1] << (64 - shift)
		}
	}
}

func countBits(set []uint64) (n int64) {
	for _, w := range set {
		n += int64(bits.OnesCount64(w))
	}
	return n
}
