package core

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"time"
)

// Admin is what administrators tune and look at: queues, pipelines, workers, and the log of it all. Every change is
// checked, written down with what was there before, and told to all processes.
type Admin struct {
	stores Stores
	runs   *Runs
	events Publisher
	now    func() time.Time
	undo   map[string]func(ctx context.Context, caller Caller, target string, before json.RawMessage) error
}

// NewAdmin builds the service; clock may be nil for that of the database. accounts and uploads have settings of their own, which
// can be taken back, too.
func NewAdmin(stores Stores, runs *Runs, accounts *Accounts, uploads *Uploads, events Publisher, clock func() time.Time) *Admin {
	if clock == nil {
		clock = stores.Now
	}
	a := &Admin{stores: stores, runs: runs, events: events, now: clock}
	a.undo = map[string]func(context.Context, Caller, string, json.RawMessage) error{
		ChangeQueue: a.undoQueue, ChangePipeline: a.undoPipeline,
		ChangeGrid: undoer(func(ctx context.Context, caller Caller, target string, was []WindowBin) error {
			_, err := a.SetGrid(ctx, caller, Pipeline(target), was)
			return err
		}),
		ChangeWorkers: undoer(func(ctx context.Context, caller Caller, _ string, was WorkerSettings) error {
			_, err := a.SetWorkers(ctx, caller, was)
			return err
		}),
		ChangeRegistration: undoer(func(ctx context.Context, caller Caller, _ string, was Registration) error {
			_, err := accounts.SetRegistration(ctx, caller, was)
			return err
		}),
		ChangeLimits: undoer(func(ctx context.Context, caller Caller, _ string, was UploadLimits) error {
			_, err := uploads.SetLimits(ctx, caller, was)
			return err
		}),
	}
	return a
}

// PatchQueue changes a queue; admins only. CodeInvalid with a field per complaint, ErrConflict when Version is not that
// of the queue any more.
func (a *Admin) PatchQueue(ctx context.Context, caller Caller, name string, p QueuePatch) (*QueueSettings, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	var after QueueSettings
	err := a.stores.InTx(ctx, func(tx Stores) error {
		queues, err := tx.Tuning().Queues(ctx)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(queues, func(q QueueSettings) bool { return q.Name == name })
		if at < 0 {
			return nounNotFound(ErrNotFound, "queue")
		}
		before := queues[at]
		after = before
		if p.Mode != nil && *p.Mode != before.Mode {
			after.Mode, after.Since = *p.Mode, a.now().UTC().Truncate(time.Microsecond)
		}
		set(&after.Concurrency, p.Concurrency)
		set(&after.Weight, p.Weight)
		set(&after.Memory, p.Memory)
		if p.Version != nil && *p.Version != before.Version {
			return errChangedMeanwhile
		}
		if after == before {
			return nil
		}
		pipelines, err := tx.Settings().Pipelines(ctx)
		if err != nil {
			return err
		}
		if err := after.check(pipelines); err != nil {
			return err
		}
		ok, err := tx.Tuning().SetQueue(ctx, &after)
		if err != nil {
			return err
		}
		if !ok {
			return errChangedMeanwhile
		}
		return note(ctx, tx, caller, ChangeQueue, name, before, after)
	})
	if err != nil {
		return nil, err
	}
	a.changed(ctx, caller, ChangeQueue, name)
	return &after, nil
}

var errChangedMeanwhile = Errorf(CodeConflict, "Somebody else has changed this meanwhile. Read it again, and then change it.")

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// Pipelines lists the settings of all, each with its grid; admins only.
func (a *Admin) Pipelines(ctx context.Context, caller Caller) ([]PipelineSettings, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	list, err := a.stores.Settings().Pipelines(ctx)
	if err != nil {
		return nil, err
	}
	for i := range list {
		list[i].Grid = []WindowBin{}
		if slices.Contains(GridPipelines, list[i].Pipeline) {
			if list[i].Grid, err = a.stores.Settings().Grid(ctx, list[i].Pipeline); err != nil {
				return nil, err
			}
			list[i].HasGrid = true
		}
	}
	return list, nil
}

