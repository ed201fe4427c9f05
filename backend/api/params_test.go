package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// weighted gives a map the facts of one with these columns.
func (c *client) weighted(columns ...string) *core.Dataset {
	c.t.Helper()
	d := c.dataset(core.KindContacts, false, "")
	d.Facts.Contacts = &core.ContactFacts{Resolutions: []core.ResolutionFact{{BinSize: 100, Weights: []core.WeightFact{}}}}
	for _, name := range columns {
		d.Facts.Contacts.Resolutions[0].Weights = append(d.Facts.Contacts.Resolutions[0].Weights, core.WeightFact{Name: name})
	}
	ok, err := c.db.Datasets().SetState(c.t.Context(), d, core.DatasetReady)
	if check(c.t, err); !ok {
		c.t.Fatal("not set")
	}
	return d
}

func TestWishesWithParameters(t *testing.T) {
	a := newApp(t)
	set, track := a.ada.dataset(core.KindRegions, false, ""), a.ada.dataset(core.KindSignal, false, "")
	hic, bare := a.ada.weighted("weight", "KR"), a.ada.weighted()
	type m = map[string]any
	wish := func(pipeline string, feature *core.Dataset, params m, more ...any) m {
		w := m{"pipeline": pipeline, "regionSetId": set.ID, "featureId": feature.ID, "window": 1000, "bin": 100, "params": params}
		for i := 0; i+1 < len(more); i += 2 {
			w[more[i].(string)] = more[i+1]
		}
		return w
	}
	var runs []int64
	for _, body := range []m{
		wish("pileup", hic, m{}), wish("pileup", hic, m{"value": "raw"}), wish("pileup", hic, m{"value": "oe", "weight": "KR"}),
		wish("pileup", hic, m{"edge": "pad"}), wish("stackup", track, m{"summary": "max"}), wish("stackup", track, m{"missing": "zero"}),
		wish("pileup", bare, m{"value": "raw"}),
	} {
		var ref, again struct{ RunID int64 }
		a.ada.do("POST", "/results", body).ok(202, &ref)
		a.ada.do("POST", "/results", body).ok(202, &again)
		if ref.RunID == 0 || again != ref {
			t.Errorf("%v: run %d, then %d", body, ref.RunID, again.RunID)
		}
		runs = append(runs, ref.RunID)
		var run core.Run
		a.ada.do("GET", "/runs/"+itoa(ref.RunID), nil).ok(200, &run)
		if run.Queue != core.QueueShort {
			t.Errorf("somebody waits, and the run is in %s", run.Queue)
		}
	}
	for i, id := range runs {
		for _, other := range runs[:i] {
			if id == other {
				t.Errorf("two wishes are run %d", id)
			}
		}
	}
	var ref struct{ RunID int64 }
	if a.ada.do("POST", "/results", wish("pileup", hic, m{}, "value", "raw")).ok(202, &ref); ref.RunID != runs[1] {
		t.Error("value and params.value are not the same")
	}
	for name, c := range map[string]struct {
		body  m
		code  core.Code
		field string
		words []string
	}{
		"unknown column":      {wish("pileup", hic, m{"weight": "VC"}), core.CodeInvalid, "params.weight", []string{`"VC"`, "it has KR, weight"}},
		"column of none":      {wish("pileup", bare, m{"weight": "KR"}), core.CodeInvalid, "params.weight", []string{"only raw"}},
		"O/E without weights": {wish("pileup", bare, m{"value": "oe"}), core.CodeUnavailable, "params.value", []string{"only raw", "cooler balance"}},
		"two values":          {wish("pileup", hic, m{"value": "raw"}, "value", "oe"), core.CodeInvalid, "value", []string{"raw", "oe"}},
		"summary of a map":    {wish("pileup", hic, m{"summary": "max"}), core.CodeInvalid, "params.summary", []string{"pileup", "summary"}},
		"edge of a signal":    {wish("stackup", track, m{"edge": "pad"}), core.CodeInvalid, "params.edge", []string{"stackup"}},
		"no such word":        {wish("pileup", hic, m{"edge": "wrap"}), core.CodeInvalid, "params.edge", nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := a.ada.do("POST", "/results", c.body).refused(422, c.code)
			says(t, p, c.words...)
			if len(p.Errors) != 1 || strings.TrimPrefix(p.Errors[0].Field, "body.") != c.field {
				t.Errorf("%+v, want a complaint about %s", p.Errors, c.field)
			}
		})
	}
}

