package store

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"regioscope/backend/core"
)

// awkward text must come back as it went in, from every column, in both dialects.
const awkward = `O'Brien \' "q" \\ ? :x %_ -- ; 日本 🧬` + "\n\t"

func TestUsers(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		if u := must(s.Users().ByName(ctx, "ADA"))(t); u.ID != w.ada.ID || u.Username != "Ada" || u.Email != "ada@example.org" {
			t.Errorf("%+v", u)
		}
		if n := must(s.Users().Count(ctx))(t); n != 2 {
			t.Errorf("count %d", n)
		}
		for _, twin := range []core.User{{Username: "aDA"}, {Username: "other", Email: "ada@example.org"}} {
			if err := s.Users().Create(ctx, &twin); !isConflict(err) {
				t.Errorf("%+v: %v", twin, err)
			}
		}
		check(t, s.Users().Create(ctx, &core.User{Username: "carl"})) // no e-mail is not an equal e-mail
		if _, err := s.Users().ByName(ctx, "nobody"); !isNotFound(err) {
			t.Error(err)
		}
		if err := s.Users().SetPassword(ctx, 999, "x"); !isNotFound(err) {
			t.Error(err)
		}
		check(t, s.Users().SetPassword(ctx, w.ada.ID, "x")) // the same value is still a match
	})
}

func TestRefreshTokenIsUsedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx, now := t.Context(), time.Now()
		w := populate(t, s)
		save := func(hash, family string) *core.RefreshToken {
			tok := &core.RefreshToken{UserID: w.ada.ID, Family: family, TokenHash: hash, ExpiresAt: now.Add(time.Hour)}
			check(t, s.Users().SaveRefresh(ctx, tok))
			return tok
		}
		a, b := save("a", "f"), save("b", "f")
		if ok := must(s.Users().UseRefresh(ctx, a.ID, now))(t); !ok {
			t.Error("first use refused")
		}
		if ok := must(s.Users().UseRefresh(ctx, a.ID, now))(t); ok {
			t.Error("second use allowed")
		}
		check(t, s.Users().RevokeFamily(ctx, "f", now))
		if ok := must(s.Users().UseRefresh(ctx, b.ID, now))(t); ok {
			t.Error("revoked token used")
		}
		got := must(s.Users().RefreshByHash(ctx, "a"))(t)
		if got.UsedAt == nil || got.RevokedAt == nil || !got.ExpiresAt.Equal(stamp(now.Add(time.Hour))) {
			t.Errorf("%+v", got)
		}
		check(t, s.Users().DeleteExpiredRefresh(ctx, now.Add(2*time.Hour)))
		if _, err := s.Users().RefreshByHash(ctx, "a"); !isNotFound(err) {
			t.Error(err)
		}
	})
}

func TestAssemblies(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		own := &core.Assembly{Name: "toy", OwnerID: w.bob.ID, Aliases: map[string]string{"I": "chr1"}}
		check(t, s.Assemblies().Create(ctx, own)) // another owner may use the name
		if err := s.Assemblies().Create(ctx, &core.Assembly{Name: "toy"}); !isConflict(err) {
			t.Error(err)
		}
		for _, c := range []struct {
			caller core.Caller
			n      int
		}{{core.Caller{}, 1}, {core.Caller{UserID: w.ada.ID}, 1}, {core.Caller{UserID: w.bob.ID}, 2}, {core.Caller{UserID: w.ada.ID, Role: core.RoleAdmin}, 2}} {
			if got := must(s.Assemblies().List(ctx, c.caller))(t); len(got) != c.n {
				t.Errorf("%+v sees %d, want %d", c.caller, len(got), c.n)
			}
		}
		if got := must(s.Assemblies().ByID(ctx, own.ID))(t); !reflect.DeepEqual(got.Aliases, own.Aliases) {
			t.Errorf("%+v", got)
		}
		if n := must(s.Assemblies().CountDatasets(ctx, w.assembly.ID))(t); n != 4 {
			t.Errorf("%d datasets", n)
		}
		if err := s.Assemblies().Delete(ctx, w.assembly.ID); !isConflict(err) {
			t.Errorf("an assembly in use was deleted: %v", err)
		}
		check(t, s.Assemblies().Delete(ctx, own.ID))
		if err := s.Assemblies().Delete(ctx, own.ID); !isNotFound(err) {
			t.Error(err)
		}
	})
}

