package core

import (
	"context"
	"time"
)

// workerLost is after what time without a sign of life a worker counts as lost.
const workerLost = 15 * time.Second

// WorkerQueue is one queue as a worker sees it.
type WorkerQueue struct {
	Name    string    `json:"name"`
	Mode    QueueMode `json:"mode" enum:"open,paused,draining" doc:"what the worker knows of it"`
	Limit   int       `json:"limit" doc:"runs at once that are allowed now; 0 = nothing begins"`
	Running int       `json:"running"`
	Memory  int64     `json:"memory" doc:"bytes that its runs at work may plan with"`
}

// WorkerReport is a sign of life.
type WorkerReport struct {
	Name      string        `json:"name"`
	Host      string        `json:"host"`
	Version   string        `json:"version" doc:"of the program"`
	Engine    string        `json:"engine" doc:"version of the computations"`
	StartedAt time.Time     `json:"startedAt"`
	SeenAt    time.Time     `json:"seenAt"`
	Queues    []WorkerQueue `json:"queues"`
	Slots     int           `json:"slots" doc:"runs at once over all queues; 0 = without limit of its own"`
	Memory    int64         `json:"memory" doc:"bytes that one run may plan with unless its pipeline has a limit"`
	Threads   int           `json:"threads"`
	CPUs      int           `json:"cpus"`
	Load      float64       `json:"load" doc:"of the host: mean number of processes that compute over the last minute; -1 = not known"`
	Heap      int64         `json:"heap" doc:"bytes in use by the program"`
	Lost      bool          `json:"lost" doc:"gave no sign of life for 15 s; its runs go to others when their lease is over"`
}

// WorkerStore keeps the signs of life of workers.
type WorkerStore interface {
	Report(ctx context.Context, w *WorkerReport) error
	Gone(ctx context.Context, name string) error
	List(ctx context.Context) ([]WorkerReport, error) // by name
	Forget(ctx context.Context, seenBefore time.Time) error
}

// Workers lists those that live and those lost within a day; admins only.
func (a *Admin) Workers(ctx context.Context, caller Caller) ([]WorkerReport, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	list, err := a.stores.Workers().List(ctx)
	now := a.now()
	for i := range list {
		list[i].Lost = now.Sub(list[i].SeenAt) > workerLost
	}
	return list, err
}

// ForgetWorkers drops workers that were lost more than a day ago.
func (a *Admin) ForgetWorkers(ctx context.Context) error {
	return a.stores.Workers().Forget(ctx, a.now().Add(-24*time.Hour))
}
