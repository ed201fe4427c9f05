package store

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

type runs struct{ *Store }

type runRow struct {
	ID            int64      `bun:"id"`
	Pipeline      string     `bun:"pipeline"`
	RegionSetID   int64      `bun:"region_set_id"`
	RegionSetName string     `bun:"region_set_name"`
	FeatureID     *int64     `bun:"feature_id"`
	FeatureName   *string    `bun:"feature_name"`
	UserID        int64      `bun:"user_id"`
	UserName      *string    `bun:"user_name"`
	Queue         string     `bun:"queue"`
	State         string     `bun:"state"`
	Attempt       int        `bun:"attempt"`
	MaxAttempts   int        `bun:"max_attempts"`
	Progress      float64    `bun:"progress"`
	Message       string     `bun:"message"`
	ErrorCode     string     `bun:"error_code"`
	ErrorText     string     `bun:"error_text"`
	Params        string     `bun:"params"`
	Worker        string     `bun:"worker"`
	Interactive   bool       `bun:"interactive"`
	LeaseUntil    *time.Time `bun:"lease_until"`
	CreatedAt     time.Time  `bun:"created_at"`
	StartedAt     *time.Time `bun:"started_at"`
	FinishedAt    *time.Time `bun:"finished_at"`
	Made          string     `bun:"made"`
	RequestID     string     `bun:"request_id"`
	Trace         string     `bun:"trace"`
}

// Every run has a region set: LEFT only keeps MariaDB from beginning with that table, and sorting all runs for a page of them.
const selectRuns = `SELECT r.id, r.pipeline, r.region_set_id, s.name AS region_set_name, r.feature_id, f.name AS feature_name,
	r.user_id, u.username AS user_name, r.queue, r.state, r.attempt, r.max_attempts, r.progress, r.message, r.error_code, r.error_text, r.params,
	r.worker, r.interactive, r.lease_until, r.created_at, r.started_at, r.finished_at, r.made,
	r.request_id, r.trace
	FROM runs r LEFT JOIN datasets s ON s.id = r.region_set_id LEFT JOIN datasets f ON f.id = r.feature_id LEFT JOIN users u ON u.id = r.user_id `

func (r *runRow) run() core.Run {
	run := core.Run{ID: r.ID, Pipeline: core.Pipeline(r.Pipeline), RegionSetID: r.RegionSetID, RegionSetName: r.RegionSetName,
		UserID: r.UserID, Queue: r.Queue, State: core.RunState(r.State), Attempt: r.Attempt, MaxAttempts: r.MaxAttempts,
		Progress: r.Progress, Message: r.Message, Params: json.RawMessage(r.Params), Worker: r.Worker, Interactive: r.Interactive,
		LeaseUntil: stampPtr(r.LeaseUntil), CreatedAt: stamp(r.CreatedAt), StartedAt: stampPtr(r.StartedAt),
		FinishedAt: stampPtr(r.FinishedAt), RequestID: r.RequestID, Trace: r.Trace}
	if r.FeatureID != nil {
		run.FeatureID = *r.FeatureID
	}
	if r.UserName != nil {
		run.UserName = *r.UserName
	}
	if r.FeatureName != nil {
		run.FeatureName = *r.FeatureName
	}
	if r.ErrorCode != "" {
		run.Error = &core.RunError{Code: core.Code(r.ErrorCode), Message: r.ErrorText}
	}
	if r.Made != "" {
		run.Made = &core.RunProducts{}
		if json.Unmarshal([]byte(r.Made), run.Made) != nil {
			run.Made = nil // a run that cannot say what it made is still a run
		}
	}
	return run
}

func (s runs) query(ctx context.Context, tail string, args ...any) ([]core.Run, error) {
	rows, err := all[runRow](ctx, s.Store, selectRuns+tail, args...)
	if err != nil {
		return nil, err
	}
	out := make([]core.Run, len(rows))
	for i := range rows {
		out[i] = rows[i].run()
	}
	return out, nil
}

func (s runs) first(ctx context.Context, tail string, args ...any) (*core.Run, error) {
	found, err := s.query(ctx, tail, args...)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return nil, core.ErrNotFound
	}
	return &found[0], nil
}

