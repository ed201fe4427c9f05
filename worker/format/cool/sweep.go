package cool

import (
	"context"
	"fmt"
	"sync"

	"regioscope/worker/format/hdf5"
)

// batchPixels is about how many pixels one unit of decoding work holds: several small chunks, or one large one.
var batchPixels int64 = 1 << 15 // a variable for tests, which have small files

// PixelRange is a half-open range of pixel indices.
type PixelRange struct{ Lo, Hi int64 }

// Block is a run of consecutive pixels, Lo and up: the column bin and the count of each. The slices are valid only
// during the callback.
type Block struct {
	Lo    int64
	Bin2  []int32
	Count []float64
}

// batch is a run of neighbouring chunks of one column, decoded together into one buffer. The counts of a level and its
// column bins are often chunked differently, so each column has its own batches, and the consumer walks both.
type batch struct {
	lo, hi int64 // pixels
	first  int64 // chunk
	bin2   []int32
	count  []float64
	counts bool
	done   chan struct{}
	err    error
}

// Sweep delivers the pixels of the ranges, which must be sorted and disjoint, to fn in order. Every chunk that a range
// touches is read and decompressed once, on up to `threads` goroutines that run a few chunks ahead of fn; the blocks do
// not depend on their number. fn runs on the caller's goroutine. The first error of fn, of the file (a *FormatError,
// also for a column bin outside the map or a chunk that is missing) or of ctx ends the sweep.
func (l *Level) Sweep(ctx context.Context, ranges []PixelRange, threads int, fn func(Block) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	last := int64(0)
	for _, r := range ranges {
		if r.Lo < last || r.Hi < r.Lo || r.Hi > l.NumPixels() {
			return fmt.Errorf("sweep: pixels %d to %d of %d, after %d", r.Lo, r.Hi, l.NumPixels(), last)
		}
		last = r.Hi
	}
	s, err := l.newSweeper(ranges, threads)
	if err != nil || len(s.bin2) == 0 {
		return err
	}
	inner, cancel := context.WithCancel(ctx)
	var workers sync.WaitGroup
	defer workers.Wait()
	defer cancel()
	work := make(chan *batch)
	bin2, count := s.bin2, s.count // deliver consumes the fields
	workers.Go(func() { s.dispatch(inner, bin2, count, work) })
	for range s.threads {
		workers.Go(func() { s.work(work) })
	}
	return s.deliver(ctx, ranges, fn)
}

type sweeper struct {
	l       *Level
	threads int
	bin2    []*batch // column bins, in order
	count   []*batch
	slots   chan struct{} // bounds the batches that are decoded and not yet delivered
	free2   chan []int32  // buffers to use again
	freeC   chan []float64
	room2   int64 // pixels of the largest batch
	roomC   int64
}

func (l *Level) newSweeper(ranges []PixelRange, threads int) (*sweeper, error) {
	s := &sweeper{l: l, threads: max(threads, 1)}
	s.bin2 = plan(l.bin2, ranges, false)
	s.count = plan(l.count, ranges, true)
	for _, b := range s.bin2 {
		s.room2 = max(s.room2, b.hi-b.lo)
	}
	for _, b := range s.count {
		s.roomC = max(s.roomC, b.hi-b.lo)
	}
	// The plan, a chunk as stored, inflated and unshuffled for every worker, and the decoded batches.
	fixed := int64(len(s.bin2)+len(s.count)) * 160
	scratch := 3 * max(l.bin2.ChunkLen()*int64(l.bin2.Type.Size), l.count.ChunkLen()*int64(l.count.Type.Size))
	each := max(4*s.room2, 8*s.roomC)
	if err := l.h.CheckAlloc(fixed+scratch+2*each, "decoding the pixels"); err != nil {
		return nil, err
	}
	for s.threads > 1 && l.h.CheckAlloc(fixed+int64(s.threads)*scratch+int64(s.threads+2)*each, "") != nil {
		s.threads--
	}
	slots := 2*s.threads + 2
	for slots > 2 && l.h.CheckAlloc(fixed+int64(s.threads)*scratch+int64(slots)*each, "") != nil {
		slots--
	}
	s.slots = make(chan struct{}, slots)
	s.free2, s.freeC = make(chan []int32, slots), make(chan []float64, slots)
	return s, nil
}

