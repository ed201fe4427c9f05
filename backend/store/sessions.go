package store

import (
	"context"
	"encoding/json"
	"time"

	"regioscope/backend/core"
)

type sessions struct{ *Store }

type sessionRow struct {
	ID        int64     `bun:"id"`
	OwnerID   int64     `bun:"owner_id"`
	OwnerName string    `bun:"owner_name"`
	Name      string    `bun:"name"`
	Public    bool      `bun:"public"`
	Document  string    `bun:"document"`
	Version   int64     `bun:"version"`
	CreatedAt time.Time `bun:"created_at"`
	UpdatedAt time.Time `bun:"updated_at"`
}

const (
	sessionColumns = `s.id, s.owner_id, u.username AS owner_name, s.name, s.public, s.version, s.created_at, s.updated_at`
	fromSessions   = ` FROM sessions s JOIN users u ON u.id = s.owner_id `
)

func (r *sessionRow) session() core.Session {
	s := core.Session{ID: r.ID, OwnerID: r.OwnerID, OwnerName: r.OwnerName, Name: r.Name, Public: r.Public,
		Version: r.Version, CreatedAt: stamp(r.CreatedAt), UpdatedAt: stamp(r.UpdatedAt)}
	if r.Document != "" {
		s.Document = json.RawMessage(r.Document)
	}
	return s
}

func (s sessions) Create(ctx context.Context, n *core.Session) error {
	n.CreatedAt = s.time()
	n.UpdatedAt, n.Version = n.CreatedAt, 1
	return s.InTx(ctx, func(tx core.Stores) error {
		t := sessions{tx.(*Store)}
		id, err := t.insert(ctx, `INSERT INTO sessions (owner_id, name, public, document, version, created_at, updated_at)
			VALUES (?, ?, ?, ?, 1, ?, ?)`, n.OwnerID, n.Name, n.Public, jsonText(n.Document), n.CreatedAt, n.UpdatedAt)
		if err != nil {
			return err
		}
		n.ID = id
		if err := t.keep(ctx, n); err != nil {
			return err
		}
		return t.link(ctx, id, n.Document)
	})
}

func (s sessions) ByID(ctx context.Context, id int64) (*core.Session, error) {
	row, err := one[sessionRow](ctx, s.Store, `SELECT `+sessionColumns+`, s.document`+fromSessions+`WHERE s.id = ?`, id)
	if err != nil {
		return nil, err
	}
	out := row.session()
	return &out, nil
}

func (s sessions) List(ctx context.Context, caller core.Caller) ([]core.Session, error) {
	caller.Role = core.RoleUser // an admin's list is no longer than anybody's
	seen, args := visible("s", "session_id", caller)
	return s.list(ctx, `WHERE `+seen+` ORDER BY s.updated_at DESC, s.id DESC`, args...)
}

func (s sessions) list(ctx context.Context, tail string, args ...any) ([]core.Session, error) {
	rows, err := all[sessionRow](ctx, s.Store, `SELECT `+sessionColumns+fromSessions+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Session, len(rows))
	for i := range rows {
		out[i] = rows[i].session()
	}
	return out, nil
}

func (s sessions) Update(ctx context.Context, n *core.Session, ifVersion int64) (ok bool, err error) {
	at := s.time()
	err = s.InTx(ctx, func(tx core.Stores) error {
		t := sessions{tx.(*Store)}
		matched, err := t.exec(ctx, `UPDATE sessions SET name = ?, public = ?, document = ?, version = version + 1, updated_at = ?
			WHERE id = ? AND version = ?`, n.Name, n.Public, jsonText(n.Document), at, n.ID, ifVersion)
		if ok = matched == 1; err != nil || !ok {
			return err
		}
		saved := *n
		saved.Version, saved.UpdatedAt = ifVersion+1, at
		if err := t.keep(ctx, &saved); err != nil {
			return err
		}
		return t.link(ctx, n.ID, n.Document)
	})
	if err != nil || !ok {
		return false, err
	}
	n.Version, n.UpdatedAt = ifVersion+1, at
	return true, nil
}

func (s sessions) Delete(ctx context.Context, id int64) error {
	return mustMatch(s.exec(ctx, `DELETE FROM sessions WHERE id = ?`, id))
}

func (s sessions) Uses(ctx context.Context, datasetID int64) ([]core.Session, error) {
	return s.list(ctx, `JOIN session_datasets x ON x.session_id = s.id WHERE x.dataset_id = ? ORDER BY s.id`, datasetID)
}

// link notes which datasets the document names.
func (s sessions) link(ctx context.Context, id int64, document json.RawMessage) error {
	if _, err := s.exec(ctx, `DELETE FROM session_datasets WHERE session_id = ?`, id); err != nil {
		return err
	}
	for _, dataset := range core.ShownDatasets(document) {
		if _, err := s.exec(ctx, `INSERT INTO session_datasets (session_id, dataset_id) VALUES (?, ?)`, id, dataset); err != nil {
			return err
		}
	}
	return nil
}

type draftRow struct {
	UserID    int64     `bun:"user_id"`
	SessionID int64     `bun:"session_id"`
	Document  string    `bun:"document"`
	Revision  int64     `bun:"revision"`
	UpdatedAt time.Time `bun:"updated_at"`
}

func (s sessions) Draft(ctx context.Context, userID int64) (*core.Draft, error) {
	r, err := one[draftRow](ctx, s.Store, `SELECT user_id, session_id, document, revision, updated_at FROM drafts WHERE user_id = ?`, userID)
	if err != nil {
		return nil, err
	}
	return &core.Draft{UserID: r.UserID, SessionID: r.SessionID, Document: json.RawMessage(r.Document), Revision: r.Revision,
		UpdatedAt: stamp(r.UpdatedAt)}, nil
}

func (s sessions) SaveDraft(ctx context.Context, d *core.Draft, ifRevision int64) (bool, error) {
	at := s.time()
	var n int64
	var err error
	if ifRevision == 0 {
		_, err = s.run(ctx, `INSERT INTO drafts (user_id, session_id, document, revision, updated_at) VALUES (?, ?, ?, 1, ?)`,
			d.UserID, d.SessionID, jsonText(d.Document), at)
		n = 1
	} else {
		n, err = s.exec(ctx, `UPDATE drafts SET session_id = ?, document = ?, revision = revision + 1, updated_at = ?
			WHERE user_id = ? AND revision = ?`, d.SessionID, jsonText(d.Document), at, d.UserID, ifRevision)
	}
	if s.kind.isDuplicate(err) {
		return false, nil
	}
	if err != nil || n == 0 {
		return false, err
	}
	d.Revision, d.UpdatedAt = ifRevision+1, at
	return true, nil
}
