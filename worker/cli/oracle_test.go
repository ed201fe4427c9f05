package cli

import (
	"fmt"
	"math"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/format/npy"
)

// The oracles are results of cooltools, HiCognition, pybbi, pyBigWig and deepTools on the same files; versions and
// commands are in the README.md beside them. They are not part of this repository.
const tolerance = 1e-6

var pileupOracles = []struct {
	id, file   string
	resolution int
	regions    string
	window     int
	view       string
}{
	{"tiny_tb_10k", "synth_tiny1/hic.mcool", 10000, "synth_tiny1/tad_boundaries.bed", 200000, "synth_tiny1/arms.csv"},
	{"tiny_loops_10k", "synth_tiny1/hic.mcool", 10000, "synth_tiny1/loops.bedpe", 100000, "synth_tiny1/arms.csv"},
	{"small_ctcf_10k_400k", "synth_small1/hic.mcool", 10000, "synth_small1/ctcf_peaks.bed", 400000, "synth_small1/arms.csv"},
	{"small_tb_20k_1M", "synth_small1/hic.mcool", 20000, "synth_small1/tad_boundaries.bed", 1000000, "synth_small1/arms.csv"},
	{"small_tb_50k_2M", "synth_small1/hic.mcool", 50000, "synth_small1/tad_boundaries.bed", 2000000, "synth_small1/arms.csv"},
	{"small_loops_10k_100k", "synth_small1/hic.mcool", 10000, "synth_small1/loops.bedpe", 100000, "synth_small1/arms.csv"},
	{"yeast_cen_2k_20k", "yeast_w303_g1/hic.mcool", 2000, "yeast_w303_g1/centromeres.bed", 20000, "yeast_w303_g1/chroms.csv"},
	{"yeast_cohesin_2k_20k_arms", "yeast_w303_g1/hic.mcool", 2000, "yeast_w303_g1/scer_cohesin_peaks.bed", 20000, "yeast_w303_g1/arms.csv"},
	{"yeast_cohesin_2k_20k_chroms", "yeast_w303_g1/hic.mcool", 2000, "yeast_w303_g1/scer_cohesin_peaks.bed", 20000, "yeast_w303_g1/chroms.csv"},
	{"yeast_pairs_2k_10k_arms", "yeast_w303_g1/hic.mcool", 2000, "yeast_w303_g1/cohesin_pairs.bedpe", 10000, "yeast_w303_g1/arms.csv"},
}

// HiCognition's own functions on cooltools 0.4.0: mean over the finite values, their number, which windows have data, and
// twelve single snippets. Pairs that cross the diagonal read the symmetric matrix there, as here.
func TestPileupOracles(t *testing.T) {
	dir := testdata(t)
	for _, c := range pileupOracles {
		for _, value := range []string{"iccf", "oe"} {
			t.Run(c.id+"/"+value, func(t *testing.T) {
				oracle := openNPZ(t, filepath.Join(dir, "oracles", "pileup", c.id+".hicog.npz"))
				out := t.TempDir()
				data := filepath.Join(dir, "datasets")
				command(t, 0, "compute", "pileup", "--map", filepath.Join(data, c.file), "--regions", filepath.Join(data, c.regions),
					"--resolution", strconv.Itoa(c.resolution), "--window", strconv.Itoa(c.window), "--value", value,
					"--view", filepath.Join(data, c.view), "--edge", "drop", "--orient", "none", "--snippets", "--out", out)
				n := floats(t, oracle[value+"_n_finite"])
				same(t, "n", floats(t, openNPY(t, out, "n")), n, 0)
				mean := floats(t, oracle[value+"_mean_finite"])
				same(t, "mean", floats(t, openNPY(t, out, "mean")), mean, tolerance)
				sameRegions(t, out, floats(t, oracle[value+"_window_valid"]))
				sameSnippets(t, openNPY(t, out, "snippets"), oracle, value)
			})
		}
	}
}

