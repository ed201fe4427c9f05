package embed

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"regioscope/worker/compute/internal/parallel"
)

// lanczosSteps is the size of the Krylov space. Components that matter for a start have converged by then.
const lanczosSteps = 100

// spectral gives a start of two coordinates per row: the eigenvectors of the two smallest eigenvalues above zero of the
// normalised Laplacian of the graph, I − D^(−½)·W·D^(−½). ok is false where the graph is in several parts, or too small.
//
// They are the largest of S = D^(−½)·W·D^(−½) after the trivial D^(½)·1, found by Lanczos' iteration with every vector
// made orthogonal to all before it, twice.
func spectral(ctx context.Context, g *graph, seed uint64, threads int) (start []float32, ok bool, err error) {
	n := g.rows()
	steps := min(lanczosSteps, n-1)
	if steps < 3 || !g.connected() {
		return nil, false, nil
	}
	scale, trivial := make([]float64, n), make([]float64, n)
	for i := range n {
		degree := floats.Sum(g.weight[g.start[i]:g.start[i+1]])
		scale[i], trivial[i] = 1/math.Sqrt(degree), math.Sqrt(degree)
	}
	floats.Scale(1/floats.Norm(trivial, 2), trivial)
	rng := rand.New(rand.NewPCG(seed, streamSpectral))
	v := make([]float64, n)
	for i := range v {
		v[i] = rng.NormFloat64()
	}
	basis := [][]float64{trivial}
	orthogonalise(v, basis)
	floats.Scale(1/floats.Norm(v, 2), v)
	var alpha, beta []float64
	for range steps {
		basis = append(basis, v)
		w := make([]float64, n)
		if err := g.multiply(ctx, scale, v, w, threads); err != nil {
			return nil, false, err
		}
		alpha = append(alpha, floats.Dot(v, w))
		orthogonalise(w, basis)
		norm := floats.Norm(w, 2)
		beta = append(beta, norm)
		if norm < 1e-10 {
			break // the space is complete
		}
		floats.Scale(1/norm, w)
		v = w
	}
	m := len(alpha)
	t := mat.NewSymDense(m, nil)
	for i, a := range alpha {
		t.SetSym(i, i, a)
		if i+1 < m {
			t.SetSym(i, i+1, beta[i])
		}
	}
	var eigen mat.EigenSym
	if m < 2 || !eigen.Factorize(t, true) {
		return nil, false, nil
	}
	var ritz mat.Dense
	eigen.VectorsTo(&ritz)
	start = make([]float32, 2*n)
	for d := range 2 {
		x := make([]float64, n)
		for i := range m {
			floats.AddScaled(x, ritz.At(i, m-1-d), basis[i+1])
		}
		orient(x)
		for i, value := range x {
			start[2*i+d] = float32(value)
		}
	}
	return start, true, nil
}

// multiply computes to = S·v.
func (g *graph) multiply(ctx context.Context, scale, v, to []float64, threads int) error {
	return parallel.Blocks(ctx, threads, g.rows(), blockRows, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			var sum float64
			for at := g.start[i]; at < g.start[i+1]; at++ {
				j := g.to[at]
				sum += g.weight[at] * scale[j] * v[j]
			}
			to[i] = sum * scale[i]
		}
	})
}

func orthogonalise(v []float64, basis [][]float64) {
	for range 2 {
		for _, b := range basis {
			floats.AddScaled(v, -floats.Dot(v, b), b)
		}
	}
}
