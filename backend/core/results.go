package core

import (
	"context"
	"errors"
	"fmt"
)

// Results is the service of computed arrays. Whoever may read both the region set and the feature, or all members of the
// collection, may read a result.
type Results struct {
	stores Stores
	blobs  Blobs
	runs   Preprocessor

	aggregator Aggregator
}

// Preprocessor starts runs; *Runs implements it.
type Preprocessor interface {
	Preprocess(ctx context.Context, caller Caller, req PreprocessRequest) (PreprocessAnswer, error)
}

// NewResults builds the service.
func NewResults(stores Stores, blobs Blobs, runs Preprocessor, aggregator Aggregator) *Results {
	return &Results{stores: stores, blobs: blobs, runs: runs, aggregator: aggregator}
}

// ListFor gives the results of a region set for the features that the caller may read, without manifest and ledger.
func (s *Results) ListFor(ctx context.Context, caller Caller, regionSetID int64) ([]Result, error) {
	set, err := s.readable(ctx, caller, regionSetID, "region set")
	if err != nil {
		return nil, err
	}
	list, err := s.stores.Results().List(ctx, ResultFilter{RegionSetID: regionSetID})
	if err != nil {
		return nil, fmt.Errorf("list results: %w", err)
	}
	may := map[int64]bool{}
	out := []Result{}
	for _, r := range list {
		ok, known := may[r.FeatureID]
		if !known {
			through, err := s.readable(ctx, caller, r.FeatureID, "feature")
			ok = err == nil && seesPair(caller, set, through)
			may[r.FeatureID] = ok
		}
		if ok {
			tidyResult(&r)
			out = append(out, r)
		}
	}
	return out, nil
}

// Get gives one result with manifest and ledger. ErrNotFound also when the caller may not read its inputs.
func (s *Results) Get(ctx context.Context, caller Caller, id int64) (*Result, error) {
	r, err := s.stores.Results().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "result")
	}
	set, err := s.readable(ctx, caller, r.RegionSetID, "result")
	if err != nil {
		return nil, err
	}
	through, err := s.readable(ctx, caller, r.FeatureID, "result")
	if err != nil {
		return nil, err
	}
	if !seesPair(caller, set, through) {
		return nil, nounNotFound(ErrNotFound, "result")
	}
	tidyResult(r)
	return r, nil
}

// OpenArray opens the .npy file of one array. The caller closes it.
func (s *Results) OpenArray(ctx context.Context, caller Caller, id int64, name string) (*Array, Blob, error) {
	r, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, nil, err
	}
	if r.Unavailable != "" {
		return nil, nil, Errorf(CodeUnavailable, "%s", r.Unavailable)
	}
	for i := range r.Arrays {
		if r.Arrays[i].Name != name {
			continue
		}
		b, err := s.blobs.Open(ctx, r.Arrays[i].SHA256)
		if errors.Is(err, ErrNotFound) {
			return nil, nil, Errorf(CodeInternal, "The stored array is missing from the data volume. Tell the administrator.").WithCause(err)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("open array %s of result %d: %w", name, id, err)
		}
		return &r.Arrays[i], b, nil
	}
	return nil, nil, Errorf(CodeNotFound, "This result has no array %q.", name)
}

// Wish is one picture somebody wants to see.
type Wish struct {
	Pipeline     Pipeline `json:"pipeline" enum:"pileup,stackup,enrichment,embedding_1d,embedding_2d"`
	RegionSetID  int64    `json:"regionSetId"`
	FeatureID    int64    `json:"featureId,omitempty" doc:"for pileup, stackup and embedding_2d"`
	CollectionID int64    `json:"collectionId,omitempty" doc:"for enrichment and embedding_1d"`
	Window       int64    `json:"window" minimum:"0" doc:"half-width in bp; 0 = variable"`
	Bin          int64    `json:"bin" minimum:"1" doc:"bp, or percent when window is 0"`
	Value        string   `json:"value,omitempty" doc:"pileup and embedding_2d: iccf or oe; enrichment: the universe, which is genome, queries or regions:ID of a region set; of pileups and stackups the same as params.value and params.summary"`
	Side         string   `json:"side,omitempty" enum:"left,right" doc:"1D results of a BEDPE set"`

	Params ResultParams `json:"params,omitempty" doc:"of pileups and stackups: how it is computed; absent: the defaults"`
}

