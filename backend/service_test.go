package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/npy"
)

// plant is the service mode: nginx → two servers → MariaDB, Redis; workers come and go.
type plant struct {
	t       *testing.T
	environ []string
	data    string
	servers []*process
	url     string // of nginx
}

func newPlant(t *testing.T) *plant {
	t.Helper()
	if _, err := testkit.Find("nginx"); err != nil {
		t.Skip("nginx is not installed: the service mode was not tested as a whole")
	}
	return newPlantOn(t, testkit.MariaDB(t), t.TempDir())
}

// newPlantOn is newPlant on a database and a data volume of the test's choice, with more settings.
func newPlantOn(t *testing.T, dsn, data string, more ...string) *plant {
	t.Helper()
	redis := testkit.Redis(t)
	p := &plant{t: t, data: data}
	p.environ = append([]string{"REGIOSCOPE_DATABASE=mysql://" + dsn, "REGIOSCOPE_REDIS=redis://" + redis + "/0", "REGIOSCOPE_DATA=" + p.data,
		"REGIOSCOPE_SIGNING_KEY=0123456789abcdefghijklmnopqrstuv", "REGIOSCOPE_TRUSTED_PROXIES=127.0.0.1", "REGIOSCOPE_LEASE=2s", "REGIOSCOPE_STOP_DELAY=0s"}, append(bootAdmin, more...)...)
	if out, err := command(t, p.environ, "regioscope", "migrate", "up").CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, out)
	}
	var upstreams []string
	for range 2 {
		port, err := testkit.FreePort()
		check(t, err)
		addr := "127.0.0.1:" + strconv.Itoa(port)
		p.servers = append(p.servers, spawn(t, command(t, p.environ, "regioscope", "serve", "--listen", addr)))
		upstreams = append(upstreams, addr)
	}
	for i, addr := range upstreams {
		p.await("a server to be ready", func() bool {
			res, err := http.Get("http://" + addr + "/readyz")
			if err != nil {
				select {
				case <-p.servers[i].ended:
					t.Fatalf("a server ended: %s", p.servers[i].stderr.String())
				default:
				}
				return false
			}
			res.Body.Close()
			return res.StatusCode == 200
		})
	}
	nginx := testkit.Nginx(t, func(dir, addr string) (string, error) { return testkit.NginxConfig("..", dir, addr, "", upstreams...) })
	p.url = "http://" + nginx.Addr
	return p
}

// await polls; the limit is only there so that a failing test ends.
func (p *plant) await(what string, ok func() bool) {
	p.t.Helper()
	for end := time.Now().Add(2 * time.Minute); !ok(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(end) {
			p.t.Fatalf("waited in vain for %s", what)
		}
	}
}

func (p *plant) worker(stopAt string) *process {
	p.t.Helper()
	return spawn(p.t, command(p.t, append(p.environ, "REGIOSCOPE_TEST_STOP_AT="+stopAt), "regioscope-worker"))
}

// upload sends parts: name, file name ("" for a field), content.
func (u *user) upload(path string, status int, to any, parts ...string) {
	u.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for i := 0; i+2 < len(parts); i += 3 {
		if parts[i+1] == "" {
			check(u.t, m.WriteField(parts[i], parts[i+2]))
			continue
		}
		w, err := m.CreateFormFile(parts[i], parts[i+1])
		check(u.t, err)
		_, err = io.WriteString(w, parts[i+2])
		check(u.t, err)
	}
	check(u.t, m.Close())
	u.send("POST", path, &b, m.FormDataContentType(), status, to)
}

// tiny uploads a file of the tiny demo data.
func (u *user) tiny(assembly int64, kind core.Kind, name string) (d core.Dataset) {
	u.t.Helper()
	content, err := os.ReadFile(filepath.Join(demotest.MustTiny(u.t), name))
	check(u.t, err)
	meta := fmt.Sprintf(`{"name":%q,"kind":%q,"assemblyId":%d,"sizeType":"point"}`, name, kind, assembly)
	u.upload("/api/v1/datasets", 202, &d, "meta", "", meta, "file", name, string(content))
	return d
}

func (u *user) run(id int64) (r core.Run) {
	u.t.Helper()
	u.call("GET", fmt.Sprintf("/api/v1/runs/%d", id), nil, 200, &r)
	return r
}

// events collects the states of a run that are told, until the run has ended or the stream breaks; last is the id to
// resume after.
func (u *user) events(ctx context.Context, runID int64, last *string, states *[]core.RunState) error {
	req, err := http.NewRequestWithContext(ctx, "GET", u.url+"/api/v1/events", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+u.token)
	req.Header.Set("Last-Event-ID", *last)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	for s := bufio.NewScanner(res.Body); s.Scan(); {
		name, value, _ := strings.Cut(s.Text(), ": ")
		switch name {
		case "id":
			*last = value
		case "data":
			var r core.Run
			if json.Unmarshal([]byte(value), &r) == nil && r.ID == runID && r.Pipeline == core.PipelinePileup {
				*states = append(*states, r.State)
				if r.State.Ended() {
					return nil
				}
			}
		}
	}
	return io.ErrUnexpectedEOF
}

