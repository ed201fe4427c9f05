package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"regioscope/backend/core"
)

type users struct{ *Store }

type userRow struct {
	ID           int64      `bun:"id"`
	Username     string     `bun:"username"`
	Email        *string    `bun:"email"`
	Role         string     `bun:"role"`
	Disabled     bool       `bun:"disabled"`
	Confirmed    bool       `bun:"confirmed"`
	LastSeenAt   *time.Time `bun:"last_seen_at"`
	PasswordHash string     `bun:"password_hash"`
	CreatedAt    time.Time  `bun:"created_at"`
}

const userColumns = `id, username, email, role, disabled, confirmed, last_seen_at, password_hash, created_at`

func (r *userRow) user() *core.User {
	u := &core.User{ID: r.ID, Username: r.Username, Role: core.Role(r.Role), Disabled: r.Disabled, Unconfirmed: !r.Confirmed, LastSeenAt: stampPtr(r.LastSeenAt),
		PasswordHash: r.PasswordHash, CreatedAt: stamp(r.CreatedAt)}
	if r.Email != nil {
		u.Email = *r.Email
	}
	return u
}

// usernameKey is what makes names unique: Ada and ada are one person.
func usernameKey(name string) string { return strings.ToLower(name) }

func (s users) Create(ctx context.Context, u *core.User) error {
	if u.CreatedAt.IsZero() {
		u.CreatedAt = s.time()
	}
	var email *string
	if u.Email != "" {
		email = &u.Email
	}
	id, err := s.insert(ctx, `INSERT INTO users (username, username_key, email, role, disabled, confirmed, password_hash, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
		u.Username, usernameKey(u.Username), email, string(u.Role), u.Disabled, !u.Unconfirmed, u.PasswordHash, stamp(u.CreatedAt))
	if s.kind.isDuplicate(err) {
		return core.Errorf(core.CodeConflict, "this user name or e-mail address is taken").WithCause(err)
	}
	u.ID = id
	return err
}

func (s users) ByID(ctx context.Context, id int64) (*core.User, error) {
	row, err := one[userRow](ctx, s.Store, `SELECT `+userColumns+` FROM users WHERE id = ?`, id)
	if err != nil {
		return nil, err
	}
	return row.user(), nil
}

func (s users) ByName(ctx context.Context, name string) (*core.User, error) {
	row, err := one[userRow](ctx, s.Store, `SELECT `+userColumns+` FROM users WHERE username_key = ?`, usernameKey(name))
	if err != nil {
		return nil, err
	}
	return row.user(), nil
}

type countRow struct {
	N int64 `bun:"n"`
}

func (s users) Count(ctx context.Context) (int, error) {
	return s.count(ctx, `SELECT COUNT(*) AS n FROM users`)
}

// count runs a query that answers with one number called n.
func (s *Store) count(ctx context.Context, query string, args ...any) (int, error) {
	row, err := one[countRow](ctx, s, query, args...)
	if err != nil {
		return 0, err
	}
	return int(row.N), nil
}

func (s users) SetPassword(ctx context.Context, id int64, hash string) error {
	return mustMatch(s.exec(ctx, `UPDATE users SET password_hash = ? WHERE id = ?`, hash, id))
}

type refreshRow struct {
	ID        int64      `bun:"id"`
	UserID    int64      `bun:"user_id"`
	Family    string     `bun:"family"`
	TokenHash string     `bun:"token_hash"`
	ExpiresAt time.Time  `bun:"expires_at"`
	UsedAt    *time.Time `bun:"used_at"`
	RevokedAt *time.Time `bun:"revoked_at"`
}

func (s users) SaveRefresh(ctx context.Context, t *core.RefreshToken) error {
	id, err := s.insert(ctx, `INSERT INTO refresh_tokens (user_id, family, token_hash, expires_at, used_at, revoked_at)
		VALUES (?, ?, ?, ?, ?, ?)`,
		t.UserID, t.Family, t.TokenHash, stamp(t.ExpiresAt), stampPtr(t.UsedAt), stampPtr(t.RevokedAt))
	if err != nil {
		return fmt.Errorf("save refresh token: %w", err)
	}
	t.ID = id
	return nil
}

func (s users) RefreshByHash(ctx context.Context, hash string) (*core.RefreshToken, error) {
	r, err := one[refreshRow](ctx, s.Store, `SELECT id, user_id, family, token_hash, expires_at, used_at, revoked_at
		FROM refresh_tokens WHERE token_hash = ?`, hash)
	if err != nil {
		return nil, err
	}
	return &core.RefreshToken{ID: r.ID, UserID: r.UserID, Family: r.Family, TokenHash: r.TokenHash,
		ExpiresAt: stamp(r.ExpiresAt), UsedAt: stampPtr(r.UsedAt), RevokedAt: stampPtr(r.RevokedAt)}, nil
}

func (s users) UseRefresh(ctx context.Context, id int64, at time.Time) (bool, error) {
	n, err := s.exec(ctx, `UPDATE refresh_tokens SET used_at = ?
		WHERE id = ? AND used_at IS NULL AND revoked_at IS NULL`, stamp(at), id)
	return n == 1, err
}

func (s users) RevokeFamily(ctx context.Context, family string, at time.Time) error {
	if _, err := s.exec(ctx, `UPDATE refresh_tokens SET revoked_at = ? WHERE family = ? AND revoked_at IS NULL`, stamp(at), family); err != nil {
		return err
	}
	_, err := s.exec(ctx, `UPDATE sign_ins SET ended_at = ? WHERE family = ? AND ended_at IS NULL`, stamp(at), family)
	return err
}

func (s users) DeleteExpiredRefresh(ctx context.Context, before time.Time) error {
	_, err := s.exec(ctx, `DELETE FROM refresh_tokens WHERE expires_at < ?`, stamp(before))
	return err
}
