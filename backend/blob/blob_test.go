package blob

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"regioscope/backend/blob/blobtest"
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

// TestVolume: what a folder must do as every data volume does.
func TestVolume(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) blobtest.Bench {
		s := open(t)
		return blobtest.Bench{BlobVolume: s, Left: func() []string { return files(t, s.root) }}
	})
}

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
