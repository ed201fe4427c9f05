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

// Pileup is pileup.Compute on a level; see Ask and Question.Results.
func (s *Store) Pileup(ctx context.Context, l Level, regions []genome.Region, jobs []pileup.Job, opt pileup.Options) ([]*pileup.Result, error) {
	return s.Ask(l, regions, jobs, opt).Results(ctx)
}

// Expected is expected.Compute on a level, whose view, weights and aliases take the place of those in opt. It makes the
// band of the level in the same pass, if there is none.
func (s *Store) Expected(ctx context.Context, l Level, opt expected.Options) (*expected.Table, error) {
	table, _, err := s.expected(ctx, l, nil, nil, nil, opt)
	return table, err
}

// ExpectedBetween is expected.ComputeBoth on a level, like Expected; without pairs the second is nil.
func (s *Store) ExpectedBetween(ctx context.Context, l Level, arms, chroms []expected.Pair, opt expected.Options) (*expected.Table, *expected.Between, error) {
	return s.expected(ctx, l, arms, chroms, nil, opt)
}

// expected finds, or computes, the expected of all arms and of some pairs. For a question q, which may be nil, a sweep
// gathers what its windows need, and of arms that are found there are the averages alone.
func (s *Store) expected(ctx context.Context, l Level, arms, chroms []expected.Pair, q *Question, opt expected.Options) (*expected.Table, *expected.Between, error) {
	opt.Aliases = l.Aliases
	pairs := len(arms)+len(chroms) > 0
	if !s.caches(l) {
		table, between, err := expected.ComputeBoth(ctx, l, l.View, l.Weights, arms, chroms, opt)
		if !pairs {
			between = nil
		}
		return table, between, err
	}
	table, between := s.loadTable(l, q != nil, opt), s.loadPairs(l, arms, chroms, opt.IgnoreDiags)
	if table != nil && (between != nil || !pairs) {
		return table, between, nil
	}
	name := s.bandName(l)
	unlock, err := s.lock(ctx, name)
	if err != nil {
		return nil, nil, err
	}
	defer unlock()
	table, between = s.loadTable(l, q != nil, opt), s.loadPairs(l, arms, chroms, opt.IgnoreDiags)
	if table != nil && (between != nil || !pairs) {
		return table, between, nil
	}
	return s.compute(ctx, name, l, arms, chroms, q, opt)
}

func (s *Store) loadPairs(l Level, arms, chroms []expected.Pair, ignoreDiags int) *expected.Between {
	if len(arms)+len(chroms) == 0 {
		return nil
	}
	return s.loadBetween(l, arms, chroms, ignoreDiags)
}

// compute makes the expected of arms and of pairs, and the band unless it is there, in one sweep, and keeps them.
func (s *Store) compute(ctx context.Context, name string, l Level, arms, chroms []expected.Pair, q *Question, opt expected.Options) (*expected.Table, *expected.Between, error) {
	ignore := opt.IgnoreDiags
	opt.IgnoreDiags = 0
	opt.Aliases = l.Aliases
	arms, chroms, err := s.allPairs(l, arms, chroms)
	if err != nil {
		return nil, nil, err
	}
	var table *expected.Table
	var between *expected.Between
	use := func(m expected.Matrix) (err error) {
		table, between, err = expected.ComputeBoth(ctx, m, l.View, l.Weights, arms, chroms, opt)
		return err
	}
	if q != nil {
		err = q.sweep(name, use)
	} else {
		err = s.sweep(name, l, nil, use)
	}
	if err != nil {
		return nil, nil, err
	}
	s.keepTable(l, table)
	s.keepBetween(l, between)
	if len(arms)+len(chroms) == 0 {
		between = nil
	} else {
		between.Ignore(ignore)
	}
	return table.Ignore(ignore), between, nil
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
