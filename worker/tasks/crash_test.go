package tasks

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/backend/testkit"
	"regioscope/worker/genome/algebra"
)

var (
	buildOnce sync.Once
	program   string
	buildErr  error
	buildLog  []byte
)

// workerProgram builds the worker, with fault points, once.
func workerProgram(t *testing.T) string {
	t.Helper()
	buildOnce.Do(func() {
		var dir string
		if dir, buildErr = os.MkdirTemp("", "regioscope-worker-"); buildErr != nil {
			return
		}
		program = filepath.Join(dir, "regioscope-worker")
		buildLog, buildErr = exec.Command("go", "build", "-tags", "faultpoints", "-o", program, "regioscope/worker").CombinedOutput()
	})
	if buildErr != nil {
		t.Fatalf("build the worker: %v\n%s", buildErr, buildLog)
	}
	return program
}

// plant is a worker process.
type plant struct {
	*exec.Cmd
	out *bufio.Scanner
	log lockedText
}

// startWorker runs the worker program on the lab's database and volume, with a lease of two seconds.
func (l *lab) startWorker(dsn, redisAddr, stopAt string) *plant {
	l.t.Helper()
	return l.startWorkerWith(dsn, redisAddr, []string{"REGIOSCOPE_TEST_STOP_AT=" + stopAt})
}

// startWorkerWith is startWorker with settings; the lease is one of them.
func (l *lab) startWorkerWith(dsn, redisAddr string, environ []string, flags ...string) *plant {
	l.t.Helper()
	args := append([]string{"--data", l.dir, "--queues", "short=1,medium=1,long=1", "--lease", "2s", "--log-format", "text"}, flags...)
	p := &plant{Cmd: exec.Command(workerProgram(l.t), args...)}
	p.Env = append(append(os.Environ(), "REGIOSCOPE_DATABASE="+dsn, "REGIOSCOPE_REDIS=redis://"+redisAddr+"/0"), environ...)
	p.Stderr = &p.log
	if testing.Verbose() {
		p.Stderr = io.MultiWriter(os.Stderr, &p.log)
	}
	out, err := p.StdoutPipe()
	check(l.t, err)
	p.out = bufio.NewScanner(out)
	check(l.t, p.Start())
	l.t.Cleanup(func() { p.Process.Kill(); p.Wait() })
	return p
}

// says waits for a line of standard output.
func (p *plant) says(t *testing.T, line string) {
	t.Helper()
	if !p.out.Scan() || p.out.Text() != line {
		t.Fatalf("the worker said %q, want %q:\n%s", p.out.Text(), line, p.log.String())
	}
}

// lockedText is what a process has logged so far.
type lockedText struct {
	mu sync.Mutex
	b  strings.Builder
}

func (l *lockedText) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedText) String() string { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// killAt waits until the worker has stopped at its fault point, and kills it as the kernel does when memory is short.
func (p *plant) killAt(t *testing.T, point string) {
	t.Helper()
	p.says(t, "stopped at "+point)
	check(t, p.Process.Signal(syscall.SIGKILL))
	p.Wait()
}

// operations.md, reliability 1, and the first slice's "must show": kill -9 of the worker at any point of a pileup, and
// the run finishes after a restart, with one result set.
func TestKilledWorker(t *testing.T) {
	for _, c := range []struct {
		point    string
		mariadb  bool
		attempts int
	}{
		{"claimed", false, 2},
		{"one level", false, 2},
		{"computed", false, 2},
		{"saved", false, 2},
		{"recorded", false, 1}, // all was done; only Redis was not told
		{"one level", true, 2},
	} {
		name := c.point + " sqlite"
		if c.mariadb {
			name = c.point + " mariadb"
		}
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			dir := t.TempDir()
			dsn := "sqlite://" + filepath.Join(dir, "db")
			if c.mariadb {
				dsn = "mysql://" + testkit.MariaDB(t)
			}
			addr := testkit.Redis(t)
			l := newLabOn(t, dir, dsn)
			rdb := redis.NewClient(&redis.Options{Addr: addr})
			defer rdb.Close()
			l.Runs = core.NewRuns(l.db, queue.NewClient(rdb), l, nil)
			set, hic := l.demo("CTCF_peaks.bed", points), l.demo("wild_type.mcool", contacts)
			run := l.submit(set, hic, wb(50000, 5000), wb(100000, 5000), wb(100000, 10000), wb(10000, 1000))

			l.startWorker(dsn, addr, c.point).killAt(t, c.point)
			before := l.run(run.ID)
			if c.point != "recorded" && (before.State != core.RunRunning || len(l.results(set, hic)) != 0) {
				t.Fatalf("killed at %s: %s with %d results", c.point, before.State, len(l.results(set, hic)))
			}
			// What a writer leaves when it is killed in the middle of a file.
			orphan := filepath.Join(dir, "tmp", "blob-orphan")
			check(t, os.WriteFile(orphan, []byte("half"), 0o600))

			second := l.startWorker(dsn, addr, "")
			l.await("the run to finish", func() bool { return l.run(run.ID).State.Ended() })
			l.await("the temporary file to go", func() bool { _, err := os.Stat(orphan); return os.IsNotExist(err) })

			after := l.run(run.ID)
			if after.State != core.RunFinished || after.Attempt != c.attempts {
				t.Errorf("%s in attempt %d, want finished in attempt %d: %+v", after.State, after.Attempt, c.attempts, after.Error)
			}
			got := l.results(set, hic) // complains of two results for one cell
			if len(got) != 8 {
				t.Errorf("%d results, want 4 cells × 2 values", len(got))
			}
			l.referenced([]*core.Dataset{set, hic}, got)

			check(t, second.Process.Signal(syscall.SIGTERM))
			if err := second.Wait(); err != nil {
				t.Errorf("the second worker did not end well: %v", err)
			}
		})
	}
}

