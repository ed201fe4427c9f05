package core

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// What a Change is about. Those of UndoKinds can be taken back.
const (
	ChangeQueue        = "queue"
	ChangePipeline     = "pipeline"
	ChangeGrid         = "grid"
	ChangeWorkers      = "workers"
	ChangeRegistration = "registration"
	ChangeLimits       = "limits"
	ChangeQuota        = "quota"
	ChangeUser         = "user"
	ChangeInvitation   = "invitation"
	ChangeRepository   = "repository"
	ChangeRun          = "run"
)

// UndoKinds are settings: their state of before can be set again.
var UndoKinds = []string{ChangeQueue, ChangePipeline, ChangeGrid, ChangeWorkers, ChangeRegistration, ChangeLimits}

// Change is one thing that an administrator did.
type Change struct {
	ID     int64           `json:"id"`
	At     time.Time       `json:"at"`
	UserID int64           `json:"userId"`
	User   string          `json:"user"`
	Kind   string          `json:"kind" enum:"queue,pipeline,grid,workers,registration,limits,quota,user,invitation,repository,run,storage"`
	Target string          `json:"target" doc:"name of the thing"`
	Before json.RawMessage `json:"before" doc:"null when it was not there"`
	After  json.RawMessage `json:"after" doc:"null when it is gone"`
	UndoOf int64           `json:"undoOf,omitempty"`
	// Undoable: a setting that was not changed since.
	Undoable bool `json:"undoable"`
}

// ChangeFilter narrows a list of changes; zero members do not.
type ChangeFilter struct {
	Kind    string
	User    string // of the name, whole
	Target  string
	AfterID int64
	Limit   int
}

// ChangeStore keeps what administrators did. Nothing is ever changed or deleted.
type ChangeStore interface {
	Add(ctx context.Context, c *Change) error
	ByID(ctx context.Context, id int64) (*Change, error)
	List(ctx context.Context, f ChangeFilter) ([]Change, error) // newest first
}

// note writes a change down, in the transaction that makes it. before and after nil: it was not there, it is gone.
func note(ctx context.Context, tx Stores, caller Caller, kind, target string, before, after any) error {
	c := &Change{UserID: caller.UserID, User: caller.Name, Kind: kind, Target: clip(target)}
	return noteChange(ctx, tx, c, before, after)
}

func noteChange(ctx context.Context, tx Stores, c *Change, before, after any) (err error) {
	c.UndoOf, _ = ctx.Value(undoKey{}).(int64)
	if c.User == "" && c.UserID != 0 {
		if u, err := tx.Users().ByID(ctx, c.UserID); err == nil {
			c.User = u.Username
		}
	}
	if c.Before, err = json.Marshal(before); err != nil {
		return err
	}
	if c.After, err = json.Marshal(after); err != nil {
		return err
	}
	if err := tx.Changes().Add(ctx, c); err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	return nil
}