func TestDatasetKeepsEverything(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		d := &core.Dataset{Name: awkward, Kind: core.KindRegions, AssemblyID: w.assembly.ID, OwnerID: w.ada.ID, OwnerName: "Ada",
			State: core.DatasetChecking, RunID: 5, SizeType: core.SizePoint, Dimension: 2, Description: awkward,
			Tags: []string{awkward, "b"}, CellType: "HeLa", Perturbation: "none", SampleID: "s", FileName: awkward,
			SHA256: "abc", Size: 1 << 40, CreatedAt: time.Now(),
			Facts: core.Facts{Warnings: []string{awkward}}}
		check(t, s.Datasets().Create(ctx, d))
		d.CreatedAt = stamp(d.CreatedAt)
		if got := must(s.Datasets().ByID(ctx, d.ID))(t); !reflect.DeepEqual(got, d) {
			t.Errorf("\ngot  %+v\nwant %+v", got, d)
		}
		d.State, d.Error = core.DatasetFailed, &core.DatasetError{Code: core.CodeBadFile, Message: awkward,
			Lines: []core.Field{{Line: 3, Message: "m"}}, Count: 9}
		d.Facts.Regions, d.SHA256, d.Dimension = &core.RegionFacts{Count: 4}, "", 1
		if ok := must(s.Datasets().SetState(ctx, d, core.DatasetReady))(t); ok {
			t.Error("left a state it was not in")
		}
		if ok := must(s.Datasets().SetState(ctx, d, core.DatasetChecking))(t); !ok {
			t.Error("compare-and-set refused")
		}
		d.Name, d.Public, d.Tags = "new", true, nil
		check(t, s.Datasets().Update(ctx, d))
		d.Tags = []string{}
		if got := must(s.Datasets().ByID(ctx, d.ID))(t); !reflect.DeepEqual(got, d) {
			t.Errorf("\ngot  %+v\nwant %+v", got, d)
		}
	})
}

func TestDatasetList(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		odd := &core.Dataset{Name: "100%_Odd!", Kind: core.KindSignal, AssemblyID: w.assembly.ID, OwnerID: w.ada.ID,
			State: core.DatasetReady, CellType: "K562"}
		check(t, s.Datasets().Create(ctx, odd))
		ada, bob, root := core.Caller{UserID: w.ada.ID}, core.Caller{UserID: w.bob.ID}, core.Caller{UserID: w.bob.ID, Role: core.RoleAdmin}
		for name, c := range map[string]struct {
			f    core.DatasetFilter
			want []string
		}{
			"owner, newest first":   {core.DatasetFilter{Visible: ada}, []string{"100%_Odd!", "hic", "track", "public", "peaks"}},
			"others see public":     {core.DatasetFilter{Visible: bob}, []string{"public"}},
			"nobody sees nothing":   {core.DatasetFilter{}, nil},
			"admin sees all":        {core.DatasetFilter{Visible: root, Limit: 2}, []string{"100%_Odd!", "hic"}},
			"page":                  {core.DatasetFilter{Visible: ada, After: &core.DatasetCursor{ID: w.track.ID}, Limit: 1}, []string{"public"}},
			"kind":                  {core.DatasetFilter{Visible: ada, Kind: core.KindContacts}, []string{"hic"}},
			"ids":                   {core.DatasetFilter{Visible: ada, IDs: []int64{w.hic.ID, w.peaks.ID}}, []string{"hic", "peaks"}},
			"no ids":                {core.DatasetFilter{Visible: ada, IDs: []int64{}}, nil},
			"assembly":              {core.DatasetFilter{Visible: ada, AssemblyID: 77}, nil},
			"text, any case":        {core.DatasetFilter{Visible: ada, Query: core.DatasetQuery{Q: "k562"}}, []string{"100%_Odd!"}},
			"text is not a pattern": {core.DatasetFilter{Visible: ada, Query: core.DatasetQuery{Q: "0%_o"}}, []string{"100%_Odd!"}},
			"text: percent":         {core.DatasetFilter{Visible: ada, Query: core.DatasetQuery{Q: "p%s"}}, nil},
			"text: tags":            {core.DatasetFilter{Visible: ada, Query: core.DatasetQuery{Q: "T1"}, Kind: core.KindSignal}, []string{"track"}},
		} {
			var names []string
			for _, d := range must(s.Datasets().List(ctx, c.f))(t) {
				names = append(names, d.Name)
			}
			if !slices.Equal(names, c.want) {
				t.Errorf("%s: %v, want %v", name, names, c.want)
			}
		}
	})
}

