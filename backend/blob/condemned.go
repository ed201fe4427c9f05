package blob

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"regioscope/backend/core"
)

// Nothing here deletes a blob in one step: between looking whether a row refers to it and deleting it, somebody may
// store equal bytes and refer to them. So a blob is first condemned: renamed, under a name that no other condemnation
// has, to a folder where Open still finds it. Only after a grace, in which every row that was on its way has arrived, it
// is deleted or put back. A blob that is stored meanwhile is a new file under the old name and not touched at all.

func (s *Store) condemned() string { return filepath.Join(s.root, "condemned") }

// looks bounds how often open looks for a blob that somebody may be moving between its two places.
const looks = 8

// open finds a blob in its place or among the condemned, however it moves meanwhile.
func (s *Store) open(path, sha256 string) (*os.File, error) {
	for range looks {
		f, err := os.Open(path)
		if err == nil || !errors.Is(err, fs.ErrNotExist) {
			return f, err
		}
		for _, name := range s.condemnedOf(sha256) {
			if f, err = os.Open(filepath.Join(s.condemned(), name)); err == nil || !errors.Is(err, fs.ErrNotExist) {
				return f, err
			}
		}
	}
	return nil, fs.ErrNotExist
}

func (s *Store) condemnedOf(sha256 string) []string {
	paths, _ := filepath.Glob(filepath.Join(s.condemned(), sha256+"-*")) // hex digits have no meaning in a pattern
	for i, p := range paths {
		paths[i] = filepath.Base(p)
	}
	return paths
}

// Condemn puts a blob aside that nothing refers to. It is no error when it is not there. Readers keep reading, and until
// the blob is purged they may still open it.
func (s *Store) Condemn(ctx context.Context, sha256 string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	path, err := s.path(sha256)
	if err != nil {
		return err
	}
	name := sha256 + "-" + strconv.FormatInt(s.now().UnixNano(), 10)
	if err := s.disk.rename(path, filepath.Join(s.condemned(), name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: condemn: %w", err)
	}
	return nil
}

// Stored calls fn for every blob until it returns an error. What appears or goes meanwhile may be told or not.
func (s *Store) Stored(ctx context.Context, fn func(core.StoredBlob) error) error {
	return filepath.WalkDir(s.blobs(), func(path string, d fs.DirEntry, err error) error {
		if err == nil {
			err = ctx.Err()
		}
		if errors.Is(err, fs.ErrNotExist) || (err == nil && d.IsDir()) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("blob: %w", err)
		}
		if want, err := s.path(d.Name()); err != nil || want != path {
			return nil // not one of ours
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("blob: %w", err)
		}
		return fn(core.StoredBlob{SHA256: d.Name(), Size: info.Size(), Since: info.ModTime()})
	})
}

// Condemned lists the blobs that wait to be deleted; Since is when they were condemned.
func (s *Store) Condemned(ctx context.Context) ([]core.StoredBlob, error) {
	entries, err := os.ReadDir(s.condemned())
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	var out []core.StoredBlob
	for _, e := range entries {
		sha, at, ok := strings.Cut(e.Name(), "-")
		nano, err := strconv.ParseInt(at, 10, 64)
		if !ok || err != nil {
			continue
		}
		info, err := e.Info()
		if err != nil {
			continue // gone meanwhile
		}
		out = append(out, core.StoredBlob{SHA256: sha, Size: info.Size(), Since: time.Unix(0, nano), Name: e.Name()})
	}
	return out, ctx.Err()
}

// PutBack returns a condemned blob to its place, where equal bytes may lie already.
func (s *Store) PutBack(ctx context.Context, b core.StoredBlob) error {
	path, err := s.path(b.SHA256)
	if err != nil {
		return err
	}
	// The folders stay when blobs go, so the place is there. Renaming over equal bytes is harmless.
	err = s.disk.rename(filepath.Join(s.condemned(), filepath.Base(b.Name)), path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: put back: %w", err)
	}
	return nil
}

// Purge deletes a condemned blob for good.
func (s *Store) Purge(ctx context.Context, b core.StoredBlob) error {
	if err := s.disk.remove(filepath.Join(s.condemned(), filepath.Base(b.Name))); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: delete: %w", err)
	}
	return nil
}

// Temporary tells how many files are being written or were left behind, and their bytes.
func (s *Store) Temporary(ctx context.Context) (n int, bytes int64, err error) {
	entries, err := os.ReadDir(s.tmp())
	if err != nil {
		return 0, 0, fmt.Errorf("blob: %w", err)
	}
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !info.IsDir() {
			n, bytes = n+1, bytes+info.Size()
		}
	}
	return n, bytes, ctx.Err()
}
