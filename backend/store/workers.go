package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regioscope/backend/core"
)

type workers struct{ *Store }

type workerRow struct {
	SeenAt time.Time `bun:"seen_at"`
	Report string    `bun:"report"`
}

// Report replaces the whole row, which both databases write alike.
func (s workers) Report(ctx context.Context, w *core.WorkerReport) error {
	w.SeenAt = s.time()
	raw, err := json.Marshal(w)
	if err != nil {
		return err
	}
	_, err = s.run(ctx, `REPLACE INTO workers (name, started_at, seen_at, report) VALUES (?, ?, ?, ?)`, w.Name, stamp(w.StartedAt), w.SeenAt, string(raw))
	return err
}

func (s workers) Gone(ctx context.Context, name string) error {
	_, err := s.exec(ctx, `DELETE FROM workers WHERE name = ?`, name)
	return err
}

func (s workers) List(ctx context.Context) ([]core.WorkerReport, error) {
	rows, err := all[workerRow](ctx, s.Store, `SELECT seen_at, report FROM workers ORDER BY name`)
	out := make([]core.WorkerReport, len(rows))
	for i, r := range rows {
		if err := json.Unmarshal([]byte(r.Report), &out[i]); err != nil {
			return nil, fmt.Errorf("store: report of a worker: %w", err)
		}
		out[i].SeenAt = stamp(r.SeenAt)
	}
	return out, err
}

func (s workers) Forget(ctx context.Context, before time.Time) error {
	_, err := s.exec(ctx, `DELETE FROM workers WHERE seen_at < ?`, stamp(before))
	return err
}
