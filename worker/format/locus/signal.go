package locus

import (
	"context"
	"errors"
	"fmt"
	"math"

	"regioscope/worker/format/bbi"
)

// Bins summarises a signal in n equal bins of a stretch. Mean is over the bases that have a value; Mean, Min and Max are NaN
// where no base has one.
type Bins struct {
	Mean, Min, Max []float32
	Zoom           int64 // reduction of the zoom level that was read, 0 = the values themselves
}

// Signal summarises start … end (0-based, half-open) of a chromosome, named as in the file, in n bins. Of a zoom record that
// lies in several bins, each gets the part that it overlaps. A chromosome that the file does not have is all NaN. A
// *bbi.FormatError, or the error of reading or of ctx.
func Signal(ctx context.Context, f *bbi.File, chrom string, start, end int64, n int) (*Bins, error) {
	if start < 0 || end <= start || end > math.MaxUint32 || n < 1 {
		return nil, fmt.Errorf("signal: %d bins from %d to %d", n, start, end)
	}
	s := newSums(start, end, n)
	level := levelFor(f, float64(end-start)/float64(n))
	var err error
	if level >= 0 {
		s.zoom = f.Zooms()[level].Reduction
		err = f.ZoomRecordsIn(ctx, level, chrom, bbi.Range{Start: uint32(start), End: uint32(end)}, func(r bbi.ZoomRecord) error {
			width := float64(r.End - r.Start)
			s.add(int64(r.Start), int64(r.End), float64(r.Sum)/width, float64(r.Valid)/width, float64(r.Min), float64(r.Max))
			return nil
		})
	} else {
		err = s.values(ctx, f, chrom)
	}
	if err != nil && !errors.Is(err, bbi.ErrNoChrom) {
		return nil, err
	}
	return s.bins(), nil
}

// perBin is how many records of a zoom level a bin must have at least. Those at its ends are shared out as if the signal
// were even within them; bigWigSummary is content with two, which is 10 % off for a signal of narrow peaks.
const perBin = 16

// levelFor chooses the coarsest zoom level with enough records per bin; -1 = none.
func levelFor(f *bbi.File, bin float64) int {
	best := -1
	for i, z := range f.Zooms() {
		if z.Reduction > 0 && float64(perBin*z.Reduction) <= bin && (best < 0 || z.Reduction > f.Zooms()[best].Reduction) {
			best = i
		}
	}
	return best
}

// sums gathers what bins are made of.
type sums struct {
	start, end      int64
	zoom            int64
	sum, valid      []float64
	lowest, highest []float64
}

func newSums(start, end int64, n int) *sums {
	s := &sums{start: start, end: end, sum: make([]float64, n), valid: make([]float64, n), lowest: make([]float64, n), highest: make([]float64, n)}
	for i := range n {
		s.lowest[i], s.highest[i] = math.Inf(1), math.Inf(-1)
	}
	return s
}

// edge is where bin k begins.
func (s *sums) edge(k int) float64 {
	return float64(s.start) + float64(k)*float64(s.end-s.start)/float64(len(s.sum))
}

// add shares a stretch out to the bins that it overlaps: sum and valid are per base of it.
func (s *sums) add(from, to int64, sum, valid, low, high float64) {
	from, to = max(from, s.start), min(to, s.end)
	if from >= to || valid <= 0 || math.IsNaN(sum) {
		return
	}
	n := len(s.sum)
	k := min(n-1, int(float64(from-s.start)/float64(s.end-s.start)*float64(n)))
	for ; k < n && s.edge(k) < float64(to); k++ {
		part := min(s.edge(k+1), float64(to)) - max(s.edge(k), float64(from))
		if part <= 0 {
			continue
		}
		s.sum[k] += part * sum
		s.valid[k] += part * valid
		s.lowest[k], s.highest[k] = min(s.lowest[k], low), max(s.highest[k], high)
	}
}

func (s *sums) values(ctx context.Context, f *bbi.File, chrom string) error {
	blocks, err := f.Blocks(chrom, []bbi.Range{{Start: uint32(s.start), End: uint32(s.end)}})
	if err != nil {
		return err
	}
	var d bbi.Decoder
	for _, b := range blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		list, err := f.Read(b, uint32(s.end), &d)
		if err != nil {
			return err
		}
		for _, v := range list {
			s.add(int64(v.Start), int64(v.End), float64(v.Value), 1, float64(v.Value), float64(v.Value))
		}
	}
	return nil
}

func (s *sums) bins() *Bins {
	out := &Bins{Zoom: s.zoom}
	nan := float32(math.NaN())
	for k := range s.sum {
		if s.valid[k] == 0 {
			out.Mean, out.Min, out.Max = append(out.Mean, nan), append(out.Min, nan), append(out.Max, nan)
			continue
		}
		out.Mean = append(out.Mean, float32(s.sum[k]/s.valid[k]))
		out.Min, out.Max = append(out.Min, float32(s.lowest[k])), append(out.Max, float32(s.highest[k]))
	}
	return out
}
