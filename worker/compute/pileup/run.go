package pileup

import (
	"context"
	"math"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

// jobRun is one job on its way: its windows, its lanes and what is known per region.
type jobRun struct {
	g       *grid
	index   int
	job     Job
	bins    int
	rows    []int // of the region set, by place in the selection
	windows []window
	book    *ledger.Ledger
	lanes   []*lane
	counts  [][]int64 // by value: finite values per cell, of Point jobs
	used    [][]bool  // by value: windows with any value
	spots   spots
	scores  [][]Score    // by value: per region
	quality [][]Quality  // by value: per region
	boot    []*resampler // by value
	kept    *keeper      // of a Prepared; may be nil
}

func newJobRun(g *grid, index int, j Job, regions []genome.Region) *jobRun {
	rows := make([]int, len(regions))
	for i, r := range regions {
		rows[i] = r.Index
	}
	windows, book := g.place(j, regions)
	return startJob(g, index, j, rows, windows, book)
}

// startJob prepares what the windows of a job are added to.
func startJob(g *grid, index int, j Job, rows []int, windows []window, book *ledger.Ledger) *jobRun {
	run := &jobRun{g: g, index: index, job: j, bins: j.Bins(g.BinSize()), rows: rows, windows: windows, book: book}
	run.spots = newSpots(run.bins)
	for _, v := range g.opt.Values {
		var scores []Score
		var quality []Quality
		if !g.opt.AverageOnly {
			scores, quality = make([]Score, len(rows)), make([]Quality, len(rows))
		}
		for i := range scores {
			scores[i], quality[i] = noScore(), noQuality()
		}
		run.scores, run.quality = append(run.scores, scores), append(run.quality, quality)
		run.boot = append(run.boot, newResampler(&run.spots, len(run.windows)))
		var n []int64
		used := make([]bool, len(run.windows))
		if j.Percent == 0 {
			n, used = run.count(v)
		}
		run.counts, run.used = append(run.counts, n), append(run.used, used)
	}
	lanes := min(laneCount(run.bins), len(run.windows))
	for i := range lanes {
		run.lanes = append(run.lanes, newLane(run, i, lanes))
	}
	return run
}

// result puts the sums of all lanes and kinds together.
func (run *jobRun) result(v int) *Result {
	size := run.bins * run.bins
	r := &Result{Job: run.job, Value: run.g.opt.Values[v], Rows: run.bins, Cols: run.bins,
		Sum: make([]float64, size), SumSq: make([]float64, size), N: run.counts[v],
		Scores: run.scores[v], Quality: run.quality[v], Average: run.boot[v].score(run.g.opt.Bootstrap, run.g.opt.Seed)}
	if r.N == nil {
		r.N = make([]int64, size)
	}
	for diagonal := range 2 {
		plain, flipped := run.total(v, diagonal*kindDiagonal), run.total(v, diagonal*kindDiagonal|kindFlip)
		for i := range size {
			r.Sum[i] += plain[i].sum + flipped[size-1-i].sum
			r.SumSq[i] += plain[i].sq + flipped[size-1-i].sq
		}
	}
	for _, l := range run.lanes {
		l.addCounts(v, r.N)
		for i, n := range l.missing[v] {
			r.N[i] -= n
		}
	}
	r.Ledger = run.account(v)
	return r
}

// total adds up one kind of sums over the lanes, in order, and mirrors those of windows on the diagonal.
func (run *jobRun) total(v, kind int) []cell {
	sums := make([]cell, run.bins*run.bins)
	for _, l := range run.lanes {
		for i, c := range l.sums[v][kind] {
			sums[i].sum += c.sum
			sums[i].sq += c.sq
		}
	}
	if kind&kindDiagonal != 0 {
		for r := range run.bins {
			for c := range r {
				sums[r*run.bins+c] = sums[c*run.bins+r]
			}
		}
	}
	return sums
}

// account closes the ledger of one value.
func (run *jobRun) account(v int) *ledger.Ledger {
	g, value, book := run.g, run.g.opt.Values[v], run.book.Clone()
	at := make([]int, len(run.rows))
	for i := range at {
		at[i] = -1
	}
	for i, w := range run.windows {
		at[w.pos] = i
	}
	for pos, i := range at {
		if i < 0 {
			continue
		}
		w, region := &run.windows[i], run.rows[pos]
		switch {
		case g.invalid(value, w.r0, w.r1) == w.r1-w.r0 || g.invalid(value, w.c0, w.c1) == w.c1-w.c0:
			book.Lose(ledger.Unmasked, region, lostMasked)
		case value == OE && w.arm < 0:
			book.Lose(ledger.Used, region, lostCrossExp)
		case !run.used[v][i]:
			book.Lose(ledger.Used, region, lostNoValue)
		}
	}
	return book
}

// emit hands a snippet to the caller, oriented like the average.
func (l *lane) emit(v int, w *window, get func(r, c int) float64) error {
	bins := l.run.bins
	if l.snippet == nil {
		l.snippet = make([]float32, bins*bins)
	}
	for r := range bins {
		for c := range bins {
			at := r*bins + c
			if w.flip {
				at = bins*bins - 1 - at
			}
			l.snippet[at] = float32(get(r, c))
		}
	}
	return l.run.g.opt.Snippets(l.run.index, l.run.g.opt.Values[v], l.run.rows[w.pos], l.snippet)
}

func (run *jobRun) emitNaN(v int, w *window) error {
	if err := run.noVector(v, int(w.pos)); err != nil || run.g.opt.Snippets == nil {
		return err
	}
	return run.g.opt.Snippets(run.index, run.g.opt.Values[v], run.rows[w.pos], nanSnippet(run.bins))
}

// emitLost hands out the snippets and vectors of the regions that have no window.
func (run *jobRun) emitLost(ctx context.Context) error {
	if run.g.opt.Snippets == nil && run.g.opt.Vectors == nil {
		return nil
	}
	placed := make([]bool, len(run.rows))
	for _, w := range run.windows {
		placed[w.pos] = true
	}
	for pos, ok := range placed {
		if ok {
			continue
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		for v := range run.g.opt.Values {
			if err := run.emitNaN(v, &window{pos: int32(pos)}); err != nil {
				return err
			}
		}
	}
	return nil
}

func nanSnippet(bins int) []float32 {
	snippet := make([]float32, bins*bins)
	for i := range snippet {
		snippet[i] = float32(math.NaN())
	}
	return snippet
}
