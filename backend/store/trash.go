package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

type trash struct{ *Store }

type trashRow struct {
	datasetRow
	DeletedAt     time.Time `bun:"deleted_at"`
	DeletedBy     int64     `bun:"deleted_by"`
	DeletedByName *string   `bun:"deleted_by_name"`
}

const selectTrash = `SELECT d.id, d.name, d.kind, d.assembly_id, d.owner_id, u.username AS owner_name, d.state, d.error,
	d.run_id, d.public, d.size_type, d.dimension, d.description, d.tags, d.cell_type, d.perturbation, d.sample_id,
	d.file_name, d.sha256, d.size, d.facts, d.created_at, d.deleted_at, d.deleted_by, b.username AS deleted_by_name
	FROM datasets d JOIN users u ON u.id = d.owner_id LEFT JOIN users b ON b.id = d.deleted_by WHERE d.deleted_at IS NOT NULL `

func (s trash) query(ctx context.Context, tail string, args ...any) ([]core.Trashed, error) {
	rows, err := all[trashRow](ctx, s.Store, selectTrash+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Trashed, 0, len(rows))
	for i := range rows {
		d, err := rows[i].dataset()
		if err != nil {
			return nil, err
		}
		t := core.Trashed{Dataset: *d, DeletedAt: stamp(rows[i].DeletedAt), DeletedBy: rows[i].DeletedBy}
		if rows[i].DeletedByName != nil {
			t.DeletedByName = *rows[i].DeletedByName
		}
		out = append(out, t)
	}
	return out, nil
}

func (s trash) Put(ctx context.Context, id, by int64, at time.Time) error {
	return mustMatch(s.exec(ctx, `UPDATE datasets SET deleted_at = ?, deleted_by = ? WHERE id = ? AND deleted_at IS NULL`, stamp(at), by, id))
}

func (s trash) Restore(ctx context.Context, id int64) error {
	err := mustMatch(s.exec(ctx, `UPDATE datasets SET deleted_at = NULL, deleted_by = 0 WHERE id = ? AND deleted_at IS NOT NULL`, id))
	if err == nil {
		_, err = s.exec(ctx, `DELETE FROM trash_memberships WHERE dataset_id = ?`, id)
	}
	return err
}

func (s trash) ByID(ctx context.Context, id int64) (*core.Trashed, error) {
	rows, err := s.query(ctx, `AND d.id = ?`, id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, core.ErrNotFound
	}
	return &rows[0], nil
}

func (s trash) List(ctx context.Context, userID int64) ([]core.Trashed, error) {
	if userID == 0 {
		return s.query(ctx, `ORDER BY d.deleted_at DESC, d.id DESC`)
	}
	return s.query(ctx, `AND (d.owner_id = ? OR d.deleted_by = ?) ORDER BY d.deleted_at DESC, d.id DESC`, userID, userID)
}

func (s trash) Expired(ctx context.Context, before time.Time, limit int) ([]core.Trashed, error) {
	return s.query(ctx, `AND d.deleted_at < ? ORDER BY d.deleted_at, d.id LIMIT ?`, stamp(before), limit)
}

func (s trash) Leave(ctx context.Context, id int64) error {
	if _, err := s.exec(ctx, `INSERT INTO trash_memberships (dataset_id, collection_id, position)
		SELECT dataset_id, collection_id, position FROM collection_members WHERE dataset_id = ?`, id); err != nil {
		return err
	}
	_, err := s.exec(ctx, `DELETE FROM collection_members WHERE dataset_id = ?`, id)
	return err
}

type membershipRow struct {
	CollectionID int64  `bun:"collection_id"`
	Name         string `bun:"name"`
	Position     int    `bun:"position"`
}

func (s trash) Memberships(ctx context.Context, id int64) ([]core.Membership, error) {
	rows, err := all[membershipRow](ctx, s.Store, `SELECT m.collection_id, c.name, m.position FROM trash_memberships m
		JOIN datasets c ON c.id = m.collection_id WHERE m.dataset_id = ? AND NOT EXISTS (
			SELECT 1 FROM collection_members x WHERE x.collection_id = m.collection_id AND x.dataset_id = m.dataset_id)
		ORDER BY m.collection_id`, id)
	out := make([]core.Membership, len(rows))
	for i, r := range rows {
		out[i] = core.Membership{CollectionID: r.CollectionID, CollectionName: r.Name, Position: r.Position}
	}
	return out, err
}
