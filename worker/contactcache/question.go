package contactcache

import (
	"context"
	"errors"
	"fmt"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/band"
	"regioscope/worker/genome"
)

// Question is one set of averages of a level. Its steps share what they read: the first touch of a level decompresses
// every chunk once, for the band, the expected of all kinds and the windows beyond the band together.
type Question struct {
	Options pileup.Options // View, Weights and Aliases are those of the level

	store   *Store
	level   Level
	regions []genome.Region
	jobs    []pileup.Job
	far     *far // gathered by a sweep, for bands of the width that the store makes
}

// Ask prepares a question about a level, whose view, weights and aliases take the place of those in opt. s may be nil.
func (s *Store) Ask(l Level, regions []genome.Region, jobs []pileup.Job, opt pileup.Options) *Question {
	opt.View, opt.Weights, opt.Aliases = l.View, l.Weights, l.Aliases
	return &Question{Options: opt, store: s, level: l, regions: regions, jobs: jobs}
}

// Expected fills in what obs/exp is divided by, Expected (at least its averages) and Between of the options, from the cache
// or from one sweep.
// The aliases of opt are those of the level.
func (q *Question) Expected(ctx context.Context, opt expected.Options) error {
	arms, chroms, err := pileup.Between(q.level, q.regions, q.jobs, q.Options)
	if err != nil {
		return err
	}
	q.Options.Expected, q.Options.Between, err = q.store.expected(ctx, q.level, arms, chroms, q, opt)
	return err
}

// Results are the averages. The first time, it makes the band (and for weighted counts the expected) of the level; a Store
// without a folder uses a band only when Expected has made one.
func (q *Question) Results(ctx context.Context) ([]*pileup.Result, error) {
	for range 2 { // once more when the band turns out to be damaged
		near, err := q.near(ctx)
		if err != nil {
			return nil, err
		}
		if near == nil {
			break
		}
		opt := q.Options
		opt.Near = near
		var m pileup.Matrix = q.level
		if q.far != nil && near.Width() == q.store.header(q.level).Width {
			m = q.far
		}
		results, err := pileup.Compute(ctx, m, q.regions, q.jobs, opt)
		near.release()
		if !errors.Is(err, band.ErrDamaged) {
			return results, err
		}
		q.store.drop(near, err)
	}
	opt := q.Options
	opt.Near = nil
	return pileup.Compute(ctx, q.level, q.regions, q.jobs, opt)
}

// near returns the band of the level, held, or nil when there is none to be had.
func (q *Question) near(ctx context.Context) (*entry, error) {
	s, l := q.store, q.level
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
	if l.Weights == nil {
		err = q.sweep(name, func(m expected.Matrix) error {
			return m.Sweep(ctx, nil, max(1, q.Options.Threads), nil)
		})
	} else {
		opt := expected.Options{Threads: q.Options.Threads, Progress: q.Options.Progress}
		_, _, err = s.compute(ctx, name, l, nil, nil, q, opt)
	}
	if err != nil {
		return nil, err
	}
	return s.find(name, l), nil
}

// sweep has use sweep the level, makes the band of it if there is none, and gathers the windows beyond.
func (q *Question) sweep(name string, use func(expected.Matrix) error) error {
	s, l := q.store, q.level
	rects, err := pileup.Far(l, q.regions, q.jobs, q.Options, s.header(l).Width)
	if err != nil {
		return err
	}
	gathered, err := newFar(l, rects)
	if err != nil {
		return fmt.Errorf("contact cache: %w", err)
	}
	if err := s.sweep(name, l, gathered, use); err != nil {
		return err
	}
	if gathered != nil && gathered.complete() {
		q.far = gathered
	}
	return nil
}
