package tasks

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/queue"
	"regioscope/backend/testkit"
	"regioscope/worker/format/mutants"
)

// serviceLab is a lab on MariaDB whose runs wake workers over Redis.
func serviceLab(t *testing.T) (l *lab, dsn, redisAddr string) {
	t.Helper()
	dsn, redisAddr = "mysql://"+testkit.MariaDB(t), testkit.Redis(t)
	l = newLabOn(t, t.TempDir(), dsn)
	rdb := redis.NewClient(&redis.Options{Addr: redisAddr})
	t.Cleanup(func() { rdb.Close() })
	l.Runs = core.NewRuns(l.db, queue.NewClient(rdb), l, nil)
	return l, dsn, redisAddr
}

// Issue 6: three workers, one of which is stopped by SIGSTOP just before it records its results, for longer than its lease
// (in the soak for three minutes, with the lease as it comes), and then goes on. Another one finishes the run meanwhile;
// there is exactly one result, and the late write is refused.
func TestPausedWorkerComesBackTooLate(t *testing.T) {
	l, dsn, addr := serviceLab(t)
	set, hic := l.demo("CTCF_peaks.bed", points), l.demo("wild_type.mcool", contacts)
	run := l.submit(set, hic, wb(50000, 5000))
	var lease []string
	if mutants.Soak() {
		lease = []string{"--lease", "30s"}
	}
	late := l.startWorkerWith(dsn, addr, []string{"REGIOSCOPE_TEST_HOLD_AT=saved:1s"}, lease...)
	late.says(t, "holding at saved")
	check(t, late.Process.Signal(syscall.SIGSTOP))
	stopped := time.Now()
	others := []*plant{l.startWorkerWith(dsn, addr, nil, lease...), l.startWorkerWith(dsn, addr, nil, lease...)}
	l.await("another worker to finish the run", func() bool { return l.run(run.ID).State.Ended() })
	if mutants.Soak() {
		time.Sleep(time.Until(stopped.Add(3 * time.Minute)))
	}
	before := l.run(run.ID)
	if before.State != core.RunFinished || before.Attempt != 2 || strings.HasSuffix(before.Worker, fmt.Sprint(":", late.Process.Pid)) {
		t.Fatalf("%s in attempt %d by %s: %+v", before.State, before.Attempt, before.Worker, before.Error)
	}
	check(t, late.Process.Signal(syscall.SIGCONT))
	l.await("the late write to be refused", func() bool { return strings.Contains(late.log.String(), "nothing recorded") })
	after := l.run(run.ID)
	if after.State != core.RunFinished || after.Attempt != 2 || after.Worker != before.Worker || !after.FinishedAt.Equal(*before.FinishedAt) {
		t.Errorf("the late worker changed the run: %+v", after)
	}
	if got := l.results(set, hic); len(got) != 2 { // complains of two for one cell
		t.Errorf("%d results, want one for each of 2 values", len(got))
	}
	t.Logf("stopped for %s; its write was refused", time.Since(stopped).Round(time.Second))
	for _, p := range append(others, late) {
		p.stopWell(t)
	}
	l.nothingLeft()
}

// The clocks of two workers are half a minute off, one each way, by far more than the lease: no run is taken from the
// worker that computes it, each is done once, and a run whose worker is killed waits no longer than the lease.
func TestClocksThatAreWrong(t *testing.T) {
	l, dsn, addr := serviceLab(t)
	slow := func(off string) *plant {
		return l.startWorkerWith(dsn, addr, []string{"REGIOSCOPE_TEST_CLOCK=" + off, "REGIOSCOPE_TEST_HOLD_AT=claimed:8s"}, "--lease", "6s", "--queues", "short=1")
	}
	workers := []*plant{slow("-30s"), slow("0s"), slow("30s")}
	for _, w := range workers {
		l.await("the workers", func() bool { return l.reports(w) })
	}
	var runs []core.Run
	for i := range workers {
		_, run := l.upload(fmt.Sprint("set", i), []byte(goodBed))
		runs = append(runs, run)
	}
	for _, w := range workers { // each has one, while all of them look for runs that were lost
		w.says(t, "holding at claimed")
	}
	for _, r := range runs {
		l.await("the runs to end", func() bool { return l.run(r.ID).State.Ended() })
		if got := l.run(r.ID); got.State != core.RunFinished || got.Attempt != 1 {
			t.Errorf("run %d of %s: %s in attempt %d", r.ID, got.Worker, got.State, got.Attempt)
		}
	}
	// The one whose clock is ahead is killed: its lease does not hold half a minute longer.
	for _, w := range workers[:2] {
		w.stopWell(t)
	}
	_, last := l.upload("last", []byte(goodBed))
	workers[2].says(t, "holding at claimed")
	check(t, workers[2].Process.Kill())
	workers[2].Wait()
	if until := l.run(last.ID).LeaseUntil; until == nil || until.After(l.db.Now().Add(6*time.Second)) {
		t.Errorf("the lease holds until %v, it is %v", until, l.db.Now())
	}
	l.startWorkerWith(dsn, addr, nil)
	l.await("the last run to end", func() bool { return l.run(last.ID).State == core.RunFinished })
}
