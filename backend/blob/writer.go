package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"syscall"

	"regioscope/backend/core"
)

// file is the part of *os.File that a writer needs.
type file interface {
	io.Writer
	io.WriterAt
	io.ReaderAt
	io.Closer
	Sync() error
	Name() string
}

var realDisk = disk{
	createTemp: func(dir string) (file, error) {
		f, err := os.CreateTemp(dir, "blob-*")
		if err != nil {
			return nil, err
		}
		if err := lock(f); err != nil {
			f.Close()
			os.Remove(f.Name())
			return nil, err
		}
		return f, nil
	},
	mkdirAll: func(dir string) error { return os.MkdirAll(dir, 0o750) },
	rename:   os.Rename,
	remove:   os.Remove,
	free:     freeSpace,
	syncDir: func(dir string) error {
		d, err := os.Open(dir)
		if err != nil {
			return err
		}
		defer d.Close()
		return d.Sync()
	},
}

// writer hashes while Write appends. WriteAt makes that hash worthless; Commit then reads the file once more.
type writer struct {
	store   *Store
	file    file
	hash    hash.Hash
	end     int64 // where Write continues
	size    int64
	patched bool
	spent   bool
}

func newWriter(s *Store, f file) *writer { return &writer{store: s, file: f, hash: sha256.New()} }

func (w *writer) Write(p []byte) (int, error) {
	if w.spent {
		return 0, os.ErrClosed
	}
	n, err := w.file.WriteAt(p, w.end)
	w.hash.Write(p[:n])
	w.end += int64(n)
	w.size = max(w.size, w.end)
	if err != nil {
		return n, storageError("write", err)
	}
	return n, nil
}

func (w *writer) WriteAt(p []byte, off int64) (int, error) {
	if w.spent {
		return 0, os.ErrClosed
	}
	w.patched = true
	n, err := w.file.WriteAt(p, off)
	w.size = max(w.size, off+int64(n))
	if err != nil {
		return n, storageError("write", err)
	}
	return n, nil
}

func (w *writer) ReadAt(p []byte, off int64) (int, error) {
	if w.spent {
		return 0, os.ErrClosed
	}
	return w.file.ReadAt(p, off)
}

func (w *writer) Size() int64 { return w.size }

// Commit makes the blob durable and visible. After an error nothing is visible and the temporary file is gone.
func (w *writer) Commit(ctx context.Context) (core.BlobRef, error) {
	if w.spent {
		return core.BlobRef{}, os.ErrClosed
	}
	ref, err := w.commit(ctx)
	if err != nil {
		w.Abort()
		return core.BlobRef{}, err
	}
	w.spent = true
	return ref, nil
}

func (w *writer) commit(ctx context.Context) (core.BlobRef, error) {
	if w.patched {
		w.hash.Reset()
		if _, err := io.Copy(w.hash, io.NewSectionReader(w.file, 0, w.size)); err != nil {
			return core.BlobRef{}, storageError("read back", err)
		}
	}
	if err := ctx.Err(); err != nil {
		return core.BlobRef{}, err
	}
	if w.store.keep != nil {
		return w.keep(ctx)
	}
	// The age of a blob counts from here, not from when its bytes came: see Condemn.
	now := w.store.now()
	if err := os.Chtimes(w.file.Name(), now, now); err != nil {
		return core.BlobRef{}, storageError("date", err)
	}
	if err := w.file.Sync(); err != nil {
		return core.BlobRef{}, storageError("sync", err)
	}
	ref := core.BlobRef{SHA256: hex.EncodeToString(w.hash.Sum(nil)), Size: w.size}
	path, err := w.store.path(ref.SHA256)
	if err != nil {
		return core.BlobRef{}, err
	}
	dir := filepath.Dir(path)
	if err := w.store.disk.mkdirAll(dir); err != nil {
		return core.BlobRef{}, storageError("make a folder", err)
	}
	// Renaming over an equal blob is harmless, and safer than looking first: somebody may be removing it.
	if err := w.store.disk.rename(w.file.Name(), path); err != nil {
		return core.BlobRef{}, storageError("rename", err)
	}
	for _, d := range []string{dir, filepath.Dir(dir), w.store.blobs()} {
		if err := w.store.disk.syncDir(d); err != nil {
			return core.BlobRef{}, storageError("sync a folder", err)
		}
	}
	if err := w.file.Close(); err != nil {
		return core.BlobRef{}, storageError("close", err)
	}
	return ref, nil
}

// keep needs no sync: the file is only on its way.
func (w *writer) keep(ctx context.Context) (core.BlobRef, error) {
	ref := core.BlobRef{SHA256: hex.EncodeToString(w.hash.Sum(nil)), Size: w.size}
	if err := w.store.keep(ctx, w.file, ref); err != nil {
		return core.BlobRef{}, err
	}
	// The blob is safe; what is left of the file is for CleanTemp.
	_, _ = w.store.disk.remove(w.file.Name()), w.file.Close()
	return ref, nil
}

// Abort forgets the blob. After Commit it does nothing.
func (w *writer) Abort() error {
	if w.spent {
		return nil
	}
	w.spent = true
	err := os.Remove(w.file.Name())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, w.file.Close())
}

// storageError tells a full volume, which an administrator can mend, from other failures.
func storageError(what string, err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return core.Errorf(core.CodeStorageFull,
			"The data volume is full; nothing was stored. Delete what is not needed or ask the administrator for space.").
			WithCause(fmt.Errorf("blob: %s: %w", what, err))
	}
	return fmt.Errorf("blob: %s: %w", what, err)
}
