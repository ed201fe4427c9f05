package store

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"regioscope/backend/core"
)

type results struct{ *Store }

type resultRow struct {
	ID           int64     `bun:"id"`
	RunID        int64     `bun:"run_id"`
	Pipeline     string    `bun:"pipeline"`
	RegionSetID  int64     `bun:"region_set_id"`
	FeatureID    int64     `bun:"feature_id"`
	Window       int64     `bun:"window_bp"`
	Bin          int64     `bun:"bin"`
	Value        string    `bun:"value"`
	Side         string    `bun:"side"`
	Shape        string    `bun:"shape"`
	N            int64     `bun:"n"`
	Total        int64     `bun:"total"`
	Unavailable  string    `bun:"unavailable"`
	ManifestHash string    `bun:"manifest_hash"`
	Parameters   string    `bun:"parameters"`
	Scores       string    `bun:"scores"`
	Manifest     string    `bun:"manifest"`
	Ledger       string    `bun:"ledger"`
	CreatedAt    time.Time `bun:"created_at"`
}

type arrayRow struct {
	ResultID int64  `bun:"result_id"`
	Name     string `bun:"name"`
	Shape    string `bun:"shape"`
	DType    string `bun:"dtype"`
	SHA256   string `bun:"sha256"`
	Size     int64  `bun:"size"`
}

const (
	resultColumns = `r.id, r.run_id, r.pipeline, r.region_set_id, r.feature_id, r.window_bp, r.bin, r.value, r.side, r.shape,
	r.n, r.total, r.unavailable, r.manifest_hash, r.created_at,
	COALESCE(JSON_EXTRACT(r.manifest, '$.parameters'), '') AS parameters, COALESCE(JSON_EXTRACT(r.manifest, '$.scores'), '') AS scores`
	selectResults     = `SELECT ` + resultColumns + ` FROM results r `
	selectFullResults = `SELECT ` + resultColumns + `, r.manifest, r.ledger FROM results r `
)

