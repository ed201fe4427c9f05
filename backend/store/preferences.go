package store

import (
	"context"

	"regioscope/backend/core"
)

type preferences struct{ *Store }

type preferenceRow struct {
	Theme      string `bun:"theme"`
	Sequential string `bun:"sequential_map"`
	Diverging  string `bun:"diverging_map"`
}

func (s preferences) Get(ctx context.Context, userID int64) (*core.Preferences, error) {
	r, err := one[preferenceRow](ctx, s.Store, `SELECT theme, sequential_map, diverging_map FROM preferences WHERE user_id = ?`, userID)
	if err != nil {
		return nil, err
	}
	return &core.Preferences{Theme: r.Theme, SequentialMap: r.Sequential, DivergingMap: r.Diverging}, nil
}

func (s preferences) Set(ctx context.Context, userID int64, p core.Preferences) error {
	if _, err := s.exec(ctx, `DELETE FROM preferences WHERE user_id = ?`, userID); err != nil {
		return err
	}
	_, err := s.exec(ctx, `INSERT INTO preferences (user_id, theme, sequential_map, diverging_map) VALUES (?, ?, ?, ?)`,
		userID, p.Theme, p.SequentialMap, p.DivergingMap)
	return err
}
