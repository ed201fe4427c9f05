package pileup

import (
	"context"
	"errors"
	"fmt"
	"math"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// Matrix is one resolution of a contact map, as package expected describes it. *cool.Level implements it.
type Matrix interface {
	BinSize() int64
	Chroms() []genome.Chrom
	ChromOffset(chrom int) int64
	NumBins() int64
	SymmetricUpper() bool
	Bin1Offset() ([]int64, error)
	Sweep(ctx context.Context, ranges []cool.PixelRange, threads int, fn func(cool.Block) error) error
}

// Value says what a cell holds.
type Value string

const (
	ICCF Value = "iccf" // balanced: count × row weight × column weight
	OE   Value = "oe"   // ICCF ÷ expected of the arm at the distance of the cell
	Raw  Value = "raw"  // count; no bin is masked
)

// Edge says what becomes of a window that leaves its arm.
type Edge string

const (
	Drop Edge = "drop" // the whole snippet is missing (the default)
	Pad  Edge = "pad"  // the cells outside are missing
)

// Job is one size of window. Exactly one of the fields is set: Window, the half-width in bp of windows around points, a
// multiple of the bin size; or Percent, the bin size of rescaled intervals in percent of their length.
type Job struct {
	Window  int64
	Percent int
}

// Bins is the number of rows, and of columns, of the result of the job at bin size b.
func (j Job) Bins(b int64) int {
	if j.Percent > 0 {
		return genome.IntervalBins(j.Percent)
	}
	return genome.PointBins2D(j.Window, b)
}

// Options are the settings of Compute. The zero value means: iccf of raw counts with nothing masked, arms = whole
// chromosomes, windows that leave their arm dropped, strand ignored, all regions, one thread.
type Options struct {
	View     []genome.Interval
	Aliases  map[string]string // further names of chromosomes, for regions and view
	Values   []Value           // in the order of the results; nil means ICCF
	Weights  []float64         // multiplicative, per bin, not finite where masked; nil: all 1
	Expected *expected.Table   // of the same map, weights and View; needed for OE
	Near     Near              // pixels of the same map that need no sweep; may be nil
	Between  *expected.Between // the same for pairs that Between lists; without it they have no OE
	Edge     Edge
	Oriented bool  // reverse both axes of the regions on the '-' strand (of pairs: of which both anchors are on it)
	CrossArm bool  // keep pairs whose anchors are in different arms of one chromosome
	Subset   []int // row indices of the regions to use; nil means all
	Threads  int
	Progress func(done, total int64) // pixels; may be nil

	Bootstrap int    // replicates of the intervals of AverageScore; 0 means none
	Seed      uint64 // of the replicates

	// AverageOnly leaves out what is kept of every region, Scores and Quality, which are nil, and the score of the average,
	// which is as if all were lost. It is for subsets of a set of which these are known.
	AverageOnly bool

	// Snippets, when set, receives each snippet once, oriented like the average, in no particular order and from several
	// goroutines at once; region is the row index. The slice (rows × columns) is valid only during the call. Regions
	// that are lost are all NaN.
	Snippets func(job int, value Value, region int, snippet []float32) error

	// Vectors does the same for the vectors of the regions: their snippets shrunk to VectorSide × VectorSide.
	Vectors func(job int, value Value, region int, vector []float32) error
}

// perRegion tells whether anything is made of single regions.
func (o *Options) perRegion() bool {
	return !o.AverageOnly || o.Snippets != nil || o.Vectors != nil
}

// Result is the average of one job and value. Slices of cells are in C order, rows of the first anchor.
type Result struct {
	Job        Job
	Value      Value
	Rows, Cols int
	Sum, SumSq []float64
	N          []int64
	Average    AverageScore
	Scores     []Score   // one per region of the subset, in its order
	Quality    []Quality // likewise
	Ledger     *ledger.Ledger
}

// Mean is Sum / N per cell, NaN where N is 0.
func (r *Result) Mean() []float64 {
	mean := make([]float64, len(r.Sum))
	for i, sum := range r.Sum {
		mean[i] = sum / float64(r.N[i])
		if r.N[i] == 0 {
			mean[i] = math.NaN()
		}
	}
	return mean
}

// SEM is the standard error of the mean per cell, from the sample variance; NaN where N is below 2.
func (r *Result) SEM() []float64 {
	sem := make([]float64, len(r.Sum))
	for i, sum := range r.Sum {
		if r.N[i] < 2 {
			sem[i] = math.NaN()
			continue
		}
		n := float64(r.N[i])
		variance := (r.SumSq[i] - sum*sum/n) / (n - 1)
		sem[i] = math.Sqrt(max(0, variance) / n)
	}
	return sem
}

// Errors of Compute that are the caller's to explain.
var (
	ErrWindow     = errors.New("window does not fit the resolution")
	ErrNoExpected = errors.New("obs/exp needs the expected of the same map and view")
)

// maxBins bounds the sums: 2 values × 2 numbers × 8 bytes × maxBins² is 134 MB.
const maxBins = 2049

// Compute makes the results of all jobs and values from one sweep of the map. Results are ordered by job, then by value.
// A region that cannot be used is in the ledger; errors are those of the map, of the options, and of ctx.
func Compute(ctx context.Context, m Matrix, regions []genome.Region, jobs []Job, opt Options) ([]*Result, error) {
	if len(opt.Values) == 0 {
		opt.Values = []Value{ICCF}
	}
	for _, j := range jobs {
		if err := j.Check(m.BinSize()); err != nil {
			return nil, err
		}
	}
	selected, err := pick(regions, opt.Subset)
	if err != nil {
		return nil, err
	}
	g, err := newGrid(m, opt)
	if err != nil {
		return nil, err
	}
	runs := make([]*jobRun, len(jobs))
	for i, j := range jobs {
		runs[i] = newJobRun(g, i, j, selected)
	}
	if err := sweep(ctx, g, runs); err != nil {
		return nil, fmt.Errorf("pileup at %d bp: %w", m.BinSize(), err)
	}
	var results []*Result
	for _, run := range runs {
		for v := range opt.Values {
			results = append(results, run.result(v))
		}
		if err := run.emitLost(ctx); err != nil {
			return nil, err
		}
	}
	return results, nil
}

// Check tells whether the job is possible at bin size b; the error is an ErrWindow that says why not.
func (j Job) Check(b int64) error {
	switch {
	case (j.Window > 0) == (j.Percent > 0) || j.Window < 0 || j.Percent < 0 || j.Percent > 100:
		return fmt.Errorf("%w: give a window in bp or a bin size of 1 to 100 percent", ErrWindow)
	case j.Window%b != 0:
		return fmt.Errorf("%w: %d bp is no multiple of %d bp", ErrWindow, j.Window, b)
	case j.Bins(b) > maxBins:
		return fmt.Errorf("%w: %d bp at %d bp are %d bins, at most %d can be averaged", ErrWindow, j.Window, b, j.Bins(b), maxBins)
	}
	return nil
}

// pick returns the regions with the given row indices, or all.
func pick(regions []genome.Region, subset []int) ([]genome.Region, error) {
	if subset == nil {
		return regions, nil
	}
	byIndex := make(map[int]int, len(regions))
	for i, r := range regions {
		byIndex[r.Index] = i
	}
	picked := make([]genome.Region, 0, len(subset))
	for _, index := range subset {
		i, ok := byIndex[index]
		if !ok {
			return nil, fmt.Errorf("subset: there is no region %d", index)
		}
		picked = append(picked, regions[i])
	}
	return picked, nil
}

// BothStrands tells whether a region set has regions on both strands: then its average is oriented by default.
func BothStrands(regions []genome.Region) bool {
	var plus, minus bool
	for _, r := range regions {
		plus = plus || r.A.Strand == '+' || r.B.Strand == '+'
		minus = minus || r.A.Strand == '-' || r.B.Strand == '-'
	}
	return plus && minus
}
