package core_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"regioscope/backend/blob"
	"regioscope/backend/core"
)

// house is a bench with a data volume and everything that deletes.
type house struct {
	*bench
	volume   *blob.Store
	datasets *core.Datasets
	trash    *core.Trash
	garbage  *core.Garbage
	sessions *core.Sessions
}

func (b *bench) clock() time.Time { return time.Now().Add(b.ahead) }

func newHouse(t *testing.T, b *bench) *house {
	t.Helper()
	volume, err := blob.Open(t.TempDir())
	check(t, err)
	volume.Clock = b.clock
	h := &house{bench: b, volume: volume, datasets: core.NewDatasets(b.db, volume, b, b.Runs), sessions: core.NewSessions(b.db)}
	h.trash = core.NewTrash(h.datasets, b.clock)
	h.garbage = core.NewGarbage(b.db, volume, h.trash, "one", b.clock)
	return h
}

func (h *house) put(content string) core.BlobRef {
	h.t.Helper()
	w, err := h.volume.Create(h.t.Context())
	check(h.t, err)
	_, err = w.Write([]byte(content))
	check(h.t, err)
	ref, err := w.Commit(h.t.Context())
	check(h.t, err)
	return ref
}

// owned adds a ready dataset whose file has this content.
func (h *house) owned(by core.Caller, name string, kind core.Kind, public bool, content string) *core.Dataset {
	h.t.Helper()
	ref := h.put(content)
	d := &core.Dataset{Name: name, Kind: kind, AssemblyID: h.peaks.AssemblyID, OwnerID: by.UserID, State: core.DatasetReady, Dimension: 1,
		Public: public, FileName: name, SHA256: ref.SHA256, Size: ref.Size}
	if kind == core.KindRegions {
		d.SizeType = core.SizePoint
	}
	check(h.t, h.db.Datasets().Create(h.t.Context(), d))
	return d
}

// result stores a result with one array, and gives the name of the array's file.
func (h *house) result(set, source *core.Dataset, content string) string {
	h.t.Helper()
	ref := h.put(content)
	check(h.t, h.db.Results().Insert(h.t.Context(), []core.Result{{Pipeline: core.PipelineStackup, RegionSetID: set.ID, FeatureID: source.ID, Window: 1000,
		Bin: 100, Value: "mean", Shape: []int64{1}, N: 1, Total: 1, ManifestHash: strings.Repeat("0", 57) + content[:7], Manifest: json.RawMessage(`{}`),
		Ledger: json.RawMessage(`{}`), Arrays: []core.Array{{Name: "mean", Shape: []int64{1}, DType: "float64", SHA256: ref.SHA256, Size: ref.Size}}}}))
	return ref.SHA256
}

func (h *house) there(sha string) bool {
	h.t.Helper()
	b, err := h.volume.Open(h.t.Context(), sha)
	if err == nil {
		b.Close()
	} else if !errors.Is(err, core.ErrNotFound) {
		h.t.Fatal(err)
	}
	return err == nil
}

func (h *house) collect(grace time.Duration) core.GarbageReport {
	h.t.Helper()
	r, err := h.garbage.Collect(h.t.Context(), grace)
	check(h.t, err)
	return r
}

func (h *house) inTrash(who core.Caller) (names []string) {
	h.t.Helper()
	items, err := h.trash.List(h.t.Context(), who, false)
	check(h.t, err)
	for _, i := range items {
		names = append(names, i.Name)
	}
	return names
}