// PatchPipeline changes a pipeline; admins only, errors as of PatchQueue. Runs that wait in the queue it is taken from
// move with it, but for those that somebody waits for.
func (a *Admin) PatchPipeline(ctx context.Context, caller Caller, name Pipeline, p PipelinePatch) (*PipelineSettings, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	var after PipelineSettings
	var moved []Run
	err := a.stores.InTx(ctx, func(tx Stores) error {
		before, err := tx.Settings().Pipeline(ctx, name)
		if err != nil {
			return nounNotFound(err, "pipeline")
		}
		after = *before
		set(&after.Queue, p.Queue)
		set(&after.Priority, p.Priority)
		set(&after.TimeoutS, p.TimeoutS)
		set(&after.MaxAttempts, p.MaxAttempts)
		set(&after.Memory, p.Memory)
		set(&after.Enabled, p.Enabled)
		after.Timeout = time.Duration(min(max(after.TimeoutS, 0), int64(maxTimeout/time.Second)+1)) * time.Second
		if p.Version != nil && *p.Version != before.Version {
			return errChangedMeanwhile
		}
		queues, err := tx.Tuning().Queues(ctx)
		if err != nil {
			return err
		}
		if err := after.check(queues); err != nil {
			return err
		}
		if ok, err := tx.Tuning().SetPipeline(ctx, &after); err != nil {
			return err
		} else if !ok {
			return errChangedMeanwhile
		}
		if after.Queue != before.Queue {
			if moved, err = tx.Runs().Move(ctx, name, before.Queue, after.Queue); err != nil {
				return err
			}
		}
		return note(ctx, tx, caller, ChangePipeline, string(name), before, after)
	})
	if err != nil {
		return nil, err
	}
	for _, r := range moved {
		a.runs.publishRun(ctx, r)
		a.runs.enqueue(ctx, r)
	}
	a.changed(ctx, caller, ChangePipeline, string(name))
	return &after, nil
}

// SetGrid replaces the windows and bins that a pipeline makes when nothing else is asked for; admins only.
func (a *Admin) SetGrid(ctx context.Context, caller Caller, p Pipeline, pairs []WindowBin) ([]WindowBin, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	if !slices.Contains(GridPipelines, p) {
		return nil, nounNotFound(ErrNotFound, "grid")
	}
	if err := checkGrid(p, pairs); err != nil {
		return nil, err
	}
	after := canonical(pairs)
	err := a.stores.InTx(ctx, func(tx Stores) error {
		before, err := tx.Settings().Grid(ctx, p)
		if err != nil || slices.Equal(before, after) {
			return err
		}
		if err := tx.Tuning().SetGrid(ctx, p, after); err != nil {
			return err
		}
		return note(ctx, tx, caller, ChangeGrid, string(p), before, after)
	})
	if err == nil {
		a.changed(ctx, caller, ChangeGrid, string(p))
	}
	return after, err
}

const workersKey = "workers"

func workerSettings(ctx context.Context, stores Stores) (w WorkerSettings, err error) {
	raw, err := stores.Settings().Get(ctx, workersKey)
	if errors.Is(err, ErrNotFound) {
		return w, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &w)
	}
	return w, err
}

// SetWorkers changes what all workers have in common; admins only.
func (a *Admin) SetWorkers(ctx context.Context, caller Caller, w WorkerSettings) (*WorkerSettings, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	if w.Slots < 0 || w.Slots > 256 {
		var c complaints
		c.add("slots", w.Slots, "A worker can have 1 to 256 runs at once; 0 is as many as the queues allow.")
		return nil, c.err()
	}
	err := a.stores.InTx(ctx, func(tx Stores) error {
		before, err := workerSettings(ctx, tx)
		if err != nil || before == w {
			return err
		}
		raw, err := json.Marshal(w)
		if err != nil {
			return err
		}
		if err := tx.Settings().Set(ctx, workersKey, raw); err != nil {
			return err
		}
		return note(ctx, tx, caller, ChangeWorkers, workersKey, before, w)
	})
	if err != nil {
		return nil, err
	}
	a.changed(ctx, caller, ChangeWorkers, workersKey)
	return &w, nil
}

func (a *Admin) changed(ctx context.Context, caller Caller, kind, target string) {
	slog.InfoContext(ctx, "setting changed", "by", caller.UserID, "kind", kind, "target", target)
	a.events.Publish(ctx, Event{UserID: SystemUser, Topic: TopicTuning, Data: map[string]string{"kind": kind, "target": target}})
}
