package genome

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func shared(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	path := filepath.Join(root, name)
	if _, err := os.Stat(path); err != nil {
		t.Skipf("test data %s is not here", name)
	}
	return path
}

func TestReadSizes(t *testing.T) {
	got, err := ReadSizes(strings.NewReader("\ufeff# genome\nchr1\t100\t/gbdb/x.2bit\r\n\nchrM 17\n"))
	if want := []Chrom{{"chr1", 100}, {"chrM", 17}}; err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestReadSizesNamesEveryBadLine(t *testing.T) {
	_, err := ReadSizes(strings.NewReader("chr1\t100\nchr2\nchr3\t0\nchr1\t5\nchr4\t1e6\nchr5\t7\n"))
	for _, want := range []string{"line 2:", "line 3:", "line 4: chr1 is already on line 1", "line 5:"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("no %q in %v", want, err)
		}
	}
	if strings.Contains(err.Error(), "line 6") {
		t.Errorf("a good line is blamed: %v", err)
	}
	var line *LineError
	if !errors.As(err, &line) || line.Line != 2 {
		t.Errorf("first line error: %+v", line)
	}
	if _, err := ReadSizes(strings.NewReader("# nothing\n")); !errors.Is(err, ErrNoChroms) {
		t.Errorf("empty file: %v", err)
	}
	if _, err := ReadSizes(strings.NewReader("\x89HDF\x00\x00")); err == nil {
		t.Error("a binary file was read")
	}
}

