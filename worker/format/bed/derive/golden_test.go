package derive

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
	"regioscope/worker/genome/algebra"
)

func p[T any](v T) *T { return &v }

// toy is the assembly of testdata.
func toy(t *testing.T) *genome.Assembly {
	f, err := os.Open("testdata/chrom.sizes")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	chroms, err := genome.ReadSizes(f)
	if err != nil {
		t.Fatal(err)
	}
	return &genome.Assembly{Name: "toy", Chroms: chroms}
}

func input(t *testing.T, name, text string) Input {
	t.Helper()
	table, err := bed.Parse(strings.NewReader(text), bed.Options{})
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return Input{Name: name, Table: table}
}

func files(t *testing.T, names string) (out []Input) {
	for _, n := range strings.Fields(names) {
		text, err := os.ReadFile(filepath.Join("testdata", n+".bed"))
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, input(t, n, string(text)))
	}
	return out
}

// derive runs a spec that must be right, and gives the text of every set that it makes.
func derive(t *testing.T, spec algebra.Spec, assembly *genome.Assembly, inputs ...Input) ([]string, *Outcome) {
	t.Helper()
	if bad := spec.Complete(); bad != nil {
		t.Fatalf("%+v: %v", spec, bad)
	}
	out, err := Run(t.Context(), spec, inputs, assembly)
	if err != nil {
		t.Fatalf("%+v: %v", spec, err)
	}
	var texts []string
	for i := range out.Sets {
		var b bytes.Buffer
		if err := out.Sets[i].Write(&b); err != nil {
			t.Fatal(err)
		}
		texts = append(texts, b.String())
	}
	return texts, out
}

// withoutHeader drops the line of column names.
func withoutHeader(text string) string {
	if strings.HasPrefix(text, "#") {
		_, text, _ = strings.Cut(text, "\n")
	}
	return text
}

// What bedtools 2.30.0 makes of the same files, byte for byte; testdata/make.sh has the commands.
func TestGoldenBedtools(t *testing.T) {
	for file, c := range map[string]struct {
		sets string
		spec algebra.Spec
	}{
		"intersect_regions":       {"a b", algebra.Spec{Operation: algebra.Intersect}},
		"intersect_three":         {"a b c", algebra.Spec{Operation: algebra.Intersect}},
		"intersect_pieces":        {"a b", algebra.Spec{Operation: algebra.Intersect, Keep: algebra.KeepPieces}},
		"subtract_regions":        {"a b", algebra.Spec{Operation: algebra.Subtract}},
		"subtract_three":          {"a b c", algebra.Spec{Operation: algebra.Subtract}},
		"subtract_pieces":         {"a b", algebra.Spec{Operation: algebra.Subtract, Keep: algebra.KeepPieces}},
		"intersect_half":          {"a b", algebra.Spec{Operation: algebra.Intersect, Fraction: 0.5}},
		"intersect_tenth":         {"a b", algebra.Spec{Operation: algebra.Intersect, Fraction: 0.1}},
		"intersect_all":           {"a b", algebra.Spec{Operation: algebra.Intersect, Fraction: 1}},
		"intersect_same":          {"a b", algebra.Spec{Operation: algebra.Intersect, Strand: algebra.Same}},
		"intersect_opposite":      {"a b", algebra.Spec{Operation: algebra.Intersect, Strand: algebra.Opposite}},
		"intersect_half_same":     {"a b", algebra.Spec{Operation: algebra.Intersect, Fraction: 0.5, Strand: algebra.Same}},
		"intersect_three_tenth":   {"a b c", algebra.Spec{Operation: algebra.Intersect, Fraction: 0.1}},
		"intersect_tenth_pieces":  {"a b", algebra.Spec{Operation: algebra.Intersect, Keep: algebra.KeepPieces, Fraction: 0.1}},
		"intersect_same_pieces":   {"a b", algebra.Spec{Operation: algebra.Intersect, Keep: algebra.KeepPieces, Strand: algebra.Same}},
		"subtract_half":           {"a b", algebra.Spec{Operation: algebra.Subtract, Fraction: 0.5}},
		"subtract_same":           {"a b", algebra.Spec{Operation: algebra.Subtract, Strand: algebra.Same}},
		"subtract_tenth_opposite": {"a b", algebra.Spec{Operation: algebra.Subtract, Fraction: 0.1, Strand: algebra.Opposite}},
		"subtract_tenth_pieces":   {"a b", algebra.Spec{Operation: algebra.Subtract, Keep: algebra.KeepPieces, Fraction: 0.1}},
		"subtract_same_pieces":    {"a b", algebra.Spec{Operation: algebra.Subtract, Keep: algebra.KeepPieces, Strand: algebra.Same}},
		"subtract_tenth_three":    {"a b c", algebra.Spec{Operation: algebra.Subtract, Keep: algebra.KeepPieces, Fraction: 0.1}},
		"union_merged":            {"a b", algebra.Spec{Operation: algebra.Union}},
		"merge_0":                 {"a", algebra.Spec{Operation: algebra.Join}},
		"merge_75":                {"a", algebra.Spec{Operation: algebra.Join, Distance: p[int64](75)}},
		"nearest_40":              {"a b", algebra.Spec{Operation: algebra.Close, Distance: p[int64](40)}},
		"nearest_beyond_40":       {"a b", algebra.Spec{Operation: algebra.Close, Distance: p[int64](40), Beyond: true}},
		"extend_stranded":         {"a", algebra.Spec{Operation: algebra.Size, Upstream: p[int64](100), Downstream: p[int64](50), Stranded: true}},
		"extend":                  {"a", algebra.Spec{Operation: algebra.Size, Upstream: p[int64](100), Downstream: p[int64](100)}},
		"flank_stranded":          {"a", algebra.Spec{Operation: algebra.Size, Mode: algebra.ByFlank, Upstream: p[int64](100), Downstream: p[int64](30), Stranded: true}},
		"flank_upstream":          {"a", algebra.Spec{Operation: algebra.Size, Mode: algebra.ByFlank, Upstream: p[int64](50)}},
	} {
		t.Run(file, func(t *testing.T) {
			want, err := os.ReadFile(filepath.Join("testdata", file+".expected"))
			if err != nil {
				t.Fatal(err)
			}
			got, out := derive(t, c.spec, toy(t), files(t, c.sets)...)
			if got := withoutHeader(got[0]); got != string(want) {
				t.Errorf("got\n%swant\n%s", got, want)
			}
			if n := strings.Count(string(want), "\n"); out.Sets[0].Rows() != n {
				t.Errorf("%d rows announced, %d written", out.Sets[0].Rows(), n)
			}
		})
	}
}
