package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

func TestSecurityHeaders(t *testing.T) {
	a := newApp(t)
	for _, path := range []string{"/healthz", "/api/v1/datasets", "/api/v1/docs", "/api/v1/openapi.json", "/api/nothing"} {
		h := a.ada.do("GET", path, nil).Header
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin",
			"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin"} {
			if h.Get(name) != want {
				t.Errorf("%s: %s is %q, want %q", path, name, h.Get(name), want)
			}
		}
		policy := map[string]string{}
		for _, part := range strings.Split(h.Get("Content-Security-Policy"), ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(part), " ")
			policy[name] = value
		}
		if policy["script-src"] != "'self'" || policy["default-src"] != "'self'" || policy["object-src"] != "'none'" ||
			policy["frame-ancestors"] != "'none'" || policy["base-uri"] != "'none'" {
			t.Errorf("%s: %q", path, h.Get("Content-Security-Policy"))
		}
		if h.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s is open to other sites", path)
		}
		if strings.HasPrefix(path, "/api/v1/") && h.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be kept: %q", path, h.Get("Cache-Control"))
		}
	}
}

func TestRequestIDs(t *testing.T) {
	a := newApp(t)
	one, two := a.ada.do("GET", "/datasets", nil).Header.Get("X-Request-Id"), a.ada.do("GET", "/datasets", nil).Header.Get("X-Request-Id")
	if one == "" || one == two {
		t.Errorf("%q, then %q", one, two)
	}
	if got := a.ada.do("GET", "/datasets", nil, "X-Request-Id", "from-nginx.1").Header.Get("X-Request-Id"); got != "from-nginx.1" {
		t.Errorf("%q", got)
	}
	for _, bad := range []string{"two words", strings.Repeat("x", 65), `"quoted"`, "ä"} {
		if got := a.ada.do("GET", "/datasets", nil, "X-Request-Id", bad).Header.Get("X-Request-Id"); got == bad || got == "" {
			t.Errorf("%q became %q", bad, got)
		}
	}
}

// Whatever is wrong with a request, the answer is a problem that says so.
func TestRequestsThatAreNotUnderstood(t *testing.T) {
	a := newApp(t)
	for name, c := range map[string]struct {
		method, path, body, kind string
		status                   int
		code                     core.Code
		words                    string
	}{
		"no such address":   {"GET", "/api/v1/nothing", "", "", 404, core.CodeNotFound, "no such address"},
		"no such version":   {"GET", "/api/v9/datasets", "", "", 404, core.CodeNotFound, "no such address"},
		"trailing slash":    {"GET", "/datasets/", "", "", 404, core.CodeNotFound, "no such address"},
		"wrong method":      {"PUT", "/datasets", "{}", "application/json", 405, core.CodeInvalid, "PUT"},
		"no JSON":           {"POST", "/sessions", "{", "application/json", 400, core.CodeInvalid, "JSON"},
		"rubbish behind":    {"POST", "/sessions", `{"name":"x","document":{}} x`, "application/json", 400, core.CodeInvalid, "JSON"},
		"no body":           {"POST", "/sessions", "", "application/json", 400, core.CodeInvalid, "body"},
		"another format":    {"POST", "/sessions", "<x/>", "application/xml", 415, core.CodeInvalid, "application/json"},
		"wrong type":        {"POST", "/sessions", `{"name":1,"document":{}}`, "application/json", 422, core.CodeInvalid, "name"},
		"id is a word":      {"GET", "/datasets/first", "", "", 422, core.CodeInvalid, "id"},
		"id is negative":    {"GET", "/datasets/-1", "", "", 422, core.CodeInvalid, "id"},
		"id is too large":   {"GET", "/datasets/99999999999999999999", "", "", 422, core.CodeInvalid, "id"},
		"body is too large": {"PUT", "/workspace", `{"revision":0,"document":{"x":"` + strings.Repeat("y", 8<<20) + `"}}`, "application/json", 413, core.CodeTooLarge, "8 MiB"},
		"deep JSON": {"POST", "/sessions", `{"name":"x","document":` + strings.Repeat(`{"a":`, 20000) + "1" + strings.Repeat("}", 20000) + "}", "application/json",
			400, core.CodeInvalid, "JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, a.ada.do(c.method, c.path, c.body, "Content-Type", c.kind).refused(c.status, c.code), c.words)
		})
	}
}

func TestHealth(t *testing.T) {
	a := newApp(t)
	nobody := a.anonymous()
	nobody.do("GET", "/healthz", nil).ok(200, nil)
	nobody.do("GET", "/readyz", nil).ok(200, nil)
	d := a.deps
	fine := func(context.Context) error { return nil }
	d.Ready = core.NewReadiness(core.Need{Name: "database", Check: fine}, core.Need{Name: "redis", Say: "Redis does not answer.",
		Check: func(context.Context) error { return errors.New("dial tcp: password hunter2") }})
	broken := *a
	broken.url = a.serve(d)
	nobody = broken.anonymous()
	nobody.do("GET", "/healthz", nil).ok(200, nil) // the process lives
	var told struct {
		Status string
		Parts  []core.NeedState
	}
	if r := nobody.do("GET", "/readyz", nil).ok(503, &told); strings.Contains(string(r.body), "hunter2") {
		t.Errorf("everybody reads %s", r.body)
	}
	want := []core.NeedState{{Name: "database", Ready: true}, {Name: "redis", Text: "Redis does not answer."}}
	if told.Status != "not ready" || !slices.Equal(told.Parts, want) {
		t.Errorf("%+v", told)
	}
}

