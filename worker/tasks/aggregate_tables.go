package tasks

import (
	"context"
	"errors"
	"slices"

	"regioscope/backend/core"
	"regioscope/worker/compute/enrich"
)

// aggregateTables makes the tables of some regions. The first question about a result reads the region sets again; their
// index stays in memory for the next ones.
func (e *Executor) aggregateTables(ctx context.Context, r *core.Result, rows []int) (*core.Aggregate, error) {
	x, err := e.indexes.get(r.ID, e.Memory/2, func() (*enrich.Index, error) { return e.buildIndex(ctx, r) })
	if err != nil {
		return nil, err
	}
	made, err := x.Tables(ctx, rows)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, enrich.ErrNoCommon), errors.Is(err, enrich.ErrUniverse):
		return nil, core.Errorf(core.CodeInvalid, "These regions have no association: %v.", err).WithCause(err)
	case err != nil:
		return nil, err
	}
	out := &core.Aggregate{Shape: slices.Clone(r.Shape), Used: made[0].Ledger.Used}
	for _, t := range tableArrays(made[0]) {
		if t.counts != nil {
			t.values = floats(t.counts)
		}
		out.Names, out.Values = append(out.Names, t.name), append(out.Values, t.values)
	}
	return out, nil
}

func (e *Executor) buildIndex(ctx context.Context, r *core.Result) (*enrich.Index, error) {
	in, members, err := e.loadCollection(ctx, core.Run{ID: r.RunID, Pipeline: r.Pipeline, RegionSetID: r.RegionSetID, FeatureID: r.FeatureID})
	if err != nil {
		return nil, err
	}
	opt, err := e.enrichOptions(ctx, in, r.Value)
	if err != nil {
		return nil, err
	}
	job := enrichJob(core.WindowBin{Window: r.Window, Bin: r.Bin}, r.Side)
	x, err := enrich.NewIndex(ctx, in.assembly.Chroms, in.regions, e.targets(ctx, members), []enrich.Job{job}, opt)
	if err != nil {
		return nil, enrichError(in, err)
	}
	return x, nil
}
