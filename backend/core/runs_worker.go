package core

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// BedOutcome is what checking a region set found: either Facts with the guessed SizeType, or Refused.
type BedOutcome struct {
	Facts     Facts
	SizeType  SizeType // used when the uploader did not choose one
	Dimension int
	Refused   *DatasetError
}

// Claim takes one attempt of a run for a worker until the lease ends; ok is false when it is not there to be taken:
// somebody else has it, it was cancelled, or a newer attempt exists.
func (s *Runs) Claim(ctx context.Context, id int64, attempt int, worker string, lease time.Duration) (run Run, ok bool, err error) {
	ok, err = s.stores.Runs().Claim(ctx, id, attempt, worker, s.now().Add(lease))
	if err != nil || !ok {
		return Run{}, false, err
	}
	run, err = s.changed(ctx, id)
	return run, err == nil, err
}

// Renew extends the lease and notes progress. cancel is true when somebody wishes the run to stop; ok is false when the
// run is not this attempt's any more, so that nothing it makes will count.
func (s *Runs) Renew(ctx context.Context, run Run, lease time.Duration, progress float64, message string) (cancel, ok bool, err error) {
	state, ok, err := s.stores.Runs().Renew(ctx, run.ID, run.Attempt, s.now().Add(lease), progress, clip(message))
	return state == RunCancelling, ok, err
}

// Progress tells the run's user how far it is, without writing it down; Renew does that.
func (s *Runs) Progress(ctx context.Context, run Run, progress float64, message string) {
	run.State, run.Progress, run.Message = RunRunning, progress, clip(message)
	s.publishRun(ctx, run)
}

// Finish stores the results and ends the run, both or neither. When the run is no longer this attempt's, nothing is
// stored and ErrConflict is returned. When cancelling was wished meanwhile, the run becomes cancelled instead.
func (s *Runs) Finish(ctx context.Context, run Run, results []Result) error {
	err := s.stores.InTx(ctx, func(tx Stores) error {
		if err := s.end(ctx, tx, run, RunFinished, nil); err != nil {
			return err
		}
		return tx.Results().Insert(ctx, results)
	})
	return s.ended(ctx, run, err)
}

// FinishBed records what the check of a region set found and ends its run: finished with a ready dataset, or failed
// with a failed one. Fenced like Finish.
func (s *Runs) FinishBed(ctx context.Context, run Run, out BedOutcome) error {
	err := s.stores.InTx(ctx, func(tx Stores) error {
		to, runErr := RunFinished, (*RunError)(nil)
		if out.Refused != nil {
			to, runErr = RunFailed, &RunError{Code: out.Refused.Code, Message: out.Refused.Message}
		}
		if err := s.end(ctx, tx, run, to, runErr); err != nil {
			return err
		}
		d, err := tx.Datasets().ByID(ctx, run.RegionSetID)
		if err != nil {
			return err
		}
		if out.Refused != nil {
			d.State, d.Error, d.SHA256 = DatasetFailed, out.Refused, "" // the file is not kept
		} else {
			out.Facts.Source = d.Facts.Source
			d.State, d.Facts, d.Dimension = DatasetReady, out.Facts, out.Dimension
			if d.SizeType == "" {
				d.SizeType = out.SizeType
			}
		}
		_, err = tx.Datasets().SetState(ctx, d, DatasetChecking)
		return err
	})
	return s.ended(ctx, run, err)
}

// Fail ends an attempt that met cause: a FinalError fails the run at once, anything else puts it back in the queue
// while attempts are left. Fenced like Finish.
func (s *Runs) Fail(ctx context.Context, run Run, cause error) error {
	var final *FinalError
	if !errors.As(cause, &final) && run.Attempt < run.MaxAttempts {
		return s.requeue(ctx, run, fmt.Sprintf("waiting for attempt %d of %d", run.Attempt+1, run.MaxAttempts))
	}
	runErr := &RunError{Code: CodeInternal, Message: fmt.Sprintf("the computation failed %d times; the administrator finds the cause in the worker's log", run.Attempt)}
	var coreErr *Error
	if errors.As(cause, &coreErr) {
		runErr = &RunError{Code: coreErr.Code, Message: coreErr.Message}
	}
	return s.fail(ctx, run, runErr)
}

// Release puts a run back because its worker is being stopped. That is not the run's fault, so it goes back even after
// its last attempt.
func (s *Runs) Release(ctx context.Context, run Run) error {
	return s.requeue(ctx, run, "waiting: the worker was stopped")
}

// PutOff puts a run back because the storage of the files is away. That is not the run's fault, so it goes back even after
// its last attempt.
func (s *Runs) PutOff(ctx context.Context, run Run) error {
	return s.requeue(ctx, run, "waiting: the storage of the files does not answer")
}