// Insert relies on the unique index on active_key, which is NULL for ended runs: two requests at once make one run.
func (s runs) Insert(ctx context.Context, r *core.Run, key string) (*core.Run, bool, error) {
	if r.CreatedAt.IsZero() {
		r.CreatedAt = s.time()
	}
	var feature *int64
	if r.FeatureID != 0 {
		feature = &r.FeatureID
	}
	created := stamp(r.CreatedAt)
	for try := 1; ; try++ {
		id, err := s.insert(ctx, `INSERT INTO runs (pipeline, region_set_id, feature_id, user_id, queue, state, attempt,
			max_attempts, message, error_text, params, run_key, active_key, interactive, created_at, queued_at, request_id, trace)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?, ?, ?, ?, ?)`,
			string(r.Pipeline), r.RegionSetID, feature, r.UserID, r.Queue, string(core.RunQueued), r.Attempt, r.MaxAttempts,
			r.Message, string(r.Params), key, key, r.Interactive, created, created, r.RequestID, r.Trace)
		switch {
		case err == nil:
			run, err := s.ByID(ctx, id)
			return run, true, err
		case s.kind.isReferenced(err):
			return nil, false, core.ErrNotFound
		case !s.kind.isDuplicate(err):
			return nil, false, err
		}
		run, err := s.first(ctx, `WHERE r.active_key = ?`, key)
		if err == nil || try == 3 {
			return run, false, err
		}
		// It ended in between: insert again.
	}
}

func (s runs) ByID(ctx context.Context, id int64) (*core.Run, error) {
	return s.first(ctx, `WHERE r.id = ?`, id)
}

func (s runs) List(ctx context.Context, f core.RunFilter) ([]core.Run, error) {
	where := []string{`1 = 1`}
	var args []any
	add := func(cond string, a ...any) {
		where = append(where, cond)
		args = append(args, a...)
	}
	if f.UserID != 0 {
		add(`r.user_id = ?`, f.UserID)
	}
	if len(f.States) > 0 {
		add(`r.state IN (?)`, states(f.States...))
	}
	if f.RegionSetID != 0 {
		add(`r.region_set_id = ?`, f.RegionSetID)
	}
	if f.FeatureID != 0 {
		add(`r.feature_id = ?`, f.FeatureID)
	}
	if f.Queue != "" {
		add(`r.queue = ?`, f.Queue)
	}
	if f.Pipeline != "" {
		add(`r.pipeline = ?`, string(f.Pipeline))
	}
	if f.UserName != "" {
		add(`u.username = ?`, f.UserName)
	}
	if f.AfterID != 0 {
		add(`r.id < ?`, f.AfterID)
	}
	tail := `WHERE ` + strings.Join(where, ` AND `) + ` ORDER BY r.id DESC`
	if f.Limit > 0 {
		tail += ` LIMIT ?`
		args = append(args, f.Limit)
	}
	return s.query(ctx, tail, args...)
}

func states(list ...core.RunState) any {
	text := make([]string, len(list))
	for i, s := range list {
		text[i] = string(s)
	}
	return bun.List(text)
}

// from lists the states among candidates from which core.Transitions allows to.
func from(to core.RunState, candidates ...core.RunState) any {
	var ok []core.RunState
	for _, c := range candidates {
		if slices.Contains(core.Transitions[c], to) {
			ok = append(ok, c)
		}
	}
	return states(ok...)
}

func (s runs) ExpiredLeases(ctx context.Context, now time.Time, limit int) ([]core.Run, error) {
	return s.query(ctx, `WHERE r.state IN (?) AND r.lease_until < ? ORDER BY r.id LIMIT ?`,
		states(core.RunRunning, core.RunCancelling), stamp(now), limit)
}

func (s runs) OnTrashed(ctx context.Context, limit int) ([]core.Run, error) {
	return s.query(ctx, `WHERE r.state IN (?) AND (s.deleted_at IS NOT NULL OR f.deleted_at IS NOT NULL) ORDER BY r.id LIMIT ?`,
		states(core.RunQueued, core.RunRunning), limit)
}

func (s runs) Queued(ctx context.Context, before time.Time, limit int) ([]core.Run, error) {
	return s.query(ctx, `WHERE r.state IN (?) AND r.queued_at < ? ORDER BY r.queued_at, r.id LIMIT ?`,
		states(core.RunQueued), stamp(before), limit)
}

func (s runs) Active(ctx context.Context, datasetID int64) (int, error) {
	return s.count(ctx, `SELECT COUNT(*) AS n FROM runs WHERE state IN (?) AND (region_set_id = ? OR feature_id = ?)`,
		states(core.RunQueued, core.RunRunning, core.RunCancelling), datasetID, datasetID)
}
