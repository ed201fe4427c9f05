package store

import (
	"context"
	"encoding/json"
	"time"

	"regioscope/backend/core"
)

type uploads struct{ *Store }

type uploadRow struct {
	ID          string    `bun:"id"`
	UserID      int64     `bun:"user_id"`
	FileName    string    `bun:"file_name"`
	Size        int64     `bun:"size"`
	SHA256      string    `bun:"sha256"`
	Fingerprint string    `bun:"fingerprint"`
	Meta        string    `bun:"meta"`
	DatasetID   int64     `bun:"dataset_id"`
	CreatedAt   time.Time `bun:"created_at"`
	ExpiresAt   time.Time `bun:"expires_at"`
}

const selectUploads = `SELECT id, user_id, file_name, size, sha256, fingerprint, meta, dataset_id, created_at, expires_at FROM uploads `

func (s uploads) query(ctx context.Context, tail string, args ...any) ([]core.Upload, error) {
	rows, err := all[uploadRow](ctx, s.Store, selectUploads+tail, args...)
	out := make([]core.Upload, len(rows))
	for i, r := range rows {
		out[i] = core.Upload{ID: r.ID, UserID: r.UserID, FileName: r.FileName, Size: r.Size, SHA256: r.SHA256, Fingerprint: r.Fingerprint,
			DatasetID: r.DatasetID, CreatedAt: stamp(r.CreatedAt), ExpiresAt: stamp(r.ExpiresAt)}
		if r.Meta != "" {
			out[i].Meta = json.RawMessage(r.Meta)
		}
	}
	return out, err
}

func (s uploads) Create(ctx context.Context, u *core.Upload) error {
	_, err := s.run(ctx, `INSERT INTO uploads (id, user_id, file_name, size, sha256, fingerprint, meta, created_at, expires_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		u.ID, u.UserID, u.FileName, u.Size, u.SHA256, u.Fingerprint, string(u.Meta), stamp(u.CreatedAt), stamp(u.ExpiresAt))
	return err
}

func (s uploads) ByID(ctx context.Context, id string) (*core.Upload, error) {
	list, err := s.query(ctx, `WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, core.ErrNotFound
	}
	return &list[0], nil
}

func (s uploads) List(ctx context.Context, userID int64) ([]core.Upload, error) {
	return s.query(ctx, `WHERE dataset_id = 0 AND (user_id = ? OR ? = 0) ORDER BY created_at, id`, userID, userID)
}

func (s uploads) SetMeta(ctx context.Context, id string, meta json.RawMessage) error {
	return mustMatch(s.exec(ctx, `UPDATE uploads SET meta = ? WHERE id = ?`, string(meta), id))
}

func (s uploads) Touch(ctx context.Context, id string, expires time.Time) error {
	return mustMatch(s.exec(ctx, `UPDATE uploads SET expires_at = ? WHERE id = ?`, stamp(expires), id))
}

func (s uploads) Finish(ctx context.Context, id string, datasetID int64) (bool, error) {
	n, err := s.exec(ctx, `UPDATE uploads SET dataset_id = ? WHERE id = ? AND dataset_id = 0`, datasetID, id)
	return n == 1, err
}

func (s uploads) Delete(ctx context.Context, id string) error {
	return mustMatch(s.exec(ctx, `DELETE FROM uploads WHERE id = ?`, id))
}

func (s uploads) Expired(ctx context.Context, before time.Time) ([]core.Upload, error) {
	return s.query(ctx, `WHERE expires_at < ? ORDER BY expires_at, id`, stamp(before))
}

type bytesRow struct {
	Bytes int64 `bun:"bytes"`
}

func (s uploads) Quota(ctx context.Context, userID int64) (int64, error) {
	row, err := one[bytesRow](ctx, s.Store, `SELECT bytes FROM user_quotas WHERE user_id = ?`, userID)
	if err != nil {
		return 0, err
	}
	return row.Bytes, nil
}

func (s uploads) SetQuota(ctx context.Context, userID int64, bytes *int64) error {
	if bytes == nil {
		_, err := s.exec(ctx, `DELETE FROM user_quotas WHERE user_id = ?`, userID)
		return err
	}
	_, err := s.exec(ctx, `REPLACE INTO user_quotas (user_id, bytes) VALUES (?, ?)`, userID, *bytes)
	return err
}

func (s uploads) UsedBy(ctx context.Context, userID int64) (int64, error) {
	row, err := one[bytesRow](ctx, s.Store, `SELECT (SELECT COALESCE(SUM(size), 0) FROM datasets WHERE owner_id = ?) +
		(SELECT COALESCE(SUM(t.size + t.values_size), 0) FROM region_tables t JOIN datasets d ON d.id = t.dataset_id WHERE d.owner_id = ?) +
		(SELECT COALESCE(SUM(size), 0) FROM uploads WHERE user_id = ? AND dataset_id = 0) AS bytes`, userID, userID, userID)
	if err != nil {
		return 0, err
	}
	return row.Bytes, nil
}

type quotaRow struct {
	UserID int64  `bun:"user_id"`
	Name   string `bun:"username"`
	Used   int64  `bun:"used"`
	Quota  *int64 `bun:"bytes"`
}

func (s uploads) Usage(ctx context.Context) ([]core.QuotaUse, error) {
	rows, err := all[quotaRow](ctx, s.Store, `SELECT u.id AS user_id, u.username, q.bytes,
		(SELECT COALESCE(SUM(d.size), 0) FROM datasets d WHERE d.owner_id = u.id) +
		(SELECT COALESCE(SUM(t.size + t.values_size), 0) FROM region_tables t JOIN datasets d ON d.id = t.dataset_id WHERE d.owner_id = u.id) +
		(SELECT COALESCE(SUM(p.size), 0) FROM uploads p WHERE p.user_id = u.id AND p.dataset_id = 0) AS used
		FROM users u LEFT JOIN user_quotas q ON q.user_id = u.id ORDER BY u.username, u.id`)
	out := make([]core.QuotaUse, len(rows))
	for i, r := range rows {
		out[i] = core.QuotaUse{UserID: r.UserID, Name: r.Name, Used: r.Used, Quota: r.Quota}
	}
	return out, err
}
