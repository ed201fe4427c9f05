package writer

import (
	"fmt"
	"math"
	"slices"
	"sync"
)

// BalanceOptions are those of `cooler balance`; the zero value of a field means its default.
type BalanceOptions struct {
	IgnoreDiags int     // diagonals that do not count, default 2
	MADMax      float64 // mask bins whose log marginal is this many MADs below the median, default 5
	MinNNZ      int     // mask bins with fewer non-zero pixels, default 10
	Tol         float64 // variance of the marginals at which to stop, default 1e-5
	MaxIters    int     // default 200
	Threads     int     // default 1; the result does not depend on it
}

func (o BalanceOptions) withDefaults() BalanceOptions {
	setDefault(&o.IgnoreDiags, 2)
	setDefault(&o.MADMax, 5)
	setDefault(&o.MinNNZ, 10)
	setDefault(&o.Tol, 1e-5)
	setDefault(&o.MaxIters, 200)
	setDefault(&o.Threads, 1)
	return o
}

func setDefault[T int | float64](v *T, d T) {
	if *v == 0 {
		*v = d
	}
}

// Weights are multiplicative: balanced = count · Values[i] · Values[j]. NaN masks a bin.
type Weights struct {
	Values     []float64
	Options    BalanceOptions // with the defaults filled in
	Scale      float64        // mean marginal before rescaling to 1
	Variance   float64        // of the marginals in the last iteration
	Iterations int
	Converged  bool
}

// Balance computes genome-wide iterative correction (Imakaev et al., Nature Methods 9:999, 2012) with the bin filters,
// the order of steps and the scale of cooler 0.9.1's balance_cooler: rows of the balanced matrix sum to 1. A matrix in
// which no pixel counts gives NaN everywhere.
func (m *Matrix) Balance(o BalanceOptions) *Weights {
	o = o.withDefaults()
	b := &balancer{m: m, o: o, n: int(m.NumBins())}
	b.plan()
	bias := b.filter()
	w := &Weights{Values: bias, Options: o, Scale: math.NaN()}
	for w.Iterations < o.MaxIters && !w.Converged {
		w.Iterations++
		marg := b.marginal(bias, false)
		mean, variance := nonZeroMoments(marg)
		w.Scale, w.Variance = mean, variance
		if math.IsNaN(mean) {
			break
		}
		for i, v := range marg {
			if v != 0 {
				bias[i] /= v / mean
			}
		}
		w.Converged = variance < o.Tol
	}
	root := math.Sqrt(w.Scale)
	for i := range bias {
		if bias[i] == 0 {
			bias[i] = math.NaN()
		}
		bias[i] /= root
	}
	return w
}

// shards is the fixed number of partial sums; it is not the number of goroutines, so that results do not depend on that.
const shards = 8

type balancer struct {
	m      *Matrix
	o      BalanceOptions
	n      int
	bounds [shards + 1]int // rows of every shard
	first  []int64         // per row, the first pixel that is far enough from the diagonal
	sums   [shards][]float64
}

// plan cuts the rows into shards of about equal numbers of pixels.
func (b *balancer) plan() {
	b.first = make([]int64, b.n)
	for i := range b.first {
		p := b.m.Row[i]
		for p < b.m.Row[i+1] && int(b.m.Bin2[p])-i < b.o.IgnoreDiags {
			p++
		}
		b.first[i] = p
	}
	for s := 1; s < shards; s++ {
		want := b.m.NumPixels() * int64(s) / shards
		row, _ := slices.BinarySearch(b.m.Row[:b.n], want)
		b.bounds[s] = row
	}
	b.bounds[shards] = b.n
	for s := range b.sums {
		b.sums[s] = make([]float64, b.n)
	}
}

// marginal sums count·bias[i]·bias[j] over rows and columns; binary counts pixels instead of contacts.
func (b *balancer) marginal(bias []float64, binary bool) []float64 {
	var wg sync.WaitGroup
	limit := make(chan struct{}, b.o.Threads)
	for s := range shards {
		limit <- struct{}{}
		wg.Go(func() {
			b.shard(s, bias, binary)
			<-limit
		})
	}
	wg.Wait()
	total := make([]float64, b.n)
	for s := range shards {
		for i, v := range b.sums[s] {
			total[i] += v
		}
	}
	return total
}

func (b *balancer) shard(s int, bias []float64, binary bool) {
	sum := b.sums[s]
	clear(sum)
	for i := b.bounds[s]; i < b.bounds[s+1]; i++ {
		w := bias[i]
		if w == 0 {
			continue
		}
		lo, hi := b.first[i], b.m.Row[i+1]
		bin2, count := b.m.Bin2[lo:hi], b.m.Count[lo:hi]
		var row float64
		for p, j := range bin2 {
			v := w * bias[j]
			if !binary {
				v *= float64(count[p])
			}
			row += v
			sum[j] += v
		}
		sum[i] += row
	}
}

// filter gives the starting bias: 1, or 0 for bins with too few pixels or a marginal far below the others.
func (b *balancer) filter() []float64 {
	bias := make([]float64, b.n)
	for i := range bias {
		bias[i] = 1
	}
	nnz := b.marginal(bias, true)
	marg := b.marginal(bias, false)
	off := b.m.Offsets()
	for c := range b.m.Chroms {
		part := marg[off[c]:off[c+1]]
		if mid := median(positive(part)); mid > 0 {
			for i := range part {
				part[i] /= mid
			}
		}
	}
	logs := positive(marg)
	for i := range logs {
		logs[i] = math.Log(logs[i])
	}
	mid := median(logs)
	for i := range logs {
		logs[i] = math.Abs(logs[i] - mid)
	}
	cutoff := math.Exp(mid - b.o.MADMax*median(logs))
	for i := range bias {
		if nnz[i] < float64(b.o.MinNNZ) || marg[i] < cutoff {
			bias[i] = 0
		}
	}
	return bias
}

func positive(values []float64) []float64 {
	var out []float64
	for _, v := range values {
		if v > 0 {
			out = append(out, v)
		}
	}
	return out
}

// median of no values is NaN. It sorts a copy.
func median(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	s := slices.Clone(values)
	slices.Sort(s)
	return (s[(n-1)/2] + s[n/2]) / 2
}

// nonZeroMoments gives mean and population variance over the values that are not 0; NaN, 0 where there are none.
func nonZeroMoments(values []float64) (mean, variance float64) {
	var n, sum float64
	for _, v := range values {
		if v != 0 {
			n++
			sum += v
		}
	}
	mean = sum / n
	for _, v := range values {
		if v != 0 {
			variance += (v - mean) * (v - mean)
		}
	}
	if n == 0 {
		return math.NaN(), 0
	}
	return mean, variance / n
}

// String says how balancing went, for progress messages.
func (w *Weights) String() string {
	return fmt.Sprintf("%d iterations, converged %t, variance %.2g", w.Iterations, w.Converged, w.Variance)
}
