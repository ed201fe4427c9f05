package embed

import (
	"context"
	"math/rand/v2"
	"sync/atomic"

	"regioscope/worker/compute/internal/parallel"
	"regioscope/worker/compute/internal/points"
)

// Settings of the approximate search.
const (
	forestTrees   = 8
	leafRows      = 50
	descentRounds = 10
	reverseRows   = 20    // rows that have a row in their list and are asked for theirs, at most
	descentStop   = 0.001 // of all list places
)

// descend finds the k nearest rows of every row, nearly all of them right (Dong, Moses and Li 2011).
//
// Trees of random projections (Dasgupta and Freund 2008) put rows into leaves of a few dozen that are close together;
// the nearest rows in one's leaves are a first list. Then every row asks the rows in its list, and those that have it in
// theirs, for their lists. NN-descent as published updates both rows of a pair as it goes along; here a round reads the
// lists of the round before and writes new ones, so that rows can be worked on in any order by any number of goroutines.
func descend(ctx context.Context, p *points.Points, k int, seed uint64, threads int, progress func(done, total int64)) (*neighbours, error) {
	leaves := make([][][]int32, forestTrees)
	leafOf := make([][]int32, forestTrees)
	err := parallel.Each(ctx, threads, forestTrees, func(_, t int) {
		leaves[t], leafOf[t] = grow(ctx, p, rand.New(rand.NewPCG(seed, streamForest+uint64(t))))
	})
	if err != nil {
		return nil, err
	}
	keep := k - 1 + 4
	lists := make([][]near, p.N)
	searchers := make([]*searcher, max(1, threads))
	get := func(worker int) *searcher {
		if searchers[worker] == nil {
			searchers[worker] = &searcher{p: p, keep: keep, seen: make([]int32, p.N)}
		}
		return searchers[worker]
	}
	err = parallel.Each(ctx, threads, p.N, func(worker, i int) {
		s := get(worker)
		s.begin(i, nil)
		for t := range leaves {
			for _, j := range leaves[t][leafOf[t][i]] {
				s.offer(j)
			}
		}
		lists[i] = s.take()
	})
	if err != nil {
		return nil, err
	}
	fresh := make([]bool, p.N) // the list changed in the last round
	for i := range fresh {
		fresh[i] = true
	}
	for round := range descentRounds {
		progress(int64(round+1), descentRounds+1)
		reverse := reversed(lists)
		next, changed := make([][]near, p.N), make([]bool, p.N)
		var changes atomic.Int64
		err := parallel.Blocks(ctx, threads, p.N, tile, func(worker, lo, hi int) {
			s := get(worker)
			for i := lo; i < hi; i++ {
				s.begin(i, lists[i])
				for _, c := range lists[i] {
					s.ask(lists, fresh, i, c.row)
				}
				for _, row := range reverse[i] {
					s.offer(row)
					s.ask(lists, fresh, i, row)
				}
				next[i] = s.take()
				changes.Add(int64(s.changes))
				changed[i] = s.changes > 0
			}
		})
		if err != nil {
			return nil, err
		}
		lists, fresh = next, changed
		if float64(changes.Load()) < descentStop*float64(p.N*k) {
			break
		}
	}
	return settleAll(ctx, p, lists, k, threads, false)
}

// searcher collects the nearest rows of one row at a time.
type searcher struct {
	p       *points.Points
	keep    int
	self    int
	list    []near
	seen    []int32 // by row: the turn in which it was offered
	turn    int32
	offered []int32
	d       []float32
	changes int
}

func (s *searcher) begin(i int, list []near) {
	s.turn++
	s.self, s.changes = i, 0
	s.list, s.offered = append(s.list[:0], list...), s.offered[:0]
	s.seen[i] = s.turn
	for _, c := range list {
		s.seen[c.row] = s.turn
	}
}

func (s *searcher) offer(row int32) {
	if s.seen[row] != s.turn {
		s.seen[row] = s.turn
		s.offered = append(s.offered, row)
	}
}

// ask offers the list of another row, unless neither list has changed since it did so last.
func (s *searcher) ask(lists [][]near, fresh []bool, self int, row int32) {
	if !fresh[self] && !fresh[row] {
		return
	}
	for _, c := range lists[row] {
		s.offer(c.row)
	}
}

// take computes the distances of all that was offered and returns the nearest.
func (s *searcher) take() []near {
	if cap(s.d) < len(s.offered) {
		s.d = make([]float32, 2*len(s.offered))
	}
	s.d = s.d[:len(s.offered)]
	points.To(s.p, s.self, s.offered, s.d)
	for at, row := range s.offered {
		c := near{row, s.d[at]}
		if len(s.list) < s.keep || c.before(s.list[s.keep-1]) {
			s.list = insert(s.list, c, s.keep)
			s.changes++
		}
	}
	return append(make([]near, 0, s.keep), s.list...)
}

// reversed gives for every row the first rows that have it in their lists.
func reversed(lists [][]near) [][]int32 {
	out := make([][]int32, len(lists))
	for i, list := range lists {
		for _, c := range list {
			if len(out[c.row]) < reverseRows {
				out[c.row] = append(out[c.row], int32(i))
			}
		}
	}
	return out
}

// grow splits all rows, again and again, by the plane half-way between two random ones, into leaves. Rows are cut at
// random where no plane divides them. When ctx ends it stops half-way.
func grow(ctx context.Context, p *points.Points, rng *rand.Rand) (leaves [][]int32, leafOf []int32) {
	rows := make([]int32, p.N)
	for i := range rows {
		rows[i] = int32(i)
	}
	leafOf = make([]int32, p.N)
	fromA, fromB := make([]float32, p.N), make([]float32, p.N)
	stack := [][]int32{rows}
	for len(stack) > 0 && ctx.Err() == nil {
		part := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if len(part) <= leafRows {
			for _, row := range part {
				leafOf[row] = int32(len(leaves))
			}
			leaves = append(leaves, part)
			continue
		}
		a, b := int(part[rng.IntN(len(part))]), int(part[rng.IntN(len(part))])
		fromA, fromB = fromA[:len(part)], fromB[:len(part)]
		points.To(p, a, part, fromA)
		points.To(p, b, part, fromB)
		at := 0
		for i, row := range part {
			if fromA[i] < fromB[i] {
				part[at], part[i] = row, part[at]
				at++
			}
		}
		if at < leafRows/4 || at > len(part)-leafRows/4 {
			rng.Shuffle(len(part), func(i, j int) { part[i], part[j] = part[j], part[i] })
			at = len(part) / 2
		}
		stack = append(stack, part[:at], part[at:])
	}
	return leaves, leafOf
}
