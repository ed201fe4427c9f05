package core_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	"regioscope/backend/blob"
	"regioscope/backend/core"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func TestOrphansAreCollectedAfterTwoGraces(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		h := newHouse(t, b)
		kept := h.owned(b.ada, "kept", core.KindSignal, false, "kept")
		array := h.result(h.owned(b.ada, "set", core.KindRegions, false, "set"), kept, "array-4")
		orphan := h.put("arrays of a run whose dataset was deleted midway")
		if r := h.collect(time.Hour); r != (core.GarbageReport{}) {
			t.Errorf("something was collected at once: %+v", r)
		}
		b.ahead = 61 * time.Minute
		if r := h.collect(time.Hour); r.Condemned != 1 || r.Purged != 0 || !h.there(orphan.SHA256) {
			t.Errorf("after one grace: %+v", r)
		}
		if r := h.collect(time.Hour); r.Purged != 0 {
			t.Errorf("purged without a second grace: %+v", r)
		}
		b.ahead = 3 * time.Hour
		if r := h.collect(time.Hour); r.Purged != 1 || r.PurgedBytes != orphan.Size || h.there(orphan.SHA256) {
			t.Errorf("after two graces: %+v", r)
		}
		if !h.there(kept.SHA256) || !h.there(array) {
			t.Error("what is in use was collected")
		}
	})
}

// Results are written once the whole run has been computed: while one is at work, grace covers the longest run.
func TestGraceCoversTheLongestRun(t *testing.T) {
	b := newBench(t)
	h := newHouse(t, b)
	orphan := h.put("array of a run at work")
	b.start()
	longest, running, err := b.db.Garbage().LongestTimeout(context.Background())
	if err != nil || !running {
		t.Fatal(running, err)
	}
	b.ahead = longest // and no pipeline may take longer
	if r := h.collect(time.Minute); r.Condemned != 0 {
		t.Errorf("%+v", r)
	}
	b.ahead = longest + 2*time.Hour
	if r := h.collect(time.Minute); r.Condemned != 1 || !h.there(orphan.SHA256) {
		t.Errorf("%+v", r)
	}
}

// Equal content that is uploaded again at any moment of its collection is there afterwards.
func TestEqualUploadDuringCollection(t *testing.T) {
	for name, when := range map[string]func(h *house, upload func()){
		"before anything":      func(h *house, upload func()) { upload() },
		"while it is old":      func(h *house, upload func()) { h.ahead = 2 * time.Hour; upload() },
		"once it is condemned": func(h *house, upload func()) { h.ahead = 2 * time.Hour; h.collect(time.Hour); upload() },
		"before it is purged": func(h *house, upload func()) {
			h.ahead = 2 * time.Hour
			h.collect(time.Hour)
			h.ahead = 4 * time.Hour
			upload()
		},
		"after it is purged": func(h *house, upload func()) {
			h.ahead = 2 * time.Hour
			h.collect(time.Hour)
			h.ahead = 4 * time.Hour
			h.collect(time.Hour)
			upload()
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t, newBench(t))
			ref := h.put("equal content")
			var d *core.Dataset
			when(h, func() { d = h.owned(h.ada, "again", core.KindSignal, false, "equal content") })
			for range 4 {
				h.collect(time.Hour)
				h.ahead += 2 * time.Hour
			}
			if d.SHA256 != ref.SHA256 || !h.there(d.SHA256) {
				t.Error("the file of the second upload is gone")
			}
			if list, err := h.volume.Condemned(t.Context()); err != nil || len(list) != 0 {
				t.Errorf("left: %v %v", list, err)
			}
		})
	}
}

// volumeWithHooks calls before each step, where another process does something.
type volumeWithHooks struct {
	core.BlobVolume
	before func(step string, b core.StoredBlob) error
}

func (v volumeWithHooks) Condemn(ctx context.Context, sha string) error {
	if err := v.before("condemn", core.StoredBlob{SHA256: sha}); err != nil {
		return err
	}
	return v.BlobVolume.Condemn(ctx, sha)
}

func (v volumeWithHooks) Purge(ctx context.Context, b core.StoredBlob) error {
	if err := v.before("purge", b); err != nil {
		return err
	}
	return v.BlobVolume.Purge(ctx, b)
}

// The instant between looking for references and touching the file is where equal content may be stored.
func TestEqualUploadBetweenLookingAndDeleting(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		for _, at := range []string{"condemn", "purge"} {
			b.ahead = 0
			h := newHouse(t, b)
			ref := h.put("raced for " + at)
			var once sync.Once
			garbage := core.NewGarbage(b.db, volumeWithHooks{h.volume, func(step string, x core.StoredBlob) error {
				if step == at && x.SHA256 == ref.SHA256 {
					once.Do(func() { h.owned(b.ada, "again", core.KindSignal, false, "raced for "+at) })
				}
				return nil
			}}, h.trash, "one", b.clock)
			for range 5 {
				b.ahead += 2 * time.Hour
				if _, err := garbage.Collect(t.Context(), time.Hour); err != nil {
					t.Fatal(err)
				}
				if !h.there(ref.SHA256) && at == "condemn" {
					t.Fatal("there was a moment without the file")
				}
			}
			if !h.there(ref.SHA256) {
				t.Errorf("%s: the file of the upload is gone", at)
			}
		}
	})
}