// The list says how each result was made, and a wish finds the one that it is about.
func TestResultsTellTheirParameters(t *testing.T) {
	a := newApp(t)
	set, hic := a.ada.dataset(core.KindRegions, false, ""), a.ada.weighted("weight", "KR")
	for i, manifest := range []string{
		`{"parameters":{"value":"oe","weight":"weight","edge":"drop","orient":"none"},"scores":{"centre":1.5,"centreCI":[1,2],"corners":1,"ratio":1.5,"ratioCI":[null,null],"replicates":1000,"definition":"x"}}`,
		`{"parameters":{"value":"oe","weight":"KR","edge":"drop","orient":"none"},"scores":null}`,
	} {
		check(t, a.db.Results().Insert(t.Context(), []core.Result{{Pipeline: core.PipelinePileup, RegionSetID: set.ID, FeatureID: hic.ID,
			Window: 1000, Bin: 100, Value: "oe", N: 3, Total: 3, ManifestHash: strings.Repeat(itoa(int64(i)), 64), Manifest: json.RawMessage(manifest)}}))
	}
	var list struct{ Items []core.Result }
	a.ada.do("GET", "/region-sets/"+itoa(set.ID)+"/results", nil).ok(200, &list)
	if len(list.Items) != 2 || list.Items[0].Params != (core.ResultParams{Value: "oe", Weight: "weight", Edge: "drop", Orient: "none"}) ||
		list.Items[1].Params.Weight != "KR" || list.Items[0].Scores == nil || *list.Items[0].Scores.Ratio != 1.5 || list.Items[1].Scores != nil {
		t.Errorf("%+v", list.Items)
	}
	for weight, id := range map[string]int64{"": list.Items[0].ID, "weight": list.Items[0].ID, "KR": list.Items[1].ID} {
		body := map[string]any{"pipeline": "pileup", "regionSetId": set.ID, "featureId": hic.ID, "window": 1000, "bin": 100, "value": "oe"}
		if weight != "" {
			body["params"] = map[string]any{"weight": weight}
		}
		var got core.Result
		a.ada.do("POST", "/results", body).ok(200, &got)
		if got.ID != id {
			t.Errorf("weight %q: result %d, want %d", weight, got.ID, id)
		}
	}
}

func TestPreprocessWithParameters(t *testing.T) {
	a := newApp(t)
	set, track, hic := a.ada.dataset(core.KindRegions, false, ""), a.ada.dataset(core.KindSignal, false, ""), a.ada.weighted("weight")
	body := map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{track.ID, hic.ID}, "pairs": []core.WindowBin{{Window: 1000, Bin: 100}},
		"values": []string{"iccf", "oe", "raw"}, "params": map[string]any{"edge": "pad", "missing": "zero"}}
	var answer core.PreprocessAnswer
	a.ada.do("POST", "/preprocess", body).ok(202, &answer)
	got := map[core.Pipeline]string{}
	for _, r := range answer.Runs {
		got[r.Pipeline] = string(r.Params)
	}
	if !strings.HasSuffix(got[core.PipelinePileup], `"values":["iccf","oe","raw"],"edge":"pad"}`) || !strings.HasSuffix(got[core.PipelineStackup], `"missing":"zero"}`) {
		t.Errorf("%v", got)
	}
	body["params"] = map[string]any{"weight": "KR"}
	says(t, a.ada.do("POST", "/preprocess", body).refused(422, core.CodeInvalid), `"KR"`, "it has weight")
}
