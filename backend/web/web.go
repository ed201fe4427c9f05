// Package web serves the built SPA, which is embedded into the binary. The build puts it into dist; without a build
// there is only a page that says so.
package web

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:dist
var dist embed.FS

// Handler serves the embedded SPA.
func Handler() (http.Handler, error) {
	sub, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, err
	}
	return New(sub)
}

// asset is one file, as it is and compressed.
type asset struct {
	plain, zipped []byte
	contentType   string
	etag          string
	immutable     bool
}

type spa struct{ assets map[string]*asset }

const notBuilt = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Regioscope</title>
<p style="font:16px sans-serif;margin:3em">The front end is not built into this binary. Run <code>make build</code>, then start it again.
The API is at <a href="/api/v1/docs">/api/v1/docs</a>.</p></html>`

// New serves the files of an SPA: assets under their names, index.html for every other address, so that pages of the
// SPA can be linked to and reloaded. Files under assets/ carry a hash in their names and may be kept for ever.
func New(files fs.FS) (http.Handler, error) {
	s := &spa{assets: map[string]*asset{}}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(path.Base(name), ".") {
			return err
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		s.assets[name] = newAsset(name, b)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if s.assets["index.html"] == nil {
		s.assets["index.html"] = newAsset("index.html", []byte(notBuilt))
	}
	return s, nil
}

func newAsset(name string, b []byte) *asset {
	sum := sha256.Sum256(b)
	a := &asset{plain: b, contentType: mime.TypeByExtension(path.Ext(name)), etag: hex.EncodeToString(sum[:12]),
		immutable: strings.HasPrefix(name, "assets/")}
	if known := types[path.Ext(name)]; known != "" {
		a.contentType = known
	}
	if a.contentType == "" {
		a.contentType = "application/octet-stream"
	}
	if compressible[path.Ext(name)] {
		var z bytes.Buffer
		w, _ := gzip.NewWriterLevel(&z, gzip.BestCompression)
		_, _ = w.Write(b)
		_ = w.Close()
		if z.Len() < len(b)*9/10 {
			a.zipped = z.Bytes()
		}
	}
	return a
}

// types does not depend on what the machine's mime tables say.
var types = map[string]string{".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".mjs": "text/javascript; charset=utf-8",
	".css": "text/css; charset=utf-8", ".svg": "image/svg+xml", ".json": "application/json", ".woff2": "font/woff2",
	".ico": "image/x-icon", ".png": "image/png", ".webmanifest": "application/manifest+json", ".wasm": "application/wasm"}

var compressible = map[string]bool{".html": true, ".js": true, ".mjs": true, ".css": true, ".svg": true, ".json": true, ".webmanifest": true, ".wasm": true}

func (s *spa) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	a := s.assets[name]
	if a == nil {
		// A missing asset must not be answered with a page: a browser would take it for a script.
		if strings.HasPrefix(name, "assets/") {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		a = s.assets["index.html"]
	}
	a.serve(w, r)
}

func (a *asset) serve(w http.ResponseWriter, r *http.Request) {
	h, data, tag := w.Header(), a.plain, `"`+a.etag+`"`
	h.Set("Content-Type", a.contentType)
	if a.zipped != nil {
		h.Set("Vary", "Accept-Encoding")
		if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			h.Set("Content-Encoding", "gzip")
			data, tag = a.zipped, `"`+a.etag+`-gz"`
		}
	}
	h.Set("ETag", tag)
	if a.immutable {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		h.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(data)))
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodGet {
		_, _ = w.Write(data)
	}
}
