package contactcache

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/band"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// Level is one resolution of a contact map, with what all questions about it share.
type Level struct {
	*cool.Level
	SHA256  string            // of the file, in hexadecimal; not needed by a Store without a folder
	Weights []float64         // multiplicative, see cool.Level.Weight; nil: raw counts
	View    []genome.Interval // arms; empty: whole chromosomes
	Aliases map[string]string // further names of chromosomes
}

// Pileup is pileup.Compute on a level, whose view, weights and aliases take the place of those in opt. The first time, it
// makes the band (and for weighted counts the expected) of the level; a Store without a folder uses a band only when
// Expected has made one.
func (s *Store) Pileup(ctx context.Context, l Level, regions []genome.Region, jobs []pileup.Job, opt pileup.Options) ([]*pileup.Result, error) {
	opt.View, opt.Weights, opt.Aliases = l.View, l.Weights, l.Aliases
	for range 2 { // once more when the band turns out to be damaged
		near, err := s.near(ctx, l, opt)
		if err != nil {
			return nil, err
		}
		if near == nil {
			break
		}
		opt.Near = near
		results, err := pileup.Compute(ctx, l, regions, jobs, opt)
		near.release()
		if !errors.Is(err, band.ErrDamaged) {
			return results, err
		}
		s.drop(near, err)
	}
	opt.Near = nil
	return pileup.Compute(ctx, l, regions, jobs, opt)
}

// near returns the band of a level, held, or nil when there is none to be had.
func (s *Store) near(ctx context.Context, l Level, opt pileup.Options) (*entry, error) {
	if !s.caches(l) {
		return nil, nil
	}
	name := s.bandName(l)
	if e := s.find(name, l); e != nil || s.opt.Dir == "" {
		return e, nil
	}
	unlock, err := s.lock(ctx, name)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if e := s.find(name, l); e != nil {
		return e, nil
	}
	progress := func(done, total int64) {
		if opt.Progress != nil {
			opt.Progress(done, total)
		}
	}
	if l.Weights == nil {
		err = s.build(name, l, func(m expected.Matrix) error {
			return m.Sweep(ctx, nil, max(1, opt.Threads), nil)
		})
	} else {
		_, err = s.compute(ctx, name, l, expected.Options{Threads: opt.Threads, Progress: progress})
	}
	if err != nil {
		return nil, err
	}
	return s.find(name, l), nil
}

// Expected is expected.Compute on a level, whose view, weights and aliases take the place of those in opt. It makes the
// band of the level in the same pass, if there is none.
func (s *Store) Expected(ctx context.Context, l Level, opt expected.Options) (*expected.Table, error) {
	opt.Aliases = l.Aliases
	if !s.caches(l) {
		return expected.Compute(ctx, l, l.View, l.Weights, opt)
	}
	if t := s.loadTable(l, opt.IgnoreDiags); t != nil {
		return t, nil
	}
	name := s.bandName(l)
	unlock, err := s.lock(ctx, name)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if t := s.loadTable(l, opt.IgnoreDiags); t != nil {
		return t, nil
	}
	return s.compute(ctx, name, l, opt)
}

// compute makes the expected, and the band unless it is there.
func (s *Store) compute(ctx context.Context, name string, l Level, opt expected.Options) (*expected.Table, error) {
	ignore := opt.IgnoreDiags
	opt.IgnoreDiags = 0
	opt.Aliases = l.Aliases
	var table *expected.Table
	make := func(m expected.Matrix) (err error) {
		table, err = expected.Compute(ctx, m, l.View, l.Weights, opt)
		return err
	}
	var err error
	if e := s.find(name, l); e != nil {
		e.release()
		err = make(l)
	} else {
		err = s.build(name, l, make)
	}
	if err != nil {
		return nil, err
	}
	s.keepTable(l, table)
	return table.Ignore(ignore), nil
}

// caches tells whether a level can be cached at all.
func (s *Store) caches(l Level) bool {
	return s != nil && l.SymmetricUpper() && (s.opt.Dir == "" || validSHA(l.SHA256))
}

func validSHA(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == 32
}

func (s *Store) bandName(l Level) string {
	if s.opt.Dir == "" {
		return fmt.Sprintf("%p", l.Level)
	}
	return fmt.Sprintf("%s-%d.band", l.SHA256, l.BinSize())
}

// leastWidth is the width of a band in bins, however coarse they are.
const leastWidth = 512

// header is what the band of a level must say.
func (s *Store) header(l Level) band.Header {
	h := band.Header{BinSize: l.BinSize(), Bins: l.NumBins(), Pixels: l.NumPixels()}
	h.Width = int32(max(1, min(max(s.opt.Reach/h.BinSize, leastWidth), h.Bins)))
	if raw, err := hex.DecodeString(l.SHA256); err == nil {
		copy(h.Source[:], raw)
	}
	return h
}

// find returns a band that exists, held. One that cannot be used is deleted.
func (s *Store) find(name string, l Level) *entry {
	if e := s.listed(name); e != nil || s.opt.Dir == "" {
		return e
	}
	f, err := os.Open(filepath.Join(s.opt.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		s.opt.Warn("a file of the contact cache cannot be opened", err)
		return nil
	}
	defer f.Close()
	e, err := openEntry(name, f)
	if err == nil && e.Header() != s.header(l) {
		err = errors.Join(fmt.Errorf("%s is of another map or width", name), e.close())
	}
	if err != nil {
		s.opt.Warn("a file of the contact cache is made anew", err)
		s.remove(name)
		return nil
	}
	s.touch(name)
	s.list(e)
	return e
}

// drop forgets and deletes a damaged band.
func (s *Store) drop(e *entry, err error) {
	s.opt.Warn("a damaged file of the contact cache is made anew", err)
	s.forget(e)
	s.remove(e.name)
}
