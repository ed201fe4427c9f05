package core

import "context"

// Trail says on whose behalf something is done, for logs and traces: the request that asked for it and, in a worker, the
// attempt of a run. Nothing is decided by it.
type Trail struct {
	Request string // id of the HTTP request; "" where there was none, as at the command line
	Trace   string // W3C traceparent of that request, where traces are kept
	Run     int64
	Attempt int
}

type trailKey struct{}

// WithTrail gives a context whose log lines name t.
func WithTrail(ctx context.Context, t Trail) context.Context {
	return context.WithValue(ctx, trailKey{}, t)
}

// TrailOf gives the trail of ctx; the zero Trail where there is none.
func TrailOf(ctx context.Context) Trail {
	t, _ := ctx.Value(trailKey{}).(Trail)
	return t
}

// Trail is what the logs of a worker say of the attempt.
func (r Run) Trail() Trail {
	return Trail{Request: r.RequestID, Trace: r.Trace, Run: r.ID, Attempt: r.Attempt}
}
