package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type links struct{ *Store }

type linkRow struct {
	ID         int64      `bun:"id"`
	SessionID  int64      `bun:"session_id"`
	Name       string     `bun:"name"`
	TokenHash  string     `bun:"token_hash"`
	Role       string     `bun:"role"`
	NeedsLogin bool       `bun:"needs_login"`
	CreatedBy  int64      `bun:"created_by"`
	CreatedAt  time.Time  `bun:"created_at"`
	ExpiresAt  *time.Time `bun:"expires_at"`
	RevokedAt  *time.Time `bun:"revoked_at"`
	LastUsedAt *time.Time `bun:"last_used_at"`
}

const selectLinks = `SELECT id, session_id, name, token_hash, role, needs_login, created_by, created_at, expires_at, revoked_at,
	last_used_at FROM session_links `

func (r *linkRow) link() core.Link {
	return core.Link{ID: r.ID, SessionID: r.SessionID, Name: r.Name, TokenHash: r.TokenHash, Role: core.LinkRole(r.Role),
		NeedsLogin: r.NeedsLogin, CreatedBy: r.CreatedBy, CreatedAt: stamp(r.CreatedAt), ExpiresAt: stampPtr(r.ExpiresAt),
		RevokedAt: stampPtr(r.RevokedAt), LastUsedAt: stampPtr(r.LastUsedAt)}
}

func (s links) Create(ctx context.Context, l *core.Link) error {
	l.CreatedAt = s.time()
	id, err := s.insert(ctx, `INSERT INTO session_links (session_id, name, token_hash, role, needs_login, created_by, created_at,
		expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`, l.SessionID, l.Name, l.TokenHash, string(l.Role), l.NeedsLogin, l.CreatedBy,
		l.CreatedAt, stampPtr(l.ExpiresAt))
	l.ID = id
	return err
}

func (s links) ByHash(ctx context.Context, hash string) (*core.Link, error) {
	r, err := one[linkRow](ctx, s.Store, selectLinks+`WHERE token_hash = ?`, hash)
	if err != nil {
		return nil, err
	}
	l := r.link()
	return &l, nil
}

func (s links) List(ctx context.Context, sessionID int64) ([]core.Link, error) {
	rows, err := all[linkRow](ctx, s.Store, selectLinks+`WHERE session_id = ? ORDER BY id DESC`, sessionID)
	if err != nil {
		return nil, err
	}
	out := make([]core.Link, len(rows))
	for i := range rows {
		out[i] = rows[i].link()
	}
	return out, nil
}

func (s links) Revoke(ctx context.Context, sessionID, id int64, at time.Time) error {
	return mustMatch(s.exec(ctx, `UPDATE session_links SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ? AND session_id = ?`,
		stamp(at), id, sessionID))
}

func (s links) Touch(ctx context.Context, id int64, at time.Time) error {
	_, err := s.exec(ctx, `UPDATE session_links SET last_used_at = ? WHERE id = ?`, stamp(at), id)
	return err
}
