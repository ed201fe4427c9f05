package pileup

import (
	"bytes"
	"context"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/format/npy"
	"regioscope/worker/genome"
)

// blurred and interpolated are the two steps as they are defined, on one axis.
func blurred(in []float64, sigma int) []float64 {
	out := make([]float64, len(in))
	for i := range in {
		var sum, weights float64
		for k := -2 * sigma; k <= 2*sigma; k++ {
			weight := math.Exp(-float64(k*k) / float64(2*sigma*sigma))
			at := i + k
			for at < 0 || at >= len(in) { // … c b a b c …
				if at < 0 {
					at = -at
				} else {
					at = 2*(len(in)-1) - at
				}
			}
			sum += weight * in[at]
			weights += weight
		}
		out[i] = sum / weights
	}
	return out
}

func interpolated(in []float64, out int) []float64 {
	result := make([]float64, out)
	for o := range result {
		at := min(max((float64(o)+0.5)*float64(len(in))/float64(out)-0.5, 0), float64(len(in)-1))
		low := min(int(at), max(0, len(in)-2))
		high := min(low+1, len(in)-1)
		result[o] = in[low] + (at-float64(low))*(in[high]-in[low])
	}
	return result
}

// The sigmas are those of the reference back end §6.15.
func TestVectorKernelIsBlurAndInterpolation(t *testing.T) {
	rng := rand.New(rand.NewSource(41))
	for bins, sigma := range map[int]int{1: 0, 2: 0, 7: 0, 10: 0, 21: 0, 28: 0, 41: 1, 70: 3, 81: 3, 101: 4, 140: 6, 201: 9} {
		in := make([]float64, bins)
		for i := range in {
			in[i] = rng.Float64()
		}
		want := in
		if sigma > 0 {
			want = blurred(in, sigma)
		}
		want = interpolated(want, VectorSide)
		got := make([]float64, VectorSide)
		k := vectorKernel(bins, VectorSide, false)
		for i, x := range in {
			k.apply(got, int32(i), x)
		}
		for o := range got {
			if math.Abs(got[o]-want[o]) > 1e-12 {
				t.Fatalf("%d bins, output %d: %g, want %g", bins, o, got[o], want[o])
			}
		}
	}
}

// collector keeps what Compute hands out per region.
type collector struct {
	mu   sync.Mutex
	kept map[[3]any][]float64
	t    *testing.T
}

func (c *collector) put(job int, v Value, region int, values []float32) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := [3]any{job, v, region}
	if c.kept == nil {
		c.kept = make(map[[3]any][]float64)
	}
	if c.kept[key] != nil {
		c.t.Errorf("%v comes twice", key)
	}
	for _, x := range values {
		c.kept[key] = append(c.kept[key], float64(x))
	}
	return nil
}