// OnDemand gives the result of a wish, or the run that makes it when there is none yet. Exactly one is not nil.
func (s *Results) OnDemand(ctx context.Context, caller Caller, w Wish) (*Result, *Run, error) {
	source, noun := w.FeatureID, "feature"
	if w.Pipeline.OfCollection() {
		source, noun = w.CollectionID, "collection"
	}
	set, err := s.readable(ctx, caller, w.RegionSetID, "region set")
	if err != nil {
		return nil, nil, err
	}
	through, err := s.readable(ctx, caller, source, noun)
	if err != nil {
		return nil, nil, err
	}
	if w.Pipeline == PipelineEnrichment && w.Value == "" {
		w.Value = UniverseGenome
	}
	w, err = w.checked(set, through)
	if err != nil {
		return nil, nil, err
	}
	q := PreprocessRequest{RegionSetIDs: []int64{w.RegionSetID}, Pipelines: []Pipeline{w.Pipeline}, OnDemand: true,
		Pairs: []WindowBin{{Window: w.Window, Bin: w.Bin}}, Params: w.Params}
	made := gridParams(w.Pipeline, set, through, q.Pairs, w.Params, nil)
	if w.Pipeline == PipelineEnrichment {
		q.Universe, made.Universe = w.Value, w.Value
	}
	list, err := s.stores.Results().List(ctx, ResultFilter{RegionSetID: w.RegionSetID, FeatureID: source, Pipeline: w.Pipeline})
	if err != nil {
		return nil, nil, fmt.Errorf("look for result: %w", err)
	}
	for i, r := range list {
		if r.Window == w.Window && r.Bin == w.Bin && (w.Value == "" || r.Value == w.Value) && (w.Side == "" || r.Side == w.Side) &&
			made.Makes(w.Pipeline, set, through, &list[i]) {
			full, err := s.Get(ctx, caller, r.ID)
			return full, nil, err
		}
	}
	if w.Pipeline.OfCollection() {
		q.CollectionIDs = []int64{source}
	} else {
		q.FeatureIDs = []int64{source}
	}
	answer, err := s.runs.Preprocess(ctx, caller, q)
	if err != nil {
		return nil, nil, err
	}
	if len(answer.Runs) == 0 {
		return nil, nil, Errorf(CodeUnavailable, "Nothing can be computed for this window and bin.")
	}
	return nil, &answer.Runs[0], nil
}

// Grids are the windows and bins that preprocessing makes by default.
type Grids struct {
	Pileup      []WindowBin `json:"pileup"`
	Stackup     []WindowBin `json:"stackup"`
	Enrichment  []WindowBin `json:"enrichment"`
	Embedding1D []WindowBin `json:"embedding1d"`
	Embedding2D []WindowBin `json:"embedding2d"`
}

// Grid reads the grids of windows and bins.
func (s *Results) Grid(ctx context.Context) (*Grids, error) {
	g := &Grids{}
	for _, p := range GridPipelines {
		pairs, err := s.stores.Settings().Grid(ctx, p)
		if err != nil {
			return nil, fmt.Errorf("grid of %s: %w", p, err)
		}
		*g.of(p) = append([]WindowBin{}, pairs...)
	}
	return g, nil
}

func (s *Results) readable(ctx context.Context, caller Caller, id int64, noun string) (*Dataset, error) {
	d, err := s.stores.Datasets().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, noun)
	}
	level, err := Access(ctx, s.stores, caller, d.Thing())
	if err != nil {
		return nil, err
	}
	if err := allow(level, LevelShown, noun, ""); err != nil {
		return nil, err
	}
	d.Access = level
	if d.Kind != KindCollection {
		return d, nil
	}
	members, err := s.stores.Datasets().Members(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("members of collection %d: %w", id, err)
	}
	levels, err := datasetLevels(ctx, s.stores, caller, members)
	if err != nil {
		return nil, err
	}
	for _, l := range levels {
		if !l.Covers(LevelShown) {
			return nil, nounNotFound(ErrNotFound, noun)
		}
	}
	return d, nil
}

// seesPair: through a link one sees what the session looks at together, not every combination of what is in it.
func seesPair(caller Caller, set, through *Dataset) bool {
	return set.Access.Covers(LevelRead) && through.Access.Covers(LevelRead) || caller.Link.showsPair(set.ID, through.ID)
}

func tidyResult(r *Result) {
	if r.Shape == nil {
		r.Shape = []int64{}
	}
	if r.Arrays == nil {
		r.Arrays = []Array{}
	}
	for i := range r.Arrays {
		if r.Arrays[i].Shape == nil {
			r.Arrays[i].Shape = []int64{}
		}
	}
}
