package tasks

import (
	"context"
	"fmt"

	"regioscope/backend/core"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/format/npy"
)

// vectors are the arrays of a run at one resolution that take the vector of every region, one array per result. They
// are written as the regions come, so that a run holds no regions × cells.
type vectors struct {
	blobs  []core.BlobWriter
	rows   []*npy.RowWriter[float32]
	values []pileup.Value
	shape  []int64
}

// newVectors makes room for all jobs and values, in the order of the results. Call abort in the end, whatever happened.
func newVectors(ctx context.Context, blobs core.Blobs, jobs int, values []pileup.Value, regions int) (*vectors, error) {
	v := &vectors{values: values, shape: []int64{int64(regions), pileup.VectorSide * pileup.VectorSide}}
	for range jobs * len(values) {
		b, err := blobs.Create(ctx)
		if err != nil {
			v.abort()
			return nil, fmt.Errorf("array vectors: %w", err)
		}
		v.blobs = append(v.blobs, b)
		w, err := npy.NewRowWriter[float32](b, int(v.shape[0]), int(v.shape[1]))
		if err != nil {
			v.abort()
			return nil, fmt.Errorf("array vectors: %w", err)
		}
		v.rows = append(v.rows, w)
	}
	return v, nil
}

// put is pileup.Options.Vectors. The index of a region is its row.
func (v *vectors) put(job int, value pileup.Value, region int, vector []float32) error {
	for i, x := range v.values {
		if x == value {
			return v.rows[job*len(v.values)+i].WriteRows(region, vector)
		}
	}
	return fmt.Errorf("no room for the vectors of %s", value)
}

// commit stores the array of one result.
func (v *vectors) commit(ctx context.Context, result int) (core.Array, error) {
	ref, err := v.blobs[result].Commit(ctx)
	if err != nil {
		return core.Array{}, fmt.Errorf("array vectors: %w", err)
	}
	return core.Array{Name: "vectors", Shape: v.shape, DType: "float32", SHA256: ref.SHA256, Size: ref.Size}, nil
}

func (v *vectors) abort() {
	for _, b := range v.blobs {
		b.Abort()
	}
}

// regionArrays stores the scores of all regions (centre, corners, ratio) and the quality of their windows (missing,
// coverage).
func regionArrays(ctx context.Context, blobs core.Blobs, r *pileup.Result) ([]core.Array, error) {
	n := int64(len(r.Scores))
	scores, quality := make([]float64, 0, 3*n), make([]float64, 0, 2*n)
	for i, s := range r.Scores {
		scores = append(scores, s.Centre, s.Corners, s.Ratio)
		quality = append(quality, r.Quality[i].Missing, r.Quality[i].Coverage)
	}
	a, err := save(ctx, blobs, "scores", scores, n, 3)
	if err != nil {
		return nil, err
	}
	b, err := save(ctx, blobs, "quality", quality, n, 2)
	return []core.Array{a, b}, err
}
