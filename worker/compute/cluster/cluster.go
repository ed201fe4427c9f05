package cluster

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"regioscope/worker/compute/internal/parallel"
	"regioscope/worker/compute/internal/points"
)

// Options are the settings of KMeans. The zero value means 10 restarts with seed 0 on one thread.
type Options struct {
	Restarts     int
	Seed         uint64
	Threads      int
	NoSilhouette bool
	Progress     func(done, total int64) // about proportional to the time; may be nil; called from several goroutines
}

// Clustering is one way to split the rows.
type Clustering struct {
	K          int     // groups; less than was asked for where there are fewer different rows
	Labels     []int32 // per row, 0 to K−1, the largest group first
	Sizes      []int   // rows per group
	Inertia    float64 // sum of squared distances to the centre of the group
	Silhouette float64 // mean over rows, −1 to 1; NaN when K < 2 or not asked for
}

// Result has one clustering per k, in the order of the question, those that came out with the same K only once.
type Result struct {
	Clusterings []Clustering
	Rows        int // over how many rows the silhouettes are means
}

const (
	sampleRows        = 10_000      // restarts see at most so many rows
	maxPairs          = 100_000_000 // distances computed for silhouettes
	minSilhouette     = 1_000       // rows with a silhouette, at least
	restartIterations = 20
	maxIterations     = 100
	tolerance         = 1e-4 // of the mean variance
)

// Streams of random numbers that share a seed.
const (
	streamSample = iota
	streamSilhouette
	streamRestart
)

// KMeans clusters n rows of dim finite numbers (C order, n × dim), which should be centred, into each of ks groups.
// Without rows it returns no clustering. Errors: a k below 1, values that are not rows, and that of ctx.
func KMeans(ctx context.Context, values []float32, dim int, ks []int, opt Options) (*Result, error) {
	if dim < 1 || len(values)%dim != 0 {
		return nil, fmt.Errorf("cluster: %d values are not rows of %d", len(values), dim)
	}
	if opt.Restarts < 1 {
		opt.Restarts = 10
	}
	n := len(values) / dim
	ks, err := attainable(values, dim, ks)
	if err != nil || len(ks) == 0 {
		return &Result{}, err
	}
	all := points.New(values, dim)
	part := all
	if rows := Sample(n, sampleRows, opt.Seed, streamSample); len(rows) < n {
		part = points.Make(len(rows), dim)
		for i, row := range rows {
			part.Set(i, all.Row(row))
		}
	}
	steps := newSteps(opt, ks, part.N, n)
	best, err := restarts(ctx, part, ks, opt, steps)
	if err != nil {
		return nil, err
	}
	res := &Result{Clusterings: make([]Clustering, len(ks))}
	limit := tolerance * meanVariance(all)
	err = parallel.Each(ctx, opt.Threads, len(ks), func(_, i int) {
		l := newLloyd(all, best[i].centres)
		l.run(ctx, maxIterations, limit)
		res.Clusterings[i] = l.clustering()
		steps.done(finalCost * int64(n) * int64(ks[i]))
	})
	if err == nil && !opt.NoSilhouette {
		err = res.silhouettes(ctx, all, opt, steps)
	}
	return res, err
}

// attainable is ks cut to the number of different rows, without repetitions.
func attainable(values []float32, dim int, ks []int) ([]int, error) {
	if len(ks) == 0 {
		return nil, nil
	}
	if k := slices.Min(ks); k < 1 {
		return nil, fmt.Errorf("cluster: cannot make %d groups", k)
	}
	most := slices.Max(ks)
	seen := make(map[string]bool)
	key := make([]byte, 0, 4*dim)
	for i := 0; i < len(values) && len(seen) < most; i += dim {
		key = key[:0]
		for _, v := range values[i : i+dim] {
			b := math.Float32bits(v + 0) // −0 is 0
			key = append(key, byte(b), byte(b>>8), byte(b>>16), byte(b>>24))
		}
		seen[string(key)] = true
	}
	var out []int
	for _, k := range ks {
		if k = min(k, len(seen)); k > 0 && !slices.Contains(out, k) {
			out = append(out, k)
		}
	}
	return out, nil
}

// Sample is at most m of the numbers 0 to n−1, ascending: all of them, or a random sample without replacement that
// depends on seed and stream alone.
func Sample(n, m int, seed, stream uint64) []int {
	rows := make([]int, n)
	for i := range rows {
		rows[i] = i
	}
	if m >= n {
		return rows
	}
	rng := rand.New(rand.NewPCG(seed, stream))
	for i := range m {
		j := i + rng.IntN(n-i)
		rows[i], rows[j] = rows[j], rows[i]
	}
	rows = rows[:m]
	slices.Sort(rows)
	return rows
}

// run is the outcome of one restart.
type run struct {
	centres *points.Columns
	inertia float64
}

// restarts runs every k from every seed sequence and returns the best per k.
func restarts(ctx context.Context, p *points.Points, ks []int, opt Options, steps *steps) ([]run, error) {
	seeds := make([][]int, opt.Restarts)
	err := parallel.Each(ctx, opt.Threads, opt.Restarts, func(_, i int) {
		seeds[i] = sequence(p, slices.Max(ks), rand.New(rand.NewPCG(opt.Seed, streamRestart+uint64(i))))
	})
	if err != nil {
		return nil, err
	}
	// The largest k first: they take longest.
	order := make([]int, len(ks))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return ks[b] - ks[a] })
	runs := make([]run, len(ks)*opt.Restarts)
	limit := tolerance * meanVariance(p)
	err = parallel.Each(ctx, opt.Threads, len(runs), func(_, at int) {
		i, restart := order[at/opt.Restarts], at%opt.Restarts
		centres := points.MakeColumns(ks[i], p.Dim)
		for c, row := range seeds[restart][:ks[i]] {
			centres.Set(c, p.Row(row))
		}
		l := newLloyd(p, centres)
		l.run(ctx, restartIterations, limit)
		runs[i*opt.Restarts+restart] = run{l.centres, l.inertia()}
		steps.done(restartCost * int64(p.N) * int64(ks[i]))
	})
	if err != nil {
		return nil, err
	}
	best := make([]run, len(ks))
	for i := range ks {
		best[i] = slices.MinFunc(runs[i*opt.Restarts:(i+1)*opt.Restarts], func(a, b run) int {
			switch {
			case a.inertia < b.inertia:
				return -1
			case a.inertia > b.inertia:
				return 1
			}
			return 0
		})
	}
	return best, nil
}

// meanVariance is the mean over columns of the population variance.
func meanVariance(p *points.Points) float64 {
	sum, square := make([]float64, p.Dim), make([]float64, p.Dim)
	for i := range p.N {
		for c, v := range p.Row(i) {
			sum[c] += float64(v)
			square[c] += float64(v) * float64(v)
		}
	}
	var total float64
	for c := range sum {
		mean := sum[c] / float64(p.N)
		total += max(0, square[c]/float64(p.N)-mean*mean)
	}
	return total / float64(p.Dim)
}
