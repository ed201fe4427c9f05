package pileup

import (
	"cmp"
	"fmt"
	"slices"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

// Between lists which pairs of arms of one chromosome, and of chromosomes, the windows of the jobs lie between: those of
// which OE needs an expected beside that of single arms. Both lists are empty for one-dimensional region sets. Of opt
// count View, Aliases, Edge, CrossArm and Subset.
func Between(m Matrix, regions []genome.Region, jobs []Job, opt Options) (arms, chroms []expected.Pair, err error) {
	selected, err := pick(regions, opt.Subset)
	if err != nil || !slices.ContainsFunc(selected, func(r genome.Region) bool { return r.A != r.B }) {
		return nil, nil, err
	}
	opt.Values, opt.Weights = nil, nil
	g, err := newGrid(m, opt)
	if err != nil {
		return nil, nil, err
	}
	armPairs, chromPairs := make(map[expected.Pair]bool), make(map[expected.Pair]bool)
	book := ledger.New(len(selected))
	for _, j := range jobs {
		for _, region := range selected {
			a, b, _, reason := g.placeAnchors(j, region, book)
			switch {
			case reason != "" || a.arm == b.arm:
			case a.chrom == b.chrom:
				armPairs[expected.NewPair(a.arm, b.arm)] = true
			default:
				chromPairs[expected.NewPair(a.chrom, b.chrom)] = true
			}
		}
	}
	return sorted(armPairs), sorted(chromPairs), nil
}

func sorted(pairs map[expected.Pair]bool) []expected.Pair {
	var list []expected.Pair
	for p := range pairs {
		list = append(list, p)
	}
	slices.SortFunc(list, func(x, y expected.Pair) int { return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B)) })
	return list
}

// setBetween adds the curves between arms and between chromosomes behind those of the arms.
func (g *grid) setBetween(b *expected.Between) error {
	if b == nil || g.transOf != nil {
		return nil
	}
	if b.BinSize != g.BinSize() {
		return fmt.Errorf("%w (between arms: %d bp, the map has %d bp)", ErrNoExpected, b.BinSize, g.BinSize())
	}
	g.betweenOf, g.transOf = make(map[expected.Pair]int32), make(map[expected.Pair]int32)
	for p, region := range b.Arms {
		if p.B >= len(g.arms) || g.arms[p.A].Lo != region.Lo || g.arms[p.A].Chrom != g.arms[p.B].Chrom {
			return fmt.Errorf("%w (between arms %v)", ErrNoExpected, p)
		}
		g.betweenOf[p] = g.addCurve(region.BalancedAvg)
	}
	for p, block := range b.Chroms {
		if flat := invert(block.BalancedAvg); flat != 0 {
			at := g.addCurve(nil)
			g.flat[at] = flat
			g.transOf[p] = at
		}
	}
	return nil
}

// curve finds the expected for a window between two anchors: the place of their arm, or of the curve between their arms
// or chromosomes; −1 where there is none.
func (g *grid) curve(a, b span) int32 {
	if a.arm == b.arm {
		return int32(a.arm)
	}
	pairs, key := g.betweenOf, expected.NewPair(a.arm, b.arm)
	if a.chrom != b.chrom {
		pairs, key = g.transOf, expected.NewPair(a.chrom, b.chrom)
	}
	if at, ok := pairs[key]; ok {
		return at
	}
	return -1
}

// inverted is 1 / expected of a window's cell, 0 where that is undefined.
func (g *grid) inverted(w *window, row, col int32) float64 {
	if flat := g.flat[w.arm]; flat != 0 {
		return flat
	}
	return g.inverse[w.arm][distance(row, col)]
}
