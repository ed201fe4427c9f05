package derive

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"

	"regioscope/worker/format/bed/view"
	"regioscope/worker/genome"
	"regioscope/worker/genome/algebra"
)

func lines(rows ...string) string {
	return strings.ReplaceAll(strings.Join(rows, "\n"), " ", "\t") + "\n"
}

// Rows of sets with other columns come one after the other, their columns by name, with the set of each.
func TestUnionOfAllRows(t *testing.T) {
	a := input(t, "peaks", lines("#chrom start end name fold", "chr1 10 20 p 2.5"))
	b := input(t, "genes", lines("chr2 5 9 g 7 -"))
	got, _ := derive(t, algebra.Spec{Operation: algebra.Union, Keep: algebra.KeepAll}, toy(t), a, b)
	want := lines("#chrom start end name fold score strand set", "chr1 10 20 p 2.5 . . peaks", "chr2 5 9 g . 7 - genes")
	if got[0] != want {
		t.Errorf("got\n%swant\n%s", got[0], want)
	}
	if again := input(t, "again", got[0]); again.Table.Regions[1].A.Strand != '-' {
		t.Error("the strand is not read back")
	}
}

// What speaks of coordinates inside of a region goes with them, and stays without a change.
func TestColumnsInsideOfRegions(t *testing.T) {
	a := input(t, "genes", lines("chr1 100 200 g 5 + 120 180 0 2 10,10 0,90"))
	got, out := derive(t, algebra.Spec{Operation: algebra.Size, Upstream: p[int64](10)}, toy(t), a)
	if want := lines("#chrom start end name score strand itemRgb", "chr1 90 200 g 5 + 0"); got[0] != want {
		t.Errorf("got\n%swant\n%s", got[0], want)
	}
	if notes := out.NotesOf(0); len(notes) != 1 || !strings.Contains(notes[0], "blockSizes") {
		t.Errorf("%q", notes)
	}
	got, out = derive(t, algebra.Spec{Operation: algebra.Draw, N: 1}, toy(t), a)
	if want := lines("chr1 100 200 g 5 + 120 180 0 2 10,10 0,90"); got[0] != want || out.NotesOf(0) != nil {
		t.Errorf("got\n%swant\n%s%q", got[0], want, out.NotesOf(0))
	}
}

// Metadata are found by conditions, and become columns of the file of kept regions.
func TestJoinedColumns(t *testing.T) {
	a := input(t, "peaks", lines("chr1 10 20 p", "chr1 30 40 q"))
	values := []string{"low", "high"}
	a.Extra = []view.Column{{Name: "class", Joined: true, Text: func(i int) string { return values[i] }}}
	got, _ := derive(t, algebra.Spec{Operation: algebra.Filter, Where: []algebra.Condition{{Column: "class", Op: "eq", Value: "high"}}}, toy(t), a)
	if want := lines("#chrom start end name class", "chr1 30 40 q high"); got[0] != want {
		t.Errorf("got\n%swant\n%s", got[0], want)
	}
}

func TestSplit(t *testing.T) {
	a := input(t, "peaks", lines("chr1 1 2 a 10 +", "chr1 3 4 b 2 -", "chr1 5 6 c . +", "chr1 7 8 d 10 -", "chr1 9 10 e 1 +"))
	_, out := derive(t, algebra.Spec{Operation: algebra.Split, Column: "score"}, toy(t), a)
	values := func() (v []string) {
		for i := range out.Sets {
			v = append(v, out.Sets[i].Value)
		}
		return v
	}
	if !slices.Equal(values(), []string{"1", "2", "10"}) || out.Sets[2].Rows() != 2 || len(out.Notes) != 1 {
		t.Errorf("%q %q", values(), out.Notes)
	}
	_, out = derive(t, algebra.Spec{Operation: algebra.Split, Column: "score", Groups: 2}, toy(t), a)
	if !slices.Equal(values(), []string{"1 to 2", "10 to 10"}) || out.Sets[0].Rows() != 2 || out.Sets[1].Rows() != 2 {
		t.Errorf("%q", values())
	}
	// Equal values are never parted: three groups of four regions, two of which are equal.
	if _, out = derive(t, algebra.Spec{Operation: algebra.Split, Column: "score", Groups: 4}, toy(t), a); len(out.Sets) != 3 || len(out.Notes) != 2 {
		t.Errorf("%q %q", values(), out.Notes)
	}
}

// Names of an alias meet; a chromosome that the assembly does not have meets itself, and has no end to be cut at.
func TestChromosomesByOtherNames(t *testing.T) {
	a, b := input(t, "a", lines("1 10 20", "chrUn 5 9")), input(t, "b", lines("chr1 15 16", "chrUn 1 6"))
	got, _ := derive(t, algebra.Spec{Operation: algebra.Intersect, Keep: algebra.KeepPieces}, toy(t), a, b)
	if want := lines("1 15 16", "chrUn 5 6"); got[0] != want {
		t.Errorf("got\n%swant\n%s", got[0], want)
	}
	got, _ = derive(t, algebra.Spec{Operation: algebra.Union}, toy(t), a, b)
	if want := lines("#chrom start end count sets", "chr1 10 20 2 2", "chrUn 1 9 2 2"); got[0] != want {
		t.Errorf("got\n%swant\n%s", got[0], want)
	}
	got, out := derive(t, algebra.Spec{Operation: algebra.Scatter}, toy(t), a)
	if out.Sets[0].Rows() != 1 || len(out.Notes) != 1 {
		t.Errorf("%s %q", got[0], out.Notes)
	}
}

