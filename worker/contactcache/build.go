package contactcache

import (
	"context"
	"errors"
	"os"

	"regioscope/worker/compute/expected"
	"regioscope/worker/format/band"
	"regioscope/worker/format/cool"
)

// tee is a level of which all pixels go into a band when it is swept, and some to who gathers them.
type tee struct {
	Level
	file *os.File
	w    *band.Writer // nil: no band is made
	err  error        // the first of the writer
	far  *far         // may be nil
	done bool
}

// Sweep delivers the ranges like the level's own, and reads the rest as well.
func (t *tee) Sweep(ctx context.Context, ranges []cool.PixelRange, threads int, fn func(cool.Block) error) error {
	if t.done {
		return t.Level.Sweep(ctx, ranges, threads, fn)
	}
	all := []cool.PixelRange{{Lo: 0, Hi: t.NumPixels()}}
	err := t.Level.Sweep(ctx, all, threads, func(b cool.Block) error {
		if t.w != nil && t.err == nil {
			t.err = t.w.Add(b)
		}
		if t.far != nil {
			t.far.add(b)
		}
		end := b.Lo + int64(len(b.Bin2))
		for len(ranges) > 0 && ranges[0].Lo < end {
			lo, hi := max(ranges[0].Lo, b.Lo), min(ranges[0].Hi, end)
			if lo < hi {
				part := cool.Block{Lo: lo, Bin2: b.Bin2[lo-b.Lo : hi-b.Lo], Count: b.Count[lo-b.Lo : hi-b.Lo]}
				if err := fn(part); err != nil {
					return err
				}
			}
			if ranges[0].Hi > end {
				break
			}
			ranges = ranges[1:]
		}
		return nil
	})
	t.done = err == nil
	return err
}

// sweep has use sweep a level, makes its band of that unless there is one, and has the windows beyond gathered; gather may
// be nil.
func (s *Store) sweep(name string, l Level, gather *far, use func(expected.Matrix) error) error {
	if e := s.find(name, l); e != nil {
		e.release()
		if gather == nil {
			return use(l)
		}
		return use(&tee{Level: l, far: gather})
	}
	return s.build(name, l, gather, use)
}

// build makes the band of a level while use sweeps it. What goes wrong with the band is no error: then there is none.
func (s *Store) build(name string, l Level, gather *far, use func(expected.Matrix) error) error {
	t, err := s.begin(l)
	if err != nil {
		s.opt.Warn("a contact map is not cached", err)
		return use(&tee{Level: l, far: gather})
	}
	t.far = gather
	err = use(t)
	if err == nil && !t.done {
		t.err = errors.New("the map was not swept")
	}
	if err != nil || t.err != nil {
		s.discard(t.file)
		if err == nil {
			s.opt.Warn("a contact map is not cached", t.err)
		}
		return err
	}
	if err := s.finish(name, t); err != nil {
		s.discard(t.file)
		s.opt.Warn("a contact map is not cached", err)
	}
	return nil
}

func (s *Store) begin(l Level) (*tee, error) {
	offsets, err := l.Bin1Offset()
	if err != nil {
		return nil, err
	}
	f, err := s.create()
	if err != nil {
		return nil, err
	}
	w, err := band.NewWriter(f, s.header(l), offsets)
	if err != nil {
		s.discard(f)
		return nil, err
	}
	return &tee{Level: l, file: f, w: w}, nil
}

// finish completes the file and lists it.
func (s *Store) finish(name string, t *tee) error {
	if _, err := t.w.Close(); err != nil {
		return err
	}
	e, err := openEntry(name, t.file)
	if err != nil {
		return err
	}
	if err := s.keep(t.file, name); err != nil {
		return errors.Join(err, e.close())
	}
	e.level = t.Level.Level
	s.list(e)
	e.release()
	return t.file.Close()
}

// lock waits for its turn to make the files of a level in this process.
func (s *Store) lock(ctx context.Context, name string) (unlock func(), err error) {
	for {
		s.mu.Lock()
		busy, taken := s.making[name]
		if !taken {
			busy = make(chan struct{})
			s.making[name] = busy
			s.mu.Unlock()
			return func() {
				s.mu.Lock()
				delete(s.making, name)
				s.mu.Unlock()
				close(busy)
			}, nil
		}
		s.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
