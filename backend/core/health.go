package core

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"
)

// HealthState is how one thing is.
type HealthState string

const (
	HealthOK      HealthState = "ok"
	HealthWarning HealthState = "warning"
	HealthFailed  HealthState = "failed"
)

// HealthCheck is what was found of one thing that the installation stands on.
type HealthCheck struct {
	Name  string      `json:"name"`
	State HealthState `json:"state" enum:"ok,warning,failed"`
	Text  string      `json:"text" doc:"what was found and, when it is not well, what to do"`
}

// HealthReport is how the installation is, as one server sees it.
type HealthReport struct {
	At     time.Time     `json:"at"`
	Checks []HealthCheck `json:"checks"`
}

// Health looks at everything that the installation stands on.
type Health struct {
	admin   *Admin
	redis   func(ctx context.Context) (time.Time, error) // its time
	free    func() (int64, error)                        // bytes of the data volume
	storage Storage                                      // nil: files are on the data volume
}

// Storage is where files are when they are not on the data volume.
type Storage interface {
	Where() string
	Reach(ctx context.Context) error
}

// WatchStorage looks at a storage, too.
func (h *Health) WatchStorage(s Storage) { h.storage = s }

// NewHealth builds the service.
func NewHealth(admin *Admin, redis func(ctx context.Context) (time.Time, error), free func() (int64, error)) *Health {
	return &Health{admin: admin, redis: redis, free: free}
}

// clockOff is how far clocks may be apart before somebody is told. Leases go by the clock of the database, but tokens, logs
// and links do not.
const clockOff = 2 * time.Second

// Look asks everything, for at most a few seconds; admins only.
func (h *Health) Look(ctx context.Context, caller Caller) (*HealthReport, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	r := &HealthReport{At: h.admin.now().UTC()}
	add := func(name string, state HealthState, format string, args ...any) {
		r.Checks = append(r.Checks, HealthCheck{name, state, fmt.Sprintf(format, args...)})
	}
	if err := h.admin.stores.Ping(ctx); err != nil {
		add("database", HealthFailed, "It does not answer.")
	} else if off := time.Until(h.admin.stores.Now()); off.Abs() > clockOff {
		add("database", HealthWarning, "Its clock is %s away from this server's: synchronise the clocks of all machines.", off.Abs().Round(time.Second))
	} else {
		add("database", HealthOK, "It answers.")
	}
	if now, err := h.redis(ctx); err != nil {
		add("Redis", HealthFailed, "It does not answer: pages are not told of news, and workers look for work every few seconds only.")
	} else if off := time.Until(now); off.Abs() > clockOff {
		add("Redis", HealthWarning, "Its clock is %s away from this server's: synchronise the clocks of all machines.", off.Abs().Round(time.Second))
	} else {
		add("Redis", HealthOK, "It answers.")
	}
	h.volume(add)
	if h.storage != nil {
		if err := h.storage.Reach(ctx); err != nil {
			add("storage", HealthFailed, "The bucket %s cannot be used: files cannot be opened, and runs wait. %v", h.storage.Where(), cmp.Or(errors.Unwrap(err), err))
		} else {
			add("storage", HealthOK, "The bucket %s answers.", h.storage.Where())
		}
	}
	return r, h.queues(ctx, caller, add)
}

func (h *Health) volume(add func(string, HealthState, string, ...any)) {
	free, err := h.free()
	reserve := DefaultUploadLimits().ReserveBytes
	switch {
	case err != nil:
		add("data volume", HealthFailed, "It cannot be looked at. Is it mounted?")
	case free < reserve:
		add("data volume", HealthFailed, "Only %s are free: uploads are refused. Empty the trash, clean up on the page Storage, or enlarge it.", ByteText(free))
	case free < 4*reserve:
		add("data volume", HealthWarning, "Only %s are free.", ByteText(free))
	default:
		add("data volume", HealthOK, "%s are free.", ByteText(free))
	}
}

func (h *Health) queues(ctx context.Context, caller Caller, add func(string, HealthState, string, ...any)) error {
	workers, err := h.admin.Workers(ctx, caller)
	if err != nil {
		return err
	}
	lost := 0
	for _, w := range workers {
		if w.Lost {
			lost++
		}
	}
	switch {
	case len(workers) == lost:
		add("workers", HealthFailed, "No worker lives: nothing is computed.")
	case lost > 0:
		add("workers", HealthWarning, "%d of %d gave no sign of life for %s.", lost, len(workers), workerLost)
	default:
		add("workers", HealthOK, "%d at work.", len(workers))
	}
	o, err := h.admin.Overview(ctx, caller, 60)
	if err != nil {
		return err
	}
	for _, q := range o.Queues {
		name := "queue " + q.Name
		failed := 0
		for _, n := range q.Failed {
			failed += n
		}
		switch {
		case q.Workers == 0 && q.Depth > 0:
			add(name, HealthFailed, "%d runs wait, and no worker consumes it.", q.Depth)
		case q.Workers == 0:
			add(name, HealthWarning, "No worker consumes it.")
		case q.Mode != QueueOpen:
			add(name, HealthWarning, "It is %s; %d runs wait.", q.Mode, q.Depth)
		case failed > 0:
			add(name, HealthWarning, "%d runs failed within the last hour; %d wait.", failed, q.Depth)
		default:
			add(name, HealthOK, "%d runs wait, %d are computed.", q.Depth, q.Running)
		}
	}
	return nil
}
