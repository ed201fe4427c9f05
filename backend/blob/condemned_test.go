package blob

import (
	"bytes"
	"errors"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
)

// lose condemns and purges at once, which only tests may.
func lose(t *testing.T, s *Store, sha string) {
	t.Helper()
	if err := s.Condemn(t.Context(), sha); err != nil {
		t.Fatal(err)
	}
	for _, b := range condemned(t, s) {
		if err := s.Purge(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func condemned(t *testing.T, s *Store) []core.StoredBlob {
	t.Helper()
	list, err := s.Condemned(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func read(t *testing.T, s *Store, sha string) string {
	t.Helper()
	b, err := s.Open(t.Context(), sha)
	if err != nil {
		t.Fatalf("not readable: %v", err)
	}
	defer b.Close()
	got, err := io.ReadAll(io.NewSectionReader(b, 0, b.Size()))
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func stored(t *testing.T, s *Store) (out []core.StoredBlob) {
	t.Helper()
	if err := s.Stored(t.Context(), func(b core.StoredBlob) error { out = append(out, b); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestCondemnedBlobIsReadableUntilItIsPurged(t *testing.T) {
	s := open(t)
	ref := put(t, s, []byte("content"))
	if list := stored(t, s); len(list) != 1 || list[0].SHA256 != ref.SHA256 || list[0].Size != 7 {
		t.Errorf("stored: %+v", list)
	}
	if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
		t.Fatal(err)
	}
	list := condemned(t, s)
	if len(list) != 1 || list[0].SHA256 != ref.SHA256 || list[0].Size != 7 || time.Since(list[0].Since) > time.Minute || len(stored(t, s)) != 0 {
		t.Fatalf("condemned: %+v", list)
	}
	if got := read(t, s, ref.SHA256); got != "content" {
		t.Errorf("%q", got)
	}
	if err := s.PutBack(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, ref.SHA256); got != "content" || len(condemned(t, s)) != 0 || len(stored(t, s)) != 1 {
		t.Errorf("%q after it was put back", got)
	}
	lose(t, s, ref.SHA256)
	if _, err := s.Open(t.Context(), ref.SHA256); !errors.Is(err, core.ErrNotFound) {
		t.Errorf("purged: %v", err)
	}
	if left := files(t, s.root); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Equal bytes that are stored while the old ones wait to be deleted are another file: purging the old ones, or
// condemning both, leaves them.
func TestEqualBytesStoredMeanwhileStay(t *testing.T) {
	s := open(t)
	content := []byte("equal")
	ref := put(t, s, content)
	if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
		t.Fatal(err)
	}
	old := condemned(t, s)[0]
	put(t, s, content)
	if err := s.Condemn(t.Context(), ref.SHA256); err != nil { // as a collector does that looked before they were stored
		t.Fatal(err)
	}
	if err := s.Purge(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if got := read(t, s, ref.SHA256); got != "equal" {
		t.Errorf("%q", got)
	}
	if list := condemned(t, s); len(list) != 1 || list[0].Name == old.Name {
		t.Errorf("%+v", list)
	}
}

// Readers find a blob at every moment, while it is condemned, put back and stored anew over and over.
func TestReadersAlwaysFindABlob(t *testing.T) {
	s := open(t)
	content := bytes.Repeat([]byte("abc"), 1000)
	ref := put(t, s, content)
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				b, err := s.Open(t.Context(), ref.SHA256)
				if err != nil {
					t.Errorf("not found: %v", err)
					return
				}
				b.Close()
			}
		})
	}
	for i := range 300 {
		if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
			t.Error(err)
		}
		if i%3 == 0 {
			put(t, s, content)
		}
		for _, b := range condemned(t, s) {
			if err := s.PutBack(t.Context(), b); err != nil {
				t.Error(err)
			}
		}
	}
	close(done)
	wg.Wait()
}

// A blob is as old as its last storing, however old its bytes are and however often they came.
func TestAgeCountsFromStoring(t *testing.T) {
	s := open(t)
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "slow upload")
	old := time.Now().Add(-48 * time.Hour)
	if err := os.Chtimes(w.(*writer).file.Name(), old, old); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Commit(t.Context()); err != nil {
		t.Fatal(err)
	}
	if list := stored(t, s); len(list) != 1 || time.Since(list[0].Since) > time.Hour {
		t.Errorf("%+v", list)
	}
}

func TestFaultsWhileCondemning(t *testing.T) {
	s := open(t)
	ref := put(t, s, []byte("x"))
	broken := errors.New("the disk is ill")
	disk := s.disk
	s.disk.rename = func(string, string) error { return broken }
	if err := s.Condemn(t.Context(), ref.SHA256); !errors.Is(err, broken) {
		t.Errorf("condemn: %v", err)
	}
	s.disk = disk
	if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
		t.Fatal(err)
	}
	s.disk.remove = func(string) error { return broken }
	s.disk.rename = func(string, string) error { return broken }
	b := condemned(t, s)[0]
	if err := s.Purge(t.Context(), b); !errors.Is(err, broken) {
		t.Errorf("purge: %v", err)
	}
	if err := s.PutBack(t.Context(), b); !errors.Is(err, broken) {
		t.Errorf("put back: %v", err)
	}
	if got := read(t, s, ref.SHA256); got != "x" {
		t.Errorf("%q after faults", got)
	}
}
