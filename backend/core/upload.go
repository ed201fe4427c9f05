package core

import (
	"context"
	"encoding/json"
	"io"
	"time"
)

// Upload is a file that arrives over many requests.
type Upload struct {
	ID          string          `json:"id"`
	UserID      int64           `json:"-"`
	FileName    string          `json:"fileName"`
	Size        int64           `json:"size" doc:"bytes of the whole file"`
	Offset      int64           `json:"offset" doc:"bytes that are safe on the server"`
	SHA256      string          `json:"sha256,omitempty" doc:"what the client says the whole file has"`
	Fingerprint string          `json:"fingerprint,omitempty" doc:"by which the client finds the file again"`
	Meta        json.RawMessage `json:"meta,omitempty" doc:"what was filled in so far; kept as it is"`
	DatasetID   int64           `json:"datasetId,omitempty" doc:"made of it; the bytes are then a dataset's"`
	CreatedAt   time.Time       `json:"createdAt"`
	ExpiresAt   time.Time       `json:"expiresAt" doc:"deleted then, if nothing more is sent"`
}

// UploadStore keeps the rows of uploads, and what users may store.
type UploadStore interface {
	Create(ctx context.Context, u *Upload) error
	ByID(ctx context.Context, id string) (*Upload, error)
	List(ctx context.Context, userID int64) ([]Upload, error) // unfinished ones, oldest first; 0 = everybody's
	SetMeta(ctx context.Context, id string, meta json.RawMessage) error
	Touch(ctx context.Context, id string, expires time.Time) error
	// Finish notes the dataset; false when one was noted before.
	Finish(ctx context.Context, id string, datasetID int64) (bool, error)
	Delete(ctx context.Context, id string) error
	Expired(ctx context.Context, before time.Time) ([]Upload, error)
	// Quota is what an administrator said of one user; ErrNotFound when nothing was said.
	Quota(ctx context.Context, userID int64) (int64, error)
	SetQuota(ctx context.Context, userID int64, bytes *int64) error // nil = what the setting says
	// Usage counts the bytes of datasets and the sizes of unfinished uploads, by user.
	Usage(ctx context.Context) ([]QuotaUse, error)
	UsedBy(ctx context.Context, userID int64) (int64, error)
}

// Partials keeps the bytes of unfinished uploads on the data volume, where every instance of the server finds them.
type Partials interface {
	NewPartial(ctx context.Context, id string) error
	// OpenPartial takes an upload for the caller alone, across all processes. Whoever has it is asked to let go; ErrConflict
	// when they do not within a few seconds.
	OpenPartial(ctx context.Context, id string) (Partial, error)
	PartialSize(ctx context.Context, id string) (int64, error)      // without taking it
	ListPartials(ctx context.Context) (map[string]time.Time, error) // id → last change
	FreeSpace() (bytes int64, err error)
}

// Partial is an upload that nobody else has. Write appends; what was appended counts after Keep only, and Rewind drops
// what was not kept.
type Partial interface {
	io.Writer
	io.ReaderAt
	Size() int64
	SHA256() string // of everything before Size
	Keep() error
	Rewind() error
	// Wanted is closed when somebody else asks for the upload.
	Wanted() <-chan struct{}
	// Commit makes the bytes a blob. The upload stays until Remove, so that a failure afterwards loses nothing.
	Commit(ctx context.Context) (BlobRef, error)
	Remove() error
	Close() error
}