// Cancelled ends a run that was asked to stop and has stopped.
func (s *Runs) Cancelled(ctx context.Context, run Run) error {
	err := s.stores.InTx(ctx, func(tx Stores) error {
		if err := s.end(ctx, tx, run, RunCancelled, nil); err != nil {
			return err
		}
		return s.abandonDataset(ctx, tx, &run)
	})
	return s.ended(ctx, run, err)
}

func (s *Runs) fail(ctx context.Context, run Run, runErr *RunError) error {
	err := s.stores.InTx(ctx, func(tx Stores) error {
		if err := s.end(ctx, tx, run, RunFailed, runErr); err != nil {
			return err
		}
		what := map[Pipeline]string{PipelineBed: "checked", PipelineImport: "fetched"}[run.Pipeline]
		return failDataset(ctx, tx, &run, &DatasetError{Code: runErr.Code, Message: "the file could not be " + what + ": " + runErr.Message})
	})
	return s.ended(ctx, run, err)
}

func (s *Runs) requeue(ctx context.Context, run Run, message string) error {
	ok, err := s.stores.Runs().Requeue(ctx, run.ID, run.Attempt, clip(message))
	if err != nil {
		return err
	}
	if !ok {
		// The one other thing that may have happened to a run of ours is a wish to cancel.
		return s.Cancelled(ctx, run)
	}
	again, err := s.changed(ctx, run.ID)
	if err == nil {
		s.enqueue(ctx, again)
	}
	return err
}

// end moves the run on, or returns errCancelWished or ErrConflict.
func (s *Runs) end(ctx context.Context, tx Stores, run Run, to RunState, e *RunError) error {
	ok, err := tx.Runs().End(ctx, run.ID, run.Attempt, to, e)
	if err != nil || ok {
		return err
	}
	now, err := tx.Runs().ByID(ctx, run.ID)
	if err != nil {
		return err
	}
	if now.State == RunCancelling && now.Attempt == run.Attempt && to != RunCancelled {
		return errCancelWished
	}
	return Errorf(CodeConflict, "run %d is no longer attempt %d's: it is %s in attempt %d", run.ID, run.Attempt, now.State, now.Attempt)
}

var errCancelWished = errors.New("core: somebody wished the run to stop")

// ended tells the users, or honours a wish to cancel that came in between.
func (s *Runs) ended(ctx context.Context, run Run, err error) error {
	if errors.Is(err, errCancelWished) {
		return s.Cancelled(ctx, run)
	}
	if err != nil {
		return err
	}
	if _, own := run.Pipeline.waiting(); own {
		s.datasetChanged(ctx, run.RegionSetID)
		s.notices.bedEnded(ctx, run)
	}
	_, err = s.changed(ctx, run.ID)
	return err
}

// abandonDataset fails the dataset whose check or import was cancelled: it would wait forever.
func (s *Runs) abandonDataset(ctx context.Context, tx Stores, run *Run) error {
	message := "the check was cancelled; retry its run to check the file again"
	if run.Pipeline == PipelineImport {
		message = "the import was cancelled; retry its run to fetch the file again"
	}
	return failDataset(ctx, tx, run, &DatasetError{Code: CodeState, Message: message})
}

// failDataset does nothing for runs that compute results.
func failDataset(ctx context.Context, tx Stores, run *Run, e *DatasetError) error {
	waiting, own := run.Pipeline.waiting()
	if !own {
		return nil
	}
	d, err := tx.Datasets().ByID(ctx, run.RegionSetID)
	if errors.Is(err, ErrNotFound) {
		return nil // in the trash: who restores it has it checked or fetched again
	}
	if err != nil {
		return err
	}
	d.State, d.Error = DatasetFailed, e
	_, err = tx.Datasets().SetState(ctx, d, waiting)
	return err
}

// reviveDataset lets a failed dataset wait again, unless it is a region set whose file was refused: that one is gone.
func reviveDataset(ctx context.Context, tx Stores, run *Run) error {
	d, err := tx.Datasets().ByID(ctx, run.RegionSetID)
	if err != nil {
		return err
	}
	if run.Pipeline == PipelineBed && (d.SHA256 == "" || d.Error != nil && d.Error.Code == CodeBadFile) {
		return Errorf(CodeState, "The file was refused and is not kept: upload a corrected one.")
	}
	d.State, _ = run.Pipeline.waiting()
	d.Error = nil
	_, err = tx.Datasets().SetState(ctx, d, DatasetFailed)
	return err
}

// clip keeps a message within its column.
func clip(message string) string {
	r := []rune(message)
	if len(r) > 250 {
		return string(r[:249]) + "…"
	}
	return message
}
