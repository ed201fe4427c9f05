package core

import (
	"context"
	"io"
	"time"
)

// BlobRef names stored bytes by their content.
type BlobRef struct {
	SHA256 string
	Size   int64
}

// Blob is an open, immutable file.
type Blob interface {
	io.ReaderAt
	io.Closer
	Size() int64
}

// BlobWriter collects the bytes of a new blob in a temporary file. Commit syncs and renames it into place; after it, or
// after Abort, the writer is spent. Abort after Commit does nothing, so it may be deferred.
type BlobWriter interface {
	io.Writer
	io.WriterAt
	io.ReaderAt
	Size() int64
	Commit(ctx context.Context) (BlobRef, error)
	Abort() error
}

// Blobs is the data volume. A crash at any point leaves either no blob or the whole blob.
type Blobs interface {
	Create(ctx context.Context) (BlobWriter, error)
	Open(ctx context.Context, sha256 string) (Blob, error)
	// Condemn puts aside a blob that nothing refers to. It can still be opened, and Garbage deletes it later or, when
	// something refers to it again, puts it back: so this may race with the upload of equal bytes.
	Condemn(ctx context.Context, sha256 string) error
}

// StoredBlob is one file of the data volume; Since is when it was stored or condemned.
type StoredBlob struct {
	SHA256 string
	Size   int64
	Since  time.Time
	Name   string // of a condemned blob; it may be condemned more than once
}

// BlobVolume is what collecting garbage needs beyond Blobs.
type BlobVolume interface {
	Blobs
	// Stored calls fn for every blob that is not condemned.
	Stored(ctx context.Context, fn func(StoredBlob) error) error
	Condemned(ctx context.Context) ([]StoredBlob, error)
	PutBack(ctx context.Context, b StoredBlob) error
	Purge(ctx context.Context, b StoredBlob) error
	// CleanTemp removes temporary files whose writer is gone.
	CleanTemp(grace time.Duration) (int, error)
	Temporary(ctx context.Context) (n int, bytes int64, err error)
}

// TidyVolume is a volume that has more to clear away than files in a folder, at some cost.
type TidyVolume interface {
	Tidy(ctx context.Context, grace time.Duration) (removed int, err error)
}
