package core

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
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

// plan starts the run for one pair, or finds it; nil when nothing is missing.
func plan(ctx context.Context, tx Stores, caller Caller, pipeline Pipeline, set, source *Dataset, q PreprocessRequest) (*Run, bool, error) {
	settings, params, err := planned(ctx, tx, pipeline, set, source, q)
	if err != nil || len(params.Pairs) == 0 {
		return nil, false, err
	}
	if run, err := covering(ctx, tx, pipeline, set.ID, source.ID, params); run != nil || err != nil {
		return run, false, err
	}
	raw, err := json.Marshal(params)
	if err != nil {
		return nil, false, err
	}
	return insertRun(ctx, tx, settings, Run{RegionSetID: set.ID, FeatureID: source.ID, UserID: caller.UserID, Params: raw, Interactive: q.OnDemand})
}

// planned works out what a run for one pair would make; no pairs when nothing is missing.
func planned(ctx context.Context, tx Stores, pipeline Pipeline, set, source *Dataset, q PreprocessRequest) (settings *PipelineSettings, params GridParams, err error) {
	if set.AssemblyID != source.AssemblyID {
		return nil, params, Errorf(CodeInvalid, "%q and %q belong to different assemblies.", set.Name, source.Name)
	}
	if settings, err = tx.Settings().Pipeline(ctx, pipeline); err != nil {
		return nil, params, err
	}
	if q.OnDemand {
		settings.Queue = QueueShort
	}
	if !settings.Enabled {
		return nil, params, Errorf(CodeUnavailable, "The %s pipeline is switched off by the administrator.", pipeline)
	}
	pairs, err := q.pairsFor(ctx, tx, pipeline, set)
	if err != nil {
		return nil, params, err
	}
	for _, p := range pairs {
		if err := checkPair(pipeline, set, p); err != nil {
			return nil, params, err
		}
	}
	params = gridParams(pipeline, set, source, pairs, q.Params, q.Values)
	if pipeline == PipelineEnrichment && q.Universe != UniverseGenome {
		params.Universe = q.Universe
	}
	if q.OnlyMissing {
		if params.Pairs, err = missing(ctx, tx, pipeline, set, source, params); err != nil {
			return nil, params, err
		}
	}
	params.Pairs = canonical(params.Pairs)
	return settings, params, nil
}

// pairsFor gives the windows and bins that are asked of a pipeline and a region set: those of the request, or its own or a
// preset's grid as far as it fits.
func (q PreprocessRequest) pairsFor(ctx context.Context, tx Stores, pipeline Pipeline, set *Dataset) ([]WindowBin, error) {
	if q.Pairs != nil {
		return q.Pairs, nil
	}
	var pairs []WindowBin
	switch {
	case q.Grids != nil && len(*q.Grids.of(pipeline)) > 0:
		pairs = slices.Clone(*q.Grids.of(pipeline))
	case q.Preset == PresetSmall:
		small := SmallGrid()
		pairs = *small.of(pipeline)
	default:
		var err error
		if pairs, err = tx.Settings().Grid(ctx, pipeline); err != nil {
			return nil, err
		}
	}
	return slices.DeleteFunc(pairs, func(p WindowBin) bool { return (p.Window == 0) != (set.SizeType == SizeInterval) }), nil
}

// canonical sorts pairs by window and bin and drops repetitions, so that equal work has equal parameters.
func canonical(pairs []WindowBin) []WindowBin {
	pairs = slices.Clone(pairs)
	slices.SortFunc(pairs, func(a, b WindowBin) int { return cmp.Or(cmp.Compare(a.Window, b.Window), cmp.Compare(a.Bin, b.Bin)) })
	return slices.Compact(pairs)
}