func TestTrashHidesAndRestores(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, h := t.Context(), newHouse(t, b)
		set := h.owned(b.ada, "doomed", core.KindRegions, true, "chr1\t1\t2\n")
		track := h.owned(b.ada, "kept", core.KindSignal, true, "track")
		array := h.result(set, track, "array-1")
		session, err := h.sessions.Create(ctx, b.ada, "shows it", false, json.RawMessage(`{"panels":[{"regionSetId":`+itoa(set.ID)+`}]}`))
		check(t, err)

		want(t, h.datasets.Delete(ctx, b.bob, set.ID), core.CodeForbidden)
		check(t, h.datasets.Delete(ctx, b.ada, set.ID))
		_, err = h.datasets.Get(ctx, b.ada, set.ID)
		want(t, err, core.CodeInTrash)
		_, err = h.datasets.Get(ctx, b.bob, set.ID)
		want(t, err, core.CodeNotFound)
		want(t, h.datasets.Delete(ctx, b.ada, set.ID), core.CodeInTrash)
		list, err := h.datasets.List(ctx, b.ada, core.DatasetFilter{})
		check(t, err)
		if slices.ContainsFunc(list, func(d core.Dataset) bool { return d.ID == set.ID }) {
			t.Error("a list shows what is in the trash")
		}
		_, err = b.Preprocess(ctx, b.ada, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{track.ID}})
		want(t, err, core.CodeNotFound)
		if got := h.inTrash(b.ada); !slices.Equal(got, []string{"doomed"}) {
			t.Errorf("ada's trash: %v", got)
		}
		if got := h.inTrash(b.bob); len(got) != 0 {
			t.Errorf("bob sees %v", got)
		}
		_, err = h.trash.List(ctx, b.bob, true)
		want(t, err, core.CodeForbidden)
		if all, err := h.trash.List(ctx, b.root, true); err != nil || len(all) != 1 || all[0].DeletedBy != "ada" {
			t.Errorf("root sees %+v, %v", all, err)
		}
		_, err = h.trash.Restore(ctx, b.bob, set.ID)
		want(t, err, core.CodeNotFound)
		want(t, h.trash.Delete(ctx, b.bob, set.ID), core.CodeNotFound)

		// While it is in the trash nothing of it is collected, however long that takes.
		b.ahead = 29 * 24 * time.Hour
		h.collect(0)
		b.ahead += time.Hour
		h.collect(0)
		if !h.there(set.SHA256) || !h.there(array) {
			t.Error("the trash was collected too early")
		}
		item, err := h.trash.Restore(ctx, b.ada, set.ID)
		check(t, err)
		if item.Name != "doomed" || len(h.inTrash(b.ada)) != 0 {
			t.Errorf("%+v", item)
		}
		if got, err := h.datasets.Get(ctx, b.ada, set.ID); err != nil || got.SHA256 != set.SHA256 || len(h.results(set)) != 1 {
			t.Errorf("restored: %+v, %v", got, err)
		}
		if uses, err := b.db.Sessions().Uses(ctx, set.ID); err != nil || len(uses) != 1 || uses[0].ID != session.ID {
			t.Errorf("the session forgot it: %v %v", uses, err)
		}
		_, err = h.trash.Restore(ctx, b.ada, set.ID)
		want(t, err, core.CodeNotFound)
	})
}

func TestTrashExpiresAndIsEmptied(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, h := t.Context(), newHouse(t, b)
		old := h.owned(b.ada, "old", core.KindSignal, false, "old content")
		twin := h.owned(b.bob, "twin", core.KindSignal, false, "shared content")
		set := h.owned(b.ada, "set", core.KindRegions, false, "shared content")
		array := h.result(set, old, "array-2")
		check(t, h.datasets.Delete(ctx, b.ada, old.ID))
		b.ahead = core.TrashDays*24*time.Hour - time.Minute
		if r := h.collect(core.GarbageGrace); r.Expired != 0 {
			t.Errorf("expired early: %+v", r)
		}
		b.ahead += 2 * time.Minute
		if r := h.collect(core.GarbageGrace); r.Expired != 1 {
			t.Errorf("not expired: %+v", r)
		}
		want(t, func() error { _, err := h.trash.Get(ctx, b.ada, old.ID); return err }(), core.CodeNotFound)
		if len(h.results(set)) != 0 {
			t.Error("its results stay")
		}
		check(t, h.datasets.Delete(ctx, b.ada, set.ID))
		if n, err := h.trash.Empty(ctx, b.ada); err != nil || n != 1 {
			t.Errorf("emptied %d, %v", n, err)
		}
		for range 2 { // condemned when deleted, or now; purged a grace later
			b.ahead += core.GarbageGrace + time.Minute
			h.collect(core.GarbageGrace)
		}
		if h.there(old.SHA256) || h.there(array) {
			t.Error("files that nothing refers to are still there")
		}
		if !h.there(twin.SHA256) {
			t.Error("a file that bob's dataset refers to is gone")
		}
	})
}

func TestCollectionsLoseAndGetBackAMember(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, h := t.Context(), newHouse(t, b)
		collections := core.NewCollections(h.datasets)
		var members []int64
		for _, name := range []string{"first", "second", "third"} {
			members = append(members, h.owned(b.ada, name, core.KindSignal, false, name).ID)
		}
		c, err := collections.Create(ctx, b.ada, core.CollectionMeta{Name: "tracks", Kind: core.MembersSignals, DatasetIDs: members})
		check(t, err)
		asDataset := func() *core.Dataset { return b.dataset(c.ID) }
		before := asDataset().SHA256
		array := h.result(b.peaks, asDataset(), "array-3")
		answer, err := b.Preprocess(ctx, b.ada, core.PreprocessRequest{RegionSetIDs: []int64{b.peaks.ID}, CollectionIDs: []int64{c.ID}})
		check(t, err)

		check(t, h.datasets.Delete(ctx, b.ada, members[1]))
		got, err := collections.Get(ctx, b.ada, c.ID)
		check(t, err)
		if !slices.Equal(got.DatasetIDs, []int64{members[0], members[2]}) || asDataset().SHA256 == before || len(h.results(b.peaks)) != 0 {
			t.Errorf("without its second member: %+v", got)
		}
		if r := b.run(answer.Runs[0].ID); r.State != core.RunCancelled || r.Error == nil || !strings.Contains(r.Error.Message, "it was a member of “tracks”") {
			t.Errorf("work on the collection as it was goes on: %+v", r)
		}
		item, err := h.trash.Restore(ctx, b.ada, members[1])
		check(t, err)
		if !slices.Equal(item.Collections, []string{"tracks"}) {
			t.Errorf("goes back to %v", item.Collections)
		}
		if got, err = collections.Get(ctx, b.ada, c.ID); err != nil || !slices.Equal(got.DatasetIDs, members) || asDataset().SHA256 != before {
			t.Errorf("restored: %+v, %v", got, err)
		}

		// The collection itself goes to the trash and comes back; its members stay all the time.
		check(t, collections.Delete(ctx, b.ada, c.ID))
		_, err = collections.Get(ctx, b.ada, c.ID)
		want(t, err, core.CodeInTrash)
		check(t, h.datasets.Delete(ctx, b.ada, members[0]))
		_, err = h.trash.Restore(ctx, b.ada, c.ID)
		check(t, err)
		_, err = h.trash.Restore(ctx, b.ada, members[0])
		check(t, err)
		if got, err = collections.Get(ctx, b.ada, c.ID); err != nil || !slices.Equal(got.DatasetIDs, members) {
			t.Errorf("both restored: %+v, %v", got, err)
		}
		b.ahead = 3 * core.GarbageGrace
		h.collect(core.GarbageGrace)
		b.ahead += 3 * core.GarbageGrace
		h.collect(core.GarbageGrace)
		if h.there(array) {
			t.Error("the array of the deleted result stays")
		}
	})
}

