package cli

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/demo/demotest"
)

// childCommand is the variable with the arguments, one a line, of a command to run instead of the tests: so that a test
// can measure a process that does nothing else.
const childCommand = "REGIOSCOPE_TEST_COMMAND"

func TestMain(m *testing.M) {
	if args := os.Getenv(childCommand); args != "" {
		os.Exit(Main(context.Background(), strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	status := m.Run()
	demotest.Remove()
	os.Exit(status)
}

// pileupOf are the arguments of a pileup of the synthetic map at some regions.
func pileupOf(set, regions, out string, more ...string) []string {
	return append([]string{"pileup", "--map", filepath.Join(set, "wild_type.mcool"), "--regions", filepath.Join(set, regions), "--out", out}, more...)
}

func TestPileupWritesEverything(t *testing.T) {
	set, out := demotest.MustTiny(t), t.TempDir()
	command(t, 0, pileupOf(set, "CTCF_peaks.bed", out, "--resolution", "10000", "--window", "100000", "--value", "oe",
		"--view", filepath.Join(set, "arms.csv"), "--snippets")...)
	var m manifest
	readJSON(t, filepath.Join(out, "manifest.json"), &m)
	var book ledger.Ledger
	readJSON(t, filepath.Join(out, "ledger.json"), &book)
	scores := readTable(t, filepath.Join(out, "scores.tsv"))
	if m.Pipeline != "pileup" || m.N != book.Used || m.Total != len(scores) || m.N == 0 || len(m.Inputs) != 3 || m.Engine == "" {
		t.Errorf("manifest: %+v", m)
	}
	for _, in := range m.Inputs {
		if len(in.SHA256) != 64 {
			t.Errorf("input %+v", in)
		}
	}
	for name, want := range map[string]any{"value": "oe", "weight": "weight", "edge": "drop", "orient": "strand", "window": 1e5, "resolution": 1e4, "ignoreDiags": 2.0} {
		if m.Parameters[name] != want {
			t.Errorf("parameter %s is %v, want %v", name, m.Parameters[name], want)
		}
	}
	for name, want := range map[string]string{"mean": "<f8", "sem": "<f8", "n": "<i8", "snippets": "<f4"} {
		r := openNPY(t, out, name)
		rows := int64(21)
		if name == "snippets" {
			rows = int64(len(scores))
		}
		if r.DType.String() != want || r.Shape[0] != rows || r.Shape[1] != 21 {
			t.Errorf("%s: %v %s", name, r.Shape, r.DType)
		}
	}
}

// A comma list makes the same files as one command per pair.
func TestCommaListEqualsSingleCommands(t *testing.T) {
	set, all := demotest.MustTiny(t), t.TempDir()
	command(t, 0, pileupOf(set, "CTCF_peaks.bed", all, "--resolution", "10000,50000,10000", "--window", "100000,200000,50000")...)
	for _, p := range [][2]string{{"100000", "10000"}, {"200000", "50000"}, {"50000", "10000"}} {
		one := t.TempDir()
		command(t, 0, pileupOf(set, "CTCF_peaks.bed", one, "--window", p[0], "--resolution", p[1], "--threads", "1")...)
		sameFiles(t, filepath.Join(all, p[0]+"_"+p[1]), one)
	}
	all = t.TempDir()
	stack := []string{"stackup", "--signal", filepath.Join(set, "CTCF.bw"), "--regions", filepath.Join(set, "promoters.bed")}
	command(t, 0, append(stack, "--window", "10000,20000", "--bin", "500,1000", "--out", all)...)
	one := t.TempDir()
	command(t, 0, append(stack, "--window", "20000", "--bin", "1000", "--out", one, "--threads", "1")...)
	sameFiles(t, filepath.Join(all, "20000_1000"), one)
	all = t.TempDir()
	command(t, 0, pileupOf(set, "TADs.bed", all, "--percent", "2,5")...)
	one = t.TempDir()
	command(t, 0, pileupOf(set, "TADs.bed", one, "--percent", "5", "--threads", "1")...)
	sameFiles(t, filepath.Join(all, "variable_5"), one)
}

// sameFiles compares everything but the time taken.
func sameFiles(t *testing.T, a, b string) {
	t.Helper()
	read := func(dir string) map[string]string {
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		files := make(map[string]string)
		for _, e := range entries {
			data, err := os.ReadFile(filepath.Join(dir, e.Name()))
			if err != nil {
				t.Fatal(err)
			}
			if e.Name() == "manifest.json" {
				var m manifest
				readJSON(t, filepath.Join(dir, e.Name()), &m)
				m.Seconds = 0
				data, _ = json.Marshal(m)
			}
			files[e.Name()] = string(data)
		}
		return files
	}
	first, second := read(a), read(b)
	if len(first) != len(second) || len(first) < 4 {
		t.Errorf("%d files and %d files", len(first), len(second))
	}
	for name, data := range first {
		if second[name] != data {
			t.Errorf("%s differs between %s and %s", name, a, b)
		}
	}
}

// The synthetic loops stand out: the brightest pixel of their average is the centre.
func TestLoopsOfTheSyntheticMap(t *testing.T) {
	set, out := demotest.MustTiny(t), t.TempDir()
	command(t, 0, pileupOf(set, "loops.bedpe", out, "--resolution", "10000", "--window", "50000", "--value", "oe")...)
	mean := floats(t, openNPY(t, out, "mean"))
	brightest := 0
	for i := range mean {
		if mean[i] > mean[brightest] {
			brightest = i
		}
	}
	if brightest != len(mean)/2 || mean[brightest] < 1.3 {
		t.Errorf("the brightest pixel is %d of %d: %g", brightest, len(mean), mean[brightest])
	}
}

func TestExpectedWritesATable(t *testing.T) {
	set, out := demotest.MustTiny(t), t.TempDir()
	command(t, 0, "compute", "expected", "--map", filepath.Join(set, "wild_type.mcool"), "--resolution", "50000",
		"--view", filepath.Join(set, "arms.csv"), "--out", out)
	rows := readTable(t, filepath.Join(out, "expected.tsv"))
	if len(rows) == 0 || rows[0]["balancedAvg"] != "NaN" || rows[0]["region"] != "chr1:0-3000000" || number64(t, rows[2]["balancedAvg"]) <= 0 {
		t.Errorf("%d rows, first %v", len(rows), rows[:min(3, len(rows))])
	}
}

func TestInspect(t *testing.T) {
	set := demotest.MustTiny(t)
	for file, kind := range map[string]string{"wild_type.mcool": "contacts", "CTCF.bw": "signal", "loops.bedpe": "regions", "CTCF_peaks.bed": "regions"} {
		out, _ := command(t, 0, "inspect", filepath.Join(set, file))
		var f facts
		if err := json.Unmarshal([]byte(out), &f); err != nil {
			t.Fatal(err)
		}
		if f.Kind != kind || len(f.Warnings) != 0 {
			t.Errorf("%s: %+v", file, f)
		}
		if kind == "contacts" {
			w := f.Resolutions[0].Weights[0]
			if w.Name != "weight" || w.Kind != "multiplicative" || *w.Flatness > 0.05 || *w.OtherFlatness < 2**w.Flatness {
				t.Errorf("%s: %+v", file, w)
			}
		}
	}
}

func TestExitStatusAndMessage(t *testing.T) {
	set, dir := demotest.MustTiny(t), t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	mcool, err := os.ReadFile(filepath.Join(set, "wild_type.mcool"))
	if err != nil {
		t.Fatal(err)
	}
	cut := write("cut.mcool", string(mcool[:len(mcool)/2]))
	badBed := write("bad.bed", "chr1\t10\t20\nchr1\tx\t20\n")
	elsewhere := write("elsewhere.bed", "scaffold_9\t10\t20\n")
	badView := write("bad.csv", "chrom,start,end\nchr1,0,100\nchr1,100,x\n")
	noView := write("view.csv", "chrom,start,end\nscaffold_9,0,100\n")
	out := filepath.Join(dir, "out")
	peaks, signal, contacts := filepath.Join(set, "CTCF_peaks.bed"), filepath.Join(set, "CTCF.bw"), filepath.Join(set, "wild_type.mcool")
	point := []string{"--resolution", "10000", "--window", "100000", "--out", out}
	with := func(args ...string) []string { return append(append([]string{"pileup"}, args...), point...) }
	for _, c := range []struct {
		name   string
		status int
		says   string
		args   []string
	}{
		{"no command", 2, "usage", nil},
		{"unknown command", 2, "there is no command", []string{"fold"}},
		{"unknown option", 2, "blur", with("--blur")},
		{"stray argument", 2, "belongs to no option", with("--map", contacts, "--regions", peaks, "stray")},
		{"no map", 2, "--map is missing", with("--regions", peaks)},
		{"no out", 2, "--out is missing", []string{"pileup", "--map", contacts, "--regions", peaks, "--resolution", "10000", "--window", "10000"}},
		{"no window", 2, "--window", []string{"pileup", "--map", contacts, "--regions", peaks, "--resolution", "10000", "--out", out}},
		{"lists of unequal length", 2, "pairs", []string{"pileup", "--map", contacts, "--regions", peaks, "--resolution", "10000,50000", "--window", "100000", "--out", out}},
		{"window no multiple", 2, "multiple", []string{"pileup", "--map", contacts, "--regions", peaks, "--resolution", "10000", "--window", "15000", "--out", out}},
		{"unknown value", 2, "log2", with("--map", contacts, "--regions", peaks, "--value", "log2")},
		{"bad memory", 2, "memory", with("--map", contacts, "--regions", peaks, "--memory", "lots")},
		{"map not there", 3, "gone.mcool", with("--map", filepath.Join(dir, "gone.mcool"), "--regions", peaks)},
		{"map is a folder", 3, "not a file", with("--map", dir, "--regions", peaks)},
		{"map is a bigWig", 3, "bigWig", with("--map", signal, "--regions", peaks)},
		{"map is cut", 3, "cut.mcool", with("--map", cut, "--regions", peaks)},
		{"regions malformed", 3, "line 2", with("--map", contacts, "--regions", badBed)},
		{"regions elsewhere", 3, "scaffold_9", with("--map", contacts, "--regions", elsewhere)},
		{"view elsewhere", 3, "scaffold_9", with("--map", contacts, "--regions", peaks, "--view", noView)},
		{"view malformed", 3, "line 3", with("--map", contacts, "--regions", peaks, "--view", badView)},
		{"no such resolution", 4, "12345", []string{"pileup", "--map", contacts, "--regions", peaks, "--resolution", "12345", "--window", "123450", "--out", out}},
		{"no such weights", 4, "KR", with("--map", contacts, "--regions", peaks, "--weight", "KR")},
		{"no resolution for points", 4, "suits", []string{"pileup", "--map", contacts, "--regions", peaks, "--percent", "5", "--out", out}},
		{"signal is a map", 3, "bigWig", []string{"stackup", "--signal", contacts, "--regions", peaks, "--window", "1000", "--bin", "100", "--out", out}},
		{"stackup elsewhere", 3, "scaffold_9", []string{"stackup", "--signal", signal, "--regions", elsewhere, "--window", "1000", "--bin", "100", "--out", out}},
		{"inspect nothing", 2, "one file", []string{"inspect"}},
		{"inspect a table of chromosomes", 3, "chrom.sizes", []string{"inspect", filepath.Join(set, "chrom.sizes")}},
	} {
		_, says := command(t, c.status, c.args...)
		if !strings.Contains(says, c.says) {
			t.Errorf("%s: the message %q does not say %q", c.name, says, c.says)
		}
	}
}
