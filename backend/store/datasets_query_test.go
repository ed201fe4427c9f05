package store

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// names gives the names of a list, in its order.
func names(list []core.Dataset) (out []string) {
	for _, d := range list {
		out = append(out, d.Name)
	}
	return out
}

// described adds datasets of ada's that differ in what people filter by.
func described(t *testing.T, s *Store, w *world) {
	t.Helper()
	for i, d := range []core.Dataset{
		{Name: "set 10", Kind: core.KindRegions, CellType: "HeLa", Tags: []string{"ctcf", "chip"}, Size: 30, Facts: core.Facts{Regions: &core.RegionFacts{Count: 7}}},
		{Name: "Set 9", Kind: core.KindRegions, CellType: "K562", Tags: []string{"ctcf"}, Size: 10, Facts: core.Facts{Regions: &core.RegionFacts{Count: 900}}},
		{Name: "ÄTHER", Kind: core.KindSignal, Perturbation: "auxin", Tags: []string{`x"ctcf`}, Size: 20},
		{Name: "set 9", Kind: core.KindContacts, CellType: "HeLa", State: core.DatasetFailed, Size: 10},
	} {
		d.AssemblyID, d.OwnerID, d.SHA256 = w.assembly.ID, w.ada.ID, fmt.Sprint("described", i)
		if d.State == "" {
			d.State = core.DatasetReady
		}
		check(t, s.Datasets().Create(t.Context(), &d))
	}
}

