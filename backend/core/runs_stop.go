package core

import (
	"context"
	"errors"
	"fmt"
)

// StopFor ends the work on a dataset that is gone, whoever started it: what waits is cancelled, what is being computed
// stops within seconds, and either way the run says why. Nobody's computation keeps an owner from deleting their data.
func (s *Runs) StopFor(ctx context.Context, datasetID int64, why string) error {
	for _, f := range []RunFilter{{RegionSetID: datasetID}, {FeatureID: datasetID}} {
		f.States = []RunState{RunQueued, RunRunning}
		list, err := s.stores.Runs().List(ctx, f)
		if err != nil {
			return fmt.Errorf("stop runs of dataset %d: %w", datasetID, err)
		}
		for _, run := range list {
			if err := s.stop(ctx, run.ID, why); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Runs) stop(ctx context.Context, id int64, why string) error {
	_, ok, err := s.stores.Runs().Stop(ctx, id, RunError{Code: CodeNotFound, Message: why})
	if err == nil && ok {
		_, err = s.changed(ctx, id)
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("stop run %d: %w", id, err)
	}
	return nil // it has ended meanwhile, or went with its dataset
}

// stopForTrashed stops runs on data in the trash that a crash, or a request at the same moment, has left at work.
func (s *Runs) stopForTrashed(ctx context.Context) error {
	doomed, err := s.stores.Runs().OnTrashed(ctx, sweepBatch)
	if err != nil {
		return err
	}
	for _, run := range doomed {
		if err := s.stop(ctx, run.ID, "its data were deleted"); err != nil {
			return err
		}
	}
	return nil
}

// Gone gives the reason why the run cannot be worked on when one of its datasets is in the trash or deleted for good; nil
// when all are there.
func (s *Runs) Gone(ctx context.Context, run Run) error { return s.there(ctx, &run) }

// there refuses to go on with a run whose data are gone or in the trash.
func (s *Runs) there(ctx context.Context, run *Run) error {
	for id, name := range map[int64]string{run.RegionSetID: run.RegionSetName, run.FeatureID: run.FeatureName} {
		if id == 0 {
			continue
		}
		_, err := s.stores.Datasets().ByID(ctx, id)
		if errors.Is(err, ErrNotFound) {
			return Errorf(CodeState, "“%s” was deleted. Its owner can restore it from the trash.", name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
