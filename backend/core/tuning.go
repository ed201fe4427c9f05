package core

import (
	"time"
)

// QueueMode is what a queue does with runs that wait.
type QueueMode string

const (
	QueueOpen     QueueMode = "open"
	QueuePaused   QueueMode = "paused"   // nothing begins; what is at work goes on
	QueueDraining QueueMode = "draining" // what waited when it began is worked off, what comes later waits
)

// Bounds of what can be tuned.
const (
	maxConcurrency = 64
	maxWeight      = 100
	maxPriority    = 9
	maxAttempts    = 20
	minMemory      = 64 << 20
	maxTimeout     = 14 * 24 * time.Hour
	maxGrid        = 200
)

// Queues are the names of all queues, quick work first.
var Queues = []string{QueueShort, QueueMedium, QueueLong}

// QueueSettings is what an administrator tunes of one queue.
type QueueSettings struct {
	Name        string    `json:"name" enum:"short,medium,long"`
	Mode        QueueMode `json:"mode" enum:"open,paused,draining"`
	Since       time.Time `json:"since" doc:"when the mode was set"`
	Concurrency int       `json:"concurrency" doc:"runs at once per worker; 0 = as each worker was started"`
	Weight      int       `json:"weight" doc:"share of a worker's slots when they are scarce"`
	Memory      int64     `json:"memory" doc:"bytes that the runs of this queue may plan with per worker; 0 = without budget"`
	Version     int64     `json:"version"`
}

// WorkerSettings is what is tuned of all workers alike.
type WorkerSettings struct {
	Slots int `json:"slots" minimum:"0" maximum:"256" doc:"runs at once per worker over all queues, shared out by weight; 0 = as many as the queues allow"`
}

// Tuning is what workers follow.
type Tuning struct {
	Queues []QueueSettings
	Slots  int
}

// Queue gives the settings of one; an unknown one is open.
func (t *Tuning) Queue(name string) QueueSettings {
	for _, q := range t.Queues {
		if q.Name == name {
			return q
		}
	}
	return QueueSettings{Name: name, Mode: QueueOpen, Weight: 1}
}

// Limit is how many runs of the queue a worker may have at work that was started with own; 0 when nothing may begin.
func (q QueueSettings) Limit(own int) int {
	switch {
	case q.Mode == QueuePaused:
		return 0
	case q.Concurrency > 0:
		return q.Concurrency
	}
	return own
}

// QueuedBefore is the time before which a run must have been asked for to have its turn; zero = any.
func (q QueueSettings) QueuedBefore() time.Time {
	if q.Mode == QueueDraining {
		return q.Since
	}
	return time.Time{}
}

// QueuePatch changes what is not nil. Version, when given, must be that of the row: who changes what somebody else has
// changed meanwhile is told.
type QueuePatch struct {
	Mode        *QueueMode `json:"mode,omitempty" enum:"open,paused,draining"`
	Concurrency *int       `json:"concurrency,omitempty"`
	Weight      *int       `json:"weight,omitempty"`
	Memory      *int64     `json:"memory,omitempty"`
	Version     *int64     `json:"version,omitempty"`
}

// PipelinePatch changes what is not nil; Version as for QueuePatch.
type PipelinePatch struct {
	Queue       *string `json:"queue,omitempty"`
	Priority    *int    `json:"priority,omitempty"`
	TimeoutS    *int64  `json:"timeoutSeconds,omitempty"`
	MaxAttempts *int    `json:"maxAttempts,omitempty"`
	Memory      *int64  `json:"memory,omitempty"`
	Enabled     *bool   `json:"enabled,omitempty"`
	Version     *int64  `json:"version,omitempty"`
}
