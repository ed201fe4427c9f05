package pileup

import (
	"context"
	"fmt"
	"slices"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

// Prepared is a region set placed on a map, of which any rows can be averaged at once: what does not depend on the rows,
// the windows in order, weights and expected, is there. It needs no pixels but those that Average is given, and is safe
// for concurrent use.
type Prepared struct {
	g       *grid
	job     Job
	windows []window // all of the set, in the order in which they are added; pos is the row
	reach   int32    // the largest distance between bins of a window, and 1
	fate    []fate   // by row
	rules   []genome.AliasRule
	losses  []ledger.Loss // kinds of losses
	kept    *keeper       // of intervals; nil: nothing is kept
	keeps   int64         // bytes
}

// fate is what became of a row: the rules of its anchors, and its loss, as places in the lists of Prepared plus 1.
type fate struct {
	rules [2]uint8
	loss  uint8
}

// Prepare places a region set, whose indices must be the places in the slice, for Average. Of opt, Subset, Near, Progress
// and what is made of single regions do not count.
func Prepare(m Matrix, regions []genome.Region, job Job, opt Options) (*Prepared, error) {
	if err := job.Check(m.BinSize()); err != nil {
		return nil, err
	}
	opt.Subset, opt.Near, opt.Progress, opt.Snippets, opt.Vectors, opt.AverageOnly, opt.Bootstrap = nil, nil, nil, nil, nil, true, 0
	if len(opt.Values) == 0 {
		opt.Values = []Value{ICCF}
	}
	g, err := newGrid(m, opt)
	if err != nil {
		return nil, err
	}
	p := &Prepared{g: g, job: job, windows: make([]window, 0, len(regions)), fate: make([]fate, len(regions))}
	for i, region := range regions {
		if region.Index != i {
			return nil, fmt.Errorf("region %d has index %d", i, region.Index)
		}
		note := anchors{p: p, fate: &p.fate[i]}
		w, stage, reason := g.placeOne(job, region, &note)
		if reason != "" {
			p.fate[i].loss = uint8(p.lossOf(stage, reason) + 1)
			continue
		}
		w.pos = int32(i)
		p.windows = append(p.windows, w)
		p.reach = max(p.reach, w.extent())
	}
	sortWindows(p.windows)
	return p, nil
}

// Keep makes room for the rescaled snippets of as many intervals as fit into some bytes: the upper triangle, 4 bytes a cell.
// Those that an Average has made are not made again. Windows of a fixed size are as fast without, and are not kept.
func (p *Prepared) Keep(bytes int64) {
	if p.job.Percent == 0 {
		return
	}
	snippets := int64(len(p.windows)) * int64(len(p.g.opt.Values))
	cells := int64(packedCells(p.job.Bins(p.g.BinSize())))
	p.keeps = min(bytes, snippets*cells*4*5/4) // and some gaps
	p.kept = newKeeper(len(p.g.opt.Values), len(p.fate), p.keeps)
}

// anchors notes the rules of the anchors of a row.
type anchors struct {
	p    *Prepared
	fate *fate
	n    int
}

func (a *anchors) Match(rule genome.AliasRule) {
	at := slices.Index(a.p.rules, rule)
	if at < 0 {
		at = len(a.p.rules)
		a.p.rules = append(a.p.rules, rule)
	}
	a.fate.rules[a.n] = uint8(at + 1)
	a.n++
}

func (p *Prepared) lossOf(stage ledger.Stage, reason string) int {
	for i, l := range p.losses {
		if l.Stage == stage && l.Reason == reason {
			return i
		}
	}
	p.losses = append(p.losses, ledger.Loss{Stage: stage, Reason: reason})
	return len(p.losses) - 1
}

// Within tells whether all windows lie among pixels less than width bins from the diagonal.
func (p *Prepared) Within(width int32) bool { return p.g.upper && p.reach <= width }

// Bytes is about how much memory it takes.
func (p *Prepared) Bytes() int64 {
	n := p.keeps + 64*int64(len(p.windows)) + 3*int64(len(p.fate)) + 14*int64(len(p.g.weights))
	for _, curve := range p.g.inverse {
		n += 12 * int64(len(curve))
	}
	if p.job.Percent > 0 { // the kernels, one for every size
		sizes := make(map[int32]bool)
		for _, w := range p.windows {
			if !sizes[w.rows] {
				sizes[w.rows] = true
				n += 160 * (int64(w.rows) + int64(p.job.Bins(p.g.BinSize())))
			}
		}
	}
	return n
}

// Average is Compute of rows of the set with AverageOnly, one result per value, to the last bit. rows must be ascending,
// distinct and of the set; near must have all pixels of the windows (see Within).
func (p *Prepared) Average(ctx context.Context, near Near, rows []int) ([]*Result, error) {
	if !p.Within(near.Width()) {
		return nil, fmt.Errorf("windows reach %d bins from the diagonal, the band %d", p.reach-1, near.Width())
	}
	g := *p.g
	g.opt.Near = near
	windows, book, err := p.pick(rows)
	if err != nil {
		return nil, err
	}
	run := startJob(&g, 0, p.job, rows, windows, book)
	run.kept = p.kept
	if err := sweep(ctx, &g, []*jobRun{run}); err != nil {
		return nil, fmt.Errorf("pileup at %d bp: %w", g.BinSize(), err)
	}
	var results []*Result
	for v := range g.opt.Values {
		results = append(results, run.result(v))
	}
	return results, nil
}

// pick finds the windows of rows and opens their ledger.
func (p *Prepared) pick(rows []int) ([]window, *ledger.Ledger, error) {
	place := make([]int32, len(p.fate)) // of a row in rows, plus 1
	book := ledger.New(len(rows))
	matched := make([]int, len(p.rules)+1)
	last := -1
	for i, row := range rows {
		if row <= last || row >= len(p.fate) {
			return nil, nil, fmt.Errorf("subset: row %d after %d, of %d rows", row, last, len(p.fate))
		}
		last = row
		place[row] = int32(i) + 1
		f := p.fate[row]
		matched[f.rules[0]]++
		matched[f.rules[1]]++
		if f.loss > 0 {
			l := p.losses[f.loss-1]
			book.Lose(l.Stage, row, l.Reason)
		}
	}
	for i, rule := range p.rules {
		if n := matched[i+1]; n > 0 {
			if book.Aliases == nil {
				book.Aliases = make(map[genome.AliasRule]int)
			}
			book.Aliases[rule] = n
		}
	}
	windows := make([]window, 0, len(rows))
	for _, w := range p.windows {
		if at := place[w.pos]; at > 0 {
			w.pos = at - 1
			windows = append(windows, w)
		}
	}
	return windows, book, nil
}
