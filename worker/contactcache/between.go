package contactcache

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"

	"regioscope/worker/compute/expected"
)

// A file of an expected between arms and between chromosomes: "RGSCBTWN", version (4), CRC-32C of the rest (4), the number
// of pairs of arms (8), and for each its arms (4 each), the number of diagonals (8) and these as in a file of an expected;
// then the number of pairs of chromosomes (8), and for each its chromosomes (4 each), valid pixels, sum of counts and sum of
// balanced values (8 each).
const (
	betweenMagic   = "RGSCBTWN"
	betweenVersion = 1
)

// maxArmPairs is for how many pairs of arms the expected is computed when that of one is asked for.
const maxArmPairs = 1000

// allPairs are the pairs whose expected is worth computing along with some: all, unless there are very many.
func (s *Store) allPairs(l Level, arms, chroms []expected.Pair) (allArms, allChroms []expected.Pair, err error) {
	if s.opt.Dir == "" || len(arms)+len(chroms) == 0 {
		return arms, chroms, nil
	}
	placed, _, err := expected.Arms(l, l.View, l.Aliases)
	if err != nil {
		return nil, nil, err
	}
	allArms, allChroms = expected.AllPairs(placed)
	if len(allArms) > maxArmPairs {
		allArms = arms
	}
	return allArms, allChroms, nil
}

func (s *Store) keepBetween(l Level, b *expected.Between) {
	if s.opt.Dir == "" || b == nil || len(b.Arms)+len(b.Chroms) == 0 {
		return
	}
	if name, err := s.expectedName(l, ".between"); err == nil {
		s.write(name, encodeBetween(b))
	}
}

// loadBetween reads an expected between pairs that was kept, and returns the part that is asked for, or nil.
func (s *Store) loadBetween(l Level, arms, chroms []expected.Pair, ignoreDiags int) *expected.Between {
	var b *expected.Between
	s.load(l, ".between", func(data []byte) (err error) {
		b, err = decodeBetween(data, l)
		return err
	})
	if b == nil {
		return nil
	}
	part := &expected.Between{BinSize: b.BinSize, Arms: make(map[expected.Pair]*expected.Region), Chroms: make(map[expected.Pair]*expected.Block)}
	for _, p := range arms {
		if part.Arms[p] = b.Arms[p]; part.Arms[p] == nil {
			return nil
		}
	}
	for _, p := range chroms {
		if part.Chroms[p] = b.Chroms[p]; part.Chroms[p] == nil {
			return nil
		}
	}
	return part.Ignore(ignoreDiags)
}

func encodeBetween(b *expected.Between) []byte {
	le := binary.LittleEndian
	out := make([]byte, tableHead)
	copy(out, betweenMagic)
	le.PutUint32(out[8:], betweenVersion)
	pair := func(p expected.Pair) {
		out = le.AppendUint32(le.AppendUint32(out, uint32(p.A)), uint32(p.B))
	}
	out = le.AppendUint64(out, uint64(len(b.Arms)))
	for _, p := range pairsOf(b.Arms) {
		pair(p)
		out = appendDiagonals(out, b.Arms[p])
	}
	out = le.AppendUint64(out, uint64(len(b.Chroms)))
	for _, p := range pairsOf(b.Chroms) {
		pair(p)
		block := b.Chroms[p]
		out = le.AppendUint64(out, uint64(block.NValid))
		out = le.AppendUint64(out, math.Float64bits(block.CountSum))
		out = le.AppendUint64(out, math.Float64bits(block.BalancedSum))
	}
	le.PutUint32(out[12:], crc32.Checksum(out[tableHead:], castagnoli))
	return out
}

func pairsOf[T any](m map[expected.Pair]T) []expected.Pair {
	list := make([]expected.Pair, 0, len(m))
	for p := range m {
		list = append(list, p)
	}
	slices.SortFunc(list, func(x, y expected.Pair) int {
		if x.A != y.A {
			return x.A - y.A
		}
		return x.B - y.B
	})
	return list
}

