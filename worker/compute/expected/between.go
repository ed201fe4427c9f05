package expected

import (
	"context"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/dsp/fourier"

	"regioscope/worker/genome"
)

// Pair is two different arms of a view, or two different chromosomes of a map, by their places there; A < B.
type Pair struct{ A, B int }

// NewPair puts two places in order.
func NewPair(a, b int) Pair { return Pair{min(a, b), max(a, b)} }

// Between is the expected of contacts that leave their arm.
//
// Two arms of one chromosome have a table by distance, like an arm by itself: contacts fall with distance across the
// centromere, too. It equals cooltools expected_cis with intra_only=False. Distances that no two bins of the arms have
// are there with no valid pixel. Two chromosomes have no distance, so their expected is one number, the mean of all
// valid pixels between them; it equals cooltools expected_trans. Bins of a chromosome that are in no arm of the view
// are left out.
type Between struct {
	BinSize int64
	Arms    map[Pair]*Region // by arm of the view; Arm is the first of the two, slices reach as far as the two do
	Chroms  map[Pair]*Block  // by chromosome of the map
}

// Block is the expected of two chromosomes.
type Block struct {
	NValid      int64   // pixels of which neither bin is masked
	CountSum    float64 // raw counts, masked bins included
	BalancedSum float64
	BalancedAvg float64 // BalancedSum / NValid, NaN where NValid is 0
}

// ComputeBetween sweeps the rows of the pairs that are asked for, once; see Compute for the other arguments. A pair that
// does not exist, or arms of different chromosomes, are an error.
func ComputeBetween(ctx context.Context, m Matrix, view []genome.Interval, weights []float64, arms, chroms []Pair, opt Options) (*Between, error) {
	placed, _, offsets, err := prepare(m, view, weights, opt)
	if err != nil {
		return nil, err
	}
	b, s, err := newCrossSweep(m, placed, offsets, weights, Mask(weights, m.NumBins()), arms, chroms)
	if err != nil {
		return nil, err
	}
	if s.progress = opt.Progress; s.progress == nil {
		s.progress = func(int64, int64) {}
	}
	if err := s.run(ctx, m, opt.Threads); err != nil {
		return nil, fmt.Errorf("expected between arms at %d bp: %w", b.BinSize, err)
	}
	return b.Ignore(opt.IgnoreDiags), nil
}

// Ignore computes the averages from sums and counts, and makes the first diagonals of arms undefined. It returns b.
func (b *Between) Ignore(diags int) *Between {
	for _, r := range b.Arms {
		r.finish(diags)
	}
	for _, block := range b.Chroms {
		block.BalancedAvg = math.NaN()
		if block.NValid > 0 {
			block.BalancedAvg = block.BalancedSum / float64(block.NValid)
		}
	}
	return b
}

// AllPairs lists the pairs of arms of one chromosome, and of chromosomes, of a view: everything that ComputeBetween can
// give.
func AllPairs(view []Arm) (arms, chroms []Pair) {
	seen := make(map[Pair]bool)
	for b, y := range view {
		for a, x := range view[:b] {
			pair := NewPair(x.Chrom, y.Chrom)
			switch {
			case x.Chrom == y.Chrom:
				arms = append(arms, Pair{a, b})
			case !seen[pair]:
				seen[pair] = true
				chroms = append(chroms, pair)
			}
		}
	}
	return arms, chroms
}

