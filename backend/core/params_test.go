package core_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"regioscope/backend/core"
)

// facts gives the bench's datasets what uploads would have read: peaks with both strands, a map with two columns.
func (b *bench) facts() {
	b.t.Helper()
	b.peaks.Facts.Regions = &core.RegionFacts{Format: "bed", Count: 10, Plus: 6, Minus: 4}
	b.hic.Facts.Contacts = &core.ContactFacts{Resolutions: []core.ResolutionFact{{BinSize: 1000, Weights: []core.WeightFact{{Name: "weight"}, {Name: "KR"}}}}}
	for _, d := range []*core.Dataset{b.peaks, b.hic} {
		if ok, err := b.db.Datasets().SetState(b.t.Context(), d, core.DatasetReady); err != nil || !ok {
			b.t.Fatal(ok, err)
		}
	}
}

func (b *bench) with(p core.ResultParams, values ...string) (core.PreprocessAnswer, error) {
	return b.Preprocess(b.t.Context(), b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.hic.ID},
		Pairs: []core.WindowBin{{Window: 10000, Bin: 1000}}, Params: p, Values: values})
}

// Equal work has equal parameters; what is the default is not written down, so that runs of today have the keys of
// yesterday.
func TestParametersOfARunAreCanonical(t *testing.T) {
	b := newBench(t)
	b.facts()
	const pairs = `"pairs":[{"window":10000,"bin":1000}]`
	ids := map[string]int64{}
	for _, c := range []struct {
		params core.ResultParams
		values []string
		want   string
	}{
		{core.ResultParams{}, nil, `{` + pairs + `}`},
		{core.ResultParams{Value: "oe", Weight: "weight", Edge: "drop", Orient: "strand", Summary: "max", Missing: "zero"}, nil, `{` + pairs + `}`},
		{core.ResultParams{}, []string{"oe", "iccf"}, `{` + pairs + `}`},
		{core.ResultParams{Value: "raw", Weight: "KR"}, nil, `{` + pairs + `,"values":["raw"]}`},
		{core.ResultParams{Value: "raw", Weight: "none"}, nil, `{` + pairs + `,"values":["raw"]}`},
		{core.ResultParams{Weight: "KR"}, []string{"raw", "oe"}, `{` + pairs + `,"values":["iccf","oe","raw"],"weight":"KR"}`},
		{core.ResultParams{Edge: "pad", Orient: "none"}, nil, `{` + pairs + `,"edge":"pad","orient":"none"}`},
	} {
		a, err := b.with(c.params, c.values...)
		check(t, err)
		run := a.Runs[0]
		if string(run.Params) != c.want {
			t.Errorf("%+v %v: %s, want %s", c.params, c.values, run.Params, c.want)
		}
		if id, ok := ids[c.want]; ok && id != run.ID {
			t.Errorf("%s: a second run", c.want)
		}
		ids[c.want] = run.ID
	}
}

func TestParametersThatAreRefused(t *testing.T) {
	b := newBench(t)
	b.facts()
	for name, c := range map[string]struct {
		params core.ResultParams
		values []string
		field  string
		says   string
	}{
		"unknown column":  {core.ResultParams{Weight: "VC"}, nil, "params.weight", `"map" has no weight column "VC"; it has KR, weight.`},
		"no such value":   {core.ResultParams{Value: "log"}, nil, "params.value", `There is no value "log"; there is iccf, oe, raw.`},
		"no such edge":    {core.ResultParams{Edge: "wrap"}, nil, "params.edge", ""},
		"no such orient":  {core.ResultParams{Orient: "up"}, nil, "params.orient", ""},
		"no such summary": {core.ResultParams{Summary: "mode"}, nil, "params.summary", ""},
		"no such missing": {core.ResultParams{Missing: "one"}, nil, "params.missing", ""},
		"values":          {core.ResultParams{}, []string{"raw", "log"}, "params.value", ""},
		"no weights, O/E": {core.ResultParams{Value: "oe", Weight: "none"}, nil, "params.weight", "Without weights there are only raw counts: ask for the value raw."},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := b.with(c.params, c.values...)
			want(t, err, core.CodeInvalid)
			e, ok := err.(*core.Error)
			if !ok || len(e.Fields) != 1 || e.Fields[0].Field != c.field || c.says != "" && e.Message != c.says {
				t.Errorf("%+v", err)
			}
		})
	}
	_, err := b.Preprocess(t.Context(), b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.hic.ID},
		Pipelines: []core.Pipeline{core.PipelineEmbedding2D}, Params: core.ResultParams{Orient: "none"}})
	want(t, err, core.CodeInvalid)
}

// What is missing is what is missing with these parameters.
func TestOnlyMissingLooksAtParameters(t *testing.T) {
	b := newBench(t)
	b.facts()
	for i, p := range []map[string]string{{"value": "iccf"}, {"value": "oe", "weight": "weight", "orient": "strand"}, {"value": "raw", "weight": "none"}, {"value": "iccf", "weight": "KR"}} {
		manifest, err := json.Marshal(map[string]any{"parameters": p})
		check(t, err)
		check(t, b.db.Results().Insert(t.Context(), []core.Result{{Pipeline: core.PipelinePileup, RegionSetID: b.peaks.ID, FeatureID: b.hic.ID,
			Window: 10000, Bin: 1000, Value: p["value"], Manifest: manifest, ManifestHash: fmt.Sprint(i)}}))
	}
	for _, c := range []struct {
		params core.ResultParams
		values []string
		there  bool
	}{
		{core.ResultParams{}, nil, true},
		{core.ResultParams{Orient: "strand", Edge: "drop"}, nil, true},
		{core.ResultParams{Value: "raw"}, nil, true},
		{core.ResultParams{}, []string{"iccf", "raw"}, true},
		{core.ResultParams{Weight: "KR"}, nil, false}, // its O/E lacks
		{core.ResultParams{Orient: "none"}, nil, false},
		{core.ResultParams{Edge: "pad"}, nil, false},
		{core.ResultParams{Value: "raw", Edge: "pad"}, nil, false},
	} {
		a, err := b.Preprocess(t.Context(), b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, FeatureIDs: []int64{b.hic.ID},
			Pairs: []core.WindowBin{{Window: 10000, Bin: 1000}}, Params: c.params, Values: c.values, OnlyMissing: true})
		check(t, err)
		if (a.Skipped == 1) != c.there {
			t.Errorf("%+v %v: %+v", c.params, c.values, a)
		}
	}
}

// A map that another tool has balanced is shown with its column; cooler's comes first.
func TestDefaultWeightColumn(t *testing.T) {
	for _, c := range []struct {
		have []string
		want string
	}{{nil, "weight"}, {[]string{"KR", "weight"}, "weight"}, {[]string{"VC", "KR"}, "KR"}, {[]string{"own", "mine"}, "mine"}} {
		d := core.Dataset{Facts: core.Facts{Contacts: &core.ContactFacts{}}}
		for _, name := range c.have {
			d.Facts.Contacts.Resolutions = append(d.Facts.Contacts.Resolutions, core.ResolutionFact{Weights: []core.WeightFact{{Name: name}}})
		}
		if got := d.DefaultWeight(); got != c.want {
			t.Errorf("of %v: %s, want %s", c.have, got, c.want)
		}
	}
}
