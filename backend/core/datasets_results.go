package core

import (
	"context"
	"errors"
	"fmt"
)

// UsedWith is a dataset or collection that results were computed with.
type UsedWith struct {
	Relative
	State DatasetState `json:"state"`
}

// ResultMatrix is everything that was computed with one dataset, in either role.
type ResultMatrix struct {
	With    []UsedWith `json:"with" doc:"the other side of each result: region sets of a feature, features and collections of a region set"`
	Results []Result   `json:"results" doc:"without manifest and ledger"`
}

// Results lists what was computed with a dataset, as far as caller may read the other side.
func (s *Datasets) Results(ctx context.Context, caller Caller, id int64) (*ResultMatrix, error) {
	d, err := s.Get(ctx, caller, id)
	if err == nil {
		err = allow(d.Access, LevelRead, "dataset", "This link shows what was made of the dataset for a session, not everything. Ask its owner for it.")
	}
	if err != nil {
		return nil, err
	}
	all, err := s.resultsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	out := &ResultMatrix{With: []UsedWith{}, Results: []Result{}}
	seen := map[int64]bool{}
	for _, r := range all {
		other := r.FeatureID
		if other == id {
			other = r.RegionSetID
		}
		ok, known := seen[other]
		if !known {
			d, err := s.stores.Datasets().ByID(ctx, other)
			if err != nil && !errors.Is(err, ErrNotFound) {
				return nil, fmt.Errorf("results of dataset %d: %w", id, err)
			}
			if err == nil {
				level, err := Access(ctx, s.stores, caller, d.Thing())
				if err != nil {
					return nil, err
				}
				if ok = level.Covers(LevelRead); ok {
					out.With = append(out.With, UsedWith{Relative{d.ID, d.Name, d.Kind}, d.State})
				}
			}
			seen[other] = ok
		}
		if ok {
			tidyResult(&r)
			out.Results = append(out.Results, r)
		}
	}
	return out, nil
}
