package core

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

// UploadLimits is what an administrator allows.
type UploadLimits struct {
	QuotaBytes   int64 `json:"quotaBytes" minimum:"0" doc:"that one user may store, datasets and unfinished uploads together; 0 = without limit"`
	KeepHours    int   `json:"keepHours" minimum:"1" maximum:"8760" doc:"how long an unfinished upload is kept after its last byte"`
	ReserveBytes int64 `json:"reserveBytes" minimum:"0" doc:"that must stay free on the data volume"`
}

const uploadLimitsKey = "uploads"

// DefaultUploadLimits holds until an administrator sets others.
func DefaultUploadLimits() UploadLimits {
	return UploadLimits{KeepHours: 7 * 24, ReserveBytes: 1_000_000_000}
}

// Uploads is the service of files that arrive over many requests.
type Uploads struct {
	stores   Stores
	partials Partials
	maxSize  int64
	now      func() time.Time
}

// NewUploads builds the service; maxSize bounds one file.
func NewUploads(stores Stores, partials Partials, maxSize int64, clock func() time.Time) *Uploads {
	if clock == nil {
		clock = stores.Now
	}
	return &Uploads{stores: stores, partials: partials, maxSize: maxSize, now: clock}
}

// MaxSize bounds one file.
func (s *Uploads) MaxSize() int64 { return s.maxSize }

// NewUpload is what a client says of a file before it sends it.
type NewUpload struct {
	FileName, SHA256, Fingerprint string
	Size                          int64
}

// Create begins an upload, if there is room for all of it.
func (s *Uploads) Create(ctx context.Context, caller Caller, n NewUpload) (*Upload, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if n.Size < 1 {
		return nil, Errorf(CodeBadFile, "%s is empty.", n.FileName)
	}
	if n.SHA256 != "" && !isHex(n.SHA256, 64) {
		return nil, Errorf(CodeInvalid, "A SHA-256 has 64 hexadecimal digits.").WithFields(Field{Field: "sha256", Value: n.SHA256, Message: "not a SHA-256"})
	}
	if len(n.Fingerprint) > 128 {
		return nil, Errorf(CodeInvalid, "The fingerprint may have at most 128 characters.")
	}
	if err := s.RoomFor(ctx, caller, n.Size); err != nil {
		return nil, err
	}
	limits, err := s.Limits(ctx)
	if err != nil {
		return nil, err
	}
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	now := s.now().UTC()
	u := &Upload{ID: hex.EncodeToString(b), UserID: caller.UserID, FileName: n.FileName, Size: n.Size, SHA256: n.SHA256,
		Fingerprint: n.Fingerprint, CreatedAt: now, ExpiresAt: now.Add(limits.keep())}
	if err := s.partials.NewPartial(ctx, u.ID); err != nil {
		return nil, err
	}
	if err := s.stores.Uploads().Create(ctx, u); err != nil {
		s.discard(ctx, u.ID)
		return nil, fmt.Errorf("create upload: %w", err)
	}
	return u, nil
}