func TestPairs(t *testing.T) {
	loops := input(t, "loops", lines("chr1 10 20 chr1 110 120 x 5", "chr1 10 20 chr2 5 9 y 1"))
	got, _ := derive(t, algebra.Spec{Operation: algebra.Filter, Where: []algebra.Condition{{Column: "distance", Op: "ge", Value: "50"}}}, toy(t), loops)
	if want := lines("chr1 10 20 chr1 110 120 x 5"); got[0] != want {
		t.Errorf("got\n%swant\n%s", got[0], want)
	}
	got, _ = derive(t, algebra.Spec{Operation: algebra.Union, Keep: algebra.KeepAll}, toy(t), loops, loops)
	if !strings.HasPrefix(got[0], lines("#chrom1 start1 end1 chrom2 start2 end2 name score set")) || strings.Count(got[0], "\n") != 5 {
		t.Errorf("%s", got[0])
	}
}

// Everything that cannot be done is said in words, with the setting that it is about.
func TestRefusals(t *testing.T) {
	a, b := input(t, "a", lines("chr1 10 20 x 1", "chr1 40 50 y 2")), input(t, "b", lines("chr2 1 5"))
	loops := input(t, "loops", lines("chr1 10 20 chr1 110 120"))
	var many []string
	for i := range 60 {
		many = append(many, "chr1 1 2 n"+strings.Repeat("x", i))
	}
	one := func(in ...Input) []Input { return in }
	for name, c := range map[string]struct {
		spec   algebra.Spec
		inputs []Input
		field  string
		word   string
	}{
		"nothing in common":     {algebra.Spec{Operation: algebra.Intersect}, one(a, b), "", "no region of “a” overlaps “b”"},
		"no such share":         {algebra.Spec{Operation: algebra.Intersect, Fraction: 0.75, Strand: algebra.Same}, one(a, input(t, "c", lines("chr1 5 15"))), "", "overlaps “c” by at least 75 % of its width on the same strand"},
		"nothing left":          {algebra.Spec{Operation: algebra.Subtract}, one(a, a), "", "nothing of “a” is left"},
		"nothing near":          {algebra.Spec{Operation: algebra.Close, Distance: p[int64](5)}, one(a, b), "", "within 5 bp"},
		"no flank":              {algebra.Spec{Operation: algebra.Size, Upstream: p[int64](-6), Downstream: p[int64](-6)}, one(a), "", "nothing is left"},
		"no row":                {algebra.Spec{Operation: algebra.Filter, Where: []algebra.Condition{{Column: "score", Op: "ge", Value: "9"}}}, one(a), "", "meets the conditions"},
		"no column":             {algebra.Spec{Operation: algebra.Filter, Where: []algebra.Condition{{Column: "no", Op: "ge", Value: "9"}}}, one(a), "where.0.column", "no column"},
		"no number":             {algebra.Spec{Operation: algebra.Filter, Where: []algebra.Condition{{Column: "score", Op: "ge", Value: "x"}}}, one(a), "where.0.value", "number"},
		"too few to draw":       {algebra.Spec{Operation: algebra.Draw, N: 3}, one(a), "n", "There are 2 regions"},
		"too many values":       {algebra.Spec{Operation: algebra.Split, Column: "name"}, one(input(t, "many", lines(many...))), "column", "more than 50"},
		"groups of texts":       {algebra.Spec{Operation: algebra.Split, Column: "name", Groups: 2}, one(a), "groups", "not numeric"},
		"no such column":        {algebra.Spec{Operation: algebra.Split, Column: "no"}, one(a), "column", "no column"},
		"pairs overlap nothing": {algebra.Spec{Operation: algebra.Intersect}, one(loops, a), "operation", "pairs of anchors"},
		"pairs and regions":     {algebra.Spec{Operation: algebra.Union, Keep: algebra.KeepAll}, one(a, loops), "datasetIds", "do not go together"},
		"no scores":             {algebra.Spec{Operation: algebra.Filter, Where: []algebra.Condition{{Column: "ratio", Op: "ge", Value: "1", Result: 7}}}, one(a), "where.0.resultId", "no scores"},
	} {
		if bad := c.spec.Complete(); bad != nil {
			t.Fatalf("%s: %v", name, bad)
		}
		_, err := Run(t.Context(), c.spec, c.inputs, toy(t))
		var refused *Error
		if !errors.As(err, &refused) || refused.Field != c.field || !strings.Contains(refused.Msg, c.word) {
			t.Errorf("%s: %#v", name, err)
		}
	}
}

func TestStops(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	a := input(t, "a", lines("chr1 10 20"))
	spec := algebra.Spec{Operation: algebra.Join}
	spec.Complete()
	if _, err := Run(ctx, spec, []Input{a}, &genome.Assembly{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
