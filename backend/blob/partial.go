package blob

import (
	"context"
	"crypto/sha256"
	"encoding"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
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

// partial implements core.Partial.
type partial struct {
	store  *Store
	path   string
	file   *os.File
	hash   hash.Hash // of everything before end
	kept   partialState
	end    int64
	wanted chan struct{}
	closed chan struct{}
	watch  sync.WaitGroup
}

// restore continues where the last Keep was.
func (p *partial) restore() error {
	st, err := readState(p.path)
	if err != nil {
		return err
	}
	info, err := p.file.Stat()
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	if info.Size() < st.Offset {
		return brokenPartial(fmt.Errorf("%d bytes of %d are there", info.Size(), st.Offset))
	}
	p.kept = st
	return p.Rewind()
}

func (p *partial) Rewind() error {
	if err := p.file.Truncate(p.kept.Offset); err != nil {
		return storageError("cut an upload", err)
	}
	p.end = p.kept.Offset
	p.hash.Reset()
	if p.end == 0 {
		return nil
	}
	if err := p.hash.(encoding.BinaryUnmarshaler).UnmarshalBinary(p.kept.Hash); err == nil {
		return nil
	}
	// Another release of the program wrote it in another form.
	p.hash.Reset()
	if _, err := io.Copy(p.hash, io.NewSectionReader(p.file, 0, p.end)); err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	return nil
}

func (p *partial) Write(b []byte) (int, error) {
	n, err := p.file.WriteAt(b, p.end)
	p.hash.Write(b[:n])
	p.end += int64(n)
	if err != nil {
		return n, storageError("append to an upload", err)
	}
	return n, nil
}

func (p *partial) ReadAt(b []byte, off int64) (int, error) { return p.file.ReadAt(b, off) }
func (p *partial) Size() int64                             { return p.end }
func (p *partial) Wanted() <-chan struct{}                 { return p.wanted }
func (p *partial) SHA256() string                          { return hex.EncodeToString(p.hash.Sum(nil)) }

// Keep syncs the bytes before it says that they count.
func (p *partial) Keep() error {
	if p.end == p.kept.Offset {
		return nil
	}
	if err := p.file.Sync(); err != nil {
		return storageError("sync an upload", err)
	}
	sum, err := p.hash.(encoding.BinaryMarshaler).MarshalBinary()
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	next := partialState{Offset: p.end, Hash: sum}
	raw, err := json.Marshal(next)
	if err != nil {
		return fmt.Errorf("blob: %w", err)
	}
	if err := replace(p.path+".state", raw); err != nil {
		return storageError("note the end of an upload", err)
	}
	p.kept = next
	return nil
}

func replace(path string, content []byte) error {
	f, err := os.OpenFile(path+".new", os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.Write(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// Commit gives the file its second name, among the blobs. On a volume without hard links it is renamed instead, and is
// then no upload any more, whatever becomes of the blob.
func (p *partial) Commit(ctx context.Context) (core.BlobRef, error) {
	if err := ctx.Err(); err != nil {
		return core.BlobRef{}, err
	}
	// The age of a blob counts from here, not from when its bytes came: see Condemn.
	now := p.store.now()
	if err := os.Chtimes(p.path+".part", now, now); err != nil {
		return core.BlobRef{}, storageError("date", err)
	}
	if err := p.file.Sync(); err != nil {
		return core.BlobRef{}, storageError("sync", err)
	}
	ref := core.BlobRef{SHA256: p.SHA256(), Size: p.end}
	path, err := p.store.path(ref.SHA256)
	if err != nil {
		return core.BlobRef{}, err
	}
	dir := filepath.Dir(path)
	if err := p.store.disk.mkdirAll(dir); err != nil {
		return core.BlobRef{}, storageError("make a folder", err)
	}
	// The second name goes over an equal blob, as that of every blob does: somebody may be removing the old one. Our lock
	// on the file tells CleanTemp that it is in use under this name, too.
	second := filepath.Join(p.store.tmp(), "upload-"+filepath.Base(p.path))
	if err := os.Link(p.path+".part", second); err != nil && !errors.Is(err, fs.ErrExist) {
		second = p.path + ".part"
	}
	if err := p.store.disk.rename(second, path); err != nil {
		return core.BlobRef{}, storageError("rename", err)
	}
	for _, d := range []string{dir, filepath.Dir(dir), p.store.blobs()} {
		if err := p.store.disk.syncDir(d); err != nil {
			return core.BlobRef{}, storageError("sync a folder", err)
		}
	}
	return ref, nil
}

// listen tells when somebody else waits for the lock.
func (p *partial) listen() {
	tick := time.NewTicker(2 * askEvery)
	defer tick.Stop()
	for {
		select {
		case <-p.closed:
			return
		case <-tick.C:
			if _, err := os.Stat(p.path + ".ask"); err == nil {
				close(p.wanted)
				return
			}
		}
	}
}

func (p *partial) Close() error {
	close(p.closed)
	p.watch.Wait()
	return p.file.Close() // and with it the lock
}

func (p *partial) Remove() error {
	var errs []error
	_ = os.Remove(filepath.Join(p.store.tmp(), "upload-"+filepath.Base(p.path))) // renaming a name over another of the same file keeps both
	for _, ending := range []string{".part", ".state", ".state.new", ".ask"} {
		if err := os.Remove(p.path + ending); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("blob: %w", err))
		}
	}
	return errors.Join(errs...)
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

// FreeSpace implements core.Partials.
func (s *Store) FreeSpace() (int64, error) { return s.disk.free(s.root) }
