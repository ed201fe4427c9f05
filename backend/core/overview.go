package core

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// RunTimes is when one run was queued, last, and when it began and ended.
type RunTimes struct {
	Queue    string
	Pipeline Pipeline
	State    RunState
	Queued   time.Time
	Started  *time.Time
	Finished *time.Time
}

// overviewBins is how many points the curves of an overview have.
const overviewBins = 60

// rateOver is the time over which what is done per minute is averaged.
const rateOver = 5 * time.Minute

// QueueOverview is what happens in a queue. Curves have one value per bin, the newest last.
type QueueOverview struct {
	QueueSettings
	Depth       int       `json:"depth" doc:"runs that wait"`
	OldestSince time.Time `json:"oldestSince,omitzero" doc:"since when the run waits that waits longest"`
	Running     int       `json:"running"`
	DoneRate    float64   `json:"doneRate" doc:"finished per minute, mean of the last five"`
	FailedRate  float64   `json:"failedRate" doc:"failed per minute, mean of the last five"`
	Depths      []int     `json:"depths" doc:"runs that waited at the end of every bin"`
	Done        []int     `json:"done" doc:"finished in every bin"`
	Failed      []int     `json:"failed" doc:"failed in every bin"`
	Waits       []float64 `json:"waits" doc:"median wait of what began in every bin, seconds; 0 when nothing began"`
	Workers     int       `json:"workers" doc:"workers that live and consume it"`
	Slots       int       `json:"slots" doc:"runs at once that they allow now"`
}

// PipelineOverview is how long the runs of a pipeline waited and worked that ended in the time that is looked at.
type PipelineOverview struct {
	Pipeline Pipeline `json:"pipeline"`
	Waiting  int      `json:"waiting"`
	Running  int      `json:"running"`
	Done     int      `json:"done"`
	Failed   int      `json:"failed"`
	WaitP50  float64  `json:"waitP50" doc:"seconds, as all here; nearest rank; 0 when nothing was done"`
	WaitP95  float64  `json:"waitP95"`
	RunP50   float64  `json:"runP50"`
	RunP95   float64  `json:"runP95"`
}

// Overview is what happens in all queues.
type Overview struct {
	At         time.Time          `json:"at"`
	BinSeconds float64            `json:"binSeconds"`
	Queues     []QueueOverview    `json:"queues"`
	Pipelines  []PipelineOverview `json:"pipelines"`
	Workers    WorkerSettings     `json:"workers"`
}

// Overview looks at the queues over the last minutes, 5 to 1440; admins only.
func (a *Admin) Overview(ctx context.Context, caller Caller, minutes int) (*Overview, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	span := time.Duration(min(max(minutes, 5), 1440)) * time.Minute
	now := a.now().UTC()
	t, err := readTuning(ctx, a.stores)
	if err != nil {
		return nil, err
	}
	workers, err := a.Workers(ctx, caller)
	if err != nil {
		return nil, err
	}
	pipelines, err := a.stores.Settings().Pipelines(ctx)
	if err != nil {
		return nil, err
	}
	times, err := a.stores.Turns().Times(ctx, now.Add(-span))
	if err != nil {
		return nil, err
	}
	o := &Overview{At: now, BinSeconds: span.Seconds() / overviewBins, Workers: WorkerSettings{Slots: t.Slots}}
	for _, q := range t.Queues {
		v := queueOverview(q, times, now, span)
		for _, w := range workers {
			for _, wq := range w.Queues {
				if wq.Name == q.Name && !w.Lost {
					v.Workers++
					v.Slots += wq.Limit
				}
			}
		}
		o.Queues = append(o.Queues, v)
	}
	for _, p := range pipelines {
		o.Pipelines = append(o.Pipelines, pipelineOverview(p.Pipeline, times))
	}
	return o, nil
}

func queueOverview(q QueueSettings, times []RunTimes, now time.Time, span time.Duration) QueueOverview {
	v := QueueOverview{QueueSettings: q, Depths: make([]int, overviewBins), Done: make([]int, overviewBins), Failed: make([]int, overviewBins),
		Waits: make([]float64, overviewBins)}
	from, bin := now.Add(-span), span/overviewBins
	at := func(t time.Time) int { return min(int(t.Sub(from)/bin), overviewBins-1) } // negative before
	change := make([]int, overviewBins+1)                                            // of the depth
	waits := make([][]float64, overviewBins)
	for _, r := range times {
		if r.Queue != q.Name {
			continue
		}
		left := now.Add(bin)
		switch {
		case r.State == RunQueued:
			v.Depth++
			if v.OldestSince.IsZero() || r.Queued.Before(v.OldestSince) {
				v.OldestSince = r.Queued
			}
		case r.Started != nil:
			left = *r.Started
			if i := at(left); !left.Before(from) {
				waits[i] = append(waits[i], left.Sub(r.Queued).Seconds())
			}
		case r.Finished != nil:
			left = *r.Finished // cancelled before its turn
		}
		// It counts for every bin at whose end it waited.
		if i, j := max(at(r.Queued), 0), at(left); left.After(from) && r.Queued.Before(left) {
			change[i]++
			if r.State != RunQueued {
				change[max(j, 0)]--
			}
		}
		if r.State == RunRunning || r.State == RunCancelling {
			v.Running++
		}
		if r.Finished == nil || r.Finished.Before(from) {
			continue
		}
		recent := now.Sub(*r.Finished) <= rateOver
		switch r.State {
		case RunFinished:
			v.Done[at(*r.Finished)]++
			if recent {
				v.DoneRate += 1 / rateOver.Minutes()
			}
		case RunFailed:
			v.Failed[at(*r.Finished)]++
			if recent {
				v.FailedRate += 1 / rateOver.Minutes()
			}
		}
	}
	depth := 0
	for i := range v.Depths {
		depth += change[i]
		v.Depths[i] = depth
		v.Waits[i] = rank(waits[i], 0.5)
	}
	return v
}

func pipelineOverview(p Pipeline, times []RunTimes) PipelineOverview {
	v := PipelineOverview{Pipeline: p}
	var waits, took []float64
	for _, r := range times {
		if r.Pipeline != p {
			continue
		}
		switch r.State {
		case RunQueued:
			v.Waiting++
		case RunRunning, RunCancelling:
			v.Running++
		case RunFailed:
			v.Failed++
		case RunFinished:
			v.Done++
			if r.Started != nil && r.Finished != nil {
				waits, took = append(waits, r.Started.Sub(r.Queued).Seconds()), append(took, r.Finished.Sub(*r.Started).Seconds())
			}
		}
	}
	v.WaitP50, v.WaitP95 = rank(waits, 0.5), rank(waits, 0.95)
	v.RunP50, v.RunP95 = rank(took, 0.5), rank(took, 0.95)
	return v
}

// rank gives the quantile q by nearest rank, which is always one of the values; 0 without any. It sorts values.
func rank(values []float64, q float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.SortFunc(values, cmp.Compare[float64])
	i := int(q * float64(len(values)))
	if float64(i) == q*float64(len(values)) {
		i--
	}
	return max(values[max(i, 0)], 0)
}
