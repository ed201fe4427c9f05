// Package parallel shares loops among goroutines. The caller's loop must give the same result in any order.
package parallel

import (
	"context"
	"sync"
	"sync/atomic"
)

// Each calls fn for 0 to n−1, each once, on up to threads goroutines, which take the next free number; worker is the
// goroutine's own number, for scratch space. It stops early when ctx ends, and returns the error of ctx.
func Each(ctx context.Context, threads, n int, fn func(worker, i int)) error {
	threads = max(1, min(threads, n))
	if threads == 1 {
		for i := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			fn(0, i)
		}
		return ctx.Err()
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for worker := range threads {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				fn(worker, i)
			}
		})
	}
	wg.Wait()
	return ctx.Err()
}

// Blocks cuts 0 to n−1 into blocks of size (the last may be shorter) and calls fn for each, like Each.
func Blocks(ctx context.Context, threads, n, size int, fn func(worker, lo, hi int)) error {
	return Each(ctx, threads, (n+size-1)/size, func(worker, i int) {
		fn(worker, i*size, min(n, (i+1)*size))
	})
}
