package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/hibiken/asynq"
	"github.com/redis/go-redis/v9"
)

// Handler works on one attempt of a run. It returns when the attempt has ended in whatever way and has recorded that in
// the runs table itself. false: there is no room for it here now; the task is offered again, to any worker, after a second.
type Handler func(ctx context.Context, p Payload) (taken bool)

// Server takes tasks from several queues, each with a concurrency of its own, which may change at any time: a long queue
// full of work never keeps a short one waiting. (Weights within one pool, asynq's other way, share the slots: ten long
// runs would fill them all.)
type Server struct {
	rdb     redis.UniversalClient
	handler Handler
	base    context.Context
	stop    context.CancelFunc
	log     *slog.Logger

	mu      sync.Mutex
	started bool
	ended   bool
	wanted  map[string]int
	takers  map[string]*taker
	retired sync.WaitGroup
}

// taker takes the tasks of one queue with one concurrency; another concurrency is another taker.
type taker struct {
	*asynq.Server
	n    int
	busy sync.WaitGroup // handlers at work
}

const (
	// shutdownGrace is how long a stopping server waits for handlers to record that they stopped.
	shutdownGrace = 20 * time.Second
	// again is after what time a task is offered again for which there was no room.
	again = time.Second
)

// errNoRoom gives the task back: it is no failure, and counts as none.
var errNoRoom = errors.New("queue: no room for the task now")

// NewServer prepares one consumer per queue. rdb stays the caller's to close.
func NewServer(rdb redis.UniversalClient, concurrency map[string]int, handler Handler, log *slog.Logger) *Server {
	s := &Server{rdb: rdb, handler: handler, log: log, wanted: map[string]int{}, takers: map[string]*taker{}}
	s.base, s.stop = context.WithCancel(context.Background())
	for name, n := range concurrency {
		s.wanted[name] = n
	}
	return s
}

// Start begins to take tasks and returns at once.
func (s *Server) Start() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.started = true
	for name, n := range s.wanted {
		if err := s.set(name, n); err != nil {
			for _, t := range s.takers {
				t.Shutdown()
			}
			return err
		}
	}
	return nil
}

// Set changes how many tasks of a queue are taken at once; with 0 none is. What is at work goes on.
func (s *Server) Set(name string, n int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wanted[name] = n
	if !s.started || s.ended {
		return nil
	}
	return s.set(name, n)
}

func (s *Server) set(name string, n int) error {
	old := s.takers[name]
	if old != nil && old.n == n || old == nil && n <= 0 {
		return nil
	}
	if old != nil {
		delete(s.takers, name)
		old.Stop()
		s.retired.Go(func() {
			old.busy.Wait()
			old.Shutdown()
		})
	}
	if n <= 0 {
		return nil
	}
	t := &taker{n: n}
	t.Server = asynq.NewServerFromRedisClient(s.rdb, asynq.Config{
		Concurrency:              n,
		Queues:                   map[string]int{name: 1},
		BaseContext:              func() context.Context { return s.base },
		TaskCheckInterval:        100 * time.Millisecond,
		DelayedTaskCheckInterval: 500 * time.Millisecond,
		ShutdownTimeout:          shutdownGrace,
		IsFailure:                func(err error) bool { return !errors.Is(err, errNoRoom) },
		RetryDelayFunc:           func(int, error, *asynq.Task) time.Duration { return again },
		Logger:                   asynqLog{s.log.With("queue", name)},
		LogLevel:                 asynq.WarnLevel,
	})
	if err := t.Start(asynq.HandlerFunc(func(_ context.Context, task *asynq.Task) error {
		t.busy.Add(1)
		defer t.busy.Done()
		return s.process(name, task)
	})); err != nil {
		return fmt.Errorf("queue: %w", err)
	}
	s.takers[name] = t
	return nil
}

// Shutdown takes no more tasks, cancels the contexts of the running handlers and waits for them.
func (s *Server) Shutdown() {
	s.mu.Lock()
	s.ended = true
	for _, t := range s.takers {
		t.Stop()
	}
	s.stop()
	for _, t := range s.takers {
		s.retired.Go(t.Shutdown)
	}
	s.mu.Unlock()
	s.retired.Wait()
}

// process hands the task over. The handler's context ends with the server and not with the task's lease in Redis:
// Redis may sleep or be emptied while a run works; the lease that counts is in the runs table.
func (s *Server) process(name string, t *asynq.Task) error {
	p := Payload{Queue: name}
	if t.Type() != TaskRun {
		return fmt.Errorf("queue: unknown task type %q: %w", t.Type(), asynq.SkipRetry)
	}
	if err := json.Unmarshal(t.Payload(), &p); err != nil {
		return errors.Join(fmt.Errorf("queue: bad payload: %w", err), asynq.SkipRetry)
	}
	if !s.handler(s.base, p) {
		return errNoRoom
	}
	return nil
}

// asynqLog sends asynq's messages to slog.
type asynqLog struct{ log *slog.Logger }

func (l asynqLog) Debug(args ...any) { l.log.Debug(fmt.Sprint(args...)) }
func (l asynqLog) Info(args ...any)  { l.log.Info(fmt.Sprint(args...)) }
func (l asynqLog) Warn(args ...any)  { l.log.Warn(fmt.Sprint(args...)) }
func (l asynqLog) Error(args ...any) { l.log.Error(fmt.Sprint(args...)) }
func (l asynqLog) Fatal(args ...any) { l.log.Error(fmt.Sprint(args...), "fatal", true) }
