package tasks

import (
	"context"
	"encoding/json"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/compute/stackup"
	"regioscope/worker/format/bbi"
)

// tracksPlan is one embedding of a 1D run. Of points only the bin at the centre counts, so that all windows of a bin
// size share it.
type tracksPlan struct {
	job      stackup.Job
	cells    []cell
	features *embed.Features
	books    []*ledger.Ledger
}

// embedding1D lays out the regions by the signals of a collection.
func (e *Executor) embedding1D(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	p.set(0, "reading the regions")
	in, members, err := e.loadCollection(ctx, run)
	if err != nil {
		return nil, err
	}
	plans, err := e.planEmbedding1D(ctx, in, len(members))
	if err != nil {
		return nil, err
	}
	names := make([]string, len(members))
	for t := range members {
		names[t] = members[t].Name
		from, to := 0.5*float64(t)/float64(len(members)), 0.5*float64(t+1)/float64(len(members))
		if err := e.track(ctx, in, &members[t], t, plans, p.span(from, to, "cutting "+members[t].Name)); err != nil {
			return nil, err
		}
	}
	var results []core.Result
	for i, plan := range plans {
		from, to := 0.5+0.5*float64(i)/float64(len(plans)), 0.5+0.5*float64(i+1)/float64(len(plans))
		res, arrays, err := e.embedded(ctx, plan.features, p.span(from, to, "laying out and grouping"))
		if err != nil {
			return nil, err
		}
		features, err := save(ctx, e.Blobs, "features", plan.features.Values, int64(plan.features.Rows), int64(plan.features.Cols))
		if err != nil {
			return nil, err
		}
		for _, c := range plan.cells {
			row, err := in.embedding(c, res, ledger.LostInAll(plan.books), "no signal at the region in any track", names, append(arrays, features))
			if err != nil {
				return nil, err
			}
			results = append(results, row)
		}
	}
	return e.finishCollection(in, results), nil
}

// planEmbedding1D lists what is to be made; pairs whose results exist are left out.
func (e *Executor) planEmbedding1D(ctx context.Context, in *inputs, tracks int) ([]*tracksPlan, error) {
	var params core.GridParams
	if err := json.Unmarshal(in.run.Params, &params); err != nil {
		return nil, core.Final(core.Errorf(core.CodeInternal, "the parameters of the run are damaged").WithCause(err))
	}
	var plans []*tracksPlan
	byJob := map[stackup.Job]*tracksPlan{}
	for _, pair := range params.Pairs {
		part, job := embed.Centre, stackup.Job{Window: pair.Bin, Bin: pair.Bin}
		if pair.Window == 0 {
			part, job = embed.Proper, stackup.Job{Percent: int(pair.Bin)}
		}
		for _, key := range params.Keys(core.PipelineEmbedding1D, in.set.Dimension) {
			c := in.cell(pair, key, embedParameters(map[string]any{"part": string(part), "summary": string(stackup.Mean)}))
			have, err := e.stored(ctx, in, c)
			if err != nil {
				return nil, err
			}
			if have {
				continue
			}
			job.Side = stackup.Side(key.Side)
			if byJob[job] == nil {
				byJob[job] = &tracksPlan{job: job, features: embed.NewFeatures(len(in.regions), tracks)}
				plans = append(plans, byJob[job])
			}
			byJob[job].cells = append(byJob[job].cells, c)
		}
	}
	return plans, nil
}

// track fills in column t of all plans from one pass over a signal.
func (e *Executor) track(ctx context.Context, in *inputs, signal *core.Dataset, t int, plans []*tracksPlan, report func(done, total int64)) error {
	if len(plans) == 0 {
		return nil
	}
	named := *in
	named.feature = signal
	blob, err := e.open(ctx, signal)
	if err != nil {
		return err
	}
	defer blob.Close()
	file, err := bbi.Open(blob, blob.Size())
	if err != nil {
		return signalError(&named, err)
	}
	jobs := make([]stackup.Job, len(plans))
	for i, plan := range plans {
		jobs[i] = plan.job
	}
	made, err := stackup.Compute(ctx, file, in.regions, jobs, stackup.Options{Oriented: in.oriented, Aliases: in.assembly.Aliases,
		Threads: e.Threads, Memory: e.memory(ctx) / 2, Progress: report})
	if err != nil {
		return signalError(&named, err)
	}
	for i, r := range made {
		part := embed.Part("")
		lo, hi, err := part.Bins(r.Bins, r.Job.Percent)
		if err != nil {
			return err
		}
		var row []float32
		for region := range r.Rows {
			if row, err = r.Stack.ReadRows(row, region, 1); err != nil {
				return fmt.Errorf("stack of %q: %w", signal.Name, err)
			}
			plans[i].features.Row(region)[t] = embed.TrackFeature(row, lo, hi)
		}
		plans[i].books = append(plans[i].books, r.Ledger)
	}
	return nil
}
