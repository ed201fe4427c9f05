package core

import (
	"context"
	"fmt"
	"time"
)

// LogEntry is one line of the log of a run.
type LogEntry struct {
	At    time.Time `json:"at"`
	Level string    `json:"level" enum:"info,warning,error"`
	Text  string    `json:"text" doc:"safe to show to everybody who may see the run"`
	// Cause may name files and servers, so that only administrators see it.
	Cause string `json:"cause,omitempty" doc:"of errors, for administrators"`
}

// RunLog is what one attempt of a run noted: its stages, and why it ended. Of long logs the middle is left out, and a line
// says so.
type RunLog struct {
	Attempt int        `json:"attempt"`
	Worker  string     `json:"worker"`
	Request string     `json:"request,omitempty" doc:"id of the request that asked for the attempt, as in the logs of the server and of the worker; for administrators"`
	Entries []LogEntry `json:"entries"`
}

// KeepLog stores the log of the run's attempt in place of what was stored of it before.
func (s *Runs) KeepLog(ctx context.Context, run Run, entries []LogEntry) error {
	if err := s.stores.Runs().KeepLog(ctx, run.ID, RunLog{Attempt: run.Attempt, Worker: run.Worker, Request: run.RequestID, Entries: entries}); err != nil {
		return fmt.Errorf("log of run %d: %w", run.ID, err)
	}
	return nil
}

// Log gives what the attempts of a run noted, the first attempt first. An attempt that is still at work, or whose worker was
// killed, has none. ErrNotFound like Get.
func (s *Runs) Log(ctx context.Context, caller Caller, id int64) ([]RunLog, error) {
	run, err := s.visible(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	logs, err := s.stores.Runs().Logs(ctx, run.ID)
	if err != nil || caller.IsAdmin() {
		return logs, err
	}
	for i := range logs {
		logs[i].Request = ""
		for k := range logs[i].Entries {
			logs[i].Entries[k].Cause = ""
		}
	}
	return logs, nil
}
