package stackup

import (
	"context"
	"errors"
	"fmt"
	"math"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/bbi"
	"regioscope/worker/genome"
)

// Signal is a track of disjoint intervals, in order. *bbi.File implements it.
type Signal interface {
	Chroms() []genome.Chrom
	// Blocks lists the blocks of chrom that overlap one of the ranges (sorted, disjoint), in the order of their starts.
	Blocks(chrom string, ranges []bbi.Range) ([]bbi.Block, error)
	// Read gives the intervals of a block in ascending order, at least those that begin before `until`. They may be gone
	// when d reads again. It is called from several goroutines.
	Read(b bbi.Block, until uint32, d *bbi.Decoder) ([]bbi.Interval, error)
}

// Side is the anchor of a pair.
type Side string

const (
	Left  Side = "left"  // the first anchor; in 1D sets both are the same
	Right Side = "right" // the second anchor
)

// Summary says what a bin holds. The base unit of length is bp.
type Summary string

const (
	Mean     Summary = "mean"     // mean over covered bases (the default)
	Sum      Summary = "sum"      // value × covered bases, summed
	Min      Summary = "min"      // smallest value on a covered base
	Max      Summary = "max"      // largest value on a covered base
	Coverage Summary = "coverage" // covered bases ÷ bases of the bin; 0 where nothing is covered
)

// Job is one stack. Either Window and Bin are set, the half-width and the bin size in bp around points, or Percent, the
// bin size of rescaled intervals in percent of their length. Side is Left when empty.
type Job struct {
	Window, Bin int64
	Percent     int
	Side        Side
}

// Bins is the number of columns of the job's stack.
func (j Job) Bins() int {
	if j.Percent > 0 {
		return genome.IntervalBins(j.Percent)
	}
	return genome.PointBins1D(j.Window, j.Bin)
}

// Options are the settings of Compute. The zero value means: mean, missing bins NaN, strand ignored, all regions, one
// thread, 1 GiB, stacks in memory.
type Options struct {
	Summary     Summary
	MissingZero bool              // bins without a covered base are 0 instead of NaN
	Oriented    bool              // reverse the rows of anchors on the '-' strand
	Aliases     map[string]string // further names of chromosomes → names of the assembly
	Subset      []int             // row indices of the regions to use, in the order of the rows; nil means all
	Threads     int
	Memory      int64                   // bytes for track, batches and profiles, besides stacks in memory
	Progress    func(done, total int64) // rows; may be nil

	// Stack gives the place for the rows of a job, to be written and, for the profile, read again. nil means memory.
	Stack func(job, rows, bins int) (Stack, error)
}

// Result is the stack of one job and its profile. Profiles have one element per bin.
type Result struct {
	Job        Job
	Rows, Bins int
	Stack      Stack // rows × bins float32, NaN where missing; row i is region i of the set or of the subset
	Profile
	Ledger *ledger.Ledger
}

// Errors of Compute that are the caller's to explain.
var (
	ErrWindow   = errors.New("window and bin do not fit")
	ErrNoCommon = errors.New("the regions and the signal have no chromosome in common")
	ErrOverlap  = errors.New("the intervals of the signal overlap or are not sorted")
	ErrMemory   = errors.New("the signal under one window does not fit into the memory setting")
)

const (
	maxBins       = 1 << 16
	defaultMemory = 1 << 30
	minMemory     = 16 << 20
)

// Compute makes the stacks and profiles of all jobs in one pass over the signal. Results are in the order of jobs.
// A region that cannot be used is a row of NaN and in the ledger. ErrNoCommon, when that is all of them because of their
// chromosomes; ErrWindow, ErrMemory, ErrOverlap; else the errors of the signal, of the stacks, and of ctx.
func Compute(ctx context.Context, signal Signal, regions []genome.Region, jobs []Job, opt Options) ([]*Result, error) {
	for _, j := range jobs {
		if err := j.check(); err != nil {
			return nil, err
		}
	}
	switch opt.Summary {
	case "":
		opt.Summary = Mean
	case Mean, Sum, Min, Max, Coverage:
	default:
		return nil, fmt.Errorf("stackup: there is no summary %q", opt.Summary)
	}
	if opt.Memory == 0 {
		opt.Memory = defaultMemory
	}
	opt.Memory = max(opt.Memory, minMemory)
	opt.Threads = max(opt.Threads, 1)
	selected, err := pick(regions, opt.Subset)
	if err != nil {
		return nil, err
	}
	r, err := newRun(signal, selected, jobs, opt)
	if err != nil {
		return nil, err
	}
	if err := r.sweep(ctx); err != nil {
		return nil, fmt.Errorf("stackup: %w", err)
	}
	for _, result := range r.results {
		p, err := Aggregate(ctx, result.Stack, result.Rows, result.Bins, nil, AggregateOptions{Threads: opt.Threads, Memory: opt.Memory})
		if err != nil {
			return nil, fmt.Errorf("stackup: profile: %w", err)
		}
		result.Profile = *p
	}
	return r.results, nil
}

func (j Job) check() error {
	switch {
	case j.Side != "" && j.Side != Left && j.Side != Right:
		return fmt.Errorf("stackup: there is no side %q", j.Side)
	case j.Percent != 0:
		if j.Percent < 0 || j.Percent > 100 || j.Window != 0 || j.Bin != 0 {
			return fmt.Errorf("%w: give a window and a bin in bp, or a bin of 1 to 100 percent", ErrWindow)
		}
	case j.Window <= 0 || j.Bin <= 0 || j.Window < j.Bin:
		return fmt.Errorf("%w: window %d bp, bin %d bp", ErrWindow, j.Window, j.Bin)
	case j.Window > math.MaxInt32 || j.Window/j.Bin > maxBins/2:
		return fmt.Errorf("%w: window %d bp with bins of %d bp is more than %d bins", ErrWindow, j.Window, j.Bin, maxBins)
	}
	return nil
}

// pick returns the regions with the given row indices, or all.
func pick(regions []genome.Region, subset []int) ([]genome.Region, error) {
	if subset == nil {
		return regions, nil
	}
	at := make(map[int]int, len(regions))
	for i, r := range regions {
		at[r.Index] = i
	}
	picked := make([]genome.Region, 0, len(subset))
	for _, index := range subset {
		i, ok := at[index]
		if !ok {
			return nil, fmt.Errorf("stackup: there is no region %d", index)
		}
		picked = append(picked, regions[i])
	}
	return picked, nil
}
