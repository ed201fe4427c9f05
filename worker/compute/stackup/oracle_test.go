package stackup

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"

	"regioscope/worker/format/bbi"
	"regioscope/worker/format/bed"
	"regioscope/worker/format/npy"
	"regioscope/worker/genome"
)

func shared(t testing.TB) string {
	t.Helper()
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(root, "oracles", "stackup")); err != nil {
		t.Skip("shared test data are not here")
	}
	return root
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func readSignal(t testing.TB, path string) *bbi.File {
	t.Helper()
	data := readFile(t, path)
	f, err := bbi.Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func readRegions(t testing.TB, path string) []genome.Region {
	t.Helper()
	table, err := bed.Parse(bytes.NewReader(readFile(t, path)), bed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return table.Regions
}

// Bins that a stored NaN covers in part are NaN for the peers and a mean over the rest here (see the package comment).
// Of the files only 4DNFI29ICQ36.bw stores NaN: 171 of 24,000 bins.
//
// Oracles: shared/data/oracles (README there). hicog_bbi = HiCognition's call of pybbi 0.4.2, stackup_exact without
// zooms; pybigwig 0.3.18 stats(exact=True); deepTools 3.5.1 computeMatrix. float32, so 2e-5 relative; zero in one may be
// a rounding remainder in the other, hence an absolute floor of 1e-6 of the largest value.
func TestOracles(t *testing.T) {
	root := shared(t)
	for _, c := range []struct {
		id, signal, regions string
		job                 Job
		rescued             int
	}{
		{"tiny_ctcf_100bp", "synth_tiny1/ctcf.bw", "synth_tiny1/ctcf_peaks.bed", Job{Window: 10000, Bin: 100}, 0},
		{"small_tb_5k", "synth_small1/ctcf.bw", "synth_small1/tad_boundaries.bed", Job{Window: 400000, Bin: 5000}, 0},
		{"small_ctcf_500bp", "synth_small1/ctcf.bw", "synth_small1/ctcf_peaks.bed", Job{Window: 50000, Bin: 500}, 0},
		{"small_comp_20k", "synth_small1/comp.bw", "synth_small1/tad_boundaries.bed", Job{Window: 2000000, Bin: 20000}, 0},
		{"hicog_testbw_1k", "hicog_tests/test.bw", "hicog_tests/CTCF_peaks.bed", Job{Window: 20000, Bin: 1000}, 0},
		{"hicog_4dn_50k", "hicog_tests/4DNFI29ICQ36.bw", "hicog_tests/random_hg38_sites.bed", Job{Window: 2000000, Bin: 50000}, 171},
	} {
		regions := readRegions(t, filepath.Join(root, "datasets", c.regions))
		regions = regions[:min(1500, len(regions))]
		got := compute(t, readSignal(t, filepath.Join(root, "datasets", c.signal)), regions, []Job{c.job}, Options{Threads: 2})[0]
		for _, tool := range []string{"hicog_bbi", "pybigwig", "deeptools"} {
			path := filepath.Join(root, "oracles", "stackup", c.id+"."+tool+".npz")
			if _, err := os.Stat(path); err != nil && tool == "deeptools" {
				continue
			}
			stack, line := "stackup_exact", "line_exact"
			if tool == "deeptools" {
				stack, line = "matrix", "line"
			}
			compareWith(t, fmt.Sprintf("%s %s", c.id, tool), path, stack, line, got, c.rescued)
		}
	}
}

// Rescaled intervals. HiCognition lets pybbi take a zoom level where half a bin is at least its reduction (reference back
// end §6.9), so only the rows of the smaller intervals are exact there; the others are an approximation of ours.
func TestIntervalOracle(t *testing.T) {
	root := shared(t)
	signal := readSignal(t, filepath.Join(root, "datasets/synth_small1/ctcf.bw"))
	regions := readRegions(t, filepath.Join(root, "datasets/synth_small1/tads.bed"))
	got := compute(t, signal, regions, []Job{{Percent: 1}}, Options{Threads: 2})[0]
	data := readFile(t, filepath.Join(root, "oracles/variable/small_tads_1pct.stackup.hicog_bbi.npz"))
	z, err := npy.OpenNPZ(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := npy.ReadAll[float32](z["stackup"])
	if err != nil || len(want) != len(values(got)) {
		t.Fatalf("%d values, %v", len(want), err)
	}
	exact, far := 0, 0
	for i, r := range regions {
		ours, theirs := got.Stack.(*Memory).Row(i), want[i*got.Bins:(i+1)*got.Bins]
		start, end := genome.Expand(r.A.Start, r.A.End)
		if (end-start)/int64(got.Bins)/2 < signal.Zooms()[0].Reduction {
			exact++
			if msg := differ(ours, theirs, 2e-5); msg != "" {
				t.Errorf("row %d: %s", i, msg)
			}
			continue
		}
		for k := range ours {
			if (ours[k] != ours[k]) != (theirs[k] != theirs[k]) {
				t.Errorf("row %d bin %d is %v, want %v", i, k, ours[k], theirs[k])
			}
			if math.Abs(float64(ours[k]-theirs[k])) > 0.5*float64(theirs[k]) {
				far++
			}
		}
	}
	if exact < 100 || far > len(want)/100 {
		t.Errorf("%d exact rows, %d bins far from the zoom level's", exact, far)
	}
}

func compareWith(t *testing.T, name, path, stack, line string, got *Result, rescued int) {
	t.Helper()
	data := readFile(t, path)
	z, err := npy.OpenNPZ(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	want, err := npy.ReadAll[float32](z[stack])
	if err != nil {
		t.Fatal(err)
	}
	have := values(got)
	if len(have) != len(want) {
		t.Errorf("%s: %d values, want %d", name, len(have), len(want))
		return
	}
	largest := 0.0
	for _, v := range want {
		if v == v {
			largest = max(largest, math.Abs(float64(v)))
		}
	}
	bad, nan, worst := 0, 0, 0.0
	for i := range want {
		g, w := float64(have[i]), float64(want[i])
		if w != w {
			nan++
		}
		if g == g && w != w && rescued > 0 {
			rescued--
			line = "" // the peers' profile is without these
			continue
		}
		if (g != g) != (w != w) {
			if bad++; bad < 4 {
				t.Errorf("%s: row %d bin %d is %v, want %v", name, i/got.Bins, i%got.Bins, g, w)
			}
			continue
		}
		if w == w {
			off := math.Abs(g-w) / max(math.Abs(w), 1e-6*largest)
			if worst = max(worst, off); off > 2e-5 {
				if bad++; bad < 4 {
					t.Errorf("%s: row %d bin %d is %v, want %v", name, i/got.Bins, i%got.Bins, g, w)
				}
			}
		}
	}
	t.Logf("%s: %d values, %d NaN, %d off, worst %.1e", name, len(want), nan, bad, worst)
	if rescued != 0 {
		t.Errorf("%s: %d bins with a stored NaN are missing", name, rescued)
	}
	if z[line] == nil {
		return
	}
	profile, err := npy.ReadAll[float64](z[line])
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range got.Mean() {
		if (m != m) != (profile[i] != profile[i]) || math.Abs(m-profile[i]) > 2e-5*max(math.Abs(profile[i]), 1e-6*largest) {
			t.Errorf("%s: profile %d is %v, want %v", name, i, m, profile[i])
		}
	}
}

// Stacks written to files in the order of the genome are those in memory, to the bit, and valid .npy files.
func TestFileStack(t *testing.T) {
	root := shared(t)
	signal := readSignal(t, filepath.Join(root, "datasets/synth_tiny1/ctcf.bw"))
	regions := readRegions(t, filepath.Join(root, "datasets/synth_tiny1/ctcf_peaks.bed"))
	testFileStack(t, signal, regions)
}

func TestFileStackOfRandomSignal(t *testing.T) {
	testFileStack(t, randomSignal(3, 20), randomRegions(3, 200))
}

func testFileStack(t *testing.T, signal Signal, regions []genome.Region) {
	t.Helper()
	pairs := []Job{{Window: 5000, Bin: 100}, {Window: 20000, Bin: 1000}, {Percent: 5}}
	want := compute(t, signal, regions, pairs, Options{})
	dir := t.TempDir()
	got, err := Compute(context.Background(), signal, regions, pairs, Options{Threads: 2, Memory: 1, Stack: func(job, rows, bins int) (Stack, error) {
		f, err := os.Create(filepath.Join(dir, fmt.Sprint(job)))
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { f.Close() })
		return NewFile(f, rows, bins)
	}})
	if err != nil {
		t.Fatal(err)
	}
	for k := range pairs {
		data := readFile(t, filepath.Join(dir, fmt.Sprint(k)))
		r, err := npy.Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			t.Fatal(err)
		}
		stack, err := npy.ReadAll[float32](r)
		if err != nil || r.Shape[0] != int64(len(regions)) || r.Shape[1] != int64(pairs[k].Bins()) {
			t.Fatalf("%v, %v", r.Shape, err)
		}
		got[k].Stack = &Memory{Values: stack, bins: pairs[k].Bins()}
	}
	sameBytes(t, "files", got, want)
}
