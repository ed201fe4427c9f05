// Package bucket keeps blobs in a bucket of an S3-compatible storage.
//
//	PREFIX blobs/SHA/UNIQUE             the bytes; every storing makes a name of its own
//	PREFIX condemned/SHA/UNIQUE-SIZE    a mark: that object is deleted later
//
// S3 cannot rename, so a blob is condemned by a mark beside it. A mark is for good: a marked object is never taken for
// stored again, and only marked objects are ever deleted. To put a blob back it is copied under a new name. So whoever
// deletes, however late, deletes nothing that anybody stored or put back meanwhile. An object appears as a whole, so a
// crash leaves no blob or the whole one, and at worst an upload of parts that Tidy ends.
//
// Files being written and unfinished uploads lie in a folder of the machine, see package blob, and so does the cache of
// blocks that were read.
package bucket

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"regioscope/backend/blob"
	"regioscope/backend/core"
)

// Options say where and how.
type Options struct {
	Address    Address
	Login      Login
	Folder     string // of what is on its way, and of the cache
	CacheBytes int64  // of the cache in the folder; 0 = in memory only
	Patience   Patience
}

// Store implements core.BlobVolume and core.Partials. It is safe for concurrent use, also by several processes.
type Store struct {
	*blob.Store // uploads, temporary files
	remote      *remote
	cache       *cache
	places      places
}

// Open connects to nothing yet: whether the bucket answers is for Check to say.
func Open(o Options) (*Store, error) {
	r, err := newRemote(o)
	if err != nil {
		return nil, err
	}
	s := &Store{remote: r}
	if s.Store, err = blob.OpenScratch(o.Folder, s.keep); err != nil {
		return nil, err
	}
	if s.cache, err = newCache(o.Folder, o.CacheBytes); err != nil {
		return nil, err
	}
	return s, nil
}

// Reach tells whether the bucket answers, asking once.
func (s *Store) Reach(ctx context.Context) error {
	return s.remote.once(ctx, func(ctx context.Context) error {
		return s.remote.list(ctx, s.blobs(), 1, func(object) error { return errEnough })
	})
}

// Where names the bucket.
func (s *Store) Where() string { return s.remote.address.String() }

func (s *Store) blobs() string     { return s.remote.address.Prefix + "blobs/" }
func (s *Store) condemned() string { return s.remote.address.Prefix + "condemned/" }

// good refuses what is no SHA-256 before it becomes a part of a name.
func good(sha256 string) error {
	if raw, err := hex.DecodeString(sha256); err != nil || len(raw) != 32 || strings.ToLower(sha256) != sha256 {
		return fmt.Errorf("bucket: %q is not a SHA-256", sha256)
	}
	return nil
}

// unique is the last part of the name of an object.
func unique() string {
	b := make([]byte, 12)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// keep stores a complete file. Equal bytes that are there and not condemned are not stored again: should they be
// condemned from now on, the row that is on its way is there before they are deleted.
func (s *Store) keep(ctx context.Context, from io.ReaderAt, ref core.BlobRef) error {
	live, _, err := s.objectsOf(ctx, ref.SHA256)
	if err != nil {
		return err
	}
	for _, o := range live {
		if o.size == ref.Size {
			return nil
		}
	}
	key := s.blobs() + ref.SHA256 + "/" + unique()
	if err := s.remote.put(ctx, key, from, ref.Size); err != nil {
		return err
	}
	s.places.note(ref.SHA256, place{key, ref.Size})
	return nil
}

// objectsOf lists the objects of a blob, those that are stored and those that are condemned. It looks for the marks first:
// an object that was not marked then is not deleted for a whole grace, whatever happens in between.
func (s *Store) objectsOf(ctx context.Context, sha256 string) (live, marked []object, err error) {
	if err := good(sha256); err != nil {
		return nil, nil, err
	}
	marks, err := s.marksOf(ctx, sha256)
	if err != nil {
		return nil, nil, err
	}
	err = s.remote.each(ctx, s.blobs()+sha256+"/", func(o object) error {
		if _, ok := marks[o.key]; ok {
			marked = append(marked, o)
		} else {
			live = append(live, o)
		}
		return nil
	})
	return live, marked, err
}

// find tells where the bytes of a blob are: rather where they stay.
func (s *Store) find(ctx context.Context, sha256 string) (place, error) {
	live, marked, err := s.objectsOf(ctx, sha256)
	if err != nil {
		return place{}, err
	}
	for _, o := range append(live, marked...) {
		p := place{o.key, o.size}
		s.places.note(sha256, p)
		return p, nil
	}
	s.places.forget(sha256)
	return place{}, core.Errorf(core.CodeNotFound, "The file is not in the storage.").WithCause(fs.ErrNotExist)
}

// Open opens a blob for reading, which ends with ctx; core.ErrNotFound when it does not exist.
func (s *Store) Open(ctx context.Context, sha256 string) (core.Blob, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if err := good(sha256); err != nil {
		return nil, err
	}
	p, ok := s.places.of(sha256)
	if !ok {
		var err error
		if p, err = s.find(ctx, sha256); err != nil {
			return nil, err
		}
	}
	return newReader(ctx, s, sha256, p), nil
}

// Tidy ends uploads of parts that nobody can be sending any more, and condemns what two writers stored twice, before the
// grace. It lists the whole bucket, so that it is for whoever collects garbage; CleanTemp looks into the folder only.
func (s *Store) Tidy(ctx context.Context, grace time.Duration) (int, error) {
	ended, err := s.remote.endParts(ctx, s.blobs(), time.Now().Add(-max(grace, partsGrace)))
	_, err2 := s.condemnSurplus(ctx, time.Now().Add(-grace))
	return ended, errors.Join(err, err2)
}
