package tasks

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"regioscope/backend/core"
	"regioscope/worker/compute/expected"
	"regioscope/worker/contactcache"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/locus"
)

// keptDivisors is how many answers about the expected stay in memory, and sweepLimit how long one may be worked on.
const (
	keptDivisors = 8
	sweepLimit   = 30 * time.Minute
)

// Expected knows what is expected of contact maps, for single places. It is safe for concurrent use.
type Expected struct {
	Blobs    core.Blobs
	Contacts *contactcache.Store
	Threads  int

	mu   sync.Mutex
	kept []*divisor // the last used is the last
}

// divisor is made once; who asks for the same meanwhile waits for it.
type divisor struct {
	key  string
	done chan struct{}
	*expected.Divisor
	err error
}

// Divide divides balanced contacts of a map's rows with its cols by what is expected, in place; see expected.Divisor. The
// expected is that of averages: of the same map, weights and arms, and it comes out of the same cache. The first question about
// a resolution sweeps the whole map. That goes on when ctx ends, so that it is there for the next one: people move on while
// they wait, and every move would begin it anew.
func (e *Expected) Divide(ctx context.Context, d *core.Dataset, a *core.Assembly, bin int64, weight string, divisive bool, values []float64, rows, cols locus.Span) error {
	arms, chroms, err := e.pairs(ctx, d, a, bin, rows, cols)
	if err != nil {
		return err
	}
	// An assembly may get other arms or names under its id.
	key := fmt.Sprint(d.SHA256, bin, weight, divisive, a.Genome().View(), a.Aliases, arms, chroms)
	known := e.find(key, func() (*expected.Divisor, error) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sweepLimit)
		defer cancel()
		return e.compute(ctx, d, a, bin, weight, divisive, arms, chroms)
	})
	select {
	case <-known.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if known.err != nil {
		return known.err
	}
	known.Divide(values, rows, cols)
	return nil
}

// find gives what is known by a key, or begins to work on it. What failed is forgotten.
func (e *Expected) find(key string, compute func() (*expected.Divisor, error)) *divisor {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, k := range e.kept {
		if k.key == key {
			e.kept = append(append(e.kept[:i:i], e.kept[i+1:]...), k)
			return k
		}
	}
	k := &divisor{key: key, done: make(chan struct{})}
	e.kept = append(e.kept, k)
	if len(e.kept) > keptDivisors {
		e.kept = e.kept[1:]
	}
	go func() {
		defer close(k.done)
		defer func() {
			if r := recover(); r != nil { // nobody's request stands above this goroutine
				k.err = fmt.Errorf("expected: %v\n%s", r, debug.Stack())
			}
			if k.err != nil {
				e.forget(k)
			}
		}()
		k.Divisor, k.err = compute()
	}()
	return k
}

func (e *Expected) forget(gone *divisor) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for i, k := range e.kept {
		if k == gone {
			e.kept = append(e.kept[:i:i], e.kept[i+1:]...)
			return
		}
	}
}

// level opens a resolution; the caller closes the file.
func (e *Expected) level(ctx context.Context, d *core.Dataset, bin int64) (core.Blob, *cool.Level, error) {
	blob, err := e.Blobs.Open(ctx, d.SHA256)
	if err != nil {
		return nil, nil, fmt.Errorf("file of %q: %w", d.Name, err)
	}
	f, err := cool.Open(stoppable{blob, ctx, storageOf(ctx)}, blob.Size())
	if err == nil {
		var l *cool.Level
		if l, err = f.Level(bin); err == nil {
			return blob, l, nil
		}
	}
	blob.Close()
	return nil, nil, err
}

// pairs are the arms and chromosomes that the bins of a question lie between.
func (e *Expected) pairs(ctx context.Context, d *core.Dataset, a *core.Assembly, bin int64, rows, cols locus.Span) (arms, chroms []expected.Pair, err error) {
	blob, l, err := e.level(ctx, d, bin)
	if err != nil {
		return nil, nil, err
	}
	defer blob.Close()
	placed, _, err := expected.Arms(l, a.Genome().View(), a.Aliases)
	if err != nil {
		return nil, nil, err
	}
	arms, chroms = expected.Touched(placed, rows, cols)
	return arms, chroms, nil
}

func (e *Expected) compute(ctx context.Context, d *core.Dataset, a *core.Assembly, bin int64, weight string, divisive bool, arms, chroms []expected.Pair) (*expected.Divisor, error) {
	blob, l, err := e.level(ctx, d, bin)
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	weights, err := l.WeightAs(weight, divisive)
	if err != nil {
		return nil, err
	}
	of := contactcache.Level{Level: l, SHA256: d.SHA256, Weights: weights, View: a.Genome().View(), Aliases: a.Aliases}
	table, between, err := e.Contacts.ExpectedBetween(ctx, of, arms, chroms, expected.Options{IgnoreDiags: expected.IgnoreDiags, Threads: max(1, e.Threads)})
	if err != nil {
		return nil, err
	}
	return expected.NewDivisor(table, between), nil
}
