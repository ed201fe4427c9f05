package store

import (
	"context"
	"encoding/json"
	"errors"

	"regioscope/backend/core"
)

func (s datasets) SetOrigin(ctx context.Context, id int64, o *core.Origin) error {
	params := o.Params
	if params == nil {
		params = json.RawMessage(`{}`)
	}
	if _, err := s.run(ctx, `INSERT INTO dataset_origins (dataset_id, operation, params) VALUES (?, ?, ?)`, id, o.Operation, string(params)); err != nil {
		return err
	}
	for i, p := range o.Parents {
		if _, err := s.run(ctx, `INSERT INTO dataset_parents (dataset_id, position, parent_id, parent_name) VALUES (?, ?, ?, ?)`,
			id, i, p.ID, p.Name); err != nil {
			return err
		}
	}
	return nil
}

func (s datasets) Origin(ctx context.Context, id int64) (*core.Origin, error) {
	row, err := one[struct {
		Operation string `bun:"operation"`
		Params    string `bun:"params"`
	}](ctx, s.Store, `SELECT operation, params FROM dataset_origins WHERE dataset_id = ?`, id)
	if errors.Is(err, core.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	parents, err := all[struct {
		ID   int64  `bun:"parent_id"`
		Name string `bun:"parent_name"`
	}](ctx, s.Store, `SELECT parent_id, parent_name FROM dataset_parents WHERE dataset_id = ? ORDER BY position`, id)
	if err != nil {
		return nil, err
	}
	out := &core.Origin{Operation: row.Operation, Params: json.RawMessage(row.Params), Parents: []core.Parent{}}
	for _, p := range parents {
		out.Parents = append(out.Parents, core.Parent{ID: p.ID, Name: p.Name})
	}
	return out, nil
}

func (s datasets) Children(ctx context.Context, id int64) ([]core.Dataset, error) {
	return s.query(ctx, `WHERE d.id IN (SELECT p.dataset_id FROM dataset_parents p WHERE p.parent_id = ?) ORDER BY d.id`, id)
}
