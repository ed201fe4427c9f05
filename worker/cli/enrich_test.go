package cli

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/demo/demotest"
)

// enrichOf are the arguments of an association of the synthetic peaks.
func enrichOf(set, out string, more ...string) []string {
	return append([]string{"compute", "enrich", "--regions", filepath.Join(set, "CTCF_peaks.bed"), "--sizes", filepath.Join(set, "chrom.sizes"),
		"--targets", filepath.Join(set, "promoters.bed") + "," + filepath.Join(set, "loops.bedpe"), "--out", out}, more...)
}

// HiCognition's own code (pylola, scipy): see the oracle test of the enrich package, which compares every digit.
func TestEnrichOracle(t *testing.T) {
	dir := testdata(t)
	data := filepath.Join(dir, "datasets", "synth_small1")
	var targets []string
	for _, name := range []string{"same70", "same30", "shift30k", "random", "depleted", "compA"} {
		targets = append(targets, filepath.Join(data, "regionsets", name+".bed"))
	}
	out := t.TempDir()
	command(t, 0, "compute", "enrich", "--regions", filepath.Join(data, "ctcf_peaks.bed"), "--targets", strings.Join(targets, ","),
		"--sizes", filepath.Join(data, "chrom.sizes"), "--window", "200000", "--bin", "10000", "--out", out)
	ours := make(map[string]map[string]string)
	for _, row := range readTable(t, filepath.Join(out, "table.tsv")) {
		ours[row["target"]+" "+row["bin"]] = row
	}
	theirs := readTable(t, filepath.Join(dir, "oracles", "lola", "small_ctcf_10k.hicog_pylola.tsv"))
	if len(theirs) != len(ours) {
		t.Fatalf("%d rows, want %d", len(ours), len(theirs))
	}
	for _, want := range theirs {
		got := ours[want["target"]+" "+want["offset_bin"]]
		for _, cell := range []string{"a", "b", "c", "d"} {
			if got[cell] != want[cell] {
				t.Errorf("%s %s: %s is %s, want %s", want["target"], want["offset_bin"], cell, got[cell], want[cell])
			}
		}
		if !near(number64(t, got["oddsRatio"]), number64(t, want["odds_ratio"]), 1e-7) || got["support"] != want["a"] {
			t.Errorf("%v, want %v", got, want)
		}
		p := number64(t, want["p_value_log"])
		if p < 299 && !near(-math.Log10(number64(t, got["pGreater"])), math.Abs(p), 1e-6) && math.Abs(p) > 1e-9 {
			t.Errorf("p %s, want −log10 %v", got["pGreater"], p)
		}
	}
	if p := ours["shift30k 23"]["pGreater"]; !strings.HasSuffix(p, "e-526") {
		t.Errorf("the smallest p is %s", p)
	}
}

func TestEnrichWritesEverything(t *testing.T) {
	set, out := demotest.MustTiny(t), t.TempDir()
	command(t, 0, enrichOf(set, out, "--window", "50000", "--bin", "5000")...)
	var m manifest
	readJSON(t, filepath.Join(out, "manifest.json"), &m)
	var book ledger.Ledger
	readJSON(t, filepath.Join(out, "ledger.json"), &book)
	rows := readTable(t, filepath.Join(out, "table.tsv"))
	if m.Pipeline != "enrichment" || m.N != book.Used || m.Total != book.Read || m.N == 0 || len(m.Inputs) != 4 || len(m.Targets) != 2 || m.Targets[1].Covered == 0 {
		t.Errorf("manifest: %+v", m)
	}
	for name, want := range map[string]any{"universe": "genome", "orient": "none", "side": "left", "window": 5e4, "bin": 5e3} {
		if m.Parameters[name] != want {
			t.Errorf("parameter %s is %v, want %v", name, m.Parameters[name], want)
		}
	}
	header, _ := os.ReadFile(filepath.Join(out, "table.tsv"))
	if first, _, _ := strings.Cut(string(header), "\n"); first != "target\tbin\ta\tb\tc\td\toddsRatio\tciLow\tciHigh\tpGreater\tpLess\tq\tsupport\texpected" {
		t.Errorf("header %q", first)
	}
	if len(rows) != 40 || rows[0]["target"] != "promoters" || rows[20]["target"] != "loops" || rows[39]["bin"] != "19" {
		t.Fatalf("%d rows, %v", len(rows), rows[0])
	}
	for _, row := range rows {
		all := 0.0
		for _, cell := range []string{"a", "b", "c", "d"} {
			all += number64(t, row[cell])
		}
		if all != m.Parameters["universeSize"] {
			t.Errorf("%v: %v bins, the universe has %v", row, all, m.Parameters["universeSize"])
		}
		want := (number64(t, row["a"]) + number64(t, row["b"])) * (number64(t, row["a"]) + number64(t, row["c"])) / all
		if !near(number64(t, row["expected"]), want, 1e-12) {
			t.Errorf("%v: expected %v", row, want)
		}
		if q, p := number64(t, row["q"]), number64(t, row["pGreater"]); q < p*(1-1e-9) || q > 1 {
			t.Errorf("%v: q below p", row)
		}
	}
	// Loops were planted between peaks, so their anchors are where the peaks are: bin 10 holds the points.
	if row := rows[30]; number64(t, row["oddsRatio"]) < 10 || number64(t, row["q"]) > 1e-10 {
		t.Errorf("anchors of loops at peaks: %v", row)
	}
}

