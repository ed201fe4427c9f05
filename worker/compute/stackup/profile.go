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
	at    []int    // where the rows begin in rows
	held  []uint32 // keys of the finite values of some bins, one bin after the other
}

const (
	blockRows = 1024 // rows that are read at once
	tileRows  = 256  // of which a tile stays in the cache while its bins are added one after the other
	tileBins  = 16
	maxGap    = 4 // rows that are read although they are not asked for
)

// columns makes the profile of n bins.
func (a *aggregation) columns(ctx context.Context, first, n int) error {
	if !a.opt.NoMedian && a.held == nil {
		a.held = make([]uint32, n*len(a.list))
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
		a.at = a.at[:0]
		for _, row := range a.list[from:to] {
			a.at = append(a.at, (row-start)*a.bins)
		}
		threads := a.opt.Threads
		if (to-from)*n < 1<<14 {
			threads = 1
		}
		each(threads, threads, func(t int) {
			last := first + (t+1)*n/threads
			for lo := first + t*n/threads; lo < last; lo += tileBins {
				for rows := range slices.Chunk(a.at, tileRows) {
					for c := lo; c < min(lo+tileBins, last); c++ {
						a.add(c, rows, first)
					}
				}
			}
		})
		from = to
	}
	if !a.opt.NoMedian {
		each(a.opt.Threads, n, func(c int) {
			if ctx.Err() == nil {
				at := c * len(a.list)
				a.p.Median[first+c] = median(a.held[at : at+int(a.p.N[first+c])])
			}
		})
	}
	return ctx.Err()
}

// add adds bin c of some rows.
func (a *aggregation) add(c int, rows []int, first int) {
	sum, squares, n := a.p.Sum[c], a.p.SumSq[c], int(a.p.N[c])
	var held []uint32
	if a.held != nil {
		held = a.held[(c-first)*len(a.list):][:len(a.list)]
	}
	for _, at := range rows {
		x := a.rows[at+c]
		if x != x {
			continue
		}
		if held != nil {
			held[n] = key(x)
		}
		v := float64(x)
		sum += v
		squares += v * v
		n++
	}
	a.p.Sum[c], a.p.SumSq[c], a.p.N[c] = sum, squares, int64(n)
}
