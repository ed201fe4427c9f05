package store

import (
	"context"
	"strings"
	"time"

	"regioscope/backend/core"
)

func (s users) ByEmail(ctx context.Context, email string) (*core.User, error) {
	row, err := one[userRow](ctx, s.Store, `SELECT `+userColumns+` FROM users WHERE LOWER(email) = ?`, strings.ToLower(email))
	if err != nil {
		return nil, err
	}
	return row.user(), nil
}

type userUseRow struct {
	userRow  `bun:",extend"`
	Datasets int   `bun:"datasets"`
	Bytes    int64 `bun:"bytes"`
}

func (s users) List(ctx context.Context, f core.UserFilter) ([]core.UserUse, error) {
	query := `SELECT ` + userColumns + `, (SELECT COUNT(*) FROM datasets d WHERE d.owner_id = users.id) AS datasets,
		(SELECT COALESCE(SUM(d.size), 0) FROM datasets d WHERE d.owner_id = users.id) +
		(SELECT COALESCE(SUM(t.size + t.values_size), 0) FROM region_tables t JOIN datasets d ON d.id = t.dataset_id WHERE d.owner_id = users.id) AS bytes FROM users WHERE id > ?`
	args := []any{f.AfterID}
	if q := strings.TrimSpace(f.Q); q != "" {
		pattern := "%" + prefixPattern(strings.ToLower(q))
		query += ` AND (username_key LIKE ? ESCAPE '!' OR LOWER(COALESCE(email, '')) LIKE ? ESCAPE '!')`
		args = append(args, pattern, pattern)
	}
	query += ` ORDER BY id`
	if f.Limit > 0 {
		query += ` LIMIT ?`
		args = append(args, f.Limit)
	}
	rows, err := all[userUseRow](ctx, s.Store, query, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.UserUse, len(rows))
	for i := range rows {
		out[i] = core.UserUse{User: *rows[i].user(), Datasets: rows[i].Datasets, Bytes: rows[i].Bytes}
	}
	return out, nil
}

func (s users) Update(ctx context.Context, u *core.User) error {
	var email *string
	if u.Email != "" {
		email = &u.Email
	}
	err := mustMatch(s.exec(ctx, `UPDATE users SET email = ?, role = ?, disabled = ?, confirmed = ? WHERE id = ?`,
		email, string(u.Role), u.Disabled, !u.Unconfirmed, u.ID))
	if s.kind.isDuplicate(err) {
		return core.ErrConflict.WithCause(err)
	}
	return err
}

func (s users) Delete(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM users WHERE id = ?`, id))
}

func (s users) Touch(ctx context.Context, id int64, at time.Time) error {
	_, err := s.exec(ctx, `UPDATE users SET last_seen_at = ? WHERE id = ?`, stamp(at), id)
	return err
}
