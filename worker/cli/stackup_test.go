package cli

import (
	"math"
	"path/filepath"
	"strconv"
	"testing"
)

// Stacks are float32: 2e-5 relative.
const stackTolerance = 2e-5

// UCSC's code through pybbi 0.4.2 (base data, no zoom), pyBigWig 0.3.18 (exact) and deepTools 3.5.1, on the first 1500
// regions of each set.
func TestStackupOracles(t *testing.T) {
	dir := testdata(t)
	for _, c := range []struct {
		id, signal, regions string
		window, bin         int
		deeptools           bool
		holes               bool // the track stores NaN
	}{
		{"tiny_ctcf_100bp", "synth_tiny1/ctcf.bw", "synth_tiny1/ctcf_peaks.bed", 10000, 100, true, false},
		{"small_tb_5k", "synth_small1/ctcf.bw", "synth_small1/tad_boundaries.bed", 400000, 5000, false, false},
		{"small_ctcf_500bp", "synth_small1/ctcf.bw", "synth_small1/ctcf_peaks.bed", 50000, 500, true, false},
		{"small_comp_20k", "synth_small1/comp.bw", "synth_small1/tad_boundaries.bed", 2000000, 20000, false, false},
		{"hicog_testbw_1k", "hicog_tests/test.bw", "hicog_tests/CTCF_peaks.bed", 20000, 1000, false, false},
		{"hicog_4dn_50k", "hicog_tests/4DNFI29ICQ36.bw", "hicog_tests/random_hg38_sites.bed", 2000000, 50000, false, true},
	} {
		t.Run(c.id, func(t *testing.T) {
			ucsc := openNPZ(t, filepath.Join(dir, "oracles", "stackup", c.id+".hicog_bbi.npz"))
			bigwig := openNPZ(t, filepath.Join(dir, "oracles", "stackup", c.id+".pybigwig.npz"))
			out := t.TempDir()
			data := filepath.Join(dir, "datasets")
			command(t, 0, "compute", "stackup", "--signal", filepath.Join(data, c.signal), "--regions", filepath.Join(data, c.regions),
				"--window", strconv.Itoa(c.window), "--bin", strconv.Itoa(c.bin), "--orient", "none", "--out", out)
			exact := floats(t, ucsc["stackup_exact"])
			ours := floats(t, openNPY(t, out, "stack"))
			if len(ours) < len(exact) {
				t.Fatalf("%d values, the oracle has %d", len(ours), len(exact))
			}
			first := append([]float64(nil), ours[:len(exact)]...)
			if c.holes {
				// Stored NaN is no coverage. UCSC's code lets it spread over bins that it covers in part.
				for i, v := range exact {
					if math.IsNaN(v) {
						first[i] = v
					}
				}
			}
			same(t, "pybbi", first, exact, stackTolerance)
			same(t, "pyBigWig", first, floats(t, bigwig["stackup_exact"]), stackTolerance)
			if c.deeptools {
				matrix := openNPZ(t, filepath.Join(dir, "oracles", "stackup", c.id+".deeptools.npz"))
				same(t, "deepTools", first, floats(t, matrix["matrix"]), stackTolerance)
			}
			checkProfile(t, out, ours, 2*c.window/c.bin)
		})
	}
}

// HiCognition's stackup of interval sets. It takes bins of more than twice the first zoom level, 4192 bp, from zoom data;
// those of intervals up to 838 kb (1.4 × the length in 140 bins) are exact.
func TestIntervalStackupOracle(t *testing.T) {
	dir := testdata(t)
	oracle := openNPZ(t, filepath.Join(dir, "oracles", "variable", "small_tads_1pct.stackup.hicog_bbi.npz"))
	out := t.TempDir()
	data := filepath.Join(dir, "datasets", "synth_small1")
	command(t, 0, "stackup", "--signal", filepath.Join(data, "ctcf.bw"), "--regions", filepath.Join(data, "tads.bed"),
		"--percent", "1", "--orient", "none", "--out", out)
	ours, theirs := floats(t, openNPY(t, out, "stack")), floats(t, oracle["stackup"])
	if len(ours) != len(theirs) {
		t.Fatalf("%d values, want %d", len(ours), len(theirs))
	}
	set, err := openRegions(filepath.Join(data, "tads.bed"))
	if err != nil {
		t.Fatal(err)
	}
	defer set.Close()
	exact := 0
	for i, r := range set.Regions {
		if r.A.End-r.A.Start < 2*100*4192 {
			exact++
			same(t, "stack", ours[140*i:140*(i+1)], theirs[140*i:140*(i+1)], stackTolerance)
		}
	}
	if exact < 100 {
		t.Errorf("only %d intervals could be compared", exact)
	}
}

// The profile is that of the stack as it is on disk.
func checkProfile(t *testing.T, out string, stack []float64, bins int) {
	t.Helper()
	sum, n := make([]float64, bins), make([]float64, bins)
	for i, v := range stack {
		if !math.IsNaN(v) {
			sum[i%bins] += v
			n[i%bins]++
		}
	}
	for i := range sum {
		sum[i] /= n[i]
	}
	same(t, "n", floats(t, openNPY(t, out, "n")), n, 0)
	same(t, "mean", floats(t, openNPY(t, out, "mean")), sum, 1e-9)
}
