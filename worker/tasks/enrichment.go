package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/enrich"
	"regioscope/worker/genome"
)

// enrichment tests a region set against every member of a collection, all windows, bins and sides in one pass.
func (e *Executor) enrichment(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	p.set(0, "reading the regions")
	in, members, err := e.loadCollection(ctx, run)
	if err != nil {
		return nil, err
	}
	var params core.GridParams
	if err := json.Unmarshal(run.Params, &params); err != nil {
		return nil, core.Final(core.Errorf(core.CodeInternal, "the parameters of the run are damaged").WithCause(err))
	}
	opt, err := e.enrichOptions(ctx, in, params.Universe)
	if err != nil {
		return nil, err
	}
	jobs, cells, err := e.planEnrichment(ctx, in, params)
	if err != nil {
		return nil, err
	}
	var results []core.Result
	if len(jobs) > 0 {
		opt.Memory, opt.Progress = e.memory(ctx), p.span(0, 0.95, "looking where the other sets lie")
		made, err := enrich.Compute(ctx, in.assembly.Chroms, in.regions, e.targets(ctx, members), jobs, opt)
		if err != nil {
			return nil, enrichError(in, err)
		}
		save := p.span(0.95, 1, "saving")
		for i, r := range made {
			row, err := e.saveTables(ctx, in, cells[i], r)
			if err != nil {
				return nil, err
			}
			results = append(results, row)
			save(int64(i+1), int64(len(made)))
		}
	}
	return e.finishCollection(in, results), nil
}

// enrichOptions are the settings of the engine; a region set as universe is read, and noted among the inputs.
func (e *Executor) enrichOptions(ctx context.Context, in *inputs, universe string) (enrich.Options, error) {
	opt := enrich.Options{Universe: enrich.Genome, Oriented: in.oriented, Aliases: in.assembly.Aliases, Threads: e.Threads}
	if universe == core.UniverseQueries {
		opt.Universe = enrich.Queries
	}
	id := core.UniverseSet(universe)
	if id == 0 {
		return opt, nil
	}
	set, err := e.Stores.Datasets().ByID(ctx, id)
	switch {
	case errors.Is(err, core.ErrNotFound):
		return opt, core.Final(core.Errorf(core.CodeUnavailable, "the region set that was chosen as universe has been deleted").WithCause(err))
	case err != nil:
		return opt, fmt.Errorf("universe: %w", err)
	case set.AssemblyID != in.set.AssemblyID:
		return opt, core.Final(core.Errorf(core.CodeInvalid, "%q and the universe %q belong to different assemblies", in.set.Name, set.Name))
	}
	in.more = append(in.more, input{"universe", set.Name, set.SHA256})
	opt.Universe = enrich.Regions
	opt.UniverseRegions, err = e.loadRegions(ctx, set)
	return opt, err
}

// targets are read when it is their turn, so that few are in memory at a time.
func (e *Executor) targets(ctx context.Context, members []core.Dataset) []enrich.Target {
	out := make([]enrich.Target, len(members))
	for i := range members {
		out[i] = enrich.Target{Name: members[i].Name, Load: func() ([]genome.Region, error) { return e.loadRegions(ctx, &members[i]) }}
	}
	return out
}

// planEnrichment lists what is to be made; pairs whose results exist are left out.
func (e *Executor) planEnrichment(ctx context.Context, in *inputs, params core.GridParams) (jobs []enrich.Job, cells []cell, err error) {
	for _, pair := range params.Pairs {
		for _, key := range params.Keys(core.PipelineEnrichment, in.set.Dimension) {
			c := in.cell(pair, key, map[string]any{"oddsRatio": "sample", "interval": "Woolf, 95 %", "p": "Fisher, one-sided", "q": "Benjamini-Hochberg"})
			have, err := e.stored(ctx, in, c)
			if err != nil {
				return nil, nil, err
			}
			if !have {
				jobs, cells = append(jobs, enrichJob(pair, key.Side)), append(cells, c)
			}
		}
	}
	return jobs, cells, nil
}

func enrichJob(pair core.WindowBin, side string) enrich.Job {
	if pair.Window == 0 {
		return enrich.Job{Percent: int(pair.Bin), Side: enrich.Side(side)}
	}
	return enrich.Job{Window: pair.Window, Bin: pair.Bin, Side: enrich.Side(side)}
}

// enrichmentFacts is what the manifest tells of an enrichment.
type enrichmentFacts struct {
	Targets      []enrich.TargetInfo `json:"targets"`      // in the order of the rows of the arrays
	UniverseSize int64               `json:"universeSize"` // in bins, windows or regions
	Windows      int                 `json:"windows"`      // different ones that the used regions have
}

// tableArray is one array of targets × bins: counts, or numbers.
type tableArray struct {
	name   string
	counts []int64
	values []float64
}

// tableArrays are the tables of a result. pGreater, pLess, qGreater and qLess are −log10. flag is 1 where oddsRatio and
// ciHigh are infinite, 2 where there is neither a ratio nor an interval; those are NaN.
func tableArrays(r *enrich.Result) []tableArray {
	flags := make([]int64, len(r.Flag))
	for i, f := range r.Flag {
		flags[i] = int64(f)
	}
	return []tableArray{{"a", r.A, nil}, {"b", r.B, nil}, {"c", r.C, nil}, {"d", r.D, nil}, {"flag", flags, nil},
		{"expected", nil, r.Expected}, {"oddsRatio", nil, r.OddsRatio}, {"ciLow", nil, r.Low}, {"ciHigh", nil, r.High},
		{"pGreater", nil, r.Greater}, {"pLess", nil, r.Less}, {"qGreater", nil, r.QGreater}, {"qLess", nil, r.QLess}}
}

func (e *Executor) saveTables(ctx context.Context, in *inputs, c cell, r *enrich.Result) (core.Result, error) {
	shape := []int64{int64(len(r.Targets)), int64(r.Bins)}
	var arrays []core.Array
	for _, t := range tableArrays(r) {
		array, err := core.Array{}, error(nil)
		if t.counts != nil {
			array, err = save(ctx, e.Blobs, t.name, t.counts, shape...)
		} else {
			array, err = save(ctx, e.Blobs, t.name, t.values, shape...)
		}
		if err != nil {
			return core.Result{}, err
		}
		arrays = append(arrays, array)
	}
	c.manifest.Enrichment = &enrichmentFacts{Targets: r.Targets, UniverseSize: r.Size, Windows: r.Rows}
	return in.result(c, shape, r.Ledger, arrays)
}

// enrichError tells errors of the data, which no attempt mends, from the rest.
func enrichError(in *inputs, err error) error {
	switch {
	case stopped(err):
		return err
	case errors.Is(err, enrich.ErrNoCommon):
		return core.Final(core.Errorf(core.CodeInvalid, "%q cannot be compared with %q: %v; do all of them belong to the assembly %s?",
			in.set.Name, in.feature.Name, err, in.assembly.Name).WithCause(err))
	case errors.Is(err, enrich.ErrUniverse), errors.Is(err, enrich.ErrWindow):
		return core.Final(core.Errorf(core.CodeInvalid, "%v", err).WithCause(err))
	}
	return err
}
