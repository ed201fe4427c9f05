package store

import (
	"context"

	"regioscope/backend/core"
)

func (s datasets) Members(ctx context.Context, collectionID int64) ([]core.Dataset, error) {
	return s.query(ctx, `JOIN collection_members m ON m.dataset_id = d.id WHERE m.collection_id = ? ORDER BY m.position`, collectionID)
}

func (s datasets) CollectionsOf(ctx context.Context, datasetID int64) ([]core.Dataset, error) {
	return s.query(ctx, `JOIN collection_members m ON m.collection_id = d.id WHERE m.dataset_id = ? ORDER BY d.id`, datasetID)
}

func (s datasets) SetMembers(ctx context.Context, collectionID int64, ids []int64, hash string) error {
	if _, err := s.exec(ctx, `DELETE FROM collection_members WHERE collection_id = ?`, collectionID); err != nil {
		return err
	}
	for i, id := range ids {
		if _, err := s.run(ctx, `INSERT INTO collection_members (collection_id, dataset_id, position) VALUES (?, ?, ?)`,
			collectionID, id, i); err != nil {
			return err
		}
	}
	return mustMatch(s.exec(ctx, `UPDATE datasets SET sha256 = ? WHERE id = ?`, hash, collectionID))
}

func (s datasets) query(ctx context.Context, tail string, args ...any) ([]core.Dataset, error) {
	rows, err := all[datasetRow](ctx, s.Store, selectDatasets+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Dataset, 0, len(rows))
	for i := range rows {
		d, err := rows[i].dataset()
		if err != nil {
			return nil, err
		}
		out = append(out, *d)
	}
	return out, nil
}

func (s results) DeleteOf(ctx context.Context, featureID int64) error {
	_, err := s.exec(ctx, `DELETE FROM results WHERE feature_id = ?`, featureID)
	return err
}