// Faults stop a collection; what they leave is collected by the next, and nothing that is in use goes.
func TestFaultsWhileCollecting(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		h := newHouse(t, b)
		kept := h.owned(b.ada, "kept", core.KindSignal, false, "kept")
		for _, c := range []string{"a", "b", "c"} {
			h.put("orphan " + c)
		}
		broken := errors.New("the disk is ill")
		for _, ill := range []string{"condemn", "purge"} {
			b.ahead += 2 * time.Hour
			calls := 0
			garbage := core.NewGarbage(b.db, volumeWithHooks{h.volume, func(step string, _ core.StoredBlob) error {
				if calls++; step == ill && calls == 2 {
					return broken
				}
				return nil
			}}, h.trash, "one", b.clock)
			if _, err := garbage.Collect(t.Context(), time.Hour); !errors.Is(err, broken) {
				t.Errorf("%s: %v", ill, err)
			}
			h.collect(time.Hour)
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := h.garbage.Collect(ctx, 0); err == nil {
			t.Error("collected without a database")
		}
		for range 2 {
			b.ahead += 2 * time.Hour
			h.collect(time.Hour)
		}
		report, err := h.garbage.Report(t.Context())
		check(t, err)
		if report.Blobs != 1 || report.Orphans != 0 || report.Condemned != 0 || !h.there(kept.SHA256) {
			t.Errorf("%+v", report)
		}
	})
}

func TestOneInstanceCollectsAtATime(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		h := newHouse(t, b)
		h.put("orphan")
		b.ahead = 2 * time.Hour
		other := core.NewGarbage(b.db, h.volume, h.trash, "two", b.clock)
		var second error
		garbage := core.NewGarbage(b.db, volumeWithHooks{h.volume, func(string, core.StoredBlob) error {
			_, second = other.Collect(t.Context(), time.Hour)
			return nil
		}}, h.trash, "one", b.clock)
		_, err := garbage.Collect(t.Context(), time.Hour)
		check(t, err)
		if !errors.Is(second, core.ErrBusy) {
			t.Errorf("two collected at once: %v", second)
		}
		if _, err := other.Collect(t.Context(), time.Hour); err != nil {
			t.Errorf("the lease was not given back: %v", err)
		}
		// Who died with the lease does not keep it.
		ok, err := b.db.Leases().Take(t.Context(), "garbage", "dead", b.clock(), b.clock().Add(time.Hour))
		check(t, err)
		if _, err := other.Collect(t.Context(), time.Hour); !ok || !errors.Is(err, core.ErrBusy) {
			t.Errorf("%v %v", ok, err)
		}
		b.ahead += 2 * time.Hour
		if _, err := other.Collect(t.Context(), time.Hour); err != nil {
			t.Errorf("the lease of the dead holds: %v", err)
		}
	})
}

func TestStorageReport(t *testing.T) {
	eachBench(t, func(t *testing.T, b *bench) {
		ctx, h := t.Context(), newHouse(t, b)
		set := h.owned(b.ada, "set", core.KindRegions, false, "12345")
		track := h.owned(b.bob, "track", core.KindSignal, false, "1234567")
		h.result(set, track, "array-5")
		gone := h.owned(b.bob, "gone", core.KindSignal, false, "123456789")
		check(t, h.datasets.Delete(ctx, b.bob, gone.ID))
		orphan := h.put("orphan")
		condemned := h.put("condemned")
		check(t, h.volume.Condemn(ctx, condemned.SHA256))
		w, err := h.volume.Create(ctx)
		check(t, err)
		defer w.Abort()
		w.Write([]byte("half"))
		r, err := h.garbage.Report(ctx)
		check(t, err)
		if r.Blobs != 5 || r.Bytes != 5+7+7+9+6 || r.Orphans != 1 || r.OrphanBytes != orphan.Size || r.Condemned != 1 || r.CondemnedBytes != 9 ||
			r.Temporary != 1 || r.TemporaryBytes != 4 {
			t.Errorf("%+v", r)
		}
		for _, u := range r.Users {
			want := map[string]core.UserUsage{"bob": {Datasets: 1, Bytes: 7, Trash: 9}}[u.Username]
			if u.Username == "bob" && (u.Datasets != want.Datasets || u.Bytes != want.Bytes || u.Trash != want.Trash || u.Results != 0) {
				t.Errorf("bob: %+v", u)
			}
			if u.Username == "ada" && u.Results != 7 {
				t.Errorf("ada: %+v", u)
			}
		}
	})
}

// tidyVolume counts how often it is tidied.
type tidyVolume struct {
	*blob.Store
	tidied int
}

func (v *tidyVolume) Tidy(context.Context, time.Duration) (int, error) { v.tidied++; return 7, nil }

// A storage that has more to clear away than a folder is told to, by the one instance that collects.
func TestCollectingTidiesTheStorage(t *testing.T) {
	h := newHouse(t, newBench(t))
	v := &tidyVolume{Store: h.volume}
	g := core.NewGarbage(h.db, v, h.trash, "one", h.clock)
	r, err := g.Collect(t.Context(), core.GarbageGrace)
	if err != nil || v.tidied != 1 || r.Temporary != 7 {
		t.Errorf("tidied %d times, %+v (%v)", v.tidied, r, err)
	}
}
