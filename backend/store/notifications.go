package store

import (
	"context"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

type notifications struct{ *Store }

type notificationRow struct {
	ID        int64      `bun:"id"`
	UserID    int64      `bun:"user_id"`
	Kind      string     `bun:"kind"`
	Title     string     `bun:"title"`
	Body      string     `bun:"body"`
	Link      string     `bun:"link"`
	Events    int        `bun:"events"`
	CreatedAt time.Time  `bun:"created_at"`
	ReadAt    *time.Time `bun:"read_at"`
}

const selectNotifications = `SELECT id, user_id, kind, title, body, link, events, created_at, read_at FROM notifications `

func (r *notificationRow) notification() core.Notification {
	return core.Notification{ID: r.ID, UserID: r.UserID, Kind: core.NoticeKind(r.Kind), Title: r.Title, Text: r.Body, Link: r.Link,
		Count: r.Events, CreatedAt: stamp(r.CreatedAt), ReadAt: stampPtr(r.ReadAt)}
}

func (s notifications) first(ctx context.Context, tail string, args ...any) (*core.Notification, error) {
	row, err := one[notificationRow](ctx, s.Store, selectNotifications+tail, args...)
	if err != nil {
		return nil, err
	}
	n := row.notification()
	return &n, nil
}

func (s notifications) Create(ctx context.Context, n *core.Notification) error {
	muted, err := s.Muted(ctx, n.UserID)
	if err != nil || slices.Contains(muted, n.Kind) {
		return err
	}
	if n.CreatedAt.IsZero() {
		n.CreatedAt = s.time()
	}
	n.CreatedAt = stamp(n.CreatedAt)
	n.ID, err = s.insert(ctx, `INSERT INTO notifications (user_id, kind, title, body, link, events, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		n.UserID, string(n.Kind), n.Title, n.Text, n.Link, max(n.Count, 1), n.CreatedAt)
	return err
}

func (s notifications) Newest(ctx context.Context, userID int64, kind core.NoticeKind, since time.Time) (*core.Notification, error) {
	return s.first(ctx, `WHERE user_id = ? AND kind = ? AND read_at IS NULL AND created_at >= ? ORDER BY id DESC LIMIT 1`,
		userID, string(kind), stamp(since))
}

func (s notifications) Replace(ctx context.Context, n *core.Notification, count int) (bool, error) {
	matched, err := s.exec(ctx, `UPDATE notifications SET title = ?, body = ?, link = ?, events = ?, created_at = ?
		WHERE id = ? AND read_at IS NULL AND events = ?`, n.Title, n.Text, n.Link, n.Count, stamp(n.CreatedAt), n.ID, count)
	return matched == 1, err
}

func (s notifications) List(ctx context.Context, userID int64, unreadOnly bool, beforeID int64, limit int) ([]core.Notification, error) {
	tail, args := `WHERE user_id = ?`, []any{userID}
	if unreadOnly {
		tail += ` AND read_at IS NULL`
	}
	if beforeID > 0 {
		tail += ` AND id < ?`
		args = append(args, beforeID)
	}
	rows, err := all[notificationRow](ctx, s.Store, selectNotifications+tail+` ORDER BY id DESC LIMIT ?`, append(args, limit)...)
	out := make([]core.Notification, len(rows))
	for i := range rows {
		out[i] = rows[i].notification()
	}
	return out, err
}

func (s notifications) Unread(ctx context.Context, userID int64) (int, error) {
	return s.count(ctx, `SELECT COUNT(*) AS n FROM notifications WHERE user_id = ? AND read_at IS NULL`, userID)
}

func (s notifications) Read(ctx context.Context, userID, id int64, at time.Time) (*core.Notification, error) {
	if _, err := s.exec(ctx, `UPDATE notifications SET read_at = ? WHERE id = ? AND user_id = ? AND read_at IS NULL`, stamp(at), id, userID); err != nil {
		return nil, err
	}
	return s.first(ctx, `WHERE id = ? AND user_id = ?`, id, userID)
}

func (s notifications) ReadUpTo(ctx context.Context, userID, id int64, at time.Time) error {
	_, err := s.exec(ctx, `UPDATE notifications SET read_at = ? WHERE user_id = ? AND id <= ? AND read_at IS NULL`, stamp(at), userID, id)
	return err
}

type muteRow struct {
	Kind string `bun:"kind"`
}

func (s notifications) Muted(ctx context.Context, userID int64) ([]core.NoticeKind, error) {
	rows, err := all[muteRow](ctx, s.Store, `SELECT kind FROM notification_mutes WHERE user_id = ? ORDER BY kind`, userID)
	out := make([]core.NoticeKind, len(rows))
	for i, r := range rows {
		out[i] = core.NoticeKind(r.Kind)
	}
	return out, err
}

func (s notifications) SetMuted(ctx context.Context, userID int64, kinds []core.NoticeKind) error {
	if _, err := s.exec(ctx, `DELETE FROM notification_mutes WHERE user_id = ?`, userID); err != nil {
		return err
	}
	for _, k := range kinds {
		if _, err := s.exec(ctx, `INSERT INTO notification_mutes (user_id, kind) VALUES (?, ?)`, userID, string(k)); err != nil {
			return err
		}
	}
	return nil
}

func (s notifications) DeleteOld(ctx context.Context, readBefore, createdBefore time.Time) (int, error) {
	n, err := s.exec(ctx, `DELETE FROM notifications WHERE read_at < ? OR created_at < ?`, stamp(readBefore), stamp(createdBefore))
	return int(n), err
}

// batchChunk bounds the length of one statement.
const batchChunk = 500

func (s notifications) AddBatch(ctx context.Context, userID int64, runIDs []int64) error {
	have := map[int64]bool{}
	for chunk := range slices.Chunk(runIDs, batchChunk) {
		rows, err := all[idRow](ctx, s.Store, `SELECT x.run_id AS id FROM batch_runs x JOIN run_batches b ON b.id = x.batch_id
			WHERE b.user_id = ? AND x.run_id IN (?)`, userID, bun.List(chunk))
		if err != nil {
			return err
		}
		for _, r := range rows {
			have[r.ID] = true
		}
	}
	fresh := slices.DeleteFunc(slices.Clone(runIDs), func(id int64) bool { return have[id] })
	slices.Sort(fresh)
	if fresh = slices.Compact(fresh); len(fresh) == 0 {
		return nil
	}
	batch, err := s.insert(ctx, `INSERT INTO run_batches (user_id, runs, created_at) VALUES (?, ?, ?)`, userID, len(fresh), s.time())
	if err != nil {
		return err
	}
	for chunk := range slices.Chunk(fresh, batchChunk) {
		if _, err := s.exec(ctx, `INSERT INTO batch_runs (batch_id, run_id) SELECT ?, id FROM runs WHERE id IN (?)`, batch, bun.List(chunk)); err != nil {
			return err
		}
	}
	return nil
}

type idRow struct {
	ID int64 `bun:"id"`
}

type batchRow struct {
	ID     int64 `bun:"id"`
	UserID int64 `bun:"user_id"`
	Runs   int   `bun:"runs"`
}

const atWork = `EXISTS (SELECT 1 FROM batch_runs x JOIN runs r ON r.id = x.run_id WHERE x.batch_id = b.id AND r.state IN (?))`

func (s notifications) EndedBatches(ctx context.Context, runID int64) ([]core.RunBatch, error) {
	query := `SELECT b.id, b.user_id, b.runs FROM run_batches b WHERE NOT ` + atWork
	args := []any{states(core.RunQueued, core.RunRunning, core.RunCancelling)}
	if runID != 0 {
		query += ` AND EXISTS (SELECT 1 FROM batch_runs y WHERE y.batch_id = b.id AND y.run_id = ?)`
		args = append(args, runID)
	}
	rows, err := all[batchRow](ctx, s.Store, query+` ORDER BY b.id`, args...)
	out := make([]core.RunBatch, len(rows))
	for i, r := range rows {
		out[i] = core.RunBatch{ID: r.ID, UserID: r.UserID, Runs: r.Runs}
	}
	return out, err
}

func (s notifications) CloseBatch(ctx context.Context, id int64) (bool, error) {
	n, err := s.exec(ctx, `UPDATE run_batches SET closing = 1 WHERE id = ? AND closing = 0`, id)
	return n == 1, err
}

func (s notifications) BatchRuns(ctx context.Context, id int64) ([]core.Run, error) {
	return runs{s.Store}.query(ctx, `JOIN batch_runs x ON x.run_id = r.id WHERE x.batch_id = ? ORDER BY r.id`, id)
}

func (s notifications) DeleteBatch(ctx context.Context, id int64) error {
	_, err := s.exec(ctx, `DELETE FROM run_batches WHERE id = ?`, id)
	return err
}
