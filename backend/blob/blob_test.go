package blob

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"regioscope/backend/core"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func sum(b []byte) string { h := sha256.Sum256(b); return hex.EncodeToString(h[:]) }

// files lists what lies under a folder of the volume.
func files(t *testing.T, dir string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t *testing.T, s *Store, content []byte) core.BlobRef {
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

func TestRoundTrip(t *testing.T) {
	s := open(t)
	for _, content := range [][]byte{{}, []byte("x"), bytes.Repeat([]byte("abc"), 1<<18)} {
		ref := put(t, s, content)
		if ref != (core.BlobRef{SHA256: sum(content), Size: int64(len(content))}) {
			t.Errorf("%+v", ref)
		}
		put(t, s, content) // again: the same blob
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
			t.Errorf("an open blob must stay readable: %v", err)
		}
		b.Close()
		if _, err := s.Open(t.Context(), ref.SHA256); !errors.Is(err, core.ErrNotFound) {
			t.Error(err)
		}
		if err := s.Condemn(t.Context(), ref.SHA256); err != nil {
			t.Errorf("condemning what is not there: %v", err)
		}
	}
	if left := files(t, s.root); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A header that is patched after the data must be in the hash.
func TestWriteAt(t *testing.T) {
	s := open(t)
	w, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
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
	if err != nil || ref.SHA256 != sum(want) || ref.Size != int64(len(want)) {
		t.Errorf("%+v %v", ref, err)
	}
}

func TestAbort(t *testing.T) {
	s := open(t)
	w, _ := s.Create(t.Context())
	io.WriteString(w, "x")
	if err := w.Abort(); err != nil {
		t.Error(err)
	}
	if _, err := w.Write([]byte("y")); err == nil {
		t.Error("wrote after Abort")
	}
	if _, err := w.Commit(t.Context()); err == nil {
		t.Error("committed after Abort")
	}
	w, _ = s.Create(t.Context())
	ref, err := w.Commit(t.Context())
	if err != nil || w.Abort() != nil {
		t.Error("Abort after Commit must do nothing", err)
	}
	if b, err := s.Open(t.Context(), ref.SHA256); err != nil {
		t.Error(err)
	} else {
		b.Close()
	}
}

func TestNamesAreNeverPaths(t *testing.T) {
	s := open(t)
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

func TestSameContentAtOnce(t *testing.T) {
	s := open(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() { put(t, s, []byte("same")) })
	}
	wg.Wait()
	if got := files(t, s.root); len(got) != 1 {
		t.Errorf("%v", got)
	}
}

// faultyFile breaks one operation of one call, as a disk does.
type faultyFile struct {
	file
	op    string
	fault error
}

func (f *faultyFile) WriteAt(p []byte, off int64) (int, error) {
	if f.op == "write" {
		n, _ := f.file.WriteAt(p[:len(p)/2], off) // a full disk takes a part
		return n, f.fault
	}
	return f.file.WriteAt(p, off)
}

func (f *faultyFile) ReadAt(p []byte, off int64) (int, error) {
	if f.op == "read" {
		return 0, f.fault
	}
	return f.file.ReadAt(p, off)
}

func (f *faultyFile) Sync() error {
	if f.op == "sync" {
		return f.fault
	}
	return f.file.Sync()
}

func TestFaultsLeaveNothing(t *testing.T) {
	for _, op := range []string{"create", "write", "read", "sync", "mkdir", "rename"} {
		for _, fault := range []error{syscall.ENOSPC, syscall.EIO} {
			t.Run(fmt.Sprintf("%s %v", op, fault), func(t *testing.T) {
				s := open(t)
				s.disk.createTemp = func(dir string) (file, error) {
					if op == "create" {
						return nil, fault
					}
					f, err := realDisk.createTemp(dir)
					return &faultyFile{f, op, fault}, err
				}
				if op == "mkdir" {
					s.disk.mkdirAll = func(string) error { return fault }
				}
				if op == "rename" {
					s.disk.rename = func(string, string) error { return fault }
				}
				err := func() error {
					w, err := s.Create(t.Context())
					if err != nil {
						return err
					}
					defer w.Abort()
					if _, err := w.Write([]byte("content")); err != nil {
						return err
					}
					if op == "read" {
						w.WriteAt([]byte("C"), 0) // forces reading back
					}
					_, err = w.Commit(t.Context())
					return err
				}()
				if !errors.Is(err, fault) {
					t.Fatalf("got %v", err)
				}
				var e *core.Error
				if full := errors.As(err, &e) && e.Code == core.CodeStorageFull; full != (fault == syscall.ENOSPC) {
					t.Errorf("%v: storage full = %v", err, full)
				}
				if left := files(t, s.root); len(left) != 0 {
					t.Errorf("left behind: %v", left)
				}
			})
		}
	}
}

// TestCrash kills a process that is writing, with kill -9, and expects no blob, one temporary file while nobody cleans,
// and none after.
func TestCrash(t *testing.T) {
	if dir := os.Getenv("BLOB_CRASH_DIR"); dir != "" {
		s, _ := Open(dir)
		w, _ := s.Create(t.Context())
		io.WriteString(w, "half of it")
		fmt.Println("written")
		time.Sleep(time.Minute)
		return
	}
	s := open(t)
	living, err := s.Create(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer living.Abort()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrash$")
	cmd.Env = append(os.Environ(), "BLOB_CRASH_DIR="+s.root)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(out, make([]byte, len("written\n"))); err != nil {
		t.Fatal(err)
	}
	if n, err := s.CleanTemp(0); n != 0 || err != nil {
		t.Errorf("removed %d files that are being written (%v)", n, err)
	}
	cmd.Process.Kill()
	cmd.Wait()
	if got := files(t, s.tmp()); len(got) != 2 {
		t.Fatalf("temporary files: %v", got)
	}
	if n, err := s.CleanTemp(time.Hour); n != 0 || err != nil {
		t.Errorf("removed %d within the grace (%v)", n, err)
	}
	if n, err := s.CleanTemp(0); n != 1 || err != nil {
		t.Errorf("removed %d, want the dead writer's (%v)", n, err)
	}
	if got := files(t, s.blobs()); len(got) != 0 {
		t.Errorf("half a blob: %v", got)
	}
	if _, err := living.Commit(t.Context()); err != nil {
		t.Errorf("the living writer was hurt: %v", err)
	}
}
