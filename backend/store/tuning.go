package store

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"regioscope/backend/core"
)

type tuning struct{ *Store }

type queueRow struct {
	Name        string    `bun:"name"`
	Mode        string    `bun:"mode"`
	Since       time.Time `bun:"mode_since"`
	Concurrency int       `bun:"concurrency"`
	Weight      int       `bun:"weight"`
	Memory      int64     `bun:"memory_bytes"`
	Version     int64     `bun:"version"`
}

func (s tuning) Queues(ctx context.Context) ([]core.QueueSettings, error) {
	rows, err := all[queueRow](ctx, s.Store, `SELECT name, mode, mode_since, concurrency, weight, memory_bytes, version FROM queues`)
	out := make([]core.QueueSettings, len(rows))
	for i, r := range rows {
		out[i] = core.QueueSettings{Name: r.Name, Mode: core.QueueMode(r.Mode), Since: stamp(r.Since), Concurrency: r.Concurrency,
			Weight: r.Weight, Memory: r.Memory, Version: r.Version}
	}
	slices.SortFunc(out, func(a, b core.QueueSettings) int {
		return cmp.Compare(slices.Index(core.Queues, a.Name), slices.Index(core.Queues, b.Name))
	})
	return out, err
}

func (s tuning) SetQueue(ctx context.Context, q *core.QueueSettings) (bool, error) {
	n, err := s.exec(ctx, `UPDATE queues SET mode = ?, mode_since = ?, concurrency = ?, weight = ?, memory_bytes = ?, version = version + 1
		WHERE name = ? AND version = ?`, string(q.Mode), stamp(q.Since), q.Concurrency, q.Weight, q.Memory, q.Name, q.Version)
	if n == 1 {
		q.Version++
	}
	return n == 1, err
}

func (s tuning) SetPipeline(ctx context.Context, p *core.PipelineSettings) (bool, error) {
	n, err := s.exec(ctx, `UPDATE pipelines SET queue = ?, priority = ?, timeout_s = ?, max_attempts = ?, memory_bytes = ?, enabled = ?,
		version = version + 1 WHERE pipeline = ? AND version = ?`,
		p.Queue, p.Priority, int64(p.Timeout/time.Second), p.MaxAttempts, p.Memory, p.Enabled, string(p.Pipeline), p.Version)
	if n == 1 {
		p.Version++
	}
	return n == 1, err
}

func (s tuning) SetGrid(ctx context.Context, p core.Pipeline, pairs []core.WindowBin) error {
	if _, err := s.exec(ctx, `DELETE FROM pipeline_grid WHERE pipeline = ?`, string(p)); err != nil {
		return err
	}
	for _, w := range pairs {
		if _, err := s.exec(ctx, `INSERT INTO pipeline_grid (pipeline, window_bp, bin) VALUES (?, ?, ?)`, string(p), w.Window, w.Bin); err != nil {
			return err
		}
	}
	return nil
}

func (s runs) Move(ctx context.Context, p core.Pipeline, from, to string) ([]core.Run, error) {
	moved, err := s.query(ctx, `WHERE r.state IN (?) AND r.queue = ? AND r.pipeline = ? AND r.interactive = ? ORDER BY r.queued_at, r.id`,
		states(core.RunQueued), from, string(p), false)
	if err != nil || len(moved) == 0 {
		return nil, err
	}
	_, err = s.exec(ctx, `UPDATE runs SET queue = ? WHERE state IN (?) AND queue = ? AND pipeline = ? AND interactive = ?`,
		to, states(core.RunQueued), from, string(p), false)
	for i := range moved {
		moved[i].Queue = to
	}
	return moved, err
}

type changes struct{ *Store }

type changeRow struct {
	ID     int64     `bun:"id"`
	At     time.Time `bun:"changed_at"`
	UserID int64     `bun:"user_id"`
	User   string    `bun:"user_name"`
	Kind   string    `bun:"kind"`
	Target string    `bun:"target"`
	Before string    `bun:"before_json"`
	After  string    `bun:"after_json"`
	UndoOf int64     `bun:"undo_of"`
	Newest bool      `bun:"newest"`
}

const selectChanges = `SELECT c.id, c.changed_at, c.user_id, c.user_name, c.kind, c.target, c.before_json, c.after_json, c.undo_of,
	NOT EXISTS (SELECT 1 FROM changes n WHERE n.kind = c.kind AND n.target = c.target AND n.id > c.id) AS newest FROM changes c `

func (r *changeRow) change() core.Change {
	return core.Change{ID: r.ID, At: stamp(r.At), UserID: r.UserID, User: r.User, Kind: r.Kind, Target: r.Target,
		Before: json.RawMessage(r.Before), After: json.RawMessage(r.After), UndoOf: r.UndoOf,
		Undoable: r.Newest && slices.Contains(core.UndoKinds, r.Kind)}
}

func (s changes) Add(ctx context.Context, c *core.Change) (err error) {
	c.At = s.time()
	c.ID, err = s.insert(ctx, `INSERT INTO changes (changed_at, user_id, user_name, kind, target, before_json, after_json, undo_of)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, c.At, c.UserID, c.User, c.Kind, c.Target, string(c.Before), string(c.After), c.UndoOf)
	return err
}

func (s changes) ByID(ctx context.Context, id int64) (*core.Change, error) {
	row, err := one[changeRow](ctx, s.Store, selectChanges+`WHERE c.id = ?`, id)
	if err != nil {
		return nil, err
	}
	c := row.change()
	return &c, nil
}

func (s changes) List(ctx context.Context, f core.ChangeFilter) ([]core.Change, error) {
	where, args := []string{`1 = 1`}, []any{}
	for _, c := range []struct {
		on   bool
		cond string
		arg  any
	}{{f.Kind != "", `c.kind = ?`, f.Kind}, {f.User != "", `c.user_name = ?`, f.User}, {f.Target != "", `c.target = ?`, f.Target}, {f.AfterID != 0, `c.id < ?`, f.AfterID}} {
		if c.on {
			where, args = append(where, c.cond), append(args, c.arg)
		}
	}
	tail := `WHERE ` + strings.Join(where, ` AND `) + ` ORDER BY c.id DESC`
	if f.Limit > 0 {
		tail, args = tail+` LIMIT ?`, append(args, f.Limit)
	}
	rows, err := all[changeRow](ctx, s.Store, selectChanges+tail, args...)
	out := make([]core.Change, len(rows))
	for i := range rows {
		out[i] = rows[i].change()
	}
	return out, err
}
