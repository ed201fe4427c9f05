package core_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/store"
	"regioscope/backend/testkit"
	"regioscope/worker/genome"
)

// bench is the service of runs on a SQLite database, with a queue and a publisher that write down what they are told,
// and a clock that can be put forward.
//
// #1 ada owns: peaks (points), loops (points, 2D), domains (intervals), shared (points, public), fresh (being checked),
// map, track. #2 bob owns nothing. #3 root is an admin.
type bench struct {
	*core.Runs
	t                                                        *testing.T
	db                                                       *store.Store
	ada, bob, root                                           core.Caller
	peaks, loops, domains, shared, fresh, hic, track, public *core.Dataset
	other                                                    *core.Dataset // a map of another assembly

	seq      int
	mu       sync.Mutex
	ahead    time.Duration
	enqueued []core.Run
	refuse   error
	events   []core.Event
}

func (b *bench) Enqueue(_ context.Context, r core.Run) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.refuse == nil {
		b.enqueued = append(b.enqueued, r)
	}
	return b.refuse
}

func (b *bench) Publish(_ context.Context, e core.Event) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	return newBenchOn(t, "sqlite://"+filepath.Join(t.TempDir(), "db"))
}

// eachBench runs a test on both databases.
func eachBench(t *testing.T, run func(t *testing.T, b *bench)) {
	t.Run("sqlite", func(t *testing.T) { run(t, newBench(t)) })
	t.Run("mariadb", func(t *testing.T) { run(t, newBenchOn(t, testkit.MariaDB(t))) })
}

func newBenchOn(t *testing.T, dsn string) *bench {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	check(t, db.MigrateUp(ctx))
	b := &bench{t: t, db: db}
	b.Runs = core.NewRuns(db, b, b, func() time.Time { return time.Now().Add(b.ahead) })
	for name, to := range map[string]*core.Caller{"ada": &b.ada, "bob": &b.bob, "root": &b.root} {
		u := &core.User{Username: name, Role: core.RoleUser}
		if name == "root" {
			u.Role = core.RoleAdmin
		}
		check(t, db.Users().Create(ctx, u))
		*to = core.Caller{UserID: u.ID, Name: name, Role: u.Role}
	}
	toy := &core.Assembly{Name: "toy", Chroms: []genome.Chrom{{Name: "chr1", Length: 1e7}}}
	check(t, db.Assemblies().Create(ctx, toy))
	second := &core.Assembly{Name: "other", Chroms: toy.Chroms}
	check(t, db.Assemblies().Create(ctx, second))
	add := func(d core.Dataset) *core.Dataset {
		d.OwnerID, d.SHA256, d.FileName = b.ada.UserID, "sha-"+d.Name, d.Name
		if d.AssemblyID == 0 {
			d.AssemblyID = toy.ID
		}
		if d.State == "" {
			d.State = core.DatasetReady
		}
		if d.Dimension == 0 {
			d.Dimension = 1
		}
		check(t, db.Datasets().Create(ctx, &d))
		return &d
	}
	b.peaks = add(core.Dataset{Name: "peaks", Kind: core.KindRegions, SizeType: core.SizePoint})
	b.loops = add(core.Dataset{Name: "loops", Kind: core.KindRegions, SizeType: core.SizePoint, Dimension: 2})
	b.domains = add(core.Dataset{Name: "domains", Kind: core.KindRegions, SizeType: core.SizeInterval})
	b.shared = add(core.Dataset{Name: "shared", Kind: core.KindRegions, SizeType: core.SizePoint, Public: true})
	b.fresh = add(core.Dataset{Name: "fresh", Kind: core.KindRegions, State: core.DatasetChecking})
	b.hic = add(core.Dataset{Name: "map", Kind: core.KindContacts})
	b.track = add(core.Dataset{Name: "track", Kind: core.KindSignal})
	b.public = add(core.Dataset{Name: "public track", Kind: core.KindSignal, Public: true})
	b.other = add(core.Dataset{Name: "other", Kind: core.KindContacts, AssemblyID: second.ID})
	return b
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// want checks the code of an error; "" means none.
func want(t *testing.T, err error, code core.Code) {
	t.Helper()
	var e *core.Error
	switch {
	case code == "" && err != nil:
		t.Errorf("unexpected error: %v", err)
	case code != "" && (!errors.As(err, &e) || e.Code != code):
		t.Errorf("error %v, want %s", err, code)
	}
}

func (b *bench) preprocess(caller core.Caller, set, feature *core.Dataset, pairs ...core.WindowBin) core.PreprocessAnswer {
	b.t.Helper()
	a, err := b.Preprocess(b.t.Context(), caller, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{feature.ID}, Pairs: pairs})
	check(b.t, err)
	return a
}

// start makes a run of ada's and claims it.
func (b *bench) start() core.Run {
	b.t.Helper()
	return b.claim(b.preprocess(b.ada, b.peaks, b.hic).Runs[0])
}

func (b *bench) claim(r core.Run) core.Run {
	b.t.Helper()
	run, ok, err := b.Claim(b.t.Context(), r.ID, r.Attempt, "worker", time.Minute)
	if err != nil || !ok {
		b.t.Fatalf("not claimed: %v", err)
	}
	return run
}

func (b *bench) run(id int64) core.Run {
	b.t.Helper()
	r, err := b.Get(b.t.Context(), b.root, id)
	check(b.t, err)
	return r
}

func (b *bench) dataset(id int64) *core.Dataset {
	b.t.Helper()
	d, err := b.db.Datasets().ByID(b.t.Context(), id)
	check(b.t, err)
	return d
}

// saw tells whether the last event to ada on the topic had this state.
func (b *bench) saw(topic, state string) {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, e := range slices.Backward(b.events) {
		if e.Topic != topic {
			continue
		}
		var got string
		switch d := e.Data.(type) {
		case core.Run:
			got = string(d.State)
		case core.Dataset:
			got = string(d.State)
		}
		if got != state || e.UserID != b.ada.UserID {
			b.t.Errorf("the last %s event tells user %d of %q, want %q", topic, e.UserID, got, state)
		}
		return
	}
	b.t.Errorf("no %s event", topic)
}

func (b *bench) results(set *core.Dataset) []core.Result {
	b.t.Helper()
	rs, err := b.db.Results().List(b.t.Context(), core.ResultFilter{RegionSetID: set.ID})
	check(b.t, err)
	return rs
}
