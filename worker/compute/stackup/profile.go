package stackup

import (
	"context"
	"fmt"
	"io"
	"math"
	"slices"

	"regioscope/worker/format/npy"
)

// Profile is the average of rows, one element per bin.
type Profile struct {
	Sum, SumSq []float64
	N          []int64   // finite values
	Median     []float64 // over finite values, the mean of the middle two where N is even; NaN where N is 0
}

// Mean is Sum / N per bin, NaN where N is 0.
func (p *Profile) Mean() []float64 {
	mean := make([]float64, len(p.Sum))
	for i, sum := range p.Sum {
		mean[i] = math.NaN()
		if p.N[i] > 0 {
			mean[i] = sum / float64(p.N[i])
		}
	}
	return mean
}

// SEM is the standard error of the mean per bin, from the sample variance; NaN where N is below 2.
func (p *Profile) SEM() []float64 {
	sem := make([]float64, len(p.Sum))
	for i, sum := range p.Sum {
		sem[i] = math.NaN()
		if n := float64(p.N[i]); n >= 2 {
			sem[i] = math.Sqrt(max(0, (p.SumSq[i]-sum*sum/n)/(n-1)) / n)
		}
	}
	return sem
}

// RowReader gives rows of a stack: n rows from first, in dst if that is large enough.
type RowReader interface {
	ReadRows(dst []float32, first, n int) ([]float32, error)
}

// Stored is a stack in a .npy file that is finished.
type Stored struct {
	Rows, Bins int
	reader     *npy.Reader
}

// OpenStored opens the file that a Stack was written to: two axes, floating point. Errors are those of npy.Open.
func OpenStored(r io.ReaderAt, size int64) (*Stored, error) {
	array, err := npy.Open(r, size)
	if err != nil {
		return nil, err
	}
	if len(array.Shape) != 2 || array.Shape[0] > math.MaxInt32 || array.Shape[1] > maxBins {
		return nil, fmt.Errorf("stackup: an array of shape %v is no stack", array.Shape)
	}
	return &Stored{Rows: int(array.Shape[0]), Bins: int(array.Shape[1]), reader: array}, nil
}

// ReadRows implements RowReader.
func (s *Stored) ReadRows(dst []float32, first, n int) ([]float32, error) {
	return npy.ReadRows(s.reader, dst, int64(first), int64(first+n))
}

// AggregateOptions are the settings of Aggregate.
type AggregateOptions struct {
	Threads  int   // at least 1
	Memory   int64 // bytes for medians; 0 means 1 GiB
	NoMedian bool  // leave Median out, which takes most of the time
}

// Aggregate makes the profile of some rows of a stack, given by row number in any order, each once; nil means all.
//
// The stack holds what every region adds, so that any subset is averaged from it without the signal. Rows are added in
// the order of the stack by one goroutine per bin, which is also how Compute makes its profile: the profile of a subset
// is the same to the last bit as one computed from the signal for these regions in ascending order, whatever the number
// of threads. The memory is that of the medians, some bins at a time.
func Aggregate(ctx context.Context, stack RowReader, rows, bins int, subset []int, opt AggregateOptions) (*Profile, error) {
	list, err := ascending(subset, rows)
	if err != nil {
		return nil, err
	}
	if opt.Memory <= 0 {
		opt.Memory = defaultMemory
	}
	opt.Threads = max(1, opt.Threads)
	p := &Profile{Sum: make([]float64, bins), SumSq: make([]float64, bins), N: make([]int64, bins)}
	wide := bins
	if !opt.NoMedian {
		p.Median = make([]float64, bins)
		wide = int(min(int64(bins), max(1, opt.Memory/4/int64(4*max(len(list), 1)))))
	}
	a := aggregation{stack: stack, bins: bins, list: list, opt: opt, p: p}
	for first := 0; first < bins; first += wide {
		if err := a.columns(ctx, first, min(wide, bins-first)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// ascending sorts and checks a subset; nil means all.
func ascending(subset []int, rows int) ([]int, error) {
	list := slices.Clone(subset)
	if subset == nil {
		list = make([]int, rows)
		for i := range list {
			list[i] = i
		}
		return list, nil
	}
	slices.Sort(list)
	for i, row := range list {
		if row < 0 || row >= rows {
			return nil, fmt.Errorf("subset: there is no row %d among %d", row, rows)
		}
		if i > 0 && list[i-1] == row {
			return nil, fmt.Errorf("subset: row %d is there twice", row)
		}
	}
	return list, nil
}

type aggregation struct {
	stack RowReader
	bins  int
	list  []int
	opt   AggregateOptions
	p     *Profile
	rows  []float32
	held  []float32 // finite values of some bins, one after the other
}

const (
	blockRows = 1024 // rows that are read at once
	tileBins  = 16
	maxGap    = 4 // rows that are read although they are not asked for
)

// columns makes the profile of n bins.
func (a *aggregation) columns(ctx context.Context, first, n int) error {
	if !a.opt.NoMedian && a.held == nil {
		a.held = make([]float32, n*len(a.list))
	}
	for from := 0; from < len(a.list); {
		if err := ctx.Err(); err != nil {
			return err
		}
		start, to := a.list[from], from+1
		for to < len(a.list) && a.list[to]-a.list[to-1] <= maxGap && a.list[to]-start < blockRows {
			to++
		}
		var err error
		if a.rows, err = a.stack.ReadRows(a.rows, start, a.list[to-1]+1-start); err != nil {
			return err
		}
		threads := a.opt.Threads
		if (to-from)*n < 1<<14 {
			threads = 1
		}
		each(threads, threads, func(t int) {
			// A few bins at a time, so that what is written stays in the cache.
			last := first + (t+1)*n/threads
			for lo := first + t*n/threads; lo < last; lo += tileBins {
				for _, row := range a.list[from:to] {
					a.add(a.rows[(row-start)*a.bins:][:a.bins], lo, min(lo+tileBins, last), first)
				}
			}
		})
		from = to
	}
	if !a.opt.NoMedian {
		each(a.opt.Threads, n, func(c int) {
			at := c * len(a.list)
			a.p.Median[first+c] = median(a.held[at : at+int(a.p.N[first+c])])
		})
	}
	return nil
}

// add adds the bins lo to hi of a row.
func (a *aggregation) add(row []float32, lo, hi, first int) {
	for c := lo; c < hi; c++ {
		x := row[c]
		if x != x {
			continue
		}
		if a.held != nil {
			a.held[(c-first)*len(a.list)+int(a.p.N[c])] = x
		}
		v := float64(x)
		a.p.Sum[c] += v
		a.p.SumSq[c] += v * v
		a.p.N[c]++
	}
}

// median is the median of finite values, which it reorders; NaN of none.
func median(values []float32) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	upper := float64(quickselect(values, n/2))
	if n%2 == 1 {
		return upper
	}
	lower := values[0]
	for _, v := range values[:n/2] {
		lower = max(lower, v)
	}
	return (float64(lower) + upper) / 2
}

// quickselect moves the k-th smallest value to position k, smaller ones before it (Hoare 1961, median of three).
func quickselect(v []float32, k int) float32 {
	lo, hi := 0, len(v)-1
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if v[mid] < v[lo] {
			v[mid], v[lo] = v[lo], v[mid]
		}
		if v[hi] < v[lo] {
			v[hi], v[lo] = v[lo], v[hi]
		}
		if v[hi] < v[mid] {
			v[hi], v[mid] = v[mid], v[hi]
		}
		pivot := v[mid]
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	return v[k]
}