func result(w *world, hash string) core.Result {
	return core.Result{RunID: 1, Pipeline: core.PipelinePileup, RegionSetID: w.peaks.ID, FeatureID: w.hic.ID, Window: 100000,
		Bin: 5000, Value: "iccf", Shape: []int64{41, 41}, N: 7, Total: 9, ManifestHash: hash,
		Manifest: json.RawMessage(`{"engine":"1"}`), Ledger: json.RawMessage(`{"read":9}`),
		Arrays: []core.Array{{Name: "mean", Shape: []int64{41, 41}, DType: "float64", SHA256: "blob-" + hash, Size: 99}}}
}

func TestResults(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		a, b := result(w, "a"), result(w, "b")
		b.Value, b.Unavailable, b.Arrays = "oe", "no 1 kb level", nil
		check(t, s.Results().Insert(ctx, []core.Result{a, b}))
		again := result(w, "a")
		again.N = 1000
		check(t, s.Results().Insert(ctx, []core.Result{again})) // equal manifest: what is there stays
		list := must(s.Results().List(ctx, core.ResultFilter{RegionSetID: w.peaks.ID}))(t)
		if len(list) != 2 || list[0].N != 7 || list[1].Unavailable == "" {
			t.Fatalf("%+v", list)
		}
		if list[0].Manifest != nil || !reflect.DeepEqual(list[0].Arrays, a.Arrays) {
			t.Errorf("%+v", list[0])
		}
		got := must(s.Results().ByManifest(ctx, w.peaks.ID, w.hic.ID, "a"))(t)
		if string(got.Manifest) != `{"engine":"1"}` || string(got.Ledger) != `{"read":9}` || got.ID != list[0].ID {
			t.Errorf("%+v", got)
		}
		for sha, want := range map[string]bool{"blob-a": true, "blob-b": false, "sha-peaks": true, "": false} {
			if in := must(s.Datasets().BlobInUse(ctx, sha))(t); in != want {
				t.Errorf("BlobInUse(%q) = %v", sha, in)
			}
		}
		check(t, s.Datasets().Delete(ctx, w.hic.ID))
		if _, err := s.Results().ByID(ctx, got.ID); !isNotFound(err) {
			t.Errorf("the result outlived its dataset: %v", err)
		}
		if in := must(s.Datasets().BlobInUse(ctx, "blob-a"))(t); in {
			t.Error("the arrays outlived their result")
		}
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		doc := func(set int64, features ...int64) json.RawMessage {
			b, _ := json.Marshal(map[string]any{"version": 1, "panels": []any{map[string]any{"regionSetId": set,
				"widgets": []any{map[string]any{"featureIds": features}, map[string]any{"featureIds": features}}}}})
			return b
		}
		v := &core.Session{OwnerID: w.ada.ID, Name: awkward, Document: doc(w.peaks.ID, w.hic.ID, w.track.ID)}
		check(t, s.Sessions().Create(ctx, v))
		uses := func(d *core.Dataset) int { return len(must(s.Sessions().Uses(ctx, d.ID))(t)) }
		if uses(w.peaks) != 1 || uses(w.hic) != 1 || uses(w.public) != 0 {
			t.Error("the datasets of a new session are not known")
		}
		if n := len(must(s.Sessions().List(ctx, core.Caller{UserID: w.bob.ID}))(t)); n != 0 {
			t.Error("bob sees a private session")
		}
		v.Document, v.Public = doc(w.public.ID, w.track.ID), true
		if ok := must(s.Sessions().Update(ctx, v, 7))(t); ok {
			t.Error("an old version was saved over")
		}
		if ok := must(s.Sessions().Update(ctx, v, 1))(t); !ok || v.Version != 2 {
			t.Errorf("not saved: version %d", v.Version)
		}
		if uses(w.peaks) != 0 || uses(w.hic) != 0 || uses(w.public) != 1 || uses(w.track) != 1 {
			t.Error("the datasets of a changed session are wrong")
		}
		list := must(s.Sessions().List(ctx, core.Caller{UserID: w.bob.ID}))(t)
		if len(list) != 1 || list[0].Document != nil || list[0].OwnerName != "Ada" || list[0].Version != 2 {
			t.Errorf("%+v", list)
		}
		got := must(s.Sessions().ByID(ctx, v.ID))(t)
		if !reflect.DeepEqual(got.Document, v.Document) || got.Name != awkward {
			t.Errorf("%+v", got)
		}
		check(t, s.Sessions().Delete(ctx, v.ID))
		if uses(w.public) != 0 {
			t.Error("a deleted session still uses datasets")
		}
		// A document of another shape belongs to a newer SPA; it is kept as it is.
		check(t, s.Sessions().Create(ctx, &core.Session{OwnerID: w.ada.ID, Name: "x", Document: json.RawMessage(`{"panels":"?"}`)}))
	})
}

