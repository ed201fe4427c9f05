package core

import (
	"context"
	"fmt"
)

// maxDelete bounds how many datasets are deleted at once: what depends on them is listed one by one.
const maxDelete = 1000

// BulkDependants is what goes with a number of datasets. Results and runs between two of them count once.
type BulkDependants struct {
	BulkOutcome
	Dependants
}

// DependantsOf lists what deleting the datasets that caller owns among ids would take along.
func (s *Datasets) DependantsOf(ctx context.Context, caller Caller, ids []int64) (*BulkDependants, error) {
	if len(ids) > maxDelete {
		return nil, Errorf(CodeInvalid, "At most %d datasets are deleted at once.", maxDelete).WithFields(Field{Field: "ids", Message: "too many"})
	}
	list, outcome, err := s.allowed(ctx, caller, ids, LevelOwn)
	if err != nil {
		return nil, err
	}
	out := &BulkDependants{BulkOutcome: *outcome, Dependants: Dependants{Sessions: []SessionRef{}, Collections: []string{}, Derived: []string{}}}
	going := map[int64]bool{}
	for _, d := range list {
		going[d.ID] = true
	}
	results, runs, sessions, collections, derived := map[int64]bool{}, map[int64]bool{}, map[int64]bool{}, map[int64]bool{}, map[int64]bool{}
	foreign := false
	for _, d := range list {
		of, err := s.resultsOf(ctx, d.ID)
		if err != nil {
			return nil, err
		}
		for _, r := range of {
			results[r.ID] = true
		}
		for _, f := range []RunFilter{{RegionSetID: d.ID}, {FeatureID: d.ID}} {
			list, err := s.stores.Runs().List(ctx, f)
			if err != nil {
				return nil, fmt.Errorf("runs of dataset %d: %w", d.ID, err)
			}
			for _, r := range list {
				if !runs[r.ID] && !r.State.Ended() {
					out.ActiveRuns++
				}
				runs[r.ID] = true
			}
		}
		one, err := s.dependants(ctx, caller, d.ID)
		if err != nil {
			return nil, err
		}
		for _, x := range one.Sessions {
			if x.ID == 0 {
				foreign = true
			} else if !sessions[x.ID] {
				sessions[x.ID] = true
				out.Sessions = append(out.Sessions, x)
			}
		}
		holders, err := s.stores.Datasets().CollectionsOf(ctx, d.ID)
		if err != nil {
			return nil, fmt.Errorf("collections of dataset %d: %w", d.ID, err)
		}
		for i, h := range holders {
			if !collections[h.ID] {
				collections[h.ID] = true
				out.Collections = append(out.Collections, one.Collections[i])
			}
		}
		children, err := s.stores.Datasets().Children(ctx, d.ID)
		if err != nil {
			return nil, fmt.Errorf("derived from dataset %d: %w", d.ID, err)
		}
		for i, c := range children {
			if !derived[c.ID] && !going[c.ID] {
				derived[c.ID] = true
				out.Derived = append(out.Derived, one.Derived[i])
			}
		}
	}
	if foreign {
		out.Sessions = append(out.Sessions, SessionRef{Name: "sessions of other people"})
	}
	out.Results, out.Runs = len(results), len(runs)
	return out, nil
}

// DeleteMany deletes the datasets that caller owns among ids, each with what depends on it. It goes on to the end when one
// cannot be deleted, and then gives its error with what was done.
func (s *Datasets) DeleteMany(ctx context.Context, caller Caller, ids []int64) (*BulkOutcome, error) {
	if len(ids) > maxDelete {
		return nil, Errorf(CodeInvalid, "At most %d datasets are deleted at once.", maxDelete).WithFields(Field{Field: "ids", Message: "too many"})
	}
	list, out, err := s.allowed(ctx, caller, ids, LevelOwn)
	if err != nil {
		return nil, err
	}
	out.Done = []int64{}
	for _, d := range list {
		if err := s.Delete(ctx, caller, d.ID); err != nil {
			return nil, fmt.Errorf("delete dataset %d, after %d others: %w", d.ID, len(out.Done), err)
		}
		out.Done = append(out.Done, d.ID)
	}
	return out, nil
}