// checkPair refuses windows and bins that make no picture of this region set.
func checkPair(pipeline Pipeline, set *Dataset, p WindowBin) error {
	bad := func(format string, args ...any) error {
		return Errorf(CodeInvalid, format, args...).WithFields(Field{Field: "pairs", Message: "window or bin not possible"})
	}
	if set.SizeType == SizeInterval {
		if p.Window != 0 {
			return bad("%q is an interval set: its window is variable (0), and the bin is given in percent.", set.Name)
		}
		if p.Bin < 1 || p.Bin > 50 {
			return bad("A bin of %d %% is not possible; choose 1 to 50 %%.", p.Bin)
		}
		return nil
	}
	limit := int64(maxStackupBins)
	if pipeline == PipelinePileup || pipeline == PipelineEmbedding2D {
		limit = maxPileupBins
	}
	switch {
	case p.Window <= 0:
		return bad("%q is a point set: give the window as half-width in bp.", set.Name)
	case p.Bin <= 0 || p.Bin > p.Window || p.Window%p.Bin != 0:
		return bad("A window of %d bp is not a multiple of a bin of %d bp.", p.Window, p.Bin)
	case p.Window/p.Bin > (limit-1)/2:
		return bad("A window of %d bp in bins of %d bp is too fine; at most %d bins.", p.Window, p.Bin, limit)
	}
	return nil
}

// missing keeps the pairs that lack any of the results a run would make.
func missing(ctx context.Context, tx Stores, pipeline Pipeline, set, source *Dataset, params GridParams) ([]WindowBin, error) {
	have, err := tx.Results().List(ctx, ResultFilter{RegionSetID: set.ID, FeatureID: source.ID, Pipeline: pipeline})
	if err != nil {
		return nil, err
	}
	type cell struct {
		WindowBin
		ResultKey
	}
	done := map[cell]bool{}
	for i, r := range have {
		if params.Makes(pipeline, set, source, &have[i]) {
			done[cell{WindowBin{r.Window, r.Bin}, ResultKey{r.Value, r.Side}}] = true
		}
	}
	var out []WindowBin
	for _, p := range params.Pairs {
		for _, k := range params.Keys(pipeline, set.Dimension) {
			if !done[cell{p, k}] {
				out = append(out, p)
				break
			}
		}
	}
	return out, nil
}

// ResultKey tells apart the results of one cell of the grid.
type ResultKey struct{ Value, Side string }

// ResultKeys lists the results that a pipeline makes for every cell of the grid, for region sets of 1 or 2 anchors.
func ResultKeys(p Pipeline, dimension int) []ResultKey {
	switch {
	case p == PipelinePileup, p == PipelineEmbedding2D:
		return []ResultKey{{"iccf", ""}, {"oe", ""}}
	case p == PipelineStackup && dimension == 2:
		return []ResultKey{{"mean", "left"}, {"mean", "right"}}
	case p == PipelineStackup:
		return []ResultKey{{"mean", ""}}
	case p == PipelineEnrichment && dimension == 2:
		return []ResultKey{{UniverseGenome, "left"}, {UniverseGenome, "right"}}
	case p == PipelineEnrichment:
		return []ResultKey{{UniverseGenome, ""}}
	case p == PipelineEmbedding1D && dimension == 2:
		return []ResultKey{{"features", "left"}, {"features", "right"}}
	case p == PipelineEmbedding1D:
		return []ResultKey{{"features", ""}}
	}
	return nil
}

// covering finds an active run that makes all the pairs, the oldest of several.
func covering(ctx context.Context, tx Stores, p Pipeline, setID, featureID int64, want GridParams) (*Run, error) {
	active, err := tx.Runs().List(ctx, RunFilter{States: []RunState{RunQueued, RunRunning}, RegionSetID: setID, FeatureID: featureID})
	if err != nil {
		return nil, err
	}
	for _, r := range slices.Backward(active) {
		var params GridParams
		if r.Pipeline != p || json.Unmarshal(r.Params, &params) != nil || !params.alike(p, want) {
			continue
		}
		if !slices.ContainsFunc(want.Pairs, func(w WindowBin) bool { return !slices.Contains(params.Pairs, w) }) {
			return &r, nil
		}
	}
	return nil, nil
}
