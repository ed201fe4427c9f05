package stackup

import (
	"context"
	"errors"
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"regioscope/worker/format/bbi"
	"regioscope/worker/genome"
)

// watched is a signal whose reading can be watched and fail.
type watched struct {
	*fake
	reads atomic.Int64
	read  func(b bbi.Block) error
}

func (w *watched) Read(b bbi.Block, until uint32, d *bbi.Decoder) ([]bbi.Interval, error) {
	w.reads.Add(1)
	if err := w.read(b); err != nil {
		return nil, err
	}
	return w.fake.Read(b, until, d)
}

// dense is a signal of n intervals of 10 bp, ten in a block.
func dense(n uint32) *fake {
	f := &fake{chroms: []genome.Chrom{{Name: "c", Length: int64(n) * 10}}, data: map[string][]item{}, chunk: 10}
	for at := range n {
		f.data["c"] = append(f.data["c"], item{10 * at, 10*at + 10, float32(at % 97)})
	}
	return f
}

func everyThousand(n int) []genome.Region {
	var out []genome.Region
	for i := range n {
		r := region("c", int64(i)*1000+500, int64(i)*1000+500)
		r.Index = i
		out = append(out, r)
	}
	return out
}

// Of several broken blocks, the first one in the file is named, on any number of threads.
func TestFirstDefectIsReported(t *testing.T) {
	for _, threads := range []int{1, 2, 7} {
		for range 20 {
			w := &watched{fake: dense(20_000)}
			w.read = func(b bbi.Block) error {
				if at := b.Start / 100; at == 700 || at == 701 || at == 750 {
					return fmt.Errorf("block %d is broken", at)
				}
				return nil
			}
			_, err := Compute(context.Background(), w, everyThousand(200), []Job{{Window: 500, Bin: 50}}, Options{Threads: threads})
			if err == nil || !strings.Contains(err.Error(), "c: block 700 is broken") {
				t.Fatalf("%d threads: %v", threads, err)
			}
		}
	}
}

// Every block is read once, and those that no window touches are not read.
func TestEveryBlockIsReadOnce(t *testing.T) {
	seen := make([]atomic.Int64, 2000)
	w := &watched{fake: dense(20_000)}
	w.read = func(b bbi.Block) error {
		seen[b.Start/100].Add(1)
		return nil
	}
	jobs := []Job{{Window: 300, Bin: 50}, {Window: 100, Bin: 10}, {Window: 200, Bin: 200, Side: Right}}
	compute(t, w, everyThousand(150), jobs, Options{Threads: 3})
	for i := range seen {
		at := i % 10 * 100 // the windows are 200 to 800 of every thousand
		if want := int64(0); at >= 200 && at < 800 && i < 1500 {
			want = 1
			if seen[i].Load() != want {
				t.Errorf("block %d is read %d times", i, seen[i].Load())
			}
		} else if seen[i].Load() != want {
			t.Errorf("block %d is read", i)
		}
	}
}

// After it is cancelled, each goroutine finishes at most the block that it reads.
func TestCancelStopsReading(t *testing.T) {
	for _, threads := range []int{1, 4} {
		ctx, cancel := context.WithCancel(context.Background())
		w := &watched{fake: dense(20_000)}
		w.read = func(bbi.Block) error {
			if w.reads.Load() == 300 {
				cancel()
			}
			return nil
		}
		_, err := Compute(ctx, w, everyThousand(200), []Job{{Window: 500, Bin: 50}}, Options{Threads: threads})
		if n := w.reads.Load(); !errors.Is(err, context.Canceled) || n > 300+2*int64(threads) {
			t.Errorf("%d threads: %v after %d blocks", threads, err, n)
		}
	}
}

