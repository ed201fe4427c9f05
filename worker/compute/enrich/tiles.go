package enrich

import (
	"slices"
	"sort"

	"regioscope/worker/genome"
)

// tiles cut the genome, chromosome after chromosome, into windows of given widths, taken in turn and over and over. The
// last tile of a chromosome is cut at its end, and the next chromosome goes on with the width after it. Nothing is stored
// per tile: the pattern of widths has running sums, and where a base lies in it is a division and a search.
type tiles struct {
	ends  []int64 // running sums of the widths, one period
	phase []int   // tile of the pattern with which each chromosome begins
	n     int64   // tiles in the genome
	index []int32 // first tile of the pattern that ends behind i << shift
	shift uint
}

// newTiles takes the widths in shuffled order; the same widths in any order make the same tiles.
func newTiles(widths []int64, chroms []genome.Chrom) *tiles {
	t := &tiles{ends: slices.Clone(widths), phase: make([]int, len(chroms))}
	if len(widths) == 0 {
		return t
	}
	slices.Sort(t.ends)
	shuffle(t.ends)
	for i := 1; i < len(t.ends); i++ {
		t.ends[i] += t.ends[i-1]
	}
	period := t.ends[len(t.ends)-1]
	for period>>t.shift > int64(2*len(t.ends)) {
		t.shift++
	}
	t.index = make([]int32, period>>t.shift+1)
	for i, tile := 0, 0; i < len(t.index); i++ {
		for tile < len(t.ends)-1 && t.ends[tile] <= int64(i)<<t.shift {
			tile++
		}
		t.index[i] = int32(tile)
	}
	next := 0
	for c, chrom := range chroms {
		t.phase[c] = next
		last := t.at(c, chrom.Length-1)
		t.n += last + 1
		next = int((int64(next) + last + 1) % int64(len(t.ends)))
	}
	return t
}

// at is the number, from 0 on in its chromosome, of the tile that holds base x.
func (t *tiles) at(chrom int, x int64) int64 {
	phase := t.phase[chrom]
	if phase > 0 {
		x += t.ends[phase-1]
	}
	period := t.ends[len(t.ends)-1]
	rounds := x / period
	x -= rounds * period
	i := int(t.index[x>>t.shift])
	for steps := 0; t.ends[i] <= x; i++ {
		if steps++; steps > 8 {
			i += sort.Search(len(t.ends)-i, func(k int) bool { return t.ends[i+k] > x })
			break
		}
	}
	return rounds*int64(len(t.ends)) + int64(i-phase)
}

// touched counts the tiles that the stretches touch.
func (t *tiles) touched(s *spans) (n int64) {
	if t.n == 0 {
		return 0
	}
	for c, list := range s.by {
		next := int64(0)
		for _, at := range list {
			first, last := max(next, t.at(c, at.start)), t.at(c, at.end-1)
			if last >= first {
				n += last - first + 1
				next = last + 1
			}
		}
	}
	return n
}

// binsOf counts the bins of the genome, and touchedBins those that the stretches touch.
func binsOf(chroms []genome.Chrom, bin int64) (n int64) {
	for _, c := range chroms {
		n += (c.Length + bin - 1) / bin
	}
	return n
}

func touchedBins(s *spans, bin int64) (n int64) {
	for _, list := range s.by {
		next := int64(0)
		for _, at := range list {
			first, last := max(next, at.start/bin), (at.end-1)/bin
			if last >= first {
				n += last - first + 1
				next = last + 1
			}
		}
	}
	return n
}

// shuffle is Fisher's and Yates's, on splitmix64 (Steele et al. 2014) from a fixed seed: part of the definition of the
// universe, so its own code rather than a library that may change.
func shuffle(v []int64) {
	state := uint64(42)
	for i := len(v) - 1; i > 0; i-- {
		state += 0x9e3779b97f4a7c15
		z := (state ^ state>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		z ^= z >> 31
		j := int(z % uint64(i+1))
		v[i], v[j] = v[j], v[i]
	}
}
