package tasks

import (
	"context"
	"sync"
	"time"

	"regioscope/backend/core"
	"regioscope/backend/queue"
)

// patience is how long a task waits here for a slot before other workers are offered it.
const patience = 2 * time.Second

// pause is how long a task for which there was no room is kept before other workers are offered it.
const pause = 500 * time.Millisecond

// slots counts what one worker has at work, and lets runs begin as the administrator allows: so many per queue, so many
// in all, shared out by weight, and within the memory budget of each queue. Its limits may change at any time.
type slots struct {
	e   *Executor
	own map[string]int // what the worker was started with

	mu      sync.Mutex
	plan    *core.Tuning
	changed chan struct{} // closed when there may be room
	running map[string]int
	waiting map[string]int
	memory  map[string]int64
}

func newSlots(e *Executor, own map[string]int) *slots {
	return &slots{e: e, own: own, changed: make(chan struct{}), running: map[string]int{}, waiting: map[string]int{}, memory: map[string]int64{}}
}

// follow takes new limits.
func (s *slots) follow(t *core.Tuning) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.plan = t
	s.wake()
}

func (s *slots) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *slots) limit(name string) int { return s.settings(name).Limit(s.own[name]) }

// settings is to be called under the lock; before the first plan nothing may begin.
func (s *slots) settings(name string) core.QueueSettings {
	if s.plan == nil {
		return core.QueueSettings{Name: name, Mode: core.QueuePaused, Weight: 1}
	}
	return s.plan.Queue(name)
}

// take waits for a slot of the queue; false when there was none in time.
func (s *slots) take(ctx context.Context, name string) bool {
	end := time.NewTimer(patience)
	defer end.Stop()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting[name]++
	defer func() { s.waiting[name]-- }()
	for !s.room(name) {
		changed := s.changed
		s.mu.Unlock()
		over := false
		select {
		case <-changed:
		case <-end.C:
			over = true
		case <-ctx.Done():
			over = true
		}
		s.mu.Lock()
		if over {
			return false
		}
	}
	s.running[name]++
	s.wake() // what the weights allow others depends on it
	return true
}

// room tells whether a run of the queue may begin now. When slots are scarce, it is the turn of the waiting queue that
// has least at work for its weight.
func (s *slots) room(name string) bool {
	if s.running[name] >= s.limit(name) {
		return false
	}
	if s.plan.Slots == 0 {
		return true
	}
	total := 0
	for _, n := range s.running {
		total += n
	}
	if total >= s.plan.Slots {
		return false
	}
	mine := s.settings(name).Weight
	for other, n := range s.waiting {
		if other == name || n == 0 || s.running[other] >= s.limit(other) {
			continue
		}
		theirs := s.settings(other).Weight
		// running/weight as it would be with one more, without division
		a, b := (s.running[name]+1)*theirs, (s.running[other]+1)*mine
		if a > b || a == b && theirs > mine {
			return false
		}
	}
	return true
}

// reserve puts bytes of the queue's budget aside; false when they do not fit beside what is at work. What is alone
// always fits: it would wait for ever.
func (s *slots) reserve(name string, bytes int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	budget := s.settings(name).Memory
	if budget > 0 && s.memory[name] > 0 && s.memory[name]+bytes > budget {
		return false
	}
	s.memory[name] += bytes
	return true
}

func (s *slots) unreserve(name string, bytes int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.memory[name] -= bytes
}

func (s *slots) free(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.running[name]--
	s.wake()
}

// handle is the queue.Handler: it begins the run whose turn it is in the queue that the task came from.
func (s *slots) handle(ctx context.Context, p queue.Payload) (taken bool) {
	if !s.take(ctx, p.Queue) {
		return false
	}
	taken = s.next(ctx, p.Queue)
	s.free(p.Queue)
	if !taken { // not at once again: what is in the way takes its time
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
	return taken
}

func (s *slots) next(ctx context.Context, name string) (taken bool) {
	for range 16 {
		s.mu.Lock()
		settings := s.settings(name)
		s.mu.Unlock()
		run, pipeline, later, err := s.e.Runs.Next(ctx, settings)
		if err != nil {
			s.e.Log.WarnContext(ctx, "nobody's turn: the database does not answer", "queue", name, "err", err)
			return false
		}
		if run == nil {
			return !later
		}
		bytes := s.e.allowance(pipeline)
		if !s.reserve(name, bytes) {
			return false
		}
		claimed := s.e.begin(core.WithTrail(ctx, run.Trail()), run.ID, run.Attempt)
		if claimed != nil {
			s.e.work(ctx, *claimed)
		}
		s.unreserve(name, bytes)
		if claimed != nil {
			return true
		}
	}
	return false // others were faster every time
}

// report fills in what is at work. Of queues nothing is said before the first plan: they are not paused, and who waits
// until they are must not be told so.
func (s *slots) report(w *core.WorkerReport) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Queues = nil
	if s.plan == nil {
		return
	}
	for _, name := range core.Queues {
		if _, ok := s.own[name]; ok {
			w.Queues = append(w.Queues, core.WorkerQueue{Name: name, Mode: s.settings(name).Mode, Limit: s.limit(name), Running: s.running[name], Memory: s.memory[name]})
		}
	}
	w.Slots = s.plan.Slots
}

// most gives how many runs may be at work at once over all queues.
func (s *slots) most() (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name := range s.own {
		n += max(s.limit(name), s.running[name])
	}
	if s.plan != nil && s.plan.Slots > 0 {
		n = min(n, s.plan.Slots)
	}
	return n
}
