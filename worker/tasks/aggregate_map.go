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
	in, err := e.load(ctx, core.Run{ID: r.RunID, Pipeline: r.Pipeline, RegionSetID: r.RegionSetID, FeatureID: r.FeatureID})
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var m struct {
		Parameters struct {
			Resolution int64 `json:"resolution"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(r.Manifest, &m); err != nil {
		return nil, fmt.Errorf("manifest of result %d: %w", r.ID, err)
	}
	file, err := cool.Open(in.file, in.file.Size())
	if err != nil {
		return nil, mapError(in, err)
	}
	var weightless *cool.ErrNoWeights
	level, why, err := openLevel(ctx, file, map[int64]*mapLevel{}, m.Parameters.Resolution, &weightless)
	if err != nil {
		return nil, mapError(in, err)
	}
	if why != "" {
		return nil, core.Errorf(core.CodeUnavailable, "%s", why)
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
	made, err := e.Contacts.Pileup(ctx, in.contacts(level), in.regions, []pileup.Job{job}, opt)
	if err != nil {
		return nil, mapError(in, err)
	}
	return &core.Aggregate{Names: []string{"mean", "n", "sem"}, Shape: []int64{int64(made[0].Rows), int64(made[0].Cols)},
		Values: [][]float64{made[0].Mean(), floats(made[0].N), made[0].SEM()}, Used: made[0].Ledger.Used}, nil
}
