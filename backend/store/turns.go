package store

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

type turns struct{ *Store }

type waitingRow struct {
	UserID      int64  `bun:"user_id"`
	Pipeline    string `bun:"pipeline"`
	Interactive bool   `bun:"interactive"`
	Priority    int    `bun:"priority"`
	Enabled     bool   `bun:"enabled"`
	Oldest      int64  `bun:"oldest"`
}

type turnRow struct {
	UserID int64      `bun:"user_id"`
	N      int        `bun:"n"`
	Served *time.Time `bun:"served"`
}

// asked bounds by the time when the run was asked for.
func asked(before time.Time) (string, []any) {
	if before.IsZero() {
		return ``, nil
	}
	return ` AND r.created_at < ?`, []any{stamp(before)}
}

func (s turns) Waiting(ctx context.Context, queue string, before time.Time) ([]core.Waiting, error) {
	tail, args := asked(before)
	rows, err := all[waitingRow](ctx, s.Store, `SELECT r.user_id, r.pipeline, r.interactive, COALESCE(p.priority, 5) AS priority, COALESCE(p.enabled, 1) AS enabled, MIN(r.id) AS oldest
		FROM runs r LEFT JOIN pipelines p ON p.pipeline = r.pipeline WHERE r.queue = ? AND r.state IN (?)`+tail+`
		GROUP BY r.user_id, r.pipeline, r.interactive, p.priority, p.enabled`, append([]any{queue, states(core.RunQueued)}, args...)...)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	users := map[int64]*turnRow{}
	var ids []int64
	for _, r := range rows {
		if users[r.UserID] == nil {
			users[r.UserID] = &turnRow{}
			ids = append(ids, r.UserID)
		}
	}
	if len(ids) > 1 { // whose turn it is between users
		busy, err := all[turnRow](ctx, s.Store, `SELECT user_id, COUNT(*) AS n FROM runs WHERE queue = ? AND state IN (?) AND user_id IN (?) GROUP BY user_id`,
			queue, states(core.RunRunning, core.RunCancelling), bun.List(ids))
		if err != nil {
			return nil, err
		}
		for _, b := range busy {
			users[b.UserID].N = b.N
		}
		last, err := all[turnRow](ctx, s.Store, `SELECT user_id, MAX(started_at) AS served FROM runs WHERE queue = ? AND user_id IN (?) GROUP BY user_id`,
			queue, bun.List(ids))
		if err != nil {
			return nil, err
		}
		for _, l := range last {
			users[l.UserID].Served = l.Served
		}
	}
	out := make([]core.Waiting, len(rows))
	for i, r := range rows {
		u := users[r.UserID]
		out[i] = core.Waiting{UserID: r.UserID, Pipeline: core.Pipeline(r.Pipeline), Priority: r.Priority, Interactive: r.Interactive,
			Enabled: r.Enabled, Oldest: r.Oldest, AtWork: u.N, Served: stampPtr(u.Served)}
	}
	return out, nil
}

func (s turns) NextOf(ctx context.Context, queue string, w core.Waiting, before time.Time) (*core.Run, error) {
	tail, args := asked(before)
	return runs{s.Store}.first(ctx, `WHERE r.queue = ? AND r.state IN (?) AND r.user_id = ? AND r.pipeline = ? AND r.interactive = ?`+tail+`
		ORDER BY r.queued_at, r.id LIMIT 1`, append([]any{queue, states(core.RunQueued), w.UserID, string(w.Pipeline), w.Interactive}, args...)...)
}

type timesRow struct {
	Queue    string     `bun:"queue"`
	Pipeline string     `bun:"pipeline"`
	State    string     `bun:"state"`
	Queued   time.Time  `bun:"queued_at"`
	Started  *time.Time `bun:"started_at"`
	Finished *time.Time `bun:"finished_at"`
}

func (s turns) Times(ctx context.Context, since time.Time) ([]core.RunTimes, error) {
	const columns = `SELECT queue, pipeline, state, queued_at, started_at, finished_at FROM runs `
	active, err := all[timesRow](ctx, s.Store, columns+`WHERE state IN (?)`, states(core.RunQueued, core.RunRunning, core.RunCancelling))
	if err != nil {
		return nil, err
	}
	ended, err := all[timesRow](ctx, s.Store, columns+`WHERE finished_at >= ?`, stamp(since))
	rows := append(active, ended...)
	out := make([]core.RunTimes, len(rows))
	for i, r := range rows {
		out[i] = core.RunTimes{Queue: r.Queue, Pipeline: core.Pipeline(r.Pipeline), State: core.RunState(r.State), Queued: stamp(r.Queued),
			Started: stampPtr(r.Started), Finished: stampPtr(r.Finished)}
	}
	return out, err
}
