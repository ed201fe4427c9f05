package tasks

import (
	"context"
	"errors"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/stackup"
)

// Aggregate implements core.Aggregator: what pictures show while somebody chooses regions.
func (e *Executor) Aggregate(ctx context.Context, r *core.Result, rows []int) (*core.Aggregate, error) {
	switch r.Pipeline {
	case core.PipelineStackup:
		return e.aggregateStack(ctx, r, rows)
	case core.PipelinePileup:
		return e.aggregateMap(ctx, r, rows)
	case core.PipelineEnrichment:
		return e.aggregateTables(ctx, r, rows)
	}
	return nil, core.Errorf(core.CodeUnavailable, "A result of %s is not an average of regions.", r.Pipeline)
}

// aggregateStack averages rows of the stored stack.
func (e *Executor) aggregateStack(ctx context.Context, r *core.Result, rows []int) (*core.Aggregate, error) {
	blob, err := e.openArray(ctx, r, "stack")
	if err != nil {
		return nil, err
	}
	defer blob.Close()
	stack, err := stackup.OpenStored(blob, blob.Size())
	if err != nil {
		return nil, fmt.Errorf("stack of result %d: %w", r.ID, err)
	}
	p, err := stackup.Aggregate(ctx, stack, stack.Rows, stack.Bins, rows, stackup.AggregateOptions{Threads: e.Threads, Memory: e.Memory})
	if err != nil {
		return nil, fmt.Errorf("subset of result %d: %w", r.ID, err)
	}
	return &core.Aggregate{Names: []string{"mean", "n", "sem", "median"}, Shape: []int64{int64(stack.Bins)},
		Values: [][]float64{p.Mean(), floats(p.N), p.SEM(), p.Median}, Used: most(p.N)}, nil
}

func (e *Executor) openArray(ctx context.Context, r *core.Result, name string) (core.Blob, error) {
	for _, a := range r.Arrays {
		if a.Name != name {
			continue
		}
		b, err := e.Blobs.Open(ctx, a.SHA256)
		if errors.Is(err, core.ErrNotFound) {
			err = core.Errorf(core.CodeUnavailable, "the array %s of this result is no longer on the data volume; compute it again", name).WithCause(err)
		}
		return b, err
	}
	return nil, core.Errorf(core.CodeUnavailable, "this result has no array %s", name)
}

func floats(n []int64) []float64 {
	out := make([]float64, len(n))
	for i, v := range n {
		out[i] = float64(v)
	}
	return out
}

func most(n []int64) int {
	m := int64(0)
	for _, v := range n {
		m = max(m, v)
	}
	return int(m)
}
