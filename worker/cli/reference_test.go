package cli

import (
	"math"
	"os"
	"path/filepath"
	"testing"
)

// Numbers of HiCognition for its test.mcool (5 Mb), from its own tests and code on cooltools 0.4.0, as the reference
// back end lists them in §12.2 to §12.4, with 8 decimals.
const decimals = 1.1e-8

func hicognition(t *testing.T) string { return filepath.Join(testdata(t), "datasets", "hicog_tests") }

func TestReferencePileups(t *testing.T) {
	data := hicognition(t)
	regions := filepath.Join(t.TempDir(), "regions.bed")
	if err := os.WriteFile(regions, []byte("chr1\t60000000\t60000000\nchr1\t50000000\t50000000\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		regions, value string
		used           int // 0: not stated; windows with data on the first two diagonals only have none in obs/exp
		cells          map[int]float64
	}{
		{regions, "iccf", 2, map[int]float64{0: .18424014, 1: .02490271, 2: .01365393, 3: .00715224, 4: .00542015, 12: .12827125, 24: .13150003}},
		{regions, "oe", 2, map[int]float64{2: 1.01112377, 3: .74290441, 4: .80096402, 8: 1.06657197, 9: 1.33434999, 14: 1.15411453}},
		{filepath.Join(data, "tad_boundaries.bed"), "iccf", 4127 - 866, map[int]float64{0: .19009226, 1: .05635906, 2: .01494402, 3: .01069932, 4: .0078464, 12: .1851719}},
		{filepath.Join(data, "tad_boundaries.bed"), "oe", 0, map[int]float64{2: .99396819, 3: .99562981, 4: 1.00118715, 8: .98928301, 9: 1.00180636, 14: .99310855}},
	} {
		out := t.TempDir()
		command(t, 0, "pileup", "--map", filepath.Join(data, "test.mcool"), "--regions", c.regions, "--resolution", "5000000",
			"--window", "10000000", "--view", filepath.Join(data, "arms.hg19"), "--value", c.value, "--out", out)
		mean := floats(t, openNPY(t, out, "mean"))
		for i, want := range c.cells {
			if !(math.Abs(mean[i]-want) <= decimals) {
				t.Errorf("%s %s cell %d: %.9f, want %.8f", filepath.Base(c.regions), c.value, i, mean[i], want)
			}
		}
		var m manifest
		readJSON(t, filepath.Join(out, "manifest.json"), &m)
		if c.used > 0 && m.N != c.used {
			t.Errorf("%s %s: %d regions used, want %d", filepath.Base(c.regions), c.value, m.N, c.used)
		}
	}
}

func TestReferenceExpected(t *testing.T) {
	data, out := hicognition(t), t.TempDir()
	command(t, 0, "expected", "--map", filepath.Join(data, "test.mcool"), "--resolution", "5000000",
		"--view", filepath.Join(data, "arms.hg19"), "--out", out)
	rows := readTable(t, filepath.Join(out, "expected.tsv"))
	byKey, perArm, undefined := make(map[[2]string]map[string]string), make(map[string]int), 0
	for _, row := range rows {
		byKey[[2]string{row["region"], row["dist"]}] = row
		perArm[row["region"]]++
		if row["balancedAvg"] == "NaN" && row["nValid"] == "0" {
			undefined++
		}
	}
	if len(rows) != 644 || len(perArm) != 46 || perArm["chr1:0-125200000"] != 26 || perArm["chr1:125200000-249250621"] != 25 || undefined != 73 {
		t.Errorf("%d rows, %d arms, %d and %d diagonals in chr1, %d without a valid pixel", len(rows), len(perArm),
			perArm["chr1:0-125200000"], perArm["chr1:125200000-249250621"], undefined)
	}
	for key, want := range map[[2]string]struct{ n, count, sum, avg float64 }{
		{"chr1:0-125200000", "2"}:  {17, 17152, .229563, .013504},
		{"chr1:0-125200000", "3"}:  {16, 11578, .154038, .009627},
		{"chr1:0-125200000", "4"}:  {15, 8012, .101506, .006767},
		{"chr10:0-40150000", "2"}:  {7, 4207, .0962576241172632, .013751089159609},
		{"chr10:0-40150000", "6"}:  {3, 600, .0166299439976992, .0055433146658997},
		{"chr1:0-125200000", "18"}: {1, 229, math.NaN(), .000644},
	} {
		row := byKey[key]
		if row == nil {
			t.Errorf("%v: no such row", key)
			continue
		}
		got := [4]float64{number64(t, row["nValid"]), number64(t, row["countSum"]), number64(t, row["balancedSum"]), number64(t, row["balancedAvg"])}
		if got[0] != want.n || got[1] != want.count || math.Abs(got[2]-want.sum) > 5.1e-7 || math.Abs(got[3]-want.avg) > 5.1e-7 {
			t.Errorf("%v: %v, want %v", key, got, want)
		}
	}
}

func TestReferenceIntervals(t *testing.T) {
	data, out := hicognition(t), t.TempDir()
	regions := filepath.Join(out, "regions.bed")
	text := "chr1\t50000000\t70000000\nchrASDF\t1\t2\nchr1\t90000000\t100000000\n"
	if err := os.WriteFile(regions, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	command(t, 0, "pileup", "--map", filepath.Join(data, "test.mcool"), "--regions", regions, "--percent", "50",
		"--view", filepath.Join(data, "arms.hg19"), "--snippets", "--out", out)
	snippets := floats(t, openNPY(t, out, "snippets"))
	nan := math.NaN()
	for i, want := range []float64{.08672944, .02488877, .02488877, .07476589, nan, nan, nan, nan, .10348359, .03325665, .03325665, .12614132} {
		if !(math.Abs(snippets[i]-want) <= decimals) && !(math.IsNaN(want) && math.IsNaN(snippets[i])) {
			t.Errorf("value %d: %.9f, want %.8f", i, snippets[i], want)
		}
	}
}
