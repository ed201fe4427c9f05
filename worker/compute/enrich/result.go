package enrich

import (
	"context"
	"math"

	"regioscope/worker/compute/ledger"
)

// Flag says what a NaN among odds ratios and their intervals stands for.
type Flag uint8

const (
	Finite    Flag = iota // the odds ratio is a number, as are both ends of its interval; it may be 0
	Infinite              // the odds ratio and the upper end are infinite; the lower end is a number
	Undefined             // a row or a column of the table is empty: there is neither ratio nor interval, and p is 1
)

// TargetInfo is the account of a target set.
type TargetInfo struct {
	Name     string `json:"name"`
	Regions  int    `json:"regions"`  // read
	OnGenome int    `json:"onGenome"` // on a chromosome of the assembly
	Covered  int64  `json:"covered"`  // bp of the assembly that they cover
}

// Result is the tables of one job. Arrays have shape targets × bins, C order: cell target·Bins + bin.
//
// Probabilities are −log10 p, 0 or above, and never NaN; q are the false discovery rates (Benjamini–Hochberg) over all
// cells, −log10 too. Odds ratios and ends of intervals are finite or NaN, and Flag tells why.
type Result struct {
	Job      Job
	Bins     int
	Rows     int // different windows that the used regions have
	Targets  []TargetInfo
	Universe Universe
	Size     int64 // of the universe, in bins, elements or tiles

	A, B, C, D      []int64   // A is the support
	Expected        []float64 // of A, if target and query were independent; NaN of an empty universe
	OddsRatio       []float64
	Low, High       []float64 // 95 % interval of the odds ratio
	Flag            []Flag
	Greater, Less   []float64 // −log10 p of at least, and of at most, so many hits
	QGreater, QLess []float64 // −log10 q
	Ledger          *ledger.Ledger
}

// results makes the statistics of all jobs.
func (x *Index) results(ctx context.Context, c *choice) ([]*Result, error) {
	var out []*Result
	for j, f := range x.frames {
		s := c.selections[j]
		r := newResult(len(x.targets), f.n)
		r.Job, r.Rows, r.Ledger = f.job, len(s.rows), c.ledgers[j]
		r.Universe, r.Size = x.opt.Universe, x.universe(f, s)
		r.Targets = append(r.Targets, x.targets...)
		err := x.each(ctx, len(x.targets), func(t int, _ *buffers) {
			y := tally{c.counts[j].a[t], c.counts[j].hit[t]}
			for k := range f.n {
				r.test(t*f.n+k, s, x, f, y, k)
			}
		}, nil)
		if err != nil {
			return nil, err
		}
		r.QGreater, r.QLess = falseDiscovery(r.Greater), falseDiscovery(r.Less)
		out = append(out, r)
	}
	return out, nil
}

func newResult(targets, bins int) *Result {
	n := targets * bins
	whole := func() []int64 { return make([]int64, n) }
	real := func() []float64 { return make([]float64, n) }
	return &Result{Bins: bins, A: whole(), B: whole(), C: whole(), D: whole(), Expected: real(), OddsRatio: real(),
		Low: real(), High: real(), Flag: make([]Flag, n), Greater: real(), Less: real()}
}

// test fills one cell.
func (r *Result) test(i int, s *selection, x *Index, f *frame, y tally, k int) {
	a, b, c, d := x.table(f, s, y, k)
	r.A[i], r.B[i], r.C[i], r.D[i] = a, b, c, d
	r.Expected[i] = math.NaN()
	if n := a + b + c + d; n > 0 {
		r.Expected[i] = float64(a+b) * float64(a+c) / float64(n)
	}
	r.OddsRatio[i], r.Low[i], r.High[i], r.Flag[i] = oddsRatio(a, b, c, d)
	r.Greater[i], r.Less[i] = fisher(a, b, c, d)
}