// Get tells how far an upload is. ErrNotFound also when it is somebody else's.
func (s *Uploads) Get(ctx context.Context, caller Caller, id string) (*Upload, error) {
	u, err := s.own(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	return u, s.addOffset(ctx, u)
}

// Settle is Get for a client that wants to go on: whoever still sends is asked to stop, so that the offset stays.
func (s *Uploads) Settle(ctx context.Context, caller Caller, id string) (*Upload, error) {
	u, err := s.own(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if u.DatasetID != 0 {
		u.Offset = u.Size
		return u, nil
	}
	p, err := s.partials.OpenPartial(ctx, id)
	if err != nil {
		return nil, err
	}
	defer p.Close()
	u.Offset = p.Size()
	return u, nil
}

// List gives the caller's unfinished uploads, oldest first.
func (s *Uploads) List(ctx context.Context, caller Caller) ([]Upload, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	list, err := s.stores.Uploads().List(ctx, caller.UserID)
	if err != nil {
		return nil, fmt.Errorf("list uploads: %w", err)
	}
	out := make([]Upload, 0, len(list))
	for _, u := range list {
		if err := s.addOffset(ctx, &u); errors.Is(err, ErrNotFound) {
			continue // its file is gone; it can only expire
		} else if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}

// Describe keeps what a person has filled in, so that a reload does not lose it.
func (s *Uploads) Describe(ctx context.Context, caller Caller, id string, meta json.RawMessage) (*Upload, error) {
	u, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if len(meta) > 64<<10 {
		return nil, Errorf(CodeTooLarge, "The description of an upload may have at most 64 KiB.")
	}
	if err := s.stores.Uploads().SetMeta(ctx, id, meta); err != nil {
		return nil, fmt.Errorf("describe upload: %w", err)
	}
	u.Meta = meta
	return u, nil
}

// Remove ends an upload and deletes its bytes. A dataset that was made of it stays.
func (s *Uploads) Remove(ctx context.Context, caller Caller, id string) error {
	if _, err := s.own(ctx, caller, id); err != nil {
		return err
	}
	return s.remove(ctx, id)
}

func (s *Uploads) remove(ctx context.Context, id string) error {
	p, err := s.partials.OpenPartial(ctx, id)
	if err == nil {
		err = errors.Join(p.Remove(), p.Close())
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		return err
	}
	if err := s.stores.Uploads().Delete(ctx, id); err != nil && !errors.Is(err, ErrNotFound) {
		return fmt.Errorf("delete upload: %w", err)
	}
	return nil
}

// own loads an upload of the caller's; an administrator may see everybody's.
func (s *Uploads) own(ctx context.Context, caller Caller, id string) (*Upload, error) {
	u, err := s.stores.Uploads().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "upload")
	}
	if caller.UserID == 0 || (u.UserID != caller.UserID && !caller.IsAdmin()) {
		return nil, nounNotFound(ErrNotFound, "upload")
	}
	return u, nil
}

func (s *Uploads) addOffset(ctx context.Context, u *Upload) (err error) {
	if u.DatasetID != 0 {
		u.Offset = u.Size
		return nil
	}
	u.Offset, err = s.partials.PartialSize(ctx, u.ID)
	return err
}

// discard removes bytes that no row names. A failure leaves an orphan, which Clean finds.
func (s *Uploads) discard(ctx context.Context, id string) {
	ctx = context.WithoutCancel(ctx)
	p, err := s.partials.OpenPartial(ctx, id)
	if err == nil {
		err = errors.Join(p.Remove(), p.Close())
	}
	if err != nil && !errors.Is(err, ErrNotFound) {
		slog.WarnContext(ctx, "upload not removed", "upload", id, "cause", err)
	}
}

// Clean deletes what has expired, and bytes without a row. Any process may call it at any time.
func (s *Uploads) Clean(ctx context.Context) error {
	expired, err := s.stores.Uploads().Expired(ctx, s.now().UTC())
	if err != nil {
		return fmt.Errorf("expired uploads: %w", err)
	}
	var errs []error
	for _, u := range expired {
		if err := s.remove(ctx, u.ID); err != nil && !errors.Is(err, ErrConflict) { // somebody is sending
			errs = append(errs, err)
		}
	}
	files, err := s.partials.ListPartials(ctx)
	if err != nil {
		return errors.Join(append(errs, err)...)
	}
	for id, changed := range files {
		if s.now().Sub(changed) < time.Hour {
			continue // its row may be on the way
		}
		if u, err := s.stores.Uploads().ByID(ctx, id); errors.Is(err, ErrNotFound) || err == nil && u.DatasetID != 0 {
			s.discard(ctx, id)
		}
	}
	return errors.Join(errs...)
}

func isHex(s string, digits int) bool {
	raw, err := hex.DecodeString(s)
	return err == nil && len(raw)*2 == digits
}