func TestEnrichUniverses(t *testing.T) {
	set := demotest.MustTiny(t)
	sizes := map[string]float64{}
	for _, universe := range []string{"genome", "queries", filepath.Join(set, "promoters.bed")} {
		for _, shape := range [][]string{{"--window", "100000,50000", "--bin", "10000,10000"}, {"--percent", "5,10"}} {
			out, one := t.TempDir(), t.TempDir()
			command(t, 0, enrichOf(set, out, append(shape, "--universe", universe)...)...)
			second := []string{"--window", "50000", "--bin", "10000", "--threads", "1"}
			folder := "50000_10000"
			if shape[0] == "--percent" {
				second, folder = []string{"--percent", "10", "--threads", "1"}, "variable_10"
			}
			command(t, 0, enrichOf(set, one, append(second, "--universe", universe)...)...)
			files, err := os.ReadDir(one)
			if err != nil || len(files) != 3 {
				t.Errorf("%v: %v", files, err)
			}
			a, _ := os.ReadFile(filepath.Join(out, folder, "table.tsv"))
			b, _ := os.ReadFile(filepath.Join(one, "table.tsv"))
			if len(a) == 0 || string(a) != string(b) {
				t.Errorf("%s %v: two together differ from one alone", universe, shape)
			}
			var m manifest
			readJSON(t, filepath.Join(one, "manifest.json"), &m)
			sizes[filepath.Base(universe)+shape[0]] = m.Parameters["universeSize"].(float64)
		}
	}
	if sizes["genome--window"] <= sizes["queries--window"] || sizes["promoters.bed--window"] != sizes["promoters.bed--percent"] {
		t.Errorf("universes: %v", sizes)
	}
}

// Jobs that do not fit into memory together read the targets again; the tables are the same.
func TestEnrichInLittleMemory(t *testing.T) {
	set := demotest.MustTiny(t)
	peaks, err := os.ReadFile(filepath.Join(set, "CTCF_peaks.bed"))
	if err != nil {
		t.Fatal(err)
	}
	many := filepath.Join(t.TempDir(), "many.bed")
	if err := os.WriteFile(many, []byte(strings.Repeat(string(peaks), 1+40_000/strings.Count(string(peaks), "\n"))), 0o644); err != nil {
		t.Fatal(err)
	}
	much, little := t.TempDir(), t.TempDir()
	args := []string{"--regions", many, "--window", "100000,50000", "--bin", "10000,10000"}
	command(t, 0, enrichOf(set, much, args...)...)
	command(t, 0, enrichOf(set, little, append(args, "--memory", "16MiB")...)...)
	for _, name := range []string{"100000_10000", "50000_10000"} {
		a, _ := os.ReadFile(filepath.Join(much, name, "table.tsv"))
		b, _ := os.ReadFile(filepath.Join(little, name, "table.tsv"))
		if len(a) == 0 || string(a) != string(b) {
			t.Errorf("%s: other tables in little memory", name)
		}
	}
}

