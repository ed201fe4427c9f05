// Package standin is a stand-in of the data repositories that files are imported from: it speaks as much of the REST APIs of
// 4DN and ENCODE as an import asks for, and misbehaves in every way that a test wants. The last characters of an accession
// say how; see Ways.
package standin

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Ways in which a file is given: the last eight characters of a 4DN accession, or the digits of one of ENCODE (ENCFF004BED).
var Ways = []string{
	"IGOOD001", // 200
	"IMOVED01", // 302 to the storage, as both repositories do
	"IDENIED1", // 403
	"IBROKEN1", // 500
	"ISLOW001", // a few bytes, then nothing
	"ICUT0001", // breaks in the middle, once; goes on by ranges
	"ICUTALL1", // always breaks in the middle, and knows no ranges
	"IWRONG01", // another MD5 than its description tells
	"IINSIDE1", // 302 to an address inside, see Server.Inside
	"IKEYED01", // 401 without the access key Key
	"MDENIED1", // its description: 403
	"MBROKEN1", // its description: 500
	"MSLOW001", // its description never ends
	"MNOJSON1", // its description is a web page
}

// Key opens what needs an access key.
var Key = [2]string{"stand-in-key", "stand-in-secret"}

// Server is a running stand-in.
type Server struct {
	*httptest.Server
	Inside string // where a redirect to the inside leads; not reached when all is well

	mu   sync.Mutex
	hits []string
	cut  map[string]bool
	done chan struct{}
}

// Start listens on a free port of this machine.
func Start() *Server {
	s := &Server{Inside: "http://127.0.0.1:9/secret", cut: map[string]bool{}, done: make(chan struct{})}
	s.Server = httptest.NewServer(http.HandlerFunc(s.serve))
	return s
}

// StartOn listens on addr.
func StartOn(addr string) (*Server, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, err
	}
	s := &Server{Inside: "http://127.0.0.1:9/secret", cut: map[string]bool{}, done: make(chan struct{})}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.Listener.Close()
	s.Listener = l
	s.Server.Start()
	return s, nil
}

// Addr is host:port.
func (s *Server) Addr() string { return s.Listener.Addr().String() }

// Stop ends it, with whatever it still does.
func (s *Server) Stop() {
	close(s.done)
	s.CloseClientConnections()
	s.Close()
}

// Hits lists what was asked for: method, path and, if a key came along, its name.
func (s *Server) Hits() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.hits)
}

// Content is the file behind an accession: 2,000 regions of 100 bp on chr1.
func Content(string) string {
	var b strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&b, "chr1\t%d\t%d\n", 100*i, 100*i+100)
	}
	return b.String()
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	user, secret, _ := r.BasicAuth()
	s.mu.Lock()
	s.hits = append(s.hits, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+user))
	s.mu.Unlock()
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	assembly := "toy"
	if len(parts) > 1 && parts[0] == "as" { // an address of a repository may end in /as/ASSEMBLY
		assembly, parts = parts[1], parts[2:]
	}
	last := parts[len(parts)-1]
	switch {
	case slices.Contains(parts, "@@download"):
		s.file(w, r, parts[1], user == Key[0] && secret == Key[1])
	case parts[0] == "storage":
		s.file(w, r, strings.Split(last, ".")[0], true)
	case parts[0] == "page.html":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, "<!DOCTYPE html><html>Please sign in</html>")
	case r.URL.Query().Get("format") == "json":
		s.describe(w, r, last, assembly, parts[0] == "files")
	default:
		http.NotFound(w, r)
	}
}

// way finds how an accession is to be given; false when there is none.
func way(accession string) (string, bool) {
	if len(accession) == 12 && slices.Contains(Ways, accession[4:]) {
		return accession[4:], true
	}
	if len(accession) == 11 {
		if n, err := strconv.Atoi(accession[5:8]); err == nil && n >= 1 && n <= len(Ways) {
			return Ways[n-1], true
		}
	}
	return "", false
}

