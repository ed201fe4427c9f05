package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Handler works on one attempt of a run. It returns when the attempt has ended in whatever way and has recorded that in
// the runs table itself.
type Handler func(ctx context.Context, p Payload)

// Server takes tasks from several queues, each with a concurrency of its own: a long queue full of work never keeps a
// short one waiting. (Weights within one pool, asynq's other way, share the slots: ten long runs would fill them all.)
type Server struct {
	servers []*asynq.Server
	handler Handler
	base    context.Context
	stop    context.CancelFunc
	log     *slog.Logger
}

// shutdownGrace is how long a stopping server waits for handlers to record that they stopped.
const shutdownGrace = 20 * time.Second

// NewServer prepares one consumer per queue; concurrency must be at least 1 each. rdb stays the caller's to close.
func NewServer(rdb redis.UniversalClient, concurrency map[string]int, handler Handler, log *slog.Logger) *Server {
	s := &Server{handler: handler, log: log}
	s.base, s.stop = context.WithCancel(context.Background())
	for name, n := range concurrency {
		s.servers = append(s.servers, asynq.NewServerFromRedisClient(rdb, asynq.Config{
			Concurrency:       n,
			Queues:            map[string]int{name: 1},
			BaseContext:       func() context.Context { return s.base },
			TaskCheckInterval: 250 * time.Millisecond,
			ShutdownTimeout:   shutdownGrace,
			Logger:            asynqLog{log.With("queue", name)},
			LogLevel:          asynq.WarnLevel,
		}))
	}
	return s
}

// Start begins to take tasks and returns at once.
func (s *Server) Start() error {
	for i, srv := range s.servers {
		if err := srv.Start(asynq.HandlerFunc(s.process)); err != nil {
			for _, started := range s.servers[:i] {
				started.Shutdown()
			}
			return fmt.Errorf("queue: %w", err)
		}
	}
	return nil
}

// Shutdown takes no more tasks, cancels the contexts of the running handlers and waits for them.
func (s *Server) Shutdown() {
	for _, srv := range s.servers {
		srv.Stop()
	}
	s.stop()
	done := make(chan struct{})
	for _, srv := range s.servers {
		go func() { srv.Shutdown(); done <- struct{}{} }()
	}
	for range s.servers {
		<-done
	}
}

// process hands the task over. The handler's context ends with the server and not with the task's lease in Redis:
// Redis may sleep or be emptied while a run works; the lease that counts is in the runs table.
func (s *Server) process(_ context.Context, t *asynq.Task) error {
	var p Payload
	if t.Type() != TaskRun {
		return fmt.Errorf("queue: unknown task type %q: %w", t.Type(), asynq.SkipRetry)
	}
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return errors.Join(fmt.Errorf("queue: bad payload: %w", err), asynq.SkipRetry)
	}
	s.handler(s.base, p)
	return nil
}

// asynqLog sends asynq's messages to slog.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.log.Debug(fmt.Sprint(args...)) }
func (l asynqLog) Info(args ...any)  { l.log.Info(fmt.Sprint(args...)) }
func (l asynqLog) Warn(args ...any)  { l.log.Warn(fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) { l.log.Error(fmt.Sprint(args...)) }
func (l asynqLog) Fatal(args ...any) { l.log.Error(fmt.Sprint(args...), "fatal", true) }
