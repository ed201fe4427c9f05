package expected_test

import (
	"context"
	"math"
	"math/rand"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/genome"
)

var chroms = []genome.Chrom{{Name: "chr1", Length: 995}, {Name: "chr2", Length: 610}, {Name: "3", Length: 30}}

var view = []genome.Interval{
	{Chrom: "chr2", Start: 0, End: 610},
	{Chrom: "chr1", Start: 0, End: 333}, // bin 33 is on the border: in both arms
	{Chrom: "chr1", Start: 333, End: 2000},
	{Chrom: "chr3", Start: 0, End: 30}, // the map says 3
	{Chrom: "chrX", Start: 0, End: 30},
}

// The definition, pair by pair, in the words of package expected.
func TestEqualsTheDefinition(t *testing.T) {
	m := maptest.Random(1, 10, chroms, 0.4)
	table, err := expected.Compute(context.Background(), m, view, m.Weights, expected.Options{IgnoreDiags: 2})
	if err != nil {
		t.Fatal(err)
	}
	bins := [][2]int{{100, 161}, {0, 34}, {33, 100}, {161, 164}}
	if len(table.Regions) != len(bins) || len(table.Missing) != 1 || table.Missing[0].Chrom != "chrX" {
		t.Fatalf("%d regions, missing %v", len(table.Regions), table.Missing)
	}
	dense := m.Dense()
	for k, r := range table.Regions {
		lo, hi := bins[k][0], bins[k][1]
		if int(r.Lo) != lo || int(r.Hi) != hi {
			t.Fatalf("%s: bins %d to %d, want %d to %d", r.Interval, r.Lo, r.Hi, lo, hi)
		}
		for d := range r.NValid {
			var n int64
			var count, balanced float64
			for i := lo; i+d < hi; i++ {
				count += dense[i][i+d]
				if v := dense[i][i+d] * m.Weights[i] * m.Weights[i+d]; !math.IsNaN(v) {
					n++
					balanced += v
				}
			}
			avg := balanced / float64(n)
			if d < 2 {
				count, balanced, avg = math.NaN(), math.NaN(), math.NaN()
			}
			if r.NValid[d] != n || !near(r.CountSum[d], count) || !near(r.BalancedSum[d], balanced) || !near(r.BalancedAvg[d], avg) {
				t.Errorf("%s diagonal %d: %d %g %g %g, want %d %g %g %g", r.Interval, d,
					r.NValid[d], r.CountSum[d], r.BalancedSum[d], r.BalancedAvg[d], n, count, balanced, avg)
			}
		}
	}
}

func TestRawCountsMaskNothing(t *testing.T) {
	m := maptest.Random(2, 10, chroms, 0.4)
	table, err := expected.Compute(context.Background(), m, nil, nil, expected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range table.Regions {
		for d := range r.NValid {
			if r.NValid[d] != int64(r.Bins()-d) || r.CountSum[d] != r.BalancedSum[d] {
				t.Errorf("%s diagonal %d: n %d, %g, %g", r.Interval, d, r.NValid[d], r.CountSum[d], r.BalancedSum[d])
			}
		}
	}
}

// How the pixels are cut into blocks changes no bit of the result.
func TestBlocksChangeNothing(t *testing.T) {
	m := maptest.Random(3, 10, chroms, 0.3)
	var first *expected.Table
	for _, block := range []int{1, 13, 1000, 1 << 20} {
		m.Block = block
		table, err := expected.Compute(context.Background(), m, view, m.Weights, expected.Options{IgnoreDiags: 2})
		if err != nil {
			t.Fatal(err)
		}
		if first == nil {
			first = table
		}
		for i, r := range table.Regions {
			for d, sum := range r.BalancedSum {
				if math.Float64bits(sum) != math.Float64bits(first.Regions[i].BalancedSum[d]) {
					t.Fatalf("blocks of %d: %s diagonal %d differs", block, r.Interval, d)
				}
			}
		}
	}
}

func TestSquareStorageCountsOneTriangle(t *testing.T) {
	upper := maptest.Random(4, 10, chroms, 0.3)
	var pixels []maptest.Pixel
	for i, row := range upper.Dense() {
		for j, count := range row {
			if count != 0 {
				pixels = append(pixels, maptest.Pixel{Row: int64(i), Col: int64(j), Count: count})
			}
		}
	}
	square := maptest.New(10, chroms, pixels)
	square.Square = true
	want, err := expected.Compute(context.Background(), upper, nil, upper.Weights, expected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := expected.Compute(context.Background(), square, nil, upper.Weights, expected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range got.Regions {
		for d, sum := range r.BalancedSum {
			if sum != want.Regions[i].BalancedSum[d] {
				t.Errorf("%s diagonal %d: %g, want %g", r.Interval, d, sum, want.Regions[i].BalancedSum[d])
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	m := maptest.Random(5, 10, chroms, 0.1)
	for name, c := range map[string]struct {
		view    []genome.Interval
		weights []float64
	}{
		"no chromosome in common": {view: []genome.Interval{{Chrom: "I", End: 5}}},
		"a region of no extent":   {view: []genome.Interval{{Chrom: "chr1", Start: 5, End: 5}}},
		"a negative start":        {view: []genome.Interval{{Chrom: "chr1", Start: -5, End: 5}}},
		"weights of another map":  {weights: make([]float64, 3)},
	} {
		if _, err := expected.Compute(context.Background(), m, c.view, c.weights, expected.Options{}); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := expected.Compute(ctx, m, nil, nil, expected.Options{}); err == nil {
		t.Error("cancelled: no error")
	}
}

// Valid counts of a mask as long as chr1 at 5 kb, against pairs counted one by one at some distances.
func TestValidCountsOfALongMask(t *testing.T) {
	rng := rand.New(rand.NewSource(6))
	const n = 50_000
	m := maptest.New(1, []genome.Chrom{{Name: "c", Length: n}}, nil)
	for i := range m.Weights {
		if rng.Intn(9) == 0 {
			m.Weights[i] = math.NaN()
		}
	}
	table, err := expected.Compute(context.Background(), m, nil, m.Weights, expected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range []int{0, 1, 2, 77, 25_000, n - 2, n - 1} {
		var want int64
		for i := 0; i+d < n; i++ {
			if m.Weights[i] == 1 && m.Weights[i+d] == 1 {
				want++
			}
		}
		if got := table.Regions[0].NValid[d]; got != want {
			t.Errorf("distance %d: %d, want %d", d, got, want)
		}
	}
}

func near(a, b float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= 1e-12*math.Max(math.Abs(a), math.Abs(b))
}

// One arm of 25,000 bins, 20 M pixels.
func BenchmarkCompute(b *testing.B) {
	const n, width = 25_000, 800
	pixels := make([]maptest.Pixel, 0, n*width)
	for i := int64(0); i < n; i++ {
		for j := i; j < min(n, i+width); j++ {
			pixels = append(pixels, maptest.Pixel{Row: i, Col: j, Count: 1})
		}
	}
	m := maptest.New(10_000, []genome.Chrom{{Name: "c", Length: n * 10_000}}, pixels)
	m.Block = 1 << 16
	b.SetBytes(int64(len(pixels)) * 12)
	for b.Loop() {
		if _, err := expected.Compute(context.Background(), m, nil, m.Weights, expected.Options{IgnoreDiags: 2}); err != nil {
			b.Fatal(err)
		}
	}
}
