package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

// answer is a response that was read to its end.
type answer struct {
	*http.Response
	t    *testing.T
	what string
	body []byte
}

// do sends a request. body is nil, a string or []byte sent as it is, or anything else as JSON; headers come in pairs.
func (c *client) do(method, path string, body any, headers ...string) *answer {
	c.t.Helper()
	req := c.request(method, path, body, headers...)
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return &answer{res, c.t, method + " " + path, b}
}

func (c *client) request(method, path string, body any, headers ...string) *http.Request {
	c.t.Helper()
	var r io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	case io.Reader:
		r = b
	default:
		raw, err := json.Marshal(b)
		check(c.t, err)
		r, kind = bytes.NewReader(raw), "application/json"
	}
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "/api/") && path != "/healthz" && path != "/readyz" && path != "/metrics" {
		path = "/api/v1" + path
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, r)
	check(c.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

// ok expects a status and decodes the body, when to is not nil.
func (r *answer) ok(status int, to any) *answer {
	r.t.Helper()
	if r.StatusCode != status {
		r.t.Fatalf("%s: %d, want %d: %s", r.what, r.StatusCode, status, r.body)
	}
	if to != nil {
		if err := json.Unmarshal(r.body, to); err != nil {
			r.t.Fatalf("%s: %v: %s", r.what, err, r.body)
		}
	}
	return r
}

// refused expects a problem of this status and code, of the form that every problem has.
func (r *answer) refused(status int, code core.Code) *api.Problem {
	r.t.Helper()
	var p api.Problem
	r.ok(status, &p)
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		r.t.Errorf("%s: a problem comes as %s", r.what, got)
	}
	if p.Code != code || p.Status != status || p.Title != http.StatusText(status) || p.Type != "urn:regioscope:problem:"+string(code) {
		r.t.Errorf("%s: %+v, want status %d and code %s", r.what, p, status, code)
	}
	first, _, _ := strings.Cut(p.Detail, " ") // the name of a file or an assembly may stand first
	if len(p.Detail) < 10 || strings.ToUpper(p.Detail[:1]) != p.Detail[:1] && !strings.ContainsAny(first, ".0123456789") || !strings.HasSuffix(p.Detail, ".") {
		r.t.Errorf("%s: the detail is no sentence: %q", r.what, p.Detail)
	}
	return &p
}

// says expects words in the detail of the problem.
func says(t *testing.T, p *api.Problem, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Detail, w) {
			t.Errorf("%q does not say %q", p.Detail, w)
		}
	}
}