// Somebody else's computation on shared data neither hinders the owner nor ends with a riddle.
func TestRunsOfOthersEndWithAPlainMessage(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, h := t.Context(), newHouse(t, b)
		queued := b.preprocess(b.bob, b.shared, b.public, core.WindowBin{Window: 1000, Bin: 100}).Runs[0]
		running := b.claim(b.preprocess(b.bob, b.shared, b.public, core.WindowBin{Window: 2000, Bin: 100}).Runs[0])
		check(t, h.datasets.Delete(ctx, b.ada, b.public.ID))
		if r := b.run(queued.ID); r.State != core.RunCancelled || r.Error.Message != "“public track” was moved to the trash by ada" {
			t.Errorf("%+v", r)
		}
		cancel, ok, err := b.Renew(ctx, running, time.Minute, 0.5, "half")
		if !cancel || !ok || err != nil {
			t.Errorf("the worker is not told to stop: %v %v %v", cancel, ok, err)
		}
		check(t, b.Cancelled(ctx, running))
		if r := b.run(running.ID); r.State != core.RunCancelled || r.Error == nil || !strings.Contains(r.Error.Message, "moved to the trash by ada") {
			t.Errorf("%+v %+v", r, r.Error)
		}
		_, err = b.Retry(ctx, b.bob, running.ID)
		want(t, err, core.CodeState)
		list, err := core.NewNotifications(b.db, b, nil).List(ctx, b.bob, false, 0, 0)
		check(t, err)
		if len(list.Items) != 2 || list.Items[0].Kind != core.NoticeRunsFailed || !strings.Contains(list.Items[0].Text, "moved to the trash by ada") {
			t.Errorf("bob is told: %+v", list.Items)
		}
	})
}

// A crash between moving data to the trash and stopping the work on them is made up for by the sweeper.
func TestSweepStopsWorkOnTrashedData(t *testing.T) {
	b := newBench(t)
	run := b.start()
	check(t, b.db.Trash().Put(t.Context(), b.hic.ID, b.ada.UserID, time.Now()))
	check(t, b.Sweep(t.Context()))
	if cancel, ok, _ := b.Renew(t.Context(), run, time.Minute, 0, ""); !cancel || !ok {
		t.Error("the run goes on")
	}
}

// A region set that is deleted while it is being checked is checked again when it is restored.
func TestRestoredRegionSetIsCheckedAgain(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, h := t.Context(), newHouse(t, b)
		first, err := b.SubmitBed(ctx, b.ada, b.fresh.ID)
		check(t, err)
		first = b.claim(first)
		check(t, h.datasets.Delete(ctx, b.ada, b.fresh.ID))
		check(t, b.FinishBed(ctx, first, core.BedOutcome{SizeType: core.SizePoint, Dimension: 1})) // it was just done
		if r := b.run(first.ID); r.State != core.RunCancelled {
			t.Errorf("the check is %s", r.State)
		}
		_, err = h.trash.Restore(ctx, b.ada, b.fresh.ID)
		check(t, err)
		d := b.dataset(b.fresh.ID)
		if d.State != core.DatasetChecking || d.RunID == first.ID || d.RunID == 0 {
			t.Errorf("restored: %+v", d)
		}
		again := b.claim(b.run(d.RunID))
		check(t, b.FinishBed(ctx, again, core.BedOutcome{SizeType: core.SizePoint, Dimension: 1}))
		if d := b.dataset(b.fresh.ID); d.State != core.DatasetReady {
			t.Errorf("%+v", d)
		}
	})
}

// A database that fails in the middle leaves the dataset where it was.
func TestDeleteWithoutDatabaseChangesNothing(t *testing.T) {
	b := newBench(t)
	h := newHouse(t, b)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.datasets.Delete(ctx, b.ada, b.peaks.ID); err == nil {
		t.Error("deleted")
	}
	b.dataset(b.peaks.ID)
}
