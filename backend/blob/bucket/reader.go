package bucket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"

	"regioscope/backend/core"
)

const (
	// ahead is how many blocks are fetched before somebody who reads in order asks for them.
	ahead = 4
	// fetchers bounds how many blocks one reader has on their way beside the one that it waits for.
	fetchers = 4
)

// reader implements core.Blob. It may be used by several goroutines.
type reader struct {
	store  *Store
	sha256 string
	ctx    context.Context
	cancel context.CancelFunc
	size   int64
	slots  chan struct{}

	mu     sync.Mutex
	place  place
	end    int64 // where the last read ended
	closed bool
}

func newReader(ctx context.Context, s *Store, sha256 string, p place) *reader {
	r := &reader{store: s, sha256: sha256, size: p.size, place: p, end: -1, slots: make(chan struct{}, fetchers)}
	r.ctx, r.cancel = context.WithCancel(ctx)
	return r
}

func (r *reader) Size() int64 { return r.size }

// Close ends reads that are under way.
func (r *reader) Close() error {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel()
	return nil
}

// ReadAt implements io.ReaderAt. It ends with the context that the blob was opened with.
func (r *reader) ReadAt(p []byte, off int64) (int, error) {
	if off < 0 {
		return 0, fmt.Errorf("bucket: read at %d", off)
	}
	inOrder, err := r.begin(off, min(off+int64(len(p)), r.size))
	if err != nil {
		return 0, err
	}
	if off >= r.size {
		return 0, io.EOF
	}
	want := p[:min(int64(len(p)), r.size-off)]
	last := (off + int64(len(want)) - 1) / blockSize // of this read
	if inOrder {
		last += ahead
	}
	n := 0
	for n < len(want) {
		at := off + int64(n)
		block := at / blockSize
		r.fetchAhead(block+1, min(last, block+ahead))
		b, err := r.block(block)
		if err != nil {
			return n, err
		}
		n += copy(want[n:], b[at%blockSize:])
	}
	if len(want) < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// begin notes a read and tells whether it goes on where the last one ended.
func (r *reader) begin(off, end int64) (inOrder bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false, os.ErrClosed
	}
	inOrder = off == r.end
	r.end = end
	return inOrder, r.ctx.Err()
}

func (r *reader) block(n int64) ([]byte, error) {
	size := min(blockSize, r.size-n*blockSize)
	return r.store.cache.block(r.ctx, blockKey{r.sha256, n}, int(size), func(ctx context.Context) ([]byte, error) {
		return r.fetch(ctx, n*blockSize, size)
	})
}

// fetchAhead begins to fetch blocks that somebody will want, as many as there are hands free.
func (r *reader) fetchAhead(from, to int64) {
	for n := from; n <= min(to, (r.size-1)/blockSize); n++ {
		if r.store.cache.near(blockKey{r.sha256, n}) {
			continue
		}
		select {
		case r.slots <- struct{}{}:
		default:
			return
		}
		go func() {
			defer func() { <-r.slots }()
			_, _ = r.block(n) // whoever needs it asks again and hears why
		}()
	}
}

// fetch reads from the bucket. When the object is gone, the blob may be there under another name: it was put back.
func (r *reader) fetch(ctx context.Context, off, n int64) ([]byte, error) {
	for range 3 {
		r.mu.Lock()
		from := r.place
		r.mu.Unlock()
		b, err := r.store.remote.read(ctx, from.key, off, n)
		if !errors.Is(err, fs.ErrNotExist) {
			return b, err
		}
		now, err := r.store.find(ctx, r.sha256)
		if err != nil {
			return nil, err
		}
		if now.size != r.size {
			return nil, fmt.Errorf("bucket: %s has %d bytes, and had %d", r.sha256, now.size, r.size)
		}
		r.mu.Lock()
		r.place = now
		r.mu.Unlock()
	}
	return nil, core.Errorf(core.CodeNotFound, "The file is not in the storage.")
}
