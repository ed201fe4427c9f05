// Package points computes Euclidean distances between many rows of numbers.
//
// From 9 columns on, |x−y|² is |x|² + |y|² − 2·x·y, in single precision: several times faster than adding up
// differences, and accurate to a few 1e-6 of |x|² + |y|², which is why rows should be centred. With fewer columns, where
// dot products gain nothing, differences are added up.
//
// Go has no vector types, and gonum's dot product (one pair of rows per call, its order of additions dependent on the
// alignment of the data) takes four times as long, so that on amd64 the loop over rows is in assembly. It is written
// once more in Go, for other processors and to test it against: both give the same bits.
package points

import "math"

// lanes is the number of running sums of a dot product; rows are padded with zeros to a multiple of it.
const lanes = 4

// direct is the largest number of columns for which differences are added up.
const direct = 8

// Points are N rows of Dim numbers.
type Points struct {
	N, Dim int
	stride int
	values []float32
	norms  []float32
}

// New copies rows of dim numbers, which must be finite and should be centred. It panics when dim is below 1 or does not
// divide the number of values.
func New(values []float32, dim int) *Points {
	n := len(values) / dim
	if n*dim != len(values) {
		panic("points: values are not rows")
	}
	p := Make(n, dim)
	for i := range n {
		p.Set(i, values[i*dim:(i+1)*dim])
	}
	return p
}

// Make makes room for n rows, to be filled by Set.
func Make(n, dim int) *Points {
	p := &Points{N: n, Dim: dim, stride: dim, norms: make([]float32, n)}
	if dim > direct {
		p.stride = (dim + lanes - 1) / lanes * lanes
	}
	p.values = make([]float32, n*p.stride)
	return p
}

// Set fills row i.
func (p *Points) Set(i int, row []float32) {
	x := p.values[i*p.stride : (i+1)*p.stride]
	copy(x, row)
	if p.Dim > direct {
		p.norms[i] = dot(x, x)
	}
}

// Row is row i; it must not be changed.
func (p *Points) Row(i int) []float32 { return p.values[i*p.stride : i*p.stride+p.Dim] }

// From fills out with the squared distances of row i of p to the rows lo to lo+len(out)−1 of q, which has as many columns.
// They are never below 0.
func From(p *Points, i int, q *Points, lo int, out []float32) {
	x := p.values[i*p.stride : (i+1)*p.stride]
	y := q.values[lo*q.stride : (lo+len(out))*q.stride]
	switch {
	case p.Dim == 2:
		x0, x1 := x[0], x[1]
		for j := range out {
			d0, d1 := x0-y[2*j], x1-y[2*j+1]
			out[j] = d0*d0 + d1*d1
		}
	case p.Dim <= direct:
		for j := range out {
			out[j] = differences(x, y[j*len(x):])
		}
	default:
		dots(x, y, out)
		norm, norms := p.norms[i], q.norms[lo:lo+len(out)]
		for j, product := range out {
			out[j] = max(0, norm+norms[j]-2*product)
		}
	}
}

// To fills out with the squared distances of row i of p to the given rows of p. It panics when one is out of range.
func To(p *Points, i int, rows []int32, out []float32) {
	x := p.values[i*p.stride : (i+1)*p.stride]
	for _, row := range rows {
		if uint(row) >= uint(p.N) {
			panic("points: there is no such row")
		}
	}
	if p.Dim <= direct {
		for j, row := range rows {
			out[j] = differences(x, p.values[int(row)*p.stride:])
		}
		return
	}
	gather(x, p.values, rows, out)
	norm := p.norms[i]
	for j, row := range rows {
		out[j] = max(0, norm+p.norms[row]-2*out[j])
	}
}

// Between is From for one row.
func Between(p *Points, i int, q *Points, j int) float32 {
	x, y := p.values[i*p.stride:(i+1)*p.stride], q.values[j*q.stride:(j+1)*q.stride]
	if p.Dim <= direct {
		return differences(x, y)
	}
	return max(0, p.norms[i]+q.norms[j]-2*dot(x, y))
}

func differences(x, y []float32) float32 {
	var sum float32
	y = y[:len(x)]
	for c, v := range x {
		d := v - y[c]
		sum += float32(d * d)
	}
	return sum
}

// dot is the dot product. The conversions keep processors that could from fusing multiplication and addition.
func dot(x, y []float32) float32 {
	var a, b, c, d float32
	y = y[:len(x)]
	for len(x) >= lanes && len(y) >= lanes {
		a += float32(x[0] * y[0])
		b += float32(x[1] * y[1])
		c += float32(x[2] * y[2])
		d += float32(x[3] * y[3])
		x, y = x[lanes:], y[lanes:]
	}
	return (a + c) + (b + d)
}

// Exact is the squared distance of rows i and j in double precision.
func (p *Points) Exact(i, j int) float64 {
	x, y := p.Row(i), p.Row(j)
	y = y[:len(x)]
	var sum float64
	for c, v := range x {
		d := float64(v) - float64(y[c])
		sum += d * d
	}
	return sum
}

// Error bounds how far a squared distance near d from row i, computed by From, can be from the true one. Rows whose
// length differs so much from that of row i that they must be further away than d are not covered.
func (p *Points) Error(i int, d float64) float64 {
	const unit = 1.0 / (1 << 24)
	if p.Dim <= direct {
		return float64(p.Dim+2) * unit * d
	}
	reach := 2*math.Sqrt(float64(p.norms[i])) + math.Sqrt(d)
	return float64(p.stride/lanes+8) * unit * reach * reach
}
