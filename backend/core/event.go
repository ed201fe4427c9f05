package core

import "context"

// Event is told to one user, live. Topic is run, dataset or notification; Data is the thing as the API gives it.
type Event struct {
	UserID int64
	Topic  string
	Data   any
}

// Publisher delivers events. It never blocks work: a lost event is repaired by the next read.
type Publisher interface {
	Publish(ctx context.Context, e Event)
}

// Enqueuer wakes workers. The runs table is the truth: callers may ignore an error, the sweeper repeats the call.
type Enqueuer interface {
	Enqueue(ctx context.Context, run Run) error
}
