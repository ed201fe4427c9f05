package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"regioscope/backend/blob/blobtest"
	"regioscope/backend/core"
	"regioscope/backend/testkit/fakes3"
)

// pattern is content in which every place is known.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i*7 + i>>11)
	}
	return b
}

// faults are ways in which a storage fails. Each fails n times and then works.
var faults = map[string]func(n int64) fakes3.Fault{
	"500": status(http.StatusInternalServerError),
	"503": status(http.StatusServiceUnavailable),
	"429": status(http.StatusTooManyRequests),
	"the connection breaks": func(n int64) fakes3.Fault {
		return times(n, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			c, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				c.Close()
			}
		})
	},
	"the body is cut": func(n int64) fakes3.Fault {
		return times(n, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			whole := httptest.NewRecorder()
			next.ServeHTTP(whole, r)
			for name, v := range whole.Header() {
				w.Header()[name] = v
			}
			w.Header().Set("Content-Length", fmt.Sprint(whole.Body.Len()+1))
			w.WriteHeader(whole.Code)
			w.Write(whole.Body.Bytes()[:whole.Body.Len()/2])
		})
	},
	"a range is ignored": func(n int64) fakes3.Fault {
		return times(n, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			r.Header.Del("Range")
			next.ServeHTTP(w, r)
		})
	},
}

func status(code int) func(n int64) fakes3.Fault {
	return func(n int64) fakes3.Fault {
		return times(n, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(code) })
	}
}

// times applies a fault to the first n requests.
func times(n int64, fault func(http.ResponseWriter, *http.Request, http.Handler)) fakes3.Fault {
	var seen atomic.Int64
	return func(w http.ResponseWriter, r *http.Request, next http.Handler) bool {
		if seen.Add(1) > n {
			return false
		}
		fault(w, r, next)
		return true
	}
}

// What fails twice and then works is not noticed; nothing is stored that is not whole.
func TestFaultsThatMend(t *testing.T) {
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			storage := fakes3.New(t)
			o := options(t, storage)
			o.CacheBytes = 0
			s := open(t, o)
			content := pattern(1<<20 + 100)
			storage.Break(fault(2))
			ref := blobtest.Put(t, s, content)
			s = open(t, o) // one that has read nothing yet
			storage.Break(fault(2))
			if got := blobtest.Read(t, s, ref.SHA256); !bytes.Equal(got, content) {
				t.Errorf("%d bytes, not those that were stored", len(got))
			}
			storage.Break(fault(2))
			if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
				t.Error(err)
			}
			storage.Break(fault(2))
			list, err := s.Condemned(t.Context())
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			storage.Break(fault(2))
			if err := s.PutBack(t.Context(), list[0]); err != nil {
				t.Error(err)
			}
			storage.Break(nil)
			if got := blobtest.Read(t, open(t, o), ref.SHA256); !bytes.Equal(got, content) {
				t.Error("put back with other bytes")
			}
		})
	}
}

// A storage that stays away is named, may be tried again, and has got nothing, or the whole blob.
func TestStorageThatStaysAway(t *testing.T) {
	for _, name := range []string{"500", "503", "the connection breaks"} {
		t.Run(name, func(t *testing.T) {
			storage := fakes3.New(t)
			o := options(t, storage)
			s := open(t, o)
			ref := blobtest.Put(t, s, pattern(100))
			reader, err := open(t, o).Open(t.Context(), ref.SHA256)
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			storage.Break(faults[name](1 << 40))
			_, readErr := reader.ReadAt(make([]byte, 10), 5)
			_, openErr := open(t, o).Open(t.Context(), ref.SHA256)
			w, err := s.Create(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			io.WriteString(w, "new")
			_, commitErr := w.Commit(t.Context())
			for what, err := range map[string]error{"read": readErr, "open": openErr, "commit": commitErr, "condemn": s.Condemn(t.Context(), ref.SHA256),
				"list": s.Stored(t.Context(), func(core.StoredBlob) error { return nil }), "reach": s.Reach(t.Context()), "try": s.Try(t.Context())} {
				if !errors.Is(err, core.ErrStorageAway) || errors.Is(err, core.ErrNotFound) {
					t.Errorf("%s: %v", what, err)
				}
			}
			storage.Break(nil)
			if keys := storage.Keys(t); len(keys) != 1 {
				t.Errorf("%v", keys)
			}
			if left := files(t, o.Folder); len(left) != 0 {
				t.Errorf("left behind: %v", left)
			}
			p := make([]byte, 10)
			if n, err := reader.ReadAt(p, 5); n != 10 || err != nil || !bytes.Equal(p, pattern(100)[5:15]) {
				t.Errorf("a reader that lived through it reads %q (%v)", p[:n], err)
			}
		})
	}
}

// Large files travel in parts: a part that fails is sent again, and a failure for good leaves no object.
func TestParts(t *testing.T) {
	storage := fakes3.New(t)
	o := options(t, storage)
	s := open(t, o)
	content := pattern(2*partSize + 5)
	storage.Break(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if r.URL.Query().Get("partNumber") == "2" {
			w.WriteHeader(http.StatusInternalServerError)
			return true
		}
		return false
	})
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	w.Write(content)
	if _, err := w.Commit(t.Context()); !errors.Is(err, core.ErrStorageAway) {
		t.Errorf("%v", err)
	}
	if keys := storage.Keys(t); len(keys) != 0 {
		t.Errorf("half a blob: %v", keys)
	}
	var failed atomic.Bool
	storage.Break(func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		if r.URL.Query().Get("partNumber") == "3" && failed.CompareAndSwap(false, true) {
			w.WriteHeader(http.StatusServiceUnavailable)
			return true
		}
		return false
	})
	ref := blobtest.Put(t, s, content)
	if !failed.Load() {
		t.Error("no part failed")
	}
	if got := blobtest.Read(t, s, ref.SHA256); !bytes.Equal(got, content) {
		t.Error("other bytes")
	}
}

