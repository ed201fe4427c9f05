package expected

import (
	"context"
	"slices"
	"sort"

	"regioscope/worker/format/cool"
)

// crossSweep adds pixels to what their row and column belong to.
type crossSweep struct {
	offsets  []int64
	weights  []float64 // 0 where masked; nil: all 1
	progress func(done, total int64)

	targets     []*crossTarget // by first row
	active      []*crossTarget
	next        int
	row         int64
	done, total int64
}

// crossTarget takes the pixels of some rows and columns, by distance or in one sum.
type crossTarget struct {
	rowLo, rowHi, colLo, colHi int64
	strict                     bool // leave the main diagonal to the same target turned around
	region                     *Region
	block                      *Block
}

// add makes the pixels with rows in x and columns in y count; only those on and above the diagonal are looked at.
func (s *crossSweep) add(x, y Arm, region *Region, block *Block) {
	if y.Hi <= x.Lo {
		if block == nil {
			return
		}
		x, y = y, x // chromosomes in another order than asked for
	}
	s.targets = append(s.targets, &crossTarget{rowLo: x.Lo, rowHi: x.Hi, colLo: y.Lo, colHi: y.Hi, region: region, block: block,
		strict: block == nil && x.Lo > y.Lo})
}

func (s *crossSweep) run(ctx context.Context, m Matrix, threads int) error {
	var ranges []cool.PixelRange
	for _, t := range s.targets {
		lo, hi := s.offsets[t.rowLo], s.offsets[t.rowHi]
		if n := len(ranges); n > 0 && lo <= ranges[n-1].Hi {
			ranges[n-1].Hi = max(ranges[n-1].Hi, hi)
		} else if lo < hi {
			ranges = append(ranges, cool.PixelRange{Lo: lo, Hi: hi})
		}
	}
	for _, r := range ranges {
		s.total += r.Hi - r.Lo
	}
	if len(ranges) == 0 {
		return ctx.Err()
	}
	return m.Sweep(ctx, ranges, max(1, threads), s.block)
}

func (s *crossSweep) block(b cool.Block) error {
	end := b.Lo + int64(len(b.Bin2))
	for at := b.Lo; at < end; {
		if s.row < 0 || at >= s.offsets[s.row+1] {
			s.enter(int64(sort.Search(len(s.offsets), func(i int) bool { return s.offsets[i] > at })) - 1)
		}
		stop := min(end, s.offsets[s.row+1])
		for _, t := range s.active {
			s.sum(t, b.Bin2[at-b.Lo:stop-b.Lo], b.Count[at-b.Lo:stop-b.Lo])
		}
		at = stop
	}
	s.done += end - b.Lo
	s.progress(s.done, s.total)
	return nil
}

func (s *crossSweep) enter(row int64) {
	s.row = row
	for s.next < len(s.targets) && s.targets[s.next].rowLo <= row {
		s.active = append(s.active, s.targets[s.next])
		s.next++
	}
	s.active = slices.DeleteFunc(s.active, func(t *crossTarget) bool { return row >= t.rowHi })
}

// sum adds pixels of the current row, whose columns ascend, to one target. A count that is no number is missing.
func (s *crossSweep) sum(t *crossTarget, cols []int32, counts []float64) {
	lo := max(t.colLo, s.row)
	if t.strict {
		lo = max(t.colLo, s.row+1)
	}
	from, _ := slices.BinarySearch(cols, int32(lo))
	to, _ := slices.BinarySearch(cols, int32(t.colHi))
	weight := 1.0
	if s.weights != nil {
		weight = s.weights[s.row]
	}
	var raw, balanced float64
	if t.block != nil { // pixel by pixel, wherever the row is cut
		raw, balanced = t.block.CountSum, t.block.BalancedSum
	}
	for k := from; k < to; k++ {
		count := counts[k]
		if count-count != 0 {
			continue
		}
		value := count * weight
		if s.weights != nil {
			value *= s.weights[cols[k]]
		}
		if t.block != nil {
			raw += count
			balanced += value
			continue
		}
		d := int64(cols[k]) - s.row
		t.region.CountSum[d] += count
		t.region.BalancedSum[d] += value
	}
	if t.block != nil {
		t.block.CountSum, t.block.BalancedSum = raw, balanced
	}
}
