package contactcache

import (
	"context"
	"errors"

	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/band"
)

// ErrNotKept is returned by Average when the map itself has to be read.
var ErrNotKept = errors.New("the contact cache does not have these windows")

// Average is p.Average with the pixels of a level; p was prepared for it. It reads nothing but the cache, so the file of
// the level may be closed: what the cache lacks, or has lost, is ErrNotKept.
func (s *Store) Average(ctx context.Context, l Level, p *pileup.Prepared, rows []int) ([]*pileup.Result, error) {
	if !s.caches(l) {
		return nil, ErrNotKept
	}
	near := s.find(s.bandName(l), l)
	if near == nil {
		return nil, ErrNotKept
	}
	defer near.release()
	if !p.Within(near.Width()) {
		return nil, ErrNotKept
	}
	results, err := p.Average(ctx, near, rows)
	if errors.Is(err, band.ErrDamaged) {
		s.drop(near, err)
		return nil, errors.Join(ErrNotKept, err)
	}
	return results, err
}
