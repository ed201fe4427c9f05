package api_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

// The health page says what is well, what is not, and what to do; the probes of the container know of it only what
// decides whether to send people here.
func TestHealthSaysWhatIsWrong(t *testing.T) {
	a := newApp(t)
	look := func(url string) map[string]core.HealthCheck {
		t.Helper()
		root := *a.root
		on := *a
		on.url, root.app = url, &on
		var r core.HealthReport
		root.do("GET", "/admin/health", nil).ok(200, &r)
		out := map[string]core.HealthCheck{}
		for _, c := range r.Checks {
			out[c.Name] = c
		}
		return out
	}
	got := look(a.url)
	for _, name := range []string{"database", "Redis", "data volume"} {
		if got[name].State == core.HealthFailed || got[name].Text == "" {
			t.Errorf("%s: %+v", name, got[name])
		}
	}
	if got["workers"].State != core.HealthFailed || !strings.Contains(got["workers"].Text, "nothing is computed") || got["queue long"].State != core.HealthWarning {
		t.Errorf("without a worker: %+v, %+v", got["workers"], got["queue long"])
	}
	d := a.deps
	d.Health = core.NewHealth(d.Admin, func(context.Context) (time.Time, error) { return time.Time{}, errors.New("away") },
		func() (int64, error) { return 1 << 20, nil })
	got = look(a.serve(d))
	if got["Redis"].State != core.HealthFailed || got["data volume"].State != core.HealthFailed || !strings.Contains(got["data volume"].Text, "1 MiB") {
		t.Errorf("Redis away and the volume full: %+v, %+v", got["Redis"], got["data volume"])
	}
	d.Health = core.NewHealth(d.Admin, func(context.Context) (time.Time, error) { return time.Now().Add(-time.Minute), nil }, a.volume.FreeSpace)
	if got = look(a.serve(d)); got["Redis"].State != core.HealthWarning || !strings.Contains(got["Redis"].Text, "1m0s") {
		t.Errorf("a clock that is wrong: %+v", got["Redis"])
	}
}

// What the volume is full of, and a collection that is in the audit log.
func TestStorageOfTheInstallation(t *testing.T) {
	a := newApp(t)
	a.ada.dataset(core.KindSignal, false, "kept")
	a.store([]byte("nothing refers to it"))
	var r core.StorageReport
	a.root.do("GET", "/admin/storage", nil).ok(200, &r)
	if r.Blobs != 2 || r.Orphans != 1 || r.OrphanBytes != 20 {
		t.Errorf("%+v", r)
	}
	var g core.GarbageReport
	a.root.do("POST", "/admin/storage/gc", nil).ok(200, &g)
	if g.Condemned != 0 { // it is young: its row may yet come
		t.Errorf("%+v", g)
	}
	var log struct{ Items []core.Change }
	a.root.do("GET", "/admin/changes?kind=storage", nil).ok(200, &log)
	if len(log.Items) != 1 || log.Items[0].User != "root" {
		t.Errorf("%+v", log.Items)
	}
}
