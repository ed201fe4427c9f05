package pileup

import (
	"math"
	"math/rand"
	"testing"

	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/genome"
)

// resized applies two kernels to a dense array.
func resized(in []float64, rows, cols, out int) []float64 {
	smooth := rows > out || cols > out
	kr, kc := newKernel(rows, out, smooth), newKernel(cols, out, smooth)
	result, line := make([]float64, out*out), make([]float64, out)
	for i := range rows {
		clear(line)
		for j := range cols {
			kc.apply(line, int32(j), in[i*cols+j])
		}
		for o, weight := range kr.weights[i] {
			for k, v := range line {
				result[(int(kr.first[i])+o)*out+k] += weight * v
			}
		}
	}
	return result
}

// scikit-image 0.19.3, transform.resize with its defaults (reference back end §12.4).
func TestKernelEqualsSkimage(t *testing.T) {
	in := make([]float64, 25)
	for i := range in {
		in[i] = float64(i)
	}
	for i, want := range []float64{5.38875, 7.5925, 16.4075, 18.61125} {
		if got := resized(in, 5, 5, 2)[i]; math.Abs(got-want) > 5e-6 { // the numbers have 5 decimals
			t.Errorf("5×5 to 2×2, cell %d: %g, want %g", i, got, want)
		}
	}
	for i, want := range []float64{1.5, 1.5, 2, 2.5, 3, 3.5, 4, 4.5, 5, 5} {
		if got := resized(in, 5, 5, 10)[i]; math.Abs(got-want) > 1e-12 {
			t.Errorf("5×5 to 10×10, cell %d: %g, want %g", i, got, want)
		}
	}
}

func TestKernelSharesSumToOne(t *testing.T) {
	for _, in := range []int{1, 2, 3, 7, 69, 70, 71, 500, 1999} {
		for _, out := range []int{1, 2, 28, 70, 140} {
			for _, smooth := range []bool{false, true} {
				k := newKernel(in, out, smooth)
				sums := make([]float64, out)
				for i := range in {
					k.apply(sums, int32(i), 1)
				}
				for o, sum := range sums {
					if math.Abs(sum-1) > 1e-12 {
						t.Fatalf("%d to %d, smooth %v: output %d has %g", in, out, smooth, o, sum)
					}
				}
			}
		}
	}
}

// The rescaled snippet against the definition: the kernel applied to values and to validity of the dense window.
func TestRescaleEqualsTheDefinition(t *testing.T) {
	chroms := []genome.Chrom{{Name: "chr1", Length: 900}}
	m := maptest.Random(21, 10, chroms, 0.3)
	rng := rand.New(rand.NewSource(22))
	dense := m.Dense()
	for _, square := range []bool{false, true} {
		m.Square = square
		if square {
			dense = m.Dense() // one triangle now
		}
		opt := Options{Weights: m.Weights, Edge: Pad}
		g, err := newGrid(m, opt)
		if err != nil {
			t.Fatal(err)
		}
		b := wholeBand(g)
		var s rescaler
		for trial := range 60 {
			w := window{row: int32(rng.Intn(70)) - 5, rows: int32(1 + rng.Intn(40)), col: int32(rng.Intn(70)) - 5, cols: int32(1 + rng.Intn(40))}
			if trial%2 == 0 {
				w.col, w.cols = w.row, w.rows
			}
			w.r0, w.r1 = max(0, w.row), min(90, w.row+w.rows)
			w.c0, w.c1 = max(0, w.col), min(90, w.col+w.cols)
			if w.r0 >= w.r1 || w.c0 >= w.c1 {
				continue
			}
			bins := []int{5, 28}[trial/2%2]
			for _, v := range []Value{Raw, ICCF} {
				s.rescale(g, v, &w, b, bins)
				values, valid := make([]float64, w.rows*w.cols), make([]float64, w.rows*w.cols)
				for r := range w.rows {
					for c := range w.cols {
						if p, q := w.row+r, w.col+c; g.has(v, &w, p, q) {
							valid[r*w.cols+c] = 1
							values[r*w.cols+c] = g.value(v, &w, p, q, dense[p][q])
						}
					}
				}
				values = resized(values, int(w.rows), int(w.cols), bins)
				valid = resized(valid, int(w.rows), int(w.cols), bins)
				for i := range values {
					if math.Abs(s.share[i]-valid[i]) > 1e-12 || math.Abs(s.cells[i]-values[i]) > 1e-11*(1+math.Abs(values[i])) {
						t.Fatalf("%+v %s to %d, cell %d: %g of %g, want %g of %g", w, v, bins, i, s.cells[i], s.share[i], values[i], valid[i])
					}
				}
			}
		}
	}
}

// wholeBand holds all pixels of a map.
func wholeBand(g *grid) *band {
	b := &band{}
	m := g.Matrix.(*maptest.Map)
	for row, line := range m.Upper() {
		b.seek(int32(row))
		for col, count := range line {
			if count != 0 {
				if err := b.add([]int32{int32(col)}, []float64{count}, 0, math.MaxInt32); err != nil {
					panic(err)
				}
			}
		}
	}
	b.seek(int32(g.NumBins()))
	return b
}
