// Package queue wakes workers through Redis (asynq). The runs table is the truth: a task says only which attempt of
// which run may be claimed, and losing every task loses no run, because core.Runs.Sweep enqueues again.
//
// Contract with worker/tasks: task type TaskRun, payload Payload, task id "run:<id>:<attempt>", queue = Run.Queue. An
// attempt that fails is requeued by core.Runs under a new attempt, hence a new task id; asynq offers a task again only when
// a worker had no room for it, or was lost.
//
// A task is a wake-up for its queue, not the order of work: which run begins is core.Runs.Next's to say.
package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"

	"regioscope/backend/core"
)

// TaskRun is the type of every task: the pipeline stands in the run's row.
const TaskRun = "run"

// ceiling bounds a task for asynq, which would otherwise stop it after half an hour. The real limit is the pipeline's
// timeout, which the executor reads from the database when the run begins.
const ceiling = 14 * 24 * time.Hour

// Payload names one attempt of one run.
type Payload struct {
	RunID   int64 `json:"runId"`
	Attempt int   `json:"attempt"`
	// Queue is where the task was taken from.
	Queue string `json:"-"`
}

// TaskID is unique per attempt, so enqueueing twice is harmless.
func TaskID(runID int64, attempt int) string { return fmt.Sprintf("run:%d:%d", runID, attempt) }

// Client implements core.Enqueuer.
type Client struct {
	rdb       redis.UniversalClient
	inspector *asynq.Inspector
}

// NewClient uses rdb, which stays the caller's to close.
func NewClient(rdb redis.UniversalClient) *Client {
	return &Client{rdb: rdb, inspector: asynq.NewInspectorFromRedisClient(rdb)}
}

// Enqueue makes sure that Redis has a task for the run's attempt which a worker will take. Calling it again for a task
// that waits or runs does nothing; a task that ended without the run being claimed is replaced.
func (c *Client) Enqueue(ctx context.Context, run core.Run) (err error) {
	ctx, span := otel.Tracer("regioscope/queue").Start(ctx, "enqueue "+run.Queue, trace.WithSpanKind(trace.SpanKindProducer))
	defer func() {
		if err != nil {
			span.SetStatus(codes.Error, "not enqueued; the sweeper will")
		}
		span.End()
	}()
	payload, err := json.Marshal(Payload{RunID: run.ID, Attempt: run.Attempt})
	if err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	id := TaskID(run.ID, run.Attempt)
	// A client of asynq registers a queue once in its life. After Redis was emptied the queue would stay unregistered
	// and its tasks unfindable, so every call takes a new client, which costs one set member.
	client := asynq.NewClientFromRedisClient(c.rdb)
	for range 2 {
		_, err = client.EnqueueContext(ctx, asynq.NewTask(TaskRun, payload),
			asynq.TaskID(id), asynq.Queue(run.Queue), asynq.MaxRetry(1), asynq.Timeout(ceiling))
		if !errors.Is(err, asynq.ErrTaskIDConflict) {
			break
		}
		if waiting, e := c.Known(run.Queue, id); e != nil || waiting {
			return e
		}
		if e := c.inspector.DeleteTask(run.Queue, id); e != nil && !gone(e) {
			return fmt.Errorf("queue: drop the ended task %s: %w", id, e)
		}
	}
	if err != nil {
		return fmt.Errorf("queue: enqueue %s: %w", id, err)
	}
	return nil
}

// Known tells whether Redis has the task waiting or in work.
func (c *Client) Known(queue, taskID string) (bool, error) {
	info, err := c.inspector.GetTaskInfo(queue, taskID)
	switch {
	case gone(err):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("queue: look up %s: %w", taskID, err)
	}
	return info.State != asynq.TaskStateArchived && info.State != asynq.TaskStateCompleted, nil
}

func gone(err error) bool {
	return errors.Is(err, asynq.ErrTaskNotFound) || errors.Is(err, asynq.ErrQueueNotFound)
}