func TestDraftRevisions(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		w := populate(t, s)
		if _, err := s.Sessions().Draft(ctx, w.ada.ID); !isNotFound(err) {
			t.Error(err)
		}
		d := &core.Draft{UserID: w.ada.ID, Document: json.RawMessage(`{"a":1}`)}
		for _, step := range []struct {
			if_  int64
			want bool
		}{{3, false}, {0, true}, {0, false}, {1, true}, {1, false}, {2, true}} {
			if ok := must(s.Sessions().SaveDraft(ctx, d, step.if_))(t); ok != step.want {
				t.Errorf("revision %d: %v", step.if_, ok)
			}
		}
		if got := must(s.Sessions().Draft(ctx, w.ada.ID))(t); got.Revision != 3 || d.Revision != 3 {
			t.Errorf("revision %d, %d", got.Revision, d.Revision)
		}
	})
}

func TestSettings(t *testing.T) {
	each(t, func(t *testing.T, s *Store) {
		ctx := t.Context()
		p := must(s.Settings().Pipeline(ctx, core.PipelinePileup))(t)
		if p.Queue != core.QueueLong || p.Timeout != 4*time.Hour || p.MaxAttempts != 3 || !p.Enabled {
			t.Errorf("%+v", p)
		}
		grid := must(s.Settings().Grid(ctx, core.PipelinePileup))(t)
		if len(grid) != 12 || grid[0] != (core.WindowBin{Window: 0, Bin: 1}) || grid[11] != (core.WindowBin{Window: 2000000, Bin: 50000}) {
			t.Errorf("%v", grid)
		}
		for _, v := range []string{`1`, `{"x":"` + "é" + `"}`} {
			check(t, s.Settings().Set(ctx, "key", json.RawMessage(v)))
			if got := must(s.Settings().Get(ctx, "key"))(t); string(got) != v {
				t.Errorf("%s", got)
			}
		}
		if _, err := s.Settings().Get(ctx, "none"); !isNotFound(err) {
			t.Error(err)
		}
	})
}
