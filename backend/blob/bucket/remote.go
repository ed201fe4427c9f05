package bucket

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
)

// Patience says how long a storage is asked that does not answer well.
type Patience struct {
	Tries   int           // of one request; 0 = 6
	Pause   time.Duration // before the second try, then twice as long each time; 0 = 100 ms
	Attempt time.Duration // one try of anything but storing; 0 = 20 s
}

func (p Patience) withDefaults() Patience {
	if p.Tries == 0 {
		p.Tries = 6
	}
	if p.Pause == 0 {
		p.Pause = 100 * time.Millisecond
	}
	if p.Attempt == 0 {
		p.Attempt = 20 * time.Second
	}
	return p
}

const (
	longestPause = 3 * time.Second
	// partSize is how much of a large file travels in one request, so that a failure costs no more; more when it would be
	// more than ten thousand of them.
	partSize    = 16 << 20
	partThreads = 4
	// copyLimit is the largest object that S3 copies in one request.
	copyLimit = 5 << 30
	// partsGrace is longer than sending one file may take.
	partsGrace = 7 * 24 * time.Hour
)

// remote asks the storage, again when it is worth it.
type remote struct {
	address  Address
	patience Patience
	one      *minio.Core   // asks once: try repeats
	sender   *minio.Client // repeats by itself, part by part
}

func newRemote(o Options) (*remote, error) {
	r := &remote{address: o.Address, patience: o.Patience.withDefaults()}
	once, err := o.Address.client(o.Login, 1)
	if err != nil {
		return nil, err
	}
	r.one = &minio.Core{Client: once}
	r.sender, err = o.Address.client(o.Login, r.patience.Tries)
	return r, err
}

// object is one entry of a listing.
type object struct {
	key     string
	size    int64
	changed time.Time
}

// errEnough ends a listing early.
var errEnough = errors.New("bucket: enough")

// once gives an attempt its time and its error a name.
func (r *remote) once(ctx context.Context, fn func(ctx context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, r.patience.Attempt)
	defer cancel()
	return named(ctx, fn(limited))
}

// try repeats an attempt while that may help. What it returns has a name that people understand.
func (r *remote) try(ctx context.Context, fn func(ctx context.Context) error) error {
	pause := r.patience.Pause
	for n := 1; ; n++ {
		err := r.once(ctx, fn)
		if err == nil || n == r.patience.Tries || !worthAnother(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause/2 + rand.N(pause/2+1)):
		}
		pause = min(2*pause, longestPause)
	}
}

// put stores an object as a whole or not at all.
func (r *remote) put(ctx context.Context, key string, from io.ReaderAt, size int64) error {
	if size == 0 {
		return r.putEmpty(ctx, key)
	}
	_, err := r.sender.PutObject(ctx, r.address.Bucket, key, io.NewSectionReader(from, 0, size), size, putOptions(size))
	return named(ctx, err)
}

func putOptions(size int64) minio.PutObjectOptions {
	return minio.PutObjectOptions{ContentType: "application/octet-stream", PartSize: partsOf(size), NumThreads: partThreads}
}

// putEmpty stores an object without bytes. The client would send it in pieces, of which storages want to know the length.
func (r *remote) putEmpty(ctx context.Context, key string) error {
	sum := sha256.Sum256(nil)
	return r.try(ctx, func(ctx context.Context) error {
		_, err := r.one.PutObject(ctx, r.address.Bucket, key, bytes.NewReader(nil), 0, "", hex.EncodeToString(sum[:]),
			minio.PutObjectOptions{ContentType: "application/octet-stream", DisableContentSha256: true})
		return err
	})
}

// partsOf is the size of the parts that a file is sent in.
func partsOf(size int64) uint64 {
	const most = 9_000
	part := uint64(partSize)
	for part*most < uint64(size) {
		part *= 2
	}
	return part
}

