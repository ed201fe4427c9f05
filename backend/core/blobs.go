package core

import (
	"context"
	"io"
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
	Remove(ctx context.Context, sha256 string) error
}
