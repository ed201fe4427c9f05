package store

import (
	"context"
	"encoding/json"
	"time"

	"regioscope/backend/core"
)

type settings struct{ *Store }

type pipelineRow struct {
	Pipeline    string `bun:"pipeline"`
	Queue       string `bun:"queue"`
	TimeoutS    int64  `bun:"timeout_s"`
	MaxAttempts int    `bun:"max_attempts"`
	Enabled     bool   `bun:"enabled"`
	Priority    int    `bun:"priority"`
	Memory      int64  `bun:"memory_bytes"`
	Version     int64  `bun:"version"`
}

const selectPipelines = `SELECT pipeline, queue, timeout_s, max_attempts, enabled, priority, memory_bytes, version FROM pipelines `

func (r *pipelineRow) settings() core.PipelineSettings {
	return core.PipelineSettings{Pipeline: core.Pipeline(r.Pipeline), Queue: r.Queue,
		Timeout: time.Duration(r.TimeoutS) * time.Second, TimeoutS: r.TimeoutS, MaxAttempts: r.MaxAttempts, Enabled: r.Enabled,
		Priority: r.Priority, Memory: r.Memory, Version: r.Version}
}

func (s settings) Pipeline(ctx context.Context, p core.Pipeline) (*core.PipelineSettings, error) {
	row, err := one[pipelineRow](ctx, s.Store, selectPipelines+`WHERE pipeline = ?`, string(p))
	if err != nil {
		return nil, err
	}
	out := row.settings()
	return &out, nil
}

func (s settings) Pipelines(ctx context.Context) ([]core.PipelineSettings, error) {
	rows, err := all[pipelineRow](ctx, s.Store, selectPipelines+`ORDER BY pipeline`)
	out := make([]core.PipelineSettings, len(rows))
	for i := range rows {
		out[i] = rows[i].settings()
	}
	return out, err
}

type gridRow struct {
	Window int64 `bun:"window_bp"`
	Bin    int64 `bun:"bin"`
}

func (s settings) Grid(ctx context.Context, p core.Pipeline) ([]core.WindowBin, error) {
	rows, err := all[gridRow](ctx, s.Store, `SELECT window_bp, bin FROM pipeline_grid WHERE pipeline = ? ORDER BY window_bp, bin`, string(p))
	out := make([]core.WindowBin, len(rows))
	for i, r := range rows {
		out[i] = core.WindowBin{Window: r.Window, Bin: r.Bin}
	}
	return out, err
}

type valueRow struct {
	Value string `bun:"value"`
}

func (s settings) Get(ctx context.Context, key string) (json.RawMessage, error) {
	row, err := one[valueRow](ctx, s.Store, `SELECT value FROM settings WHERE name = ?`, key)
	if err != nil {
		return nil, err
	}
	return json.RawMessage(row.Value), nil
}

// Set replaces the whole row, which both databases write alike.
func (s settings) Set(ctx context.Context, key string, value json.RawMessage) error {
	_, err := s.run(ctx, `REPLACE INTO settings (name, value) VALUES (?, ?)`, key, jsonText(value))
	return err
}