// list calls fn for the objects whose names begin with prefix, in order of their names; page is how many are asked for at
// once.
func (r *remote) list(ctx context.Context, prefix string, page int, fn func(object) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for o := range r.one.ListObjectsIter(ctx, r.address.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true, MaxKeys: page}) {
		if o.Err != nil {
			return o.Err
		}
		if err := fn(object{o.Key, o.Size, o.LastModified}); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return ctx.Err()
}

// each is list with as many tries as it takes; every page is a try of its own, so that no listing is too long.
func (r *remote) each(ctx context.Context, prefix string, fn func(object) error) error {
	const page = 1000
	for after := ""; ; {
		var got []object
		err := r.try(ctx, func(ctx context.Context) error {
			got = got[:0]
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			for o := range r.one.ListObjectsIter(ctx, r.address.Bucket, minio.ListObjectsOptions{Prefix: prefix, Recursive: true, MaxKeys: page, StartAfter: after}) {
				if o.Err != nil {
					return o.Err
				}
				if got = append(got, object{o.Key, o.Size, o.LastModified}); len(got) == page {
					return nil
				}
			}
			return ctx.Err()
		})
		if err != nil {
			return err
		}
		for _, o := range got {
			if err := fn(o); err != nil {
				return err
			}
		}
		if len(got) < page {
			return nil
		}
		after = got[len(got)-1].key
	}
}

// read gives n bytes of an object from off on, exactly these; fs.ErrNotExist when the object is gone.
func (r *remote) read(ctx context.Context, key string, off, n int64) ([]byte, error) {
	var p []byte
	err := r.try(ctx, func(ctx context.Context) (err error) {
		p, err = r.readOnce(ctx, key, off, n)
		return err
	})
	return p, err
}

func (r *remote) readOnce(ctx context.Context, key string, off, n int64) ([]byte, error) {
	var o minio.GetObjectOptions
	if err := o.SetRange(off, off+n-1); err != nil {
		return nil, err
	}
	body, _, header, err := r.one.GetObject(ctx, r.address.Bucket, key, o)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	if want := fmt.Sprintf("bytes %d-%d/", off, off+n-1); !strings.HasPrefix(header.Get("Content-Range"), want) {
		return nil, fmt.Errorf("bucket: asked for %s and got %q", want, header.Get("Content-Range"))
	}
	p := make([]byte, n)
	_, err = io.ReadFull(body, p)
	return p, err
}

// remove deletes an object; it is no error when it is not there.
func (r *remote) remove(ctx context.Context, key string) error {
	err := r.try(ctx, func(ctx context.Context) error {
		return r.one.RemoveObject(ctx, r.address.Bucket, key, minio.RemoveObjectOptions{})
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

// copy copies an object within the storage.
func (r *remote) copy(ctx context.Context, from, to string, size int64) error {
	src, dst := minio.CopySrcOptions{Bucket: r.address.Bucket, Object: from}, minio.CopyDestOptions{Bucket: r.address.Bucket, Object: to}
	var err error
	if size < copyLimit {
		_, err = r.sender.CopyObject(ctx, dst, src)
	} else {
		_, err = r.sender.ComposeObject(ctx, dst, src)
	}
	return named(ctx, err)
}

// endParts gives up uploads of parts that began before a time.
func (r *remote) endParts(ctx context.Context, prefix string, before time.Time) (n int, err error) {
	for u := range r.sender.ListIncompleteUploads(ctx, r.address.Bucket, prefix, true) {
		if u.Err != nil {
			if a := minio.ToErrorResponse(u.Err); a.StatusCode == http.StatusNotImplemented || a.Code == "NoSuchUpload" {
				return n, nil // a storage that does not tell, and has rules of its own for them, or that has none
			}
			return n, named(ctx, u.Err)
		}
		if !u.Initiated.Before(before) {
			continue
		}
		if err := r.one.AbortMultipartUpload(ctx, r.address.Bucket, u.Key, u.UploadID); err != nil {
			return n, named(ctx, err)
		}
		n++
	}
	return n, nil
}