// A server that is told to stop says so before it refuses anybody, and goes on to answer.
func TestStoppingIsToldFirst(t *testing.T) {
	a := newApp(t)
	a.deps.Ready.Stop()
	nobody := a.anonymous()
	nobody.do("GET", "/healthz", nil).ok(200, nil)
	var told struct{ Status string }
	nobody.do("GET", "/readyz", nil).ok(503, &told)
	if told.Status != "stopping" {
		t.Errorf("%+v", told)
	}
	a.ada.do("GET", "/auth/me", nil).ok(200, nil)
}

// An unexpected failure is told without its details, with the number under which the log has them.
func TestFailuresTellNothing(t *testing.T) {
	a := newApp(t)
	a.db.Close()
	r := a.anonymous().do("POST", "/auth/login", map[string]any{"username": "ada", "password": password})
	p := r.refused(500, core.CodeInternal)
	says(t, p, r.Header.Get("X-Request-Id"))
	if strings.Contains(string(r.body), "sql") || strings.Contains(string(r.body), "database") {
		t.Errorf("%s", r.body)
	}
}

func TestPanics(t *testing.T) {
	a := newApp(t)
	a.web = func(http.ResponseWriter, *http.Request) { panic("oops") }
	c := a.anonymous()
	get := func() (*http.Response, error) {
		req, err := http.NewRequestWithContext(t.Context(), "GET", a.url+"/", nil)
		check(t, err)
		return c.http.Do(req)
	}
	res, err := get()
	check(t, err)
	b, _ := io.ReadAll(res.Body)
	res.Body.Close()
	(&answer{res, t, "a panic", b}).refused(500, core.CodeInternal)
	if strings.Contains(string(b), "oops") {
		t.Errorf("%s", b)
	}
	// Half an answer must not look like a whole one.
	a.web = func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "half of ")
		w.(http.Flusher).Flush()
		panic("oops")
	}
	if res, err = get(); err == nil {
		if b, err = io.ReadAll(res.Body); err == nil {
			t.Errorf("half an answer came as a whole: %q", b)
		}
		res.Body.Close()
	}
}

func TestPagesAndDescription(t *testing.T) {
	a := newApp(t)
	if r := a.anonymous().do("GET", "/api/v1/docs", nil).ok(200, nil); !strings.Contains(string(r.body), "/results/{id}/arrays/{name}") ||
		strings.Contains(string(r.body), "<script") || strings.Contains(string(r.body), "//cdn") {
		t.Errorf("%s", r.body)
	}
	r := a.anonymous().do("GET", "/api/v1/openapi.json", nil).ok(200, nil)
	var doc map[string]any
	check(t, json.Unmarshal(r.body, &doc))
	raw, err := api.OpenAPI()
	check(t, err)
	var printed map[string]any
	check(t, json.Unmarshal(raw, &printed))
	one, _ := json.Marshal(doc)
	two, _ := json.Marshal(printed)
	if string(one) != string(two) {
		t.Error("the server describes itself otherwise than `regioscope openapi`")
	}
	res, err := http.Get(a.url + "/anything/else")
	check(t, err)
	b, _ := io.ReadAll(res.Body)
	res.Body.Close()
	if string(b) != "the pages" || res.StatusCode != 200 {
		t.Errorf("%s: %s", res.Status, b)
	}
}

// The types of the pages are made from the description; whoever changes the API runs `make generate`.
func TestSchemaOfThePagesIsTheSchemaOfTheAPI(t *testing.T) {
	const frontend = "../../frontend"
	have, err := os.ReadFile(filepath.Join(frontend, "src/api/schema.gen.ts"))
	check(t, err)
	for id := range operations(t) {
		if !strings.Contains(string(have), `operations["`+id+`"]`) {
			t.Errorf("schema.gen.ts does not know %s: run make generate", id)
		}
	}
	tool, err := filepath.Abs(filepath.Join(frontend, "node_modules/.bin/openapi-typescript"))
	check(t, err)
	if _, err := os.Stat(tool); err != nil {
		t.Skip("openapi-typescript is not installed (npm ci in frontend): only the names of the operations were compared")
	}
	manifest, err := os.ReadFile(filepath.Join(frontend, "package.json"))
	check(t, err)
	var pkg struct{ Scripts map[string]string }
	check(t, json.Unmarshal(manifest, &pkg))
	fields := strings.Fields(pkg.Scripts["generate"])
	at := slices.Index(fields, "src/api/schema.gen.ts")
	if at < 0 {
		t.Fatalf("the script generate writes no schema.gen.ts: %s", pkg.Scripts["generate"])
	}
	dir := t.TempDir()
	raw, err := api.OpenAPI()
	check(t, err)
	check(t, os.WriteFile(filepath.Join(dir, "openapi.json"), append(raw, '\n'), 0o600))
	out := filepath.Join(dir, "schema.gen.ts")
	cmd := exec.Command(tool, append([]string{filepath.Join(dir, "openapi.json"), "-o", out}, fields[at+1:]...)...)
	cmd.Dir = frontend
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	want, err := os.ReadFile(out)
	check(t, err)
	if string(want) != string(have) {
		t.Error("schema.gen.ts is not made from this API: run make generate")
	}
}
