package core_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// A smart collection has whatever its filter finds for its owner: new datasets come in, edited ones leave, and results of
// former members are gone before anything is computed with the new ones.
func TestSmartCollectionFollowsItsFilter(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	s, datasets := newCollections(b)
	b.FollowCollections(s.Follow)
	tag := func(d *core.Dataset, tags ...string) {
		t.Helper()
		_, err := datasets.Patch(ctx, b.ada, d.ID, core.DatasetPatch{Tags: &tags})
		check(t, err)
	}
	tag(b.domains, "insulation")
	c, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "all insulators", Kind: core.MembersRegions, Query: &core.DatasetQuery{Tags: []string{"insulation"}}})
	check(t, err)
	if !slices.Equal(c.DatasetIDs, []int64{b.domains.ID}) || c.Query == nil || c.AssemblyID != b.domains.AssemblyID {
		t.Fatalf("%+v", c)
	}
	check(t, b.db.Results().Insert(ctx, []core.Result{{RunID: 1, Pipeline: core.PipelineEnrichment, RegionSetID: b.peaks.ID, FeatureID: c.ID, Window: 10000,
		Bin: 1000, Value: "genome", ManifestHash: "m"}}))
	tag(b.peaks, "insulation")
	tag(b.track, "insulation") // of another kind
	// Nobody has looked at the collection since: the request itself finds the new member.
	_, err = b.Preprocess(ctx, b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, CollectionIDs: []int64{c.ID}})
	check(t, err)
	members, err := b.db.Datasets().Members(ctx, c.ID)
	check(t, err)
	if len(members) != 2 {
		t.Errorf("%d members when it was computed with", len(members))
	}
	if left, err := b.db.Results().List(ctx, core.ResultFilter{FeatureID: c.ID}); err != nil || len(left) != 0 {
		t.Errorf("%d results of the former members, %v", len(left), err)
	}
	tag(b.domains)
	got, err := s.Get(ctx, b.ada, c.ID)
	check(t, err)
	if !slices.Equal(got.DatasetIDs, []int64{b.peaks.ID}) {
		t.Errorf("members %v", got.DatasetIDs)
	}
	// Its members are not edited by hand, until it is a list.
	_, err = s.Patch(ctx, b.ada, c.ID, core.CollectionPatch{DatasetIDs: &[]int64{b.domains.ID}})
	want(t, err, core.CodeInvalid)
	got, err = s.Patch(ctx, b.ada, c.ID, core.CollectionPatch{Fix: true})
	check(t, err)
	tag(b.peaks)
	got, err = s.Get(ctx, b.ada, got.ID)
	check(t, err)
	if got.Query != nil || !slices.Equal(got.DatasetIDs, []int64{b.peaks.ID}) {
		t.Errorf("as a list: %+v", got)
	}
}

func TestSmartCollectionsThatCannotBe(t *testing.T) {
	b := newBench(t)
	s, _ := newCollections(b)
	for name, m := range map[string]core.CollectionMeta{
		"nothing found, of no assembly": {Kind: core.MembersRegions, Query: &core.DatasetQuery{Q: "nowhere"}},
		"filter and list":               {Kind: core.MembersRegions, Query: &core.DatasetQuery{}, DatasetIDs: []int64{b.peaks.ID}},
		"neither":                       {Kind: core.MembersRegions},
	} {
		m.Name = name
		_, err := s.Create(t.Context(), b.ada, m)
		want(t, err, core.CodeInvalid)
	}
	empty, err := s.Create(t.Context(), b.ada, core.CollectionMeta{Name: "to come", Kind: core.MembersRegions,
		Query: &core.DatasetQuery{Q: "nowhere", AssemblyIDs: []int64{b.peaks.AssemblyID}}})
	check(t, err)
	if len(empty.DatasetIDs) != 0 {
		t.Errorf("%+v", empty)
	}
	_, err = b.Preprocess(t.Context(), b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, CollectionIDs: []int64{empty.ID}})
	want(t, err, core.CodeInvalid)
}

// P9: pairs are no members of a collection.
func TestP9PairsAreNoMembers(t *testing.T) {
	b := newBench(t)
	s, _ := newCollections(b)
	pairs := *b.peaks
	pairs.ID, pairs.Name, pairs.Dimension = 0, "loops", 2
	check(t, b.db.Datasets().Create(t.Context(), &pairs))
	_, err := s.Create(t.Context(), b.ada, core.CollectionMeta{Name: "x", Kind: core.MembersRegions, DatasetIDs: []int64{b.peaks.ID, pairs.ID}})
	want(t, err, core.CodeInvalid)
	c, err := s.Create(t.Context(), b.ada, core.CollectionMeta{Name: "x", Kind: core.MembersRegions, Query: &core.DatasetQuery{AssemblyIDs: []int64{b.peaks.AssemblyID}}})
	check(t, err)
	if slices.Contains(c.DatasetIDs, pairs.ID) || !slices.Contains(c.DatasetIDs, b.peaks.ID) {
		t.Errorf("found %v", c.DatasetIDs)
	}
}

