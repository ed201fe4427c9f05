package enrich

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

func testdata(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("REGIOSCOPE_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "oracles")); err != nil {
		t.Skip("the reference data are not here; set REGIOSCOPE_TESTDATA to their folder")
	}
	return dir
}

func readRegions(t testing.TB, path string) []genome.Region {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := bed.Parse(f, bed.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return table.Regions
}

func readSizes(t testing.TB, path string) []genome.Chrom {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	chroms, err := genome.ReadSizes(f)
	if err != nil {
		t.Fatal(err)
	}
	return chroms
}

// rowsOf reads a tab separated table with a header row.
func rowsOf(t *testing.T, path string) []map[string]string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	head := strings.Split(lines[0], "\t")
	var rows []map[string]string
	for _, line := range lines[1:] {
		row := make(map[string]string)
		for i, field := range strings.Split(line, "\t") {
			row[head[i]] = field
		}
		rows = append(rows, row)
	}
	return rows
}

func real(t *testing.T, row map[string]string, column string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(row[column], 64)
	if err != nil {
		t.Fatalf("%s: %v", column, err)
	}
	return v
}

func whole(t *testing.T, row map[string]string, column string) int64 {
	t.Helper()
	return int64(real(t, row, column))
}

var smallTargets = []string{"same70", "same30", "shift30k", "random", "depleted", "compA"}

func smallSets(t testing.TB) (chroms []genome.Chrom, query []genome.Region, targets []Target) {
	dir := filepath.Join(testdata(t), "datasets", "synth_small1")
	for _, name := range smallTargets {
		targets = append(targets, Target{Name: name, Regions: readRegions(t, filepath.Join(dir, "regionsets", name+".bed"))})
	}
	return readSizes(t, filepath.Join(dir, "chrom.sizes")), readRegions(t, filepath.Join(dir, "ctcf_peaks.bed")), targets
}

