package tasks

import (
	"context"
	"encoding/json"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/cool"
)

// aggregateMap averages the map anew around some regions: no array of regions × cells is kept.
func (e *Executor) aggregateMap(ctx context.Context, r *core.Result, rows []int) (*core.Aggregate, error) {
	var m struct {
		Parameters struct {
			Resolution int64  `json:"resolution"`
			Weight     string `json:"weight"`
			Edge       string `json:"edge"`
			Orient     string `json:"orient"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(r.Manifest, &m); err != nil {
		return nil, fmt.Errorf("manifest of result %d: %w", r.ID, err)
	}
	made := core.GridParams{Weight: m.Parameters.Weight, Edge: m.Parameters.Edge, Orient: m.Parameters.Orient}
	params, err := json.Marshal(made)
	if err != nil {
		return nil, err
	}
	in, err := e.load(ctx, core.Run{ID: r.RunID, Pipeline: r.Pipeline, RegionSetID: r.RegionSetID, FeatureID: r.FeatureID, Params: params})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	file, err := cool.Open(in.file, in.file.Size())
	if err != nil {
		return nil, mapError(in, err)
	}
	level, err := e.levelOf(ctx, in, file, m.Parameters.Resolution, pileup.Value(r.Value))
	if err != nil {
		return nil, err
	}
	job := pileup.Job{Window: r.Window}
	if r.Window == 0 {
		job = pileup.Job{Percent: int(r.Bin)}
	}
	opt, err := e.pileupOptions(ctx, in, level, []pileup.Job{job}, []pileup.Value{pileup.Value(r.Value)}, rows, nil)
	if err != nil {
		return nil, mapError(in, err)
	}
	opt.AverageOnly = true
	averages, err := e.Contacts.Pileup(ctx, in.contacts(level), in.regions, []pileup.Job{job}, opt)
	if err != nil {
		return nil, mapError(in, err)
	}
	return &core.Aggregate{Names: []string{"mean", "n", "sem"}, Shape: []int64{int64(averages[0].Rows), int64(averages[0].Cols)},
		Values: [][]float64{averages[0].Mean(), floats(averages[0].N), averages[0].SEM()}, Used: averages[0].Ledger.Used}, nil
}

// levelOf opens the resolution of a result; CodeUnavailable when the value needs weights that it lacks.
func (e *Executor) levelOf(ctx context.Context, in *inputs, file *cool.File, resolution int64, value pileup.Value) (*mapLevel, error) {
	levels := levelCache{file: file, weight: in.weight()}
	level, err := levels.get(ctx, resolution)
	if err != nil {
		return nil, mapError(in, err)
	}
	if level.lacking != "" && value != pileup.Raw {
		return nil, core.Errorf(core.CodeUnavailable, "%s", level.lacking)
	}
	return level, nil
}
