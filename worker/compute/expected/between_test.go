package expected_test

import (
	"bytes"
	"context"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

var crossView = []genome.Interval{{Chrom: "chr1", Start: 0, End: 433}, {Chrom: "chr1", Start: 433, End: 700}, {Chrom: "chr1", Start: 705, End: 1195},
	{Chrom: "chr2", Start: 0, End: 500}, {Chrom: "chr2", Start: 550, End: 810}, {Chrom: "chr3", Start: 0, End: 300}}

var crossChroms = []genome.Chrom{{Name: "chr1", Length: 1195}, {Name: "chr2", Length: 810}, {Name: "chr3", Length: 300}}

// The definition, cell by cell.
func TestBetweenEqualsTheDefinition(t *testing.T) {
	upper := maptest.Random(31, 10, crossChroms, 0.3)
	dense := upper.Dense()
	square := maptest.New(10, crossChroms, nil)
	{
		var pixels []maptest.Pixel
		for i, row := range dense {
			for j, c := range row {
				if c != 0 {
					pixels = append(pixels, maptest.Pixel{Row: int64(i), Col: int64(j), Count: c})
				}
			}
		}
		square = maptest.New(10, crossChroms, pixels)
		square.Square, square.Weights = true, upper.Weights
	}
	arms, _, err := expected.Arms(upper, crossView, nil)
	if err != nil {
		t.Fatal(err)
	}
	pairs := []expected.Pair{{A: 0, B: 1}, {A: 0, B: 2}, {A: 1, B: 2}, {A: 3, B: 4}}
	chroms := []expected.Pair{{A: 0, B: 1}, {A: 1, B: 2}, {A: 0, B: 2}}
	for name, m := range map[string]*maptest.Map{"upper": upper, "square": square} {
		for _, block := range []int{1, 1000} {
			m.Block = block
			got, err := expected.ComputeBetween(context.Background(), m, crossView, m.Weights, pairs, chroms, expected.Options{IgnoreDiags: 2, Threads: 2})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range pairs {
				x, y, r := arms[p.A], arms[p.B], got.Arms[p]
				n := int(y.Hi - x.Lo)
				valid, sum, raw := make([]int64, n), make([]float64, n), make([]float64, n)
				for i := x.Lo; i < x.Hi; i++ {
					for j := y.Lo; j < y.Hi; j++ {
						d := max(j-i, i-j)
						raw[d] += dense[i][j]
						if v := dense[i][j] * m.Weights[i] * m.Weights[j]; !math.IsNaN(v) {
							sum[d] += v
							valid[d]++
						}
					}
				}
				for d := range n {
					if r.NValid[d] != valid[d] {
						t.Fatalf("%s %v distance %d: %d valid, want %d", name, p, d, r.NValid[d], valid[d])
					}
					if d < 2 {
						if !math.IsNaN(r.BalancedSum[d]) || !math.IsNaN(r.BalancedAvg[d]) && valid[d] > 0 {
							t.Errorf("%s %v distance %d is not undefined", name, p, d)
						}
						continue
					}
					avg := sum[d] / float64(valid[d])
					if !near(r.BalancedSum[d], sum[d]) || !near(r.CountSum[d], raw[d]) || !near(r.BalancedAvg[d], avg) {
						t.Fatalf("%s %v distance %d: %g %g %g, want %g %g %g", name, p, d, r.CountSum[d], r.BalancedSum[d], r.BalancedAvg[d], raw[d], sum[d], avg)
					}
				}
			}
			for _, p := range chroms {
				in := func(bin int64, chrom int) bool {
					for _, a := range arms {
						if a.Chrom == chrom && bin >= a.Lo && bin < a.Hi {
							return true
						}
					}
					return false
				}
				var want expected.Block
				for i := range m.NumBins() {
					for j := range m.NumBins() {
						if !in(i, p.A) || !in(j, p.B) {
							continue
						}
						want.CountSum += dense[i][j]
						if v := dense[i][j] * m.Weights[i] * m.Weights[j]; !math.IsNaN(v) {
							want.BalancedSum += v
							want.NValid++
						}
					}
				}
				b := got.Chroms[p]
				if b.NValid != want.NValid || !near(b.CountSum, want.CountSum) || !near(b.BalancedSum, want.BalancedSum) || !near(b.BalancedAvg, want.BalancedSum/float64(want.NValid)) {
					t.Errorf("%s chromosomes %v: %+v, want %+v", name, p, b, want)
				}
			}
		}
	}
}

// Asking for fewer pairs changes no number; overlapping arms count a pixel from both sides.
func TestBetweenOfSomePairsAndOverlappingArms(t *testing.T) {
	m := maptest.Random(32, 10, crossChroms, 0.3)
	all, err := expected.ComputeBetween(context.Background(), m, crossView, nil, []expected.Pair{{A: 0, B: 1}, {A: 3, B: 4}}, []expected.Pair{{A: 0, B: 2}, {A: 1, B: 2}}, expected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	one, err := expected.ComputeBetween(context.Background(), m, crossView, nil, []expected.Pair{{A: 3, B: 4}}, []expected.Pair{{A: 1, B: 2}}, expected.Options{})
	if err != nil || !reflect.DeepEqual(one.Chroms[expected.Pair{A: 1, B: 2}], all.Chroms[expected.Pair{A: 1, B: 2}]) ||
		!reflect.DeepEqual(one.Arms[expected.Pair{A: 3, B: 4}].BalancedSum, all.Arms[expected.Pair{A: 3, B: 4}].BalancedSum) {
		t.Errorf("a pair alone differs: %v", err)
	}
	view := []genome.Interval{{Chrom: "chr1", Start: 100, End: 500}, {Chrom: "chr1", Start: 300, End: 900}}
	got, err := expected.ComputeBetween(context.Background(), m, view, nil, []expected.Pair{{A: 0, B: 1}}, nil, expected.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dense, r := m.Dense(), got.Arms[expected.Pair{A: 0, B: 1}]
	sum, n := make([]float64, 80), make([]int64, 80)
	for i := 10; i < 50; i++ {
		for j := 30; j < 90; j++ {
			sum[max(i-j, j-i)] += dense[i][j]
			n[max(i-j, j-i)]++
		}
	}
	for d := range sum {
		if r.NValid[d] != n[d] || !near(r.BalancedSum[d], sum[d]) {
			t.Fatalf("distance %d: %g of %d, want %g of %d", d, r.BalancedSum[d], r.NValid[d], sum[d], n[d])
		}
	}
	for _, bad := range []expected.Pair{{A: 0, B: 0}, {A: 1, B: 0}, {A: 0, B: 3}, {A: 0, B: 9}} {
		if _, err := expected.ComputeBetween(context.Background(), m, crossView, nil, []expected.Pair{bad}, nil, expected.Options{}); err == nil {
			t.Errorf("arms %v pass", bad)
		}
	}
}

// cooler 0.9.1 and numpy on yeast_w303_g1/hic.mcool at 10 kb: matrix(balance=True).fetch(a, b), numpy.nanmean of the block
// of two chromosomes (which is the definition of cooltools expected_trans), and of the cells at one distance between the
// arms of chr12 in arms.csv (cooltools expected_cis, intra_only=False).
func TestBetweenOfARealMap(t *testing.T) {
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	data, err := os.ReadFile(filepath.Join(root, "datasets", "yeast_w303_g1", "hic.mcool"))
	if err != nil {
		t.Skip("shared test data are not here")
	}
	f, err := cool.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	level, err := f.Level(10000)
	if err != nil {
		t.Fatal(err)
	}
	weights, err := level.Weight("weight")
	if err != nil {
		t.Fatal(err)
	}
	at := func(name string) int {
		for i, c := range level.Chroms() {
			if c.Name == name {
				return i
			}
		}
		t.Fatalf("no chromosome %s", name)
		return 0
	}
	p, q := expected.NewPair(at("chr12"), at("chr1")), expected.NewPair(at("chr11"), at("chr5"))
	view := []genome.Interval{{Chrom: "chr12", Start: 0, End: 539088}, {Chrom: "chr12", Start: 539088, End: 1072000}}
	for _, c := range level.Chroms() {
		if c.Name != "chr12" {
			view = append(view, genome.Interval{Chrom: c.Name, End: c.Length})
		}
	}
	got, err := expected.ComputeBetween(context.Background(), level, view, weights, []expected.Pair{{A: 0, B: 1}}, []expected.Pair{p, q}, expected.Options{IgnoreDiags: 2, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	close := func(a, b float64) bool { return math.Abs(a-b) <= 1e-9*math.Abs(b) }
	for pair, want := range map[expected.Pair]expected.Block{p: {NValid: 2020, BalancedSum: 1.2683764853394681, BalancedAvg: 0.0006279091511581526},
		q: {NValid: 3564, BalancedSum: 2.855382294760337, BalancedAvg: 0.0008011734833783213}} {
		if b := got.Chroms[pair]; b.NValid != want.NValid || !close(b.BalancedSum, want.BalancedSum) || !close(b.BalancedAvg, want.BalancedAvg) {
			t.Errorf("chromosomes %v: %+v, want %+v", pair, b, want)
		}
	}
	r := got.Arms[expected.Pair{A: 0, B: 1}]
	for d, want := range map[int]expected.Block{2: {NValid: 3, BalancedSum: 0.10597287020307078}, 5: {NValid: 5, BalancedSum: 0.05126257472053453},
		40: {NValid: 37, BalancedSum: 0.040609974542483294}, 100: {NValid: 5, BalancedSum: 0.002321480663520316}} {
		if r.NValid[d] != want.NValid || !close(r.BalancedSum[d], want.BalancedSum) {
			t.Errorf("distance %d: %g of %d, want %g of %d", d, r.BalancedSum[d], r.NValid[d], want.BalancedSum, want.NValid)
		}
	}
}

// One sweep for both gives the bits of two, and AllPairs is everything there is.
func TestBothInOneSweep(t *testing.T) {
	m := maptest.Random(33, 10, crossChroms, 0.3)
	placed, _, err := expected.Arms(m, crossView, nil)
	if err != nil {
		t.Fatal(err)
	}
	arms, chroms := expected.AllPairs(placed)
	if len(arms) != 4 || len(chroms) != 3 {
		t.Fatalf("pairs of arms %v, of chromosomes %v", arms, chroms)
	}
	opt := expected.Options{Threads: 2}
	cis, err := expected.Compute(context.Background(), m, crossView, m.Weights, opt)
	if err != nil {
		t.Fatal(err)
	}
	between, err := expected.ComputeBetween(context.Background(), m, crossView, m.Weights, arms, chroms, opt)
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range []int{1, 7, 1000} {
		m.Block = block
		table, both, err := expected.ComputeBoth(context.Background(), m, crossView, m.Weights, arms, chroms, opt)
		if err != nil {
			t.Fatal(err)
		}
		for i := range table.Regions {
			if !reflect.DeepEqual(table.Regions[i].BalancedSum, cis.Regions[i].BalancedSum) {
				t.Errorf("%s differs", table.Regions[i].Interval)
			}
		}
		if !reflect.DeepEqual(both.Chroms, between.Chroms) {
			t.Errorf("chromosomes: %v, alone %v", both.Chroms, between.Chroms)
		}
		for p, r := range between.Arms {
			if !reflect.DeepEqual(both.Arms[p].BalancedSum, r.BalancedSum) || !reflect.DeepEqual(both.Arms[p].NValid, r.NValid) {
				t.Errorf("arms %v differ", p)
			}
		}
	}
	if _, _, err := expected.ComputeBoth(context.Background(), m, crossView, m.Weights, []expected.Pair{{A: 0, B: 3}}, nil, opt); err == nil {
		t.Error("arms of different chromosomes pass")
	}
}
