package core

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"regioscope/worker/genome/algebra"
)

// PipelineDerive makes region sets of region sets. Its runs carry the first of these as RegionSetID, and a Derivation as
// parameters; the new sets are written when the run ends, so that one that fails or is cancelled leaves nothing.
const PipelineDerive Pipeline = "derive"

// maxDerivedRegions bounds how many regions an operation reads.
const maxDerivedRegions = 10_000_000

// Derivation asks for new region sets.
type Derivation struct {
	algebra.Spec
	DatasetIDs  []int64  `json:"datasetIds" minItems:"1" maxItems:"50" doc:"region sets of one assembly; regions are taken of the first, and compared with the others"`
	Name        string   `json:"name,omitempty" maxLength:"255" doc:"of the new set; split puts the value behind it"`
	Description string   `json:"description,omitempty"`
	Tags        []string `json:"tags,omitempty"`
	Collection  bool     `json:"collection,omitempty" doc:"split: put the new sets into a collection of that name"`
}

// Derivable is a derivation that is possible, with what it is made of.
type Derivable struct {
	Derivation
	Inputs   []*Dataset
	Assembly *Assembly
	Results  map[int64]*Result // that conditions name
	caller   Caller
}

// RunProducts is what a run has made.
type RunProducts struct {
	DatasetIDs   []int64 `json:"datasetIds"`
	CollectionID int64   `json:"collectionId,omitempty"`
}

// link is the page that shows it.
func (p *RunProducts) link() string {
	switch {
	case p.CollectionID != 0:
		return fmt.Sprintf("/collections/%d", p.CollectionID)
	case len(p.DatasetIDs) == 1:
		return fmt.Sprintf("/datasets/%d", p.DatasetIDs[0])
	}
	return "/datasets/regions"
}

// Derivations is the service of region sets that are made of others.
type Derivations struct {
	stores   Stores
	datasets *Datasets
	runs     *Runs
	uploads  *Uploads
	results  *Results
}

// NewDerivations builds the service beside that of datasets, which it tells of new ones; uploads knows who may store how much.
func NewDerivations(datasets *Datasets, runs *Runs, uploads *Uploads) *Derivations {
	return &Derivations{stores: datasets.stores, datasets: datasets, runs: runs, uploads: uploads,
		results: &Results{stores: datasets.stores, blobs: datasets.blobs}}
}

