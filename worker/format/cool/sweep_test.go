package cool

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
)

// Sweeping any tiles gives what the same pixels of a sweep over everything are, on any number of threads. The columns
// are chunked by 97 pixels and the counts by 191 in these files.
func TestSweepTiles(t *testing.T) {
	defer func(n int64) { batchPixels = n }(batchPixels)
	batchPixels = 300
	r := rand.New(rand.NewPCG(3, 3))
	for _, name := range []string{"matrix_earliest", "matrix_latest", "cooler", "single"} {
		f := openTest(t, name)
		for _, size := range f.Resolutions() {
			l, err := f.Level(size)
			if err != nil {
				t.Fatal(err)
			}
			bin2, count := pixels(t, l, whole(l), 1)
			n := int(l.NumPixels())
			for threads := 1; threads <= 4; threads++ {
				cuts := []int{0, n}
				for range r.IntN(30) {
					cuts = append(cuts, r.IntN(n+1))
				}
				slices.Sort(cuts)
				var ranges []PixelRange
				var want2 []int32
				var wantC []float64
				for i := 1; i < len(cuts); i++ {
					if r.IntN(3) == 0 {
						continue
					}
					ranges = append(ranges, PixelRange{int64(cuts[i-1]), int64(cuts[i])})
					want2 = append(want2, bin2[cuts[i-1]:cuts[i]]...)
					wantC = append(wantC, count[cuts[i-1]:cuts[i]]...)
				}
				got2, gotC := pixels(t, l, ranges, threads)
				if !slices.Equal(got2, want2) || !slices.Equal(gotC, wantC) {
					t.Fatalf("%s %d: tiles %v on %d threads differ", name, size, ranges, threads)
				}
			}
		}
	}
}

// Blocks are the same on any number of threads, not only their contents.
func TestSweepBlocks(t *testing.T) {
	l, err := openTest(t, "single").Level(20)
	if err != nil {
		t.Fatal(err)
	}
	defer func(n int64) { batchPixels = n }(batchPixels)
	batchPixels = 100
	var want []int64
	for threads := 1; threads <= 8; threads *= 2 {
		var got []int64
		if err := l.Sweep(context.Background(), whole(l), threads, func(b Block) error { got = append(got, b.Lo); return nil }); err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d threads: blocks at %v, want %v", threads, got, want)
		}
	}
}

func TestSweepStops(t *testing.T) {
	l, err := openTest(t, "single").Level(20)
	if err != nil {
		t.Fatal(err)
	}
	mine := errors.New("enough")
	if err := l.Sweep(context.Background(), whole(l), 2, func(Block) error { return mine }); !errors.Is(err, mine) {
		t.Errorf("error of the callback comes back as %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	err = l.Sweep(ctx, []PixelRange{{0, 10}, {20, 30}, {40, 50}}, 2, func(Block) error { calls++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || calls != 1 {
		t.Errorf("after cancelling: %v, %d calls", err, calls)
	}
	none := func(Block) error { t.Error("called"); return nil }
	if err := l.Sweep(context.Background(), nil, 2, none); err != nil {
		t.Error(err)
	}
	if err := l.Sweep(context.Background(), []PixelRange{{5, 5}}, 2, none); err != nil {
		t.Error(err)
	}
	for _, bad := range [][]PixelRange{{{10, 5}}, {{0, 10}, {5, 20}}, {{-1, 3}}, {{0, l.NumPixels() + 1}}} {
		if err := l.Sweep(context.Background(), bad, 2, none); err == nil {
			t.Errorf("ranges %v are accepted", bad)
		}
	}
}

// A file and its levels can be used by several goroutines at once (run with -race to see more than wrong numbers).
func TestConcurrentUse(t *testing.T) {
	f := openTest(t, "cooler")
	l, err := f.Level(20)
	if err != nil {
		t.Fatal(err)
	}
	want2, wantC := pixels(t, l, whole(l), 1)
	fresh := openTest(t, "cooler")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			l, err := fresh.Level(20)
			if err != nil {
				t.Error(err)
				return
			}
			if _, err := l.Bin1Offset(); err != nil {
				t.Error(err)
			}
			var got2 []int32
			var gotC []float64
			err = l.Sweep(context.Background(), whole(l), 2, func(b Block) error {
				got2, gotC = append(got2, b.Bin2...), append(gotC, b.Count...)
				return nil
			})
			if err != nil || !slices.Equal(got2, want2) || !slices.Equal(gotC, wantC) {
				t.Errorf("a concurrent sweep differs: %v", err)
			}
		})
	}
	wg.Wait()
}
