package api_test

import (
	"slices"
	"testing"

	"regioscope/backend/core"
)

// Item 4: many datasets are shared at once with people and groups, not only with everyone; those of others stay as they are.
func TestManyDatasetsAreShared(t *testing.T) {
	a := newApp(t)
	set, track := a.ada.dataset(core.KindRegions, false, "chr1\t10\t20\n"), a.ada.dataset(core.KindSignal, true, "")
	foreign := a.bob.dataset(core.KindSignal, true, "")
	check(t, a.db.Access().SetGrants(t.Context(), core.ThingDataset, set.ID, false, []core.Grant{{UserID: a.root.UserID, Level: core.LevelRead}}))
	share := func(level string, ids ...int64) *answer {
		return a.ada.do("POST", "/datasets/share", map[string]any{"ids": ids, "grants": []map[string]any{{"userId": a.bob.UserID, "level": level}}})
	}
	a.bob.do("GET", "/datasets/"+itoa(set.ID), nil).refused(404, core.CodeNotFound)
	var out core.BulkOutcome
	share("edit", set.ID, track.ID, foreign.ID).ok(200, &out)
	if !slices.Equal(out.Done, []int64{set.ID, track.ID}) && !slices.Equal(out.Done, []int64{track.ID, set.ID}) || !slices.Equal(out.Skipped, []int64{foreign.ID}) {
		t.Errorf("%+v", out)
	}
	for _, d := range []*core.Dataset{set, track} {
		var seen core.Dataset
		a.bob.do("GET", "/datasets/"+itoa(d.ID), nil).ok(200, &seen)
		if seen.Access != core.LevelEdit || seen.Public != d.Public {
			t.Errorf("%+v", seen)
		}
	}
	// Once told, of all; another right is no news.
	share("read", set.ID, track.ID).ok(200, nil)
	list, err := a.db.Notifications().List(t.Context(), a.bob.UserID, true, 0, 10)
	check(t, err)
	if len(list) != 1 || list[0].Title != "ada shares 2 datasets with you" {
		t.Errorf("%+v", list)
	}
	share("none", set.ID, track.ID).ok(200, nil)
	a.bob.do("GET", "/datasets/"+itoa(set.ID), nil).refused(404, core.CodeNotFound)
	grants, err := a.db.Access().Grants(t.Context(), core.ThingDataset, set.ID)
	check(t, err)
	if len(grants) != 1 || grants[0].UserID != a.root.UserID {
		t.Errorf("what others were given is now %+v", grants)
	}
	a.ada.do("POST", "/datasets/share", map[string]any{"ids": []int64{set.ID}, "grants": []map[string]any{{"userId": 99999, "level": "read"}}}).refused(422, core.CodeInvalid)
	a.ada.do("POST", "/datasets/share", map[string]any{"ids": []int64{foreign.ID}, "grants": []map[string]any{{"userId": a.bob.UserID, "level": "read"}}}).refused(403, core.CodeForbidden)
}
