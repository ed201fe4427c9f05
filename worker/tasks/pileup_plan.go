package tasks

import (
	"cmp"
	"context"
	"slices"

	"regioscope/backend/core"
	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/cool"
)

// mapLevel is the part of a run at one resolution: jobs[i] makes cells[i], one for each of values.
type mapLevel struct {
	*cool.Level
	weights []float64 // nil where the level has no such column: then there are only raw counts
	kind    string    // what the stored weights do: multiplicative or divisive
	lacking string    // why there are no weights
	values  []pileup.Value
	jobs    []pileup.Job
	cells   [][]cell
}

// cost is about how long it takes: two sweeps, and an effort per level.
func (l *mapLevel) cost() float64 { return float64(2*l.NumPixels()) + 1e5 }

// wish is one pair of the run at a level, with the cells that are to be made.
type wish struct {
	job   pileup.Job
	cells map[pileup.Value]cell
}

// planPileup sorts the pairs of the run by resolution. Pairs that the map cannot give become results that say why;
// values of which every result of a level exists are left out.
func (e *Executor) planPileup(ctx context.Context, in *inputs, file *cool.File) ([]*mapLevel, []core.Result, error) {
	var levels []*mapLevel
	var missing []core.Result
	opened := levelCache{file: file, weight: in.weight()}
	wishes := map[*mapLevel][]wish{}
	possible := false
	for _, pair := range in.params.Pairs {
		resolution, why := pileupResolution(in, file, pair)
		var level *mapLevel
		if why == "" {
			var err error
			if level, err = opened.get(ctx, resolution); err != nil {
				return nil, nil, mapError(in, err)
			}
		}
		w := wish{job: pileup.Job{Window: pair.Window}, cells: map[pileup.Value]cell{}}
		if pair.Window == 0 {
			w.job = pileup.Job{Percent: int(pair.Bin)}
		}
		for _, key := range in.params.Keys(core.PipelinePileup, in.set.Dimension) {
			value, no := pileup.Value(key.Value), why
			if level != nil && value != pileup.Raw {
				no = level.lacking
			}
			possible = possible || level != nil && no == ""
			c := in.cell(pair, key, pileupParameters(in, value, resolution, level))
			have, err := e.stored(ctx, in, c)
			if err != nil {
				return nil, nil, err
			}
			switch {
			case have:
				continue
			case no == "":
				w.cells[value] = c
				continue
			}
			r, err := in.unavailable(c, no)
			if err != nil {
				return nil, nil, err
			}
			missing = append(missing, r)
		}
		if len(w.cells) == 0 {
			continue
		}
		if !slices.Contains(levels, level) {
			levels = append(levels, level)
		}
		wishes[level] = append(wishes[level], w)
	}
	if opened.weightless != nil && !possible {
		return nil, nil, core.Final(core.Errorf(core.CodeUnavailable, "this map has no balancing weights, only raw counts: %s", noWeights(opened.weightless)))
	}
	for _, l := range levels {
		l.fill(in, wishes[l])
	}
	return levels, missing, nil
}

// fill makes the jobs of a level. All of them make the same values in one sweep, those that any of them lacks.
func (l *mapLevel) fill(in *inputs, wishes []wish) {
	for _, key := range in.params.Keys(core.PipelinePileup, in.set.Dimension) {
		v := pileup.Value(key.Value)
		if slices.ContainsFunc(wishes, func(w wish) bool { _, ok := w.cells[v]; return ok }) {
			l.values = append(l.values, v)
		}
	}
	for _, w := range wishes {
		cells := make([]cell, len(l.values))
		for i, v := range l.values {
			c, ok := w.cells[v]
			if !ok { // it exists: what is made again is equal, and not stored twice
				pair := core.WindowBin{Window: w.job.Window, Bin: cmp.Or(int64(w.job.Percent), l.BinSize())}
				c = in.cell(pair, core.ResultKey{Value: string(v)}, pileupParameters(in, v, l.BinSize(), l))
			}
			cells[i] = c
		}
		l.jobs, l.cells = append(l.jobs, w.job), append(l.cells, cells)
	}
}

// pileupParameters are those of the manifest. Raw counts know neither weights nor diagonals without an expected.
func pileupParameters(in *inputs, value pileup.Value, resolution int64, level *mapLevel) map[string]any {
	p := map[string]any{"resolution": resolution, "weight": in.weight(), "edge": string(in.edge()), "crossArm": "keep",
		"ignoreDiags": expected.IgnoreDiags, "bootstrap": replicates, "seed": seed}
	switch {
	case value == pileup.Raw:
		p["weight"] = core.NoWeightColumn
		delete(p, "ignoreDiags")
	case level != nil && level.lacking == "":
		p["weightKind"] = level.kind
	}
	return p
}

// weight is the balancing column of the run.
func (in *inputs) weight() string { return cmp.Or(in.params.Weight, in.feature.DefaultWeight()) }

func (in *inputs) edge() pileup.Edge { return pileup.Edge(cmp.Or(in.params.Edge, core.EdgeDrop)) }
