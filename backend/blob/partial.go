package blob

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"regioscope/backend/core"
)

// Unfinished uploads:
//
//	root/uploads/ID.part    the bytes; locked by the process that appends
//	root/uploads/ID.state   how many of them count, and the SHA-256 up to there; replaced as a whole
//	root/uploads/ID.ask     somebody waits for the lock
//
// What was appended after the last Keep does not count: the next one to open the upload cuts it off. So neither a killed
// process nor a machine without power leaves bytes in the middle that nobody has verified, and a chunk whose checksum
// turns out wrong simply is not kept. The kernel drops the lock of a process that dies.

const (
	askEvery = 100 * time.Millisecond
	// askLimit is how long OpenPartial waits for somebody who appends.
	askLimit = 10 * time.Second
)

var goodPartial = regexp.MustCompile(`^[0-9a-f]{32}$`)

type partialState struct {
	Offset int64  `json:"offset"`
	Hash   []byte `json:"hash,omitempty"` // of the bytes before Offset, as the hash marshals itself
}

func (s *Store) uploads() string { return filepath.Join(s.root, "uploads") }

// partial gives the path of an upload without its ending. Ids come from requests: anything but our own form is unknown.
func (s *Store) partial(id string) (string, error) {
	if !goodPartial.MatchString(id) {
		return "", errNoPartial
	}
	return filepath.Join(s.uploads(), id), nil
}

var errNoPartial = core.Errorf(core.CodeNotFound, "There is no such upload.")

// NewPartial implements core.Partials.
func (s *Store) NewPartial(_ context.Context, id string) error {
	path, err := s.partial(id)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.uploads(), 0o750); err != nil {
		return storageError("make the folder of uploads", err)
	}
	f, err := os.OpenFile(path+".part", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return storageError("begin an upload", err)
	}
	return f.Close()
}

// PartialSize implements core.Partials.
func (s *Store) PartialSize(_ context.Context, id string) (int64, error) {
	path, err := s.partial(id)
	if err != nil {
		return 0, err
	}
	if _, err := os.Stat(path + ".part"); errors.Is(err, fs.ErrNotExist) {
		return 0, errNoPartial
	} else if err != nil {
		return 0, fmt.Errorf("blob: %w", err)
	}
	st, err := readState(path)
	return st.Offset, err
}

// readState gives the zero state before the first Keep. A state that is there and cannot be read is an error, never a new
// beginning: the file may be a blob already, under its second name, and must not be cut.
func readState(path string) (st partialState, err error) {
	raw, err := os.ReadFile(path + ".state")
	if errors.Is(err, fs.ErrNotExist) {
		return st, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &st)
	}
	if err != nil {
		return partialState{}, brokenPartial(err)
	}
	return st, nil
}

func brokenPartial(err error) error {
	return core.Errorf(core.CodeState, "What is known of this upload was damaged on the server. Delete it and send the file again.").
		WithCause(fmt.Errorf("blob: %w", err))
}

// OpenPartial implements core.Partials.
func (s *Store) OpenPartial(ctx context.Context, id string) (core.Partial, error) {
	path, err := s.partial(id)
	if err != nil {
		return nil, err
	}
	f, err := lockPartial(ctx, path)
	if err != nil {
		return nil, err
	}
	_ = os.Remove(path + ".ask") // it was ours, or somebody waits and writes it again
	p := &partial{store: s, path: path, file: f, hash: sha256.New(), wanted: make(chan struct{}), closed: make(chan struct{})}
	if err := p.restore(); err != nil {
		f.Close()
		return nil, err
	}
	p.watch.Go(p.listen)
	return p, nil
}

// lockPartial opens the file for us alone; whoever has it is asked to let go.
func lockPartial(ctx context.Context, path string) (*os.File, error) {
	for began := time.Now(); ; {
		f, err := os.OpenFile(path+".part", os.O_RDWR, 0)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, errNoPartial
		}
		if err != nil {
			return nil, fmt.Errorf("blob: %w", err)
		}
		if lock(f) == nil {
			// It may have been removed, or finished, while we waited.
			a, err := f.Stat()
			b, err2 := os.Stat(path + ".part")
			if err == nil && err2 == nil && os.SameFile(a, b) {
				return f, nil
			}
			f.Close()
			return nil, errNoPartial
		}
		f.Close()
		if time.Since(began) > askLimit {
			return nil, core.Errorf(core.CodeConflict, "Another request is sending this upload at the moment. Try again in a few seconds.")
		}
		if err := os.WriteFile(path+".ask", nil, 0o640); err != nil {
			return nil, storageError("ask for an upload", err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(askEvery):
		}
	}
}

// ListPartials implements core.Partials.
func (s *Store) ListPartials(context.Context) (map[string]time.Time, error) {
	entries, err := os.ReadDir(s.uploads())
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("blob: %w", err)
	}
	out := map[string]time.Time{}
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), ".part")
		if info, err := e.Info(); ok && err == nil {
			out[id] = info.ModTime()
		}
	}
	return out, nil
}

// Check tells whether the volume is there: the folders of a volume that is not mounted any more are missing. That it is
// full or cannot be written to is no reason to show people nothing of what it holds; Health and doctor say that.
func (s *Store) Check(ctx context.Context) error {
	for _, dir := range s.folders() {
		if err := ctx.Err(); err != nil {
			return err
		}
		info, err := os.Stat(dir)
		if err != nil {
			return fmt.Errorf("blob: %w", err)
		}
		if !info.IsDir() {
			return fmt.Errorf("blob: %s is no folder", dir)
		}
	}
	return nil
}

// FreeSpace implements core.Partials.
func (s *Store) FreeSpace() (int64, error) { return s.disk.free(s.root) }
