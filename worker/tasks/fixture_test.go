package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"regioscope/backend/blob"
	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/backend/store"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/npy"
)

func TestMain(m *testing.M) {
	code := m.Run()
	demotest.Remove()
	if program != "" {
		os.RemoveAll(filepath.Dir(program))
	}
	os.Exit(code)
}

// lab is an executor on a SQLite database and a data volume of its own. Runs are handed to it by hand, so the queue only
// writes down.
type lab struct {
	*Executor
	t      *testing.T
	dir    string
	db     *store.Store
	volume *blob.Store
	user   core.Caller
	toy    *core.Assembly

	mu     sync.Mutex
	events []core.Event
	at     []time.Time
}

func (l *lab) Enqueue(context.Context, core.Run) error { return nil }

func (l *lab) Publish(_ context.Context, e core.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events, l.at = append(l.events, e), append(l.at, time.Now())
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// newLab's assembly is that of the tiny demo data.
func newLab(t *testing.T) *lab {
	t.Helper()
	dir := t.TempDir()
	return newLabOn(t, dir, "sqlite://"+filepath.Join(dir, "db"))
}

func newLabOn(t *testing.T, dir, dsn string) *lab {
	t.Helper()
	ctx := t.Context()
	db, err := store.Open(ctx, dsn)
	check(t, err)
	t.Cleanup(func() { db.Close() })
	check(t, db.MigrateUp(ctx))
	volume, err := blob.Open(dir)
	check(t, err)
	l := &lab{t: t, dir: dir, db: db, volume: volume}
	u := &core.User{Username: "ada", Role: core.RoleUser}
	check(t, db.Users().Create(ctx, u))
	l.user = core.Caller{UserID: u.ID, Role: u.Role}
	g := demotest.MustTinySet(t).Assembly
	l.toy = &core.Assembly{Name: g.Name, Chroms: g.Chroms, Arms: g.Arms, Aliases: g.Aliases}
	check(t, db.Assemblies().Create(ctx, l.toy))
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	l.Executor = NewExecutor(Deps{Stores: db, Blobs: volume, Runs: core.NewRuns(db, l, l, nil), Log: log, Worker: "test", Lease: 10 * time.Second, Threads: 2})
	l.Derivations = core.NewDerivations(core.NewDatasets(db, volume, l, l.Runs), l.Runs, core.NewUploads(db, volume, 1<<30, nil))
	return l
}

// add stores bytes as a dataset.
func (l *lab) add(d core.Dataset, content []byte) *core.Dataset {
	l.t.Helper()
	ctx := l.t.Context()
	w, err := l.volume.Create(ctx)
	check(l.t, err)
	_, err = w.Write(content)
	check(l.t, err)
	ref, err := w.Commit(ctx)
	check(l.t, err)
	d.OwnerID, d.SHA256, d.Size, d.FileName = l.user.UserID, ref.SHA256, ref.Size, d.Name
	if d.AssemblyID == 0 {
		d.AssemblyID = l.toy.ID
	}
	if d.State == "" {
		d.State = core.DatasetReady
	}
	if d.Dimension == 0 {
		d.Dimension = 1
	}
	check(l.t, l.db.Datasets().Create(ctx, &d))
	return &d
}

// lose deletes the file of a dataset on disk, as an accident would.
func (l *lab) lose(d *core.Dataset) {
	l.t.Helper()
	found := false
	check(l.t, filepath.WalkDir(l.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.Name() != d.SHA256 {
			return err
		}
		found = true
		return os.Remove(path)
	}))
	if !found {
		l.t.Fatalf("there is no file of %q", d.Name)
	}
}

// demo adds a file of the tiny demo data.
func (l *lab) demo(file string, d core.Dataset) *core.Dataset {
	l.t.Helper()
	content, err := os.ReadFile(filepath.Join(demotest.MustTiny(l.t), file))
	check(l.t, err)
	d.Name = file
	return l.add(d, content)
}

func (l *lab) submit(set, feature *core.Dataset, pairs ...core.WindowBin) core.Run {
	l.t.Helper()
	a, err := l.Runs.Preprocess(l.t.Context(), l.user, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{feature.ID}, Pairs: pairs})
	check(l.t, err)
	return a.Runs[0]
}

