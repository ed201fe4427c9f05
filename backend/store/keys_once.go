package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type mailRow struct {
	ID        int64     `bun:"id"`
	UserID    int64     `bun:"user_id"`
	Email     string    `bun:"email"`
	ExpiresAt time.Time `bun:"expires_at"`
}

func (s keys) CreateMail(ctx context.Context, t *core.MailToken) error {
	id, err := s.insert(ctx, `INSERT INTO mail_tokens (user_id, purpose, email, token_hash, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)`,
		t.UserID, string(t.Purpose), t.Email, t.Hash, s.time(), stamp(t.ExpiresAt))
	t.ID = id
	return err
}

func (s keys) UseMail(ctx context.Context, purpose core.MailPurpose, hash string, at time.Time) (out *core.MailToken, err error) {
	err = s.InTx(ctx, func(tx core.Stores) error {
		t := tx.(*Store)
		// The update decides who was first.
		if err := mustMatch(t.exec(ctx, `UPDATE mail_tokens SET used_at = ? WHERE token_hash = ? AND purpose = ? AND used_at IS NULL AND expires_at > ?`,
			stamp(at), hash, string(purpose), stamp(at))); err != nil {
			return err
		}
		r, err := one[mailRow](ctx, t, `SELECT id, user_id, email, expires_at FROM mail_tokens WHERE token_hash = ?`, hash)
		if err != nil {
			return err
		}
		out = &core.MailToken{ID: r.ID, UserID: r.UserID, Purpose: purpose, Email: r.Email, Hash: hash, ExpiresAt: stamp(r.ExpiresAt)}
		_, err = t.exec(ctx, `UPDATE mail_tokens SET used_at = ? WHERE user_id = ? AND purpose = ? AND used_at IS NULL`, stamp(at), r.UserID, string(purpose))
		return err
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

type invitationRow struct {
	ID        int64      `bun:"id"`
	Email     string     `bun:"email"`
	Role      string     `bun:"role"`
	Note      string     `bun:"note"`
	CreatedBy int64      `bun:"created_by"`
	CreatedAt time.Time  `bun:"created_at"`
	ExpiresAt time.Time  `bun:"expires_at"`
	UsedAt    *time.Time `bun:"used_at"`
	UsedBy    string     `bun:"used_by_name"`
	RevokedAt *time.Time `bun:"revoked_at"`
}

const selectInvitations = `SELECT i.id, i.email, i.role, i.note, i.created_by, i.created_at, i.expires_at, i.used_at, i.revoked_at,
	COALESCE(u.username, '') AS used_by_name FROM invitations i LEFT JOIN users u ON u.id = i.used_by `

func (r *invitationRow) invitation() core.Invitation {
	return core.Invitation{ID: r.ID, Email: r.Email, Role: core.Role(r.Role), Note: r.Note, CreatedBy: r.CreatedBy,
		CreatedAt: stamp(r.CreatedAt), ExpiresAt: stamp(r.ExpiresAt), UsedAt: stampPtr(r.UsedAt), UsedBy: r.UsedBy, RevokedAt: stampPtr(r.RevokedAt)}
}

func (s keys) CreateInvitation(ctx context.Context, i *core.Invitation) error {
	i.CreatedAt = s.time()
	id, err := s.insert(ctx, `INSERT INTO invitations (email, role, note, token_hash, created_by, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		i.Email, string(i.Role), i.Note, i.Hash, i.CreatedBy, i.CreatedAt, stamp(i.ExpiresAt))
	i.ID = id
	return err
}

func (s keys) Invitations(ctx context.Context) ([]core.Invitation, error) {
	rows, err := all[invitationRow](ctx, s.Store, selectInvitations+`ORDER BY i.id DESC`)
	if err != nil {
		return nil, err
	}
	out := make([]core.Invitation, len(rows))
	for i := range rows {
		out[i] = rows[i].invitation()
	}
	return out, nil
}

func (s keys) RevokeInvitation(ctx context.Context, id int64, at time.Time) error {
	return mustMatch(s.exec(ctx, `UPDATE invitations SET revoked_at = COALESCE(revoked_at, ?) WHERE id = ?`, stamp(at), id))
}

// goodInvitation stands in queries of invitations alone and of their join with users, which has no such columns.
const goodInvitation = `used_at IS NULL AND revoked_at IS NULL AND expires_at > ?`

func (s keys) InvitationByHash(ctx context.Context, hash string, at time.Time) (*core.Invitation, error) {
	r, err := one[invitationRow](ctx, s.Store, selectInvitations+`WHERE i.token_hash = ? AND `+goodInvitation, hash, stamp(at))
	if err != nil {
		return nil, err
	}
	i := r.invitation()
	return &i, nil
}

func (s keys) UseInvitation(ctx context.Context, id, userID int64, at time.Time) error {
	return mustMatch(s.exec(ctx, `UPDATE invitations SET used_at = ?, used_by = ? WHERE id = ? AND `+goodInvitation, stamp(at), userID, id, stamp(at)))
}