// A subset is what a file with these rows alone gives.
func TestEnrichSubset(t *testing.T) {
	set, dir := demotest.MustTiny(t), t.TempDir()
	peaks, err := os.ReadFile(filepath.Join(set, "CTCF_peaks.bed"))
	if err != nil {
		t.Fatal(err)
	}
	var rows, alone []string
	i := 0
	for _, line := range strings.Split(strings.TrimSpace(string(peaks)), "\n") {
		if strings.HasPrefix(line, "#") {
			alone = append(alone, line)
			continue
		}
		if i%3 == 1 {
			rows, alone = append(rows, strconv.Itoa(i)), append(alone, line)
		}
		i++
	}
	write := func(name string, lines []string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b := t.TempDir(), t.TempDir()
	shape := []string{"--window", "100000", "--bin", "10000"}
	command(t, 0, enrichOf(set, a, append(shape, "--subset", write("rows.txt", rows))...)...)
	command(t, 0, enrichOf(set, b, append(shape, "--regions", write("alone.bed", alone))...)...)
	one, _ := os.ReadFile(filepath.Join(a, "table.tsv"))
	two, _ := os.ReadFile(filepath.Join(b, "table.tsv"))
	if len(one) == 0 || string(one) != string(two) {
		t.Errorf("the subset\n%.400s\nalone\n%.400s", one, two)
	}
}

func TestEnrichExitStatusAndMessage(t *testing.T) {
	set, dir := demotest.MustTiny(t), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	shape := []string{"--window", "50000", "--bin", "5000"}
	elsewhere, bad := write("elsewhere.bed", "scaffold_9\t10\t20\n"), write("bad.bed", "chr1\t10\t20\nchr1\tx\t20\n")
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		name   string
		status int
		says   string
		args   []string
	}{
		{"no targets", 2, "--targets is missing", enrichOf(set, out, append(shape, "--targets", "")...)},
		{"no sizes", 2, "--sizes is missing", enrichOf(set, out, append(shape, "--sizes", "")...)},
		{"no regions", 2, "--regions is missing", enrichOf(set, out, append(shape, "--regions", "")...)},
		{"no window", 2, "--window", enrichOf(set, out)},
		{"no multiple", 2, "multiple", enrichOf(set, out, "--window", "50000", "--bin", "4000")},
		{"unknown side", 2, "middle", enrichOf(set, out, append(shape, "--side", "middle")...)},
		{"unknown universe", 3, "galaxy", enrichOf(set, out, append(shape, "--universe", "galaxy")...)},
		{"universe elsewhere", 3, "elsewhere.bed", enrichOf(set, out, append(shape, "--universe", elsewhere)...)},
		{"a target not there", 3, "gone.bed", enrichOf(set, out, append(shape, "--targets", filepath.Join(dir, "gone.bed"))...)},
		{"a target malformed", 3, "line 2", enrichOf(set, out, append(shape, "--targets", bad)...)},
		{"targets elsewhere", 3, "no chromosome in common", enrichOf(set, out, append(shape, "--targets", elsewhere)...)},
		{"regions elsewhere", 3, "no chromosome in common", enrichOf(set, out, append(shape, "--regions", elsewhere)...)},
		{"sizes malformed", 3, "line 1", enrichOf(set, out, append(shape, "--sizes", write("x.sizes", "chr1\tlong\n"))...)},
	} {
		_, says := command(t, c.status, c.args...)
		if !strings.Contains(says, c.says) {
			t.Errorf("%s: the message %q does not say %q", c.name, says, c.says)
		}
	}
	if _, err := os.Stat(out); !os.IsNotExist(err) {
		t.Errorf("something was written: %v", err)
	}
}

func TestProbabilities(t *testing.T) {
	for x, want := range map[float64]string{0: "1", 0.3: "0.501187233627", 2: "0.01", 247.251789457588: "5.60029033190e-248", 299.99: "1.02329299228e-300",
		300: "1.00000000000e-300", 525.5: "3.16227766017e-526", 6571.97266676923: "1.06495984020e-6572", 1000: "1.00000000000e-1000"} {
		got := probability(x)
		if x < 299 {
			g, _ := strconv.ParseFloat(got, 64)
			w, _ := strconv.ParseFloat(want, 64)
			if !near(g, w, 1e-10) {
				t.Errorf("10^-%v: %s, want %s", x, got, want)
			}
		} else if got[:10] != want[:10] || got[strings.IndexByte(got, 'e'):] != want[strings.IndexByte(want, 'e'):] {
			t.Errorf("10^-%v: %s, want %s", x, got, want)
		}
	}
}

func TestTargetNames(t *testing.T) {
	names := func(paths ...string) string {
		files := make([]*input, len(paths))
		for i, p := range paths {
			files[i] = &input{path: p}
		}
		return strings.Join(targetNames(files), " ")
	}
	for _, c := range [][2]string{
		{names("a/CTCF.bed", "b/K4me3.narrowPeak.gz"), "CTCF K4me3"},
		{names("a/CTCF.bed", "b/CTCF.bed.gz"), "CTCF.bed CTCF.bed.gz"},
		{names("a/CTCF.bed", "b/CTCF.bed"), "a/CTCF.bed b/CTCF.bed"},
		{names("a/.bed"), ".bed"},
	} {
		if c[0] != c[1] {
			t.Errorf("%q, want %q", c[0], c[1])
		}
	}
}
