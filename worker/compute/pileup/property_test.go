package pileup_test

import (
	"context"
	"math"
	"reflect"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

func expectedOf(t testing.TB, m *maptest.Map) *expected.Table {
	t.Helper()
	table, err := expected.Compute(context.Background(), m, arms, m.Weights, expected.Options{IgnoreDiags: 2})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func compute(t testing.TB, m *maptest.Map, regions []genome.Region, jobs []pileup.Job, opt pileup.Options) []*pileup.Result {
	t.Helper()
	results, err := pileup.Compute(context.Background(), m, regions, jobs, opt)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

var (
	both = []pileup.Value{pileup.ICCF, pileup.OE}
	grid = []pileup.Job{{Window: 20}, {Window: 50}, {Percent: 10}, {Percent: 20}}
)

// setup is a map with its options, and the regions of a kind.
func setup(t testing.TB, pairs bool) (*maptest.Map, []genome.Region, pileup.Options) {
	m := maptest.Random(11, 10, chroms, 0.4)
	opt := pileup.Options{View: arms, Values: both, Weights: m.Weights, Expected: expectedOf(t, m), Oriented: true, CrossArm: true, Threads: 2}
	regions := randomRegions(12, 400, pairs)
	opt.Between = betweenOf(t, m, regions, grid, opt)
	return m, regions, opt
}

func sameBytes(t *testing.T, what string, a, b *pileup.Result) {
	t.Helper()
	for i := range a.Sum {
		if math.Float64bits(a.Sum[i]) != math.Float64bits(b.Sum[i]) || math.Float64bits(a.SumSq[i]) != math.Float64bits(b.SumSq[i]) || a.N[i] != b.N[i] {
			t.Fatalf("%s: %v %s cell %d: %v %v %d, %v %v %d", what, a.Job, a.Value, i, a.Sum[i], a.SumSq[i], a.N[i], b.Sum[i], b.SumSq[i], b.N[i])
		}
	}
}

func TestThreadsBlocksAndCompanyChangeNoBit(t *testing.T) {
	for _, pairs := range []bool{false, true} {
		m, regions, opt := setup(t, pairs)
		want := compute(t, m, regions, grid, opt)
		for _, threads := range []int{1, 3, 8} {
			for _, block := range []int{1, 64, 1 << 20} {
				m.Block, opt.Threads = block, threads
				for i, r := range compute(t, m, regions, grid, opt) {
					sameBytes(t, "threads and blocks", want[i], r)
					if !reflect.DeepEqual(r.Ledger, want[i].Ledger) {
						t.Errorf("ledgers differ")
					}
				}
			}
		}
		for i, j := range grid { // each job alone, each value alone
			for k, v := range both {
				alone := opt
				alone.Values = []pileup.Value{v}
				sameBytes(t, "alone", want[2*i+k], compute(t, m, regions, []pileup.Job{j}, alone)[0])
			}
		}
	}
}

func TestDisjointSubsetsAddUp(t *testing.T) {
	for _, pairs := range []bool{false, true} {
		m, regions, opt := setup(t, pairs)
		all := compute(t, m, regions, grid, opt)
		parts := make([][]*pileup.Result, 3)
		for p := range parts {
			opt.Subset = []int{}
			for i := range regions {
				if i*i%7%3 == p {
					opt.Subset = append(opt.Subset, i)
				}
			}
			parts[p] = compute(t, m, regions, grid, opt)
		}
		for i, r := range all {
			used := 0
			for c := range r.Sum {
				var sum, sq float64
				var n int64
				for _, part := range parts {
					sum, sq, n = sum+part[i].Sum[c], sq+part[i].SumSq[c], n+part[i].N[c]
				}
				if n != r.N[c] || !near(sum, r.Sum[c], 1e-11) || !near(sq, r.SumSq[c], 1e-11) {
					t.Fatalf("%v %s cell %d: parts %d %g %g, whole %d %g %g", r.Job, r.Value, c, n, sum, sq, r.N[c], r.Sum[c], r.SumSq[c])
				}
			}
			for _, part := range parts {
				used += part[i].Ledger.Used
			}
			if used != r.Ledger.Used {
				t.Errorf("%v %s: %d used in parts, %d in the whole", r.Job, r.Value, used, r.Ledger.Used)
			}
		}
	}
}

func TestTurnedPairsTransposeTheMap(t *testing.T) {
	m, regions, opt := setup(t, true)
	turned := make([]genome.Region, len(regions))
	for i, r := range regions {
		turned[i] = genome.Region{Index: r.Index, A: r.B, B: r.A}
	}
	jobs := grid[:2] // rescaling adds its kernel in another order: equal, but not to the last bit
	want := compute(t, m, regions, jobs, opt)
	for k, r := range compute(t, m, turned, jobs, opt) {
		for i := range r.Rows {
			for j := range r.Cols {
				a, b := i*r.Cols+j, j*r.Rows+i
				if r.Sum[a] != want[k].Sum[b] || r.SumSq[a] != want[k].SumSq[b] || r.N[a] != want[k].N[b] {
					t.Fatalf("%v %s cell %d,%d: %g, transposed %g", r.Job, r.Value, i, j, r.Sum[a], want[k].Sum[b])
				}
			}
		}
	}
}

func TestFlippedStrandsMirrorTheMap(t *testing.T) {
	for _, pairs := range []bool{false, true} {
		m, regions, opt := setup(t, pairs)
		flipped := make([]genome.Region, len(regions))
		for i := range regions {
			strand := "+-"[i%2]
			regions[i].A.Strand, regions[i].B.Strand = strand, strand
			flipped[i] = regions[i]
			flipped[i].A.Strand, flipped[i].B.Strand = '+'+'-'-strand, '+'+'-'-strand
		}
		want := compute(t, m, regions, grid, opt)
		for k, r := range compute(t, m, flipped, grid, opt) {
			for i := range r.Sum {
				j := len(r.Sum) - 1 - i
				if r.Sum[i] != want[k].Sum[j] || r.SumSq[i] != want[k].SumSq[j] || r.N[i] != want[k].N[j] {
					t.Fatalf("%v %s cell %d: %g, mirrored %g", r.Job, r.Value, i, r.Sum[i], want[k].Sum[j])
				}
			}
		}
	}
}

func TestPermutedRegionsPermuteTheScores(t *testing.T) {
	m, regions, opt := setup(t, false)
	reversed := make([]genome.Region, len(regions))
	for i, r := range regions {
		reversed[len(regions)-1-i] = r
	}
	want := compute(t, m, regions, grid, opt)
	for k, r := range compute(t, m, reversed, grid, opt) {
		for i, s := range r.Scores {
			if o := want[k].Scores[len(regions)-1-i]; !near(s.Ratio, o.Ratio, 0) {
				t.Fatalf("%v %s: score %d is %g, was %g", r.Job, r.Value, i, s.Ratio, o.Ratio)
			}
		}
	}
}

// A map that is exactly its expected has obs/exp 1 wherever that is defined, within arms, between them, and between
// chromosomes, where contacts do not depend on the place.
func TestMapThatIsItsExpectedHasRatioOne(t *testing.T) {
	shape := maptest.Random(13, 10, chroms, 0)
	var pixels []maptest.Pixel
	for i := range shape.NumBins() {
		for j := i; j < shape.NumBins(); j++ {
			w := shape.Weights[i] * shape.Weights[j]
			if math.IsNaN(w) {
				w = 1
			}
			count := 1000 / float64(j-i+1)
			if i < shape.ChromOffset(1) && j >= shape.ChromOffset(1) {
				count = 0.7
			}
			pixels = append(pixels, maptest.Pixel{Row: i, Col: j, Count: count / w})
		}
	}
	m := maptest.New(10, chroms, pixels)
	m.Weights = shape.Weights
	for _, pairs := range []bool{false, true} {
		opt := pileup.Options{View: arms, Values: both[1:], Weights: m.Weights, Expected: expectedOf(t, m), Edge: pileup.Pad, CrossArm: true}
		regions := randomRegions(14, 200, pairs)
		opt.Between = betweenOf(t, m, regions, grid, opt)
		if pairs && len(opt.Between.Arms)+len(opt.Between.Chroms) != 2 {
			t.Fatalf("no pairs between arms and chromosomes: %+v", opt.Between)
		}
		for _, r := range compute(t, m, regions, grid, opt) {
			if lost := len(r.Ledger.LostRegions()); pairs && lost > len(regions)/2 {
				t.Errorf("%v: %d of %d lost", r.Job, lost, len(regions))
			}
			sem := r.SEM()
			for i, mean := range r.Mean() {
				if r.N[i] > 0 && math.Abs(mean-1) > 1e-12 || r.N[i] > 1 && sem[i] > 1e-7 {
					t.Fatalf("%v cell %d: %g ± %g of %d", r.Job, i, mean, sem[i], r.N[i])
				}
			}
		}
	}
}

func TestPlantedLoopIsTheBrightestPixel(t *testing.T) {
	base := maptest.Random(15, 10, chroms, 0)
	planted := make(map[[2]int64]float64)
	var loops []genome.Region
	for i := int64(7); i+25 < 80; i += 13 { // on chr2, further apart than half a window
		planted[[2]int64{120 + i, 120 + i + 18}] = 4
		a := genome.Anchor{Chrom: "chr2", Start: i * 10, End: i*10 + 10}
		b := genome.Anchor{Chrom: "chr2", Start: (i + 18) * 10, End: (i+18)*10 + 10}
		loops = append(loops, genome.Region{Index: len(loops), A: a, B: b})
	}
	var pixels []maptest.Pixel
	for i := range base.NumBins() {
		for j := i; j < base.NumBins(); j++ {
			fold := max(1, planted[[2]int64{i, j}])
			w := base.Weights[i] * base.Weights[j]
			if math.IsNaN(w) {
				w = 1
			}
			pixels = append(pixels, maptest.Pixel{Row: i, Col: j, Count: fold * 1000 / float64(j-i+1) / w})
		}
	}
	m := maptest.New(10, chroms, pixels)
	m.Weights = base.Weights
	opt := pileup.Options{View: arms, Values: both, Weights: m.Weights, Expected: expectedOf(t, m)}
	for _, r := range compute(t, m, loops, grid[1:2], opt) {
		brightest, mean := 0, r.Mean()
		for i := range mean {
			if mean[i] > mean[brightest] {
				brightest = i
			}
		}
		if brightest != len(mean)/2 || pileup.ScoreOf(mean).Ratio < 1.15 {
			t.Errorf("%s: brightest at %d of %d, score %v", r.Value, brightest, len(mean), pileup.ScoreOf(mean))
		}
		// The loops weigh in the expected, too: 5 of about 60 pixels at that distance are 4-fold.
		if centre := mean[len(mean)/2]; r.Value == pileup.OE && (centre < 3 || centre > 4) {
			t.Errorf("the centre is %g-fold, planted 4", centre)
		}
	}
}

// A stored count that is no number is missing, not zero; it never reaches a result.
func TestCountsThatAreNoNumbersAreMissing(t *testing.T) {
	const row, col = int64(20), int64(23)
	for _, bad := range []float64{math.NaN(), math.Inf(1)} {
		var pixels []maptest.Pixel
		for i := int64(0); i < 40; i++ {
			for j := i; j < 40; j++ {
				pixels = append(pixels, maptest.Pixel{Row: i, Col: j, Count: 2})
				if i == row && j == col {
					pixels[len(pixels)-1].Count = bad
				}
			}
		}
		m := maptest.New(10, []genome.Chrom{{Name: "chr1", Length: 400}}, pixels)
		site := genome.Anchor{Chrom: "chr1", Start: row * 10, End: row*10 + 1, Strand: '-'}
		regions := []genome.Region{{Index: 0, A: site, B: site}}
		for _, job := range []pileup.Job{{Window: 20}, {Window: 60}} {
			r := compute(t, m, regions, []pileup.Job{job}, pileup.Options{Oriented: true})[0]
			missing := 0
			for i, n := range r.N {
				if n == 0 {
					missing++
				} else if r.Sum[i] != 2 {
					t.Errorf("cell %d: %g", i, r.Sum[i])
				}
			}
			want := 0
			if col-row <= job.Window/10 {
				want = 2
			}
			if missing != want {
				t.Errorf("window %d: %d cells missing, want %d (distance %d)", job.Window, missing, want, col-row)
			}
		}
		// Rescaled, the cell is filled from its neighbours, which are all 2; read as zero, it would make them less.
		stretch := genome.Anchor{Chrom: "chr1", Start: 100, End: 300}
		interval := []genome.Region{{A: stretch, B: stretch}}
		r := compute(t, m, interval, []pileup.Job{{Percent: 10}}, pileup.Options{Edge: pileup.Pad})[0]
		for i, mean := range r.Mean() {
			if r.N[i] != 1 || math.Abs(mean-2) > 1e-12 {
				t.Fatalf("rescaled cell %d: %g of %d", i, mean, r.N[i])
			}
		}
	}
}
