package pileup

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"regioscope/worker/compute/expected"
	"regioscope/worker/genome"
)

// grid is the map without its pixels: bins, arms, weights and expected, in the forms that the inner loops want.
type grid struct {
	Matrix
	opt     Options
	upper   bool // one triangle is stored
	chroms  []genome.Chrom
	names   *genome.Names
	arms    []expected.Arm
	byChrom [][]int // arms of each chromosome, in view order
	offsets []int64

	weights []float64 // 0 where masked; nil: all 1
	masked  []int32   // masked[i] = masked bins before bin i; nil: none

	unmasked []uint64 // bit i is set where bin i is not masked; nil: all
	own      []rows   // by arm: its rows that are in no other; nil: obs/exp is not asked for
	byRow    []int    // arms by first row of own
	kernels  *kernels

	// Curves of expected: those of the arms in view order, then those between arms and between chromosomes.
	inverse   [][]float64             // by distance: 1 / expected, 0 where undefined
	holes     [][]int32               // holes[d] = undefined distances below d
	missing   [][]int32               // the undefined distances
	flat      []float64               // 1 / expected at any distance, between chromosomes; else 0
	betweenOf map[expected.Pair]int32 // arms → curve
	transOf   map[expected.Pair]int32 // chromosomes → curve
}

func newGrid(m Matrix, opt Options) (*grid, error) {
	if opt.Weights != nil && int64(len(opt.Weights)) != m.NumBins() {
		return nil, fmt.Errorf("%d weights for %d bins", len(opt.Weights), m.NumBins())
	}
	if m.NumBins() > math.MaxInt32-2*maxBins {
		return nil, fmt.Errorf("%d bins are more than the format allows", m.NumBins())
	}
	chroms := m.Chroms()
	g := &grid{Matrix: m, opt: opt, upper: m.SymmetricUpper(), kernels: &kernels{}, chroms: chroms, names: genome.NewNames(chroms, opt.Aliases)}
	var err error
	if g.arms, _, err = expected.Arms(m, opt.View, opt.Aliases); err != nil {
		return nil, err
	}
	g.byChrom = make([][]int, len(chroms))
	for i, arm := range g.arms {
		g.byChrom[arm.Chrom] = append(g.byChrom[arm.Chrom], i)
	}
	var curves sync.WaitGroup // beside the weights, with which they have nothing to do
	var curvesErr error
	if set := func() { curvesErr = g.setCurves(opt) }; slices.Contains(opt.Values, OE) && opt.Threads > 1 {
		curves.Go(set)
	} else if slices.Contains(opt.Values, OE) {
		set()
	}
	g.setWeights(opt.Weights)
	if curves.Wait(); curvesErr != nil {
		return nil, curvesErr
	}
	for _, v := range opt.Values {
		switch v {
		case ICCF, Raw, OE:
		default:
			return nil, fmt.Errorf("unknown value %q", v)
		}
	}
	return g, nil
}

// SymmetricUpper tells whether one triangle is stored; inner loops ask.
func (g *grid) SymmetricUpper() bool { return g.upper }

func (g *grid) setWeights(weights []float64) {
	if weights == nil {
		return
	}
	g.weights = make([]float64, len(weights))
	g.masked = make([]int32, len(weights)+1)
	g.unmasked = make([]uint64, len(weights)/64+1)
	for i, ok := range expected.Mask(weights, int64(len(weights))) {
		g.masked[i+1] = g.masked[i]
		if ok {
			g.weights[i] = weights[i]
			g.unmasked[i/64] |= 1 << (i % 64)
		} else {
			g.masked[i+1]++
		}
	}
}

// setCurves prepares what obs/exp is divided by.
func (g *grid) setCurves(opt Options) error {
	if err := g.setExpected(opt.Expected); err != nil {
		return err
	}
	g.setOwn()
	return g.setBetween(opt.Between)
}

// setExpected inverts the expected once; where it is NaN or zero, a cell is missing and its factor 0.
func (g *grid) setExpected(table *expected.Table) error {
	if table == nil || table.BinSize != g.BinSize() || len(table.Regions) != len(g.arms) {
		return ErrNoExpected
	}
	for i, region := range table.Regions {
		arm := g.arms[i]
		if region.Chrom != arm.Chrom || region.Lo != arm.Lo || region.Hi != arm.Hi {
			return fmt.Errorf("%w (%s is not %s)", ErrNoExpected, region.Interval, arm.Interval)
		}
		g.addCurve(region.BalancedAvg)
	}
	return nil
}

// addCurve adds an expected by distance and returns its place.
func (g *grid) addCurve(avgs []float64) int32 {
	inverse := make([]float64, len(avgs))
	holes := make([]int32, len(avgs)+1)
	var missing []int32
	for d, avg := range avgs {
		holes[d+1] = holes[d]
		if inverse[d] = invert(avg); inverse[d] == 0 {
			holes[d+1]++
			missing = append(missing, int32(d))
		}
	}
	g.inverse, g.holes, g.missing, g.flat = append(g.inverse, inverse), append(g.holes, holes), append(g.missing, missing), append(g.flat, 0)
	return int32(len(g.flat) - 1)
}

// invert is 1 / avg, 0 where that is no number.
func invert(avg float64) float64 {
	if avg == 0 || math.IsNaN(avg) || math.IsInf(1/avg, 0) {
		return 0
	}
	return 1 / avg
}

// valid tells whether a bin carries data for a value.
func (g *grid) valid(v Value, bin int32) bool {
	return v == Raw || g.masked == nil || g.masked[bin+1] == g.masked[bin]
}

// invalid counts the bins lo to hi that carry no data for a value.
func (g *grid) invalid(v Value, lo, hi int32) int32 {
	if v == Raw || g.masked == nil || hi <= lo {
		return 0
	}
	return g.masked[hi] - g.masked[lo]
}

// defined tells whether a window's arm has an expected between two bins. Only for OE.
func (g *grid) defined(w *window, row, col int32) bool {
	return g.inverted(w, row, col) != 0
}

func distance(a, b int32) int32 {
	if a > b {
		return a - b
	}
	return b - a
}
