package embed

import (
	"cmp"
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"regioscope/worker/compute/internal/parallel"
	"regioscope/worker/compute/internal/points"
)

// exactRows is the largest number of rows whose neighbours are found by computing every distance.
const exactRows = 1 << 15

// neighbours are the k nearest rows of every row, itself first, then by distance, of equal distances by number.
type neighbours struct {
	k        int
	index    []int32   // rows × k
	distance []float64 // rows × k, Euclidean
}

func (g *neighbours) of(i int) ([]int32, []float64) {
	return g.index[i*g.k : (i+1)*g.k], g.distance[i*g.k : (i+1)*g.k]
}

// near is a candidate: a row and its squared distance in single precision.
type near struct {
	row int32
	d   float32
}

func (a near) before(b near) bool { return a.d < b.d || a.d == b.d && a.row < b.row }

// insert puts a candidate into a sorted list of at most limit, if it belongs there.
func insert(list []near, c near, limit int) []near {
	if len(list) == limit {
		if !c.before(list[limit-1]) {
			return list
		}
	} else {
		list = append(list, c)
	}
	at := len(list) - 1
	for at > 0 && c.before(list[at-1]) {
		list[at] = list[at-1]
		at--
	}
	list[at] = c
	return list
}

// tile is the number of rows whose distances to as many others are computed at a time: both fit into the cache.
const tile = 128

// nearest finds the exact k nearest rows (k ≤ rows) from all distances, each computed once, a tile at a time.
//
// Single precision cannot tell neighbours at almost equal distances apart. So the lists of candidates are longer than k,
// and settled in double precision. Where the error bound says that a row outside the list could be nearer than the k-th,
// all distances of the row are computed in double precision.
func nearest(ctx context.Context, p *points.Points, k, threads int, progress func(done, total int64)) (*neighbours, error) {
	keep := min(p.N-1, k+16)
	lists := make([][]near, p.N)
	blocks := (p.N + tile - 1) / tile
	locks := make([]sync.Mutex, blocks)
	scratch := make([][]float32, max(1, threads))
	pairs := blocks * (blocks + 1) / 2
	var done atomic.Int64
	err := parallel.Each(ctx, threads, pairs, func(worker, at int) {
		defer func() { progress(done.Add(1), int64(pairs)) }()
		if scratch[worker] == nil {
			scratch[worker] = make([]float32, tile*tile)
		}
		a, b := triangle(at)
		alo, ahi := a*tile, min(p.N, (a+1)*tile)
		blo, bhi := b*tile, min(p.N, (b+1)*tile)
		d, wide := scratch[worker], bhi-blo
		for i := alo; i < ahi; i++ {
			points.From(p, i, p, blo, d[(i-alo)*wide:(i-alo+1)*wide])
		}
		locks[a].Lock()
		for i := alo; i < ahi; i++ {
			lists[i] = insertAll(lists[i], d[(i-alo)*wide:(i-alo+1)*wide], blo, i, keep)
		}
		locks[a].Unlock()
		if a == b {
			return
		}
		locks[b].Lock()
		for j := blo; j < bhi; j++ {
			for i := alo; i < ahi; i++ {
				c := near{int32(i), d[(i-alo)*wide+j-blo]}
				if len(lists[j]) < keep || c.d <= lists[j][keep-1].d {
					lists[j] = insert(lists[j], c, keep)
				}
			}
		}
		locks[b].Unlock()
	})
	if err != nil {
		return nil, err
	}
	return settleAll(ctx, p, lists, k, threads, true)
}

// triangle gives the at-th pair a ≤ b of the pairs (0,0), (0,1), (1,1), (0,2), …
func triangle(at int) (a, b int) {
	b = int((math.Sqrt(8*float64(at)+1) - 1) / 2)
	for b*(b+1)/2 > at {
		b--
	}
	for (b+1)*(b+2)/2 <= at {
		b++
	}
	return at - b*(b+1)/2, b
}

// insertAll offers rows lo to lo+len(d)−1, but not row self, to a list.
func insertAll(list []near, d []float32, lo, self, keep int) []near {
	for j, v := range d {
		if len(list) == keep && v > list[keep-1].d || lo+j == self {
			continue
		}
		list = insert(list, near{int32(lo + j), v}, keep)
	}
	return list
}

// settled is a neighbour and its squared distance.
type settled struct {
	row int32
	d   float64
}

func (a settled) compare(b settled) int {
	return cmp.Or(cmp.Compare(a.d, b.d), cmp.Compare(a.row, b.row))
}

// settleAll turns lists of candidates into neighbours in double precision. Every list must have k−1 rows at least.
func settleAll(ctx context.Context, p *points.Points, lists [][]near, k, threads int, exact bool) (*neighbours, error) {
	g := &neighbours{k: k, index: make([]int32, p.N*k), distance: make([]float64, p.N*k)}
	err := parallel.Blocks(ctx, threads, p.N, tile, func(_, lo, hi int) {
		var all []settled
		for i := lo; i < hi; i++ {
			all = settle(p, i, lists[i], k-1, exact, all[:0])
			index, distance := g.of(i)
			index[0] = int32(i)
			for j, s := range all[:k-1] {
				index[j+1], distance[j+1] = s.row, math.Sqrt(s.d)
			}
		}
	})
	return g, err
}

// settle sorts candidates by their distance in double precision and, where they may not be the nearest, all rows.
func settle(p *points.Points, i int, list []near, k int, exact bool, out []settled) []settled {
	for _, c := range list {
		out = append(out, settled{c.row, p.Exact(i, int(c.row))})
	}
	slices.SortFunc(out, settled.compare)
	if !exact || len(list) == p.N-1 || k == 0 {
		return out
	}
	last := out[k-1].d
	if outside := float64(list[len(list)-1].d); last == 0 || last <= outside-p.Error(i, last) {
		return out
	}
	out = out[:0]
	for j := range p.N {
		if j == i {
			continue
		}
		s := settled{int32(j), p.Exact(i, j)}
		if len(out) == k && s.compare(out[k-1]) >= 0 {
			continue
		}
		at, _ := slices.BinarySearchFunc(out, s, settled.compare)
		if len(out) == k {
			out = out[:k-1]
		}
		out = slices.Insert(out, at, s)
	}
	return out
}
