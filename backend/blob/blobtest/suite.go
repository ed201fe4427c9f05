// Package blobtest holds the rules that every kind of data volume keeps, as tests.
package blobtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"regioscope/backend/core"
)

// Bench is a volume to be tried out, empty at first.
type Bench struct {
	core.BlobVolume
	Left func() []string // names of everything that lies in it
}

// Run tries all rules, each on a volume of its own.
func Run(t *testing.T, open func(t *testing.T) Bench) {
	for name, rule := range map[string]func(*testing.T, Bench){
		"round trip":                             roundTrip,
		"a patched header is in the hash":        writeAt,
		"aborted":                                abort,
		"names are never paths":                  names,
		"the same content at once":               sameAtOnce,
		"condemned is readable until purged":     condemnedIsReadable,
		"equal bytes stored meanwhile stay":      equalBytesStay,
		"equal bytes after condemning stay":      purgeAllAfterStoring,
		"a slow collector deletes nothing":       slowCollector,
		"put back twice, or after it was stored": putBackTwice,
		"readers always find a blob":             readersAlwaysFind,
		"storing while blobs go":                 storingWhileBlobsGo,
		"reads at every place":                   readsAtEveryPlace,
	} {
		t.Run(name, func(t *testing.T) { rule(t, open(t)) })
	}
}