// Another filter is looked at before it is saved: how many it finds, who comes and goes, what is deleted.
func TestFilterIsLookedAtBeforeItIsSaved(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	s, _ := newCollections(b)
	c, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "found", Kind: core.MembersRegions,
		Query: &core.DatasetQuery{Q: b.peaks.Name, AssemblyIDs: []int64{b.peaks.AssemblyID}}})
	check(t, err)
	if !slices.Equal(c.DatasetIDs, []int64{b.peaks.ID}) {
		t.Fatalf("%+v", c)
	}
	check(t, b.db.Results().Insert(ctx, []core.Result{{RunID: 1, Pipeline: core.PipelineEnrichment, RegionSetID: b.peaks.ID, FeatureID: c.ID, Window: 10000,
		Bin: 1000, Value: "genome", ManifestHash: "m"}}))
	other := core.DatasetQuery{Q: b.domains.Name}
	got, err := s.PreviewFilter(ctx, b.ada, c.ID, other)
	check(t, err)
	if *got != (core.FilterPreview{Found: 1, Added: 1, Removed: 1, Results: 1}) {
		t.Errorf("%+v", got)
	}
	same, err := s.PreviewFilter(ctx, b.ada, c.ID, core.DatasetQuery{Q: " " + b.peaks.Name})
	check(t, err)
	if *same != (core.FilterPreview{Found: 1}) {
		t.Errorf("the same members: %+v", same)
	}
	// Nothing was changed by looking.
	if now, err := s.Get(ctx, b.ada, c.ID); err != nil || !slices.Equal(now.DatasetIDs, []int64{b.peaks.ID}) {
		t.Errorf("%+v, %v", now, err)
	}
	c, err = s.Patch(ctx, b.ada, c.ID, core.CollectionPatch{Query: &other})
	check(t, err)
	if !slices.Equal(c.DatasetIDs, []int64{b.domains.ID}) || c.Query.Q != other.Q || !slices.Equal(c.Query.AssemblyIDs, []int64{b.peaks.AssemblyID}) {
		t.Errorf("%+v", c)
	}
	if left, err := b.db.Results().List(ctx, core.ResultFilter{FeatureID: c.ID}); err != nil || len(left) != 0 {
		t.Errorf("%d results of the former members, %v", len(left), err)
	}
}

// A filter finds what its owner may read: others who may edit the collection cannot look through the owner's things with it.
func TestFilterIsForTheOwner(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	s, _ := newCollections(b)
	c, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "found", Kind: core.MembersRegions, Query: &core.DatasetQuery{AssemblyIDs: []int64{b.peaks.AssemblyID}}})
	check(t, err)
	check(t, b.db.Access().SetGrants(ctx, core.ThingDataset, c.ID, false, []core.Grant{{UserID: b.bob.UserID, Level: core.LevelOwn}}))
	q := core.DatasetQuery{Q: b.peaks.Name}
	_, err = s.PreviewFilter(ctx, b.bob, c.ID, q)
	want(t, err, core.CodeForbidden)
	_, err = s.Patch(ctx, b.bob, c.ID, core.CollectionPatch{Query: &q})
	want(t, err, core.CodeForbidden)
	if _, err = s.Patch(ctx, b.bob, c.ID, core.CollectionPatch{Name: new("by bob")}); err != nil {
		t.Errorf("what an owner's friend may do: %v", err)
	}
}

func TestFiltersThatAreRefused(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	s, _ := newCollections(b)
	smart, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "found", Kind: core.MembersRegions, Query: &core.DatasetQuery{AssemblyIDs: []int64{b.peaks.AssemblyID}}})
	check(t, err)
	list, err := s.Create(ctx, b.ada, core.CollectionMeta{Name: "list", Kind: core.MembersRegions, DatasetIDs: []int64{b.peaks.ID}})
	check(t, err)
	long := strings.Repeat("é", 256)
	for field, c := range map[string]struct {
		id int64
		q  core.DatasetQuery
	}{
		"query":               {list.ID, core.DatasetQuery{}},
		"query.q":             {smart.ID, core.DatasetQuery{Q: long}},
		"query.tags":          {smart.ID, core.DatasetQuery{Tags: []string{long}}},
		"query.cellTypes":     {smart.ID, core.DatasetQuery{CellTypes: slices.Repeat([]string{"a"}, 101)}},
		"query.perturbations": {smart.ID, core.DatasetQuery{Perturbations: []string{long}}},
		"query.ownerIds":      {smart.ID, core.DatasetQuery{OwnerIDs: make([]int64, 101)}},
	} {
		_, err := s.PreviewFilter(ctx, b.ada, c.id, c.q)
		_, saved := s.Patch(ctx, b.ada, c.id, core.CollectionPatch{Query: &c.q})
		for _, err := range []error{err, saved} {
			var e *core.Error
			if !errors.As(err, &e) || e.Code != core.CodeInvalid || len(e.Fields) != 1 || e.Fields[0].Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	}
}