// plan lists the batches of a column that cover the ranges: chunks next to each other, up to batchPixels.
func plan(d *hdf5.Dataset, ranges []PixelRange, counts bool) []*batch {
	var out []*batch
	var cur *batch
	size := d.ChunkLen()
	next := int64(0) // first chunk that is not planned yet
	for _, r := range ranges {
		if r.Lo == r.Hi {
			continue
		}
		for i := max(next, r.Lo/size); i*size < r.Hi; i++ {
			lo, hi := i*size, min((i+1)*size, d.Len())
			if cur == nil || cur.hi != lo || hi-cur.lo > batchPixels {
				cur = &batch{lo: lo, first: i, counts: counts, done: make(chan struct{})}
				out = append(out, cur)
			}
			cur.hi = hi
			next = i + 1
		}
	}
	return out
}

// dispatch hands out the batches of both columns in the order of their first pixel. The consumer holds at most one batch
// of each column and waits for the earliest one that it lacks, so two slots are enough never to stall.
func (s *sweeper) dispatch(ctx context.Context, a, b []*batch, work chan<- *batch) {
	defer close(work)
	for len(a) > 0 || len(b) > 0 {
		var next *batch
		if len(b) == 0 || (len(a) > 0 && a[0].lo <= b[0].lo) {
			next, a = a[0], a[1:]
		} else {
			next, b = b[0], b[1:]
		}
		select {
		case s.slots <- struct{}{}:
		case <-ctx.Done():
			return
		}
		select {
		case work <- next:
		case <-ctx.Done():
			return
		}
	}
}

func (s *sweeper) work(work <-chan *batch) {
	var k hdf5.Decoder
	for b := range work {
		if b.counts {
			b.count = buffer(s.freeC, s.roomC)[:b.hi-b.lo]
			b.err = decode(&k, s.l.count, b, b.count)
		} else {
			b.bin2 = buffer(s.free2, s.room2)[:b.hi-b.lo]
			if b.err = decode(&k, s.l.bin2, b, b.bin2); b.err == nil {
				b.err = s.l.checkColumns(b)
			}
		}
		close(b.done)
	}
}

func buffer[T any](free <-chan []T, room int64) []T {
	select {
	case b := <-free:
		return b
	default:
		return make([]T, room)
	}
}

func decode[T hdf5.Number](k *hdf5.Decoder, d *hdf5.Dataset, b *batch, dst []T) error {
	for i := b.first; len(dst) > 0; i++ {
		n, stored, err := hdf5.ChunkInto(k, d, i, dst)
		if err != nil {
			return err
		}
		if !stored {
			return fmt.Errorf("%s: %w", d.Path, formatErr(d.Offset(), "chunk %d of the pixels is missing", i))
		}
		dst = dst[n:]
	}
	return nil
}

// checkColumns makes sure that every column bin is a bin of the map.
func (l *Level) checkColumns(b *batch) error {
	limit := uint32(l.NumBins())
	for i, v := range b.bin2 {
		if uint32(v) >= limit {
			return fmt.Errorf("%s: %w", l.bin2.Path, formatErr(l.bin2.Offset(), "pixel %d is in column %d of %d", b.lo+int64(i), v, limit))
		}
	}
	return nil
}

// deliver walks both columns and the ranges together.
func (s *sweeper) deliver(ctx context.Context, ranges []PixelRange, fn func(Block) error) error {
	var a, b *batch
	for _, r := range ranges {
		for at := r.Lo; at < r.Hi; {
			var err error
			if a, err = s.reach(ctx, a, &s.bin2, at); err != nil {
				return err
			}
			if b, err = s.reach(ctx, b, &s.count, at); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
			end := min(r.Hi, a.hi, b.hi)
			if err := fn(Block{Lo: at, Bin2: a.bin2[at-a.lo : end-a.lo], Count: b.count[at-b.lo : end-b.lo]}); err != nil {
				return err
			}
			at = end
		}
	}
	return nil
}

// reach returns the decoded batch that holds pixel at, giving back the one before it.
func (s *sweeper) reach(ctx context.Context, held *batch, queue *[]*batch, at int64) (*batch, error) {
	for held == nil || held.hi <= at {
		if held != nil {
			s.release(held)
		}
		held = (*queue)[0]
		*queue = (*queue)[1:]
		select {
		case <-held.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		if held.err != nil {
			return nil, held.err
		}
	}
	return held, nil
}

func (s *sweeper) release(b *batch) {
	if b.counts {
		s.freeC <- b.count
		b.count = nil
	} else {
		s.free2 <- b.bin2
		b.bin2 = nil
	}
	<-s.slots
}
