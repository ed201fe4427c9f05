package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type keys struct{ *Store }

type signInRow struct {
	ID         int64      `bun:"id"`
	UserID     int64      `bun:"user_id"`
	Family     string     `bun:"family"`
	Agent      string     `bun:"agent"`
	IP         string     `bun:"ip"`
	CreatedAt  time.Time  `bun:"created_at"`
	LastSeenAt time.Time  `bun:"last_seen_at"`
	EndedAt    *time.Time `bun:"ended_at"`
}

const selectSignIns = `SELECT id, user_id, family, agent, ip, created_at, last_seen_at, ended_at FROM sign_ins `

func (s keys) SaveSignIn(ctx context.Context, r *core.SignInRow) error {
	return s.InTx(ctx, func(tx core.Stores) error {
		t := tx.(*Store)
		at := stamp(r.LastSeenAt)
		if err := (users{t}).Touch(ctx, r.UserID, at); err != nil {
			return err
		}
		old, err := one[signInRow](ctx, t, selectSignIns+`WHERE family = ?`, r.Family)
		if err == nil {
			r.ID = old.ID
			_, err = t.exec(ctx, `UPDATE sign_ins SET agent = ?, ip = ?, last_seen_at = ? WHERE id = ?`, r.Agent, r.IP, at, old.ID)
			return err
		}
		r.ID, err = t.insert(ctx, `INSERT INTO sign_ins (user_id, family, agent, ip, created_at, last_seen_at) VALUES (?, ?, ?, ?, ?, ?)`,
			r.UserID, r.Family, r.Agent, r.IP, at, at)
		return err
	})
}

func (s keys) SignIns(ctx context.Context, userID int64) ([]core.SignInRow, error) {
	// What can be renewed no more has ended, whatever its row says.
	rows, err := all[signInRow](ctx, s.Store, selectSignIns+`WHERE user_id = ? AND ended_at IS NULL
		AND EXISTS (SELECT 1 FROM refresh_tokens r WHERE r.family = sign_ins.family AND r.revoked_at IS NULL AND r.used_at IS NULL AND r.expires_at > ?)
		ORDER BY last_seen_at DESC, id DESC`, userID, s.time())
	if err != nil {
		return nil, err
	}
	out := make([]core.SignInRow, len(rows))
	for i, r := range rows {
		out[i] = core.SignInRow{ID: r.ID, UserID: r.UserID, Family: r.Family, Agent: r.Agent, IP: r.IP,
			CreatedAt: stamp(r.CreatedAt), LastSeenAt: stamp(r.LastSeenAt)}
	}
	return out, nil
}

func (s keys) SignInEnded(ctx context.Context, id int64) (bool, error) {
	n, err := s.count(ctx, `SELECT COUNT(*) AS n FROM sign_ins WHERE id = ? AND ended_at IS NULL`, id)
	return n == 0, err
}

func (s keys) EndSignIns(ctx context.Context, userID, id, keep int64, at time.Time) (n int64, err error) {
	err = s.InTx(ctx, func(tx core.Stores) error {
		t := tx.(*Store)
		cond, args := `user_id = ? AND ended_at IS NULL AND id <> ? AND (id = ? OR ?)`, []any{userID, keep, id, id == 0}
		_, err := t.exec(ctx, `UPDATE refresh_tokens SET revoked_at = ? WHERE revoked_at IS NULL AND user_id = ?
			AND (family IN (SELECT family FROM sign_ins WHERE `+cond+`) OR (? AND family NOT IN (SELECT family FROM sign_ins)))`,
			append(append([]any{stamp(at), userID}, args...), id == 0)...)
		if err != nil {
			return err
		}
		n, err = t.exec(ctx, `UPDATE sign_ins SET ended_at = ? WHERE `+cond, append([]any{stamp(at)}, args...)...)
		return err
	})
	return n, err
}

type tokenRow struct {
	ID         int64      `bun:"id"`
	UserID     int64      `bun:"user_id"`
	Name       string     `bun:"name"`
	Hash       string     `bun:"token_hash"`
	Hint       string     `bun:"hint"`
	Scope      string     `bun:"scope"`
	CreatedAt  time.Time  `bun:"created_at"`
	ExpiresAt  *time.Time `bun:"expires_at"`
	LastUsedAt *time.Time `bun:"last_used_at"`
}

const selectTokens = `SELECT id, user_id, name, token_hash, hint, scope, created_at, expires_at, last_used_at FROM api_tokens `

func (r *tokenRow) token() core.APIToken {
	return core.APIToken{ID: r.ID, UserID: r.UserID, Name: r.Name, Hash: r.Hash, Hint: r.Hint, Scope: core.TokenScope(r.Scope),
		CreatedAt: stamp(r.CreatedAt), ExpiresAt: stampPtr(r.ExpiresAt), LastUsedAt: stampPtr(r.LastUsedAt)}
}

func (s keys) CreateToken(ctx context.Context, t *core.APIToken) error {
	t.CreatedAt = s.time()
	id, err := s.insert(ctx, `INSERT INTO api_tokens (user_id, name, token_hash, hint, scope, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		t.UserID, t.Name, t.Hash, t.Hint, string(t.Scope), t.CreatedAt, stampPtr(t.ExpiresAt))
	t.ID = id
	return err
}

func (s keys) TokenByHash(ctx context.Context, hash string) (*core.APIToken, error) {
	r, err := one[tokenRow](ctx, s.Store, selectTokens+`WHERE token_hash = ?`, hash)
	if err != nil {
		return nil, err
	}
	t := r.token()
	return &t, nil
}

func (s keys) Tokens(ctx context.Context, userID int64) ([]core.APIToken, error) {
	rows, err := all[tokenRow](ctx, s.Store, selectTokens+`WHERE user_id = ? ORDER BY id DESC`, userID)
	if err != nil {
		return nil, err
	}
	out := make([]core.APIToken, len(rows))
	for i := range rows {
		out[i] = rows[i].token()
	}
	return out, nil
}

func (s keys) DeleteToken(ctx context.Context, userID, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM api_tokens WHERE id = ? AND user_id = ?`, id, userID))
}

func (s keys) TouchToken(ctx context.Context, id int64, at time.Time) error {
	_, err := s.exec(ctx, `UPDATE api_tokens SET last_used_at = ? WHERE id = ?`, stamp(at), id)
	return err
}