func (s *Server) describe(w http.ResponseWriter, r *http.Request, accession, assembly string, encode bool) {
	how, ok := way(accession)
	switch {
	case !ok:
		http.Error(w, `{"status":"error","code":404}`, http.StatusNotFound)
		return
	case how == "MDENIED1":
		http.Error(w, `{"status":"error","code":403}`, http.StatusForbidden)
		return
	case how == "MBROKEN1":
		http.Error(w, "oops", http.StatusInternalServerError)
		return
	case how == "MSLOW001":
		s.hang(w, r)
		return
	case how == "MNOJSON1":
		fmt.Fprint(w, "<html>")
		return
	}
	content := Content(accession)
	sum := md5.Sum([]byte(content))
	md := hex.EncodeToString(sum[:])
	if how == "IWRONG01" {
		md = strings.Repeat("0", 32)
	}
	name := accession + ".bed"
	href := "/files/" + accession + "/@@download/" + name
	w.Header().Set("Content-Type", "application/json")
	answer := map[string]any{"@id": "/files/" + accession + "/", "accession": accession, "href": href, "md5sum": md, "file_size": len(content)}
	if encode {
		answer["assembly"], answer["file_format"], answer["file_format_type"], answer["output_type"] = assembly, "bed", "narrowPeak", "IDR thresholded peaks"
		answer["assay_title"], answer["dataset"] = "TF ChIP-seq", "/experiments/ENCSR000AAA/"
		answer["biosample_ontology"] = map[string]any{"term_name": "K562"}
		answer["target"], answer["lab"] = map[string]any{"label": "CTCF"}, map[string]any{"title": "Example Lab"}
		answer["simple_biosample_summary"] = "treated with 100 nM dexamethasone for 1 hour"
	} else {
		answer["genome_assembly"], answer["file_format"], answer["display_title"] = assembly, map[string]any{"file_format": "bed"}, name
		answer["track_and_facet_info"] = map[string]any{"dataset": "CTCF in H1-hESC", "condition": "untreated", "biosource_name": "H1-hESC",
			"experiment_type": "ChIP-seq", "experimental_lab": "Example Lab", "replicate_info": "Biorep 1"}
	}
	_ = json.NewEncoder(w).Encode(answer)
}

func (s *Server) file(w http.ResponseWriter, r *http.Request, accession string, keyed bool) {
	how, ok := way(accession)
	content := Content(accession)
	switch {
	case !ok:
		http.NotFound(w, r)
		return
	case how == "IMOVED01" && !strings.HasPrefix(r.URL.Path, "/storage/"):
		http.Redirect(w, r, "http://"+strings.Replace(r.Host, "127.0.0.1", "localhost", 1)+"/storage/"+accession+".bed?X-Signature=abc", http.StatusFound)
		return
	case how == "IDENIED1":
		http.Error(w, "no", http.StatusForbidden)
		return
	case how == "IKEYED01" && !keyed:
		http.Error(w, "who are you", http.StatusUnauthorized)
		return
	case how == "IBROKEN1":
		http.Error(w, "oops", http.StatusInternalServerError)
		return
	case how == "IINSIDE1":
		http.Redirect(w, r, s.Inside, http.StatusFound)
		return
	case how == "ISLOW001":
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		fmt.Fprint(w, content[:100])
		s.hang(w, r)
		return
	case how == "ICUTALL1", how == "ICUT0001" && !s.wasCut(accession):
		w.Header().Set("Content-Length", strconv.Itoa(len(content)))
		if how == "ICUT0001" {
			w.Header().Set("ETag", `"v1"`)
		}
		fmt.Fprint(w, content[:len(content)/2])
		return
	}
	w.Header().Set("ETag", `"v1"`)
	http.ServeContent(w, r, path.Base(r.URL.Path), time.Time{}, strings.NewReader(content))
}

func (s *Server) wasCut(accession string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.cut[accession]
	s.cut[accession] = true
	return was
}

// hang sends nothing more until somebody loses patience.
func (s *Server) hang(w http.ResponseWriter, r *http.Request) {
	if f, ok := w.(http.Flusher); ok {
		f.Flush()
	}
	select {
	case <-r.Context().Done():
	case <-s.done:
	}
}
