package pileup

import (
	"context"
	"math"

	"regioscope/worker/compute/internal/parallel"
	"regioscope/worker/format/cool"
)

// task is a part of a window as the file stores it: pixels of rows r0 to r1 and columns c0 to c1. When turned, the file's
// rows are the window's columns; pixels of the main diagonal are then left to the other task.
type task struct {
	r0, r1, c0, c1 int32
	turned         bool
}

// tasks lists the parts of a window. A window on the diagonal of a map of which one triangle is stored needs only that.
func (g *grid) tasks(w *window) (list [2]task, n int) {
	if !g.SymmetricUpper() || w.onDiagonal() {
		return [2]task{{w.r0, w.r1, w.c0, w.c1, false}}, 1
	}
	if direct := (task{w.r0, min(w.r1, w.c1), w.c0, w.c1, false}); direct.r0 < direct.r1 {
		list[n] = direct
		n++
	}
	if turned := (task{w.c0, min(w.c1, w.r1-1), w.r0, w.r1, true}); turned.r0 < turned.r1 {
		list[n] = turned
		n++
	}
	return list, n
}

// first is the first row of the file that a window may need; windows are sorted by it.
func (g *grid) first(w *window) int32 {
	if g.SymmetricUpper() {
		return min(w.r0, w.c0)
	}
	return w.r0
}

// last is the row after the last one that a window needs.
func (g *grid) last(w *window) int32 {
	list, n := g.tasks(w)
	var last int32
	for _, t := range list[:n] {
		last = max(last, t.r1)
	}
	return last
}

// bandPixels is the least number of pixels after which complete windows are added: 12 bytes each.
const bandPixels = 1 << 20

type sweeper struct {
	g     *grid
	lanes []*lane
	slabs []slab // by goroutine
	need  needs
	band  band
	row   int32 // of the last pixel seen
	limit int
	done  int64
	total int64
}

// sweep reads the rows that the windows of all runs need and that are not near, once, and adds every window to the sums of
// its lane.
func sweep(ctx context.Context, g *grid, runs []*jobRun) error {
	s := &sweeper{g: g, limit: bandPixels, slabs: make([]slab, max(1, g.opt.Threads))}
	var end int32
	for _, run := range runs {
		s.lanes = append(s.lanes, run.lanes...)
		for i := range run.windows {
			if g.near(&run.windows[i]) {
				continue
			}
			if s.need.lo == nil {
				s.need = newNeeds(g.NumBins())
			}
			list, n := g.tasks(&run.windows[i])
			for _, t := range list[:n] {
				s.need.add(t)
				end = max(end, t.r1)
			}
		}
	}
	ranges, err := s.ranges()
	if err != nil {
		return err
	}
	for _, r := range ranges {
		s.total += r.Hi - r.Lo
	}
	if len(ranges) > 0 {
		err := g.Sweep(ctx, ranges, max(1, g.opt.Threads), func(b cool.Block) error { return s.block(ctx, b) })
		if err != nil {
			return err
		}
	}
	s.band.seek(end)
	// The rest, some rows at a time, so that all lanes look at the same part of what is near.
	stride := max(1, int32(g.NumBins())/min(maxRounds, 1+int32(s.windows()/roundWindows)))
	for until := stride; until < int32(g.NumBins()); until += stride {
		if err := s.flush(ctx, until); err != nil {
			return err
		}
	}
	return s.flush(ctx, math.MaxInt32)
}

// A round of windows that need no sweep has about roundWindows of them; there are maxRounds at most.
const (
	roundWindows = 4096
	maxRounds    = 256
)

func (s *sweeper) windows() (n int) {
	for _, l := range s.lanes {
		n += max(0, len(l.run.windows)-l.next) / l.step
	}
	return n
}

// ranges are the pixels to read: none, and no index of rows is needed, when all windows are near.
func (s *sweeper) ranges() (ranges []cool.PixelRange, err error) {
	if s.need.lo == nil {
		return nil, nil
	}
	if s.g.offsets, err = s.g.Bin1Offset(); err != nil {
		return nil, err
	}
	return s.need.ranges(s.g.offsets), nil
}

func (s *sweeper) block(ctx context.Context, b cool.Block) error {
	end := b.Lo + int64(len(b.Bin2))
	for at := b.Lo; at < end; {
		if at >= s.g.offsets[s.row+1] {
			s.row = rowOf(s.g.offsets, s.row, at)
		}
		s.band.seek(s.row)
		stop := min(end, s.g.offsets[s.row+1])
		err := s.band.add(b.Bin2[at-b.Lo:stop-b.Lo], b.Count[at-b.Lo:stop-b.Lo], s.need.lo[s.row], s.need.hi[s.row])
		if err != nil {
			return err
		}
		at = stop
	}
	if end == s.g.offsets[s.row+1] {
		s.band.seek(s.row + 1)
	}
	s.done += end - b.Lo
	if s.g.opt.Progress != nil {
		s.g.opt.Progress(s.done, s.total)
	}
	if len(s.band.cols) < s.limit {
		return nil
	}
	err := s.flush(ctx, s.band.next)
	s.limit = max(bandPixels, 2*len(s.band.cols)) // where windows are high, wait until half the band is new
	return err
}

// flush adds all windows whose rows are complete and that begin before a row, lane by lane on several goroutines, and
// forgets rows no longer needed.
func (s *sweeper) flush(ctx context.Context, until int32) error {
	errs := make([]error, len(s.slabs))
	err := parallel.Each(ctx, len(s.slabs), len(s.lanes), func(worker, i int) {
		if errs[worker] == nil {
			errs[worker] = s.lanes[i].advance(ctx, &s.band, &s.slabs[worker], until)
		}
	})
	for _, e := range append(errs, err) {
		if e != nil {
			return e
		}
	}
	first := int32(math.MaxInt32)
	for _, l := range s.lanes {
		if l.next < len(l.run.windows) {
			first = min(first, s.g.first(&l.run.windows[l.next]))
		}
	}
	s.band.drop(min(first, s.band.next))
	if r, ok := s.g.opt.Near.(Releaser); ok {
		r.Release(first)
	}
	return nil
}
