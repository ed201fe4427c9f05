package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"
)

const (
	// TrashDays is how long a deleted dataset can be brought back.
	TrashDays = 30
	// GarbageGrace is how long a blob that nothing refers to stays in its place, and then again among the condemned. It must
	// cover the longest time between storing bytes and writing the row that refers to them: for the results of a run, the
	// whole run.
	GarbageGrace = 24 * time.Hour
	// leaseOfGarbage is the name under which one instance at a time collects.
	leaseOfGarbage = "garbage"
	garbageLease   = 30 * time.Minute
	// garbageBatch is how many names one question to the database has.
	garbageBatch = 500
)

// GarbageStore is what the database knows of the data volume.
type GarbageStore interface {
	// Referenced tells which of the blobs any row refers to, rows in the trash included.
	Referenced(ctx context.Context, shas []string) (map[string]bool, error)
	// Usage gives the bytes of each user's datasets, of the results of their region sets, and of what they have in the trash.
	Usage(ctx context.Context) ([]UserUsage, error)
	// LongestTimeout is the longest that any pipeline may take, and whether any run is at work.
	LongestTimeout(ctx context.Context) (d time.Duration, running bool, err error)
}

// LeaseStore lets one instance do what all could.
type LeaseStore interface {
	// Take gets or renews the lease; false while another holder has it.
	Take(ctx context.Context, name, holder string, now, until time.Time) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// UserUsage is what the data of one user take up, in bytes.
type UserUsage struct {
	UserID   int64  `json:"userId"`
	Username string `json:"username"`
	Datasets int    `json:"datasets"`
	Bytes    int64  `json:"bytes" doc:"of uploaded and derived files"`
	Results  int64  `json:"results" doc:"bytes of the results of their region sets"`
	Trash    int64  `json:"trash" doc:"bytes of files in the trash"`
}

// StorageReport says what the data volume is full of.
type StorageReport struct {
	Blobs          int         `json:"blobs"`
	Bytes          int64       `json:"bytes"`
	Orphans        int         `json:"orphans" doc:"blobs that nothing refers to"`
	OrphanBytes    int64       `json:"orphanBytes"`
	Condemned      int         `json:"condemned" doc:"blobs that are deleted once their time of grace has passed"`
	CondemnedBytes int64       `json:"condemnedBytes"`
	Temporary      int         `json:"temporary" doc:"files being written, or left behind"`
	TemporaryBytes int64       `json:"temporaryBytes"`
	Users          []UserUsage `json:"users" doc:"equal files of several users are stored once and count for each"`
}

// GarbageReport says what one collection did.
type GarbageReport struct {
	Expired     int   `json:"expired" doc:"datasets whose time in the trash was over"`
	Condemned   int   `json:"condemned" doc:"blobs that nothing refers to, put aside"`
	PutBack     int   `json:"putBack" doc:"blobs that something refers to again"`
	Purged      int   `json:"purged" doc:"blobs deleted for good"`
	PurgedBytes int64 `json:"purgedBytes"`
	Temporary   int   `json:"temporary" doc:"abandoned temporary files deleted"`
	Annotations int   `json:"annotations" doc:"gene annotations whose loading broke off, cleared away"`
	Tables      int   `json:"tables" doc:"tables of metadata that were never joined, cleared away"`
	Notices     int   `json:"notices" doc:"old notifications deleted"`
}

// Garbage clears away what nobody needs any more.
type Garbage struct {
	stores Stores
	blobs  BlobVolume
	trash  *Trash
	holder string
	now    func() time.Time
}

// NewGarbage builds the service; holder names this instance, clock may be nil for that of the database.
func NewGarbage(stores Stores, blobs BlobVolume, trash *Trash, holder string, clock func() time.Time) *Garbage {
	if clock == nil {
		clock = stores.Now
	}
	return &Garbage{stores: stores, blobs: blobs, trash: trash, holder: holder, now: clock}
}

// ErrBusy: another instance is collecting.
var ErrBusy = &Error{Code: CodeConflict, Message: "Another instance is cleaning up at this moment."}

// Collect clears away, in this order: what was in the trash for too long, old notifications and half-loaded annotations,
// abandoned temporary files, and blobs that nothing refers to. A blob is deleted in two steps, each after grace: see
// package blob. grace is prolonged to what the longest pipeline may take while a run is at work, because the run's arrays
// are stored before its results. ErrBusy while another instance collects. A step that fails leaves the rest for the next
// time; nothing is ever taken for unused because the database did not answer.
func (g *Garbage) Collect(ctx context.Context, grace time.Duration) (r GarbageReport, err error) {
	ok, err := g.renew(ctx)
	if err != nil {
		return r, fmt.Errorf("collect garbage: %w", err)
	}
	if !ok {
		return r, ErrBusy
	}
	defer func() {
		if err := g.stores.Leases().Release(context.WithoutCancel(ctx), leaseOfGarbage, g.holder); err != nil {
			slog.WarnContext(ctx, "lease not released, it runs out by itself", "cause", err)
		}
	}()
	longest, running, err := g.stores.Garbage().LongestTimeout(ctx)
	if err != nil {
		return r, fmt.Errorf("collect garbage: %w", err)
	}
	if running {
		grace = max(grace, longest+time.Hour)
	}
	now := g.now()
	var failures []error
	fail := func(what string, err error) {
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", what, err))
		}
	}
	r.Expired, err = g.trash.expire(ctx, now.AddDate(0, 0, -TrashDays))
	fail("trash", err)
	r.Notices, err = g.stores.Notifications().DeleteOld(ctx, now.Add(-keepRead), now.Add(-keepUnread))
	fail("notifications", err)
	r.Annotations, err = g.stores.Genes().DeleteUnfinished(ctx, now.Add(-annotationGrace))
	fail("annotations", err)
	r.Tables, err = g.stores.Metadata().DeleteDrafts(ctx, now.Add(-draftGrace))
	fail("metadata", err)
	r.Temporary, err = g.blobs.CleanTemp(min(grace, time.Hour))
	fail("temporary files", err)
	if t, ok := g.blobs.(TidyVolume); ok {
		n, err := t.Tidy(ctx, min(grace, time.Hour))
		r.Temporary += n
		fail("the storage", err)
	}
	fail("condemned files", g.settle(ctx, now.Add(-grace), &r))
	fail("files", g.condemn(ctx, now.Add(-grace), &r))
	return r, errors.Join(failures...)
}

