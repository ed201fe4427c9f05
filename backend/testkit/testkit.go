package testkit

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
)

var (
	mariaOnce   sync.Once
	maria       *Service
	mariaErr    error
	databaseSeq atomic.Int64
)

// MariaDB gives the DSN of an empty database of the test's own. One server serves all tests of the process; it ends
// with the process.
func MariaDB(t testing.TB) string {
	t.Helper()
	mariaOnce.Do(func() { maria, mariaErr = StartMariaDB() })
	require(t, "MariaDB", mariaErr)
	dsn, drop, err := maria.NewDatabase(fmt.Sprintf("test_%d_%d", os.Getpid(), databaseSeq.Add(1)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(drop)
	return dsn
}

// Redis gives the address of an empty Redis server of the test's own.
func Redis(t testing.TB) string { t.Helper(); return RedisService(t).Addr }

// RedisService is Redis for tests that also stop it.
func RedisService(t testing.TB) *Service {
	t.Helper()
	s, err := StartRedis()
	require(t, "Redis", err)
	t.Cleanup(s.Stop)
	return s
}

// Nginx runs nginx with the rendered configuration for the time of the test.
func Nginx(t testing.TB, render func(dir, addr string) (string, error)) *Service {
	t.Helper()
	s, err := StartNginx(render)
	require(t, "nginx", err)
	t.Cleanup(s.Stop)
	return s
}

// MiniRedis gives the address of an in-process Redis, whose keys expire as time passes.
func MiniRedis(t testing.TB) string {
	t.Helper()
	m := miniredis.RunT(t)
	done := make(chan struct{})
	t.Cleanup(func() { close(done) })
	go func() {
		const step = 100 * time.Millisecond
		tick := time.NewTicker(step)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				m.FastForward(step)
			}
		}
	}()
	return m.Addr()
}

// EachRedis runs a test on the in-process Redis and on the real one.
func EachRedis(t *testing.T, run func(t *testing.T, addr string)) {
	t.Run("miniredis", func(t *testing.T) { run(t, MiniRedis(t)) })
	t.Run("redis", func(t *testing.T) { run(t, Redis(t)) })
}

// require skips the test when the program is not there, and fails it when the program does not start.
func require(t testing.TB, name string, err error) {
	t.Helper()
	switch {
	case errors.Is(err, ErrMissing):
		t.Skipf("%s not installed: %v", name, err)
	case err != nil:
		t.Fatal(err)
	}
}
