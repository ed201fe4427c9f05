package config

import (
	"context"
	"io"
	"log/slog"

	"regioscope/backend/core"
)

// Logger writes to w as the settings say. Every line that is logged with a context names the request and the run that the
// context belongs to.
func (c *Config) Logger(w io.Writer) *slog.Logger {
	level, _ := c.level() // checked by validate
	options := &slog.HandlerOptions{Level: level}
	if c.LogFormat == "text" {
		return slog.New(WithTrail(slog.NewTextHandler(w, options)))
	}
	return slog.New(WithTrail(slog.NewJSONHandler(w, options)))
}

// WithTrail adds the ids of core.TrailOf to every line.
func WithTrail(h slog.Handler) slog.Handler { return trailLog{h} }

type trailLog struct{ slog.Handler }

func (l trailLog) Handle(ctx context.Context, r slog.Record) error {
	t := core.TrailOf(ctx)
	if t.Request != "" {
		r.AddAttrs(slog.String("request", t.Request))
	}
	if t.Run != 0 {
		r.AddAttrs(slog.Int64("run", t.Run), slog.Int("attempt", t.Attempt))
	}
	return l.Handler.Handle(ctx, r)
}

func (l trailLog) WithAttrs(a []slog.Attr) slog.Handler { return trailLog{l.Handler.WithAttrs(a)} }
func (l trailLog) WithGroup(g string) slog.Handler      { return trailLog{l.Handler.WithGroup(g)} }
