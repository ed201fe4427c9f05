package embed

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"testing"
	"time"
)

// The estimate bounds what is taken, whether neighbours are exact or not, and is not ten times too high.
func TestBytesBoundsTheMemory(t *testing.T) {
	for _, c := range []struct{ rows, cols int }{{8000, 100}, {exactRows + 2000, 4}} {
		f, _ := planted(c.rows, c.cols, 5, 0.5, 1)
		ks := []int{2, 3}
		var held atomic.Uint64
		ctx, stop := context.WithCancel(context.Background())
		defer debug.SetGCPercent(debug.SetGCPercent(50)) // little garbage
		runtime.GC()
		var before runtime.MemStats
		runtime.ReadMemStats(&before)
		sampled := make(chan struct{})
		go func() {
			defer close(sampled)
			var now runtime.MemStats
			for ctx.Err() == nil {
				runtime.ReadMemStats(&now)
				if more := now.HeapAlloc - min(before.HeapAlloc, now.HeapAlloc); more > held.Load() {
					held.Store(more)
				}
				time.Sleep(10 * time.Millisecond)
			}
		}()
		// The descent, which takes no more than what it begins with, is left out: it ends with its first epoch.
		_, err := Compute(ctx, f, Options{Threads: 2, Ks: ks, Progress: func(done, _ int64) {
			if done > 152 && done < umapShare {
				stop()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		stop()
		<-sampled
		need, features := Bytes(c.rows, c.cols, len(ks)), int64(4*c.rows*c.cols)
		got := int64(held.Load()) + features // which were there before
		t.Logf("%d × %d: %d MiB held, %d estimated", c.rows, c.cols, got>>20, need>>20)
		if got > need || got < need/10 {
			t.Errorf("%d × %d: %d bytes held, %d estimated", c.rows, c.cols, got, need)
		}
	}
}

func TestTooManyRegions(t *testing.T) {
	f := NewFeatures(1000, 10)
	if _, err := Compute(context.Background(), f, Options{Memory: 1 << 20}); !errors.Is(err, ErrMemory) {
		t.Errorf("error %v", err)
	}
	if _, err := Compute(context.Background(), f, Options{Memory: 16 << 20, Layout: PCA}); err != nil {
		t.Error(err)
	}
}