// work hands the run to the executor and gives what became of it.
func (l *lab) work(run core.Run) core.Run {
	l.t.Helper()
	l.Handle(l.t.Context(), queue.Payload{RunID: run.ID, Attempt: run.Attempt})
	return l.run(run.ID)
}

func (l *lab) run(id int64) core.Run {
	l.t.Helper()
	r, err := l.db.Runs().ByID(context.Background(), id)
	check(l.t, err)
	return *r
}

// finished works on the run and expects success.
func (l *lab) finished(run core.Run) core.Run {
	l.t.Helper()
	r := l.work(run)
	if r.State != core.RunFinished {
		l.t.Fatalf("run is %s: %+v", r.State, r.Error)
	}
	return r
}

// failed works on the run and expects it to fail at once.
func (l *lab) failed(run core.Run, code core.Code) string {
	l.t.Helper()
	r := l.work(run)
	if r.State != core.RunFailed || r.Error == nil || r.Error.Code != code || r.Attempt != 1 {
		l.t.Fatalf("run is %s in attempt %d: %+v, want it failed with %s", r.State, r.Attempt, r.Error, code)
	}
	return r.Error.Message
}

type key struct {
	core.WindowBin
	core.ResultKey
}

func (l *lab) results(set, feature *core.Dataset) map[key]core.Result {
	l.t.Helper()
	list, err := l.db.Results().List(l.t.Context(), core.ResultFilter{RegionSetID: set.ID, FeatureID: feature.ID})
	check(l.t, err)
	out := map[key]core.Result{}
	for _, r := range list {
		full, err := l.db.Results().ByID(l.t.Context(), r.ID)
		check(l.t, err)
		k := key{core.WindowBin{Window: r.Window, Bin: r.Bin}, core.ResultKey{Value: r.Value, Side: r.Side}}
		if _, twice := out[k]; twice {
			l.t.Errorf("two results for %+v", k)
		}
		out[k] = *full
	}
	return out
}

// array reads a stored array back and checks that its row tells the truth about it.
func (l *lab) array(r core.Result, name string) []float64 {
	l.t.Helper()
	for _, a := range r.Arrays {
		if a.Name != name {
			continue
		}
		b, err := l.volume.Open(l.t.Context(), a.SHA256)
		check(l.t, err)
		defer b.Close()
		f, err := npy.Open(b, b.Size())
		check(l.t, err)
		types := map[string]string{"float32": "<f4", "float64": "<f8", "int32": "<i4", "int64": "<i8"}
		shape, _ := json.Marshal(f.Shape)
		stated, _ := json.Marshal(a.Shape)
		if f.DType.String() != types[a.DType] || string(shape) != string(stated) || a.Size != b.Size() {
			l.t.Errorf("%s is %s %s in the file, %s %s in the row", name, f.DType, shape, a.DType, stated)
		}
		v, err := npy.ReadAll[float64](f)
		check(l.t, err)
		return v
	}
	l.t.Fatalf("no array %q in %+v", name, r.Arrays)
	return nil
}

// blobs lists what lies on the data volume; temporary files are an error.
func (l *lab) blobs() (out []string) {
	l.t.Helper()
	for _, dir := range []string{"tmp", "blobs"} {
		err := filepath.WalkDir(filepath.Join(l.dir, dir), func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				if dir == "tmp" {
					l.t.Errorf("temporary file left: %s", path)
				}
				out = append(out, d.Name())
			}
			return err
		})
		check(l.t, err)
	}
	return out
}

// referenced checks that the data volume holds what the rows name, and nothing else.
func (l *lab) referenced(inputs []*core.Dataset, results map[key]core.Result) {
	l.t.Helper()
	want := map[string]bool{}
	for _, d := range inputs {
		want[d.SHA256] = true
	}
	for _, r := range results {
		for _, a := range r.Arrays {
			want[a.SHA256] = true
			l.array(r, a.Name)
		}
	}
	have := l.blobs()
	for _, name := range have {
		if !want[name] {
			l.t.Errorf("orphan on the volume: %s", name)
		}
	}
	if len(have) != len(want) {
		l.t.Errorf("%d files on the volume, %d are named", len(have), len(want))
	}
}

var errSleepy = errors.New("the disk fell asleep")
