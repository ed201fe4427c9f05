package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/demo/demotest"
	bbi "regioscope/worker/format/bbi/writer"
	"regioscope/worker/format/cool/cooltest"
	"regioscope/worker/genome"
)

func writeFile(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

func coolFile(t *testing.T, multi bool, maps ...cooltest.Map) string {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "map.cool"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := cooltest.Write(f, multi, maps...); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// toyMap has value(row, column) between all bins of two chromosomes.
func toyMap(square, float bool, columns ...cooltest.Column) cooltest.Map {
	m := cooltest.Map{Chroms: []genome.Chrom{{Name: "chr1", Length: 600}, {Name: "chr2", Length: 400}}, BinSize: 10, Square: square, Float: float,
		Columns: columns, Filter: cooltest.LZF(), Shuffle: true}
	for i := range int64(100) {
		for j := range int64(100) {
			if square || j >= i {
				m.Pixels = append(m.Pixels, cooltest.Pixel{Row: i, Col: j, Count: toyCount(i, j)})
			}
		}
	}
	return m
}

func toyCount(i, j int64) float64 { return float64(10 + i*7%13 + j*7%13 + 40/(1+max(i-j, j-i))) }

// A file of one resolution, square or not, float counts or integers, and any weight column, read as told or as detected.
func TestSingleResolutionAndAnyColumn(t *testing.T) {
	bed := writeFile(t, "sites.bed", "chr1\t200\t201\nchr2\t105\t106\n")
	yes := true
	ones, halves := cooltest.Column{Name: "weight"}, cooltest.Column{Name: "HALF", Divisive: &yes}
	for range 100 {
		ones.Values, halves.Values = append(ones.Values, 1), append(halves.Values, 2)
	}
	for _, square := range []bool{false, true} {
		for _, float := range []bool{false, true} {
			path := coolFile(t, false, toyMap(square, float, ones, halves))
			for _, c := range []struct {
				args  []string
				scale float64
				kind  any
			}{
				{[]string{"--value", "raw"}, 1, nil},
				{[]string{"--weight", "none"}, 1, nil},
				{nil, 1, "multiplicative"},
				{[]string{"--weight", "HALF"}, 0.25, "divisive"},
				{[]string{"--weight", "HALF", "--weight-kind", "multiplicative"}, 4, "multiplicative"},
			} {
				out := t.TempDir()
				command(t, 0, append([]string{"pileup", "--map", path, "--regions", bed, "--resolution", "10", "--window", "30", "--out", out}, c.args...)...)
				mean := floats(t, openNPY(t, out, "mean"))
				for r := range int64(7) {
					for k := range int64(7) {
						want := c.scale * (toyCount(20-3+r, 20-3+k) + toyCount(60+10-3+r, 60+10-3+k)) / 2
						if got := mean[r*7+k]; math.Abs(got-want) > 1e-12*want {
							t.Fatalf("square %v float %v %v: cell %d,%d is %v, want %v", square, float, c.args, r, k, got, want)
						}
					}
				}
				var m manifest
				readJSON(t, filepath.Join(out, "manifest.json"), &m)
				if m.Parameters["weightKind"] != c.kind {
					t.Errorf("%v: the manifest says %v", c.args, m.Parameters)
				}
			}
		}
	}
	if _, says := command(t, 4, "pileup", "--map", coolFile(t, false, toyMap(true, false)), "--regions", bed, "--resolution", "10", "--window", "30", "--out", t.TempDir()); !strings.Contains(says, "weight") {
		t.Errorf("no weights: %s", says)
	}
}

func TestInspectSaysWhatWeightsDo(t *testing.T) {
	no := false
	column := func(name string, divisive *bool, f func(i int) float64) cooltest.Column {
		c := cooltest.Column{Name: name, Divisive: divisive}
		for i := range 100 {
			c.Values = append(c.Values, f(i))
		}
		return c
	}
	bias := func(i int) float64 { return 1 + float64(i*7%5) }
	m := toyMap(true, true, column("ICE", nil, bias), column("stated", &no, bias))
	for i, p := range m.Pixels {
		m.Pixels[i].Count = bias(int(p.Row)) * bias(int(p.Col))
	}
	out, _ := command(t, 0, "inspect", coolFile(t, false, m))
	var f facts
	if err := json.Unmarshal([]byte(out), &f); err != nil {
		t.Fatal(err)
	}
	r := f.Resolutions[0]
	if len(f.Resolutions) != 1 || r.Storage != "square" || r.Counts != "float" {
		t.Errorf("%+v", r)
	}
	ice, stated := r.Weights[0], r.Weights[1]
	if ice.Kind != "divisive" || !strings.Contains(ice.Source, "flatness") || !strings.Contains(ice.Verdict, "divisive by flatness") || *ice.Flatness > *ice.OtherFlatness {
		t.Errorf("%+v", ice)
	}
	if stated.Kind != "multiplicative" || !strings.Contains(stated.Source, "attribute") || len(f.Warnings) != 1 || !strings.Contains(f.Warnings[0], "stated") {
		t.Errorf("%+v, warnings %q", stated, f.Warnings)
	}
}

// Pairs of all places: within an arm, across the arms, across chromosomes. All have obs/exp, and the ledger names those
// that are dropped.
func TestPairsOfAllPlaces(t *testing.T) {
	m := toyMap(false, true)
	for i := range m.Pixels { // contacts that are exactly their expected
		p := &m.Pixels[i]
		p.Count = 1000 / float64(1+p.Col-p.Row)
		if p.Row < 60 && p.Col >= 60 {
			p.Count = 3
		}
	}
	path := coolFile(t, false, m)
	arms := writeFile(t, "arms.csv", "chrom,start,end\nchr1,0,300\nchr1,300,600\nchr2,0,400\n")
	pairs := writeFile(t, "pairs.bedpe", "chr1\t100\t110\tchr1\t180\t190\nchr1\t100\t110\tchr1\t450\t460\nchr1\t100\t110\tchr2\t200\t210\nchr2\t200\t210\tchr1\t500\t510\n")
	for _, c := range []struct {
		keep string
		used int
	}{{"keep", 4}, {"drop", 3}} {
		out := t.TempDir()
		command(t, 0, "pileup", "--map", path, "--regions", pairs, "--view", arms, "--resolution", "10", "--window", "30", "--value", "oe", "--weight", "none",
			"--cross-arm", c.keep, "--out", out)
		mean, n := floats(t, openNPY(t, out, "mean")), floats(t, openNPY(t, out, "n"))
		for i := range mean {
			if math.Abs(mean[i]-1) > 1e-12 || n[i] != float64(c.used) {
				t.Fatalf("%s: cell %d is %v of %v", c.keep, i, mean[i], n[i])
			}
		}
		var book ledger.Ledger
		readJSON(t, filepath.Join(out, "ledger.json"), &book)
		if book.Used != c.used || len(book.LostRegions()) != 4-c.used {
			t.Errorf("%s: %+v", c.keep, book)
		}
	}
	out := t.TempDir()
	command(t, 0, "expected", "--map", path, "--view", arms, "--resolution", "10", "--weight", "none", "--between", "--out", out)
	trans, cis := 0, 0
	for _, row := range readTable(t, filepath.Join(out, "between.tsv")) {
		avg := number64(t, row["balancedAvg"])
		if row["dist"] == "" {
			trans++
			if row["region1"] != "chr1" || row["region2"] != "chr2" || avg != 3 || row["nValid"] != "2400" {
				t.Errorf("%v", row)
			}
			continue
		}
		cis++
		if d := number64(t, row["dist"]); d >= 2 && math.Abs(avg-1000/(1+d)) > 1e-9 {
			t.Fatalf("%v", row)
		}
	}
	if trans != 1 || cis != 60 {
		t.Errorf("%d rows of chromosomes, %d of arms", trans, cis)
	}
}

// A subset makes what a file of only these regions makes, and its rows are theirs.
func TestSubset(t *testing.T) {
	set := demotest.MustTiny(t)
	text, err := os.ReadFile(filepath.Join(set, "promoters.bed"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimRight(string(text), "\n"), "\n")
	var rows, kept strings.Builder
	rows.WriteString("# rows\n")
	for i := 1; i < len(lines); i += 3 {
		fmt.Fprintln(&rows, i)
		fmt.Fprintln(&kept, lines[i])
	}
	subset, fewer := writeFile(t, "rows.txt", rows.String()), writeFile(t, "fewer.bed", kept.String())
	for name, args := range map[string][]string{
		"pileup":  {"pileup", "--map", filepath.Join(set, "wild_type.mcool"), "--window", "50000", "--resolution", "10000", "--value", "oe", "--snippets"},
		"stackup": {"stackup", "--signal", filepath.Join(set, "CTCF.bw"), "--window", "5000", "--bin", "500"},
	} {
		args = append(args, "--orient", "strand")
		a, b := t.TempDir(), t.TempDir()
		command(t, 0, append(args, "--regions", filepath.Join(set, "promoters.bed"), "--subset", subset, "--out", a)...)
		command(t, 0, append(args, "--regions", fewer, "--out", b)...)
		arrays := map[string][]string{"pileup": {"mean", "sem", "n", "snippets"}, "stackup": {"stack", "mean", "median", "sem", "n"}}[name]
		for _, array := range arrays {
			x, y := floats(t, openNPY(t, a, array)), floats(t, openNPY(t, b, array))
			if len(x) != len(y) {
				t.Fatalf("%s %s: %d and %d values", name, array, len(x), len(y))
			}
			for i := range x {
				if math.Float64bits(x[i]) != math.Float64bits(y[i]) {
					t.Fatalf("%s %s, value %d: %v, want %v", name, array, i, x[i], y[i])
				}
			}
		}
		var m manifest
		readJSON(t, filepath.Join(a, "manifest.json"), &m)
		if m.Parameters["subset"] != "file" || m.Total != (len(lines)+1)/3 || len(m.Inputs) != 3 || m.Inputs[2].Role != "subset" {
			t.Errorf("%s: %+v", name, m)
		}
		if name == "pileup" {
			for i, row := range readTable(t, filepath.Join(a, "scores.tsv")) {
				if row["region"] != fmt.Sprint(1+3*i) {
					t.Fatalf("row %d is of region %s", i, row["region"])
				}
			}
		}
	}
	for text, says := range map[string]string{"1\n2\n1\n": "row 1 is there twice", "1\nx\n": "line 2", "9999999\n": "no row of the region set"} {
		_, message := command(t, 3, pileupOf(set, "promoters.bed", t.TempDir(), "--window", "50000", "--resolution", "10000", "--subset", writeFile(t, "bad.txt", text))...)
		if !strings.Contains(message, says) {
			t.Errorf("%q: %s", text, message)
		}
	}
}

// Scores of the average carry intervals that hold them, change with the seed and nothing else, and can be left out.
func TestIntervalsOfTheScores(t *testing.T) {
	set := demotest.MustTiny(t)
	score := func(more ...string) map[string]string {
		out := t.TempDir()
		command(t, 0, pileupOf(set, "loops.bedpe", out, append([]string{"--resolution", "10000", "--window", "50000", "--value", "oe"}, more...)...)...)
		var m manifest
		readJSON(t, filepath.Join(out, "manifest.json"), &m)
		if len(more) == 0 {
			for _, row := range readTable(t, filepath.Join(out, "scores.tsv")) {
				if missing := number64(t, row["missing"]); !(missing >= 0 && missing <= 1) || row["used"] == "1" == (missing == 1) {
					t.Errorf("%v", row)
				}
			}
		}
		return m.Scores
	}
	a := score()
	for _, name := range []string{"centre", "ratio"} {
		low, mid, high := number64(t, a[name+"Low"]), number64(t, a[name]), number64(t, a[name+"High"])
		if !(low < mid && mid < high) || low < mid/2 || high > 2*mid {
			t.Errorf("%s: %g to %g around %g", name, low, high, mid)
		}
	}
	if b := score("--threads", "1"); fmt.Sprint(a) != fmt.Sprint(b) {
		t.Errorf("on one core %v, before %v", b, a)
	}
	if b := score("--seed", "7"); b["ratio"] != a["ratio"] || b["ratioLow"] == a["ratioLow"] {
		t.Errorf("seed 7: %v, before %v", b, a)
	}
	if b := score("--bootstrap", "0"); b["ratio"] != a["ratio"] || b["ratioLow"] != "NaN" {
		t.Errorf("no intervals: %v", b)
	}
}

// Names that no rule matches are matched by a table, and the ledger counts them.
func TestAliases(t *testing.T) {
	set := demotest.MustTiny(t)
	text, err := os.ReadFile(filepath.Join(set, "CTCF_peaks.bed"))
	if err != nil {
		t.Fatal(err)
	}
	renamed := writeFile(t, "renamed.bed", strings.ReplaceAll(string(text), "chr1\t", "NC_1\t"))
	aliases := writeFile(t, "aliases.tsv", "# other\tname\nNC_1\tchr1\n")
	for name, args := range map[string][]string{
		"pileup":  {"pileup", "--map", filepath.Join(set, "wild_type.mcool"), "--window", "50000", "--resolution", "10000"},
		"stackup": {"stackup", "--signal", filepath.Join(set, "CTCF.bw"), "--window", "5000", "--bin", "500"},
	} {
		a, b := t.TempDir(), t.TempDir()
		command(t, 0, append(args, "--regions", renamed, "--aliases", aliases, "--out", a)...)
		command(t, 0, append(args, "--regions", filepath.Join(set, "CTCF_peaks.bed"), "--out", b)...)
		same(t, name, floats(t, openNPY(t, a, "mean")), floats(t, openNPY(t, b, "mean")), 0)
		var book ledger.Ledger
		readJSON(t, filepath.Join(a, "ledger.json"), &book)
		if book.Aliases[genome.AliasTable] == 0 {
			t.Errorf("%s: %v", name, book.Aliases)
		}
	}
	if _, says := command(t, 3, "expected", "--map", filepath.Join(set, "wild_type.mcool"), "--resolution", "10000", "--out", t.TempDir(),
		"--aliases", writeFile(t, "bad.tsv", "a b c\n")); !strings.Contains(says, "line 1") {
		t.Error(says)
	}
}

// A signal that does not fit into the memory under one window is "not available", not a failure.
func TestStackupWithTooLittleMemory(t *testing.T) {
	const intervals = 300_000
	path := filepath.Join(t.TempDir(), "dense.bw")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := bbi.New(f, []genome.Chrom{{Name: "chr1", Length: 10 * intervals}}, bbi.Options{})
	if err != nil {
		t.Fatal(err)
	}
	start, end, value := make([]uint32, intervals), make([]uint32, intervals), make([]float32, intervals)
	for i := range start {
		start[i], end[i], value[i] = uint32(10*i), uint32(10*i+10), float32(i%7)
	}
	if err := w.Add(0, start, end, value); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	regions := writeFile(t, "wide.bed", "chr1\t1500000\t1500001\n")
	args := []string{"stackup", "--signal", path, "--regions", regions, "--window", "1500000", "--bin", "1500000", "--out", t.TempDir()}
	if _, says := command(t, 4, append(args, "--memory", "16MiB")...); !strings.Contains(says, "--memory") {
		t.Errorf("%q", says)
	}
	command(t, 0, append(args, "--memory", "256MiB")...)
}
