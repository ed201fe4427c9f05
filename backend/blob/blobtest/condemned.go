package blobtest

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
)

func condemnedIsReadable(t *testing.T, s Bench) {
	ref := Put(t, s, []byte("content"))
	if list := stored(t, s); len(list) != 1 || list[0].SHA256 != ref.SHA256 || list[0].Size != 7 || time.Since(list[0].Since).Abs() > time.Minute {
		t.Errorf("stored: %+v", list)
	}
	condemn(t, s, ref.SHA256)
	list := condemned(t, s)
	if len(list) != 1 || list[0].SHA256 != ref.SHA256 || list[0].Size != 7 || time.Since(list[0].Since).Abs() > time.Minute || len(stored(t, s)) != 0 {
		t.Fatalf("condemned: %+v", list)
	}
	if got := Read(t, s, ref.SHA256); string(got) != "content" {
		t.Errorf("%q", got)
	}
	if err := s.PutBack(t.Context(), list[0]); err != nil {
		t.Fatal(err)
	}
	if got := Read(t, s, ref.SHA256); string(got) != "content" || len(condemned(t, s)) != 0 || len(stored(t, s)) != 1 {
		t.Errorf("%q after it was put back", got)
	}
	lose(t, s, ref.SHA256)
	if _, err := s.Open(t.Context(), ref.SHA256); !errors.Is(err, core.ErrNotFound) {
		t.Errorf("purged: %v", err)
	}
	if left := s.Left(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Equal bytes that are stored while the old ones wait to be deleted are another file: purging the old ones, or
// condemning both, leaves them.
func equalBytesStay(t *testing.T, s Bench) {
	content := []byte("equal")
	ref := Put(t, s, content)
	condemn(t, s, ref.SHA256)
	old := condemned(t, s)[0]
	Put(t, s, content)
	condemn(t, s, ref.SHA256) // as a collector does that looked before they were stored
	if err := s.Purge(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if got := Read(t, s, ref.SHA256); string(got) != "equal" {
		t.Errorf("%q", got)
	}
	if list := condemned(t, s); len(list) != 1 || list[0].Name == old.Name {
		t.Errorf("%+v", list)
	}
}

// What is stored after the blob was condemned stays when everything that was condemned is purged.
func purgeAllAfterStoring(t *testing.T, s Bench) {
	ref := Put(t, s, []byte("again"))
	condemn(t, s, ref.SHA256)
	Put(t, s, []byte("again"))
	for _, b := range condemned(t, s) {
		if err := s.Purge(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if got := Read(t, s, ref.SHA256); string(got) != "again" || len(stored(t, s)) != 1 || len(s.Left()) != 1 {
		t.Errorf("%q in %v", got, s.Left())
	}
}

// A collector that sleeps between deciding and deleting, while another one puts the blob back, deletes nothing.
func slowCollector(t *testing.T, s Bench) {
	ref := Put(t, s, []byte("slow"))
	condemn(t, s, ref.SHA256)
	decided := condemned(t, s)[0]
	if err := s.PutBack(t.Context(), decided); err != nil {
		t.Fatal(err)
	}
	if err := s.Purge(t.Context(), decided); err != nil {
		t.Fatal(err)
	}
	if got := Read(t, s, ref.SHA256); string(got) != "slow" || len(stored(t, s)) != 1 {
		t.Errorf("%q", got)
	}
}

func putBackTwice(t *testing.T, s Bench) {
	ref := Put(t, s, []byte("twice"))
	condemn(t, s, ref.SHA256)
	first := condemned(t, s)[0]
	for range 2 {
		if err := s.PutBack(t.Context(), first); err != nil {
			t.Fatal(err)
		}
	}
	condemn(t, s, ref.SHA256)
	Put(t, s, []byte("twice"))
	for _, b := range condemned(t, s) {
		if err := s.PutBack(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if got := Read(t, s, ref.SHA256); string(got) != "twice" || len(stored(t, s)) != 1 || len(condemned(t, s)) != 0 || len(s.Left()) != 1 {
		t.Errorf("%q in %v", got, s.Left())
	}
	lose(t, s, ref.SHA256)
	if err := s.PutBack(t.Context(), first); err != nil {
		t.Errorf("putting back what is gone: %v", err)
	}
	if left := s.Left(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Readers find a blob at every moment, while it is condemned, put back and stored anew over and over.
func readersAlwaysFind(t *testing.T, s Bench) {
	content := bytes.Repeat([]byte("abc"), 1000)
	ref := Put(t, s, content)
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
				p := make([]byte, 3)
				if _, err := b.ReadAt(p, 300); err != nil || string(p) != "abc" {
					t.Errorf("%q %v", p, err)
				}
				b.Close()
			}
		})
	}
	for i := range 30 {
		if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
			t.Error(err)
		}
		if i%3 == 0 {
			Put(t, s, content)
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

// Whoever stores a blob has it, whatever a collector does at the same moment that purges only what it condemned before.
func storingWhileBlobsGo(t *testing.T, s Bench) {
	for round := range 20 {
		content := fmt.Appendf(nil, "round %d", round)
		ref := Put(t, s, content)
		var wg sync.WaitGroup
		old := func() []core.StoredBlob { condemn(t, s, ref.SHA256); return condemned(t, s) }()
		wg.Go(func() {
			for _, b := range old {
				if err := s.Purge(t.Context(), b); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() { Put(t, s, content) })
		wg.Wait()
		if got := Read(t, s, ref.SHA256); !bytes.Equal(got, content) {
			t.Fatalf("round %d: %q", round, got)
		}
	}
}
