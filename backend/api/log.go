package api

import (
	"context"
	"log/slog"
)

// WithRequestID adds the id of the request to every line that is logged with its context.
func WithRequestID(h slog.Handler) slog.Handler { return requestLog{h} }

type requestLog struct{ slog.Handler }

func (l requestLog) Handle(ctx context.Context, r slog.Record) error {
	if id := requestID(ctx); id != "" {
		r.AddAttrs(slog.String("request", id))
	}
	return l.Handler.Handle(ctx, r)
}

func (l requestLog) WithAttrs(a []slog.Attr) slog.Handler { return requestLog{l.Handler.WithAttrs(a)} }
func (l requestLog) WithGroup(g string) slog.Handler      { return requestLog{l.Handler.WithGroup(g)} }
