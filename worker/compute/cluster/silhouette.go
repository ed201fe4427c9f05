package cluster

import (
	"context"
	"math"

	"regioscope/worker/compute/internal/parallel"
	"regioscope/worker/compute/internal/points"
)

// batch is the number of rows whose distances are converted and added up at a time: they stay in the cache.
const batch = 128

// silhouettes fills in the mean silhouette of every clustering: of all rows, or of a sample of rows against all rows.
//
// Sixteen rows are worked on side by side: their distances to every row, and per clustering and group the sums of these.
// Each sum is added up in the order of the rows, in double precision, by one goroutine.
func (res *Result) silhouettes(ctx context.Context, p *points.Points, opt Options, steps *steps) error {
	rows := Sample(p.N, silhouetteRows(p.N), opt.Seed, streamSilhouette)
	res.Rows = len(rows)
	values := make([]float64, len(rows)*len(res.Clusterings))
	scratch := make([]*sides, max(1, opt.Threads))
	err := parallel.Blocks(ctx, opt.Threads, len(rows), points.Wide, func(worker, lo, hi int) {
		if scratch[worker] == nil {
			scratch[worker] = newSides(p, res.Clusterings)
		}
		s := scratch[worker]
		s.add(rows[lo:hi], res.Clusterings)
		for c := range res.Clusterings {
			for side, row := range rows[lo:hi] {
				values[c*len(rows)+lo+side] = res.Clusterings[c].silhouette(row, s.sums[c][side:])
			}
		}
		steps.done(int64(hi-lo) * steps.silhouette(p.N, len(res.Clusterings)))
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

// silhouetteRows is the number of rows that have a silhouette, of n.
func silhouetteRows(n int) int { return min(n, max(minSilhouette, maxPairs/max(1, n))) }

// sides are up to sixteen rows at work.
type sides struct {
	p       *points.Points
	rows    *points.Columns
	line    []float32
	roots   []float64   // batch × 16
	sums    [][]float64 // per clustering: groups × 16
	nothing []float32
}

func newSides(p *points.Points, list []Clustering) *sides {
	s := &sides{p: p, rows: points.MakeColumns(points.Wide, p.Dim), line: make([]float32, points.Wide),
		roots: make([]float64, batch*points.Wide), nothing: make([]float32, p.Dim)}
	for _, c := range list {
		s.sums = append(s.sums, make([]float64, c.K*points.Wide))
	}
	return s
}

// add sums the distances of the given rows to the rows of every group of every clustering.
func (s *sides) add(rows []int, list []Clustering) {
	for side := range points.Wide {
		row := s.nothing
		if side < len(rows) {
			row = s.p.Row(rows[side])
		}
		s.rows.Set(side, row)
	}
	for c := range s.sums {
		clear(s.sums[c])
	}
	for lo := 0; lo < s.p.N; lo += batch {
		hi := min(s.p.N, lo+batch)
		for j := lo; j < hi; j++ {
			s.rows.From(s.p.Row(j), s.line)
			roots := s.roots[(j-lo)*points.Wide:][:points.Wide]
			for side, d := range s.line {
				roots[side] = float64(root(d))
			}
		}
		for c := range list {
			points.AddWide(s.sums[c], list[c].Labels[lo:hi], s.roots)
		}
	}
}

// silhouette is that of one row, given the sums of its distances to the rows of every group, sixteen numbers apart.
func (c *Clustering) silhouette(row int, sums []float64) float64 {
	own := c.Labels[row]
	if c.Sizes[own] < 2 || c.K < 2 {
		return 0
	}
	a, b := 0.0, math.Inf(1)
	for g, size := range c.Sizes {
		sum := sums[g*points.Wide]
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
