package tasks

import (
	"context"
	"encoding/json"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/embed"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/npy"
)

// embedding2D lays out the regions by their contact snippets, shrunk to 10 × 10 cells. Those are what averages keep of
// every region; averages that are missing are made first, and recorded as well.
func (e *Executor) embedding2D(ctx context.Context, run core.Run, p *progress) (func(context.Context) error, error) {
	p.set(0, "opening the map")
	in, err := e.load(ctx, run)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	averages, fresh, err := e.averages(ctx, in, p)
	if err != nil {
		return nil, err
	}
	cells, err := e.planEmbedding2D(ctx, in)
	if err != nil {
		return nil, err
	}
	results := fresh
	for i, c := range cells {
		from, to := 0.5+0.5*float64(i)/float64(len(cells)), 0.5+0.5*float64(i+1)/float64(len(cells))
		average, ok := averages[c.where()]
		if !ok {
			return nil, fmt.Errorf("no average for window %d, bin %d, %s", c.Window, c.Bin, c.Value)
		}
		row, err := e.embedSnippets(ctx, in, c, &average, p.span(from, to, "laying out and grouping"))
		if err != nil {
			return nil, err
		}
		results = append(results, row)
	}
	return e.finish(run, results), nil
}

// where tells the results of a run apart.
type where struct {
	core.WindowBin
	core.ResultKey
}

func (c cell) where() where { return where{c.WindowBin, c.ResultKey} }

// averages finds the averages of all pairs of the run, and makes those that are missing.
func (e *Executor) averages(ctx context.Context, in *inputs, p *progress) (all map[where]core.Result, fresh []core.Result, err error) {
	file, err := cool.Open(in.file, in.file.Size())
	if err != nil {
		return nil, nil, mapError(in, err)
	}
	of := *in
	of.run.Pipeline = core.PipelinePileup
	levels, fresh, err := e.planPileup(ctx, &of, file)
	if err != nil {
		return nil, nil, err
	}
	for i, l := range levels {
		made, err := e.pileupLevel(ctx, &of, l, p, 0.5*float64(i)/float64(len(levels)), 0.5/float64(len(levels)))
		if err != nil {
			return nil, nil, mapError(in, err)
		}
		fresh = append(fresh, made...)
	}
	stored, err := e.Stores.Results().List(ctx, core.ResultFilter{RegionSetID: in.set.ID, FeatureID: in.feature.ID, Pipeline: core.PipelinePileup})
	if err != nil {
		return nil, nil, err
	}
	all = map[where]core.Result{}
	for _, r := range append(stored, fresh...) {
		if r.ID != 0 && !of.params.Makes(core.PipelinePileup, in.set, in.feature, &r) {
			continue // an average that somebody asked for with other parameters
		}
		all[where{core.WindowBin{Window: r.Window, Bin: r.Bin}, core.ResultKey{Value: r.Value, Side: r.Side}}] = r
	}
	return all, fresh, nil
}

// planEmbedding2D lists what is to be made; pairs whose results exist are left out.
func (e *Executor) planEmbedding2D(ctx context.Context, in *inputs) ([]cell, error) {
	var params core.GridParams
	if err := json.Unmarshal(in.run.Params, &params); err != nil {
		return nil, core.Final(core.Errorf(core.CodeInternal, "the parameters of the run are damaged").WithCause(err))
	}
	var cells []cell
	for _, pair := range params.Pairs {
		for _, key := range params.Keys(core.PipelineEmbedding2D, in.set.Dimension) {
			c := in.cell(pair, key, embedParameters(nil))
			have, err := e.stored(ctx, in, c)
			if err != nil {
				return nil, err
			}
			if !have {
				cells = append(cells, c)
			}
		}
	}
	return cells, nil
}

// embedSnippets makes one embedding from the vectors of an average.
func (e *Executor) embedSnippets(ctx context.Context, in *inputs, c cell, average *core.Result, report func(done, total int64)) (core.Result, error) {
	if average.Unavailable != "" {
		return in.unavailable(c, average.Unavailable)
	}
	if average.ID != 0 { // lists leave out the ledger
		full, err := e.Stores.Results().ByID(ctx, average.ID)
		if err != nil {
			return core.Result{}, err
		}
		average = full
	}
	book := ledger.New(int(average.Total))
	if err := json.Unmarshal(average.Ledger, book); err != nil {
		return core.Result{}, fmt.Errorf("ledger of the average: %w", err)
	}
	features, vectors, err := e.vectorsOf(ctx, average)
	if err != nil {
		return core.Result{}, err
	}
	res, arrays, err := e.embedded(ctx, features, report)
	if err != nil {
		return core.Result{}, err
	}
	return in.embedding(c, res, book, "no contact in any cell of the snippet", nil, append(arrays, vectors))
}

// vectorsOf reads the vectors that an average keeps.
func (e *Executor) vectorsOf(ctx context.Context, average *core.Result) (*embed.Features, core.Array, error) {
	blob, err := e.openArray(ctx, average, "vectors")
	if err != nil {
		return nil, core.Array{}, err
	}
	defer blob.Close()
	r, err := npy.Open(blob, blob.Size())
	if err != nil {
		return nil, core.Array{}, fmt.Errorf("vectors: %w", err)
	}
	values, err := npy.ReadAll[float32](r)
	if err != nil {
		return nil, core.Array{}, fmt.Errorf("vectors: %w", err)
	}
	f := &embed.Features{Rows: int(r.Shape[0]), Cols: int(r.Shape[1]), Values: values}
	for _, a := range average.Arrays {
		if a.Name == "vectors" {
			return f, a, nil
		}
	}
	return nil, core.Array{}, fmt.Errorf("the average has no array vectors")
}
