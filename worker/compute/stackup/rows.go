package stackup

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// losses are the region indices that a job lost on the way.
type losses struct{ outside, length, signal []int }

// cut makes the rows of some sites from the pages of all units. A window may hold millions of intervals: it stops between
// two sites when it is cancelled.
func (c *cutter) cut(ctx context.Context, sites []site, pages []*page) error {
	// Rows are laid out in the buffers by row number, so that neighbours are written at once.
	for side := range c.order {
		c.order[side] = c.order[side][:0]
	}
	for i, s := range sites {
		c.order[s.side] = append(c.order[s.side], i)
	}
	for side, list := range c.order {
		slices.SortFunc(list, func(a, b int) int { return sites[a].row - sites[b].row })
		for slot, i := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			s := sites[i]
			c.site(s, side, slot, pages[s.pages[0]:s.pages[1]])
		}
	}
	return nil
}

// site makes the rows of all jobs for one site.
func (c *cutter) site(s site, side, slot int, pages []*page) {
	length := c.chroms[s.chrom].Length
	l := &c.layouts[side]
	if len(l.offsets) > 0 {
		c.points(pages, l.offsets, s.mid(), length)
	}
	for _, j := range c.sideJobs[side] {
		if at := l.at[j]; at != nil {
			row := c.room(j, slot)
			c.row(row, at[:len(row)], at[1:], c.jobs[j].step(), length)
		}
	}
	for _, j := range c.sideJobs[side] {
		if c.jobs[j].Percent == 0 {
			continue
		}
		row := c.room(j, slot)
		if start, end := c.jobs[j].window(s); end > start {
			c.interval(pages, len(row), start, end, length)
			c.row(row, c.left, c.right, (end-start)/int64(len(row)), length)
		} else {
			fill(row, nan32)
		}
	}
	for _, j := range c.sideJobs[side] {
		row := c.room(j, slot)
		if c.opt.Oriented && s.minus {
			slices.Reverse(row)
		}
		c.account(j, s, row)
	}
}

// room is the place for a row of a job.
func (c *cutter) room(j, slot int) []float32 {
	bins := c.results[j].Bins
	return c.buffers[j][slot*bins : (slot+1)*bins]
}

// account notes a row that holds nothing, and why.
func (c *cutter) account(j int, s site, row []float32) {
	if slices.ContainsFunc(row, func(x float32) bool { return x == x }) {
		return
	}
	lost := &c.losses[j]
	switch start, end := c.jobs[j].window(s); {
	case end <= start:
		lost.length = append(lost.length, s.index)
	case start >= c.chroms[s.chrom].Length || end <= 0:
		lost.outside = append(lost.outside, s.index)
	default:
		lost.signal = append(lost.signal, s.index)
	}
}

// rowWriter sends rows to the stacks, those of a job from one goroutine at a time.
type rowWriter struct {
	*run
	locks []sync.Mutex
}

// write sends the rows that c holds, neighbours together.
func (w *rowWriter) write(sites []site, c *cutter) error {
	for j, res := range w.results {
		order := c.order[sideOf(w.jobs[j])]
		for from := 0; from < len(order); {
			to := from + 1
			for to < len(order) && sites[order[to]].row == sites[order[to-1]].row+1 {
				to++
			}
			if err := w.rows(j, sites[order[from]].row, c.buffers[j][from*res.Bins:to*res.Bins]); err != nil {
				return err
			}
			from = to
		}
	}
	return nil
}

func (w *rowWriter) rows(j, first int, values []float32) error {
	w.locks[j].Lock()
	defer w.locks[j].Unlock()
	if err := w.results[j].Stack.WriteRows(first, values); err != nil {
		return fmt.Errorf("write rows: %w", err)
	}
	return nil
}

// lost writes rows of NaN for the regions without a chromosome.
func (w *rowWriter) lost() error {
	for j, res := range w.results {
		rows := w.run.lost[sideOf(w.jobs[j])]
		if len(rows) == 0 {
			continue
		}
		nan := make([]float32, min(w.group, len(rows))*res.Bins)
		fill(nan, nan32)
		for from := 0; from < len(rows); {
			to := from + 1
			for to < len(rows) && rows[to] == rows[to-1]+1 && to-from < w.group {
				to++
			}
			if err := w.rows(j, rows[from], nan[:(to-from)*res.Bins]); err != nil {
				return err
			}
			from = to
		}
	}
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
