package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
	"regioscope/backend/testkit/fakes3"
	"regioscope/worker/demo/demotest"
)

// Files in a bucket: two servers and a worker that share no folder with them take files through upload, computation,
// result, download, backup and deletion; while the storage is away they say so, and go on when it is back.
func TestFilesInABucket(t *testing.T) {
	if _, err := testkit.Find("nginx"); err != nil {
		t.Skip("nginx is not installed: a bucket was not tested with the service mode")
	}
	storage := fakes3.New(t)
	bucket := []string{"REGIOSCOPE_BLOBS=" + storage.Address(), "REGIOSCOPE_BLOBS_KEY=key", "REGIOSCOPE_BLOBS_SECRET=hush-bucket"}
	p := newPlantOn(t, testkit.MariaDB(t), t.TempDir(), bucket...)
	workers := t.TempDir()
	spawn(t, command(t, append(p.environ, "REGIOSCOPE_DATA="+workers), "regioscope-worker"))
	ada := signIn(t, p.url, "ada", bootPassword)
	g := demotest.MustTinySet(t).Assembly
	var sizes strings.Builder
	for _, c := range g.Chroms {
		fmt.Fprintf(&sizes, "%s\t%d\n", c.Name, c.Length)
	}
	var a core.Assembly
	ada.upload("/api/v1/assemblies", 201, &a, "meta", "", `{"name":"tiny"}`, "sizes", "tiny.sizes", sizes.String())
	set, hic, signal := ada.tiny(a.ID, core.KindRegions, "CTCF_peaks.bed"), ada.tiny(a.ID, core.KindContacts, "wild_type.mcool"), ada.tiny(a.ID, core.KindSignal, "CTCF.bw")
	ready := func(set *core.Dataset) {
		t.Helper()
		p.await("a region set to be checked", func() bool {
			ada.call("GET", fmt.Sprintf("/api/v1/datasets/%d", set.ID), nil, 200, set)
			return set.State != core.DatasetChecking
		})
		if set.State != core.DatasetReady {
			t.Fatalf("%+v", set.Error)
		}
	}
	ready(&set)
	finish := func(bin int64) {
		t.Helper()
		var answer core.PreprocessAnswer
		ada.call("POST", "/api/v1/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{hic.ID, signal.ID},
			"pairs": []core.WindowBin{{Window: 100000, Bin: bin}}}, 202, &answer)
		if len(answer.Runs) == 0 {
			t.Fatal("no runs")
		}
		for _, r := range answer.Runs {
			p.await("a run to end", func() bool { return ada.run(r.ID).State.Ended() })
			if r := ada.run(r.ID); r.State != core.RunFinished {
				t.Fatalf("%s: %+v", r.State, r.Error)
			}
		}
	}
	finish(10000)
	var results struct{ Items []core.Result }
	ada.call("GET", fmt.Sprintf("/api/v1/region-sets/%d/results", set.ID), nil, 200, &results)
	if len(results.Items) < 3 {
		t.Fatalf("%d results, want those of the map and of the track", len(results.Items))
	}
	for _, r := range results.Items {
		if r.Pipeline == core.PipelinePileup {
			ada.mean(r)
		}
	}
	want, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), "wild_type.mcool"))
	check(t, err)
	same := func(u *user) {
		t.Helper()
		if got := u.file(hic.ID); string(got) != string(want) {
			t.Errorf("%d bytes are downloaded, %d were uploaded", len(got), len(want))
		}
	}
	same(ada)
	for _, dir := range []string{p.data, workers} {
		if _, err := os.Stat(filepath.Join(dir, "blobs")); err == nil {
			t.Errorf("%s has blobs of its own", dir)
		}
		left, err := os.ReadDir(filepath.Join(dir, "tmp"))
		check(t, err)
		if len(left) != 0 {
			t.Errorf("left in %s: %v", dir, left)
		}
	}

	// The storage goes away under a file that waits for its check, and comes back.
	storage.Break(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) bool { w.WriteHeader(503); return true })
	ada.call("POST", "/api/v1/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{signal.ID},
		"pairs": []core.WindowBin{{Window: 100000, Bin: 20000}}}, 202, new(core.PreprocessAnswer))
	server := "http://" + p.servers[0].Args[len(p.servers[0].Args)-1]
	says(t, fails(t, command(t, nil, "regioscope", "health", server+"/readyz")), "storage")
	var health core.HealthReport
	(&user{t, server, ada.token}).call("GET", "/api/v1/admin/health", nil, 200, &health)
	found := false
	for _, c := range health.Checks {
		found = found || c.Name == "storage" && c.State == core.HealthFailed && strings.Contains(c.Text, fakes3.Bucket)
	}
	if !found {
		t.Errorf("the page Health says %+v", health.Checks)
	}
	sh := shell{t, p.environ}
	says(t, fails(t, sh.cmd("", "doctor")), "not everything is well")
	storage.Break(nil)
	finish(20000)
	if out := sh.do("", "doctor", "can be stored, listed, read, copied and deleted", fakes3.Bucket); strings.Contains(out, "hush-bucket") {
		t.Errorf("a secret is shown:\n%s", out)
	}

	// Out of the bucket into one file, and from there into a folder and into another bucket.
	tape := filepath.Join(t.TempDir(), "backup.tar")
	sh.do("", "admin backup "+tape, "rows and", "files")
	other := fakes3.New(t)
	folder, second := filepath.Join(t.TempDir(), "folder"), filepath.Join(t.TempDir(), "second")
	for data, more := range map[string][]string{folder: nil, second: {"REGIOSCOPE_BLOBS=" + other.Address(), "REGIOSCOPE_BLOBS_KEY=k", "REGIOSCOPE_BLOBS_SECRET=s"}} {
		shell{t, append([]string{"REGIOSCOPE_DATA=" + data}, more...)}.do("", "admin restore "+tape, "were restored")
		alone := spawn(t, standaloneOn(t, data, more))
		same(signIn(t, alone.line(`Regioscope is at (http://\S+)`)[1], "ada", bootPassword))
		alone.stop()
	}
	if len(other.Keys(t)) != len(storage.Keys(t)) {
		t.Errorf("%d objects were restored, there are %d", len(other.Keys(t)), len(storage.Keys(t)))
	}

	// What is deleted is marked, and deleted for good a day later only.
	ada.call("DELETE", fmt.Sprintf("/api/v1/datasets/%d", signal.ID), nil, 204, nil)
	ada.call("DELETE", fmt.Sprintf("/api/v1/trash/%d", signal.ID), nil, 204, nil)
	marked := func() (n int) {
		for _, key := range storage.Keys(t) {
			if strings.HasPrefix(key, "some/place/condemned/") {
				n++
			}
		}
		return n
	}
	p.await("the track to be marked", func() bool { return marked() > 0 })
	sh.do("", "admin storage gc", "deleted 0")
	sh.do("", "admin storage report", "waiting to be deleted")
	same(ada)
}
