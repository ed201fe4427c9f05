package blob

import (
	"context"
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
	"sync"
	"time"

	"regioscope/backend/core"
)

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

func (p *partial) Size() int64 { return p.end }

func (p *partial) Wanted() <-chan struct{} { return p.wanted }

func (p *partial) SHA256() string { return hex.EncodeToString(p.hash.Sum(nil)) }

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
	if p.store.keep != nil {
		ref := core.BlobRef{SHA256: p.SHA256(), Size: p.end}
		return ref, p.store.keep(ctx, p.file, ref)
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
