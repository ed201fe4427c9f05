package core_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"regioscope/backend/core"
)

func pairsOf(t *testing.T, r core.Run) []core.WindowBin {
	t.Helper()
	var p core.GridParams
	check(t, json.Unmarshal(r.Params, &p))
	return p.Pairs
}

func TestPreprocessTakesTheGridThatFits(t *testing.T) {
	b := newBench(t)
	for _, c := range []struct {
		set, feature *core.Dataset
		pipeline     core.Pipeline
		queue        string
		pairs        int // of the default grid: migrations/*/00001
	}{
		{b.peaks, b.hic, core.PipelinePileup, core.QueueLong, 9},
		{b.loops, b.hic, core.PipelinePileup, core.QueueLong, 9},
		{b.domains, b.hic, core.PipelinePileup, core.QueueLong, 3},
		{b.peaks, b.track, core.PipelineStackup, core.QueueMedium, 31 - 1},
		{b.domains, b.track, core.PipelineStackup, core.QueueMedium, 3},
	} {
		a := b.preprocess(b.ada, c.set, c.feature)
		if len(a.Runs) != 1 {
			t.Fatalf("%s × %s: %+v", c.set.Name, c.feature.Name, a)
		}
		r := a.Runs[0]
		pairs := pairsOf(t, r)
		for _, p := range pairs {
			if (p.Window == 0) != (c.set.SizeType == core.SizeInterval) {
				t.Errorf("%s got %+v", c.set.Name, p)
			}
		}
		if r.Pipeline != c.pipeline || r.Queue != c.queue || r.State != core.RunQueued || r.UserID != b.ada.UserID || r.MaxAttempts != 3 {
			t.Errorf("%+v", r)
		}
		grid, err := b.db.Settings().Grid(t.Context(), c.pipeline)
		check(t, err)
		fits := slices.DeleteFunc(grid, func(p core.WindowBin) bool { return (p.Window == 0) != (c.set.SizeType == core.SizeInterval) })
		if !reflect.DeepEqual(pairs, fits) {
			t.Errorf("%s × %s: %v, want %v", c.set.Name, c.feature.Name, pairs, fits)
		}
	}
	if len(b.enqueued) != 5 {
		t.Errorf("%d runs enqueued", len(b.enqueued))
	}
	b.saw("run", "queued")
}

func TestSameWorkIsOneRun(t *testing.T) {
	b := newBench(t)
	w := func(pairs ...int64) (out []core.WindowBin) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, core.WindowBin{Window: pairs[i], Bin: pairs[i+1]})
		}
		return out
	}
	first := b.preprocess(b.ada, b.shared, b.public, w(10000, 100, 20000, 200)...).Runs[0]
	for name, c := range map[string]struct {
		caller core.Caller
		pairs  []core.WindowBin
		same   bool
	}{
		"again":                   {b.ada, w(10000, 100, 20000, 200), true},
		"other order, repeated":   {b.ada, w(20000, 200, 10000, 100, 10000, 100), true},
		"somebody else":           {b.bob, w(10000, 100, 20000, 200), true},
		"a part of it":            {b.bob, w(20000, 200), true},
		"more than it":            {b.ada, w(10000, 100, 20000, 200, 20000, 500), false},
		"something else":          {b.ada, w(5000, 100), false},
		"part while it is queued": {b.ada, w(10000, 100), true},
	} {
		if got := b.preprocess(c.caller, b.shared, b.public, c.pairs...).Runs[0]; (got.ID == first.ID) != c.same {
			t.Errorf("%s: run %d, the first is %d", name, got.ID, first.ID)
		}
	}
	b.claim(first)
	if got := b.preprocess(b.ada, b.shared, b.public, w(10000, 100)...).Runs[0]; got.ID != first.ID {
		t.Error("a part while it is running starts a new run")
	}
	if n := len(b.enqueued); n != 3 {
		t.Errorf("%d enqueued, want 3: runs that are found are not enqueued again", n)
	}
	// Cancelling work is no longer work that somebody may wait for.
	_, err := b.Cancel(t.Context(), b.ada, first.ID)
	check(t, err)
	if got := b.preprocess(b.ada, b.shared, b.public, w(10000, 100, 20000, 200)...).Runs[0]; got.ID == first.ID {
		t.Error("a new request was answered with a run that is being cancelled")
	}
}

