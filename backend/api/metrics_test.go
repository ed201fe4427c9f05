package api_test

import (
	"regexp"
	"strings"
	"testing"

	"regioscope/backend/core"
)

// Prometheus reads counts of requests and queues, in its own form; nobody does through the proxy.
func TestMetrics(t *testing.T) {
	a := newApp(t)
	a.ada.run(false)
	for range 3 {
		a.ada.do("GET", "/datasets", nil).ok(200, nil)
	}
	a.ada.do("GET", "/datasets/99999", nil).refused(404, core.CodeNotFound)
	r := a.anonymous().do("GET", "/metrics", nil)
	body := string(r.body)
	line := regexp.MustCompile(`^(# (HELP|TYPE) \S+ .+|[a-z_]+(\{([a-z]+="[^"]*",?)+\})? [-+0-9.e]+)$`)
	for _, l := range strings.Split(strings.TrimSpace(body), "\n") {
		if !line.MatchString(l) {
			t.Errorf("Prometheus cannot read %q", l)
		}
	}
	for _, want := range []string{
		`regioscope_http_request_seconds_count{method="GET",route="/api/v1/datasets",status="200"} 3`,
		`regioscope_http_request_seconds_bucket{method="GET",route="/api/v1/datasets/:id",status="404",le="+Inf"} 1`,
		"\nregioscope_up 1\n", `regioscope_queue_workers{queue="short"} 0`, "# TYPE regioscope_run_seconds gauge",
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in\n%s", want, body)
		}
	}
	if !regexp.MustCompile(`regioscope_queue_depth\{queue="\w+"\} 1`).MatchString(body) {
		t.Errorf("no run waits in\n%s", body)
	}
	d := a.deps
	d.TrustedProxies = []string{"127.0.0.0/8"}
	behind := *a
	behind.url = a.serve(d)
	if r := behind.anonymous().do("GET", "/metrics", nil); strings.Contains(string(r.body), "regioscope_") {
		t.Errorf("through the proxy: %s", r.body)
	}
}
