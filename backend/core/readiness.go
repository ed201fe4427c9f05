package core

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Need is one thing without which a server can serve nobody.
type Need struct {
	Name  string
	Say   string // what it means that Check fails, safe for everybody to read
	Check func(ctx context.Context) error
}

// Whether a server is ready, as load balancers ask.
const (
	Ready    = "ready"
	NotReady = "not ready"
	Stopping = "stopping"
)

// NeedState is how one need is. Cause may name hosts and files.
type NeedState struct {
	Name  string `json:"name"`
	Ready bool   `json:"ready"`
	Text  string `json:"text,omitempty"`
	Cause error  `json:"-"`
}

// Readiness tells whether a server can serve people. Whether it lives is another question: one that is not ready gets no
// requests for a while, one that does not live is started again, which would not bring a database back.
type Readiness struct {
	needs    []Need
	busy     []atomic.Bool
	stopping atomic.Bool
}

// NewReadiness builds one that asks for needs, in this order.
func NewReadiness(needs ...Need) *Readiness {
	return &Readiness{needs: needs, busy: make([]atomic.Bool, len(needs))}
}

// Stop makes the server not ready for good: it is about to end.
func (r *Readiness) Stop() { r.stopping.Store(true) }

// errHangs: a file system of another machine may hang for ever, whatever the context says.
var errHangs = errors.New("the check before has not come back")

// Look asks for all needs at once, each for at most the given time.
func (r *Readiness) Look(ctx context.Context, patience time.Duration) (state string, parts []NeedState) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	parts = make([]NeedState, len(r.needs))
	var all sync.WaitGroup
	for i, need := range r.needs {
		all.Go(func() { parts[i] = r.ask(ctx, i, need) })
	}
	all.Wait()
	state = Ready
	for _, p := range parts {
		if !p.Ready {
			state = NotReady
		}
	}
	if r.stopping.Load() {
		state = Stopping
	}
	return state, parts
}

func (r *Readiness) ask(ctx context.Context, i int, need Need) NeedState {
	s := NeedState{Name: need.Name}
	if !r.busy[i].CompareAndSwap(false, true) {
		s.Cause = errHangs
	} else {
		answer := make(chan error, 1)
		go func() {
			defer r.busy[i].Store(false)
			answer <- need.Check(ctx)
		}()
		select {
		case s.Cause = <-answer:
		case <-ctx.Done():
			s.Cause = ctx.Err()
		}
	}
	if s.Ready = s.Cause == nil; !s.Ready {
		s.Text = need.Say
	}
	return s
}