// cooltools 0.7.1 with the same view. It leaves cells below the diagonal out (pairs), and puts the bin on an arm border
// into one arm, not both (the yeast arms, obs/exp), so those cases are compared with HiCognition only.
func TestPileupOraclesOfCooltools(t *testing.T) {
	dir := testdata(t)
	for _, c := range pileupOracles {
		for _, value := range []string{"iccf", "oe"} {
			if strings.HasSuffix(c.regions, ".bedpe") || value == "oe" && c.id == "yeast_cohesin_2k_20k_arms" {
				continue
			}
			for _, view := range []string{"view", "chroms"} {
				t.Run(c.id+"/"+value+"/"+view, func(t *testing.T) {
					oracle := openNPZ(t, filepath.Join(dir, "oracles", "pileup", c.id+".cooltools071.npz"))
					out := t.TempDir()
					data := filepath.Join(dir, "datasets")
					args := []string{"pileup", "--map", filepath.Join(data, c.file), "--regions", filepath.Join(data, c.regions),
						"--resolution", strconv.Itoa(c.resolution), "--window", strconv.Itoa(c.window), "--value", value,
						"--edge", "drop", "--orient", "none", "--out", out}
					if view == "view" {
						args = append(args, "--view", filepath.Join(data, c.view))
					}
					command(t, 0, args...)
					same(t, "n", floats(t, openNPY(t, out, "n")), floats(t, oracle[view+"_"+value+"_n"]), 0)
					same(t, "mean", floats(t, openNPY(t, out, "mean")), floats(t, oracle[view+"_"+value+"_mean"]), tolerance)
				})
			}
		}
	}
}

// HiCognition's rescaled snippets (skimage 0.19), where nothing is missing in them; where something is, ours fill more.
func TestIntervalOracles(t *testing.T) {
	dir := testdata(t)
	for _, c := range []struct {
		id, set string
		percent int
		bin     float64
	}{{"small_tads_2pct", "synth_small1", 2, 10000}, {"tiny_tads_5pct", "synth_tiny1", 5, 20000}} {
		for _, value := range []string{"iccf", "oe"} {
			t.Run(c.id+"/"+value, func(t *testing.T) {
				oracle := openNPZ(t, filepath.Join(dir, "oracles", "variable", c.id+".hicog.npz"))
				out := t.TempDir()
				data := filepath.Join(dir, "datasets", c.set)
				command(t, 0, "pileup", "--map", filepath.Join(data, "hic.mcool"), "--regions", filepath.Join(data, "tads.bed"),
					"--percent", strconv.Itoa(c.percent), "--value", value, "--view", filepath.Join(data, "arms.csv"),
					"--orient", "none", "--snippets", "--out", out)
				var m manifest
				readJSON(t, filepath.Join(out, "manifest.json"), &m)
				if m.Parameters["resolution"] != c.bin {
					t.Errorf("resolution %v, want %v", m.Parameters["resolution"], c.bin)
				}
				sameSnippets(t, openNPY(t, out, "snippets"), oracle, value)
				n, theirs := floats(t, openNPY(t, out, "n")), floats(t, oracle[value+"_n_finite"])
				for i := range n {
					if n[i] < theirs[i] {
						t.Fatalf("cell %d: n %g, HiCognition has %g", i, n[i], theirs[i])
					}
				}
			})
		}
	}
}

func TestExpectedOracles(t *testing.T) {
	dir := testdata(t)
	for _, c := range []struct {
		id, file   string
		resolution int
		view       string
	}{
		{"tiny", "synth_tiny1/hic.mcool", 10000, "synth_tiny1/arms.csv"},
		{"small", "synth_small1/hic.mcool", 20000, "synth_small1/arms.csv"},
		{"yeast_arms", "yeast_w303_g1/hic.mcool", 2000, "yeast_w303_g1/arms.csv"},
		{"yeast_chroms", "yeast_w303_g1/hic.mcool", 10000, "yeast_w303_g1/chroms.csv"},
		{"fly_s2", "fly_s2_100kb/hic.mcool", 100000, "fly_s2_100kb/chroms.csv"},
	} {
		t.Run(c.id, func(t *testing.T) {
			out := t.TempDir()
			data := filepath.Join(dir, "datasets")
			command(t, 0, "expected", "--map", filepath.Join(data, c.file), "--resolution", strconv.Itoa(c.resolution),
				"--view", filepath.Join(data, c.view), "--out", out)
			ours := readTable(t, filepath.Join(out, "expected.tsv"))
			oracle := fmt.Sprintf("%s.%d.", c.id, c.resolution)
			// HiCognition (cooltools 0.4.0): every column of every row; it writes 0 for the two diagonals that have no
			// expected, and 10 digits.
			compareExpected(t, ours, readTable(t, filepath.Join(dir, "oracles", "expected", oracle+"hicog.tsv.gz")),
				map[string]string{"region": "region", "dist": "diag", "nValid": "n_valid", "countSum": "count.sum", "balancedSum": "balanced.sum", "balancedAvg": "balanced.avg"})
			if c.id == "yeast_arms" { // cooltools 0.7 puts the bin on a border into one arm only
				return
			}
			// cooltools 0.7.1: its count.sum leaves masked bins out, so it is not compared.
			compareExpected(t, ours, readTable(t, filepath.Join(dir, "oracles", "expected", oracle+"cooltools071.tsv.gz")),
				map[string]string{"region": "region1", "dist": "dist", "nValid": "n_valid", "balancedSum": "balanced.sum", "balancedAvg": "balanced.avg"})
		})
	}
}

