package pileup

import (
	"sort"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

// Reasons in the ledger.
const (
	lostChrom    = "chromosome not in the map"
	lostOutside  = "outside the chromosome"
	lostNoArm    = "no arm of the view at the window"
	lostEdge     = "window leaves its arm"
	lostArms     = "anchors in different arms"
	lostNarrow   = "interval narrower than one bin"
	lostMasked   = "all bins masked"
	lostCrossExp = "no expected between the arms of the anchors"
	lostNoValue  = "no cell with a value"
)

// window is the place of one region in one job. Bins are counted over the genome; ranges are half-open.
type window struct {
	pos      int32 // of the region in the selection
	row, col int32 // first bin of the rows and of the columns, possibly outside the map
	rows     int32 // numbers of bins
	cols     int32
	r0, r1   int32 // the rows and columns inside the arms
	c0, c1   int32
	arm      int32 // the arm of both anchors, or the curve of expected between them, or −1
	flip     bool
}

// onDiagonal tells whether rows and columns are the same bins.
func (w *window) onDiagonal() bool {
	return w.row == w.col && w.rows == w.cols && w.r0 == w.c0 && w.r1 == w.c1
}

// span is one axis of a window.
type span struct {
	first, bins int32
	lo, hi      int32
	arm, chrom  int
}

// place finds the windows of a job, sorted by first row, and opens its ledger.
func (g *grid) place(j Job, regions []genome.Region) ([]window, *ledger.Ledger) {
	book := ledger.New(len(regions))
	windows := make([]window, 0, len(regions))
	for i, region := range regions {
		w, stage, reason := g.placeOne(j, region, book)
		if reason != "" {
			book.Lose(stage, region.Index, reason)
			continue
		}
		w.pos = int32(i)
		windows = append(windows, w)
	}
	sortWindows(windows)
	return windows, book
}

// sortWindows puts windows in the order in which they are added.
func sortWindows(windows []window) {
	// The key is the same for a pair and for the pair turned around, so that turning all pairs transposes the result
	// without changing the order of a single addition.
	sort.Slice(windows, func(a, b int) bool {
		x, y := &windows[a], &windows[b]
		if fx, fy := min(x.r0, x.c0), min(y.r0, y.c0); fx != fy {
			return fx < fy
		}
		if lx, ly := max(x.r1, x.c1), max(y.r1, y.c1); lx != ly {
			return lx < ly
		}
		return x.pos < y.pos
	})
}

// matches notes by which rules the names of chromosomes were matched. *ledger.Ledger does.
type matches interface{ Match(genome.AliasRule) }

func (g *grid) placeOne(j Job, region genome.Region, book matches) (w window, stage ledger.Stage, reason string) {
	a, b, stage, reason := g.placeAnchors(j, region, book)
	if reason != "" {
		return w, stage, reason
	}
	w = window{row: a.first, rows: a.bins, r0: a.lo, r1: a.hi, col: b.first, cols: b.bins, c0: b.lo, c1: b.hi, arm: g.curve(a, b)}
	w.flip = g.opt.Oriented && region.A.Strand == '-' && region.B.Strand == '-'
	return w, "", ""
}

// placeAnchors finds the bins of both anchors.
func (g *grid) placeAnchors(j Job, region genome.Region, book matches) (a, b span, stage ledger.Stage, reason string) {
	a, stage, reason = g.placeAnchor(j, region.A, book)
	if region.B == region.A {
		return a, a, stage, reason
	}
	b, stageB, reasonB := g.placeAnchor(j, region.B, book)
	if reasonB != "" && (reason == "" || earlier(stageB, stage)) {
		stage, reason = stageB, reasonB
	}
	if reason == "" && a.arm != b.arm && a.chrom == b.chrom && !g.opt.CrossArm {
		stage, reason = ledger.Assigned, lostArms
	}
	return a, b, stage, reason
}

func earlier(a, b ledger.Stage) bool {
	for _, s := range ledger.Stages {
		if s == a || s == b {
			return s == a && a != b
		}
	}
	return false
}

// placeAnchor finds the bins of one anchor's window (reference back end §6.1–6.3, §6.8): around a point the bin of the
// point and window/bin bins on either side; of an interval, enlarged by the flanks, the bins from that of its start up to,
// not including, that of its end. The arm is the one that the window overlaps longest, the first of equals.
func (g *grid) placeAnchor(j Job, a genome.Anchor, book matches) (s span, stage ledger.Stage, reason string) {
	chrom, rule := g.names.Resolve(a.Chrom)
	book.Match(rule)
	if chrom < 0 {
		return s, ledger.Matched, lostChrom
	}
	b, length := g.BinSize(), g.chroms[chrom].Length
	var lo, hi, start, end int64 // bins on the chromosome; window in bp
	if j.Percent > 0 {
		if a.Start < 0 || a.End < a.Start || a.End > length {
			return s, ledger.Inside, lostOutside
		}
		start, end = genome.Expand(a.Start, a.End)
		lo, hi = floorDiv(start, b), floorDiv(end, b)
		if hi <= lo {
			return s, ledger.Assigned, lostNarrow
		}
	} else {
		mid := a.Mid()
		if mid < 0 || mid >= length {
			return s, ledger.Inside, lostOutside
		}
		lo, hi = mid/b-j.Window/b, mid/b+j.Window/b+1
		start, end = lo*b, hi*b
	}
	s.arm, s.chrom = -1, chrom
	var longest int64
	for _, i := range g.byChrom[chrom] {
		arm := g.arms[i]
		if overlap := min(end, arm.End, length) - max(start, arm.Start); overlap > longest {
			s.arm, longest = i, overlap
		}
	}
	if s.arm < 0 {
		return s, ledger.Assigned, lostNoArm
	}
	offset := g.ChromOffset(chrom)
	arm := g.arms[s.arm]
	first, last := max(offset+lo, arm.Lo), min(offset+hi, arm.Hi)
	if last <= first {
		return s, ledger.Assigned, lostNoArm
	}
	if g.opt.Edge != Pad && last-first != hi-lo {
		return s, ledger.Assigned, lostEdge
	}
	s.first, s.bins = int32(offset+lo), int32(hi-lo)
	s.lo, s.hi = int32(first), int32(last)
	return s, "", ""
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b != 0 && (a < 0) != (b < 0) {
		q--
	}
	return q
}
