// Package preview makes the small pictures that show what is in a file: a bigWig along the genome, a contact map from afar.
// Both read as little of the file as they can: a zoom level, the coarsest resolution.
package preview

import (
	"context"
	"errors"
	"math"

	"regioscope/worker/format/bbi"
)

// ErrNoOverview says that a file has nothing that a picture could be made of without reading all of it.
var ErrNoOverview = errors.New("the file has no summary that is coarse enough for an overview")

// SignalBin is the mean and the range of the values in a stretch; NaN where there are none.
type SignalBin struct{ Mean, Min, Max float64 }

// SignalChrom is one chromosome of an overview.
type SignalChrom struct {
	Name   string
	Length int64
	Bins   []SignalBin // of Signal.BinSize each, the last one shorter
}

// Signal is a bigWig from afar.
type Signal struct {
	BinSize int64
	Zoom    int64 // reduction of the zoom level that was read
	Chroms  []SignalChrom
}

// maxRecords bounds what is read of a zoom level; a genome at 1 kb has three millions.
const maxRecords = 8_000_000

// SignalOverview summarises a bigWig in about n bins over all its chromosomes, from the coarsest zoom level that is
// finer than the bins, or else from the finest. A record belongs to the bin of its middle; means are weighted by the
// bases that have a value. ErrNoOverview without zoom levels.
func SignalOverview(ctx context.Context, f *bbi.File, n int) (*Signal, error) {
	total := int64(0)
	for _, c := range f.Chroms() {
		total += c.Length
	}
	if len(f.Zooms()) == 0 || total == 0 {
		return nil, ErrNoOverview
	}
	out := &Signal{BinSize: max(1, (total+int64(n)-1)/int64(n))}
	level, finest := -1, 0
	for i, z := range f.Zooms() {
		if z.Reduction <= out.BinSize && (level < 0 || z.Reduction > f.Zooms()[level].Reduction) {
			level = i
		}
		if z.Reduction < f.Zooms()[finest].Reduction {
			finest = i
		}
	}
	if level < 0 {
		level = finest
	}
	out.Zoom = f.Zooms()[level].Reduction
	if total/max(1, out.Zoom) > maxRecords {
		return nil, ErrNoOverview
	}
	type sums struct{ sum, valid []float64 }
	acc := make([]sums, len(f.Chroms()))
	for i, c := range f.Chroms() {
		k := int((c.Length + out.BinSize - 1) / out.BinSize)
		bins := make([]SignalBin, k)
		for j := range bins {
			bins[j] = SignalBin{math.NaN(), math.Inf(1), math.Inf(-1)}
		}
		out.Chroms = append(out.Chroms, SignalChrom{c.Name, c.Length, bins})
		acc[i] = sums{make([]float64, k), make([]float64, k)}
	}
	err := f.ZoomRecords(ctx, level, func(r bbi.ZoomRecord) error {
		k := int((int64(r.Start) + int64(r.End)) / 2 / out.BinSize)
		bins := out.Chroms[r.Chrom].Bins
		if k >= len(bins) || r.Valid == 0 {
			return nil
		}
		acc[r.Chrom].sum[k] += float64(r.Sum)
		acc[r.Chrom].valid[k] += float64(r.Valid)
		bins[k].Min, bins[k].Max = min(bins[k].Min, float64(r.Min)), max(bins[k].Max, float64(r.Max))
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i := range out.Chroms {
		for k := range out.Chroms[i].Bins {
			b := &out.Chroms[i].Bins[k]
			if b.Mean = acc[i].sum[k] / acc[i].valid[k]; math.IsNaN(b.Mean) {
				b.Min, b.Max = math.NaN(), math.NaN()
			}
		}
	}
	return out, nil
}