// The same for a derivation: killed anywhere, it ends with one new set, of which nobody heard before, and leaves no file.
func TestKilledWorkerInADerivation(t *testing.T) {
	for _, c := range []struct {
		point    string
		mariadb  bool
		attempts int
	}{
		{"claimed", false, 2},
		{"derived", false, 2},
		{"computed", false, 2}, // the new file is stored, nothing refers to it
		{"saved", false, 2},    // about to be recorded
		{"saved", true, 2},
	} {
		name := c.point + " sqlite"
		if c.mariadb {
			name = c.point + " mariadb"
		}
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			dir := t.TempDir()
			dsn := "sqlite://" + filepath.Join(dir, "db")
			if c.mariadb {
				dsn = "mysql://" + testkit.MariaDB(t)
			}
			addr := testkit.Redis(t)
			l := newLabOn(t, dir, dsn)
			rdb := redis.NewClient(&redis.Options{Addr: addr})
			defer rdb.Close()
			l.Runs = core.NewRuns(l.db, queue.NewClient(rdb), l, nil)
			l.Derivations = core.NewDerivations(core.NewDatasets(l.db, l.volume, l, l.Runs), l.Runs, core.NewUploads(l.db, l.volume, 1<<30, nil))
			set := many(l, 300)
			before := l.count()
			run := l.derivation(core.Derivation{Spec: algebra.Spec{Operation: algebra.Draw, N: 50}, Name: "fifty"}, set)

			l.startWorker(dsn, addr, c.point).killAt(t, c.point)
			if r := l.run(run.ID); r.State != core.RunRunning || r.Made != nil || l.count() != before {
				t.Fatalf("killed at %s: %+v with %d datasets, %d before", c.point, r, l.count(), before)
			}
			second := l.startWorker(dsn, addr, "")
			l.await("the run to finish", func() bool { return l.run(run.ID).State.Ended() })

			after := l.run(run.ID)
			if after.State != core.RunFinished || after.Attempt != c.attempts {
				t.Errorf("%s in attempt %d, want finished in attempt %d: %+v", after.State, after.Attempt, c.attempts, after.Error)
			}
			made := l.derived(after)
			if len(made) != 1 || l.count() != before+1 || made[0].Facts.Regions.Count != 50 || made[0].State != core.DatasetReady {
				t.Errorf("made %+v, %d datasets, %d before", made, l.count(), before)
			}
			l.referenced([]*core.Dataset{set, made[0]}, nil) // the second attempt wrote the same bytes: no file is left over
			check(t, second.Process.Signal(syscall.SIGTERM))
			if err := second.Wait(); err != nil {
				t.Errorf("the second worker did not end well: %v", err)
			}
		})
	}
}

// await polls until ok; the limit is only there so that a failing test ends.
func (l *lab) await(what string, ok func() bool) {
	l.t.Helper()
	for end := time.Now().Add(90 * time.Second); !ok(); {
		if time.Now().After(end) {
			l.t.Fatalf("waited in vain for %s", what)
		}
		time.Sleep(50 * time.Millisecond)
	}
}
