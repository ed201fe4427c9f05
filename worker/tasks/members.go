package tasks

import (
	"context"

	"regioscope/backend/core"
	"regioscope/worker/compute/enrich"
)

// Members implements core.Aggregator, with the index that subsets of the same result use.
func (e *Executor) Members(ctx context.Context, r *core.Result, target, bin int) ([]int, error) {
	if r.Pipeline != core.PipelineEnrichment {
		return nil, core.Errorf(core.CodeInvalid, "A result of %s has no cells with regions behind them.", r.Pipeline)
	}
	x, err := e.indexes.get(r.ID, e.Memory/2, func() (*enrich.Index, error) { return e.buildIndex(ctx, r) })
	if err != nil {
		return nil, err
	}
	rows, err := x.Members(0, target, bin)
	if err != nil {
		return nil, core.Errorf(core.CodeInvalid, "This association has no such cell.").WithCause(err).
			WithFields(core.Field{Field: "target", Message: "target or bin out of range"})
	}
	return rows, nil
}