func TestReadArms(t *testing.T) {
	chroms := []Chrom{{"chr1", 100}, {"chr2", 50}}
	want := []Interval{{"chr1", 0, 40}, {"chr1", 40, 100}, {"chr2", 0, 50}}
	for _, text := range []string{"chrom,start,end\nchr1,0,40\nchr1,40,100\nchr2,0,50\n", "chr1\t0\t40\n1\t40\t100\nchr2\t0\t50"} {
		got, err := ReadArms(strings.NewReader(text), chroms)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for text, msg := range map[string]string{
		"chr1,0,101":                 "line 1: chr1:0-101 ends beyond the end of the chromosome, 100",
		"chr9,0,10":                  `line 1: "chr9" is not a chromosome`,
		"chr1,0,50\nchr1,40,100":     "line 2: chr1:40-100 overlaps chr1:0-50",
		"chrom,start,end\nchr1,5,5":  "line 2:",
		"chrom,start,end\nchr1,a,5":  "line 2:",
		"chrom,start,end\n":          "no arms",
		"chr1,0\n":                   "line 1: expected chrom,start,end",
		"chr1,-1,5\nchr1,0,7\nchr1,": "line 3",
	} {
		if _, err := ReadArms(strings.NewReader(text), chroms); err == nil || !strings.Contains(err.Error(), msg) {
			t.Errorf("%q: %v, want %q", text, err, msg)
		}
	}
}

// Arms tile their chromosomes: they begin at 0, touch, and end at the end.
func TestBuiltinArmsTileChromosomes(t *testing.T) {
	count := map[string][2]int{"hg38": {25, 48}, "hg19": {25, 46}, "hs1": {25, 48}, "mm39": {22, 0}, "mm10": {22, 0}, "mm9": {22, 0}, "danRer11": {26, 0},
		"dm6": {8, 0}, "ce11": {7, 0}, "sacCer3": {17, 32}}
	if len(Builtin()) != len(count) {
		t.Errorf("%d assemblies, want %d", len(Builtin()), len(count))
	}
	for _, b := range Builtin() {
		if got := [2]int{len(b.Chroms), len(b.Arms)}; got != count[b.Name] || b.Organism == "" {
			t.Errorf("%s: %v chromosomes and arms, want %v", b.Name, got, count[b.Name])
		}
		at := make(map[string]int64)
		for _, arm := range b.View() {
			if arm.Start != at[arm.Chrom] || arm.End <= arm.Start {
				t.Errorf("%s: %s does not begin at %d", b.Name, arm, at[arm.Chrom])
			}
			at[arm.Chrom] = arm.End
		}
		for _, c := range b.Chroms {
			if at[c.Name] != c.Length {
				t.Errorf("%s: the arms of %s end at %d of %d", b.Name, c.Name, at[c.Name], c.Length)
			}
		}
		if i, rule := NewNames(b.Chroms, b.Aliases).Resolve("MT"); i < 0 || rule != AliasMito {
			t.Errorf("%s: MT is %d, %s", b.Name, i, rule)
		}
	}
}

// The genome files that HiCognition ships (reference §9.3) agree, apart from its sacCer3 arms, which are halves.
func TestBuiltinEqualsPublishedFiles(t *testing.T) {
	byName := make(map[string]BuiltinAssembly)
	for _, b := range Builtin() {
		byName[b.Name] = b
	}
	f, err := os.Open(shared(t, "datasets/hicog_tests/hg19.chrom.sizes"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	sizes, err := ReadSizes(f)
	if err != nil {
		t.Fatal(err)
	}
	names := NewNames(byName["hg19"].Chroms, nil)
	for _, c := range sizes {
		if i, _ := names.Resolve(c.Name); i < 0 || names.Chroms()[i].Length != c.Length {
			t.Errorf("hg19 %v", c)
		}
	}
	for _, name := range []string{"hg19", "hg38", "sacCer3"} {
		f, err := os.Open(shared(t, "datasets/hicog_tests/arms."+name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		arms, err := ReadArms(f, byName[name].Chroms)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if name == "sacCer3" {
			continue
		}
		have := make(map[Interval]bool)
		for _, arm := range byName[name].Arms {
			have[arm] = true
		}
		for _, arm := range arms {
			if !have[arm] {
				t.Errorf("%s: no arm %s", name, arm)
			}
		}
	}
}

// Total lengths of the chromosomes: NCBI's assembly reports (GCF_000001405.40, GCF_009914755.1, GCF_000001635.27,
// GCF_000002035.6, GCF_000002985.6), assembled molecules only, with UCSC's chrM.
func TestBuiltinLengths(t *testing.T) {
	for _, b := range Builtin() {
		var total int64
		for _, c := range b.Chroms {
			total += c.Length
		}
		want := map[string]int64{"hg38": 3088286401, "hs1": 3117292070, "mm39": 2723431143, "danRer11": 1345118429, "ce11": 100286401}[b.Name]
		if want != 0 && total != want {
			t.Errorf("%s: %d bp, want %d", b.Name, total, want)
		}
	}
}

// Every further name leads to a chromosome of its assembly, and RefSeq's name of a chromosome tells assemblies apart.
func TestBuiltinAliases(t *testing.T) {
	assemblyOf := map[string]string{}
	for _, b := range Builtin() {
		names := NewNames(b.Chroms, b.Aliases)
		for alias, chrom := range b.Aliases {
			i, rule := names.Resolve(alias)
			if i < 0 || names.Chroms()[i].Name != chrom || rule != AliasTable {
				t.Errorf("%s: %s leads to %d by %q, want %s", b.Name, alias, i, rule, chrom)
			}
			if strings.HasPrefix(alias, "NC_") && chrom != "chrM" {
				if other := assemblyOf[alias]; other != "" {
					t.Errorf("%s is in %s and in %s", alias, other, b.Name)
				}
				assemblyOf[alias] = b.Name
			}
		}
	}
	for alias, want := range map[string]string{"NC_000001.11": "hg38", "NC_000024.9": "hg19", "NC_060925.1": "hs1", "NC_000067.7": "mm39", "NC_000067.6": "mm10",
		"NC_007112.7": "danRer11", "NC_003284.9": "ce11", "NC_001148.4": "sacCer3", "NC_004354.4": "dm6"} {
		if assemblyOf[alias] != want {
			t.Errorf("%s is in %q, want %s", alias, assemblyOf[alias], want)
		}
	}
}