// Rows of a group are not cut after it is cancelled.
func TestCancelStopsCutting(t *testing.T) {
	r, err := newRun(dense(2000), everyThousand(20), []Job{{Window: 500, Bin: 50}}, Options{Summary: Mean, Memory: 1 << 30, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := newCutter(r).cut(ctx, r.sites[:3], nil); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// Blocks that overlap one another are refused like intervals that do, although each is in order.
func TestOverlapBetweenBlocks(t *testing.T) {
	f := dense(1000)
	f.data["c"][500].start -= 5 // the first of its block
	for _, threads := range []int{1, 3} {
		_, err := Compute(context.Background(), f, everyThousand(10), []Job{{Window: 500, Bin: 50}}, Options{Threads: threads})
		if !errors.Is(err, ErrOverlap) {
			t.Errorf("%d threads: %v", threads, err)
		}
	}
}

// What is held at a time is bounded by the setting, not by the signal.
func TestPagesAreGivenBack(t *testing.T) {
	w := &watched{fake: dense(50_000), read: func(bbi.Block) error { return nil }}
	r, err := newRun(w, everyThousand(500), []Job{{Window: 500, Bin: 50}}, Options{Summary: Mean, Memory: 1 << 30, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	r.limit, r.group = 200*(10*intervalBytes+2*markBytes), 1 // 200 of 5000 blocks
	most, rows := int64(0), int64(0)
	r.opt.Progress = func(done, _ int64) {
		most, rows = max(most, w.reads.Load()-10*done), done // a row needs ten blocks
	}
	if err := r.sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	if rows != 500 || most > 250 {
		t.Errorf("%d rows, %d blocks ahead", rows, most)
	}
}

// The search gives what looking at one interval after the other gives, however uneven they are.
func TestFind(t *testing.T) {
	rng := rand.New(rand.NewSource(3))
	for range 300 {
		var list []bbi.Interval
		at := uint32(rng.Intn(100))
		for range 1 + rng.Intn(200) {
			end := at + 1 + uint32(rng.Intn(1<<rng.Intn(16)))
			list = append(list, bbi.Interval{Start: at, End: end, Value: 1})
			at = end + uint32(rng.Intn(1<<rng.Intn(10)))
		}
		p := &page{}
		if err := p.fill(slices.Clone(list), []bbi.Range{{Start: 0, End: 1 << 31}}); err != nil || len(p.list) != len(list) {
			t.Fatal(err)
		}
		for range 50 {
			x := uint32(rng.Intn(int(p.end)))
			want := slices.IndexFunc(list, func(v bbi.Interval) bool { return v.End > x })
			for _, from := range []int{0, want / 2, max(0, want-1), want} {
				if got := p.find(from, x); got != want {
					t.Fatalf("%d from %d: %d, want %d in %v", x, from, got, want, list)
				}
			}
		}
	}
}

// A page keeps what overlaps a range and is finite, and the sums before every eighth of it.
func TestPageKeepsWhatIsNeeded(t *testing.T) {
	f := dense(100)
	f.data["c"][33].value = nan32
	list, err := f.Read(bbi.Block{Offset: 0, Size: 100}, 1000, nil)
	if err != nil {
		t.Fatal(err)
	}
	p := &page{}
	if err := p.fill(list, []bbi.Range{{Start: 0, End: 1}, {Start: 101, End: 105}, {Start: 299, End: 500}, {Start: 2000, End: 3000}}); err != nil {
		t.Fatal(err)
	}
	var starts []uint32
	for _, v := range p.list {
		starts = append(starts, v.Start)
	}
	want := []uint32{0, 100}
	for at := uint32(290); at < 500; at += 10 {
		if at != 330 {
			want = append(want, at)
		}
	}
	if !slices.Equal(starts, want) || p.end != 500 || p.first != 0 || p.last != 1000 || p.total.covered != 10*uint32(len(want)) || len(p.marks) != 3 {
		t.Fatalf("%v, %+v", starts, p)
	}
	// The first eight: starts 0, 100 and 290 to 340 without 330, then 350; values are a tenth of the start.
	if m := p.marks[1]; m.hi+m.lo != 10*(0+10+29+30+31+32+34+35) || m.covered != 80 {
		t.Errorf("%+v", m)
	}
}
