package store

import (
	"errors"
	"slices"
	"testing"
	"time"

	"regioscope/backend/core"
)

// draftOf makes a table of peaks that waits to be joined.
func draftOf(t *testing.T, s *Store, w *world, name string) *core.MetaTable {
	t.Helper()
	d := &core.MetaTable{DatasetID: w.peaks.ID, CreatedByID: w.ada.ID, Name: name, FileName: awkward, SHA256: "file-" + name, Size: 7}
	check(t, s.Metadata().Create(t.Context(), d))
	return d
}

func metaColumns(names ...string) (out []core.MetaColumn) {
	for i, n := range names {
		out = append(out, core.MetaColumn{Position: i, Name: n, Source: awkward, Type: core.MetaNumeric, Present: 3, Numbers: 2, Distinct: 2})
	}
	return out
}

func TestRegionMetadata(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, store := t.Context(), s.Metadata()
		w := populate(t, s)
		a := draftOf(t, s, w, "a")
		if list := must(store.List(ctx, w.peaks.ID))(t); len(list) != 0 {
			t.Errorf("a draft is listed: %+v", list)
		}
		a.ValuesSHA256, a.ValuesSize, a.Columns = "values-a", 5, metaColumns("x", awkward[:20])
		a.Facts = core.MetaFacts{By: core.JoinName, Rows: 4, Matched: 3, UnmatchedRows: 1}
		check(t, store.Commit(ctx, a))
		if err := store.Commit(ctx, a); !errors.Is(err, core.ErrState) {
			t.Errorf("joined twice: %v", err)
		}
		list := must(store.List(ctx, w.peaks.ID))(t)
		if len(list) != 1 || list[0].CreatedBy != "Ada" || list[0].FileName != awkward || list[0].Facts != a.Facts || list[0].ValuesSHA256 != "values-a" ||
			!slices.Equal(list[0].Columns, a.Columns) {
			t.Fatalf("%+v, want %+v", list, a)
		}

		// A name is taken, in the order of code points: X is not x.
		b := draftOf(t, s, w, "b")
		b.ValuesSHA256, b.Columns = "values-b", metaColumns("y", "x")
		if err := store.Commit(ctx, b); !isConflict(err) {
			t.Errorf("a second column x: %v", err)
		}
		if got := must(store.ByID(ctx, b.ID))(t); got.State != core.MetaDraft || len(got.Columns) != 0 {
			t.Errorf("half of a commit stayed: %+v", got)
		}
		b.Columns = metaColumns("X")
		check(t, store.Commit(ctx, b))
		other := &core.MetaTable{DatasetID: w.public.ID, Name: "other set", SHA256: "file-c"}
		check(t, store.Create(ctx, other))
		other.Columns = metaColumns("x")
		check(t, store.Commit(ctx, other))

		c, table, err := store.Column(ctx, b.Columns[0].ID)
		if err != nil || c.Name != "X" || table.ID != b.ID {
			t.Fatalf("%+v %+v %v", c, table, err)
		}
		c.Name = "x"
		if err := store.UpdateColumn(ctx, c); !isConflict(err) {
			t.Errorf("renamed to what is taken: %v", err)
		}
		c.Name, c.Type = "z", core.MetaCategorical
		check(t, store.UpdateColumn(ctx, c))
		check(t, store.Rename(ctx, b.ID, "better"))
		if got := must(store.ByID(ctx, b.ID))(t); got.Name != "better" || got.Columns[0].Name != "z" || got.Columns[0].Type != core.MetaCategorical {
			t.Errorf("%+v", got)
		}
		check(t, store.DeleteColumn(ctx, c.ID))
		if err := store.DeleteColumn(ctx, c.ID); !isNotFound(err) {
			t.Error(err)
		}

		old := draftOf(t, s, w, "old")
		files := must(store.Files(ctx, w.peaks.ID))(t)
		slices.Sort(files)
		if !slices.Equal(files, []string{"file-a", "file-b", "file-old", "values-a", "values-b"}) {
			t.Errorf("files %v", files)
		}
		used := must(s.Garbage().Referenced(ctx, append(files, "nobody's")))(t)
		if len(used) != 5 {
			t.Errorf("used %v", used)
		}
		if got := must(s.Uploads().UsedBy(ctx, w.ada.ID))(t); got != 4*10+7*3+5 { // four datasets; three tables and the values of one
			t.Errorf("ada stores %d bytes", got)
		}
		if n := must(store.DeleteDrafts(ctx, time.Now().Add(time.Minute)))(t); n != 1 {
			t.Errorf("%d drafts", n)
		}
		if _, err := store.ByID(ctx, old.ID); !isNotFound(err) {
			t.Error(err)
		}

		// The trash hides them, and who empties it takes them along.
		check(t, s.Trash().Put(ctx, w.peaks.ID, w.ada.ID, time.Now()))
		if _, err := store.ByID(ctx, a.ID); !isNotFound(err) {
			t.Error(err)
		}
		if got := must(store.Files(ctx, w.peaks.ID))(t); len(got) != 4 {
			t.Errorf("files in the trash %v", got)
		}
		check(t, s.Trash().Restore(ctx, w.peaks.ID))
		check(t, store.Delete(ctx, b.ID))
		check(t, s.Datasets().Delete(ctx, w.peaks.ID))
		for id := range map[int64]bool{a.ID: true, b.ID: true} {
			if _, err := store.ByID(ctx, id); !isNotFound(err) {
				t.Error(err)
			}
		}
		if err := store.Create(ctx, &core.MetaTable{DatasetID: w.peaks.ID}); !isNotFound(err) {
			t.Errorf("a table of nothing: %v", err)
		}
	})
}
