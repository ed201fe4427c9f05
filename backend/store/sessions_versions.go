package store

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"regioscope/backend/core"
)

// How much of the past of a session is kept: so many versions, and of these so many bytes besides the newest.
const (
	versionsKept     = 50
	versionBytesKept = 16 << 20
)

type versionRow struct {
	Version  int64     `bun:"version"`
	Name     string    `bun:"name"`
	Document string    `bun:"document"`
	SavedBy  *string   `bun:"saved_by"`
	SavedAt  time.Time `bun:"saved_at"`
}

func (r *versionRow) version() core.SessionVersion {
	v := core.SessionVersion{Version: r.Version, Name: r.Name, Document: json.RawMessage(r.Document), SavedAt: stamp(r.SavedAt)}
	if r.SavedBy != nil {
		v.SavedBy = *r.SavedBy
	}
	return v
}

const fromVersions = `SELECT v.version, v.name, v.document, u.username AS saved_by, v.saved_at
	FROM session_versions v LEFT JOIN users u ON u.id = v.saved_by WHERE v.session_id = ?`

func (s sessions) Versions(ctx context.Context, id int64) ([]core.SessionVersion, error) {
	rows, err := all[versionRow](ctx, s.Store, fromVersions+` ORDER BY v.version DESC`, id)
	if err != nil {
		return nil, err
	}
	out := make([]core.SessionVersion, len(rows))
	for i := range rows {
		out[i] = rows[i].version()
	}
	return out, nil
}

func (s sessions) VersionOf(ctx context.Context, id, version int64) (*core.SessionVersion, error) {
	row, err := one[versionRow](ctx, s.Store, fromVersions+` AND v.version = ?`, id, version)
	if err != nil {
		return nil, err
	}
	v := row.version()
	return &v, nil
}

// keep notes what has just been saved; a save that changes the name alone is no version. Call it inside InTx.
func (s sessions) keep(ctx context.Context, n *core.Session) error {
	type kept struct {
		Version int64 `bun:"version"`
		Size    int64 `bun:"size"`
		Same    bool  `bun:"same"`
	}
	text := jsonText(n.Document)
	old, err := all[kept](ctx, s.Store, `SELECT version, LENGTH(document) AS size, document = ? AS same FROM session_versions
		WHERE session_id = ? ORDER BY version DESC`, text, n.ID)
	if err != nil || len(old) > 0 && old[0].Same {
		return err
	}
	if _, err := s.exec(ctx, `INSERT INTO session_versions (session_id, version, name, document, saved_by, saved_at)
		VALUES (?, ?, ?, ?, ?, ?)`, n.ID, n.Version, n.Name, text, cmp.Or(n.SavedBy, n.OwnerID), stamp(n.UpdatedAt)); err != nil {
		return err
	}
	bytes := int64(0)
	for i, o := range old {
		if bytes += o.Size; i+1 >= versionsKept || bytes > versionBytesKept {
			_, err := s.exec(ctx, `DELETE FROM session_versions WHERE session_id = ? AND version <= ?`, n.ID, o.Version)
			return err
		}
	}
	return nil
}