func decodeBetween(data []byte, l Level) (*expected.Between, error) {
	placed, _, err := expected.Arms(l, l.View, l.Aliases)
	if err != nil {
		return nil, err
	}
	le := binary.LittleEndian
	if len(data) < tableHead || string(data[:8]) != betweenMagic || le.Uint32(data[8:]) != betweenVersion ||
		crc32.Checksum(data[tableHead:], castagnoli) != le.Uint32(data[12:]) {
		return nil, errTable
	}
	r := &numbers{data: data[tableHead:]}
	b := &expected.Between{BinSize: l.BinSize(), Arms: make(map[expected.Pair]*expected.Region), Chroms: make(map[expected.Pair]*expected.Block)}
	for range r.next() {
		p := r.pair()
		if r.short || p.A >= p.B || p.B >= len(placed) || placed[p.A].Chrom != placed[p.B].Chrom {
			return nil, errTable
		}
		region := expected.EmptyBetween(placed[p.A], placed[p.B])
		data, ok := r.diagonals(region)
		if !ok {
			return nil, errTable
		}
		fill(region, data)
		b.Arms[p] = region
	}
	for range r.next() {
		p := r.pair()
		if r.short || p.A >= p.B || p.B >= len(l.Chroms()) {
			return nil, errTable
		}
		b.Chroms[p] = &expected.Block{NValid: int64(r.next()), CountSum: math.Float64frombits(r.next()), BalancedSum: math.Float64frombits(r.next())}
	}
	if r.short || len(r.data) > 0 {
		return nil, errTable
	}
	return b, nil
}

// numbers reads the numbers of a file one after the other. Where it ends too early they are 0, and short is set.
type numbers struct {
	data  []byte
	short bool
}

func (r *numbers) next() uint64 {
	if len(r.data) < 8 {
		r.short = true
		return 0
	}
	v := binary.LittleEndian.Uint64(r.data)
	r.data = r.data[8:]
	return v
}

func (r *numbers) pair() expected.Pair {
	v := r.next()
	return expected.Pair{A: int(uint32(v)), B: int(v >> 32)}
}

// diagonals takes what appendDiagonals wrote of a region, for fill.
func (r *numbers) diagonals(of *expected.Region) (data []byte, ok bool) {
	n := len(of.NValid)
	if r.next() != uint64(n) || len(r.data) < 24*n {
		return nil, false
	}
	data, r.data = r.data[:24*n], r.data[24*n:]
	return data, true
}

// fill reads the diagonals of a region.
func fill(to *expected.Region, data []byte) {
	le := binary.LittleEndian
	for d := range to.NValid {
		at := data[24*d:][:24]
		to.NValid[d] = int64(le.Uint64(at))
		to.CountSum[d], to.BalancedSum[d] = math.Float64frombits(le.Uint64(at[8:])), math.Float64frombits(le.Uint64(at[16:]))
	}
}

// fillAverages reads the diagonals of a region for their averages alone; see expected.Table.Ignore.
func fillAverages(to *expected.Region, data []byte, ignore int) {
	le := binary.LittleEndian
	for d := range to.BalancedAvg {
		at := data[24*d:][:24]
		to.BalancedAvg[d] = expected.Average(math.Float64frombits(le.Uint64(at[16:])), int64(le.Uint64(at)))
		if d < ignore {
			to.BalancedAvg[d] = math.NaN()
		}
	}
	to.NValid, to.CountSum, to.BalancedSum = nil, nil, nil
}

// appendDiagonals writes the number of diagonals, and of each the valid pixels and the sums.
func appendDiagonals(out []byte, r *expected.Region) []byte {
	le := binary.LittleEndian
	out = slices.Grow(out, 8+24*len(r.NValid))
	out = le.AppendUint64(out, uint64(len(r.NValid)))
	for d := range r.NValid {
		out = le.AppendUint64(out, uint64(r.NValid[d]))
		out = le.AppendUint64(out, math.Float64bits(r.CountSum[d]))
		out = le.AppendUint64(out, math.Float64bits(r.BalancedSum[d]))
	}
	return out
}
