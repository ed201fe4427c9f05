package embed

import (
	"context"
	"slices"
	"sync/atomic"

	"regioscope/worker/compute/cluster"
	"regioscope/worker/compute/internal/parallel"
	"regioscope/worker/compute/internal/points"
)

const (
	qualityNeighbours = 15
	qualityPairs      = 25_000_000 // distances computed
	qualityRows       = 2_000      // at least
)

// Preserved says how well a layout keeps the neighbourhoods of feature space.
type Preserved struct {
	Neighbours      int     `json:"neighbours"` // how many are compared, the row itself not counted; 0: too few rows
	Rows            int     `json:"rows"`       // over how many rows the numbers are means
	Trustworthiness float64 `json:"trustworthiness"`
	NeighboursKept  float64 `json:"neighboursKept"`
}

// preserved compares the neighbourhoods of p and of a layout (rows × 2). Found, when not nil, are neighbours of p from an
// approximate search; recall is the share of the true ones that are in it.
func preserved(ctx context.Context, p *points.Points, layout []float32, found *neighbours, seed uint64, threads int, progress func(done, total int64)) (q Preserved, recall float64, err error) {
	n := p.N
	k := min(qualityNeighbours, (2*n-2)/3, n-2) // 2n − 3k − 1 must be positive
	if k < 1 {
		return q, 1, nil
	}
	flat := points.New(layout, 2)
	rows := cluster.Sample(n, max(qualityRows, qualityPairs/n), seed, streamQuality)
	type counts struct {
		penalty     float64
		kept, found int
	}
	per := make([]counts, len(rows))
	scratch := make([][2][]float32, max(1, threads))
	var done atomic.Int64
	err = parallel.Each(ctx, threads, len(rows), func(worker, at int) {
		defer func() { progress(done.Add(1), int64(len(rows))) }()
		if scratch[worker][0] == nil {
			scratch[worker] = [2][]float32{make([]float32, n), make([]float32, n)}
		}
		high, low, i := scratch[worker][0], scratch[worker][1], rows[at]
		points.From(p, i, p, 0, high)
		points.From(flat, i, flat, 0, low)
		ours, true15 := smallest(low, i, k), smallest(high, i, k)
		for _, r := range ranks(high, i, ours) {
			per[at].penalty += float64(max(0, r-k))
			if r <= k {
				per[at].kept++
			}
		}
		if found != nil {
			index, _ := found.of(i)
			for _, c := range true15[:min(k, len(index)-1)] {
				if slices.Contains(index, c.row) {
					per[at].found++
				}
			}
		}
	})
	if err != nil {
		return q, 0, err
	}
	var penalty float64
	var kept, hits int
	for _, c := range per {
		penalty, kept, hits = penalty+c.penalty, kept+c.kept, hits+c.found
	}
	m := float64(len(rows))
	q = Preserved{Neighbours: k, Rows: len(rows)}
	q.Trustworthiness = 1 - 2*penalty/(m*float64(k)*float64(2*n-3*k-1))
	q.NeighboursKept = float64(kept) / (m * float64(k))
	recall = 1
	if found != nil {
		recall = float64(hits) / (m * float64(min(k, found.k-1)))
	}
	return q, recall, nil
}

// smallest are the k nearest rows to row i, given the squared distances to all.
func smallest(d []float32, i, k int) []near {
	return insertAll(make([]near, 0, k), d, 0, i, k)
}

// ranks gives for each row in list its place (from 1) in the order of distances d from row i.
func ranks(d []float32, i int, list []near) []int {
	byDistance := make([]near, len(list))
	for at, c := range list {
		byDistance[at] = near{c.row, d[c.row]}
	}
	slices.SortFunc(byDistance, func(a, b near) int {
		if a.before(b) {
			return -1
		}
		return 1
	})
	last := byDistance[len(byDistance)-1]
	// below[t]: rows before the t-th of the list but not before the one in front of it.
	below := make([]int, len(list))
	for j, v := range d {
		c := near{int32(j), v}
		if v > last.d || j == i || !c.before(last) {
			continue
		}
		t := 0
		for !c.before(byDistance[t]) {
			t++
		}
		below[t]++
	}
	out, sum := make([]int, len(list)), 0
	for t := range below {
		sum += below[t]
		out[t] = sum + 1
	}
	return out
}
