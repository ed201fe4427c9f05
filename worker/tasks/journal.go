package tasks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"regioscope/backend/core"
)

const (
	// A log keeps its first and its last lines; what is between is left out.
	keepFirst, keepLast = 20, 30
	// stageEvery: stages that differ in numbers only are noted this often.
	stageEvery = 5 * time.Second
	maxCause   = 4000 // bytes of a cause
)

// journal is the log of one attempt of a run, for the people who look at it. It is not safe for concurrent use.
type journal struct {
	first, last []core.LogEntry
	left        int // out, in the middle
	shape       string
	at          time.Time // of the last stage
}

func (j *journal) add(at time.Time, level, text string, cause error) {
	e := core.LogEntry{At: at.UTC(), Level: level, Text: text}
	if cause != nil {
		e.Cause = strings.ToValidUTF8(cause.Error(), "�")
		if len(e.Cause) > maxCause {
			e.Cause = strings.ToValidUTF8(e.Cause[:maxCause], "") + "…"
		}
	}
	if len(j.first) < keepFirst {
		j.first = append(j.first, e)
		return
	}
	if len(j.last) == keepLast {
		j.last = append(j.last[:0], j.last[1:]...)
		j.left++
	}
	j.last = append(j.last, e)
}

// stage notes what is being done, unless that is what was being done a moment ago with other numbers.
func (j *journal) stage(at time.Time, message string) {
	shape := shapeOf(message)
	if message == "" || shape == j.shape && at.Sub(j.at) < stageEvery {
		return
	}
	j.shape, j.at = shape, at
	j.add(at, "info", message, nil)
}

// shapeOf is a message without its numbers.
func shapeOf(message string) string {
	return strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r == '.' || r == ',' {
			return -1
		}
		return r
	}, message)
}

func (j *journal) entries() []core.LogEntry {
	out := append([]core.LogEntry{}, j.first...)
	if j.left > 0 {
		out = append(out, core.LogEntry{At: j.last[0].At, Level: "info", Text: fmt.Sprintf("… %d lines are left out …", j.left)})
	}
	return append(out, j.last...)
}

// keepLog stores the log before the outcome is recorded, so that whoever is told of the end finds it. It is an aid: that it
// cannot be stored stops nothing.
func (e *Executor) keepLog(ctx context.Context, log *slog.Logger, run core.Run, p *progress, cause, err error) {
	switch {
	case errors.Is(cause, errLost):
		return // whoever has the run now writes its log
	case err == nil:
		p.note("info", "computed", nil)
	case errors.Is(cause, errCancelled):
		p.note("warning", "stopped: the run was cancelled", nil)
	case errors.Is(cause, context.Canceled):
		p.note("warning", "stopped: the worker is being shut down", nil)
	default:
		p.note("error", safeText(err), err)
	}
	p.mu.Lock()
	entries := p.log.entries()
	p.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := e.Runs.KeepLog(ctx, run, entries); err != nil {
		log.WarnContext(ctx, "log of the run not kept", "err", err)
	}
}

// safeText says what failed in words for everybody who may see the run.
func safeText(err error) string {
	var known *core.Error
	if errors.As(err, &known) {
		return known.Message
	}
	return "something on the server failed that is not the fault of the data"
}
