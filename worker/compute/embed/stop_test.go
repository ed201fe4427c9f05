package embed

import (
	"context"
	"errors"
	"math"
	"sync/atomic"
	"testing"

	"regioscope/worker/compute/internal/points"
)

// quiet is nobody who wants to know how far the work is.
func quiet(int64, int64) {}

// asked is a context that counts how often it is asked whether it has ended, and ends when it has been asked so often.
type asked struct {
	context.Context
	stop  context.CancelFunc
	limit int64
	n     atomic.Int64
}

func newAsked(limit int64) *asked {
	ctx, stop := context.WithCancel(context.Background())
	return &asked{Context: ctx, stop: stop, limit: limit}
}

func (a *asked) Err() error {
	if a.n.Add(1) >= a.limit {
		a.stop()
	}
	return a.Context.Err()
}

// Wherever it is, an embedding that is to stop does so within a few steps, and no step is large: an epoch of the descent,
// a pass of k-means, some rows of neighbours, silhouettes or quality.
func TestStopsAnywhere(t *testing.T) {
	const rows, threads = 600, 2
	f, _ := planted(rows, 20, 5, 0.5, 3)
	opt := Options{Seed: 1, Threads: threads, Ks: []int{2, 5, 9}}
	whole := newAsked(math.MaxInt64)
	if _, err := Compute(whole, f, opt); err != nil {
		t.Fatal(err)
	}
	total := whole.n.Load()
	tiles := int64(rows/tile+1) * int64(rows/tile+2) / 2
	if least := tiles + epochsFew + 10*3 + rows/16 + rows; total < least {
		t.Errorf("asked %d times, at least %d expected", total, least)
	}
	for at := int64(1); at < total; at += 1 + total/14 {
		ctx := newAsked(at)
		_, err := Compute(ctx, f, opt)
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("stopped at step %d of %d: %v", at, total, err)
		}
		if more := ctx.n.Load() - at; more > 20*threads {
			t.Errorf("stopped at step %d of %d: %d steps more", at, total, more)
		}
	}
}

// The search of neighbours for many rows, and the eigenvectors, stop within their parts as well.
func TestLongPartsStop(t *testing.T) {
	f, _ := planted(3000, 12, 3, 0.3, 1)
	s := scale(f, false)
	r := &run{s: s}
	r.p = points.New(s.values, s.cols)
	for at := int64(1); at < 200; at += 9 {
		ctx := newAsked(at)
		if _, err := descend(ctx, r.p, 15, 1, 1, quiet); !errors.Is(err, context.Canceled) {
			t.Fatalf("descent stopped at %d: %v", at, err)
		}
		if more := ctx.n.Load() - at; more > 20 {
			t.Errorf("descent stopped at %d: %d steps more", at, more)
		}
	}
	near, err := nearest(context.Background(), r.p, 15, 2, quiet)
	if err != nil {
		t.Fatal(err)
	}
	g, err := fuzzy(context.Background(), near, 1)
	if err != nil {
		t.Fatal(err)
	}
	for at := int64(1); at < spectralBlock*spectralDegree; at += 5 {
		ctx := newAsked(at)
		if _, _, err := spectral(ctx, g, 1, 1); !errors.Is(err, context.Canceled) {
			t.Fatalf("eigenvectors stopped at %d: %v", at, err)
		}
		if more := ctx.n.Load() - at; more > 3*spectralBlock {
			t.Errorf("eigenvectors stopped at %d: %d steps more", at, more)
		}
	}
}

// Progress begins low, ends at all, moves in small steps and never far back.
func TestProgress(t *testing.T) {
	f, _ := planted(1000, 20, 5, 0.5, 3)
	for _, layout := range []Layout{UMAP, PCA} {
		last, longest, back := int64(0), int64(0), int64(0)
		_, err := Compute(context.Background(), f, Options{Seed: 1, Layout: layout, Progress: func(done, total int64) {
			if total != 1000 {
				t.Fatalf("of %d", total)
			}
			longest, back, last = max(longest, done-last), max(back, last-done), done
		}})
		if err != nil {
			t.Fatal(err)
		}
		if last != 1000 || longest > 120 || back > 0 {
			t.Errorf("%s: ends at %d, a step of %d, %d back", layout, last, longest, back)
		}
	}
}
