package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
)

// otlp is a collector of traces that only remembers.
type otlp struct {
	url string
	mu  sync.Mutex
	by  map[string]*spans.Span // by span id
	bad []string
}

func newOTLP(t *testing.T) *otlp {
	o := &otlp{by: map[string]*spans.Span{}}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		o.mu.Lock()
		defer o.mu.Unlock()
		raw, err := io.ReadAll(r.Body)
		var sent collector.ExportTraceServiceRequest
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || proto.Unmarshal(raw, &sent) != nil {
			o.bad = append(o.bad, fmt.Sprint(r.Method, r.URL, err))
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		for _, resource := range sent.ResourceSpans {
			for _, scope := range resource.ScopeSpans {
				for _, s := range scope.Spans {
					s.Attributes = append(s.Attributes, resource.Resource.Attributes...)
					o.by[string(s.SpanId)] = s
				}
			}
		}
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

func attribute(s *spans.Span, key string) string {
	for _, a := range s.Attributes {
		if a.Key == key {
			return a.Value.GetStringValue()
		}
	}
	return ""
}

// find gives the span of a name and service whose request is id.
func (o *otlp) find(service, name, id string) *spans.Span {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.by {
		if s.Name == name && attribute(s, "service.name") == service && attribute(s, "regioscope.request") == id {
			return s
		}
	}
	return nil
}

// below tells whether s is a descendant of top.
func (o *otlp) below(s, top *spans.Span) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	for s != nil && string(s.TraceId) == string(top.TraceId) {
		if string(s.ParentSpanId) == string(top.SpanId) {
			return true
		}
		s = o.by[string(s.ParentSpanId)]
	}
	return false
}

// named gives the span of a name that is directly below parent.
func (o *otlp) named(name string, parent *spans.Span) *spans.Span {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, s := range o.by {
		if s.Name == name && string(s.ParentSpanId) == string(parent.SpanId) {
			return s
		}
	}
	return nil
}

// children lists the names of what is directly below s.
func (o *otlp) children(s *spans.Span) (names []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range o.by {
		if string(c.ParentSpanId) == string(s.SpanId) {
			names = append(names, c.Name)
		}
	}
	return names
}

// lines are the lines of a program's log in which key is value.
func lines(t *testing.T, log, key string, value any) (found []map[string]any) {
	t.Helper()
	for _, line := range strings.Split(strings.TrimSpace(log), "\n") {
		var entry map[string]any
		if json.Unmarshal([]byte(line), &entry) == nil && entry[key] == value {
			found = append(found, entry)
		}
	}
	return found
}

// A request that starts a run is found again under its id, which nginx chose, in the logs of the server and of the worker
// and in the log of the run; and one trace goes from the request to the steps of the computation.
func TestRequestsAreFollowedIntoTheWorker(t *testing.T) {
	if _, err := testkit.Find("nginx"); err != nil {
		t.Skip("nginx is not installed: requests were not followed into the worker")
	}
	traces := newOTLP(t)
	p := newPlantOn(t, testkit.MariaDB(t), t.TempDir(), "REGIOSCOPE_OTLP="+traces.url, "REGIOSCOPE_LOG_LEVEL=debug")
	w := p.worker("")
	ada := signIn(t, p.url, "ada", bootPassword)
	req := regions(p.url, ada.bigAssembly().ID, "peaks")
	req.Header.Set("Authorization", "Bearer "+ada.token)
	res, err := http.DefaultClient.Do(req)
	check(t, err)
	defer res.Body.Close()
	var set core.Dataset
	check(t, json.NewDecoder(res.Body).Decode(&set))
	id := res.Header.Get("X-Request-Id")
	if res.StatusCode != 202 || len(id) != 32 {
		t.Fatalf("%s, request %q", res.Status, id)
	}
	var runs struct{ Items []core.Run }
	p.await("the run to end", func() bool {
		ada.call("GET", fmt.Sprintf("/api/v1/runs?regionSetId=%d", set.ID), nil, 200, &runs)
		return len(runs.Items) == 1 && runs.Items[0].State == core.RunFinished
	})
	run := runs.Items[0]
	if run.RequestID != id {
		t.Errorf("the run is of request %q, want %q", run.RequestID, id)
	}
	p.await("the worker to say that it is done", func() bool { return strings.Contains(w.stderr.String(), "run recorded") })
	said := map[any]bool{}
	for _, l := range lines(t, w.stderr.String(), "run", float64(run.ID)) {
		said[l["msg"]] = true
		if l["request"] != id {
			t.Errorf("a line of the worker without the request: %v", l)
		}
	}
	if !said["run begins"] || !said["run recorded"] {
		t.Errorf("the worker said %v of the run", said)
	}
	if lines(t, p.servers[0].stderr.String()+p.servers[1].stderr.String(), "request", id) == nil {
		t.Error("no server said anything of the request")
	}
	var logs struct{ Items []core.RunLog }
	ada.call("GET", fmt.Sprintf("/api/v1/runs/%d/log", run.ID), nil, 200, &logs)
	if len(logs.Items) != 1 || logs.Items[0].Request != id {
		t.Errorf("the log of the run: %+v", logs.Items)
	}

	var top, work *spans.Span
	p.await("the trace", func() bool {
		top, work = traces.find("regioscope", "POST /api/v1/datasets", id), traces.find("regioscope-worker", "run bed", id)
		return top != nil && work != nil
	})
	if !traces.below(work, top) {
		t.Errorf("the worker's span %v is not below %v", work, top)
	}
	if got := fmt.Sprint(traces.children(top)); !strings.Contains(got, "enqueue short") {
		t.Errorf("below the request are %v", got)
	}
	compute := traces.named("compute bed", work)
	if compute == nil || len(traces.children(compute)) == 0 {
		t.Errorf("below the run are %v, and the computation has no steps", traces.children(work))
	}
	if len(traces.bad) > 0 {
		t.Errorf("the collector was sent what it cannot read: %v", traces.bad)
	}
}

// A collector that is away costs nobody anything.
func TestCollectorIsAway(t *testing.T) {
	p := spawn(t, standaloneOn(t, t.TempDir(), append(bootAdmin, "REGIOSCOPE_OTLP=http://127.0.0.1:1")))
	ada := signIn(t, p.line(`Regioscope is at (http://\S+)`)[1], "ada", bootPassword)
	ada.call("GET", "/api/v1/datasets", nil, 200, nil)
	p.stop()
}

// A server that is told to stop says so at /readyz, and still answers, before it gives up its port.
func TestServerSaysThatItStops(t *testing.T) {
	p := spawn(t, standaloneOn(t, t.TempDir(), append(bootAdmin, "REGIOSCOPE_STOP_DELAY=20s")))
	url := p.line(`Regioscope is at (http://\S+)`)[1]
	ada := signIn(t, url, "ada", bootPassword)
	ada.send("GET", "/readyz", nil, "", 200, nil)
	check(t, p.Process.Signal(syscall.SIGTERM))
	var told struct{ Status string }
	for told.Status != core.Stopping {
		res, err := http.Get(url + "/readyz")
		check(t, err) // the port is open all the while
		check(t, json.NewDecoder(res.Body).Decode(&told))
		res.Body.Close()
		if told.Status == core.Stopping && res.StatusCode != 503 {
			t.Errorf("stopping, and answers %s", res.Status)
		}
	}
	ada.call("GET", "/api/v1/datasets", nil, 200, nil)
	says(t, fails(t, command(t, nil, "regioscope", "health", url+"/readyz")), "503", "stopping")
}
