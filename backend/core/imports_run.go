package core

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// waiting gives the state in which a dataset waits for the run of a pipeline that works on the dataset itself; ok is false
// for pipelines that compute results.
func (p Pipeline) waiting() (state DatasetState, ok bool) {
	switch p {
	case PipelineBed:
		return DatasetChecking, true
	case PipelineImport:
		return DatasetUploading, true
	}
	return "", false
}

// insertOwnRun queues a run that works on d itself, which must wait for it, and notes the run there.
func insertOwnRun(ctx context.Context, tx Stores, p Pipeline, d *Dataset) (*Run, error) {
	settings, err := tx.Settings().Pipeline(ctx, p)
	if err != nil {
		return nil, err
	}
	if !settings.Enabled {
		return nil, Errorf(CodeUnavailable, "The %s pipeline is switched off by the administrator.", p)
	}
	run, _, err := insertRun(ctx, tx, settings, Run{RegionSetID: d.ID, UserID: d.OwnerID, Params: json.RawMessage("{}")})
	if err != nil {
		return nil, err
	}
	d.RunID = run.ID
	_, err = tx.Datasets().SetState(ctx, d, d.State)
	return run, err
}

// ImportJob is what a worker needs to fetch a file.
type ImportJob struct {
	Import
	Dataset  *Dataset
	Assembly *Assembly
	Fetch    Fetch
}

// Job loads what a run has to fetch. The size that its owner may still store bounds it.
func (s *Imports) Job(ctx context.Context, run Run) (*ImportJob, error) {
	i, err := s.stores.Imports().ByDataset(ctx, run.RegionSetID)
	if err != nil {
		return nil, fmt.Errorf("import of dataset %d: %w", run.RegionSetID, err)
	}
	d, err := s.stores.Datasets().ByID(ctx, run.RegionSetID)
	if err != nil {
		return nil, fmt.Errorf("dataset: %w", err)
	}
	a, err := s.stores.Assemblies().ByID(ctx, d.AssemblyID)
	if err != nil {
		return nil, fmt.Errorf("assembly: %w", err)
	}
	j := &ImportJob{Import: *i, Dataset: d, Assembly: a}
	owner, err := s.stores.Users().ByID(ctx, d.OwnerID)
	if err != nil {
		return nil, fmt.Errorf("owner: %w", err)
	}
	room, err := s.uploads.Room(ctx, Caller{UserID: owner.ID, Role: owner.Role})
	if err != nil {
		return nil, err
	}
	j.Fetch = Fetch{URL: i.URL, MaxSize: min(room.MaxFile, room.Free)}
	if room.Quota > 0 {
		j.Fetch.MaxSize = min(j.Fetch.MaxSize, max(0, room.Quota-room.Used+d.Size)) // d counts already, with what was announced
	}
	if i.RepositoryID == 0 {
		return j, nil
	}
	r, err := s.stores.Imports().Repository(ctx, i.RepositoryID)
	if errors.Is(err, ErrNotFound) {
		return nil, Final(Errorf(CodeState, "The repository is no longer configured here."))
	}
	if err != nil {
		return nil, fmt.Errorf("repository: %w", err)
	}
	if base, err := url.Parse(r.BaseURL); err == nil {
		j.Fetch.Host = strings.ToLower(base.Host)
	}
	if j.Fetch.Key, err = s.key(ctx, d.OwnerID, r.ID); err != nil {
		var own *Error
		if errors.As(err, &own) {
			return nil, Final(own)
		}
		return nil, err
	}
	return j, nil
}

// Remote is what the files are fetched with.
func (s *Imports) Remote() Remote { return s.remote }

// Finish records a fetched file: a feature is ready with it; a region set waits for its check, whose run begins within the
// same transaction. Fenced like Runs.Finish. d carries file name, size, hash, dimension and facts.
func (s *Imports) Finish(ctx context.Context, run Run, d *Dataset) error {
	var check *Run
	err := s.stores.InTx(ctx, func(tx Stores) error {
		if err := s.runs.end(ctx, tx, run, RunFinished, nil); err != nil {
			return err
		}
		if err := tx.Imports().FillDataset(ctx, d); err != nil {
			return err
		}
		d.State, d.Error = DatasetReady, nil
		if d.Kind == KindRegions {
			d.State = DatasetChecking
		}
		if ok, err := tx.Datasets().SetState(ctx, d, DatasetUploading); err != nil || !ok {
			return errors.Join(err, Errorf(CodeConflict, "dataset %d does not wait for its file any more", d.ID))
		}
		if d.Kind != KindRegions {
			return nil
		}
		var err error
		check, err = s.runs.InsertBed(ctx, tx, d)
		return err
	})
	if err == nil && check != nil {
		s.runs.BedInserted(ctx, *check)
	}
	return s.runs.ended(ctx, run, err)
}
