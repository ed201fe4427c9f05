package embed

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"regioscope/worker/compute/internal/parallel"
)

// Settings of the search for eigenvectors. A start needs no more: the descent moves rows much further.
const (
	spectralBlock    = 6 // vectors, more than are wanted, for eigenvalues that are close together
	spectralDegree   = 20
	spectralRounds   = 8
	spectralResidual = 1e-3
)

// laplacian is S = D^(−½)·W·D^(−½) of a graph with weights W and degrees D.
type laplacian struct {
	*graph
	scale   []float64 // D^(−½)
	trivial []float64 // D^(½)·1, of length 1: the eigenvector of eigenvalue 1
}

// spectral gives a start of two coordinates per row: the eigenvectors of the two smallest eigenvalues above zero of the
// normalised Laplacian of the graph, I − S. ok is false where the graph is in several parts, or too small.
//
// They are the largest of S after the trivial one, found by iterating a few vectors together: a Chebyshev polynomial of S
// amplifies what lies above the smallest Ritz value and damps the rest (Zhou, Saad, Tiago and Chelikowsky 2006). Unlike
// Lanczos' iteration this finds equal eigenvalues (a ring has pairs of them), and keeps a few vectors only.
func spectral(ctx context.Context, g *graph, seed uint64, threads int) (start []float32, ok bool, err error) {
	n := g.rows()
	if n <= 2*spectralBlock || !g.connected() {
		return nil, false, nil
	}
	l := &laplacian{graph: g, scale: make([]float64, n), trivial: make([]float64, n)}
	for i := range n {
		degree := floats.Sum(g.weight[g.start[i]:g.start[i+1]])
		l.scale[i], l.trivial[i] = 1/math.Sqrt(degree), math.Sqrt(degree)
	}
	floats.Scale(1/floats.Norm(l.trivial, 2), l.trivial)
	rng := rand.New(rand.NewPCG(seed, streamSpectral))
	x := make([][]float64, spectralBlock)
	for b := range x {
		x[b] = make([]float64, n)
		for i := range x[b] {
			x[b][i] = rng.NormFloat64()
		}
	}
	cut := 0.0
	for range spectralRounds {
		if err := parallel.Each(ctx, threads, len(x), func(_, b int) { x[b] = l.filter(ctx, x[b], cut) }); err != nil {
			return nil, false, err
		}
		var residual float64
		if cut, residual, ok = l.rotate(x); !ok {
			return nil, false, nil
		}
		if residual < spectralResidual*(1-cut) {
			break
		}
	}
	start = make([]float32, 2*n)
	for d := range 2 {
		orient(x[d])
		for i, value := range x[d] {
			start[2*i+d] = float32(value)
		}
	}
	return start, true, nil
}

// filter applies the Chebyshev polynomial that is small between −1 and cut. When ctx ends it stops half-way.
func (l *laplacian) filter(ctx context.Context, x []float64, cut float64) []float64 {
	centre, half := (cut-1)/2, (cut+1)/2
	before, now, next := x, make([]float64, len(x)), make([]float64, len(x))
	l.multiply(x, now)
	for i, v := range x {
		now[i] = (now[i] - centre*v) / half
	}
	for range spectralDegree - 1 {
		if ctx.Err() != nil {
			break
		}
		l.multiply(now, next)
		for i, v := range now {
			next[i] = 2*(next[i]-centre*v)/half - before[i]
		}
		before, now, next = now, next, before
	}
	return now
}

// multiply computes to = S·v.
func (l *laplacian) multiply(v, to []float64) {
	for i := range to {
		var sum float64
		for at := l.start[i]; at < l.start[i+1]; at++ {
			j := l.to[at]
			sum += l.weight[at] * l.scale[j] * v[j]
		}
		to[i] = sum * l.scale[i]
	}
}

// rotate makes the vectors orthonormal, and of these the best eigenvectors that they can make (Rayleigh and Ritz),
// descending. It returns the smallest eigenvalue and the largest residual of the first two.
func (l *laplacian) rotate(x [][]float64) (smallest, residual float64, ok bool) {
	for b, v := range x {
		floats.Scale(1/max(floats.Norm(v, math.Inf(1)), math.SmallestNonzeroFloat64), v)
		for range 2 {
			floats.AddScaled(v, -floats.Dot(v, l.trivial), l.trivial)
			for _, w := range x[:b] {
				floats.AddScaled(v, -floats.Dot(v, w), w)
			}
		}
		norm := floats.Norm(v, 2)
		if !(norm > 1e-10) {
			return 0, 0, false
		}
		floats.Scale(1/norm, v)
	}
	products := make([][]float64, len(x))
	projected := mat.NewSymDense(len(x), nil)
	for b, v := range x {
		products[b] = make([]float64, len(v))
		l.multiply(v, products[b])
		for a := range b + 1 {
			projected.SetSym(a, b, floats.Dot(x[a], products[b]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(projected, true) {
		return 0, 0, false
	}
	var weights mat.Dense
	eigen.VectorsTo(&weights)
	values := eigen.Values(nil)
	turned := make([][]float64, len(x))
	for to := range x {
		from := len(x) - 1 - to // eigenvalues ascend
		turned[to] = make([]float64, len(x[0]))
		rest := make([]float64, len(x[0]))
		for b := range x {
			floats.AddScaled(turned[to], weights.At(b, from), x[b])
			floats.AddScaled(rest, weights.At(b, from), products[b])
		}
		if to < 2 {
			floats.AddScaled(rest, -values[from], turned[to])
			residual = max(residual, floats.Norm(rest, 2))
		}
	}
	copy(x, turned)
	return values[0], residual, true
}
