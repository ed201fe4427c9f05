package cluster

import (
	"context"
	"math"

	"regioscope/worker/compute/internal/parallel"
	"regioscope/worker/compute/internal/points"
)

// silhouettes fills in the mean silhouette of every clustering: of all rows, or of a sample of rows against all rows.
func (res *Result) silhouettes(ctx context.Context, p *points.Points, opt Options) error {
	rows := Sample(p.N, max(minSilhouette, maxPairs/max(1, p.N)), opt.Seed, streamSilhouette)
	res.Rows = len(rows)
	scratch := make([][]float32, max(1, opt.Threads))
	values := make([]float64, len(rows)*len(res.Clusterings))
	err := parallel.Each(ctx, opt.Threads, len(rows), func(worker, at int) {
		if scratch[worker] == nil {
			scratch[worker] = make([]float32, p.N)
		}
		line := scratch[worker]
		points.From(p, rows[at], p, 0, line)
		line[rows[at]] = 0
		for i, d := range line {
			line[i] = root(d)
		}
		for c := range res.Clusterings {
			values[c*len(rows)+at] = res.Clusterings[c].silhouette(rows[at], line)
		}
	})
	if err != nil {
		return err
	}
	for c := range res.Clusterings {
		if res.Clusterings[c].K < 2 {
			continue
		}
		var sum float64
		for _, v := range values[c*len(rows) : (c+1)*len(rows)] {
			sum += v
		}
		res.Clusterings[c].Silhouette = sum / float64(len(rows))
	}
	return nil
}

// silhouette is that of one row, given its distance to every row.
func (c *Clustering) silhouette(row int, line []float32) float64 {
	own := c.Labels[row]
	if c.Sizes[own] < 2 || c.K < 2 {
		return 0
	}
	// Two sums per group: an addition need not wait for the one before it when neighbours share a group.
	var small [2 * 32]float64
	sums := small[:]
	if c.K > 32 {
		sums = make([]float64, 2*c.K)
	}
	even, odd := sums[:c.K], sums[c.K:2*c.K]
	labels := c.Labels[:len(line)]
	i := 0
	for ; i+1 < len(line); i += 2 {
		even[labels[i]] += float64(line[i])
		odd[labels[i+1]] += float64(line[i+1])
	}
	if i < len(line) {
		even[labels[i]] += float64(line[i])
	}
	a, b := 0.0, math.Inf(1)
	for g, size := range c.Sizes {
		sum := even[g] + odd[g]
		if g == int(own) {
			a = sum / float64(size-1)
		} else if size > 0 {
			b = min(b, sum/float64(size))
		}
	}
	if top := max(a, b); top > 0 && !math.IsInf(b, 1) {
		return (b - a) / top
	}
	return 0
}