func TestOnlyMissing(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	have := func(set, feature *core.Dataset, p core.Pipeline, w core.WindowBin, keys ...core.ResultKey) {
		for _, k := range keys {
			check(t, b.db.Results().Insert(ctx, []core.Result{{Pipeline: p, RegionSetID: set.ID, FeatureID: feature.ID,
				Window: w.Window, Bin: w.Bin, Value: k.Value, Side: k.Side, ManifestHash: fmt.Sprint(set.ID, feature.ID, w, k)}}))
		}
	}
	done, half, none := core.WindowBin{Window: 100000, Bin: 5000}, core.WindowBin{Window: 100000, Bin: 10000}, core.WindowBin{Window: 200000, Bin: 10000}
	have(b.peaks, b.hic, core.PipelinePileup, done, core.ResultKey{Value: "iccf"}, core.ResultKey{Value: "oe"})
	have(b.peaks, b.hic, core.PipelinePileup, half, core.ResultKey{Value: "iccf"})
	have(b.loops, b.track, core.PipelineStackup, done, core.ResultKey{Value: "mean", Side: "left"}, core.ResultKey{Value: "mean", Side: "right"})
	have(b.loops, b.track, core.PipelineStackup, half, core.ResultKey{Value: "mean", Side: "left"})
	have(b.peaks, b.track, core.PipelineStackup, done, core.ResultKey{Value: "mean"})
	ask := func(set, feature *core.Dataset, only bool, pairs ...core.WindowBin) core.PreprocessAnswer {
		a, err := b.Preprocess(ctx, b.ada, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{feature.ID}, Pairs: pairs, OnlyMissing: only})
		check(t, err)
		return a
	}
	for _, set := range []*core.Dataset{b.peaks, b.loops} {
		feature := b.hic
		if set == b.loops {
			feature = b.track
		}
		if a := ask(set, feature, true, done); a.Skipped != 1 || len(a.Runs) != 0 {
			t.Errorf("%s: %+v", set.Name, a)
		}
		if a := ask(set, feature, true, done, half, none); len(a.Runs) != 1 || !reflect.DeepEqual(pairsOf(t, a.Runs[0]), []core.WindowBin{half, none}) {
			t.Errorf("%s: %+v", set.Name, a)
		}
		if a := ask(set, feature, false, done); len(a.Runs) != 1 {
			t.Errorf("%s: all was asked for, %+v", set.Name, a)
		}
	}
	a, err := b.Preprocess(ctx, b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID, b.peaks.ID}, FeatureIDs: []int64{b.track.ID, b.hic.ID},
		Pairs: []core.WindowBin{done}, OnlyMissing: true})
	check(t, err)
	if a.Skipped != 2 || len(a.Runs) != 0 {
		t.Errorf("two features, both there: %+v", a)
	}
}

func TestPreprocessRefuses(t *testing.T) {
	b := newBench(t)
	point := core.WindowBin{Window: 10000, Bin: 1000}
	for name, c := range map[string]struct {
		caller       core.Caller
		sets, tracks []*core.Dataset
		pair         core.WindowBin
		code         core.Code
	}{
		"nobody":                  {core.Caller{}, []*core.Dataset{b.shared}, []*core.Dataset{b.public}, point, core.CodeNotFound},
		"private set":             {b.bob, []*core.Dataset{b.peaks}, []*core.Dataset{b.public}, point, core.CodeNotFound},
		"private feature":         {b.bob, []*core.Dataset{b.shared}, []*core.Dataset{b.track}, point, core.CodeNotFound},
		"no set":                  {b.ada, nil, []*core.Dataset{b.track}, point, core.CodeInvalid},
		"no feature":              {b.ada, []*core.Dataset{b.peaks}, nil, point, core.CodeInvalid},
		"feature for a set":       {b.ada, []*core.Dataset{b.track}, []*core.Dataset{b.track}, point, core.CodeInvalid},
		"set for a feature":       {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.peaks}, point, core.CodeInvalid},
		"not checked yet":         {b.ada, []*core.Dataset{b.fresh}, []*core.Dataset{b.track}, point, core.CodeState},
		"two assemblies":          {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.other}, point, core.CodeInvalid},
		"one good, one bad":       {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.hic, b.other}, point, core.CodeInvalid},
		"bin not in window":       {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.hic}, core.WindowBin{Window: 10000, Bin: 3000}, core.CodeInvalid},
		"no bin":                  {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.hic}, core.WindowBin{Window: 10000}, core.CodeInvalid},
		"negative":                {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.hic}, core.WindowBin{Window: -1, Bin: -1}, core.CodeInvalid},
		"too fine":                {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.hic}, core.WindowBin{Window: 10000000, Bin: 1000}, core.CodeInvalid},
		"points in percent":       {b.ada, []*core.Dataset{b.peaks}, []*core.Dataset{b.hic}, core.WindowBin{Bin: 5}, core.CodeInvalid},
		"intervals with a window": {b.ada, []*core.Dataset{b.domains}, []*core.Dataset{b.hic}, point, core.CodeInvalid},
		"intervals, 100 %":        {b.ada, []*core.Dataset{b.domains}, []*core.Dataset{b.hic}, core.WindowBin{Bin: 100}, core.CodeInvalid},
	} {
		q := core.PreprocessRequest{Pairs: []core.WindowBin{c.pair}}
		for _, d := range c.sets {
			q.RegionSetIDs = append(q.RegionSetIDs, d.ID)
		}
		for _, d := range c.tracks {
			q.FeatureIDs = append(q.FeatureIDs, d.ID)
		}
		t.Run(name, func(t *testing.T) {
			_, err := b.Preprocess(t.Context(), c.caller, q)
			want(t, err, c.code)
		})
	}
	if page, err := b.List(t.Context(), b.root, core.RunQuery{}); err != nil || len(page.Items) != 0 {
		t.Errorf("a refused request left runs: %+v %v", page, err)
	}
}