func (g *Garbage) renew(ctx context.Context) (bool, error) {
	now := g.now()
	return g.stores.Leases().Take(ctx, leaseOfGarbage, g.holder, now, now.Add(garbageLease))
}

// settle deletes the blobs that were condemned before cutoff and puts back those that something refers to, however long
// ago they were condemned.
func (g *Garbage) settle(ctx context.Context, cutoff time.Time, r *GarbageReport) error {
	list, err := g.blobs.Condemned(ctx)
	if err != nil {
		return err
	}
	return g.each(ctx, list, func(b StoredBlob, used bool) error {
		switch {
		case used:
			r.PutBack++
			return g.blobs.PutBack(ctx, b)
		case b.Since.Before(cutoff):
			r.Purged++
			r.PurgedBytes += b.Size
			return g.blobs.Purge(ctx, b)
		}
		return nil
	})
}

// condemn puts aside the blobs that were stored before cutoff and that nothing refers to.
func (g *Garbage) condemn(ctx context.Context, cutoff time.Time, r *GarbageReport) error {
	var old []StoredBlob
	flush := func() error {
		err := g.each(ctx, old, func(b StoredBlob, used bool) error {
			if used {
				return nil
			}
			r.Condemned++
			return g.blobs.Condemn(ctx, b.SHA256)
		})
		old = old[:0]
		return err
	}
	err := g.blobs.Stored(ctx, func(b StoredBlob) error {
		if !b.Since.Before(cutoff) {
			return nil
		}
		if old = append(old, b); len(old) < garbageBatch {
			return nil
		}
		return flush()
	})
	return errors.Join(err, flush())
}

// each tells fn of every blob whether something refers to it, asking in batches. It stops when the lease is lost.
func (g *Garbage) each(ctx context.Context, list []StoredBlob, fn func(b StoredBlob, used bool) error) error {
	for len(list) > 0 {
		n := min(garbageBatch, len(list))
		shas := make([]string, n)
		for i, b := range list[:n] {
			shas[i] = b.SHA256
		}
		used, err := g.stores.Garbage().Referenced(ctx, shas)
		if err != nil {
			return err
		}
		for _, b := range list[:n] {
			if err := fn(b, used[b.SHA256]); err != nil {
				return err
			}
		}
		list = list[n:]
		if ok, err := g.renew(ctx); err != nil || !ok {
			return errors.Join(err, ErrBusy)
		}
	}
	return nil
}

// Report says what the data volume is full of.
func (g *Garbage) Report(ctx context.Context) (*StorageReport, error) {
	r := &StorageReport{}
	var err error
	if r.Users, err = g.stores.Garbage().Usage(ctx); err != nil {
		return nil, fmt.Errorf("storage report: %w", err)
	}
	count := func(batch []StoredBlob) error {
		shas := make([]string, len(batch))
		for i, b := range batch {
			shas[i] = b.SHA256
			r.Blobs, r.Bytes = r.Blobs+1, r.Bytes+b.Size
		}
		used, err := g.stores.Garbage().Referenced(ctx, shas)
		for _, b := range batch {
			if !used[b.SHA256] {
				r.Orphans, r.OrphanBytes = r.Orphans+1, r.OrphanBytes+b.Size
			}
		}
		return err
	}
	var batch []StoredBlob
	err = g.blobs.Stored(ctx, func(b StoredBlob) (err error) {
		if batch = append(batch, b); len(batch) == garbageBatch {
			err = count(batch)
			batch = batch[:0]
		}
		return err
	})
	if err == nil && len(batch) > 0 {
		err = count(batch)
	}
	if err != nil {
		return nil, fmt.Errorf("storage report: %w", err)
	}
	condemned, err := g.blobs.Condemned(ctx)
	if err != nil {
		return nil, fmt.Errorf("storage report: %w", err)
	}
	for _, b := range condemned {
		r.Condemned, r.CondemnedBytes = r.Condemned+1, r.CondemnedBytes+b.Size
	}
	if r.Temporary, r.TemporaryBytes, err = g.blobs.Temporary(ctx); err != nil {
		return nil, fmt.Errorf("storage report: %w", err)
	}
	return r, nil
}