func (s results) Insert(ctx context.Context, rs []core.Result) error {
	return s.InTx(ctx, func(tx core.Stores) error {
		for i := range rs {
			if err := (results{tx.(*Store)}).insertOne(ctx, &rs[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s results) insertOne(ctx context.Context, r *core.Result) error {
	shape, err := encode(r.Shape)
	if err != nil {
		return err
	}
	if r.CreatedAt.IsZero() {
		r.CreatedAt = s.time()
	}
	id, err := s.insert(ctx, `INSERT INTO results (run_id, pipeline, region_set_id, feature_id, window_bp, bin, value, side,
		shape, n, total, unavailable, manifest_hash, manifest, ledger, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		r.RunID, string(r.Pipeline), r.RegionSetID, r.FeatureID, r.Window, r.Bin, r.Value, r.Side, shape, r.N, r.Total,
		r.Unavailable, r.ManifestHash, jsonText(r.Manifest), jsonText(r.Ledger), stamp(r.CreatedAt))
	if s.kind.isDuplicate(err) {
		return nil // equal manifests mean equal bytes: what is there is what we have
	}
	if err != nil {
		return err
	}
	r.ID = id
	for _, a := range r.Arrays {
		shape, err := encode(a.Shape)
		if err != nil {
			return err
		}
		if _, err := s.run(ctx, `INSERT INTO result_arrays (result_id, name, shape, dtype, sha256, size) VALUES (?, ?, ?, ?, ?, ?)`,
			id, a.Name, shape, a.DType, a.SHA256, a.Size); err != nil {
			return err
		}
	}
	return nil
}

// jsonText gives the text of raw JSON, which is never empty in the database.
func jsonText(raw json.RawMessage) string {
	if len(raw) == 0 {
		return "null"
	}
	return string(raw)
}

func (s results) ByID(ctx context.Context, id int64) (*core.Result, error) {
	return s.full(ctx, `WHERE r.id = ?`, id)
}

func (s results) ByManifest(ctx context.Context, regionSetID, featureID int64, hash string) (*core.Result, error) {
	return s.full(ctx, `WHERE r.region_set_id = ? AND r.feature_id = ? AND r.manifest_hash = ?`, regionSetID, featureID, hash)
}

func (s results) full(ctx context.Context, tail string, args ...any) (*core.Result, error) {
	row, err := one[resultRow](ctx, s.Store, selectFullResults+tail, args...)
	if err != nil {
		return nil, err
	}
	list, err := s.withArrays(ctx, []resultRow{*row})
	if err != nil {
		return nil, err
	}
	list[0].Manifest, list[0].Ledger = json.RawMessage(row.Manifest), json.RawMessage(row.Ledger)
	return &list[0], nil
}

func (s results) List(ctx context.Context, f core.ResultFilter) ([]core.Result, error) {
	where := []string{`1 = 1`}
	var args []any
	add := func(cond string, a any) {
		where = append(where, cond)
		args = append(args, a)
	}
	if f.RegionSetID != 0 {
		add(`r.region_set_id = ?`, f.RegionSetID)
	}
	if f.FeatureID != 0 {
		add(`r.feature_id = ?`, f.FeatureID)
	}
	if f.RunID != 0 {
		add(`r.run_id = ?`, f.RunID)
	}
	if f.Pipeline != "" {
		add(`r.pipeline = ?`, string(f.Pipeline))
	}
	tail := `WHERE ` + strings.Join(where, ` AND `) + ` ORDER BY r.feature_id, r.window_bp, r.bin, r.value, r.side, r.id`
	if f.Limit > 0 {
		tail += ` LIMIT ?`
		args = append(args, f.Limit)
	}
	rows, err := all[resultRow](ctx, s.Store, selectResults+tail, args...)
	if err != nil {
		return nil, err
	}
	return s.withArrays(ctx, rows)
}

func (s results) withArrays(ctx context.Context, rows []resultRow) ([]core.Result, error) {
	out := make([]core.Result, len(rows))
	at := make(map[int64]int, len(rows))
	ids := make([]int64, len(rows))
	for i, r := range rows {
		out[i] = core.Result{ID: r.ID, RunID: r.RunID, Pipeline: core.Pipeline(r.Pipeline), RegionSetID: r.RegionSetID,
			FeatureID: r.FeatureID, Window: r.Window, Bin: r.Bin, Value: r.Value, Side: r.Side, N: r.N, Total: r.Total,
			Arrays: []core.Array{}, ManifestHash: r.ManifestHash, CreatedAt: stamp(r.CreatedAt), Unavailable: r.Unavailable}
		if err := decode("result", r.ID, r.Shape, &out[i].Shape); err != nil {
			return nil, err
		}
		if err := madeWith(&r, &out[i]); err != nil {
			return nil, err
		}
		at[r.ID], ids[i] = i, r.ID
	}
	if len(ids) == 0 {
		return out, nil
	}
	arrays, err := all[arrayRow](ctx, s.Store, `SELECT result_id, name, shape, dtype, sha256, size FROM result_arrays
		WHERE result_id IN (?) ORDER BY result_id, name`, bun.List(ids))
	if err != nil {
		return nil, err
	}
	for _, a := range arrays {
		array := core.Array{Name: a.Name, DType: a.DType, SHA256: a.SHA256, Size: a.Size}
		if err := decode("array of result", a.ResultID, a.Shape, &array.Shape); err != nil {
			return nil, err
		}
		r := &out[at[a.ResultID]]
		r.Arrays = append(r.Arrays, array)
	}
	return out, nil
}

// madeWith reads from the manifest how a result was computed, and the scores of an average.
func madeWith(row *resultRow, r *core.Result) error {
	if row.Parameters != "" && (r.Pipeline == core.PipelinePileup || r.Pipeline == core.PipelineStackup) {
		if err := decode("manifest of result", r.ID, row.Parameters, &r.Params); err != nil {
			return err
		}
		if r.Pipeline == core.PipelineStackup {
			r.Params.Value = "" // there it is another word for the summary
		}
	}
	if row.Scores == "" || row.Scores == "null" {
		return nil
	}
	return decode("manifest of result", r.ID, row.Scores, &r.Scores)
}