// The "must show": people work through nginx on two servers while a worker is killed in the middle of a pileup and
// another one takes over, and while one of the servers is killed.
func TestServiceMode(t *testing.T) {
	p := newPlant(t)
	ada := signIn(t, p.url, "ada", bootPassword)
	g := demotest.MustTinySet(t).Assembly
	var sizes strings.Builder
	for _, c := range g.Chroms {
		fmt.Fprintf(&sizes, "%s\t%d\n", c.Name, c.Length)
	}
	var a core.Assembly
	ada.upload("/api/v1/assemblies", 201, &a, "meta", "", `{"name":"tiny"}`, "sizes", "tiny.sizes", sizes.String())

	first := p.worker("one level")
	set, hic := ada.tiny(a.ID, core.KindRegions, "CTCF_peaks.bed"), ada.tiny(a.ID, core.KindContacts, "wild_type.mcool")
	p.await("the region set to be checked", func() bool {
		ada.call("GET", fmt.Sprintf("/api/v1/datasets/%d", set.ID), nil, 200, &set)
		return set.State != core.DatasetChecking
	})
	if set.State != core.DatasetReady {
		t.Fatalf("%+v", set.Error)
	}
	var answer core.PreprocessAnswer
	ada.call("POST", "/api/v1/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{hic.ID},
		"pairs": []core.WindowBin{{Window: 50000, Bin: 5000}, {Window: 100000, Bin: 10000}}}, 202, &answer)
	run := answer.Runs[0]
	var states []core.RunState
	last, told := "0-0", make(chan struct{})
	go func() {
		defer close(told)
		for ada.events(t.Context(), run.ID, &last, &states) != nil && t.Context().Err() == nil {
		}
	}()

	first.line("stopped at one level")
	check(t, first.Process.Kill())
	first.wait()
	if r := ada.run(run.ID); r.State != core.RunRunning {
		t.Fatalf("killed in the middle, the run is %s", r.State)
	}
	second := p.worker("")
	p.await("the run to end", func() bool { return ada.run(run.ID).State.Ended() })
	if r := ada.run(run.ID); r.State != core.RunFinished || r.Attempt != 2 {
		t.Fatalf("%s in attempt %d: %+v", r.State, r.Attempt, r.Error)
	}
	<-told
	if i, j := slices.Index(states, core.RunRunning), slices.Index(states, core.RunFinished); i < 0 || j < i || len(states) < 4 {
		t.Errorf("the events told %v", states)
	}
	var results struct{ Items []core.Result }
	ada.call("GET", fmt.Sprintf("/api/v1/region-sets/%d/results", set.ID), nil, 200, &results)
	seen := map[string]bool{}
	for _, r := range results.Items {
		seen[fmt.Sprint(r.Window, r.Bin, r.Value)] = true
	}
	if len(results.Items) != 4 || len(seen) != 4 {
		t.Errorf("%d results, %d different ones, want 2 cells × 2 values", len(results.Items), len(seen))
	}

	check(t, p.servers[0].Process.Kill())
	p.servers[0].wait()
	for range 20 {
		for _, r := range results.Items {
			ada.mean(r)
		}
	}
	signIn(t, p.url, "ada", bootPassword)
	// Work goes on, too.
	ada.call("POST", "/api/v1/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{hic.ID},
		"pairs": []core.WindowBin{{Window: 100000, Bin: 5000}}}, 202, &answer)
	p.await("the next run to finish", func() bool { return ada.run(answer.Runs[0].ID).State == core.RunFinished })

	second.stop()
	p.servers[1].stop()
	for _, name := range []string{"tmp"} {
		left, err := os.ReadDir(filepath.Join(p.data, name))
		check(t, err)
		if len(left) != 0 {
			t.Errorf("left in %s: %v", name, left)
		}
	}
}

// mean reads the picture of a result.
func (u *user) mean(r core.Result) {
	u.t.Helper()
	req, err := http.NewRequestWithContext(u.t.Context(), "GET", fmt.Sprintf("%s/api/v1/results/%d/arrays/mean", u.url, r.ID), nil)
	check(u.t, err)
	req.Header.Set("Authorization", "Bearer "+u.token)
	res, err := http.DefaultClient.Do(req)
	check(u.t, err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	check(u.t, err)
	f, err := npy.Open(bytes.NewReader(b), int64(len(b)))
	if err != nil || !slices.Equal(f.Shape, r.Shape) {
		u.t.Fatalf("%s: %v %v, want the shape %v", res.Status, err, f, r.Shape)
	}
}
