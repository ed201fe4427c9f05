package store

import (
	"context"
	"sync"
	"time"
)

const (
	// syncEvery bounds how far the clock may drift from that of the database.
	syncEvery = 10 * time.Second
	// syncWithin is how long an answer may take to be of use: nobody knows when in between it was true.
	syncWithin = time.Second
)

// clock is the time of the database, so that all processes have the same one whatever the machines' clocks say: who
// would take a run away from a worker because of a clock that is wrong by more than a lease? Between questions time passes
// as the machine's monotonic clock says, which nobody sets.
type clock struct {
	ask  func(context.Context) (time.Time, error)
	stop context.CancelFunc
	done chan struct{}

	mu    sync.Mutex
	there time.Time // what the database said
	here  time.Time // when it was heard here; zero until then
}

// startClock asks now and then until close. The first question is answered before it returns, when the database does.
func startClock(ctx context.Context, ask func(context.Context) (time.Time, error)) *clock {
	c := &clock{ask: ask, done: make(chan struct{})}
	c.sync(ctx)
	ctx, c.stop = context.WithCancel(context.WithoutCancel(ctx))
	go func() {
		defer close(c.done)
		tick := time.NewTicker(syncEvery)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				c.sync(ctx)
			}
		}
	}()
	return c
}

// sync asks once. What the last answer said holds while the database is away.
func (c *clock) sync(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, syncWithin)
	defer cancel()
	asked := time.Now()
	there, err := c.ask(ctx)
	took := time.Since(asked)
	if err != nil || took > syncWithin {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.there, c.here = there.Add(took/2), time.Now()
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.here.IsZero() {
		return localNow()
	}
	return c.there.Add(time.Since(c.here))
}

func (c *clock) close() {
	c.stop()
	<-c.done
}
