package pileup_test

import (
	"context"
	"math"
	"math/rand"
	"sync"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

var chroms = []genome.Chrom{{Name: "chr1", Length: 1195}, {Name: "chr2", Length: 810}}

var arms = []genome.Interval{
	{Chrom: "chr1", Start: 0, End: 433}, // bin 43 belongs to both arms
	{Chrom: "chr1", Start: 433, End: 1195},
	{Chrom: "chr2", Start: 0, End: 810},
}

// randomRegions makes regions all over the genome and a few beyond it; pairs where b is not a.
func randomRegions(seed int64, n int, pairs bool) []genome.Region {
	rng := rand.New(rand.NewSource(seed))
	anchor := func() genome.Anchor {
		c := chroms[rng.Intn(len(chroms))]
		start := rng.Int63n(c.Length + 60)
		a := genome.Anchor{Chrom: c.Name, Start: start, End: start + rng.Int63n(30), Strand: "+-."[rng.Intn(3)]}
		if rng.Intn(25) == 0 {
			a.Chrom = "chrUn"
		}
		return a
	}
	regions := make([]genome.Region, n)
	for i := range regions {
		a := anchor()
		b := a
		if pairs {
			b = anchor()
			if rng.Intn(2) == 0 { // near the first, so that some windows cross the diagonal
				b = a
				b.Start = max(0, b.Start+rng.Int63n(160)-80)
				b.End = b.Start + 10
			}
		}
		regions[i] = genome.Region{Index: i, A: a, B: b}
	}
	return regions
}

// snippet is the definition, cell by cell: what package pileup says about windows, arms, missing and values.
type naive struct {
	m        *maptest.Map
	dense    [][]float64
	table    *expected.Table
	between  *expected.Between // nil: no obs/exp across arms
	edge     pileup.Edge
	crossArm bool
	oriented bool
}

func (n *naive) axis(a genome.Anchor, window int64) (first, size int64, arm int, ok bool) {
	for c, chrom := range chroms {
		if chrom.Name != a.Chrom || a.Mid() >= chrom.Length {
			continue
		}
		b := n.m.Bin
		lo, hi := a.Mid()/b-window/b, a.Mid()/b+window/b+1
		best := int64(0)
		arm = -1
		for i, r := range n.table.Regions {
			if r.Interval.Chrom != a.Chrom {
				continue
			}
			overlap := min(hi*b, r.End) - max(lo*b, r.Start)
			if overlap > best {
				best, arm = overlap, i
			}
		}
		return n.m.ChromOffset(c) + lo, hi - lo, arm, arm >= 0
	}
	return 0, 0, 0, false
}

func (n *naive) snippet(r genome.Region, window int64, v pileup.Value) []float64 {
	size := 2*(window/n.m.Bin) + 1
	cells := make([]float64, size*size)
	for i := range cells {
		cells[i] = math.NaN()
	}
	row, _, armA, okA := n.axis(r.A, window)
	col, _, armB, okB := n.axis(r.B, window)
	if !okA || !okB || armA != armB && (v == pileup.OE && n.between == nil || r.A.Chrom == r.B.Chrom && !n.crossArm) {
		return cells
	}
	a, b := n.table.Regions[armA], n.table.Regions[armB]
	if n.edge != pileup.Pad && (row < a.Lo || row+size > a.Hi || col < b.Lo || col+size > b.Hi) {
		return cells
	}
	for i := range size {
		for j := range size {
			p, q := row+i, col+j
			if p < a.Lo || p >= a.Hi || q < b.Lo || q >= b.Hi {
				continue
			}
			value := n.dense[p][q]
			if v != pileup.Raw {
				value *= n.m.Weights[p] * n.m.Weights[q]
			}
			if v == pileup.OE {
				avg := n.expected(armA, armB, max(p-q, q-p))
				if value /= avg; avg == 0 {
					value = math.NaN()
				}
			}
			at := i*size + j
			if n.oriented && r.A.Strand == '-' && r.B.Strand == '-' {
				at = size*size - 1 - at
			}
			cells[at] = value
		}
	}
	return cells
}

// expected is that of a cell at distance d between two arms.
func (n *naive) expected(armA, armB int, d int64) float64 {
	a, b := n.table.Regions[armA], n.table.Regions[armB]
	switch {
	case armA == armB:
		return a.BalancedAvg[d]
	case a.Chrom == b.Chrom:
		return n.between.Arms[expected.NewPair(armA, armB)].BalancedAvg[d]
	}
	return n.between.Chroms[expected.NewPair(a.Chrom, b.Chrom)].BalancedAvg
}

// betweenOf is the expected between all arms and chromosomes that the regions need.
func betweenOf(t testing.TB, m *maptest.Map, regions []genome.Region, jobs []pileup.Job, opt pileup.Options) *expected.Between {
	t.Helper()
	armPairs, chromPairs, err := pileup.Between(m, regions, jobs, opt)
	if err != nil {
		t.Fatal(err)
	}
	b, err := expected.ComputeBetween(context.Background(), m, opt.View, opt.Weights, armPairs, chromPairs, expected.Options{IgnoreDiags: 2})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEqualsTheDefinition(t *testing.T) {
	values := []pileup.Value{pileup.Raw, pileup.ICCF, pileup.OE}
	jobs := []pileup.Job{{Window: 30}, {Window: 100}}
	for name, c := range map[string]struct {
		pairs, square, crossArm, oriented, between bool
		edge                                       pileup.Edge
		fill                                       float64
	}{
		"points":                       {fill: 0.5},
		"points, sparse map":           {fill: 0.02},
		"points, padded":               {fill: 0.5, edge: pileup.Pad},
		"points, oriented":             {fill: 0.5, oriented: true, edge: pileup.Pad},
		"pairs":                        {fill: 0.5, pairs: true},
		"pairs, across arms, oriented": {fill: 0.5, pairs: true, crossArm: true, oriented: true},
		"pairs, expected between":      {fill: 0.5, pairs: true, between: true},
		"pairs, all of them, padded":   {fill: 0.5, pairs: true, between: true, crossArm: true, oriented: true, edge: pileup.Pad},
		"pairs, all, square, sparse":   {fill: 0.05, pairs: true, between: true, crossArm: true, square: true},
		"pairs, padded, sparse":        {fill: 0.02, pairs: true, edge: pileup.Pad, oriented: true},
		"square storage":               {fill: 0.5, square: true, pairs: true},
		"square storage, points":       {fill: 0.5, square: true, oriented: true},
	} {
		t.Run(name, func(t *testing.T) {
			m := maptest.Random(7, 10, chroms, c.fill)
			if c.square {
				m = squared(m)
			}
			table := expectedOf(t, m)
			regions := randomRegions(8, 300, c.pairs)
			want := &naive{m: m, dense: m.Dense(), table: table, edge: c.edge, crossArm: c.crossArm, oriented: c.oriented}
			snippets := newStore()
			opt := pileup.Options{View: arms, Values: values, Weights: m.Weights, Expected: table, Edge: c.edge,
				CrossArm: c.crossArm, Oriented: c.oriented, Threads: 2, Snippets: snippets.put}
			if c.between {
				want.between = betweenOf(t, m, regions, jobs, opt)
				opt.Between = want.between
			}
			results := compute(t, m, regions, jobs, opt)
			for k, r := range results {
				job, v := jobs[k/len(values)], values[k%len(values)]
				if r.Job != job || r.Value != v {
					t.Fatalf("result %d is %v %s", k, r.Job, r.Value)
				}
				compare(t, want, regions, r, snippets)
			}
		})
	}
}

// compare checks sums, counts, scores, snippets and ledger of one result against the definition.
func compare(t *testing.T, want *naive, regions []genome.Region, r *pileup.Result, snippets *store) {
	t.Helper()
	size := r.Rows * r.Cols
	sum, sq, n := make([]float64, size), make([]float64, size), make([]int64, size)
	used := 0
	for i, region := range regions {
		cells := want.snippet(region, r.Job.Window, r.Value)
		any := false
		for k, x := range cells {
			if !math.IsNaN(x) {
				sum[k] += x
				sq[k] += x * x
				n[k]++
				any = true
			}
			if got := snippets.get(r, region.Index)[k]; !near(float64(got), x, 1e-6) {
				t.Fatalf("%v %s region %d cell %d: %g, want %g", r.Job, r.Value, i, k, got, x)
			}
		}
		if any {
			used++
		}
		if score := pileup.ScoreOf(cells); !near(r.Scores[i].Ratio, score.Ratio, 1e-12) || !near(r.Scores[i].Centre, score.Centre, 1e-12) {
			t.Fatalf("%v %s region %d: score %v, want %v", r.Job, r.Value, i, r.Scores[i], score)
		}
	}
	for k := range size {
		if r.N[k] != n[k] || !near(r.Sum[k], sum[k], 1e-11) || !near(r.SumSq[k], sq[k], 1e-11) {
			t.Fatalf("%v %s cell %d: n %d sum %g sq %g, want %d %g %g", r.Job, r.Value, k, r.N[k], r.Sum[k], r.SumSq[k], n[k], sum[k], sq[k])
		}
	}
	if r.Ledger.Used != used || r.Ledger.Read != len(regions) || used == 0 {
		t.Errorf("%v %s: ledger %d of %d used, want %d", r.Job, r.Value, r.Ledger.Used, r.Ledger.Read, used)
	}
}

// store keeps snippets by job, value and region, and notices one that comes twice.
type store struct {
	mu   sync.Mutex
	kept map[[2]any]map[int][]float32
	twin bool
}

func newStore() *store { return &store{kept: make(map[[2]any]map[int][]float32)} }

func (s *store) put(job int, v pileup.Value, region int, snippet []float32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := [2]any{len(snippet), v}
	if s.kept[key] == nil {
		s.kept[key] = make(map[int][]float32)
	}
	s.twin = s.twin || s.kept[key][region] != nil
	s.kept[key][region] = append([]float32(nil), snippet...)
	return nil
}

func (s *store) get(r *pileup.Result, region int) []float32 {
	return s.kept[[2]any{r.Rows * r.Cols, r.Value}][region]
}

func squared(upper *maptest.Map) *maptest.Map {
	var pixels []maptest.Pixel
	for i, row := range upper.Dense() {
		for j, count := range row {
			if count != 0 {
				if i > j {
					count++ // not symmetric, so that a transposed read shows
				}
				pixels = append(pixels, maptest.Pixel{Row: int64(i), Col: int64(j), Count: count})
			}
		}
	}
	m := maptest.New(upper.Bin, upper.Genome, pixels)
	m.Square, m.Weights = true, upper.Weights
	return m
}

func near(a, b, tolerance float64) bool {
	return math.IsNaN(a) && math.IsNaN(b) || math.Abs(a-b) <= tolerance*math.Max(math.Abs(a), math.Abs(b))
}