// newCrossSweep makes the tables of pairs, with the valid pixels counted, and the sweep that fills in the sums.
func newCrossSweep(m Matrix, placed []Arm, offsets []int64, weights []float64, valid []bool, arms, chroms []Pair) (*Between, *crossSweep, error) {
	b := &Between{BinSize: m.BinSize(), Arms: make(map[Pair]*Region), Chroms: make(map[Pair]*Block)}
	s := &crossSweep{offsets: offsets, weights: zeroWhereMasked(weights), row: -1, progress: func(int64, int64) {}}
	for _, p := range arms {
		if p.A < 0 || p.B <= p.A || p.B >= len(placed) || placed[p.A].Chrom != placed[p.B].Chrom {
			return nil, nil, fmt.Errorf("expected: %v are no two arms of a chromosome", p)
		}
		if b.Arms[p] != nil {
			continue
		}
		x, y := placed[p.A], placed[p.B]
		r := EmptyBetween(x, y)
		r.NValid = crossPairs(valid, x, y, len(r.CountSum))
		b.Arms[p] = r
		s.add(x, y, r, nil)
		s.add(y, x, r, nil)
	}
	for _, p := range chroms {
		if p.A < 0 || p.B <= p.A || p.B >= len(m.Chroms()) {
			return nil, nil, fmt.Errorf("expected: %v are no two chromosomes", p)
		}
		if b.Chroms[p] != nil {
			continue
		}
		block := &Block{}
		b.Chroms[p] = block
		for _, x := range stretches(placed, p.A) {
			for _, y := range stretches(placed, p.B) {
				block.NValid += count(valid[x.Lo:x.Hi]) * count(valid[y.Lo:y.Hi])
				s.add(x, y, nil, block)
			}
		}
	}
	slices.SortStableFunc(s.targets, func(a, b *crossTarget) int { return int(a.rowLo - b.rowLo) })
	return b, s, nil
}

// EmptyBetween is the table of two arms of one chromosome with zeros, for those who kept the numbers and put them back;
// then call Ignore.
func EmptyBetween(x, y Arm) *Region {
	n := int(max(x.Hi, y.Hi) - min(x.Lo, y.Lo))
	return &Region{Arm: x, NValid: make([]int64, n), CountSum: make([]float64, n), BalancedSum: make([]float64, n), BalancedAvg: make([]float64, n)}
}

// stretches are the bins of a chromosome that are in any arm, each once.
func stretches(view []Arm, chrom int) []Arm {
	var list []Arm
	for _, a := range view {
		if a.Chrom == chrom {
			list = append(list, a)
		}
	}
	slices.SortStableFunc(list, func(a, b Arm) int { return int(a.Lo - b.Lo) })
	var out []Arm
	for _, a := range list {
		if n := len(out); n > 0 && a.Lo <= out[n-1].Hi {
			out[n-1].Hi = max(out[n-1].Hi, a.Hi)
			continue
		}
		out = append(out, a)
	}
	return out
}

// zeroWhereMasked copies weights; nil stays nil.
func zeroWhereMasked(weights []float64) []float64 {
	out := slices.Clone(weights)
	for i, w := range out {
		if w-w != 0 {
			out[i] = 0
		}
	}
	return out
}

func count(valid []bool) (n int64) {
	for _, ok := range valid {
		if ok {
			n++
		}
	}
	return n
}

// crossPairs counts, for every distance below n, the valid bins i of x and j of y with |i−j| = distance: the
// cross-correlation of their masks (see validPairs), both directions together.
func crossPairs(valid []bool, x, y Arm, n int) []int64 {
	pairs := make([]int64, n)
	size := 1
	for size < x.Bins()+y.Bins() {
		size *= 2
	}
	transform := fourier.NewFFT(size)
	spectrum := func(arm Arm) []complex128 {
		signal := make([]float64, size)
		for i, ok := range valid[arm.Lo:arm.Hi] {
			if ok {
				signal[i] = 1
			}
		}
		return transform.Coefficients(nil, signal)
	}
	first, second := spectrum(x), spectrum(y)
	for i, c := range first {
		second[i] *= complex(real(c), -imag(c))
	}
	lags := transform.Sequence(nil, second)
	for i, v := range lags {
		lag := int64(i)
		if i >= y.Bins() {
			lag -= int64(size)
		}
		if d := y.Lo - x.Lo + lag; d < int64(n) && -d < int64(n) {
			pairs[max(d, -d)] += int64(math.Round(v / float64(size)))
		}
	}
	return pairs
}
