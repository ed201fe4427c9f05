package core

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

func undoer[T any](set func(context.Context, Caller, string, T) error) func(context.Context, Caller, string, json.RawMessage) error {
	return func(ctx context.Context, caller Caller, target string, before json.RawMessage) error {
		var was T
		if err := json.Unmarshal(before, &was); err != nil {
			return fmt.Errorf("what was there before: %w", err)
		}
		return set(ctx, caller, target, was)
	}
}

// Changes lists what administrators did, newest first; admins only.
func (a *Admin) Changes(ctx context.Context, caller Caller, f ChangeFilter) ([]Change, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	f.User, f.Target = strings.TrimSpace(f.User), strings.TrimSpace(f.Target)
	return a.stores.Changes().List(ctx, f)
}

type undoKey struct{}

// Undo sets a setting to what it was before a change, which is a change again; admins only. ErrConflict when it was
// changed since.
func (a *Admin) Undo(ctx context.Context, caller Caller, id int64) error {
	if err := caller.admin(); err != nil {
		return err
	}
	c, err := a.stores.Changes().ByID(ctx, id)
	if err != nil {
		return nounNotFound(err, "change")
	}
	undo := a.undo[c.Kind]
	if undo == nil {
		return Errorf(CodeState, "Only changes of settings can be taken back.")
	}
	if !c.Undoable {
		return Errorf(CodeConflict, "This was changed again since. Take back the newest change of it.")
	}
	return undo(context.WithValue(ctx, undoKey{}, c.ID), caller, c.Target, c.Before)
}

func (a *Admin) undoQueue(ctx context.Context, caller Caller, target string, before json.RawMessage) error {
	return undoer(func(ctx context.Context, caller Caller, name string, was QueueSettings) error {
		_, err := a.PatchQueue(ctx, caller, name, QueuePatch{Mode: &was.Mode, Concurrency: &was.Concurrency, Weight: &was.Weight, Memory: &was.Memory})
		return err
	})(ctx, caller, target, before)
}

func (a *Admin) undoPipeline(ctx context.Context, caller Caller, target string, before json.RawMessage) error {
	return undoer(func(ctx context.Context, caller Caller, name string, was PipelineSettings) error {
		_, err := a.PatchPipeline(ctx, caller, Pipeline(name), PipelinePatch{Queue: &was.Queue, Priority: &was.Priority, TimeoutS: &was.TimeoutS,
			MaxAttempts: &was.MaxAttempts, Memory: &was.Memory, Enabled: &was.Enabled})
		return err
	})(ctx, caller, target, before)
}
