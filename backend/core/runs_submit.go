package core

import (
	"context"
	"encoding/json"
)

// PreprocessRequest asks for pictures of every (region set × feature or collection).
type PreprocessRequest struct {
	RegionSetIDs  []int64
	FeatureIDs    []int64
	CollectionIDs []int64
	Pipelines     []Pipeline  // nil = all but embedding_2d, which costs most and is made when somebody looks
	Pairs         []WindowBin // of all pipelines; nil = Grids or Preset
	Preset        string      // "" = PresetRegular
	Grids         *Grids      // own windows and bins by pipeline, as far as they fit the region set; empty = the preset's
	OnlyMissing   bool        // leave out what has a result
	Universe      string      // of enrichment; "" = genome
	Params        ResultParams
	Values        []string // of pileups, besides Params.Value: several at once cost one sweep
	OnDemand      bool     // somebody waits: not behind the long work of others
	Quiet         bool     // nobody is told when it has ended
}

// PreprocessAnswer lists the runs that were started or found under way; Skipped counts the (region set × feature)
// for which nothing is missing.
type PreprocessAnswer struct {
	Runs    []Run `json:"runs"`
	Skipped int   `json:"skipped"`
}

// Bounds of what one request may ask for.
const (
	maxRunsPerRequest = 2000
	maxPileupBins     = 2001  // per side of the picture
	maxStackupBins    = 20000 // per row
)

// SubmitBed queues the check of an uploaded region set that is in state checking, and notes the run in the dataset.
func (s *Runs) SubmitBed(ctx context.Context, caller Caller, datasetID int64) (Run, error) {
	var run *Run
	err := s.stores.InTx(ctx, func(tx Stores) error {
		d, err := tx.Datasets().ByID(ctx, datasetID)
		if err != nil {
			return nounNotFound(err, "dataset")
		}
		if ok, err := may(ctx, tx, caller, d.Thing(), LevelEdit); err != nil {
			return err
		} else if !ok {
			return nounNotFound(ErrNotFound, "dataset")
		}
		run, err = s.InsertBed(ctx, tx, d)
		return err
	})
	if err != nil {
		return Run{}, err
	}
	s.BedInserted(ctx, *run)
	return *run, nil
}

// InsertBed is the part of SubmitBed within a transaction, so that no region set is ever without its check. BedInserted
// must follow once the transaction is committed.
func (s *Runs) InsertBed(ctx context.Context, tx Stores, d *Dataset) (*Run, error) {
	if d.Kind != KindRegions || d.State != DatasetChecking {
		return nil, Errorf(CodeState, "Dataset %d is not a region set that waits to be checked.", d.ID)
	}
	settings, err := tx.Settings().Pipeline(ctx, PipelineBed)
	if err != nil {
		return nil, err
	}
	run, _, err := insertRun(ctx, tx, settings, Run{RegionSetID: d.ID, UserID: d.OwnerID, Params: json.RawMessage("{}")})
	if err != nil {
		return nil, err
	}
	d.RunID = run.ID
	_, err = tx.Datasets().SetState(ctx, d, DatasetChecking)
	return run, err
}

// BedInserted tells the owner and wakes a worker.
func (s *Runs) BedInserted(ctx context.Context, run Run) {
	s.publishRun(ctx, run)
	s.datasetChanged(ctx, run.RegionSetID)
	s.enqueue(ctx, run)
}

func insertRun(ctx context.Context, tx Stores, settings *PipelineSettings, r Run) (run *Run, created bool, err error) {
	r.Pipeline, r.Queue, r.MaxAttempts = settings.Pipeline, settings.Queue, settings.MaxAttempts
	r.State, r.Attempt, r.Message = RunQueued, 1, "waiting"
	asked := TrailOf(ctx)
	r.RequestID, r.Trace = asked.Request, asked.Trace
	return tx.Runs().Insert(ctx, &r, runKey(r.Pipeline, r.RegionSetID, r.FeatureID, r.Params))
}

// Preprocess starts one run per (region set × feature), each of which makes all asked windows and bins in one pass.
// Caller may use every dataset that they may read. Work that is queued or running already is not started twice: the
// answer then holds that run, whoever started it. Nothing is started when any part of the request is not possible.
func (s *Runs) Preprocess(ctx context.Context, caller Caller, q PreprocessRequest) (PreprocessAnswer, error) {
	answer := PreprocessAnswer{Runs: []Run{}}
	sets, sources, err := s.asked(ctx, caller, q)
	if err != nil {
		return answer, err
	}
	var fresh []Run
	err = s.stores.InTx(ctx, func(tx Stores) error {
		answer, fresh = PreprocessAnswer{Runs: []Run{}}, nil // InTx may repeat
		for _, set := range sets {
			for _, source := range sources {
				for _, pipeline := range wanted(source, q.Pipelines) {
					run, created, err := plan(ctx, tx, caller, pipeline, set, source, q)
					if err != nil {
						return err
					}
					if run == nil {
						answer.Skipped++
						continue
					}
					if created {
						fresh = append(fresh, *run)
					}
					if answer.Runs = append(answer.Runs, *run); len(answer.Runs) > maxRunsPerRequest {
						return tooManyRuns()
					}
				}
			}
		}
		if q.OnDemand || q.Quiet || len(answer.Runs) == 0 {
			return nil
		}
		return tx.Notifications().AddBatch(ctx, caller.UserID, runIDs(answer.Runs))
	})
	if err != nil {
		return PreprocessAnswer{}, err
	}
	for _, run := range fresh {
		s.publishRun(ctx, run)
		s.enqueue(ctx, run)
	}
	return answer, s.addPositions(ctx, answer.Runs)
}

func runIDs(runs []Run) []int64 {
	out := make([]int64, len(runs))
	for i := range runs {
		out[i] = runs[i].ID
	}
	return out
}

func tooManyRuns() error {
	return Errorf(CodeInvalid, "More than %d runs at once are too many; ask for fewer.", maxRunsPerRequest)
}

// asked loads what a request is about and refuses what cannot be made of it.
func (s *Runs) asked(ctx context.Context, caller Caller, q PreprocessRequest) (sets, sources []*Dataset, err error) {
	if sets, err = s.inputs(ctx, caller, "regionSetIds", q.RegionSetIDs, KindRegions); err != nil {
		return nil, nil, err
	}
	if sources, err = s.sources(ctx, caller, q); err != nil {
		return nil, nil, err
	}
	if err = s.checkUniverse(ctx, caller, q.Universe); err != nil {
		return nil, nil, err
	}
	if q.Preset != "" && q.Preset != PresetRegular && q.Preset != PresetSmall {
		return nil, nil, Errorf(CodeInvalid, "There is no preset %q: choose regular or small.", q.Preset).
			WithFields(Field{Field: "preset", Value: q.Preset, Message: "not a preset"})
	}
	return sets, sources, q.checkParams(sources)
}
