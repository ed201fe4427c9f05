package tasks

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/contactcache"
	"regioscope/worker/format/cool"
)

// placed is the region set of a result on its map, ready for any rows.
type placed struct {
	*pileup.Prepared
	level contactcache.Level // without what only a sweep needs; its file is closed
}

// aggregateMap averages the map anew around some regions, from the contact cache: no array of regions × cells is kept. The
// first question about a result places its regions; they stay in memory for the next ones.
func (e *Executor) aggregateMap(ctx context.Context, r *core.Result, rows []int) (*core.Aggregate, error) {
	p, err := e.placed.get(r.ID, e.Memory*3/4, func() (p *placed, err error) {
		err = e.withQuestion(ctx, r, func(q *contactcache.Question, in *inputs, l *mapLevel) error {
			set, err := pileup.Prepare(l, in.regions, jobOf(r), q.Options)
			if err != nil {
				return err
			}
			set.Keep(e.Memory / 2)
			p = &placed{Prepared: set, level: contactcache.Level{Level: l.Level, SHA256: in.feature.SHA256}}
			return nil
		})
		return p, err
	})
	if err != nil {
		return nil, err
	}
	made, err := e.Contacts.Average(ctx, p.level, p.Prepared, rows)
	if errors.Is(err, contactcache.ErrNotKept) { // pairs far apart, or the cache was emptied
		err = e.withQuestion(ctx, r, func(q *contactcache.Question, _ *inputs, _ *mapLevel) (err error) {
			q.Options.Subset, q.Options.AverageOnly = rows, true
			made, err = q.Results(ctx)
			return err
		})
	}
	if err != nil {
		return nil, err
	}
	a := made[0]
	return &core.Aggregate{Names: []string{"mean", "n", "sem"}, Shape: []int64{int64(a.Rows), int64(a.Cols)},
		Values: [][]float64{a.Mean(), floats(a.N), a.SEM()}, Used: a.Ledger.Used}, nil
}

func jobOf(r *core.Result) pileup.Job {
	if r.Window == 0 {
		return pileup.Job{Percent: int(r.Bin)}
	}
	return pileup.Job{Window: r.Window}
}

// withQuestion opens the map of a result and prepares the question that it answers; the map is open until use returns.
func (e *Executor) withQuestion(ctx context.Context, r *core.Result, use func(*contactcache.Question, *inputs, *mapLevel) error) error {
	var m struct {
		Parameters struct {
			Resolution int64  `json:"resolution"`
			Weight     string `json:"weight"`
			Edge       string `json:"edge"`
			Orient     string `json:"orient"`
		} `json:"parameters"`
	}
	if err := json.Unmarshal(r.Manifest, &m); err != nil {
		return fmt.Errorf("manifest of result %d: %w", r.ID, err)
	}
	made := core.GridParams{Weight: m.Parameters.Weight, Edge: m.Parameters.Edge, Orient: m.Parameters.Orient}
	params, err := json.Marshal(made)
	if err != nil {
		return err
	}
	in, err := e.load(ctx, core.Run{ID: r.RunID, Pipeline: r.Pipeline, RegionSetID: r.RegionSetID, FeatureID: r.FeatureID, Params: params})
	if err != nil {
		return err
	}
	defer in.Close()
	file, err := cool.Open(in.file, in.file.Size())
	if err != nil {
		return mapError(in, err)
	}
	level, err := e.levelOf(ctx, in, file, m.Parameters.Resolution, pileup.Value(r.Value))
	if err != nil {
		return err
	}
	q, err := e.ask(ctx, in, level, []pileup.Job{jobOf(r)}, []pileup.Value{pileup.Value(r.Value)}, nil)
	if err == nil {
		err = use(q, in, level)
	}
	if err != nil {
		return mapError(in, err)
	}
	return nil
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
