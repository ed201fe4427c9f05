package core_test

import (
	"context"
	"slices"
	"testing"

	"regioscope/backend/core"
)

// noBlobs keeps nothing: these tests are about rows.
type noBlobs struct{ core.Blobs }

func (noBlobs) Remove(context.Context, string) error { return nil }

func newCollections(b *bench) (*core.Collections, *core.Datasets) {
	datasets := core.NewDatasets(b.db, noBlobs{}, b, b.Runs)
	return core.NewCollections(datasets), datasets
}

func TestCollectionRules(t *testing.T) {
	b := newBench(t)
	s, _ := newCollections(b)
	for _, c := range []struct {
		story string
		who   core.Caller
		meta  core.CollectionMeta
		code  core.Code
	}{
		{"two sets", b.ada, core.CollectionMeta{Name: "sets", Kind: core.MembersRegions, DatasetIDs: []int64{b.shared.ID, b.peaks.ID, b.peaks.ID}}, ""},
		{"a track among sets", b.ada, core.CollectionMeta{Name: "x", Kind: core.MembersRegions, DatasetIDs: []int64{b.peaks.ID, b.track.ID}}, core.CodeInvalid},
		{"a map among signals", b.ada, core.CollectionMeta{Name: "x", Kind: core.MembersSignals, DatasetIDs: []int64{b.hic.ID}}, core.CodeInvalid},
		{"nothing", b.ada, core.CollectionMeta{Name: "x", Kind: core.MembersRegions}, core.CodeInvalid},
		{"no name", b.ada, core.CollectionMeta{Name: " ", Kind: core.MembersRegions, DatasetIDs: []int64{b.peaks.ID}}, core.CodeInvalid},
		{"no such kind", b.ada, core.CollectionMeta{Name: "x", Kind: "contacts", DatasetIDs: []int64{b.hic.ID}}, core.CodeInvalid},
		{"not checked yet", b.ada, core.CollectionMeta{Name: "x", Kind: core.MembersRegions, DatasetIDs: []int64{b.fresh.ID}}, core.CodeInvalid},
		{"somebody else's", b.bob, core.CollectionMeta{Name: "x", Kind: core.MembersRegions, DatasetIDs: []int64{b.peaks.ID}}, core.CodeNotFound},
		{"nobody", core.Caller{}, core.CollectionMeta{Name: "x", Kind: core.MembersRegions, DatasetIDs: []int64{b.shared.ID}}, core.CodeUnauthorized},
	} {
		t.Run(c.story, func(t *testing.T) {
			got, err := s.Create(t.Context(), c.who, c.meta)
			want(t, err, c.code)
			if err == nil && !slices.Equal(got.DatasetIDs, []int64{b.shared.ID, b.peaks.ID}) {
				t.Errorf("members %v: order is kept, repetitions are not", got.DatasetIDs)
			}
		})
	}
}

func TestCollectionRights(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	s, datasets := newCollections(b)
	mixed, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "mixed", Kind: core.MembersRegions, DatasetIDs: []int64{b.peaks.ID, b.shared.ID}})
	check(t, err)
	_, err = s.Get(ctx, b.bob, mixed.ID)
	want(t, err, core.CodeNotFound)
	_, err = s.Patch(ctx, b.ada, mixed.ID, core.CollectionPatch{Public: new(true)})
	check(t, err)
	seen, err := s.Get(ctx, b.bob, mixed.ID)
	check(t, err)
	if seen.Hidden != 1 || !slices.Equal(seen.DatasetIDs, []int64{b.shared.ID}) || seen.Mine {
		t.Errorf("bob sees %+v", seen)
	}
	_, err = s.Patch(ctx, b.bob, mixed.ID, core.CollectionPatch{Name: new("bob's")})
	want(t, err, core.CodeForbidden)
	want(t, s.Delete(ctx, b.bob, mixed.ID), core.CodeForbidden)
	_, err = b.Preprocess(ctx, b.bob, core.PreprocessRequest{RegionSetIDs: []int64{b.shared.ID}, CollectionIDs: []int64{mixed.ID}})
	want(t, err, core.CodeForbidden)
	// A collection is no dataset to people.
	_, err = datasets.Get(ctx, b.ada, mixed.ID)
	want(t, err, core.CodeNotFound)
	list, err := datasets.List(ctx, b.ada, core.DatasetFilter{})
	check(t, err)
	if slices.ContainsFunc(list, func(d core.Dataset) bool { return d.ID == mixed.ID }) {
		t.Error("the collection is among the datasets")
	}
}

