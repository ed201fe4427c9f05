package core

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
)

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
