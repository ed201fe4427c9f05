package tasks

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"regioscope/backend/blob"
	"regioscope/backend/core"
	"regioscope/backend/store"
	"regioscope/backend/testkit"
	"regioscope/worker/format/mutants"
)

// killSeed chooses where workers are killed.
const killSeed = 20261122

// operations.md, reliability 1: kill -9 of the worker at seven seeded points of every pipeline. The run finishes elsewhere,
// with the very results that it has when nobody is killed, and once garbage is collected no file is left that nothing
// refers to. Outside of the soak one point of each pipeline, another one for every pipeline.
func TestKilledWorkerInEveryPipeline(t *testing.T) {
	template := t.TempDir()
	l := newLabOn(t, template, "sqlite://"+filepath.Join(template, "db"))
	runs := everyPipeline(l)
	check(t, l.db.Close())
	pipelines := make([]core.Pipeline, 0, len(runs))
	for p := range runs {
		pipelines = append(pipelines, p)
	}
	slices.Sort(pipelines)
	for i, p := range pipelines {
		t.Run(string(p), func(t *testing.T) {
			t.Parallel()
			killEverywhere(t, template, runs, p, i)
		})
	}
}

func killEverywhere(t *testing.T, template string, runs map[core.Pipeline]core.Run, p core.Pipeline, turn int) {
	addr := testkit.Redis(t)
	whole := reopen(t, template, runs, p)
	counted := whole.startWorker("sqlite://"+filepath.Join(whole.dir, "db"), addr, "count")
	var total int
	if counted.out.Scan(); total == 0 {
		if _, err := fmt.Sscanf(counted.out.Text(), "steps %d", &total); err != nil || total == 0 {
			t.Fatalf("the worker said %q: %v", counted.out.Text(), err)
		}
	}
	counted.stopWell(t)
	want := whole.outcome(runs[p])
	if whole.run(runs[p].ID).State != core.RunFinished {
		t.Fatalf("undisturbed, it is %+v", whole.run(runs[p].ID))
	}

	random := rand.New(rand.NewPCG(killSeed, uint64(turn)))
	points := []string{"claimed", "computed", "settled"}
	for len(points) < 7 {
		// Threads and caches change the number of steps a little: the last ones may not come.
		points = append(points, fmt.Sprint("step ", 1+random.IntN(max(1, total*9/10))))
	}
	t.Logf("%d steps; points %q", total, points)
	if !mutants.Soak() {
		points = points[(turn+3)%7:][:1]
	}
	for _, point := range points {
		t.Run(strings.ReplaceAll(point, " ", "_"), func(t *testing.T) {
			l := reopen(t, template, runs, p)
			dsn := "sqlite://" + filepath.Join(l.dir, "db")
			l.startWorker(dsn, addr, point).killAt(t, point)
			attempts := 2
			if point == "settled" {
				attempts = 1 // all was done; only Redis was not told
			} else if before := l.run(runs[p].ID); before.State != core.RunRunning {
				t.Fatalf("killed at %s: %s", point, before.State)
			}
			second := l.startWorker(dsn, addr, "")
			l.await("the other worker", func() bool { return l.reports(second) })
			l.await("the run to end", func() bool { return l.run(runs[p].ID).State.Ended() })
			second.stopWell(t)
			if r := l.run(runs[p].ID); r.State != core.RunFinished || r.Attempt != attempts {
				t.Errorf("%s in attempt %d, want finished in attempt %d: %+v", r.State, r.Attempt, attempts, r.Error)
			}
			if got := l.outcome(runs[p]); got != want {
				t.Errorf("killed and finished elsewhere:\n%s\nundisturbed:\n%s", got, want)
			}
			l.nothingLeft()
		})
	}
}

// reopen copies a lab in which only the run of one pipeline is left to do.
func reopen(t *testing.T, template string, runs map[core.Pipeline]core.Run, only core.Pipeline) *lab {
	t.Helper()
	dir := t.TempDir()
	check(t, os.CopyFS(dir, os.DirFS(template)))
	db, err := store.Open(t.Context(), "sqlite://"+filepath.Join(dir, "db"))
	check(t, err)
	t.Cleanup(func() { db.Close() })
	volume, err := blob.Open(dir)
	check(t, err)
	l := &lab{t: t, dir: dir, db: db, volume: volume}
	l.Executor = NewExecutor(Deps{Stores: db, Blobs: volume, Runs: core.NewRuns(db, l, l, nil), Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	for p, r := range runs {
		if p != only {
			_, _, err := db.Runs().Cancel(t.Context(), r.ID)
			check(t, err)
		}
	}
	return l
}

// outcome writes down everything that a run has made, but for numbers that count attempts and times of day.
func (l *lab) outcome(run core.Run) string {
	l.t.Helper()
	ctx := l.t.Context()
	var out []string
	line := func(v any) {
		b, err := json.Marshal(v)
		check(l.t, err)
		out = append(out, string(b))
	}
	list, err := l.db.Results().List(ctx, core.ResultFilter{RunID: run.ID})
	check(l.t, err)
	for _, r := range list {
		full, err := l.db.Results().ByID(ctx, r.ID)
		check(l.t, err)
		full.ID, full.CreatedAt, full.Manifest = 0, time.Time{}, nil // its hash leaves out when and how fast
		line(full)
	}
	made := []int64{run.RegionSetID}
	if r := l.run(run.ID); r.Made != nil {
		made = append(made, r.Made.DatasetIDs...)
	}
	for _, id := range made {
		d, err := l.db.Datasets().ByID(ctx, id)
		check(l.t, err)
		line([]any{d.Name, d.State, d.SHA256, d.Size, d.Dimension, d.Facts, d.Error})
	}
	slices.Sort(out)
	return strings.Join(out, "\n")
}

// nothingLeft collects garbage, as it is collected after some days, and finds everything that is stored in use.
func (l *lab) nothingLeft() {
	l.t.Helper()
	ctx := l.t.Context()
	ahead := time.Duration(0)
	clock := func() time.Time { return time.Now().Add(ahead) }
	trash := core.NewTrash(core.NewDatasets(l.db, l.volume, l, l.Runs), clock)
	garbage := core.NewGarbage(l.db, l.volume, trash, "test", clock)
	for range 3 {
		ahead += core.GarbageGrace + time.Hour
		_, err := garbage.Collect(ctx, core.GarbageGrace)
		check(l.t, err)
	}
	r, err := garbage.Report(ctx)
	check(l.t, err)
	if r.Orphans+r.Condemned+r.Temporary != 0 || r.Blobs == 0 {
		l.t.Errorf("after collecting garbage %d unused files, %d condemned and %d temporary ones are left", r.Orphans, r.Condemned, r.Temporary)
	}
}

// reports tells whether a worker has given a sign of life.
func (l *lab) reports(p *plant) bool {
	l.t.Helper()
	list, err := l.db.Workers().List(l.t.Context())
	check(l.t, err)
	return slices.ContainsFunc(list, func(w core.WorkerReport) bool { return strings.HasSuffix(w.Name, fmt.Sprint(":", p.Process.Pid)) })
}

// stopWell asks the worker to end and expects that it does so well.
func (p *plant) stopWell(t *testing.T) {
	t.Helper()
	check(t, p.Process.Signal(syscall.SIGTERM))
	if err := p.Wait(); err != nil {
		t.Errorf("the worker did not end well: %v", err)
	}
}
