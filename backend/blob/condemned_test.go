package blob

import (
	"errors"
	"io"
	"os"
	"testing"
	"time"

	"regioscope/backend/core"
)

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
