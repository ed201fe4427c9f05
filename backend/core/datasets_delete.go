package core

import (
	"context"
	"fmt"
	"log/slog"
)

// Dependants is what goes, or breaks, with a dataset.
type Dependants struct {
	Results    int          `json:"results" doc:"results that are deleted with it"`
	Runs       int          `json:"runs" doc:"runs whose records are deleted with it"`
	ActiveRuns int          `json:"activeRuns" doc:"of these, still waiting or working; they are stopped"`
	Sessions   []SessionRef `json:"sessions" doc:"sessions that show it and will show a gap"`
	// Collections lose a member, and with it their results.
	Collections []string `json:"collections" doc:"names of collections that hold it; their results are deleted, too"`
	Derived     []string `json:"derived" doc:"names of datasets that were made from it; they stay, and keep its name as their origin"`
}

// SessionRef names a session; sessions of others that the caller may not read have no name.
type SessionRef struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// Dependants lists what deleting the dataset would take along.
func (s *Datasets) Dependants(ctx context.Context, caller Caller, id int64) (*Dependants, error) {
	if _, err := s.owned(ctx, caller, id); err != nil {
		return nil, err
	}
	return s.dependants(ctx, caller, id)
}

func (s *Datasets) dependants(ctx context.Context, caller Caller, id int64) (*Dependants, error) {
	results, err := s.resultsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	runs, err := s.countRuns(ctx, id)
	if err != nil {
		return nil, err
	}
	active, err := s.stores.Runs().Active(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dependants: %w", err)
	}
	uses, err := s.stores.Sessions().Uses(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dependants: %w", err)
	}
	out := &Dependants{Results: len(results), Runs: runs, ActiveRuns: active, Sessions: []SessionRef{}, Collections: []string{}, Derived: []string{}}
	for _, x := range uses {
		ref := SessionRef{ID: x.ID, Name: x.Name}
		if ok, err := may(ctx, s.stores, caller, x.Thing(), LevelRead); err != nil {
			return nil, err
		} else if !ok {
			ref = SessionRef{Name: "a session of somebody else"}
		}
		out.Sessions = append(out.Sessions, ref)
	}
	holders, err := s.stores.Datasets().CollectionsOf(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dependants: %w", err)
	}
	levels, err := datasetLevels(ctx, s.stores, caller, holders)
	if err != nil {
		return nil, err
	}
	for i := range holders {
		name := holders[i].Name
		if !levels[i].Covers(LevelRead) {
			name = "a collection of somebody else"
		}
		out.Collections = append(out.Collections, name)
	}
	children, err := s.stores.Datasets().Children(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("dependants: %w", err)
	}
	if levels, err = datasetLevels(ctx, s.stores, caller, children); err != nil {
		return nil, err
	}
	for i := range children {
		name := children[i].Name
		if !levels[i].Covers(LevelRead) {
			name = "a dataset of somebody else"
		}
		out.Derived = append(out.Derived, name)
	}
	return out, nil
}

// Delete moves a dataset to the trash; see Trash. Work on it stops, whoever started it.
func (s *Datasets) Delete(ctx context.Context, caller Caller, id int64) error {
	d, err := s.owned(ctx, caller, id)
	if err != nil {
		return err
	}
	return s.toTrash(ctx, caller, d)
}

// setMembers changes what a collection is made of and deletes the results of what it was.
func (s *Datasets) setMembers(ctx context.Context, id int64, members []int64, hash string) error {
	results, err := s.stores.Results().List(ctx, ResultFilter{FeatureID: id})
	if err != nil {
		return err
	}
	err = s.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Datasets().SetMembers(ctx, id, members, hash); err != nil {
			return err
		}
		return tx.Results().DeleteOf(ctx, id)
	})
	if err == nil {
		s.dropArrays(ctx, results)
	}
	return err
}

func (s *Datasets) dropArrays(ctx context.Context, results []Result) {
	for _, r := range results {
		for _, a := range r.Arrays {
			s.dropBlob(ctx, a.SHA256)
		}
	}
}

// DatasetGone is the event of a deleted dataset.
type DatasetGone struct {
	ID      int64 `json:"id"`
	Deleted bool  `json:"deleted"`
}

// resultsOf lists the results that use the dataset in either role.
func (s *Datasets) resultsOf(ctx context.Context, id int64) ([]Result, error) {
	asSet, err := s.stores.Results().List(ctx, ResultFilter{RegionSetID: id})
	if err != nil {
		return nil, fmt.Errorf("results of dataset %d: %w", id, err)
	}
	asFeature, err := s.stores.Results().List(ctx, ResultFilter{FeatureID: id})
	if err != nil {
		return nil, fmt.Errorf("results of dataset %d: %w", id, err)
	}
	return append(asSet, asFeature...), nil
}

func (s *Datasets) countRuns(ctx context.Context, id int64) (int, error) {
	n := 0
	for _, f := range []RunFilter{{RegionSetID: id}, {FeatureID: id}} {
		list, err := s.stores.Runs().List(ctx, f)
		if err != nil {
			return 0, fmt.Errorf("runs of dataset %d: %w", id, err)
		}
		n += len(list)
	}
	return n, nil
}

// dropBlob puts stored bytes aside that no row refers to; Garbage deletes them. A failure leaves an orphan, which costs space and nothing else.
func (s *Datasets) dropBlob(ctx context.Context, sha string) {
	ctx = context.WithoutCancel(ctx)
	used, err := s.stores.Garbage().Referenced(ctx, []string{sha})
	if err == nil && !used[sha] {
		err = s.blobs.Condemn(ctx, sha)
	}
	if err != nil {
		slog.WarnContext(ctx, "file not removed", "sha256", sha, "cause", err)
	}
}