func TestPreprocessThroughACollection(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	s, _ := newCollections(b)
	sets, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "sets", Kind: core.MembersRegions, DatasetIDs: []int64{b.domains.ID, b.shared.ID}})
	check(t, err)
	signals, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "signals", Kind: core.MembersSignals, DatasetIDs: []int64{b.track.ID, b.public.ID}})
	check(t, err)
	a, err := b.Preprocess(ctx, b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, CollectionIDs: []int64{sets.ID, signals.ID}})
	check(t, err)
	var got []string
	for _, r := range a.Runs {
		got = append(got, string(r.Pipeline)+" "+r.Queue+" "+r.FeatureName)
	}
	if w := []string{"enrichment long sets", "embedding_1d medium signals"}; !slices.Equal(got, w) {
		t.Errorf("runs %q, want %q", got, w)
	}
	// A map brings its embedding only when asked for.
	for asked, n := range map[*[]core.Pipeline]int{nil: 1, {core.PipelineEmbedding2D}: 1, {core.PipelinePileup, core.PipelineEmbedding2D}: 2} {
		q := core.PreprocessRequest{RegionSetIDs: []int64{b.shared.ID}, FeatureIDs: []int64{b.hic.ID}}
		if asked != nil {
			q.Pipelines = *asked
		}
		a, err := b.Preprocess(ctx, b.ada, q)
		check(t, err)
		if len(a.Runs) != n {
			t.Errorf("%v: %d runs, want %d", asked, len(a.Runs), n)
		}
	}
}

func TestOtherMembersAreAnotherQuestion(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	s, datasets := newCollections(b)
	c, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "sets", Kind: core.MembersRegions, DatasetIDs: []int64{b.domains.ID, b.shared.ID}})
	check(t, err)
	results := func() int {
		list, err := b.db.Results().List(ctx, core.ResultFilter{FeatureID: c.ID})
		check(t, err)
		return len(list)
	}
	put := func() {
		a, err := b.Preprocess(ctx, b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, CollectionIDs: []int64{c.ID},
			Pairs: []core.WindowBin{{Window: 10000, Bin: 1000}}})
		check(t, err)
		check(t, b.db.Results().Insert(ctx, []core.Result{{RunID: a.Runs[0].ID, Pipeline: core.PipelineEnrichment, RegionSetID: b.peaks.ID,
			FeatureID: c.ID, Window: 10000, Bin: 1000, Value: "genome", ManifestHash: "m"}}))
	}
	put()
	_, err = s.Patch(ctx, b.ada, c.ID, core.CollectionPatch{Name: new("other name"), DatasetIDs: &[]int64{b.domains.ID, b.shared.ID}})
	check(t, err)
	if results() != 1 {
		t.Error("a new name deleted the results")
	}
	_, err = s.Patch(ctx, b.ada, c.ID, core.CollectionPatch{DatasetIDs: &[]int64{b.shared.ID, b.domains.ID}})
	check(t, err)
	if results() != 0 {
		t.Error("results of the old order are still shown")
	}
	put()
	d, err := datasets.Dependants(ctx, b.ada, b.domains.ID)
	check(t, err)
	if !slices.Equal(d.Collections, []string{"other name"}) {
		t.Errorf("dependants %+v", d)
	}
	check(t, datasets.Delete(ctx, b.ada, b.domains.ID))
	left, err := s.Get(ctx, b.ada, c.ID)
	check(t, err)
	if results() != 0 || !slices.Equal(left.DatasetIDs, []int64{b.shared.ID}) {
		t.Errorf("after a member was deleted: %d results, %+v", results(), left)
	}
	check(t, s.Delete(ctx, b.ada, c.ID))
	if _, err := b.db.Datasets().ByID(ctx, b.shared.ID); err != nil {
		t.Errorf("the collection took a member along: %v", err)
	}
}
