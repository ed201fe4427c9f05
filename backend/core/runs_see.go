package core

import (
	"context"
	"errors"
)

// visible loads a run that caller may see.
func (s *Runs) visible(ctx context.Context, caller Caller, id int64) (*Run, error) {
	run, err := s.stores.Runs().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "run")
	}
	ok, err := s.maySee(ctx, caller, run)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, nounNotFound(ErrNotFound, "run")
	}
	return run, nil
}

func (s *Runs) owned(ctx context.Context, caller Caller, id int64) (*Run, error) {
	run, err := s.visible(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if run.UserID != caller.UserID && !caller.IsAdmin() {
		return nil, Errorf(CodeForbidden, "This run was started by somebody else. Only they or an administrator can stop or retry it.")
	}
	return run, nil
}

// maySee: the own runs, everything for an admin, and runs on datasets that caller may read: a run that somebody else
// started is what a second person's equal request is answered with.
func (s *Runs) maySee(ctx context.Context, caller Caller, r *Run) (bool, error) {
	if caller.UserID == 0 {
		return false, nil
	}
	if caller.IsAdmin() || r.UserID == caller.UserID {
		return true, nil
	}
	if r.Pipeline == PipelineDerive {
		return false, nil // it makes something of theirs, of sets that others need not know
	}
	for _, id := range []int64{r.RegionSetID, r.FeatureID} {
		if id == 0 {
			continue
		}
		d, err := s.stores.Datasets().ByID(ctx, id)
		if errors.Is(err, ErrNotFound) {
			return false, nil // deleted a moment ago, and the run with it
		}
		if err != nil {
			return false, err
		}
		if ok, err := MayRead(ctx, s.stores, caller, d); !ok {
			return false, err
		}
	}
	return true, nil
}

func (s *Runs) addPositions(ctx context.Context, runs []Run) error {
	var queued []int64
	for _, r := range runs {
		if r.State == RunQueued {
			queued = append(queued, r.ID)
		}
	}
	if len(queued) == 0 {
		return nil
	}
	positions, err := s.stores.Runs().Positions(ctx, queued)
	if err != nil {
		return err
	}
	for i := range runs {
		runs[i].Position = positions[runs[i].ID]
	}
	return nil
}

// public leaves out what is for administrators.
func (r Run) public() Run {
	r.UserName, r.RequestID = "", ""
	return r
}
