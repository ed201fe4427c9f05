package core

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// TrashItem is a dataset or collection that was deleted and can be brought back.
type TrashItem struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	Kind        Kind      `json:"kind" enum:"regions,signal,contacts,collection"`
	AssemblyID  int64     `json:"assemblyId"`
	OwnerID     int64     `json:"ownerId"`
	OwnerName   string    `json:"ownerName"`
	Size        int64     `json:"size"`
	DeletedAt   time.Time `json:"deletedAt"`
	DeletedBy   string    `json:"deletedBy" doc:"who put it there"`
	ExpiresAt   time.Time `json:"expiresAt" doc:"when it is deleted for good"`
	Collections []string  `json:"collections" doc:"that it goes back to when it is restored"`
}

// Trashed is a row in the trash.
type Trashed struct {
	Dataset
	DeletedAt     time.Time
	DeletedBy     int64
	DeletedByName string
}

// Membership is where a dataset stood in a collection.
type Membership struct {
	CollectionID   int64
	CollectionName string
	Position       int
}

// TrashStore keeps what was deleted. All other stores know nothing of these rows, but for what refers to them by id.
type TrashStore interface {
	// Put moves a dataset to the trash; ErrNotFound when it is not there or in the trash already.
	Put(ctx context.Context, id, by int64, at time.Time) error
	// Restore is the way back; ErrNotFound when it is not in the trash.
	Restore(ctx context.Context, id int64) error
	ByID(ctx context.Context, id int64) (*Trashed, error)
	// List gives what userID owns or has deleted, newest first; everybody's when userID is 0.
	List(ctx context.Context, userID int64) ([]Trashed, error)
	Expired(ctx context.Context, before time.Time, limit int) ([]Trashed, error)
	// Leave notes the memberships of a dataset and ends them; Memberships gives them. Call Leave inside InTx.
	Leave(ctx context.Context, id int64) error
	Memberships(ctx context.Context, id int64) ([]Membership, error)
}

// Trash is the service of what was deleted. Its rights are those of deleting: who owns a thing may bring it back.
type Trash struct {
	stores   Stores
	datasets *Datasets
	now      func() time.Time
}

// NewTrash builds the service beside that of datasets; clock may be nil for that of the database.
func NewTrash(datasets *Datasets, clock func() time.Time) *Trash {
	if clock == nil {
		clock = datasets.stores.Now
	}
	return &Trash{stores: datasets.stores, datasets: datasets, now: clock}
}

// List gives what the caller owned or deleted, newest first; everybody's when all is asked for by an admin.
func (s *Trash) List(ctx context.Context, caller Caller, all bool) ([]TrashItem, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	user := caller.UserID
	if all {
		if !caller.IsAdmin() {
			return nil, Errorf(CodeForbidden, "Only an administrator sees what other people deleted.")
		}
		user = 0
	}
	rows, err := s.stores.Trash().List(ctx, user)
	if err != nil {
		return nil, fmt.Errorf("list trash: %w", err)
	}
	out := []TrashItem{}
	for i := range rows {
		item, err := s.item(ctx, caller, &rows[i])
		if errors.Is(err, ErrNotFound) {
			continue // the right to it was taken back since
		}
		if err != nil {
			return nil, err
		}
		out = append(out, *item)
	}
	return out, nil
}

func (s *Trash) item(ctx context.Context, caller Caller, t *Trashed) (*TrashItem, error) {
	level, err := Access(ctx, s.stores, caller, t.Thing())
	if err != nil {
		return nil, err
	}
	if !level.Covers(LevelOwn) {
		return nil, nounNotFound(ErrNotFound, "dataset in the trash")
	}
	item := &TrashItem{ID: t.ID, Name: t.Name, Kind: t.Kind, AssemblyID: t.AssemblyID, OwnerID: t.OwnerID, OwnerName: t.OwnerName, Size: t.Size,
		DeletedAt: t.DeletedAt, DeletedBy: t.DeletedByName, ExpiresAt: t.DeletedAt.AddDate(0, 0, TrashDays), Collections: []string{}}
	memberships, err := s.stores.Trash().Memberships(ctx, t.ID)
	if err != nil {
		return nil, fmt.Errorf("collections of dataset %d in the trash: %w", t.ID, err)
	}
	for _, m := range memberships {
		item.Collections = append(item.Collections, m.CollectionName)
	}
	return item, nil
}

// Get gives one thing in the trash. ErrNotFound also when the caller did not own it.
func (s *Trash) Get(ctx context.Context, caller Caller, id int64) (*TrashItem, error) {
	t, err := s.stores.Trash().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "dataset in the trash")
	}
	return s.item(ctx, caller, t)
}

// Delete removes a thing from the trash for good.
func (s *Trash) Delete(ctx context.Context, caller Caller, id int64) error {
	if _, err := s.Get(ctx, caller, id); err != nil {
		return err
	}
	return s.purge(ctx, id)
}

// Empty removes everything that List gives the caller, and tells how much.
func (s *Trash) Empty(ctx context.Context, caller Caller) (int, error) {
	items, err := s.List(ctx, caller, false)
	if err != nil {
		return 0, err
	}
	for n, item := range items {
		if err := s.purge(ctx, item.ID); err != nil && !errors.Is(err, ErrNotFound) {
			return n, err
		}
	}
	return len(items), nil
}

// expire removes what was deleted before.
func (s *Trash) expire(ctx context.Context, before time.Time) (n int, err error) {
	for {
		rows, err := s.stores.Trash().Expired(ctx, before, 100)
		if err != nil || len(rows) == 0 {
			return n, err
		}
		for _, t := range rows {
			if err := s.purge(ctx, t.ID); err != nil && !errors.Is(err, ErrNotFound) {
				return n, err
			}
			n++
		}
	}
}

// purge removes the row with its results and runs, and condemns the files that nothing else refers to.
func (s *Trash) purge(ctx context.Context, id int64) error {
	t, err := s.stores.Trash().ByID(ctx, id)
	if err != nil {
		return nounNotFound(err, "dataset in the trash")
	}
	results, err := s.datasets.resultsOf(ctx, id)
	if err != nil {
		return err
	}
	tables, err := s.stores.Metadata().Files(ctx, id)
	if err != nil {
		return err
	}
	if err := s.stores.Datasets().Delete(ctx, id); err != nil {
		return nounNotFound(err, "dataset in the trash")
	}
	for _, sha := range tables {
		s.datasets.dropBlob(ctx, sha)
	}
	if t.Kind != KindCollection { // whose hash names no file
		s.datasets.dropBlob(ctx, t.SHA256)
	}
	s.datasets.dropArrays(ctx, results)
	return nil
}
