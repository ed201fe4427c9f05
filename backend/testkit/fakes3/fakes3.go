// Package fakes3 is a storage that speaks S3, in the process of a test, and can be made to fail.
package fakes3

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// Bucket is the bucket that a Server has.
const Bucket = "regioscope-test"

// Server is a storage with one empty bucket.
type Server struct {
	URL    string
	memory *s3mem.Backend
	fault  atomic.Pointer[Fault]
	asked  atomic.Int64
	http   *httptest.Server
}

// Fault sees every request first; true when it has answered.
type Fault func(w http.ResponseWriter, r *http.Request, next http.Handler) bool

// New starts a storage that ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	s := &Server{memory: s3mem.New()}
	if err := s.memory.CreateBucket(Bucket); err != nil {
		t.Fatal(err)
	}
	storage := unsigned(gofakes3.New(s.memory).Server())
	s.http = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		if f := s.fault.Load(); f != nil && (*f)(w, r, storage) {
			return
		}
		storage.ServeHTTP(w, r)
	}))
	s.URL = s.http.URL
	t.Cleanup(func() { s.http.CloseClientConnections(); s.http.Close() })
	return s
}

// Address is that of the bucket, as the setting --blobs takes it.
func (s *Server) Address() string {
	return "s3://" + Bucket + "/some/place?endpoint=" + url.QueryEscape(s.URL)
}

// Break lets f see requests first; nil mends.
func (s *Server) Break(f Fault) {
	if f == nil {
		s.fault.Store(nil)
		return
	}
	s.fault.Store(&f)
}

// Asked counts requests.
func (s *Server) Asked() int64 { return s.asked.Load() }

// Keys lists the names of all objects.
func (s *Server) Keys(t testing.TB) (out []string) {
	t.Helper()
	l, err := s.memory.ListBucket(Bucket, nil, gofakes3.ListBucketPage{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range l.Contents {
		out = append(out, o.Key)
	}
	return out
}
