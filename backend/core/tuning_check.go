package core

import (
	"fmt"
	"slices"
	"time"
)

// complaints collects what is wrong with a form, field by field.
type complaints []Field

func (c *complaints) add(field string, value any, format string, args ...any) {
	*c = append(*c, Field{Field: field, Value: fmt.Sprint(value), Message: fmt.Sprintf(format, args...)})
}

func (c complaints) err() error {
	if len(c) == 0 {
		return nil
	}
	return Errorf(CodeInvalid, "%s", c[0].Message).WithFields(c...)
}

// check says what cannot be; pipelines are those of today.
func (q QueueSettings) check(pipelines []PipelineSettings) error {
	var c complaints
	if q.Mode != QueueOpen && q.Mode != QueuePaused && q.Mode != QueueDraining {
		c.add("mode", q.Mode, "The mode must be open, paused or draining.")
	}
	if q.Concurrency < 0 || q.Concurrency > maxConcurrency {
		c.add("concurrency", q.Concurrency, "A worker can have 1 to %d runs at once; 0 leaves it to the worker.", maxConcurrency)
	}
	if q.Weight < 1 || q.Weight > maxWeight {
		c.add("weight", q.Weight, "The weight must be 1 to %d.", maxWeight)
	}
	if q.Memory != 0 && q.Memory < minMemory {
		c.add("memory", q.Memory, "The budget must be at least 64 MiB; 0 is without one.")
	}
	for _, p := range pipelines {
		if p.Queue == q.Name && q.Memory != 0 && p.Memory > q.Memory {
			c.add("memory", q.Memory, "A run of %s may plan with more than this budget. Lower that limit first, or move the pipeline to another queue.", p.Pipeline)
			break
		}
	}
	return c.err()
}

// check says what cannot be; queues are those of today.
func (p PipelineSettings) check(queues []QueueSettings) error {
	var c complaints
	at := slices.IndexFunc(queues, func(q QueueSettings) bool { return q.Name == p.Queue })
	if at < 0 {
		c.add("queue", p.Queue, "There is no queue %q: choose short, medium or long.", p.Queue)
	}
	if p.Priority < 0 || p.Priority > maxPriority {
		c.add("priority", p.Priority, "The priority must be 0 (last) to %d (first).", maxPriority)
	}
	if p.Timeout < time.Second || p.Timeout > maxTimeout {
		c.add("timeoutSeconds", int64(p.Timeout/time.Second), "The time limit must be 1 second to 14 days.")
	}
	if p.MaxAttempts < 1 || p.MaxAttempts > maxAttempts {
		c.add("maxAttempts", p.MaxAttempts, "There must be 1 to %d attempts.", maxAttempts)
	}
	switch {
	case p.Memory != 0 && p.Memory < minMemory:
		c.add("memory", p.Memory, "The limit must be at least 64 MiB; 0 leaves it to the worker.")
	case at >= 0 && queues[at].Memory != 0 && p.Memory > queues[at].Memory:
		c.add("memory", p.Memory, "The queue %s has a smaller budget per worker: such a run would never fit.", p.Queue)
	}
	return c.err()
}

// checkGrid says what cannot be, naming rows as pairs[2].bin.
func checkGrid(p Pipeline, pairs []WindowBin) error {
	var c complaints
	if len(pairs) > maxGrid {
		c.add("pairs", len(pairs), "At most %d windows and bins.", maxGrid)
	}
	limit := int64(maxStackupBins)
	if p == PipelinePileup || p == PipelineEmbedding2D {
		limit = maxPileupBins
	}
	seen := map[WindowBin]bool{}
	for i, w := range pairs {
		field := func(name string) string { return fmt.Sprintf("pairs[%d].%s", i, name) }
		switch {
		case seen[w]:
			c.add(field("bin"), w.Bin, "This window and bin are there twice.")
		case w.Window == 0 && (w.Bin < 1 || w.Bin > 50):
			c.add(field("bin"), w.Bin, "A bin of intervals must be 1 to 50 %%.")
		case w.Window == 0:
		case w.Window < 0:
			c.add(field("window"), w.Window, "The window must be positive, or 0 for intervals.")
		case w.Bin <= 0 || w.Bin > w.Window || w.Window%w.Bin != 0:
			c.add(field("bin"), w.Bin, "A window of %d bp is not a multiple of a bin of %d bp.", w.Window, w.Bin)
		case w.Window/w.Bin > (limit-1)/2:
			c.add(field("bin"), w.Bin, "Too fine: at most %d bins over the window.", limit)
		}
		seen[w] = true
	}
	return c.err()
}
