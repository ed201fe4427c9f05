package bucket

import (
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"regioscope/backend/blob/blobtest"
	"regioscope/backend/testkit/fakes3"
)

// distant is a storage as in another building: 10 ms to the first byte, and 100 MB/s for one request.
func distant(w http.ResponseWriter, r *http.Request, next http.Handler) bool {
	if r.Method != http.MethodGet || r.Header.Get("Range") == "" {
		return false
	}
	next.ServeHTTP(w, r)
	time.Sleep(10*time.Millisecond + blockSize*time.Second/100_000_000)
	return true
}

// BenchmarkReads is what blockSize was chosen by: a file of 64 MiB, read in order, and at 200 places of 4 KiB.
func BenchmarkReads(b *testing.B) {
	const size = 64 << 20
	storage := fakes3.New(b)
	a, err := ParseAddress(storage.Address())
	if err != nil {
		b.Fatal(err)
	}
	fresh := func(folder string, bytes int64) *Store {
		s, err := Open(Options{Address: a, Login: Login{"key", "secret"}, Folder: folder, CacheBytes: bytes})
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	ref := blobtest.Put(b, fresh(b.TempDir(), 0), pattern(size))
	storage.Break(distant)
	inOrder := func(s *Store) {
		f, err := s.Open(b.Context(), ref.SHA256)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, io.NewSectionReader(f, 0, size), make([]byte, 256<<10)); err != nil {
			b.Fatal(err)
		}
	}
	places := func(s *Store) {
		f, err := s.Open(b.Context(), ref.SHA256)
		if err != nil {
			b.Fatal(err)
		}
		defer f.Close()
		at, p := rand.New(rand.NewPCG(1, 2)), make([]byte, 4<<10)
		for range 200 {
			if _, err := f.ReadAt(p, at.Int64N(size-int64(len(p)))); err != nil {
				b.Fatal(err)
			}
		}
	}
	for name, read := range map[string]func(*Store){"in order": inOrder, "places": places} {
		b.Run(name+" for the first time", func(b *testing.B) {
			for b.Loop() {
				read(fresh(b.TempDir(), 1<<30))
			}
		})
		b.Run(name+" from the folder", func(b *testing.B) {
			folder := b.TempDir()
			inOrder(fresh(folder, 1<<30))
			for b.Loop() {
				read(fresh(folder, 1<<30))
			}
		})
	}
}
