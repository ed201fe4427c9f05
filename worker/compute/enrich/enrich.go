package enrich

import (
	"errors"
	"fmt"
	"math"

	"regioscope/worker/genome"
)

// Side is the anchor of a pair.
type Side string

const (
	Left  Side = "left"  // the first anchor; in 1D sets both are the same
	Right Side = "right" // the second anchor
)

// Job is one window. Either Window and Bin are set, the half-width and the bin size in bp around points, Window a
// multiple of Bin, or Percent, the bin size of rescaled intervals in percent of their length. Side is Left when empty.
type Job struct {
	Window, Bin int64
	Percent     int
	Side        Side
}

// Bins is the number of bins of the window.
func (j Job) Bins() int {
	if j.Percent > 0 {
		return genome.IntervalBins(j.Percent)
	}
	return genome.PointBins1D(j.Window, j.Bin)
}

// Target is a region set whose association is asked for. Of pairs both anchors are its regions. With Load, the regions
// are fetched when it is the target's turn, and let go of, so that there are never more in memory than threads; Load is
// called from many goroutines, but for one target only once at a time: once in all, unless Options.Memory makes it more.
type Target struct {
	Name    string
	Regions []genome.Region
	Load    func() ([]genome.Region, error) // instead of Regions
}

// Universe says what the query is compared with; see the package comment.
type Universe string

const (
	Genome  Universe = "genome"  // bins of the genome, or windows of the widths of the query's bins (the default)
	Queries Universe = "queries" // all bins of all windows
	Regions Universe = "regions" // Options.UniverseRegions
)

// Options are the settings of Compute and NewIndex. The zero value means: the genome as universe, strand ignored, all
// regions, one thread.
type Options struct {
	Universe        Universe
	UniverseRegions []genome.Region   // with Universe Regions; of pairs both anchors
	Oriented        bool              // '-' regions have their bins in reverse
	Aliases         map[string]string // further names of chromosomes → names in chroms
	Subset          []int             // row indices of the regions to use, in any order; nil means all. Of Compute only
	Threads         int
	Memory          int64                   // bytes that Compute may plan with; 0: no limit
	Progress        func(done, total int64) // targets; may be nil; never called by two goroutines at once
}

// Errors that are the caller's to explain.
var (
	ErrWindow   = errors.New("window and bin do not fit")
	ErrNoCommon = errors.New("no chromosome in common")
	ErrUniverse = errors.New("the universe does not fit")
)

const maxBins = 1 << 12

// pick returns the regions with the given row indices, in the order of regions, or all.
func pick(regions []genome.Region, subset []int) ([]genome.Region, error) {
	if subset == nil {
		return regions, nil
	}
	wanted := make(map[int]bool, len(subset))
	for _, index := range subset {
		wanted[index] = true
	}
	picked := make([]genome.Region, 0, len(wanted))
	for _, r := range regions {
		if wanted[r.Index] {
			picked = append(picked, r)
			delete(wanted, r.Index)
		}
	}
	for index := range wanted {
		return nil, fmt.Errorf("enrich: there is no region %d", index)
	}
	return picked, nil
}

func (j Job) check() error {
	switch {
	case j.Side != "" && j.Side != Left && j.Side != Right:
		return fmt.Errorf("enrich: there is no side %q", j.Side)
	case j.Percent != 0:
		if j.Percent < 1 || j.Percent > 100 || j.Window != 0 || j.Bin != 0 {
			return fmt.Errorf("%w: give a window and a bin in bp, or a bin of 1 to 100 percent", ErrWindow)
		}
	case j.Window <= 0 || j.Bin <= 0 || j.Window%j.Bin != 0:
		return fmt.Errorf("%w: the window, %d bp, must be a multiple of the bin, %d bp", ErrWindow, j.Window, j.Bin)
	case j.Window > math.MaxInt32 || j.Window/j.Bin > maxBins/2:
		return fmt.Errorf("%w: window %d bp with bins of %d bp is more than %d bins", ErrWindow, j.Window, j.Bin, maxBins)
	}
	return nil
}
