package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"regioscope/backend/core"
)

func (s runs) KeepLog(ctx context.Context, id int64, log core.RunLog) error {
	entries, err := json.Marshal(log.Entries)
	if err != nil {
		return fmt.Errorf("store: log of run %d: %w", id, err)
	}
	_, err = s.exec(ctx, `REPLACE INTO run_logs (run_id, attempt, worker, request_id, entries) VALUES (?, ?, ?, ?, ?)`,
		id, log.Attempt, log.Worker, log.Request, string(entries))
	if s.kind.isReferenced(err) {
		return nil
	}
	return err
}

type logRow struct {
	Attempt int    `bun:"attempt"`
	Worker  string `bun:"worker"`
	Request string `bun:"request_id"`
	Entries string `bun:"entries"`
}

func (s runs) Logs(ctx context.Context, id int64) ([]core.RunLog, error) {
	rows, err := all[logRow](ctx, s.Store, `SELECT attempt, worker, request_id, entries FROM run_logs WHERE run_id = ? ORDER BY attempt`, id)
	if err != nil {
		return nil, err
	}
	out := make([]core.RunLog, len(rows))
	for i, r := range rows {
		out[i] = core.RunLog{Attempt: r.Attempt, Worker: r.Worker, Request: r.Request}
		if err := json.Unmarshal([]byte(r.Entries), &out[i].Entries); err != nil {
			return nil, fmt.Errorf("store: log of run %d: %w", id, err)
		}
	}
	return out, nil
}

type measureRow struct {
	FeatureID  int64      `bun:"feature_id"`
	Size       int64      `bun:"size"`
	Params     string     `bun:"params"`
	StartedAt  *time.Time `bun:"started_at"`
	FinishedAt *time.Time `bun:"finished_at"`
	Regions    int64      `bun:"regions"`
	Bytes      int64      `bun:"bytes"`
}

func (s runs) Measured(ctx context.Context, p core.Pipeline, limit int) ([]core.Measure, error) {
	rows, err := all[measureRow](ctx, s.Store, `SELECT r.feature_id, f.size, r.params, r.started_at, r.finished_at, MAX(x.total) AS regions,
		COALESCE(SUM((SELECT SUM(a.size) FROM result_arrays a WHERE a.result_id = x.id)), 0) AS bytes
		FROM (SELECT id, feature_id, params, started_at, finished_at FROM runs WHERE pipeline = ? AND state IN (?)
			AND started_at IS NOT NULL AND finished_at IS NOT NULL ORDER BY id DESC LIMIT ?) r
		JOIN datasets f ON f.id = r.feature_id JOIN results x ON x.run_id = r.id
		GROUP BY r.id, r.feature_id, f.size, r.params, r.started_at, r.finished_at ORDER BY r.id DESC`,
		string(p), states(core.RunFinished), limit)
	if err != nil {
		return nil, err
	}
	var out []core.Measure
	for _, r := range rows {
		var params core.GridParams
		if json.Unmarshal([]byte(r.Params), &params) != nil || len(params.Pairs) == 0 || r.Regions == 0 {
			continue
		}
		took := stamp(*r.FinishedAt).Sub(stamp(*r.StartedAt))
		out = append(out, core.Measure{Work: core.Work{FeatureID: r.FeatureID, Size: r.Size, Regions: r.Regions, Pairs: int64(len(params.Pairs))},
			Took: max(took, 0), Bytes: r.Bytes})
	}
	return out, nil
}
