package pileup

import (
	"context"
	"math"
	"math/rand"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/genome"
)

// Windows on the diagonal, masked or not, cut by an arm or not, with and without an expected, small and large: half of the
// result, made of rows, is that of the general method, made of pixels.
func TestTriangleEqualsTheGeneralMethod(t *testing.T) {
	chroms := []genome.Chrom{{Name: "chr1", Length: 3000}}
	for _, fill := range []float64{0.05, 0.5, 1} {
		m := maptest.Random(41, 10, chroms, fill)
		table, err := expected.Compute(context.Background(), m, nil, m.Weights, expected.Options{IgnoreDiags: 3})
		if err != nil {
			t.Fatal(err)
		}
		for d := 290; d < 300; d += 3 {
			table.Regions[0].BalancedAvg[d] = math.NaN() // distances without an expected anywhere
		}
		g, err := newGrid(m, Options{Values: []Value{ICCF, OE, Raw}, Weights: m.Weights, Expected: table, Near: m.Band(t, 1000)})
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewSource(42))
		var b band
		var general rescaler
		var half triangle
		for trial := range 300 {
			bins := []int{4, 14, 15, 28}[trial%4]
			rows := int32(1 + rng.Intn(100))
			if trial%20 == 0 {
				rows = 298
			}
			first := rng.Int31n(300) - rows/2
			lo, hi := max(first, 0), min(first+rows, 300)
			w := window{row: first, col: first, rows: rows, cols: rows, r0: lo, r1: hi, c0: lo, c1: hi}
			if err := b.gather(g, &w); err != nil {
				t.Fatal(err)
			}
			for v, value := range g.opt.Values {
				general.rescale(g, value, &w, &b, bins)
				half.rescale(g, v, &w, &b, nil, bins)
				gaps := make([]int, bins)
				for i := range bins * bins {
					r, c := i/bins, i%bins
					if c < r {
						continue
					}
					want := general.cells[i] / general.share[i]
					if general.share[i] < leastShare {
						want = math.NaN()
						gaps[r]++
					}
					if math.Abs(general.share[i]-leastShare) < 1e-9 {
						continue // either may be right
					}
					if got := half.cells[i]; math.IsNaN(got) != math.IsNaN(want) || math.Abs(got-want) > 1e-11*math.Abs(want)+1e-13 {
						t.Fatalf("fill %g, %d rows at %d to %d bins, %s cell %d,%d: %v, want %v", fill, rows, first, bins, value, r, c, got, want)
					}
				}
				for r, n := range gaps {
					if half.gaps[r] != n {
						t.Fatalf("%d rows to %d bins, %s: row %d lacks %d cells, want %d", rows, bins, value, r, half.gaps[r], n)
					}
				}
			}
		}
	}
}

// Many lines at once are the same lines one after the other, to the last bit, and change nothing beside them, whatever lies
// there.
func TestLinesOfThisProcessor(t *testing.T) {
	rng := rand.New(rand.NewSource(2))
	for n := range 70 {
		lines := rng.Intn(6)
		a := make([]cell, n+2+beyond)[:n+2]
		for i := range a {
			a[i] = cell{rng.NormFloat64(), rng.Float64()}
		}
		b, c, d := append([]cell(nil), a...), append(make([]cell, 0, cap(a)), a...), append([]cell(nil), a...)
		const from = 5
		values, starts, snippets := []float64(nil), []int(nil), [][]float32(nil)
		for range lines {
			starts = append(starts, len(values))
			snippet := make([]float32, from, from+n+beyond)
			for range n {
				x := rng.NormFloat64()
				values, snippet = append(values, x), append(snippet, float32(x))
			}
			values, snippets = append(values, math.NaN()), append(snippets, snippet)
		}
		values = append(values, make([]float64, beyond)...)
		addLines(a[1:n+1], values, starts)
		addLinesGo(b[1:n+1], values, starts)
		addPackedLines(c[1:n+1], snippets, from)
		addPackedLinesGo(d[1:n+1], snippets, from)
		for i := range a {
			if a[i] != b[i] || c[i] != d[i] {
				t.Fatalf("%d lines of %d: cell %d is %v and %v, want %v and %v", lines, n, i, a[i], c[i], b[i], d[i])
			}
		}
	}
}

// The kernels of this processor do what the portable ones do, to the last bit.
func TestKernelsOfThisProcessor(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	numbers := func(n int) []float64 {
		list := make([]float64, n)
		for i := range list {
			list[i] = rng.NormFloat64()
		}
		return list
	}
	for n := range 40 {
		line, factor := numbers(n), rng.Float64()
		a, b := make([]cell, n+3), make([]cell, n+3)
		for i := range a {
			a[i] = cell{rng.NormFloat64(), rng.Float64()}
		}
		copy(b, a)
		addLine(a[1:], line)
		addLineGo(b[1:], line)
		for i := range a {
			if a[i] != b[i] {
				t.Fatalf("addLine of %d: cell %d is %v, want %v", n, i, a[i], b[i])
			}
		}
		x := numbers(n + 3)
		y := append([]float64(nil), x...)
		addScaled(x[1:], line, factor)
		addScaledGo(y[1:], line, factor)
		for i := range x {
			if x[i] != y[i] {
				t.Fatalf("addScaled of %d: %d is %v, want %v", n, i, x[i], y[i])
			}
		}
		if n == 0 {
			continue
		}
		k := turnKernel(newKernel(n, 7, n > 7), 7)
		lines := numbers(2 * (n + 1))
		var got, want [2][7]float64
		for first := range 7 {
			k.alongColumns(got[0][:], got[1][:], lines, first, 7)
			gatherGo(want[0][first:], want[1][first:], lines, k.lo[first:], k.starts[first:], k.twice[2*k.starts[first]:])
			if got != want {
				t.Fatalf("gather of %d from %d: %v, want %v", n, first, got, want)
			}
		}
	}
}
