package bbi

import (
	"context"
	"fmt"
	"slices"
	"sync"
)

// Range is a half-open stretch of a chromosome.
type Range struct{ Start, End uint32 }

// batchBlocks is how many blocks travel together between goroutines: the largest possible four decode to 3 MB.
const batchBlocks = 4

// Intervals reads every data block of chrom that overlaps one of the ranges (sorted, disjoint) once, inflates on threads
// goroutines with a small look-ahead, and calls fn with the intervals in the order of their blocks' starts, from this
// goroutine. Whole blocks are given: intervals outside the ranges are among them. Each interval is not empty; that they
// are sorted and disjoint is what writers promise, not what is checked. Values may be NaN. The slices are valid during
// the call only. ErrNoChrom, *FormatError, the error of fn, or of ctx.
func (f *File) Intervals(ctx context.Context, chrom string, ranges []Range, threads int, fn func(start, end []uint32, value []float32) error) error {
	i, ok := f.byName[chrom]
	if !ok {
		return fmt.Errorf("%w: %q", ErrNoChrom, chrom)
	}
	blocks := overlapping(f.blocks[i], ranges)
	if threads < 1 {
		threads = 1
	}
	if threads == 1 || len(blocks) <= batchBlocks {
		return f.serial(ctx, blocks, f.ids[i], fn)
	}
	return f.parallel(ctx, blocks, f.ids[i], threads, fn)
}

// BlockBytes is the size in the file of the blocks that Intervals would read.
func (f *File) BlockBytes(chrom string, ranges []Range) int64 {
	i, ok := f.byName[chrom]
	if !ok {
		return 0
	}
	n := int64(0)
	for _, b := range overlapping(f.blocks[i], ranges) {
		n += b.size
	}
	return n
}

func overlapping(blocks []block, ranges []Range) []block {
	var out []block
	for _, b := range blocks {
		i, _ := slices.BinarySearchFunc(ranges, b.start, func(r Range, start uint32) int {
			if r.End <= start {
				return -1
			}
			return 1
		})
		if i < len(ranges) && ranges[i].Start < b.end {
			out = append(out, b)
		}
	}
	return out
}

func (f *File) serial(ctx context.Context, blocks []block, id uint32, fn func(start, end []uint32, value []float32) error) error {
	d := &decoder{f: f}
	var out intervals
	for _, b := range blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		out.reset()
		if err := d.decode(b, id, &out); err != nil {
			return err
		}
		if err := fn(out.start, out.end, out.value); err != nil {
			return err
		}
	}
	return nil
}

// batch is a run of blocks on its way: queued in order, decoded by any worker, delivered in order.
type batch struct {
	blocks []block
	out    intervals
	err    error
	done   chan struct{}
}

func (f *File) parallel(ctx context.Context, blocks []block, id uint32, threads int, fn func(start, end []uint32, value []float32) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer cancel()

	look := threads + 2
	free := make(chan *batch, look)
	for range look {
		free <- &batch{}
	}
	work := make(chan *batch, look)
	queue := make(chan *batch, look)
	wg.Add(1 + threads)
	go func() {
		defer wg.Done()
		defer close(work)
		defer close(queue)
		for chunk := range slices.Chunk(blocks, batchBlocks) {
			select {
			case b := <-free:
				b.blocks, b.err, b.done = chunk, nil, make(chan struct{})
				work <- b // neither can block: they hold as many as there are batches
				queue <- b
			case <-ctx.Done():
				return
			}
		}
	}()
	for range threads {
		go func() {
			defer wg.Done()
			d := &decoder{f: f}
			for b := range work {
				b.out.reset()
				for _, block := range b.blocks {
					if b.err = ctx.Err(); b.err == nil {
						b.err = d.decode(block, id, &b.out)
					}
					if b.err != nil {
						break
					}
				}
				close(b.done)
			}
		}()
	}
	for b := range queue {
		<-b.done
		if b.err != nil {
			return b.err
		}
		if err := fn(b.out.start, b.out.end, b.out.value); err != nil {
			return err
		}
		free <- b
	}
	return ctx.Err()
}
