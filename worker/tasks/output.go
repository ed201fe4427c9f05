package tasks

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"regioscope/backend/core"
	"regioscope/worker/compute"
	"regioscope/worker/compute/ledger"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/npy"
)

// manifest says what a result was made of. Its hash leaves out what was found (n, total, scores), as that follows from the rest,
// and the time taken.
type manifest struct {
	Engine     string         `json:"engine"`
	Pipeline   core.Pipeline  `json:"pipeline"`
	Parameters map[string]any `json:"parameters"`
	Inputs     []input        `json:"inputs"`
	N          int64          `json:"n"`
	Total      int64          `json:"total"`

	Scores     *pileup.AverageScore `json:"scores,omitempty"`
	Enrichment *enrichmentFacts     `json:"enrichment,omitempty"`
	Embedding  *embeddingFacts      `json:"embedding,omitempty"`
	Seconds    float64              `json:"seconds"` // from the begin of the run to this result
}

type input struct {
	Role   string `json:"role"`
	Name   string `json:"name,omitempty"`
	SHA256 string `json:"sha256"`
}

func (m manifest) with(more []input) manifest {
	m.Inputs = append(m.Inputs, more...)
	return m
}

// hash is equal exactly when the same engine would compute the same from the same inputs. encoding/json sorts the keys
// of maps, so the text is canonical. Names are for people and do not count.
func (m manifest) hash() string {
	m.Enrichment, m.Embedding = nil, nil
	m.N, m.Total, m.Scores, m.Seconds = 0, 0, nil, 0
	m.Inputs = slices.Clone(m.Inputs)
	for i := range m.Inputs {
		m.Inputs[i].Name = ""
	}
	return hashJSON(m)
}

func hashJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil { // our own types of strings and whole numbers
		panic(fmt.Sprintf("tasks: %v", err))
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

// cell is one result of the grid that a run makes, before it is computed.
type cell struct {
	core.WindowBin
	core.ResultKey
	manifest manifest
}

// cell describes one result; parameters are completed with what every result of the run shares.
func (in *inputs) cell(pair core.WindowBin, key core.ResultKey, parameters map[string]any) cell {
	p := map[string]any{"bin": pair.Bin, "value": key.Value, "orient": "none", "dimension": in.set.Dimension, "sizeType": in.set.SizeType}
	if pair.Window > 0 {
		p["window"] = pair.Window
	} else {
		p["window"] = "variable"
	}
	if in.oriented {
		p["orient"] = "strand"
	}
	if key.Side != "" {
		p["side"] = key.Side
	}
	for k, v := range parameters {
		p[k] = v
	}
	return cell{WindowBin: pair, ResultKey: key, manifest: manifest{
		Engine: compute.Version, Pipeline: in.run.Pipeline, Parameters: p,
		Inputs: []input{{"regions", in.set.Name, in.set.SHA256}, {"feature", in.feature.Name, in.feature.SHA256},
			{"assembly", in.assembly.Name, hashJSON(in.assembly)}},
	}.with(in.more)}
}

// result makes the row of a cell. l is nil for results that are unavailable.
func (in *inputs) result(c cell, shape []int64, l *ledger.Ledger, arrays []core.Array) (core.Result, error) {
	r := core.Result{RunID: in.run.ID, Pipeline: in.run.Pipeline, RegionSetID: in.set.ID, FeatureID: in.feature.ID,
		Window: c.Window, Bin: c.Bin, Value: c.Value, Side: c.Side, Shape: shape, Total: int64(len(in.regions)),
		Arrays: arrays, ManifestHash: c.manifest.hash()}
	if l != nil {
		r.N = int64(l.Used)
	}
	c.manifest.N, c.manifest.Total, c.manifest.Seconds = r.N, r.Total, time.Since(in.started).Round(time.Millisecond).Seconds()
	var err error
	if r.Manifest, err = json.Marshal(c.manifest); err != nil {
		return r, fmt.Errorf("manifest: %w", err)
	}
	if l != nil {
		if r.Ledger, err = json.Marshal(l); err != nil {
			return r, fmt.Errorf("ledger: %w", err)
		}
	}
	return r, nil
}

// unavailable makes the row of a cell that the data cannot give.
func (in *inputs) unavailable(c cell, why string) (core.Result, error) {
	r, err := in.result(c, nil, nil, nil)
	r.Unavailable = asSentence(why)
	return r, err
}

// stored tells whether a result with this manifest exists: it is never computed twice.
func (e *Executor) stored(ctx context.Context, in *inputs, c cell) (bool, error) {
	_, err := e.Stores.Results().ByManifest(ctx, in.set.ID, in.feature.ID, c.manifest.hash())
	if errors.Is(err, core.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// save stores one array as an .npy blob.
func save[T npy.Number](ctx context.Context, blobs core.Blobs, name string, values []T, shape ...int64) (core.Array, error) {
	w, err := blobs.Create(ctx)
	if err != nil {
		return core.Array{}, fmt.Errorf("array %s: %w", name, err)
	}
	defer w.Abort()
	dims := make([]int, len(shape))
	for i, n := range shape {
		dims[i] = int(n)
	}
	if err := npy.Write(w, values, dims...); err != nil {
		return core.Array{}, fmt.Errorf("array %s: %w", name, err)
	}
	ref, err := w.Commit(ctx)
	if err != nil {
		return core.Array{}, fmt.Errorf("array %s: %w", name, err)
	}
	return core.Array{Name: name, Shape: shape, DType: dtype[T](), SHA256: ref.SHA256, Size: ref.Size}, nil
}

func dtype[T npy.Number]() string {
	switch any(*new(T)).(type) {
	case float32:
		return "float32"
	case float64:
		return "float64"
	case int32:
		return "int32"
	}
	return "int64"
}

// profile stores the arrays that every average has.
func profile(ctx context.Context, blobs core.Blobs, mean, sem, sum, sumSq []float64, n []int64, shape ...int64) ([]core.Array, error) {
	var out []core.Array
	for _, a := range []struct {
		name   string
		values []float64
	}{{"mean", mean}, {"sem", sem}, {"sum", sum}, {"sumsq", sumSq}} {
		array, err := save(ctx, blobs, a.name, a.values, shape...)
		if err != nil {
			return nil, err
		}
		out = append(out, array)
	}
	array, err := save(ctx, blobs, "n", n, shape...)
	return append(out, array), err
}

// finish records the results of a run.
func (e *Executor) finish(run core.Run, results []core.Result) func(context.Context) error {
	return func(ctx context.Context) error {
		faultPoint("saved")
		err := e.Runs.Finish(ctx, run, results)
		faultPoint("recorded")
		return err
	}
}

// bp writes a length as people do: 500 bp, 10 kb, 2 Mb.
func bp(n int64) string {
	switch {
	case n >= 1_000_000 && n%100_000 == 0:
		return fmt.Sprintf("%g Mb", float64(n)/1e6)
	case n >= 1000 && n%100 == 0:
		return fmt.Sprintf("%g kb", float64(n)/1e3)
	}
	return fmt.Sprintf("%d bp", n)
}
