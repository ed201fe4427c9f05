// Package blob is the data volume: immutable files named by the SHA-256 of their content.
//
//	root/blobs/ab/cd/abcd…   the files; readers may open them at any time
//	root/condemned/abcd…-T   files that nothing referred to at time T; still readable, deleted later or put back
//	root/tmp/…               files being written; locked by their writer
//	root/uploads/…           unfinished uploads, see partial.go
//
// A blob is written to tmp, synced, renamed into place, and the folders that changed are synced. So a crash at any
// point leaves either no blob or the whole blob, and at worst a temporary file that CleanTemp removes: the kernel drops
// a writer's lock when it dies, however it dies.
package blob

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"regioscope/backend/core"
)

// Store implements core.Blobs in one folder. It is safe for concurrent use, also by several processes.
type Store struct {
	// Clock dates blobs; nil is the real one.
	Clock func() time.Time

	root string
	disk disk
	keep Keep
}

// Keep puts bytes that are complete somewhere else than into the folder, whole or not at all.
type Keep func(ctx context.Context, from io.ReaderAt, ref core.BlobRef) error

func (s *Store) now() time.Time {
	if s.Clock != nil {
		return s.Clock()
	}
	return time.Now()
}

// disk is what a blob is written with; tests put faults here.
type disk struct {
	createTemp func(dir string) (file, error)
	mkdirAll   func(dir string) error
	rename     func(from, to string) error
	remove     func(path string) error
	syncDir    func(dir string) error
	free       func(dir string) (int64, error)
}

// Open prepares the folders under root.
func Open(root string) (*Store, error) {
	return (&Store{root: root, disk: realDisk}).prepare()
}

// OpenScratch prepares a folder for bytes on their way: files being written and unfinished uploads. What is committed
// goes through keep, and counts once keep says so. Such a store has no blobs of its own to open or to condemn.
func OpenScratch(root string, keep Keep) (*Store, error) {
	return (&Store{root: root, disk: realDisk, keep: keep}).prepare()
}

func (s *Store) prepare() (*Store, error) {
	for _, dir := range s.folders() {
		if err := os.MkdirAll(dir, 0o750); err != nil {
			return nil, fmt.Errorf("blob: %w", err)
		}
	}
	return s, nil
}

// folders are those without which the store is not there.
func (s *Store) folders() []string {
	if s.keep != nil {
		return []string{s.tmp()}
	}
	return []string{s.blobs(), s.tmp(), s.condemned()}
}

func (s *Store) blobs() string { return filepath.Join(s.root, "blobs") }
func (s *Store) tmp() string   { return filepath.Join(s.root, "tmp") }

// path gives where a blob lies. Names come from the database, but are checked all the same: a name is never a path.
func (s *Store) path(sha256 string) (string, error) {
	if raw, err := hex.DecodeString(sha256); err != nil || len(raw) != 32 {
		return "", fmt.Errorf("blob: %q is not a SHA-256", sha256)
	}
	return filepath.Join(s.blobs(), sha256[:2], sha256[2:4], sha256), nil
}

// Create begins a new blob.
func (s *Store) Create(ctx context.Context) (core.BlobWriter, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	f, err := s.disk.createTemp(s.tmp())
	if err != nil {
		return nil, storageError("create a temporary file", err)
	}
	return newWriter(s, f), nil
}

// Open opens a blob for reading; core.ErrNotFound when it does not exist.
func (s *Store) Open(ctx context.Context, sha256 string) (core.Blob, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	path, err := s.path(sha256)
	if err != nil {
		return nil, err
	}
	f, err := s.open(path, sha256)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, core.Errorf(core.CodeNotFound, "The file is not on the data volume.").WithCause(err)
	}
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("blob: %w", err)
	}
	return &reader{File: f, size: info.Size()}, nil
}

type reader struct {
	*os.File
	size int64
}

func (r *reader) Size() int64 { return r.size }

// CleanTemp removes temporary files whose writer is gone and that were not touched for grace. The grace only has to
// cover the instant between creating a file and locking it.
func (s *Store) CleanTemp(grace time.Duration) (int, error) {
	entries, err := os.ReadDir(s.tmp())
	if err != nil {
		return 0, fmt.Errorf("blob: %w", err)
	}
	removed := 0
	for _, e := range entries {
		path := filepath.Join(s.tmp(), e.Name())
		info, err := e.Info()
		if err != nil || info.IsDir() || time.Since(info.ModTime()) < grace || !abandoned(path) {
			continue
		}
		if err := os.Remove(path); err == nil {
			removed++
		}
	}
	return removed, nil
}