func compareExpected(t *testing.T, ours, theirs []map[string]string, names map[string]string) {
	t.Helper()
	if len(ours) != len(theirs) || len(ours) == 0 {
		t.Fatalf("%d rows, %d in the oracle", len(ours), len(theirs))
	}
	byKey := make(map[[2]string]map[string]string)
	for _, row := range ours {
		byKey[[2]string{row["region"], row["dist"]}] = row
	}
	for _, row := range theirs {
		key := [2]string{row[names["region"]], row[names["dist"]]}
		our, ok := byKey[key]
		if !ok {
			t.Fatalf("%v: no such row", key)
		}
		undefined := key[1] == "0" || key[1] == "1"
		for name, theirName := range names {
			if name == "region" {
				continue
			}
			a, b := number64(t, our[name]), number64(t, row[theirName])
			if undefined && name != "dist" && name != "nValid" {
				if !math.IsNaN(a) || b != 0 && !math.IsNaN(b) {
					t.Fatalf("%v %s: %g, want NaN where the oracle has %g", key, name, a, b)
				}
				continue
			}
			if math.IsNaN(b) && name == "balancedSum" && a == 0 {
				continue // a diagonal without a pixel in cooltools 0.7: no sum
			}
			if !near(a, b, tolerance) {
				t.Fatalf("%v %s: %g, want %g", key, name, a, b)
			}
		}
	}
}

func sameRegions(t *testing.T, out string, valid []float64) {
	t.Helper()
	var book ledger.Ledger
	readJSON(t, filepath.Join(out, "ledger.json"), &book)
	lost := make(map[int]bool)
	for _, i := range book.LostRegions() {
		lost[i] = true
	}
	used := 0
	for i, v := range valid {
		if (v == 0) != lost[i] {
			t.Fatalf("region %d: lost %v, the oracle's window has data %v", i, lost[i], v != 0)
		}
		if v != 0 {
			used++
		}
	}
	if book.Read != len(valid) || book.Used != used {
		t.Errorf("ledger: %d of %d used, want %d of %d", book.Used, book.Read, used, len(valid))
	}
}

// sameSnippets compares single snippets, as float32, where the oracle's are finite.
func sameSnippets(t *testing.T, ours *npy.Reader, oracle map[string]*npy.Reader, value string) {
	t.Helper()
	index, theirs := floats(t, oracle["snip_index"]), floats(t, oracle[value+"_snips"])
	size := int(ours.RowLen())
	for k, region := range index {
		snippet, err := npy.ReadRows[float64](ours, nil, int64(region), int64(region)+1)
		if err != nil {
			t.Fatal(err)
		}
		compared := 0
		for i, want := range theirs[k*size : (k+1)*size] {
			if math.IsInf(want, 0) {
				want = math.NaN() // x / no expected: infinite in HiCognition
			}
			if math.IsNaN(want) && ours.Shape[0] > 0 && strings.Contains(t.Name(), "Interval") {
				continue
			}
			compared++
			if !near(snippet[i], want, tolerance) {
				t.Fatalf("snippet of region %g, cell %d: %g, want %g", region, i, snippet[i], want)
			}
		}
		if compared == 0 && k == 0 {
			t.Errorf("nothing to compare in the snippet of region %g", region)
		}
	}
}
