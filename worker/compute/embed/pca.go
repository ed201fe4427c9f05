package embed

import (
	"context"
	"errors"
	"math"

	"gonum.org/v1/gonum/mat"

	"regioscope/worker/compute/internal/parallel"
)

// components are principal components, the largest first.
type components struct {
	cols    int
	vectors [][]float64 // per component, cols weights
	share   []float64   // of the total variance
}

// blockRows is the number of rows whose products are added up by one goroutine; sums of blocks are added in order.
const blockRows = 1024

// principal computes all components of centred rows that have any variance. Each is turned so that the weight with the
// largest size, the first of equals, is positive.
func principal(ctx context.Context, values []float32, cols, threads int) (*components, error) {
	n := len(values) / cols
	partial := make([][]float64, (n+blockRows-1)/blockRows)
	err := parallel.Blocks(ctx, threads, n, blockRows, func(_, lo, hi int) {
		sum := make([]float64, cols*cols)
		row := make([]float64, cols)
		for i := lo; i < hi; i++ {
			for c, v := range values[i*cols : (i+1)*cols] {
				row[c] = float64(v)
			}
			for a, v := range row {
				if v == 0 {
					continue
				}
				line := sum[a*cols+a : (a+1)*cols]
				for b, w := range row[a:] {
					line[b] += v * w
				}
			}
		}
		partial[lo/blockRows] = sum
	})
	if err != nil {
		return nil, err
	}
	covariance := mat.NewSymDense(cols, nil)
	for a := range cols {
		for b := a; b < cols; b++ {
			var sum float64
			for _, p := range partial {
				sum += p[a*cols+b]
			}
			covariance.SetSym(a, b, sum/float64(n))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(covariance, true) {
		return nil, errors.New("embed: the eigenvectors of the covariance matrix could not be computed")
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	spectrum := eigen.Values(nil)
	var total float64
	for _, v := range spectrum {
		total += max(0, v)
	}
	p := &components{cols: cols}
	for k := cols - 1; k >= 0; k-- {
		if !(spectrum[k] > 1e-12*total) {
			break
		}
		vector := mat.Col(nil, k, &vectors)
		orient(vector)
		p.vectors = append(p.vectors, vector)
		p.share = append(p.share, spectrum[k]/total)
	}
	return p, nil
}

func orient(vector []float64) {
	top := 0
	for i, v := range vector {
		// Weights equal but for rounding must not change places.
		if math.Abs(v) > math.Abs(vector[top])*(1+1e-9) {
			top = i
		}
	}
	if vector[top] < 0 {
		for i := range vector {
			vector[i] = -vector[i]
		}
	}
}

// project returns rows × k coordinates; zeros for components that there are not.
func (p *components) project(values []float32, k int) []float32 {
	n := len(values) / p.cols
	out := make([]float32, n*k)
	for i := range n {
		row := values[i*p.cols : (i+1)*p.cols]
		for d, vector := range p.vectors[:min(k, len(p.vectors))] {
			var sum float64
			for c, w := range vector {
				sum += w * float64(row[c])
			}
			out[i*k+d] = float32(sum)
		}
	}
	return out
}

// enough is how many components keep a share of the variance, limit at most, and the share that these keep.
func (p *components) enough(share float64, limit int) (k int, kept float64) {
	for _, s := range p.share[:min(limit, len(p.share))] {
		if kept >= share {
			break
		}
		kept += s
		k++
	}
	return k, kept
}