// Sum is the SHA-256 of b.
func Sum(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

// Put stores content.
func Put(t testing.TB, s core.Blobs, content []byte) core.BlobRef {
	t.Helper()
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	ref, err := w.Commit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// Read gives the content of a blob.
func Read(t testing.TB, s core.Blobs, sha string) []byte {
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
	return got
}

func condemn(t *testing.T, s core.BlobVolume, sha string) {
	t.Helper()
	if err := s.Condemn(t.Context(), sha); err != nil {
		t.Fatal(err)
	}
}

func condemned(t *testing.T, s core.BlobVolume) []core.StoredBlob {
	t.Helper()
	list, err := s.Condemned(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func stored(t *testing.T, s core.BlobVolume) (out []core.StoredBlob) {
	t.Helper()
	if err := s.Stored(t.Context(), func(b core.StoredBlob) error { out = append(out, b); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// lose condemns and purges at once, which only tests may.
func lose(t *testing.T, s core.BlobVolume, sha string) {
	t.Helper()
	condemn(t, s, sha)
	for _, b := range condemned(t, s) {
		if err := s.Purge(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
}

func roundTrip(t *testing.T, s Bench) {
	for _, content := range [][]byte{{}, []byte("x"), bytes.Repeat([]byte("abc"), 1<<18)} {
		ref := Put(t, s, content)
		if ref != (core.BlobRef{SHA256: Sum(content), Size: int64(len(content))}) {
			t.Errorf("%+v", ref)
		}
		Put(t, s, content) // again: the same blob
		if list := stored(t, s); len(list) != 1 || len(s.Left()) != 1 {
			t.Errorf("%+v in %v", list, s.Left())
		}
		b, err := s.Open(t.Context(), ref.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(io.NewSectionReader(b, 0, b.Size()))
		if err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes back, want %d (%v)", len(got), len(content), err)
		}
		lose(t, s, ref.SHA256)
		if _, err := b.ReadAt(make([]byte, 1), 0); err != nil && len(content) > 0 {
			t.Errorf("what was read must stay readable: %v", err)
		}
		b.Close()
		if _, err := s.Open(t.Context(), ref.SHA256); !errors.Is(err, core.ErrNotFound) {
			t.Error(err)
		}
		if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
			t.Errorf("condemning what is not there: %v", err)
		}
	}
	if left := s.Left(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A header that is patched after the data must be in the hash.
func writeAt(t *testing.T, s Bench) {
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer w.Abort()
	io.WriteString(w, "????data")
	if _, err := w.WriteAt([]byte("head"), 0); err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "more")
	if _, err := w.WriteAt([]byte("!"), 20); err != nil { // leaves a hole of zeros
		t.Fatal(err)
	}
	back := make([]byte, 4)
	if _, err := w.ReadAt(back, 0); err != nil || string(back) != "head" {
		t.Errorf("%q %v", back, err)
	}
	want := []byte("headdatamore\x00\x00\x00\x00\x00\x00\x00\x00!")
	ref, err := w.Commit(t.Context())
	if err != nil || ref.SHA256 != Sum(want) || ref.Size != int64(len(want)) {
		t.Fatalf("%+v %v", ref, err)
	}
	if got := Read(t, s, ref.SHA256); !bytes.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func abort(t *testing.T, s Bench) {
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, "x")
	if n, size, err := s.Temporary(t.Context()); n != 1 || size != 1 || err != nil {
		t.Errorf("%d temporary files of %d bytes (%v)", n, size, err)
	}
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	if _, err := w.Write([]byte("y")); err == nil {
		t.Error("wrote after Abort")
	}
	if _, err := w.Commit(t.Context()); err == nil {
		t.Error("committed after Abort")
	}
	if left := s.Left(); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	w, _ = s.Create(t.Context())
	ref, err := w.Commit(t.Context())
	if err != nil || w.Abort() != nil {
		t.Error("Abort after Commit must do nothing", err)
	}
	if got := Read(t, s, ref.SHA256); len(got) != 0 {
		t.Errorf("%q", got)
	}
}

func names(t *testing.T, s Bench) {
	for _, name := range []string{"", "..", "../../etc/passwd", strings.Repeat("zz", 32), strings.Repeat("ab", 31), strings.Repeat("../", 21) + "a"} {
		if b, err := s.Open(t.Context(), name); err == nil {
			b.Close()
			t.Errorf("opened %q", name)
		}
		if err := s.Condemn(t.Context(), name); err == nil {
			t.Errorf("condemned %q", name)
		}
	}
}

// Writers of equal bytes at the same moment make one blob; what is stored twice goes with the next cleaning and its grace.
func sameAtOnce(t *testing.T, s Bench) {
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { Put(t, s, []byte("same")) })
	}
	wg.Wait()
	if list := stored(t, s); len(list) != 1 || list[0].Size != 4 {
		t.Errorf("%+v", list)
	}
	if tidy, ok := s.BlobVolume.(core.TidyVolume); ok {
		if _, err := tidy.Tidy(t.Context(), -time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	for _, b := range condemned(t, s) { // as a collector does who sees that the blob is in use
		if err := s.PutBack(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if left := s.Left(); len(left) != 1 || string(Read(t, s, Sum([]byte("same")))) != "same" {
		t.Errorf("%v", left)
	}
}

// Reads that begin and end anywhere give what a slice of the content gives.
func readsAtEveryPlace(t *testing.T, s Bench) {
	content := make([]byte, 3<<20+17)
	for i := range content {
		content[i] = byte(i*7 + i>>11)
	}
	ref := Put(t, s, content)
	b, err := s.Open(t.Context(), ref.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	size := int64(len(content))
	if b.Size() != size {
		t.Fatalf("%d bytes", b.Size())
	}
	var wg sync.WaitGroup
	for _, off := range []int64{0, 1, 1<<20 - 1, 1 << 20, 1<<20 + 1, 2<<20 + 5, size - 17, size - 1, size, size + 1} {
		for _, n := range []int64{0, 1, 16, 1 << 20, 1<<20 + 1, 2<<20 + 1, size, size + 1} {
			wg.Go(func() {
				p := make([]byte, n)
				got, err := b.ReadAt(p, off)
				want := content[min(off, size):min(off+n, size)]
				if !bytes.Equal(p[:got], want) {
					t.Errorf("%d bytes at %d: %d bytes, want %d", n, off, got, len(want))
				}
				if short := int64(len(want)) < n; short && err != io.EOF || !short && n > 0 && err != nil {
					t.Errorf("%d bytes at %d: %v", n, off, err)
				}
			})
		}
	}
	wg.Wait()
	if _, err := b.ReadAt(make([]byte, 1), -1); err == nil {
		t.Error("read before the beginning")
	}
}
