package stackup

import (
	"fmt"
	"slices"
	"sync"
)

// cut fills and writes the rows of some sites: by site on all threads, then by job on all threads.
func (r *run) cut(sites []site) error {
	// Rows are laid out in the buffers by row number, so that neighbours are written at once.
	var order [2][]int
	for i, s := range sites {
		order[s.side] = append(order[s.side], i)
	}
	slot := make([]int, len(sites))
	for side := range order {
		slices.SortFunc(order[side], func(a, b int) int { return sites[a].row - sites[b].row })
		for at, i := range order[side] {
			slot[i] = at
		}
	}
	missing := nan32
	if r.opt.MissingZero {
		missing = 0
	}
	each(r.opt.Threads, len(sites), func(i int) {
		s := sites[i]
		for _, j := range r.sideJobs[s.side] {
			bins := r.results[j].Bins
			row := r.buffers[j][slot[i]*bins : (slot[i]+1)*bins]
			start, end := r.jobs[j].window(s)
			if end <= start {
				fill(row, nan32)
				continue
			}
			r.track.cut(row, start, end, r.chroms[s.chrom].Length, r.opt.Summary, missing)
			if r.opt.Oriented && s.minus {
				slices.Reverse(row)
			}
		}
	})
	errs := make([]error, len(r.jobs))
	each(r.opt.Threads, len(r.jobs), func(j int) {
		side := sideOf(r.jobs[j])
		r.account(j, sites, slot)
		errs[j] = r.write(j, sites, order[side])
	})
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("write rows: %w", err)
		}
	}
	return nil
}

// account notes the rows of a job that hold nothing, and why.
func (r *run) account(j int, sites []site, slot []int) {
	res, lost := r.results[j], &r.losses[j]
	for i, s := range sites {
		if s.side != sideOf(r.jobs[j]) {
			continue
		}
		row := r.buffers[j][slot[i]*res.Bins : (slot[i]+1)*res.Bins]
		finite := slices.ContainsFunc(row, func(x float32) bool { return x == x })
		start, end := r.jobs[j].window(s)
		switch {
		case finite:
		case end <= start:
			lost.length = append(lost.length, s.index)
		case start >= r.chroms[s.chrom].Length || end <= 0:
			lost.outside = append(lost.outside, s.index)
		default:
			lost.signal = append(lost.signal, s.index)
		}
	}
}

// write sends the rows of a job to its stack, neighbouring rows together. order lists the sites by row number.
func (r *run) write(j int, sites []site, order []int) error {
	res := r.results[j]
	for from := 0; from < len(order); {
		to := from + 1
		for to < len(order) && sites[order[to]].row == sites[order[to-1]].row+1 {
			to++
		}
		if err := res.Stack.WriteRows(sites[order[from]].row, r.buffers[j][from*res.Bins:to*res.Bins]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// writeLost writes rows of NaN for the regions without a chromosome.
func (r *run) writeLost() error {
	for j, res := range r.results {
		fill(r.buffers[j], nan32)
		rows := r.lost[sideOf(r.jobs[j])]
		for from := 0; from < len(rows); {
			to := from + 1
			for to < len(rows) && rows[to] == rows[to-1]+1 && (to-from+1)*res.Bins <= len(r.buffers[j]) {
				to++
			}
			if err := res.Stack.WriteRows(rows[from], r.buffers[j][:(to-from)*res.Bins]); err != nil {
				return fmt.Errorf("write rows: %w", err)
			}
			from = to
		}
	}
	r.advance(len(r.lost[0]) + len(r.lost[1]))
	return nil
}

func fill(row []float32, v float32) {
	for i := range row {
		row[i] = v
	}
}

// each calls fn for 0 to n-1 on some goroutines.
func each(threads, n int, fn func(int)) {
	threads = min(threads, n)
	if threads <= 1 {
		for i := range n {
			fn(i)
		}
		return
	}
	var wg sync.WaitGroup
	for w := range threads {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := w * n / threads; i < (w+1)*n/threads; i++ {
				fn(i)
			}
		}()
	}
	wg.Wait()
}
