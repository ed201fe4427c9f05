package expected

import (
	"context"
	"fmt"
	"math"
	"sort"

	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// IgnoreDiags is the default number of diagonals without an expected.
const IgnoreDiags = 2

// Options are the settings of Compute; the zero value ignores no diagonal: set IgnoreDiags.
type Options struct {
	IgnoreDiags int
	Aliases     map[string]string       // further names of chromosomes, for the view
	Threads     int                     // goroutines that decode; at least 1
	Progress    func(done, total int64) // pixels; may be nil
}

// Region is the expected of one arm by distance in bins. Slices have Bins() entries. Below IgnoreDiags all but NValid
// are NaN; BalancedAvg is NaN also where NValid is 0.
type Region struct {
	Arm
	NValid      []int64   // pixels of which neither bin is masked
	CountSum    []float64 // raw counts, masked bins included
	BalancedSum []float64
	BalancedAvg []float64 // BalancedSum / NValid
}

// Table is the expected of all regions of a view, in view order.
type Table struct {
	BinSize int64
	Regions []Region
	Missing []genome.Interval // regions of the view on chromosomes that the map does not have
}

// Compute sweeps the map once. weights are multiplicative, one per bin, not finite where a bin is masked; nil means raw
// counts with no bin masked. Only pixels on and above the diagonal count, also in square storage.
func Compute(ctx context.Context, m Matrix, view []genome.Interval, weights []float64, opt Options) (*Table, error) {
	table, _, err := ComputeBoth(ctx, m, view, weights, nil, nil, opt)
	return table, err
}

// ComputeBoth is Compute and ComputeBetween in one sweep.
func ComputeBoth(ctx context.Context, m Matrix, view []genome.Interval, weights []float64, arms, chroms []Pair, opt Options) (*Table, *Between, error) {
	placed, missing, offsets, err := prepare(m, view, weights, opt)
	if err != nil {
		return nil, nil, err
	}
	table := newTable(m.BinSize(), placed, missing)
	valid := Mask(weights, m.NumBins())
	for i, arm := range placed {
		table.Regions[i].NValid = validPairs(valid[arm.Lo:arm.Hi])
	}
	s := newSweep(table.Regions, offsets, weights)
	if opt.Progress != nil {
		s.progress = opt.Progress
	}
	between, cross, err := newCrossSweep(m, placed, offsets, weights, valid, arms, chroms)
	if err != nil {
		return nil, nil, err
	}
	block := s.block
	if len(cross.targets) > 0 { // their rows are among those of the arms
		block = func(b cool.Block) error {
			if err := s.block(b); err != nil {
				return err
			}
			return cross.block(b)
		}
	}
	if err := m.Sweep(ctx, s.ranges, max(1, opt.Threads), block); err != nil {
		return nil, nil, fmt.Errorf("expected at %d bp: %w", m.BinSize(), err)
	}
	return table.Ignore(opt.IgnoreDiags), between.Ignore(opt.IgnoreDiags), nil
}

// prepare places the view and reads the index of rows.
func prepare(m Matrix, view []genome.Interval, weights []float64, opt Options) (arms []Arm, missing []genome.Interval, offsets []int64, err error) {
	if weights != nil && int64(len(weights)) != m.NumBins() {
		return nil, nil, nil, fmt.Errorf("%d weights for %d bins", len(weights), m.NumBins())
	}
	if arms, missing, err = Arms(m, view, opt.Aliases); err != nil {
		return nil, nil, nil, err
	}
	offsets, err = m.Bin1Offset()
	return arms, missing, offsets, err
}

// Empty is the table of a view with zeros in place of counts and sums, for those who kept them and put them back; then
// call Ignore.
func Empty(m Matrix, view []genome.Interval, aliases map[string]string) (*Table, error) {
	arms, missing, err := Arms(m, view, aliases)
	if err != nil {
		return nil, err
	}
	return newTable(m.BinSize(), arms, missing), nil
}

func newTable(binSize int64, arms []Arm, missing []genome.Interval) *Table {
	table := &Table{BinSize: binSize, Missing: missing}
	for _, arm := range arms {
		n := arm.Bins()
		table.Regions = append(table.Regions, Region{Arm: arm, NValid: make([]int64, n), CountSum: make([]float64, n),
			BalancedSum: make([]float64, n), BalancedAvg: make([]float64, n)})
	}
	return table
}

// Ignore computes the averages from sums and counts, and makes the first diagonals undefined. It returns t.
func (t *Table) Ignore(diags int) *Table {
	for i := range t.Regions {
		t.Regions[i].finish(diags)
	}
	return t
}

func (r *Region) finish(ignore int) {
	for d := range r.NValid {
		if d < ignore {
			r.CountSum[d], r.BalancedSum[d] = math.NaN(), math.NaN()
		}
		r.BalancedAvg[d] = Average(r.BalancedSum[d], r.NValid[d])
	}
}

// Average is the expected of a diagonal: its sum over its valid pixels, NaN where there are none.
func Average(sum float64, valid int64) float64 {
	if valid > 0 {
		return sum / float64(valid)
	}
	return math.NaN()
}

// Mask tells which bins carry data: those with a finite weight, or all where weights is nil.
func Mask(weights []float64, bins int64) []bool {
	valid := make([]bool, bins)
	for i := range valid {
		valid[i] = weights == nil || !math.IsNaN(weights[i]) && !math.IsInf(weights[i], 0)
	}
	return valid
}

// sweep adds pixels to the regions of their rows. Regions are few per row: one, or two on a shared border bin.
type sweep struct {
	ranges   []cool.PixelRange
	progress func(done, total int64)

	offsets     []int64
	weights     []float64 // 0 where masked; nil: all 1
	byStart     []*Region
	next        int // in byStart: the first region that starts after row
	active      []*Region
	row         int64
	done, total int64
}

func newSweep(regions []Region, offsets []int64, weights []float64) *sweep {
	s := &sweep{offsets: offsets, row: -1, progress: func(int64, int64) {}}
	for i := range regions {
		s.byStart = append(s.byStart, &regions[i])
	}
	sort.SliceStable(s.byStart, func(i, j int) bool { return s.byStart[i].Lo < s.byStart[j].Lo })
	for _, r := range s.byStart {
		lo, hi := offsets[r.Lo], offsets[r.Hi]
		if n := len(s.ranges); n > 0 && lo <= s.ranges[n-1].Hi {
			s.ranges[n-1].Hi = max(s.ranges[n-1].Hi, hi)
		} else if lo < hi {
			s.ranges = append(s.ranges, cool.PixelRange{Lo: lo, Hi: hi})
		}
	}
	for _, r := range s.ranges {
		s.total += r.Hi - r.Lo
	}
	if weights != nil {
		s.weights = make([]float64, len(weights))
		for i, w := range weights {
			if !math.IsNaN(w) && !math.IsInf(w, 0) {
				s.weights[i] = w
			}
		}
	}
	return s
}

func (s *sweep) block(b cool.Block) error {
	end := b.Lo + int64(len(b.Bin2))
	for at := b.Lo; at < end; {
		if s.row < 0 || at >= s.offsets[s.row+1] {
			// The row that holds pixel at; the last of several with equal offsets, as the others are empty.
			s.enter(int64(sort.Search(len(s.offsets), func(i int) bool { return s.offsets[i] > at })) - 1)
		}
		stop := min(end, s.offsets[s.row+1])
		for _, r := range s.active {
			s.add(r, b.Bin2[at-b.Lo:stop-b.Lo], b.Count[at-b.Lo:stop-b.Lo])
		}
		at = stop
	}
	s.done += end - b.Lo
	s.progress(s.done, s.total)
	return nil
}

// enter moves on to a later row and finds its regions.
func (s *sweep) enter(row int64) {
	s.row = row
	for s.next < len(s.byStart) && s.byStart[s.next].Lo <= row {
		s.active = append(s.active, s.byStart[s.next])
		s.next++
	}
	kept := s.active[:0]
	for _, r := range s.active {
		if row < r.Hi {
			kept = append(kept, r)
		}
	}
	s.active = kept
}

// add adds pixels of the current row to one region. Columns ascend, so those beyond the region end the row.
func (s *sweep) add(r *Region, cols []int32, counts []float64) {
	row, hi := int32(s.row), int32(r.Hi)
	counts = counts[:len(cols)]
	if s.weights == nil {
		for k, col := range cols {
			if col >= hi {
				return
			}
			if c := counts[k]; col >= row && c-c == 0 { // a count that is NaN or infinite is missing
				r.CountSum[col-row] += c
				r.BalancedSum[col-row] += c
			}
		}
		return
	}
	w := s.weights[row]
	for k, col := range cols {
		if col >= hi {
			return
		}
		if c := counts[k]; col >= row && c-c == 0 {
			r.CountSum[col-row] += c
			r.BalancedSum[col-row] += c * w * s.weights[col]
		}
	}
}
