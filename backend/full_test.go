package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
	"regioscope/worker/demo/demotest"
)

// smallDisk gives a folder on a file system of its own with so many MiB, where tests may mount one.
func smallDisk(t *testing.T, mib int) string {
	t.Helper()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("a small file system can be mounted by root on Linux only: the full disk was not tested as a whole")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", fmt.Sprintf("size=%dm", mib), "tmpfs", dir).CombinedOutput(); err != nil {
		t.Skipf("no file system can be mounted here: %v %s", err, out)
	}
	t.Cleanup(func() { exec.Command("umount", "-l", dir).Run() })
	return dir
}

// fill takes all the room that is left, and gives it back when what it returns is called.
func fill(t *testing.T, dir string) (empty func()) {
	t.Helper()
	ballast := filepath.Join(dir, "ballast")
	f, err := os.Create(ballast)
	check(t, err)
	for err == nil {
		_, err = f.Write(make([]byte, 4096))
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	check(t, f.Close())
	return func() { check(t, os.Remove(ballast)) }
}

// tinySet uploads peaks and a map of the tiny genome, and waits until the peaks are ready.
func (p *plant) tinySet(u *user) (core.Assembly, core.Dataset, core.Dataset) {
	p.t.Helper()
	var sizes strings.Builder
	for _, c := range demotest.MustTinySet(p.t).Assembly.Chroms {
		fmt.Fprintf(&sizes, "%s\t%d\n", c.Name, c.Length)
	}
	var a core.Assembly
	u.upload("/api/v1/assemblies", 201, &a, "meta", "", `{"name":"tiny"}`, "sizes", "tiny.sizes", sizes.String())
	set, hic := u.tiny(a.ID, core.KindRegions, "CTCF_peaks.bed"), u.tiny(a.ID, core.KindContacts, "wild_type.mcool")
	p.await("the region set to be checked", func() bool {
		u.call("GET", fmt.Sprintf("/api/v1/datasets/%d", set.ID), nil, 200, &set)
		return set.State == core.DatasetReady
	})
	return a, set, hic
}

// operations.md, reliability 3: the data volume is full, really. An upload is refused with a sentence and leaves nothing; a
// run fails with a sentence and finishes when it is run again with room; what was stored before is whole.
func TestDataVolumeIsFull(t *testing.T) {
	p := newPlantOn(t, testkit.MariaDB(t), smallDisk(t, 24))
	p.worker("")
	ada := signIn(t, p.url, "ada", bootPassword)
	var limits core.UploadLimits
	ada.call("GET", "/api/v1/admin/upload-limits", nil, 200, &limits)
	limits.ReserveBytes = 0 // or uploads would be refused long before
	ada.call("PUT", "/api/v1/admin/upload-limits", limits, 200, nil)
	a, set, hic := p.tinySet(ada)

	empty := fill(t, p.data)
	req := regions(p.url, a.ID, "no-room")
	b, _ := io.ReadAll(req.Body)
	comments := strings.Repeat("#"+strings.Repeat("x", 1000)+"\n", 2000)
	req.Body = io.NopCloser(bytes.NewReader(bytes.Replace(b, []byte("chr1\t10"), []byte(comments+demotest.MustTinySet(t).Assembly.Chroms[0].Name+"\t10"), 1)))
	req.ContentLength = -1
	req.Header.Set("Authorization", "Bearer "+ada.token)
	res, err := http.DefaultClient.Do(req)
	check(t, err)
	b, _ = io.ReadAll(res.Body)
	res.Body.Close()
	var problem struct{ Detail string }
	if json.Unmarshal(b, &problem) != nil || res.StatusCode != http.StatusInsufficientStorage {
		t.Errorf("an upload without room is answered %s %s", res.Status, b)
	}
	t.Logf("an upload is answered %d: %s", res.StatusCode, problem.Detail)
	left, err := os.ReadDir(filepath.Join(p.data, "tmp"))
	check(t, err)
	if len(left) != 0 {
		t.Errorf("the upload left %v", left)
	}

	var answer core.PreprocessAnswer
	ada.call("POST", "/api/v1/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{hic.ID}, "pairs": []core.WindowBin{{Window: 50000, Bin: 5000}}}, 202, &answer)
	id := answer.Runs[0].ID
	p.await("the run to end", func() bool { return ada.run(id).State.Ended() })
	failed := ada.run(id)
	if failed.State != core.RunFailed || failed.Error == nil || !strings.Contains(failed.Error.Message, "full") {
		t.Errorf("without room the run is %s: %+v", failed.State, failed.Error)
	} else {
		t.Logf("a run fails: %s", failed.Error.Message)
	}

	empty()
	ada.call("POST", fmt.Sprintf("/api/v1/runs/%d/retry", id), nil, 200, nil)
	p.await("the run to end", func() bool { return ada.run(id).State.Ended() })
	if r := ada.run(id); r.State != core.RunFinished {
		t.Errorf("with room the run is %s: %+v", r.State, r.Error)
	}
	for _, d := range []core.Dataset{set, hic} {
		sum := sha256.Sum256(ada.file(d.ID))
		if hex.EncodeToString(sum[:]) != d.SHA256 {
			t.Errorf("%s is not what it was", d.Name)
		}
	}
}
