package web

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestAddresses(t *testing.T) {
	h, err := New(fstest.MapFS{
		"index.html":        {Data: []byte("<html>the page")},
		"assets/app-1a2.js": {Data: []byte(strings.Repeat("console.log(1);", 100))},
		"favicon.svg":       {Data: []byte("<svg/>")},
		".gitkeep":          {Data: []byte("hidden")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		path, contains, cache, contentType string
		status                             int
	}{
		{"/", "the page", "no-cache", "text/html; charset=utf-8", 200},
		{"/datasets/7", "the page", "no-cache", "text/html; charset=utf-8", 200},
		{"/../../etc/passwd", "the page", "no-cache", "text/html; charset=utf-8", 200},
		{"/.gitkeep", "the page", "no-cache", "text/html; charset=utf-8", 200},
		{"/assets/app-1a2.js", "console.log", "public, max-age=31536000, immutable", "text/javascript; charset=utf-8", 200},
		{"/assets/gone.js", "not found", "", "text/plain; charset=utf-8", 404},
		{"/favicon.svg", "<svg/>", "no-cache", "image/svg+xml", 200},
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://x"+tc.path, nil))
		if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.contains) ||
			w.Header().Get("Cache-Control") != tc.cache || w.Header().Get("Content-Type") != tc.contentType {
			t.Errorf("%s: %d %v %.60q", tc.path, w.Code, w.Header(), w.Body)
		}
	}
}

func TestCompressionAndRevalidation(t *testing.T) {
	h, _ := New(fstest.MapFS{"assets/a.js": {Data: []byte(strings.Repeat("aaaa", 1000))}})
	r := httptest.NewRequest(http.MethodGet, "/assets/a.js", nil)
	r.Header.Set("Accept-Encoding", "br, gzip")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Header().Get("Content-Encoding") != "gzip" || w.Body.Len() > 1000 {
		t.Fatalf("not compressed: %v", w.Header())
	}
	r.Header.Set("If-None-Match", w.Header().Get("ETag"))
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Fatalf("status %d", w.Code)
	}
}

func TestWithoutBuildThePageSaysSo(t *testing.T) {
	h, _ := New(fstest.MapFS{})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/login", nil))
	if !strings.Contains(w.Body.String(), "make build") {
		t.Fatal(w.Body)
	}
}