// The vector of a region is its snippet, shrunk; the sparse way there equals the dense one. Counts of the snippet give
// its quality.
func TestVectorsAndQualityAreThoseOfTheSnippets(t *testing.T) {
	chroms := []genome.Chrom{{Name: "chr1", Length: 900}, {Name: "chr2", Length: 600}}
	for name, c := range map[string]struct {
		pairs, square, bad bool
		edge               Edge
	}{"points": {}, "points, padded": {edge: Pad}, "pairs": {pairs: true, edge: Pad}, "square": {pairs: true, square: true}, "square points": {square: true},
		"counts that are no numbers": {bad: true, edge: Pad}} {
		m := maptest.Random(42, 10, chroms, 0.4)
		if c.square || c.bad {
			var pixels []maptest.Pixel
			for i, row := range m.Upper() {
				for j, count := range row {
					if c.bad && j >= i && (i+j)%17 == 0 {
						count = math.NaN()
					}
					if count != 0 {
						pixels = append(pixels, maptest.Pixel{Row: int64(i), Col: int64(j), Count: count})
					}
				}
			}
			weights := m.Weights
			m = maptest.New(10, chroms, pixels)
			m.Square, m.Weights = c.square, weights
		}
		rng := rand.New(rand.NewSource(43))
		var regions []genome.Region
		for i := range 150 {
			a := genome.Anchor{Chrom: chroms[i%2].Name, Start: rng.Int63n(620), Strand: "+-"[rng.Intn(2)]}
			a.End = a.Start + rng.Int63n(200)
			b := a
			if c.pairs {
				b.Start = max(0, b.Start+rng.Int63n(100)-50)
				b.End = b.Start + 90
			}
			regions = append(regions, genome.Region{Index: i, A: a, B: b})
		}
		table, err := expected.Compute(context.Background(), m, nil, m.Weights, expected.Options{IgnoreDiags: 2})
		if err != nil {
			t.Fatal(err)
		}
		snippets, vectors := &collector{t: t}, &collector{t: t}
		jobs := []Job{{Window: 50}, {Window: 200}, {Percent: 5}}
		results, err := Compute(context.Background(), m, regions, jobs, Options{Values: []Value{Raw, ICCF, OE}, Weights: m.Weights, Expected: table,
			Edge: c.edge, Oriented: true, Threads: 2, Snippets: snippets.put, Vectors: vectors.put})
		if err != nil {
			t.Fatal(err)
		}
		for k, r := range results {
			kernel := vectorKernel(r.Rows, VectorSide, false)
			for i := range regions {
				key := [3]any{k / 3, r.Value, i}
				want := make([]float64, VectorSide*VectorSide)
				shrink(snippets.kept[key], kernel, want)
				if len(vectors.kept[key]) != len(want) {
					t.Fatalf("%s %v: no vector", name, key)
				}
				for j, x := range vectors.kept[key] {
					if math.IsNaN(x) != math.IsNaN(want[j]) || math.Abs(x-want[j]) > 2e-6*math.Abs(want[j])+1e-12 {
						t.Fatalf("%s %v cell %d: %g, want %g", name, key, j, x, want[j])
					}
				}
				if r.Job.Percent > 0 {
					continue
				}
				missing, zero := 0, 0
				for _, x := range snippets.kept[key] {
					if math.IsNaN(x) {
						missing++
					} else if x == 0 {
						zero++
					}
				}
				cells := float64(len(snippets.kept[key]))
				if q := r.Quality[i]; math.Abs(q.Missing-float64(missing)/cells) > 1e-12 {
					t.Fatalf("%s %v: %g missing, want %d of %g", name, key, q.Missing, missing, cells)
				} else if r.Value != OE { // cells without an expected count in the coverage
					if want := 1 - float64(zero)/(cells-float64(missing)); math.Abs(q.Coverage-want) > 1e-12 || math.IsNaN(want) != math.IsNaN(q.Coverage) {
						t.Fatalf("%s %v: coverage %g, want %g", name, key, q.Coverage, want)
					}
				}
			}
		}
	}
}

// HiCognition's extract_image_features on 238 snippets (OpenCV, oracle embed/small_tb, README there): 41×41 obs/exp of
// sites, so its transposed axes do not show. It standardises every feature over the set after filling gaps, so a feature
// of ours must be a linear function of its feature over the snippets without gaps.
func TestVectorsOfHiCognition(t *testing.T) {
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	data, err := os.ReadFile(filepath.Join(root, "oracles", "embed", "small_tb.hicog.npz"))
	if err != nil {
		t.Skip("shared test data are not here")
	}
	z, err := npy.OpenNPZ(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	stack, err := npy.ReadAll[float64](z["stack"])
	if err != nil {
		t.Fatal(err)
	}
	features, err := npy.ReadAll[float64](z["features"])
	if err != nil {
		t.Fatal(err)
	}
	const bins, size = 41, VectorSide * VectorSide
	k := vectorKernel(bins, VectorSide, false)
	var ours, theirs [][]float64
	for i := 0; i*bins*bins < len(stack); i++ {
		cells := stack[i*bins*bins:][:bins*bins]
		if meanOf(cells) != meanOf(cells) || hasNaN(cells) {
			continue
		}
		out := make([]float64, size)
		shrink(cells, k, out)
		ours, theirs = append(ours, out), append(theirs, features[i*size:][:size])
	}
	if len(ours) != 186 {
		t.Fatalf("%d snippets without gaps", len(ours))
	}
	for f := range size {
		// The line through the two snippets that differ most must hold all others.
		low, high := 0, 0
		for i := range theirs {
			if theirs[i][f] < theirs[low][f] {
				low = i
			}
			if theirs[i][f] > theirs[high][f] {
				high = i
			}
		}
		slope := (ours[high][f] - ours[low][f]) / (theirs[high][f] - theirs[low][f])
		for i := range theirs {
			want := ours[low][f] + slope*(theirs[i][f]-theirs[low][f])
			if math.Abs(ours[i][f]-want) > 1e-5*math.Abs(ours[high][f]-ours[low][f]) { // theirs are float32
				t.Fatalf("feature %d of snippet %d: %g, want %g", f, i, ours[i][f], want)
			}
		}
		if slope <= 0 {
			t.Errorf("feature %d: slope %g", f, slope)
		}
	}
}

func hasNaN(values []float64) bool {
	for _, v := range values {
		if v != v {
			return true
		}
	}
	return false
}
