package store

import (
	"context"
	"time"

	"regioscope/backend/core"
)

// Every method here is one compare-and-set: which states it may leave comes from core.Transitions, and the number of
// matched rows tells whether it was ours to change.

func (s runs) Claim(ctx context.Context, id int64, attempt int, worker string, lease time.Time) (bool, error) {
	n, err := s.exec(ctx, `UPDATE runs SET state = ?, worker = ?, lease_until = ?, started_at = ?, finished_at = NULL,
		progress = 0, message = '' WHERE id = ? AND attempt = ? AND state IN (?)`,
		string(core.RunRunning), worker, stamp(lease), s.time(), id, attempt, from(core.RunRunning, core.RunQueued))
	return n == 1, err
}

func (s runs) SetMade(ctx context.Context, id int64, made core.RunProducts) error {
	text, err := encode(made)
	if err != nil {
		return err
	}
	return mustMatch(s.exec(ctx, `UPDATE runs SET made = ? WHERE id = ?`, text, id))
}

func (s runs) Renew(ctx context.Context, id int64, attempt int, lease time.Time, progress float64, message string) (core.RunState, bool, error) {
	n, err := s.exec(ctx, `UPDATE runs SET lease_until = ?, progress = ?, message = ? WHERE id = ? AND attempt = ? AND state IN (?)`,
		stamp(lease), progress, message, id, attempt, states(core.RunRunning, core.RunCancelling))
	if err != nil || n == 0 {
		return "", false, err
	}
	state, err := s.state(ctx, id)
	return state, err == nil, err
}

func (s runs) End(ctx context.Context, id int64, attempt int, to core.RunState, e *core.RunError) (bool, error) {
	if !to.Ended() {
		return false, nil
	}
	var code, text string
	if e != nil {
		code, text = string(e.Code), e.Message
	}
	progress, message := `progress`, `message`
	if to == core.RunFinished {
		progress, message = `1`, `''`
	}
	failure, args := `error_code = ?, error_text = ?`, []any{code, text}
	if to == core.RunCancelled && e == nil {
		failure, args = `error_code = error_code`, nil // Stop has said why
	}
	n, err := s.exec(ctx, `UPDATE runs SET state = ?, active_key = NULL, lease_until = NULL, finished_at = ?, `+failure+`,
		progress = `+progress+`, message = `+message+` WHERE id = ? AND attempt = ? AND state IN (?)`,
		append(append([]any{string(to), s.time()}, args...), id, attempt, from(to, core.RunRunning, core.RunCancelling))...)
	return n == 1, err
}

func (s runs) Requeue(ctx context.Context, id int64, attempt int, message string) (bool, error) {
	n, err := s.exec(ctx, `UPDATE runs SET state = ?, attempt = attempt + 1, worker = '', lease_until = NULL, progress = 0,
		message = ?, queued_at = ? WHERE id = ? AND attempt = ? AND state IN (?)`,
		string(core.RunQueued), message, s.time(), id, attempt, from(core.RunQueued, core.RunRunning))
	return n == 1, err
}

func (s runs) Cancel(ctx context.Context, id int64) (core.RunState, bool, error) {
	return s.Stop(ctx, id, core.RunError{})
}

func (s runs) Stop(ctx context.Context, id int64, why core.RunError) (core.RunState, bool, error) {
	n, err := s.exec(ctx, `UPDATE runs SET state = ?, active_key = NULL, finished_at = ?, message = '', error_code = ?, error_text = ?
		WHERE id = ? AND state IN (?)`,
		string(core.RunCancelled), s.time(), string(why.Code), why.Message, id, from(core.RunCancelled, core.RunQueued))
	if err != nil || n == 1 {
		return core.RunCancelled, err == nil, err
	}
	n, err = s.exec(ctx, `UPDATE runs SET state = ?, active_key = NULL, error_code = ?, error_text = ? WHERE id = ? AND state IN (?)`,
		string(core.RunCancelling), string(why.Code), why.Message, id, from(core.RunCancelling, core.RunRunning))
	if err != nil || n == 1 {
		return core.RunCancelling, err == nil, err
	}
	state, err := s.state(ctx, id)
	return state, false, err
}

func (s runs) Retry(ctx context.Context, id int64, key string, asked core.Trail) (bool, error) {
	// max_attempts is assigned first: MySQL evaluates from left to right and would see the new attempt.
	n, err := s.exec(ctx, `UPDATE runs SET state = ?,
		max_attempts = attempt + (SELECT p.max_attempts FROM pipelines p WHERE p.pipeline = runs.pipeline),
		attempt = attempt + 1, active_key = ?, worker = '', lease_until = NULL, progress = 0, message = 'waiting', error_code = '',
		error_text = '', queued_at = ?, started_at = NULL, finished_at = NULL, request_id = ?, trace = ? WHERE id = ? AND state IN (?)`,
		string(core.RunQueued), key, s.time(), asked.Request, asked.Trace, id, from(core.RunQueued, core.RunFailed, core.RunCancelled))
	if s.kind.isDuplicate(err) {
		return false, core.Errorf(core.CodeConflict, "The same work is queued or running already.").WithCause(err)
	}
	return n == 1, err
}

type stateRow struct {
	State string `bun:"state"`
}

func (s runs) state(ctx context.Context, id int64) (core.RunState, error) {
	row, err := one[stateRow](ctx, s.Store, `SELECT state FROM runs WHERE id = ?`, id)
	if err != nil {
		return "", err
	}
	return core.RunState(row.State), nil
}
