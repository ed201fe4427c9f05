package core

import (
	"context"
	"errors"
	"fmt"
)

// retryAtOnce bounds how many runs one call queues again.
const retryAtOnce = 1000

// inBulk marks changes of many runs that the audit log has one line for.
type inBulk struct{}

// noteRun writes down that an administrator stopped somebody else's run, or had it run again. What people do with their own
// runs is nobody's business.
func noteRun(ctx context.Context, tx Stores, caller Caller, run *Run, to RunState) error {
	if run.UserID == caller.UserID || ctx.Value(inBulk{}) != nil {
		return nil
	}
	is := func(s RunState) map[string]any {
		return map[string]any{"state": s, "pipeline": run.Pipeline, "regionSet": run.RegionSetName, "user": run.UserName}
	}
	return note(ctx, tx, caller, ChangeRun, fmt.Sprintf("%d of %s", run.ID, run.UserName), is(run.State), is(to))
}

// RetryAll tells what became of "retry all failed".
type RetryAll struct {
	Retried int  `json:"retried"`
	Refused int  `json:"refused" doc:"failed runs that no retry can help, or whose work is under way again"`
	More    bool `json:"more" doc:"there are older ones: ask again"`
}

// RetryFailed queues the failed runs again that a queue, a pipeline or a user's name narrows; admins only.
func (a *Admin) RetryFailed(ctx context.Context, caller Caller, q RunQuery) (RetryAll, error) {
	var out RetryAll
	if err := caller.admin(); err != nil {
		return out, err
	}
	failed, err := a.stores.Runs().List(ctx, RunFilter{States: []RunState{RunFailed}, Queue: q.Queue, Pipeline: q.Pipeline, UserName: q.User, Limit: retryAtOnce + 1})
	if err != nil {
		return out, err
	}
	if out.More = len(failed) > retryAtOnce; out.More {
		failed = failed[:retryAtOnce]
	}
	for _, run := range failed {
		_, err := a.runs.Retry(context.WithValue(ctx, inBulk{}, true), caller, run.ID)
		var e *Error
		switch {
		case err == nil:
			out.Retried++
		case errors.As(err, &e):
			out.Refused++
		default:
			return out, err
		}
	}
	return out, note(ctx, a.stores, caller, ChangeRun, "all failed", map[string]any{"queue": q.Queue, "pipeline": q.Pipeline, "user": q.User}, out)
}
