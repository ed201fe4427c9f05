package tasks

import (
	"context"
	"fmt"
	"sync"
	"time"

	"regioscope/backend/core"
)

const (
	publishEvery = 250 * time.Millisecond // at most four progress events per second
	renewEvery   = time.Second            // a wish to cancel is seen within this time
)

// progress is how far a run is: pipelines write it from any goroutine, the heartbeat reads it.
type progress struct {
	mu      sync.Mutex
	began   time.Time
	share   float64
	message string
	changed bool
	log     journal
	steps   stepSpans
}

func newProgress() *progress { return &progress{began: time.Now()} }

// note writes a line into the log of the run.
func (p *progress) note(level, text string, cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.log.add(time.Now(), level, text, cause)
}

// trace makes spans of the stages under that of ctx; the returned function ends the last one.
func (p *progress) trace(ctx context.Context) (end func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.steps.begin(ctx)
	return func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.steps.end()
		p.steps.ctx = nil
	}
}

// set notes the share that is done, 0..1, and what is being done.
func (p *progress) set(share float64, message string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if message != p.message {
		p.log.stage(time.Now(), message)
		p.steps.stage(message)
	}
	p.share, p.message, p.changed = min(max(share, 0), 1), message, true
}

// span gives a callback for the part of the work between two shares.
func (p *progress) span(from, to float64, message string) func(done, total int64) {
	p.set(from, message)
	return func(done, total int64) {
		if total > 0 {
			p.set(from+(to-from)*float64(done)/float64(total), message)
		}
	}
}

// read gives the state with an estimate of the rest, and whether it changed since the last read.
func (p *progress) read(now time.Time) (share float64, message string, changed bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	changed, p.changed = p.changed, false
	return p.share, p.message + rest(now.Sub(p.began), p.share), changed
}

// rest estimates the time that is left, once there is something to go by.
func rest(spent time.Duration, share float64) string {
	if spent < 5*time.Second || share < 0.02 || share >= 1 {
		return ""
	}
	left := time.Duration(float64(spent) * (1 - share) / share)
	switch {
	case left < time.Minute:
		return fmt.Sprintf("; about %d s left", max(1, int(left.Seconds())))
	case left < 90*time.Minute:
		return fmt.Sprintf("; about %d min left", int(left.Minutes()+0.5))
	}
	return fmt.Sprintf("; about %d h left", int(left.Hours()+0.5))
}

type heart struct {
	stop chan struct{}
	done chan struct{}
}

func (h *heart) end() {
	close(h.stop)
	<-h.done
}

// heartbeat keeps the lease, tells progress, and stops the work when the run is to be cancelled or is lost. It goes on
// until end, also while the worker is being stopped: the outcome must still be recorded under the lease.
func (e *Executor) heartbeat(ctx context.Context, run core.Run, p *progress, stop context.CancelCauseFunc) *heart {
	h := &heart{stop: make(chan struct{}), done: make(chan struct{})}
	ctx = context.WithoutCancel(ctx)
	go func() {
		defer close(h.done)
		publish := time.NewTicker(publishEvery)
		defer publish.Stop()
		renew := time.NewTicker(min(renewEvery, e.Lease/3))
		defer renew.Stop()
		for {
			select {
			case <-h.stop:
				return
			case now := <-publish.C:
				if share, message, changed := p.read(now); changed {
					e.Runs.Progress(ctx, run, share, message)
				}
			case now := <-renew.C:
				share, message := p.peek(now)
				limited, cancel := context.WithTimeout(ctx, e.Lease)
				wished, ours, err := e.Runs.Renew(limited, run, e.Lease, share, message)
				cancel()
				switch {
				case err != nil:
					// The database may be back before the lease is over; if not, recording is fenced.
					e.Log.WarnContext(ctx, "lease not renewed", "err", err)
				case !ours:
					stop(errLost)
				case wished:
					stop(errCancelled)
				}
			}
		}
	}()
	return h
}

func (p *progress) peek(now time.Time) (float64, string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.share, p.message + rest(now.Sub(p.began), p.share)
}
