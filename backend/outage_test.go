package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
)

// soak tells whether the long forms of tests are wanted.
func soak() bool { return os.Getenv("REGIOSCOPE_TEST_SOAK") != "" }

// bigAssembly makes a small assembly of the user's.
func (u *user) bigAssembly() (a core.Assembly) {
	u.t.Helper()
	u.upload("/api/v1/assemblies", 201, &a, "meta", "", `{"name":"two"}`, "sizes", "two.sizes", "chr1\t100000\n")
	return a
}

// regions is a request that uploads a region set of one line.
func regions(base string, assembly int64, name string) *http.Request {
	const boundary = "x"
	body := fmt.Sprintf("--x\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{\"name\":%q,\"kind\":\"regions\",\"assemblyId\":%d,\"sizeType\":\"point\"}\r\n"+
		"--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s.bed\"\r\n\r\nchr1\t10\t20\n\r\n--x--\r\n", name, assembly, name)
	req, _ := http.NewRequest(http.MethodPost, base+"/api/v1/datasets", strings.NewReader(body))
	req.Header.Set("Content-Type", "multipart/form-data; boundary="+boundary)
	return req
}

// operations.md, reliability 3: MariaDB is stopped under load, for 30 s in the soak, and begun again. Requests meanwhile
// are refused with a sentence, none hangs or is answered wrongly; afterwards everything goes on without a restart of any
// program; what was accepted is done, each thing once.
func TestDatabaseIsAwayUnderLoad(t *testing.T) {
	service, err := testkit.StartMariaDB()
	if errors.Is(err, testkit.ErrMissing) {
		t.Skipf("MariaDB not installed: %v", err)
	}
	check(t, err)
	t.Cleanup(service.Stop)
	dsn, _, err := service.NewDatabase("outage")
	check(t, err)
	p := newPlantOn(t, dsn, t.TempDir())
	w := p.worker("")
	ada := signIn(t, p.url, "ada", bootPassword)
	a := ada.bigAssembly()

	away := 3 * time.Second
	if soak() {
		away = 30 * time.Second
	}
	var reads, writes, refused atomic.Int64
	var mu sync.Mutex
	accepted := map[string]int64{}
	var wrong []string
	complain := func(format string, args ...any) {
		mu.Lock()
		defer mu.Unlock()
		wrong = append(wrong, fmt.Sprintf(format, args...))
	}
	client := &http.Client{Timeout: time.Minute} // a request that hangs is one that fails
	send := func(req *http.Request, want int) []byte {
		req.Header.Set("Authorization", "Bearer "+ada.token)
		res, err := client.Do(req)
		if err != nil {
			complain("%s %s: %v", req.Method, req.URL.Path, err)
			return nil
		}
		defer res.Body.Close()
		b, err := io.ReadAll(res.Body)
		var problem struct {
			Detail string `json:"detail"`
		}
		switch {
		case err == nil && res.StatusCode == want:
			return b
		case err == nil && res.StatusCode == 503 && json.Unmarshal(b, &problem) == nil && strings.Contains(problem.Detail, "try again"):
			refused.Add(1)
		default:
			complain("%s %s: %s %v %s", req.Method, req.URL.Path, res.Status, err, b)
		}
		return nil
	}
	stop := make(chan struct{})
	var load sync.WaitGroup
	for i := range 8 {
		load.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if i == 0 {
					name := fmt.Sprintf("set%d", n)
					var d core.Dataset
					if b := send(regions(p.url, a.ID, name), 202); b != nil && json.Unmarshal(b, &d) == nil {
						writes.Add(1)
						mu.Lock()
						accepted[name] = d.ID
						mu.Unlock()
					}
					time.Sleep(20 * time.Millisecond)
					continue
				}
				req, _ := http.NewRequest(http.MethodGet, p.url+[]string{"/api/v1/datasets", "/api/v1/runs", "/api/v1/assemblies"}[n%3], nil)
				if send(req, 200) != nil {
					reads.Add(1)
				}
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	p.await("some work to be done", func() bool { return reads.Load() > 50 && writes.Load() > 5 })
	check(t, service.End())
	p.await("requests to be refused", func() bool { return refused.Load() > 0 })
	time.Sleep(away)
	before := [2]int64{reads.Load(), writes.Load()}
	check(t, service.Again())
	p.await("work to go on", func() bool { return reads.Load() > before[0]+50 && writes.Load() > before[1]+5 })
	close(stop)
	load.Wait()
	for i, s := range wrong {
		if i < 10 {
			t.Error(s)
		}
	}

	// Names of sets are unique here: nothing that was accepted is missing, nothing is there twice.
	var list struct{ Items []core.Dataset }
	p.await("every set to be checked", func() bool {
		ada.call("GET", "/api/v1/datasets?kind=regions&limit=1000", nil, 200, &list)
		return !slices.ContainsFunc(list.Items, func(d core.Dataset) bool { return d.State == core.DatasetChecking })
	})
	seen := map[string]int64{}
	for _, d := range list.Items {
		if d.State != core.DatasetReady || seen[d.Name] != 0 {
			t.Errorf("%s: %s %+v, again %d", d.Name, d.State, d.Error, seen[d.Name])
		}
		seen[d.Name] = d.ID
	}
	for name, id := range accepted {
		if seen[name] != id {
			t.Errorf("%s was accepted as %d and is %d", name, id, seen[name])
		}
	}
	for i, s := range append(slices.Clone(p.servers), w) {
		select {
		case <-s.ended:
			t.Errorf("program %d ended: %s", i, s.stderr.String())
		default:
		}
	}
	t.Logf("away for %s: %d reads and %d uploads done, %d requests refused with 503, %d answered wrongly", away, reads.Load(), writes.Load(), refused.Load(), len(wrong))
}