func TestDatasetQueries(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		described(t, s, w)
		for name, c := range map[string]struct {
			q    core.DatasetQuery
			want string
		}{
			"words in any order":          {core.DatasetQuery{Q: "10 SET"}, "set 10"},
			"a word of another alphabet":  {core.DatasetQuery{Q: "äther"}, "ÄTHER"},
			"a phrase":                    {core.DatasetQuery{Q: `"set 1"`}, "set 10"},
			"case":                        {core.DatasetQuery{Q: "Set", MatchCase: true}, "Set 9"},
			"one value or another":        {core.DatasetQuery{CellTypes: []string{"HeLa", "K562"}, Kinds: []core.Kind{core.KindRegions}}, "Set 9, set 10"},
			"a tag is a whole tag":        {core.DatasetQuery{Tags: []string{"ctcf"}}, "Set 9, set 10"},
			"all tags":                    {core.DatasetQuery{Tags: []string{"ctcf", "chip"}}, "set 10"},
			"untagged":                    {core.DatasetQuery{Tags: []string{core.NotGiven}, States: []core.DatasetState{core.DatasetFailed}}, "set 9"},
			"nothing said":                {core.DatasetQuery{CellTypes: []string{core.NotGiven}, Perturbations: []string{"auxin"}}, "ÄTHER"},
			"somebody else's":             {core.DatasetQuery{OwnerIDs: []int64{w.bob.ID}}, ""},
			"quotes and percent signs":    {core.DatasetQuery{Q: `%'\`}, ""},
			"members are joined by and":   {core.DatasetQuery{CellTypes: []string{"HeLa"}, States: []core.DatasetState{core.DatasetReady}}, "set 10"},
			"an assembly that is not one": {core.DatasetQuery{AssemblyIDs: []int64{99}}, ""},
		} {
			f := core.DatasetFilter{Visible: core.Caller{UserID: w.ada.ID}, Query: c.q}
			list := must(s.Datasets().List(t.Context(), f))(t)
			if got := strings.Join(names(list), ", "); got != c.want {
				t.Errorf("%s: %q, want %q", name, got, c.want)
			}
			ids := must(s.Datasets().IDs(t.Context(), f))(t)
			if !slices.EqualFunc(ids, list, func(id int64, d core.Dataset) bool { return id == d.ID }) {
				t.Errorf("%s: ids %v are not those of %q", name, ids, names(list))
			}
			if len(must(s.Datasets().Briefs(t.Context(), f))(t)) != len(list) {
				t.Errorf("%s: briefs of another number", name)
			}
		}
	})
}

// Every order, walked page by page with the cursor, gives every dataset once, in the order of the unpaged list, and
// backwards exactly the reverse: also where many rows have equal keys.
func TestEveryOrderInPages(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		described(t, s, w)
		ada := core.Caller{UserID: w.ada.ID}
		orders := []core.DatasetSort{core.SortCreated}
		for by := range sortKeys {
			orders = append(orders, by)
		}
		for _, by := range orders {
			var up []int64
			for _, desc := range []bool{false, true} {
				f := core.DatasetFilter{Visible: ada, Sort: by, Desc: desc}
				whole := must(s.Datasets().IDs(t.Context(), f))(t)
				var paged []int64
				for f.Limit = 3; ; {
					page := must(s.Datasets().List(t.Context(), f))(t)
					for _, d := range page {
						paged = append(paged, d.ID)
					}
					if len(page) < f.Limit {
						break
					}
					last := page[len(page)-1].ID
					f.After = &core.DatasetCursor{ID: last, Key: must(s.Datasets().SortKey(t.Context(), last, by))(t)}
				}
				if !slices.Equal(whole, paged) || len(whole) != 8 {
					t.Errorf("by %s, descending %v: %v in pages, %v at once", by, desc, paged, whole)
				}
				if desc {
					slices.Reverse(whole)
					if !slices.Equal(up, whole) {
						t.Errorf("by %s: %v upwards, %v downwards read backwards", by, up, whole)
					}
				}
				up = whole
			}
		}
		f := core.DatasetFilter{Visible: ada, Sort: core.SortName, Query: core.DatasetQuery{Q: "set"}}
		if got := strings.Join(names(must(s.Datasets().List(t.Context(), f))(t)), ", "); got != "Set 9, set 9, set 10" {
			t.Errorf("by name: %s", got)
		}
		f.Sort, f.Desc = core.SortRegions, true
		if got := strings.Join(names(must(s.Datasets().List(t.Context(), f))(t)), ", "); got != "Set 9, set 10, set 9" {
			t.Errorf("by regions: %s", got)
		}
	})
}

// What is searched and sorted by follows every change of the row.
func TestKeysFollowTheRow(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		ctx := t.Context()
		found := func(q core.DatasetQuery) int {
			return len(must(s.Datasets().IDs(ctx, core.DatasetFilter{Visible: core.Caller{UserID: w.ada.ID}, Query: q}))(t))
		}
		w.peaks.Name, w.peaks.Tags = "summits", []string{"new", "new "}
		check(t, s.Datasets().Update(ctx, w.peaks))
		if found(core.DatasetQuery{Q: "summits"}) != 1 || found(core.DatasetQuery{Tags: []string{"new"}}) != 1 || found(core.DatasetQuery{Tags: []string{"t1"}}) != 3 {
			t.Error("an edited dataset is not found by what it says now")
		}
		w.peaks.Facts.Regions.Count = 12
		if ok := must(s.Datasets().SetState(ctx, w.peaks, core.DatasetReady))(t); !ok {
			t.Fatal("not ready")
		}
		if key := fmt.Sprint(must(s.Datasets().SortKey(ctx, w.peaks.ID, core.SortRegions))(t)); key != "12" {
			t.Errorf("sorted as %s regions", key)
		}
		// Rows of a program that did not know of the keys.
		must(s.exec(ctx, `UPDATE datasets SET name_key = '', search_text = '', amount = 0`))(t)
		must(s.exec(ctx, `DELETE FROM dataset_tags`))(t)
		check(t, s.MigrateUp(ctx))
		if found(core.DatasetQuery{Q: "summits"}) != 1 || found(core.DatasetQuery{Tags: []string{"t1"}}) != 3 {
			t.Error("rows of before are not found after the migration")
		}
	})
}

func TestOriginsOutliveParents(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		ctx := t.Context()
		if o := must(s.Datasets().Origin(ctx, w.peaks.ID))(t); o != nil {
			t.Errorf("an upload comes from %+v", o)
		}
		o := &core.Origin{Operation: "intersect", Params: []byte(`{"d":5}`), Parents: []core.Parent{{ID: w.public.ID, Name: "public"}, {ID: w.track.ID, Name: "track"}}}
		check(t, s.Datasets().SetOrigin(ctx, w.peaks.ID, o))
		if got := names(must(s.Datasets().Children(ctx, w.track.ID))(t)); !slices.Equal(got, []string{"peaks"}) {
			t.Errorf("children %v", got)
		}
		check(t, s.Datasets().Delete(ctx, w.track.ID))
		if got := must(s.Datasets().Origin(ctx, w.peaks.ID))(t); got.Operation != "intersect" || len(got.Parents) != 2 || got.Parents[1].Name != "track" || string(got.Params) != `{"d":5}` {
			t.Errorf("%+v", got)
		}
		check(t, s.Datasets().Delete(ctx, w.peaks.ID))
		if got := must(s.Datasets().Children(ctx, w.public.ID))(t); len(got) != 0 {
			t.Errorf("children that are gone: %v", names(got))
		}
	})
}

func TestViews(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		w := populate(t, s)
		ctx := t.Context()
		v := &core.View{OwnerID: w.ada.ID, Page: core.ViewRegions, Name: awkward, Document: core.ViewDocument{Query: core.DatasetQuery{Q: awkward}, Columns: []string{"name"}}}
		check(t, s.Views().Create(ctx, v))
		if got := must(s.Views().ByID(ctx, v.ID))(t); got.Name != v.Name || got.Document.Query.Q != awkward || got.OwnerID != w.ada.ID {
			t.Errorf("%+v", got)
		}
		twin := *v
		if err := s.Views().Create(ctx, &twin); !isConflict(err) {
			t.Errorf("two views of one name: %v", err)
		}
		for _, other := range []core.View{{OwnerID: w.bob.ID, Page: v.Page, Name: v.Name}, {OwnerID: w.ada.ID, Page: core.ViewFeatures, Name: v.Name}, {OwnerID: w.ada.ID, Page: v.Page, Name: "b"}} {
			check(t, s.Views().Create(ctx, &other))
		}
		if got := must(s.Views().List(ctx, w.ada.ID))(t); len(got) != 3 || got[0].Page != core.ViewFeatures {
			t.Errorf("%+v", got)
		}
		v.Name = "b"
		if err := s.Views().Update(ctx, v); !isConflict(err) {
			t.Errorf("renamed to a name that is taken: %v", err)
		}
		check(t, s.Views().Delete(ctx, v.ID))
		if err := s.Views().Delete(ctx, v.ID); !isNotFound(err) {
			t.Error(err)
		}
	})
}
