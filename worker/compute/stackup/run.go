package stackup

import (
	"context"
	"fmt"
	"math"
	"slices"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

const (
	maxBatch = 4096    // rows
	keep     = 1 << 20 // intervals that are kept without looking whether they could go
)

// run is one call of Compute.
type run struct {
	opt      Options
	signal   Signal
	chroms   []genome.Chrom
	regions  []genome.Region
	jobs     []Job
	sideJobs [2][]int
	results  []*Result

	sites   []site
	lost    [2][]int // rows without a chromosome, by side
	batch   int      // rows that are cut at a time
	buffers [][]float32
	losses  []losses // by job

	track       track
	pending     []site // of the chromosome at hand, sorted
	limit       int    // intervals that may be kept
	done, total int64
}

// losses are the region indices that a job lost on the way.
type losses struct{ outside, length, signal []int }

func newRun(signal Signal, regions []genome.Region, jobs []Job, opt Options) (*run, error) {
	r := &run{opt: opt, signal: signal, chroms: signal.Chroms(), regions: regions, jobs: jobs, losses: make([]losses, len(jobs))}
	bins := int64(0)
	for i, j := range jobs {
		r.sideJobs[sideOf(j)] = append(r.sideJobs[sideOf(j)], i)
		bins += int64(j.Bins())
	}
	find := resolver(r.chroms, opt.Aliases)
	var accounts [2]*ledger.Ledger
	matched := 0
	for side, list := range r.sideJobs {
		if len(list) == 0 {
			continue
		}
		var sites []site
		sites, r.lost[side], accounts[side] = r.place(side, find)
		matched += len(sites)
		r.sites = append(r.sites, sites...)
		r.total += int64(len(regions))
	}
	if matched == 0 && len(regions) > 0 && len(jobs) > 0 {
		return nil, noCommon(regions, r.chroms)
	}
	sortSites(r.sites)
	r.batch = int(min(maxBatch, max(1, opt.Memory/8/max(4*bins, 1))))
	// Slices grow by a quarter, with old and new in memory at that moment.
	r.limit = int(opt.Memory / 2 / (intervalBytes * 9 / 4))

	for i, j := range jobs {
		res := &Result{Job: j, Rows: len(regions), Bins: j.Bins(), Ledger: accounts[sideOf(j)].Clone()}
		if opt.Stack == nil {
			res.Stack = NewMemory(res.Rows, res.Bins)
		} else {
			var err error
			if res.Stack, err = opt.Stack(i, res.Rows, res.Bins); err != nil {
				return nil, fmt.Errorf("stackup: open the stack: %w", err)
			}
		}
		r.results = append(r.results, res)
		r.buffers = append(r.buffers, make([]float32, min(r.batch, max(len(regions), 1))*res.Bins))
	}
	return r, nil
}

// sweep walks the chromosomes of the signal once.
func (r *run) sweep(ctx context.Context) error {
	if err := r.writeLost(); err != nil {
		return err
	}
	for rest := r.sites; len(rest) > 0; {
		n := slices.IndexFunc(rest, func(s site) bool { return s.chrom != rest[0].chrom })
		if n < 0 {
			n = len(rest)
		}
		r.pending, rest = rest[:n], rest[n:]
		if err := r.chromosome(ctx, r.chroms[r.pending[0].chrom]); err != nil {
			return err
		}
	}
	for i, res := range r.results {
		res.account(ledger.Inside, reasonLength, r.losses[i].length)
		res.account(ledger.Inside, reasonOutside, r.losses[i].outside)
		res.account(ledger.Unmasked, reasonSignal, r.losses[i].signal)
	}
	return ctx.Err()
}

func (r *run) chromosome(ctx context.Context, chrom genome.Chrom) error {
	r.track.reset()
	ranges := merged(r.pending)
	room := min(keep, r.limit/2)
	last := uint32(0)
	err := r.signal.Intervals(ctx, chrom.Name, ranges, r.opt.Threads, func(start, end []uint32, value []float32) error {
		for i, s := range start {
			if s < last {
				return fmt.Errorf("%w: %s:%d-%d follows an interval that ends at %d", ErrOverlap, chrom.Name, s, end[i], last)
			}
			last = end[i]
			// Which intervals enter the sums must depend on the windows only, never on what is pending at the moment.
			for len(ranges) > 0 && ranges[0].End <= s {
				ranges = ranges[1:]
			}
			if v := float64(value[i]); len(ranges) == 0 || ranges[0].Start >= end[i] || math.IsNaN(v) || math.IsInf(v, 0) {
				continue
			}
			r.track.add(s, end[i], value[i])
		}
		if len(r.track.start) < room {
			return nil
		}
		if err := r.flush(ctx, int64(last)); err != nil {
			return err
		}
		held := len(r.track.start)
		if held > r.limit*3/4 {
			s := r.pending[0]
			return fmt.Errorf("%w of %d MiB: region %d, %s:%d-%d with its flanks", ErrMemory, r.opt.Memory>>20, s.index, chrom.Name, s.start, s.end)
		}
		room = min(max(room, 2*held), r.limit)
		return nil
	})
	if err != nil {
		return err
	}
	return r.flush(ctx, math.MaxInt64)
}

// flush cuts the pending sites whose windows end at or before position and forgets the signal that no other needs.
func (r *run) flush(ctx context.Context, position int64) error {
	for len(r.pending) > 0 {
		n := 0
		for n < len(r.pending) && n < r.batch && r.pending[n].hi <= position {
			n++
		}
		if n == 0 {
			break
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := r.cut(r.pending[:n]); err != nil {
			return err
		}
		r.pending = r.pending[n:]
		r.advance(n)
	}
	if len(r.pending) == 0 {
		r.track.drop(len(r.track.start))
	} else {
		r.track.drop(r.track.before(uint32(r.pending[0].lo)))
	}
	return nil
}

func (r *run) advance(n int) {
	r.done += int64(n)
	if r.opt.Progress != nil {
		r.opt.Progress(r.done, r.total)
	}
}
