package embed

import (
	"fmt"
	"math"
)

// Features are the data of regions: Rows × Cols numbers in C order, NaN where missing. Row i is region i of the set.
// Infinite values count as missing.
type Features struct {
	Rows, Cols int
	Values     []float32
}

// NewFeatures makes a matrix of missing values.
func NewFeatures(rows, cols int) *Features {
	f := &Features{Rows: rows, Cols: cols, Values: make([]float32, rows*cols)}
	for i := range f.Values {
		f.Values[i] = float32(math.NaN())
	}
	return f
}

// Row is row i, to read or to fill.
func (f *Features) Row(i int) []float32 { return f.Values[i*f.Cols : (i+1)*f.Cols] }

// Part says which bins of a region's signal make its feature.
type Part string

const (
	Centre Part = "centre" // of points: the bin that begins at the point, as in HiCognition (the default)
	Window Part = "window" // of points: the whole window
	Proper Part = "proper" // of intervals: the interval without its flanks (the default)
)

// flank is the part of an interval, in percent, that its rescaled stack shows on either side.
const flank = 20

// Bins gives the columns lo to hi−1 of a stack of so many bins that make the feature. percent is the bin size of
// rescaled intervals, 0 for windows around points. The part may be empty: the default of either kind.
func (p Part) Bins(bins, percent int) (lo, hi int, err error) {
	switch {
	case p == Window:
		return 0, bins, nil
	case percent == 0 && (p == Centre || p == ""):
		return bins / 2, min(bins, bins/2+1), nil
	case percent > 0 && (p == Proper || p == ""):
		lo = flank / percent
		return min(lo, bins), min(bins, lo+max(1, 100/percent)), nil
	case percent > 0:
		return 0, 0, fmt.Errorf("embed: intervals have no part %q; proper or window", p)
	}
	return 0, 0, fmt.Errorf("embed: points have no part %q; centre or window", p)
}

// TrackFeature is the feature of one region from a row of its stack: the mean of the finite values of columns lo to hi−1,
// NaN when there are none. (HiCognition's mean over an interval is NaN where any bin is.)
func TrackFeature(row []float32, lo, hi int) float32 {
	var sum float64
	n := 0
	for _, v := range row[lo:hi] {
		if finite(v) {
			sum += float64(v)
			n++
		}
	}
	if n == 0 {
		return float32(math.NaN())
	}
	return float32(sum / float64(n))
}

func finite(v float32) bool { return !math.IsNaN(float64(v)) && !math.IsInf(float64(v), 0) }