// An upload that its sender left behind, as one that is killed does, is ended once nobody can be sending it any more.
func TestUploadsLeftBehindAreEnded(t *testing.T) {
	storage := fakes3.New(t)
	s := open(t, options(t, storage))
	if _, err := s.remote.one.NewMultipartUpload(t.Context(), fakes3.Bucket, s.blobs()+strings.Repeat("0", 64)+"/"+unique(), putOptions(1)); err != nil {
		t.Fatal(err)
	}
	if n, err := s.remote.endParts(t.Context(), s.blobs(), time.Now().Add(-time.Hour)); n != 0 || err != nil {
		t.Errorf("ended %d that may be going on (%v)", n, err)
	}
	for _, want := range []int{1, 0} {
		if n, err := s.remote.endParts(t.Context(), s.blobs(), time.Now().Add(time.Hour)); n != want || err != nil {
			t.Errorf("ended %d, want %d (%v)", n, want, err)
		}
	}
}

// What a storage refuses is asked once, and the doctor says what is not allowed.
func TestRefusals(t *testing.T) {
	storage := fakes3.New(t)
	o := options(t, storage)
	s := open(t, o)
	if err := s.Try(t.Context()); err != nil {
		t.Errorf("a storage that works: %v", err)
	}
	if keys := storage.Keys(t); len(keys) != 0 {
		t.Errorf("left behind: %v", keys)
	}
	deny := func(method string) fakes3.Fault {
		return func(w http.ResponseWriter, r *http.Request, _ http.Handler) bool {
			if r.Method != method {
				return false
			}
			w.Header().Set("Content-Type", "application/xml")
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>")
			return true
		}
	}
	for method, words := range map[string]string{"PUT": "s3:PutObject", "GET": "s3:ListBucket", "DELETE": "s3:DeleteObject"} {
		storage.Break(deny(method))
		if err := s.Try(t.Context()); err == nil || !strings.Contains(err.Error(), words) || !strings.Contains(err.Error(), "refused") {
			t.Errorf("%s: %v", method, err)
		}
	}
	storage.Break(deny("GET"))
	before := storage.Asked()
	if _, err := s.Open(t.Context(), blobtest.Sum([]byte("x"))); !errors.Is(err, core.ErrStorageAway) || !strings.Contains(err.Error(), "refuses this server") {
		t.Error(err)
	}
	if n := storage.Asked() - before; n != 1 {
		t.Errorf("asked %d times", n)
	}
	storage.Break(nil)
	o.Address.Bucket = "another"
	if err := open(t, o).Try(t.Context()); err == nil || !strings.Contains(err.Error(), "refused") {
		t.Errorf("a bucket that is not there: %v", err)
	}
}

// A read ends when its context does, however long the storage takes, and does not spoil that of others.
func TestReadsEndWithTheirContext(t *testing.T) {
	storage := fakes3.New(t)
	o := options(t, storage)
	content := pattern(1000)
	ref := blobtest.Put(t, open(t, o), content)
	s := open(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	short, err := s.Open(ctx, ref.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer short.Close()
	long, err := s.Open(t.Context(), ref.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer long.Close()
	asked, release := make(chan struct{}, 10), make(chan struct{})
	storage.Break(func(_ http.ResponseWriter, r *http.Request, _ http.Handler) bool {
		asked <- struct{}{}
		select {
		case <-release:
		case <-r.Context().Done():
		}
		return false
	})
	var wg sync.WaitGroup
	wg.Go(func() {
		if _, err := short.ReadAt(make([]byte, 10), 0); !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	})
	<-asked
	p := make([]byte, 10)
	wg.Go(func() {
		if _, err := long.ReadAt(p, 20); err != nil || !bytes.Equal(p, content[20:30]) {
			t.Errorf("%v %v", p, err)
		}
	})
	for s.cache.flights.waiting(blockKey{ref.SHA256, 0}) < 2 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	close(release)
	wg.Wait()
	long.Close()
	if _, err := long.ReadAt(p, 0); err == nil {
		t.Error("read after Close")
	}
}