// HiCognition's own code (pylola, scipy's fisher_exact): tables exactly, ratios and −log10 p to the 8 digits written. It
// adds 1e-300 to p, so its −log10 p ends at 300.
func TestHiCognitionOracle(t *testing.T) {
	chroms, query, targets := smallSets(t)
	got, err := Compute(t.Context(), chroms, query, targets, []Job{{Window: 200_000, Bin: 10_000}}, Options{Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	r := got[0]
	rows := rowsOf(t, filepath.Join(testdata(t), "oracles", "lola", "small_ctcf_10k.hicog_pylola.tsv"))
	if len(rows) != len(r.A) || r.Size != 16978 {
		t.Fatalf("%d rows for %d cells, universe %d", len(rows), len(r.A), r.Size)
	}
	index := make(map[string]int)
	for i, name := range smallTargets {
		index[name] = i
	}
	for _, row := range rows {
		k := whole(t, row, "offset_bin")
		i := index[row["target"]]*r.Bins + int(k)
		if r.A[i] != whole(t, row, "a") || r.B[i] != whole(t, row, "b") || r.C[i] != whole(t, row, "c") || r.D[i] != whole(t, row, "d") {
			t.Errorf("%s, bin %d: %d %d %d %d, want %v", row["target"], k, r.A[i], r.B[i], r.C[i], r.D[i], row)
		}
		if want := real(t, row, "odds_ratio"); !near(r.OddsRatio[i], want, 1e-7) {
			t.Errorf("%s, bin %d: odds ratio %v, want %v", row["target"], k, r.OddsRatio[i], want)
		}
		if want := real(t, row, "p_value_log"); !near(min(r.Greater[i], 300), math.Abs(want), 1e-7) {
			t.Errorf("%s, bin %d: −log10 p %v, want %v", row["target"], k, r.Greater[i], want)
		}
	}
}

// What was planted in the synthetic sets (truth.json): same70 and same30 at the sites, shift30k 30 kb from them, none of
// depleted within 20 kb, random nowhere in particular.
func TestPlantedAssociations(t *testing.T) {
	chroms, query, targets := smallSets(t)
	got, err := Compute(t.Context(), chroms, query, targets, []Job{{Window: 200_000, Bin: 10_000}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := got[0]
	best := func(target int) int {
		at := 0
		for k := range r.Bins {
			if r.Greater[target*r.Bins+k] > r.Greater[target*r.Bins+at] {
				at = k
			}
		}
		return at
	}
	for target, want := range map[int]int{0: 20, 1: 20, 2: 23} {
		if at := best(target); at != want || r.QGreater[target*r.Bins+at] < 20 {
			t.Errorf("%s: most enriched in bin %d, −log10 q %v; want bin %d", smallTargets[target], at, r.QGreater[target*r.Bins+at], want)
		}
	}
	if i := 4*r.Bins + 20; r.OddsRatio[i] != 0 || r.QLess[i] < 20 {
		t.Errorf("depleted: odds ratio %v, −log10 q of depletion %v", r.OddsRatio[i], r.QLess[i])
	}
	for k := range r.Bins {
		if i := 3*r.Bins + k; r.QGreater[i] > 2 || r.QLess[i] > 2 {
			t.Errorf("random: bin %d has odds ratio %v", k, r.OddsRatio[i])
		}
	}
}

// bedtools 2.30 on whole intervals: how many bins of the genome, and how many peaks, overlap each set.
func TestBedtoolsOracle(t *testing.T) {
	chroms, query, targets := smallSets(t)
	sets := append(targets, Target{Name: "the query", Regions: query})
	job := []Job{{Window: 10_000, Bin: 10_000}}
	bins, err := Compute(t.Context(), chroms, query, sets, job, Options{})
	if err != nil {
		t.Fatal(err)
	}
	peaks, err := Compute(t.Context(), chroms, query, sets, job, Options{Universe: Regions, UniverseRegions: query})
	if err != nil {
		t.Fatal(err)
	}
	for i, row := range rowsOf(t, filepath.Join(testdata(t), "oracles", "lola", "small_ctcf_10k.bedtools.tsv")) {
		b, p := bins[0], peaks[0]
		got := []int64{b.Size, b.A[2*i] + b.B[2*i], b.A[2*6] + b.B[2*6], p.Size, p.A[2*i] + p.B[2*i], int64(b.Targets[i].Regions)}
		want := []int64{whole(t, row, "universe_bins"), whole(t, row, "universe_bins_with_target"), whole(t, row, "universe_bins_with_query"),
			whole(t, row, "n_query"), whole(t, row, "query_with_overlap"), whole(t, row, "n_target")}
		if fmt.Sprint(got) != fmt.Sprint(want) || row["target"] != smallTargets[i] {
			t.Errorf("%s: %v, want %v", row["target"], got, want)
		}
	}
}

// R's LOLA (snapshot 2f9a0eb) on its own sample: its user sets and its universe are counted as two universes here, as
// LOLA does without redefining the user sets. pValueLog is −log10 of the p of enrichment.
func TestLOLAOracle(t *testing.T) {
	dir := filepath.Join(testdata(t), "datasets", "lola_sample")
	universe := readRegions(t, filepath.Join(dir, "sample_universe.bed"))
	var chroms []genome.Chrom // LOLA takes any name; the sample has haplotypes and unplaced contigs
	seen := make(map[string]bool)
	for _, r := range universe {
		if !seen[r.A.Chrom] {
			seen[r.A.Chrom] = true
			chroms = append(chroms, genome.Chrom{Name: r.A.Chrom, Length: 300_000_000})
		}
	}
	sets := map[string]string{"setA": "user_set_1.bed", "setB": "user_set_2.bed"}
	hits := func(regions, target []genome.Region) (hit, all int64) {
		r, err := Compute(t.Context(), chroms, regions, []Target{{Name: "t", Regions: target}}, []Job{{Window: 1000, Bin: 1000}},
			Options{Universe: Regions, UniverseRegions: regions})
		if err != nil {
			t.Fatal(err)
		}
		return r[0].A[0] + r[0].B[0], r[0].Size
	}
	for _, row := range rowsOf(t, filepath.Join(testdata(t), "oracles", "lola", "lola_sample.R_LOLA.tsv")) {
		target := readRegions(t, filepath.Join(dir, "hg19", "ucsc_example", "regions", row["filename"]))
		user := readRegions(t, filepath.Join(dir, sets[row["userSet"]]))
		a, query := hits(user, target)
		all, size := hits(universe, target)
		b, c := all-a, query-a
		d := size - a - b - c
		if a != whole(t, row, "support") || b != whole(t, row, "b") || c != whole(t, row, "c") || d != whole(t, row, "d") {
			t.Errorf("%s %s: %d %d %d %d, want %v", row["userSet"], row["filename"], a, b, c, d, row)
		}
		if greater, _ := fisher(a, b, c, d); math.Abs(greater-real(t, row, "pValueLog")) > 1e-9*greater+1e-12 {
			t.Errorf("%s %s: −log10 p %.15g, want %s", row["userSet"], row["filename"], greater, row["pValueLog"])
		}
		// R prints the conditional maximum likelihood estimate.
		theirs := math.Log(real(t, row, "oddsRatio"))
		if ratio, _, _, _ := oddsRatio(a, b, c, d); math.Abs(math.Log(ratio)-theirs) > 2e-4*math.Abs(theirs)+1e-5 {
			t.Errorf("%s %s: odds ratio %v, R has %s", row["userSet"], row["filename"], ratio, row["oddsRatio"])
		}
	}
}

// HiCognition's numbers of the reference back end, §12.7: its own test, and results derived with its code on its data.
func TestReferenceTables(t *testing.T) {
	dir := filepath.Join(testdata(t), "datasets", "hicog_tests")
	chroms := readSizes(t, filepath.Join(dir, "hg19.chrom.sizes"))
	load := func(name string) []genome.Region { return readRegions(t, filepath.Join(dir, name)) }
	large, boundaries, peaks, tads := load("test3_realData_large.bed"), load("tad_boundaries.bed"), load("CTCF_peaks.bed"), load("G2_tads_w_size.bed")
	inf := math.Inf(1)
	points := Job{Window: 100_000, Bin: 50_000}
	for _, c := range []struct {
		name     string
		query    []genome.Region
		target   []genome.Region
		job      Job
		universe Universe
		size     int64
		tables   map[int][4]int64
		ratios   []float64
	}{
		{"first target", large[4000:10000], large[8000:12000], points, Genome, 61928,
			map[int][4]int64{0: {539, 1670, 2622, 57097}, 1: {590, 1619, 2572, 57147}, 2: {1070, 1139, 2092, 57627}, 3: {589, 1620, 2572, 57147}},
			[]float64{7.02834217, 8.09706518, 25.87762319, 8.07835162}},
		{"second target", large[4000:10000], large[2000:8000], points, Genome, 61928,
			map[int][4]int64{0: {1114, 1977, 2047, 56790}, 1: {1211, 1880, 1951, 56886}, 2: {2093, 998, 1069, 57768}, 3: {1211, 1880, 1950, 56887}},
			[]float64{15.63264795, 18.78167934, 113.33089378, 18.7916413}},
		{"boundaries and peaks", boundaries, peaks, Job{Window: 200_000, Bin: 50_000}, Genome, 61928,
			map[int][4]int64{4: {3689, 31484, 428, 26327}},
			[]float64{1.335423, 1.296406, 1.395946, 2.537722, 7.207362, 2.573667, 1.416363, 1.332823}},
		{"boundaries and themselves", boundaries, boundaries, Job{Window: 200_000, Bin: 50_000}, Genome, 61928,
			map[int][4]int64{4: {4117, 0, 0, 57811}},
			[]float64{0, 0, .00317276, .00317110, inf, .00317775, .00317775, 0}},
		{"TADs and boundaries", tads, boundaries, Job{Percent: 10}, Queries, 80397, nil,
			[]float64{.401211, .059083, inf, .292124, .383306, .369148, .352798, .336626, .357452, .345846, .291381, .051617, inf, .415349}},
		{"TADs and peaks", tads, peaks, Job{Percent: 10}, Queries, 80397, nil,
			[]float64{.910069, 2.514405, 2.732303, .865339, .700716, .705141, .668074, .66876, .676377, .759887, .878497, 2.413985, 2.635328, .969657}},
	} {
		got, err := Compute(t.Context(), chroms, c.query, []Target{{Name: "t", Regions: c.target}}, []Job{c.job}, Options{Universe: c.universe, Threads: 2})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		r := got[0]
		if r.Size != c.size {
			t.Errorf("%s: universe %d, want %d", c.name, r.Size, c.size)
		}
		for k, want := range c.tables {
			if have := [4]int64{r.A[k], r.B[k], r.C[k], r.D[k]}; have != want {
				t.Errorf("%s, bin %d: %v, want %v", c.name, k, have, want)
			}
		}
		for k, want := range c.ratios {
			if math.IsInf(want, 1) {
				if r.Flag[k] != Infinite {
					t.Errorf("%s, bin %d: %v, want infinity", c.name, k, r.OddsRatio[k])
				}
				continue
			}
			if math.Abs(r.OddsRatio[k]-want) > 5.1e-7 && math.Abs(r.OddsRatio[k]-want) > 5.1e-7*want {
				t.Errorf("%s, bin %d: odds ratio %.9g, want %g", c.name, k, r.OddsRatio[k], want)
			}
		}
	}
}
