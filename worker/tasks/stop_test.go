package tasks

import (
	"context"
	"errors"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/genome/algebra"
)

// steps counts what a pipeline does: it asks its context whether to stop, and reads files. With the limit-th step the
// context ends. Seen is told every step.
type steps struct {
	context.Context
	stop  context.CancelFunc
	n     atomic.Int64
	limit int64
	seen  func()
}

func newSteps(t *testing.T, limit int64) *steps {
	ctx, stop := context.WithCancel(t.Context())
	t.Cleanup(stop)
	return &steps{Context: ctx, stop: stop, limit: limit, seen: func() {}}
}

func (s *steps) step() {
	s.seen()
	if s.n.Add(1) >= s.limit {
		s.stop()
	}
}

func (s *steps) Err() error {
	s.step()
	return s.Context.Err()
}

// steppedBlobs is a data volume whose reads are steps of the work at hand.
type steppedBlobs struct {
	core.Blobs
	of *steps
}

func (b *steppedBlobs) Open(ctx context.Context, sha256 string) (core.Blob, error) {
	blob, err := b.Blobs.Open(ctx, sha256)
	return steppedBlob{blob, b}, err
}

type steppedBlob struct {
	core.Blob
	b *steppedBlobs
}

func (b steppedBlob) ReadAt(p []byte, at int64) (int, error) {
	b.b.of.step()
	return b.Blob.ReadAt(p, at)
}

// everyPipeline queues a run of each, on the demo data.
func everyPipeline(l *lab) map[core.Pipeline]core.Run {
	peaks, boundaries := l.demo("CTCF_peaks.bed", points), l.demo("TAD_boundaries.bed", points)
	hic, ctcf, ab := l.demo("wild_type.mcool", contacts), l.demo("CTCF.bw", signal), l.demo("AB_compartments.bw", signal)
	sets := []*core.Dataset{boundaries, l.demo("promoters.bed", points)}
	around, inside := core.WindowBin{Window: 50000, Bin: 5000}, core.WindowBin{Window: 10000, Bin: 500}
	_, checked := l.upload("uploaded.bed", []byte(strings.Repeat(goodBed, 50_000)))
	return map[core.Pipeline]core.Run{
		core.PipelineBed:         checked,
		core.PipelineDerive:      l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Subtract, Keep: algebra.KeepPieces}, Name: "rest"}, many(l, 40_000), peaks),
		core.PipelinePileup:      l.ask(core.PipelinePileup, peaks, hic, around),
		core.PipelineStackup:     l.ask(core.PipelineStackup, peaks, ctcf, inside),
		core.PipelineEnrichment:  l.ask(core.PipelineEnrichment, peaks, l.collect(core.MembersRegions, sets...), around),
		core.PipelineEmbedding1D: l.ask(core.PipelineEmbedding1D, peaks, l.collect(core.MembersSignals, ctcf, ab), inside),
		core.PipelineEmbedding2D: l.ask(core.PipelineEmbedding2D, boundaries, hic, around),
	}
}

// A run that is to stop does so wherever it is, within a few steps for each of its threads, and leaves no temporary file.
// That a step is short is shown where the loops are (embed: TestStopsAnywhere; enrich: TestStops); that a wish to cancel
// reaches the context within a second, in TestCancel.
func TestEveryPipelineStopsAnywhere(t *testing.T) {
	l := newLab(t)
	blobs := &steppedBlobs{Blobs: l.Blobs}
	runs := everyPipeline(l)
	l.Blobs = blobs
	for pipeline, run := range runs {
		t.Run(string(pipeline), func(t *testing.T) {
			whole := newSteps(t, math.MaxInt64)
			blobs.of = whole
			work := func(ctx context.Context) error {
				_, err := l.pipelines[pipeline](ctx, run, newProgress())
				return err
			}
			for at, total := int64(1), int64(math.MaxInt64); at < total; at += 1 + total/12 {
				if total == math.MaxInt64 {
					check(t, work(whole))
					total = whole.n.Load()
					t.Logf("%d steps", total)
				}
				ctx := newSteps(t, at)
				blobs.of = ctx
				err := work(ctx)
				if more := ctx.n.Load() - at; !errors.Is(err, context.Canceled) || more > 40 {
					t.Errorf("stopped at step %d of %d: %v after %d more", at, total, err, more)
				}
			}
			if least := map[core.Pipeline]int64{core.PipelineEmbedding1D: 500, core.PipelineEmbedding2D: 500}[pipeline]; whole.n.Load() < max(least, 10) {
				t.Errorf("only %d steps", whole.n.Load())
			}
		})
	}
	l.blobs() // no temporary file is left
}

// Progress is a share of the work: it grows, in steps that are small enough to be worth showing, and comes to its end.
func TestProgressOfEveryPipeline(t *testing.T) {
	l := newLab(t)
	l.Threads = 1
	blobs := &steppedBlobs{Blobs: l.Blobs}
	runs := everyPipeline(l)
	l.Blobs = blobs
	for pipeline, run := range runs {
		t.Run(string(pipeline), func(t *testing.T) {
			p := newProgress()
			var mu sync.Mutex
			last, longest, at := 0.0, 0.0, ""
			ctx := newSteps(t, math.MaxInt64)
			ctx.seen = func() {
				mu.Lock()
				defer mu.Unlock()
				p.mu.Lock()
				share, message := p.share, p.message
				p.mu.Unlock()
				if share < last {
					t.Errorf("back from %.3f to %.3f (%s)", last, share, message)
				}
				if share-last > longest {
					longest, at = share-last, message
				}
				last = share
			}
			blobs.of = ctx
			_, err := l.pipelines[pipeline](ctx, run, p)
			check(t, err)
			if p.share < 0.95 || longest > 0.5 {
				t.Errorf("ends at %.3f, the longest step is %.3f (%s)", p.share, longest, at)
			}
			t.Logf("ends at %.3f, the longest step is %.3f (%s)", p.share, longest, at)
		})
	}
}
