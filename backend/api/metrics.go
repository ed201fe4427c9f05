package api

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"regioscope/backend/core"
)

// latencyBounds are the upper bounds of the buckets of request times, in seconds.
var latencyBounds = []float64{0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30}

// series is what one kind of request took.
type series struct {
	buckets [13]int64 // one for each bound, and those above
	sum     float64
}

type seriesKey struct{ method, route, status string }

// meter counts requests of this process by method, route and status.
type meter struct {
	mu   sync.Mutex
	seen map[seriesKey]*series
}

func newMeter() *meter { return &meter{seen: map[seriesKey]*series{}} }

// note counts a request. route is the pattern, never the address: there are few of them.
func (m *meter) note(method, route string, status int, took time.Duration) {
	if route == "" {
		route = "other"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	k := seriesKey{method, route, strconv.Itoa(status)}
	s := m.seen[k]
	if s == nil {
		s = &series{}
		m.seen[k] = s
	}
	at, _ := slices.BinarySearch(latencyBounds, took.Seconds())
	s.buckets[at]++
	s.sum += took.Seconds()
}

func (m *meter) write(w io.Writer) {
	m.mu.Lock()
	defer m.mu.Unlock()
	fmt.Fprint(w, "# HELP regioscope_http_request_seconds Time from a request to the end of its answer.\n# TYPE regioscope_http_request_seconds histogram\n")
	keys := slices.SortedFunc(maps.Keys(m.seen), func(a, b seriesKey) int {
		return strings.Compare(a.route+" "+a.method+" "+a.status, b.route+" "+b.method+" "+b.status)
	})
	for _, k := range keys {
		s, n := m.seen[k], int64(0)
		labels := fmt.Sprintf("method=%q,route=%q,status=%q", k.method, k.route, k.status)
		for i, bound := range latencyBounds {
			n += s.buckets[i]
			fmt.Fprintf(w, "regioscope_http_request_seconds_bucket{%s,le=\"%g\"} %d\n", labels, bound, n)
		}
		n += s.buckets[len(latencyBounds)]
		fmt.Fprintf(w, "regioscope_http_request_seconds_bucket{%s,le=\"+Inf\"} %d\nregioscope_http_request_seconds_sum{%s} %g\nregioscope_http_request_seconds_count{%s} %d\n", labels, n, labels, s.sum, labels, n)
	}
}

// metrics answers Prometheus. What goes on here is nobody's business outside: a request that came through a proxy is told
// that there is no such address.
func (s *server) metrics(c *gin.Context) {
	if c.GetBool(keyProxied) {
		s.fallback(c)
		return
	}
	ctx, cancel := context.WithTimeout(c.Request.Context(), 5*time.Second)
	defer cancel()
	c.Header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
	c.Status(http.StatusOK)
	w := c.Writer
	s.meter.write(w)
	gauge := func(name, help string) {
		fmt.Fprintf(w, "# HELP regioscope_%s %s\n# TYPE regioscope_%s gauge\n", name, help, name)
	}
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	gauge("memory_bytes", "Memory in use by this process.")
	fmt.Fprintf(w, "regioscope_memory_bytes %d\n", memory.HeapInuse)
	gauge("goroutines", "Goroutines of this process.")
	fmt.Fprintf(w, "regioscope_goroutines %d\n", runtime.NumGoroutine())
	o, err := s.Admin.Overview(ctx, core.CommandLine, 60)
	gauge("up", "1 when the database answers.")
	if err != nil {
		fmt.Fprintln(w, "regioscope_up 0")
		return
	}
	fmt.Fprintln(w, "regioscope_up 1")
	queue := func(name, help string, value func(core.QueueOverview) float64) {
		gauge(name, help)
		for _, q := range o.Queues {
			fmt.Fprintf(w, "regioscope_%s{queue=%q} %g\n", name, q.Name, value(q))
		}
	}
	queue("queue_depth", "Runs that wait.", func(q core.QueueOverview) float64 { return float64(q.Depth) })
	queue("queue_running", "Runs that are computed.", func(q core.QueueOverview) float64 { return float64(q.Running) })
	queue("queue_workers", "Workers that live and consume the queue.", func(q core.QueueOverview) float64 { return float64(q.Workers) })
	queue("queue_oldest_seconds", "How long the run has waited that waits longest.", func(q core.QueueOverview) float64 {
		if q.OldestSince.IsZero() {
			return 0
		}
		return o.At.Sub(q.OldestSince).Seconds()
	})
	queue("queue_done_per_minute", "Runs finished per minute, mean of the last five.", func(q core.QueueOverview) float64 { return q.DoneRate })
	queue("queue_failed_per_minute", "Runs failed per minute, mean of the last five.", func(q core.QueueOverview) float64 { return q.FailedRate })
	gauge("runs_last_hour", "Runs that ended within the last hour.")
	for _, p := range o.Pipelines {
		fmt.Fprintf(w, "regioscope_runs_last_hour{pipeline=%q,state=\"finished\"} %d\nregioscope_runs_last_hour{pipeline=%q,state=\"failed\"} %d\n", p.Pipeline, p.Done, p.Pipeline, p.Failed)
	}
	gauge("run_seconds", "How long finished runs of the last hour took.")
	for _, p := range o.Pipelines {
		fmt.Fprintf(w, "regioscope_run_seconds{pipeline=%q,quantile=\"0.5\"} %g\nregioscope_run_seconds{pipeline=%q,quantile=\"0.95\"} %g\n", p.Pipeline, p.RunP50, p.Pipeline, p.RunP95)
	}
	gauge("wait_seconds", "How long finished runs of the last hour had waited.")
	for _, p := range o.Pipelines {
		fmt.Fprintf(w, "regioscope_wait_seconds{pipeline=%q,quantile=\"0.5\"} %g\nregioscope_wait_seconds{pipeline=%q,quantile=\"0.95\"} %g\n", p.Pipeline, p.WaitP50, p.Pipeline, p.WaitP95)
	}
}