// Who sees, cancels and retries whose run.
func TestRights(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	hidden := b.preprocess(b.ada, b.peaks, b.hic).Runs[0]   // private datasets
	open := b.preprocess(b.ada, b.shared, b.public).Runs[0] // readable by all
	mixed := b.preprocess(b.ada, b.shared, b.track).Runs[0] // one of them private
	bobs := b.preprocess(b.bob, b.shared, b.public, core.WindowBin{Window: 1000, Bin: 10}).Runs[0]
	for _, c := range []struct {
		name        string
		caller      core.Caller
		run         core.Run
		see, change core.Code
	}{
		{"owner", b.ada, hidden, "", ""},
		{"admin", b.root, hidden, "", ""},
		{"stranger, private", b.bob, hidden, core.CodeNotFound, core.CodeNotFound},
		{"stranger, mixed", b.bob, mixed, core.CodeNotFound, core.CodeNotFound},
		{"reader", b.bob, open, "", core.CodeForbidden},
		{"owner of the datasets", b.ada, bobs, "", core.CodeForbidden},
		{"nobody", core.Caller{}, open, core.CodeNotFound, core.CodeNotFound},
		{"nobody, id of no run", core.Caller{}, core.Run{ID: 999}, core.CodeNotFound, core.CodeNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := b.Get(ctx, c.caller, c.run.ID)
			want(t, err, c.see)
			_, err = b.Cancel(ctx, c.caller, c.run.ID)
			want2 := c.change
			if c.name == "admin" {
				want2 = core.CodeState // the owner was first
			}
			want(t, err, want2)
		})
	}
	_, err := b.Retry(ctx, b.bob, open.ID)
	want(t, err, core.CodeForbidden)
	_, err = b.Retry(ctx, b.bob, hidden.ID)
	want(t, err, core.CodeNotFound)
	_, err = b.Retry(ctx, b.ada, hidden.ID)
	want(t, err, "")
}

func TestListShowsWhatMayBeSeen(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	hidden := b.preprocess(b.ada, b.peaks, b.hic).Runs[0].ID
	open := b.preprocess(b.ada, b.shared, b.public).Runs[0].ID
	mixed := b.preprocess(b.ada, b.shared, b.track).Runs[0].ID
	bobs := b.preprocess(b.bob, b.shared, b.public, core.WindowBin{Window: 1000, Bin: 10}).Runs[0].ID
	for _, c := range []struct {
		name   string
		caller core.Caller
		q      core.RunQuery
		ids    []int64
	}{
		{"admin", b.root, core.RunQuery{}, []int64{bobs, mixed, open, hidden}},
		{"admin, own", b.root, core.RunQuery{Mine: true}, nil},
		{"ada", b.ada, core.RunQuery{}, []int64{mixed, open, hidden}},
		{"bob", b.bob, core.RunQuery{}, []int64{bobs}},
		{"bob, of a set", b.bob, core.RunQuery{RegionSetID: b.shared.ID}, []int64{bobs, open}},
		{"bob, of a set, own", b.bob, core.RunQuery{RegionSetID: b.shared.ID, Mine: true}, []int64{bobs}},
		{"bob, of a private set", b.bob, core.RunQuery{RegionSetID: b.peaks.ID}, nil},
		{"ada, of a feature", b.ada, core.RunQuery{FeatureID: b.track.ID}, []int64{mixed}},
		{"state", b.ada, core.RunQuery{States: []core.RunState{core.RunRunning}}, nil},
		{"nobody", core.Caller{}, core.RunQuery{}, nil},
	} {
		page, err := b.List(ctx, c.caller, c.q)
		check(t, err)
		var ids []int64
		for _, r := range page.Items {
			ids = append(ids, r.ID)
			if r.Position == 0 {
				t.Errorf("%s: run %d is queued, but has no position", c.name, r.ID)
			}
		}
		if !slices.Equal(ids, c.ids) {
			t.Errorf("%s sees %v, want %v", c.name, ids, c.ids)
		}
	}
	var ids []int64
	for q := (core.RunQuery{Limit: 2}); ; {
		page, err := b.List(ctx, b.root, q)
		check(t, err)
		for _, r := range page.Items {
			ids = append(ids, r.ID)
		}
		if q.Cursor = page.Next; page.Next == 0 {
			break
		}
	}
	if !slices.Equal(ids, []int64{bobs, mixed, open, hidden}) {
		t.Errorf("page by page: %v", ids)
	}
}
