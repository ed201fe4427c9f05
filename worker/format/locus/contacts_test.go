package locus_test

import (
	"bytes"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"regioscope/worker/format/bed"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/cooltest"
	"regioscope/worker/format/locus"
	"regioscope/worker/format/npy"
	"regioscope/worker/genome"
)

func shared(t testing.TB) string {
	t.Helper()
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(root, "oracles")); err != nil {
		t.Skip("the reference data are not here; set REGIOSCOPE_TESTDATA to their folder")
	}
	return root
}

func read(t testing.TB, path string) *bytes.Reader {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(data)
}

// Every rectangle of a map, symmetric or square, of counts or balanced, has the pixels that were written: zero where none is
// stored, NaN in the rows and columns of a bin without a weight.
func TestContactsAreThePixelsOfTheMap(t *testing.T) {
	chroms := []genome.Chrom{{Name: "chr1", Length: 4_050}, {Name: "chr2", Length: 3_000}}
	rng := rand.New(rand.NewPCG(1, 2))
	const bins = 41 + 30
	full := make([][]float64, bins)
	for i := range full {
		full[i] = make([]float64, bins)
	}
	var upper, both []cooltest.Pixel
	for i := range bins {
		for j := i; j < bins; j++ {
			if rng.Float64() < 0.4 {
				continue
			}
			v := float64(1 + rng.IntN(50))
			full[i][j], full[j][i] = v, v
			upper = append(upper, cooltest.Pixel{Row: int64(i), Col: int64(j), Count: v})
			both = append(both, cooltest.Pixel{Row: int64(i), Col: int64(j), Count: v})
			if i != j {
				both = append(both, cooltest.Pixel{Row: int64(j), Col: int64(i), Count: v})
			}
		}
	}
	weights := make([]float64, bins)
	for i := range weights {
		weights[i] = 0.01 + rng.Float64()
	}
	weights[45], weights[7] = math.NaN(), math.NaN()
	for _, square := range []bool{false, true} {
		pixels := upper
		if square {
			pixels = both
		}
		file, err := os.Create(filepath.Join(t.TempDir(), "x.cool"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		m := cooltest.Map{Chroms: chroms, BinSize: 100, Pixels: pixels, Square: square, Chunk: 37, Columns: []cooltest.Column{{Name: "weight", Values: weights}}}
		if err := cooltest.Write(file, false, m); err != nil {
			t.Fatal(err)
		}
		st, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		f, err := cool.Open(file, st.Size())
		if err != nil {
			t.Fatal(err)
		}
		l, err := f.Level(100)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := l.WeightAs("weight", false)
		if err != nil {
			t.Fatal(err)
		}
		// Of one chromosome with itself, overlapping and far apart, of two chromosomes, both ways round, and across their border.
		spans := []locus.Span{{0, 41}, {3, 4}, {5, 20}, {12, 30}, {33, 41}, {41, 71}, {43, 58}, {70, 71}, {35, 50}}
		for _, rows := range spans {
			for _, cols := range spans {
				for _, weighted := range []bool{false, true} {
					var w [2][]float64
					if weighted {
						w = [2][]float64{whole[rows.Lo:rows.Hi], whole[cols.Lo:cols.Hi]}
					}
					got, err := locus.Contacts(t.Context(), l, rows, cols, w[0], w[1], 2)
					if err != nil {
						t.Fatal(err)
					}
					for i := range rows.Bins() {
						for j := range cols.Bins() {
							want := full[rows.Lo+i][cols.Lo+j]
							if weighted {
								want *= weights[rows.Lo+i] * weights[cols.Lo+j]
							}
							if v := got[i*cols.Bins()+j]; math.Abs(v-want) > 1e-12*want && (v == v || want == want) {
								t.Fatalf("square %v, %v × %v, weighted %v, cell %d, %d: %g, want %g", square, rows, cols, weighted, i, j, v, want)
							}
						}
					}
				}
			}
		}
		for _, c := range []locus.Span{{-1, 3}, {0, 72}, {5, 5}} {
			for _, pair := range [][2]locus.Span{{c, {0, 5}}, {{0, 5}, c}} {
				if _, err := locus.Contacts(t.Context(), l, pair[0], pair[1], nil, nil, 1); err == nil {
					t.Errorf("bins %v of 71 are read", c)
				}
			}
		}
	}
}

// Balanced windows of single sites as HiCognition cut them out (shared/data/oracles/pileup/small_tb_20k_1M.hicog.npz, keys
// iccf_snips and snip_index; README there): the bin of the midpoint with 50 bins of 20 kb on both sides.
func TestContactsOracle(t *testing.T) {
	root := shared(t)
	r := read(t, filepath.Join(root, "datasets/synth_small1/hic.mcool"))
	f, err := cool.Open(r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	l, err := f.Level(20_000)
	if err != nil {
		t.Fatal(err)
	}
	table, err := bed.Parse(read(t, filepath.Join(root, "datasets/synth_small1/tad_boundaries.bed")), bed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	oracle := read(t, filepath.Join(root, "oracles/pileup/small_tb_20k_1M.hicog.npz"))
	z, err := npy.OpenNPZ(oracle, oracle.Size())
	if err != nil {
		t.Fatal(err)
	}
	index, err := npy.ReadAll[int64](z["snip_index"])
	if err != nil {
		t.Fatal(err)
	}
	snips, err := npy.ReadAll[float64](z["iccf_snips"])
	if err != nil {
		t.Fatal(err)
	}
	const n = 101
	compared := 0
	for k, row := range index {
		region := table.Regions[row].A
		chrom := -1
		for i, c := range l.Chroms() {
			if c.Name == region.Chrom {
				chrom = i
			}
		}
		middle := (region.Start + region.End) / 2 / 20_000
		want := snips[k*n*n : (k+1)*n*n]
		if middle < 50 || middle+51 > l.ChromOffset(chrom+1)-l.ChromOffset(chrom) {
			continue // all NaN there, because the window leaves the arm
		}
		first := l.ChromOffset(chrom)
		span := locus.Span{Lo: first + middle - 50, Hi: first + middle + 51}
		w, err := l.WeightPart("weight", false, span.Lo, span.Hi)
		if err != nil {
			t.Fatal(err)
		}
		got, err := locus.Contacts(t.Context(), l, span, span, w, w, 2)
		if err != nil {
			t.Fatal(err)
		}
		finite := false
		for _, v := range want {
			finite = finite || v == v
		}
		if !finite {
			continue
		}
		compared++
		for i, v := range got {
			if w := want[i]; math.Abs(v-w) > 1e-6*math.Abs(w) && (w == w || v == v) {
				t.Fatalf("site %d, cell %d: %g, want %g", row, i, v, w)
			}
		}
	}
	if compared == 0 {
		t.Fatal("nothing was compared")
	}
}
