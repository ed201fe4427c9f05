package bbi

import (
	"fmt"
	"slices"
)

// Range is a half-open stretch of a chromosome.
type Range struct{ Start, End uint32 }

// Interval is a half-open stretch of a chromosome on which the signal has one value. It is not empty. Value may be NaN.
type Interval struct {
	Start, End uint32
	Value      float32
}

// Block is a piece of the file that is decoded at once: intervals of a chromosome that lie, as the index says, between
// Start and End.
type Block struct {
	Start, End uint32
	Chrom      uint32 // its number in the file
	Offset     int64
	Size       int64 // in the file
}

// Blocks lists the blocks of chrom that overlap one of the ranges (sorted, disjoint), in the order of their starts.
// ErrNoChrom when there is no such chromosome.
func (f *File) Blocks(chrom string, ranges []Range) ([]Block, error) {
	i, ok := f.byName[chrom]
	if !ok {
		return nil, fmt.Errorf("%w: %q", ErrNoChrom, chrom)
	}
	var out []Block
	for _, b := range f.blocks[i] {
		k, _ := slices.BinarySearchFunc(ranges, b.start, func(r Range, start uint32) int {
			if r.End <= start {
				return -1
			}
			return 1
		})
		if k < len(ranges) && ranges[k].Start < b.end {
			out = append(out, Block{Start: b.start, End: b.end, Chrom: f.ids[i], Offset: b.offset, Size: b.size})
		}
	}
	return out, nil
}