// Check completes the settings and loads the inputs, which caller must be allowed to read. The name may be absent.
func (s *Derivations) Check(ctx context.Context, caller Caller, d Derivation) (*Derivable, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	d.Name, d.Tags = strings.TrimSpace(d.Name), cleanTags(d.Tags)
	var f []Field
	for _, c := range d.Spec.Complete() {
		f = append(f, Field{Field: c.Field, Message: c.Message})
	}
	if d.Name != "" {
		f = append(f, textFields(d.Name, "", "", "", d.Description)...)
	}
	f = append(f, tagFields(d.Tags, "tags")...)
	if d.Collection && d.Operation != algebra.Split {
		f = append(f, Field{Field: "collection", Message: "Only split makes several sets that a collection could hold."})
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	inputs, err := s.runs.inputs(ctx, caller, "datasetIds", d.DatasetIDs, KindRegions)
	if err != nil {
		return nil, err
	}
	out := &Derivable{Derivation: d, Inputs: inputs, Results: map[int64]*Result{}, caller: caller}
	out.DatasetIDs = nil
	for _, in := range inputs {
		out.DatasetIDs = append(out.DatasetIDs, in.ID)
	}
	if err := out.checkInputs(); err != nil {
		return nil, err
	}
	if out.Assembly, err = s.stores.Assemblies().ByID(ctx, inputs[0].AssemblyID); err != nil {
		return nil, fmt.Errorf("assembly: %w", err)
	}
	return out, s.checkScores(ctx, out)
}

func (d *Derivable) checkInputs() error {
	bad := func(format string, args ...any) error {
		e := Errorf(CodeInvalid, format, args...)
		return e.WithFields(Field{Field: "datasetIds", Message: e.Message})
	}
	first, regions := d.Inputs[0], 0
	switch least, most := d.Operation.Inputs(); {
	case len(d.Inputs) < least:
		return bad("This operation compares region sets: choose at least %d different ones.", least)
	case len(d.Inputs) > most:
		return bad("This operation works on %d region set at a time.", most)
	}
	for _, in := range d.Inputs {
		switch {
		case in.AssemblyID != first.AssemblyID:
			return bad("%q and %q belong to different assemblies.", first.Name, in.Name)
		case in.Dimension == 2 && !d.Pairs():
			return bad("%q holds pairs of anchors (BEDPE), which are no single stretches of the genome. Pairs can be filtered, sampled, split by a column, and joined as they are (union, all rows).", in.Name)
		case in.Dimension != first.Dimension:
			return bad("%q and %q do not go together: one holds regions, the other pairs of anchors.", first.Name, in.Name)
		}
		if in.Facts.Regions != nil {
			regions += in.Facts.Regions.Count
		}
	}
	if regions > maxDerivedRegions {
		return bad("These sets have %d regions together; at most %d can be worked on at once.", regions, maxDerivedRegions)
	}
	return nil
}

// scoreArrays says which array of a result has a score, by pipeline.
var scoreArrays = map[Pipeline]map[string]string{
	PipelinePileup:  {"centre": "scores", "corners": "scores", "ratio": "scores", "missing": "quality", "coverage": "quality"},
	PipelineStackup: {"mean": "stack", "min": "stack", "max": "stack", "middle": "stack"},
}

// ScoreArray names the array of a result that holds a score, one row per region; "" when there is none.
func (r *Result) ScoreArray(score string) string { return scoreArrays[r.Pipeline][score] }

// checkScores loads the results that conditions name, and says in the conditions of what they are: results may go.
func (s *Derivations) checkScores(ctx context.Context, d *Derivable) error {
	for i := range d.Where {
		c := &d.Where[i]
		if c.Of = ""; c.Result == 0 {
			continue
		}
		bad := func(field, format string, args ...any) error {
			e := Errorf(CodeInvalid, format, args...)
			return e.WithFields(Field{Field: fmt.Sprintf("where.%d.%s", i, field), Message: e.Message})
		}
		r, err := s.results.Get(ctx, d.caller, c.Result)
		if err != nil {
			return err
		}
		switch {
		case r.RegionSetID != d.Inputs[0].ID:
			return bad("resultId", "Result %d is of another region set than %q.", r.ID, d.Inputs[0].Name)
		case r.Unavailable != "":
			return bad("resultId", "Result %d has no scores: %s", r.ID, r.Unavailable)
		case r.ScoreArray(c.Column) == "":
			return bad("column", "A result of this kind has no score %q per region.", c.Column)
		}
		feature, err := s.datasets.Get(ctx, d.caller, r.FeatureID)
		if err != nil {
			return err
		}
		c.Of = fmt.Sprintf("%s, %s, window %d bp, bin %d bp", feature.Name, r.Value, r.Window, r.Bin)
		if r.Window == 0 {
			c.Of = fmt.Sprintf("%s, %s, bin %d %%", feature.Name, r.Value, r.Bin)
		}
		if r.Side != "" {
			c.Of += ", " + r.Side
		}
		d.Results[r.ID] = r
	}
	return nil
}

// OpenInput opens the file of an input.
func (s *Derivations) OpenInput(ctx context.Context, d *Dataset) (Blob, error) {
	_, b, err := s.datasets.open(ctx, d)
	return b, err
}

// OpenScore opens the array that a condition names. The caller closes it.
func (s *Derivations) OpenScore(ctx context.Context, d *Derivable, c algebra.Condition) (Blob, error) {
	r := d.Results[c.Result]
	if r == nil {
		return nil, Errorf(CodeInvalid, "There is no result %d here.", c.Result)
	}
	_, b, err := s.results.OpenArray(ctx, d.caller, r.ID, r.ScoreArray(c.Column))
	return b, err
}

// derivationParams are the parameters of a run: two people who ask for the same want a set each.
type derivationParams struct {
	Derivation
	UserID int64 `json:"userId"`
}

// Start queues the run that makes the sets. The same request while it is under way gives the same run.
func (s *Derivations) Start(ctx context.Context, caller Caller, d Derivation) (Run, error) {
	job, err := s.Check(ctx, caller, d)
	if err != nil {
		return Run{}, err
	}
	if f := textFields(job.Name, "", "", "", ""); len(f) > 0 {
		return Run{}, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	if err := s.uploads.RoomFor(ctx, caller, 1); err != nil {
		return Run{}, err
	}
	raw, err := json.Marshal(derivationParams{job.Derivation, caller.UserID})
	if err != nil {
		return Run{}, err
	}
	var run *Run
	created := false
	err = s.stores.InTx(ctx, func(tx Stores) error {
		settings, err := tx.Settings().Pipeline(ctx, PipelineDerive)
		if err != nil {
			return err
		}
		if !settings.Enabled {
			return Errorf(CodeUnavailable, "The %s pipeline is switched off by the administrator.", PipelineDerive)
		}
		run, created, err = insertRun(ctx, tx, settings, Run{RegionSetID: job.Inputs[0].ID, UserID: caller.UserID, Params: raw})
		if err != nil || !created {
			return err
		}
		return tx.Notifications().AddBatch(ctx, caller.UserID, []int64{run.ID})
	})
	if err != nil {
		return Run{}, err
	}
	if created {
		s.runs.publishRun(ctx, *run)
		s.runs.enqueue(ctx, *run)
	}
	list := []Run{*run}
	err = s.runs.addPositions(ctx, list)
	return list[0], err
}
