package preview

import (
	"context"
	"errors"
	"math"
	"sort"

	"regioscope/worker/format/cool"
)

// Contacts is a contact map from afar: the mean raw count of a pair of bins in every cell of a square.
type Contacts struct {
	BinSize int64 // of the resolution that was read
	Merge   int64 // bins per cell and side
	N       int   // cells per side
	// Values has N×N cells, row by row, both triangles; NaN in rows and columns without a single count.
	Values []float64
	// Chroms are the chromosomes shown, with the cell, as a fraction, where each begins.
	Chroms []ContactChrom
	Whole  bool // all chromosomes are shown; else only the beginning of the map
}

// ContactChrom is where a chromosome begins in the picture.
type ContactChrom struct {
	Name string
	At   float64
}

// maxPixels bounds what is read of a map for its preview, about a second.
const maxPixels = 12_000_000

// ContactOverview summarises the coarsest resolution of a map in at most n×n cells: of all chromosomes, or, where that
// would mean to read more than 12 million pixels, of the first chromosome or its beginning.
func ContactOverview(ctx context.Context, f *cool.File, n int) (*Contacts, error) {
	sizes := f.Resolutions()
	if len(sizes) == 0 {
		return nil, ErrNoOverview
	}
	coarsest := sizes[0]
	for _, s := range sizes {
		coarsest = max(coarsest, s)
	}
	l, err := f.Level(coarsest)
	if err != nil {
		return nil, err
	}
	index, err := l.Bin1Offset()
	if err != nil {
		return nil, err
	}
	bins := l.NumBins()
	out := &Contacts{BinSize: coarsest, Whole: true}
	if l.NumPixels() > maxPixels {
		out.Whole = false
		bins = min(bins, l.ChromOffset(1))
		if most := int64(sort.Search(int(bins), func(i int) bool { return index[i+1] > maxPixels })); most < bins {
			bins = most
		}
	}
	if bins == 0 {
		return nil, ErrNoOverview
	}
	out.Merge = (bins + int64(n) - 1) / int64(n)
	out.N = int((bins + out.Merge - 1) / out.Merge)
	sum := make([]float64, out.N*out.N)
	row := int64(0)
	err = l.Sweep(ctx, []cool.PixelRange{{Lo: 0, Hi: index[bins]}}, 1, func(b cool.Block) error {
		for k, col := range b.Bin2 {
			at := b.Lo + int64(k)
			for index[row+1] <= at {
				row++
			}
			if int64(col) >= bins {
				continue
			}
			i, j := row/out.Merge, int64(col)/out.Merge
			sum[i*int64(out.N)+j] += b.Count[k]
			if l.SymmetricUpper() && i != j {
				sum[j*int64(out.N)+i] += b.Count[k]
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	out.Values = means(sum, out.N, out.Merge, bins, l.SymmetricUpper())
	for i, c := range l.Chroms() {
		if first := l.ChromOffset(i); first < bins {
			out.Chroms = append(out.Chroms, ContactChrom{c.Name, float64(first) / float64(out.Merge)})
		}
	}
	return out, nil
}

// means divides the sums by the number of pairs of bins of a cell: of a symmetric map, those on and above the diagonal.
func means(sum []float64, n int, merge, bins int64, symmetric bool) []float64 {
	filled := make([]bool, n)
	width := func(i int) float64 { return float64(min(merge, bins-int64(i)*merge)) }
	for i := range n {
		for j := range n {
			if sum[i*n+j] != 0 {
				filled[i], filled[j] = true, true
			}
		}
	}
	out := make([]float64, len(sum))
	for i := range n {
		for j := range n {
			pairs := width(i) * width(j)
			if i == j && symmetric {
				pairs = width(i) * (width(i) + 1) / 2
			}
			if out[i*n+j] = sum[i*n+j] / pairs; !filled[i] || !filled[j] {
				out[i*n+j] = math.NaN()
			}
		}
	}
	return out
}

// IsUnavailable tells whether an error means that there is no picture, and not that something is broken.
func IsUnavailable(err error) bool { return errors.Is(err, ErrNoOverview) }
