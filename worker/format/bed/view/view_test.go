package view

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"regioscope/worker/format/bed"
)

func parse(t *testing.T, text string, f bed.Format) *Table {
	t.Helper()
	table, err := bed.Parse(strings.NewReader(text), bed.Options{Format: f})
	if err != nil {
		t.Fatal(err)
	}
	return New(table)
}

const peaks = `#chrom	start	end	name	score	kind
chr10	100	200	a	5	x
chr2	100	1100	B	.	y
chr2	5000	5010	c	-1.5	x
chr1	0	50	ab	5	.
`

func TestRows(t *testing.T) {
	v := parse(t, peaks, bed.BED)
	for name, c := range map[string]struct {
		q    Query
		want string
	}{
		"all":                         {Query{}, "0 1 2 3"},
		"backwards":                   {Query{Desc: true}, "3 2 1 0"},
		"at least":                    {Query{Where: []Cond{{"score", Ge, "0"}}}, "0 3"},
		"missing passes nothing":      {Query{Where: []Cond{{"score", Le, "100"}}}, "0 2 3"},
		"missing is not other":        {Query{Where: []Cond{{"score", Ne, "5"}}}, "2"},
		"both":                        {Query{Where: []Cond{{"score", Ge, "0"}, {"width", Le, "50"}}}, "3"},
		"equal as a number":           {Query{Where: []Cond{{"score", Eq, "5.0"}}}, "0 3"},
		"equal as a text":             {Query{Where: []Cond{{"kind", Eq, "x"}}}, "0 2"},
		"not equal":                   {Query{Where: []Cond{{"kind", Ne, "x"}}}, "1 3"},
		"thousands":                   {Query{Where: []Cond{{"width", Ge, "1,000"}}}, "1"},
		"part of a text":              {Query{Where: []Cond{{"name", Has, "A"}}}, "0 3"},
		"found in any text":           {Query{Find: "b"}, "1 3"},
		"a place":                     {Query{Find: "chr2:1,050-4,000"}, "1"},
		"the end of a place is open":  {Query{Find: "chr2:1100-5000"}, ""},
		"one position":                {Query{Find: "chr2:5005"}, "2"},
		"numbers, missing last":       {Query{Sort: "score"}, "2 0 3 1"},
		"numbers down, missing last":  {Query{Sort: "score", Desc: true}, "0 3 2 1"},
		"chromosomes as people count": {Query{Sort: "chrom"}, "3 1 2 0"},
		"texts down, missing last":    {Query{Sort: "kind", Desc: true}, "1 0 2 3"},
	} {
		rows, err := v.Rows(c.q)
		if got := strings.Trim(fmt.Sprint(rows), "[]"); err != nil || got != c.want {
			t.Errorf("%s: %s, want %s (%v)", name, got, c.want, err)
		}
	}
	var bad *Error
	for _, q := range []Query{{Sort: "no"}, {Where: []Cond{{"no", Eq, "1"}}}, {Where: []Cond{{"kind", Ge, "1"}}}, {Where: []Cond{{"score", Ge, "x"}}},
		{Where: []Cond{{"score", "like", "1"}}}} {
		if _, err := v.Rows(q); !errors.As(err, &bad) {
			t.Errorf("%+v: %v", q, err)
		}
	}
}

func TestPairs(t *testing.T) {
	v := parse(t, "chr1\t10\t20\tchr1\t110\t120\tp\nchr1\t10\t20\tchr2\t5\t9\tq\nchr1\t500\t600\tchr1\t100\t200\tr\n", bed.BEDPE)
	rows, err := v.Rows(Query{Sort: "distance"})
	if err != nil || !slices.Equal(rows, []int{0, 2, 1}) {
		t.Errorf("by distance %v %v", rows, err)
	}
	if rows, _ = v.Rows(Query{Find: "chr2:1-6"}); !slices.Equal(rows, []int{1}) {
		t.Errorf("second anchors are not found: %v", rows)
	}
	if v.Column("width") != nil || len(v.Own()) != 1 {
		t.Errorf("columns %+v", v.Columns)
	}
}

func TestHistograms(t *testing.T) {
	v := parse(t, peaks, bed.BED)
	all := []int{0, 1, 2, 3}
	h, err := v.Histogram("score", all, 10)
	if err != nil || h.N != 3 || h.Missing != 1 || h.Min != -1.5 || h.Max != 5 || h.Median != 5 || math.Abs(h.Mean-8.5/3) > 1e-12 {
		t.Errorf("%+v %v", h, err)
	}
	if h, _ = v.Histogram("width", all, 10); !h.Log { // 10 to 1000
		t.Logf("a ratio of exactly %d is linear: %+v", logSpan, h)
	}
	h, err = v.Histogram("kind", all, 1)
	if err != nil || h.N != 3 || h.Missing != 1 || h.Others != 1 || !slices.Equal(h.Values, []ValueCount{{"x", 2}}) {
		t.Errorf("%+v %v", h, err)
	}
	if _, err := v.Histogram("no", all, 3); err == nil {
		t.Error("no such column")
	}
	if h, _ := v.Histogram("score", []int{1}, 3); h.N != 0 || h.Missing != 1 || h.Counts == nil {
		t.Errorf("nothing but missing: %+v", h)
	}
}

// Every value is in exactly the bin whose edges enclose it, whatever the values are.
func TestBinsHoldWhatTheyEnclose(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		n, scale := 1+r.IntN(50), math.Pow(10, float64(r.IntN(9)-3))
		var text strings.Builder
		for range n {
			f := r.NormFloat64() * scale
			if r.IntN(2) == 0 {
				f = math.Trunc(math.Abs(f))
			}
			fmt.Fprintf(&text, "chr1\t1\t2\tn\t%g\n", f)
		}
		v := parse(t, text.String(), bed.BED)
		rows, _ := v.Rows(Query{})
		bins := 1 + r.IntN(12)
		h, err := v.Histogram("score", rows, bins)
		if err != nil || len(h.Edges) != len(h.Counts)+1 || len(h.Counts) > bins || !slices.IsSorted(h.Edges) {
			t.Fatalf("%+v %v of\n%s", h, err, text.String())
		}
		for k, want := range h.Counts {
			got := 0
			for _, i := range rows {
				f := v.Column("score").Float(i)
				if f >= h.Edges[k] && (f < h.Edges[k+1] || k == len(h.Counts)-1 && f <= h.Edges[k+1]) {
					got++
				}
			}
			if got != want {
				t.Fatalf("bin %d of %v holds %d, says %d, of\n%s", k, h.Edges, got, want, text.String())
			}
		}
	}
}

func TestGroups(t *testing.T) {
	v := parse(t, "#chrom\tstart\tend\tname\tkind\tn\nchr1\t0\t1\ta\tc10\t7\nchr1\t1\t2\tb\t.\t\nchr1\t2\t3\tc\tc2\t7\nchr1\t3\t4\td\tc10\t-1\n", bed.BED)
	for column, want := range map[string]string{
		"kind": "[{c2 1} {c10 2} { 1}] [1 2 0 1]", // as people count, no value last
		"n":    "[{-1 1} {7 2} { 1}] [1 2 1 0]",
	} {
		groups, of, err := v.Groups(column)
		if got := fmt.Sprint(groups, of); err != nil || got != want {
			t.Errorf("%s: %s, want %s (%v)", column, got, want, err)
		}
	}
	// Texts that sort as equal are apart, and what lies between them stays whole.
	v = parse(t, "chr1\t0\t1\t01\nchr1\t1\t2\t1\nchr1\t2\t3\t01\nchr1\t3\t4\tx\n", bed.BED)
	if groups, of, err := v.Groups("name"); err != nil || fmt.Sprint(groups, of) != "[{01 2} {1 1} {x 1}] [0 1 0 2]" {
		t.Errorf("%v %v %v", groups, of, err)
	}
	var text strings.Builder
	for i := range TooManyGroups + 1 {
		fmt.Fprintf(&text, "chr1\t%d\t%d\tn%d\n", i, i+1, i)
	}
	v = parse(t, text.String(), bed.BED)
	var bad *Error
	if _, _, err := v.Groups("name"); !errors.As(err, &bad) {
		t.Errorf("%v", err)
	}
	if _, _, err := v.Groups("none"); !errors.As(err, &bad) {
		t.Errorf("%v", err)
	}
}

// Ranges have about as many rows each; equal values stay together, and what has no value comes last.
func TestRanges(t *testing.T) {
	var text strings.Builder
	text.WriteString("#chrom\tstart\tend\tname\tn\n")
	for i, n := range []string{"5", "1", "1", "1", ".", "9", "7", "3"} {
		fmt.Fprintf(&text, "chr1\t%d\t%d\tr\t%s\n", i, i+10*(i+1), n)
	}
	v := parse(t, text.String(), bed.BED)
	for _, c := range []struct {
		column string
		bins   int
		want   string
	}{
		{"n", 2, "[{1 – 1 3} {3 – 9 4} { 1}] [1 0 0 0 2 1 1 1]"},
		{"n", 3, "[{1 – 1 3} {3 – 3 1} {5 – 9 3} { 1}] [2 0 0 0 3 2 2 1]"},
		{"width", 2, "[{10 – 40 4} {50 – 80 4}] [0 0 0 0 1 1 1 1]"},
	} {
		groups, low, high, of, err := v.Ranges(c.column, c.bins)
		if got := fmt.Sprint(groups, of); err != nil || got != c.want || len(low) != len(groups) || len(high) != len(groups) {
			t.Errorf("%s in %d: %s, want %s (%v)", c.column, c.bins, got, c.want, err)
		}
	}
	var bad *Error
	for _, c := range []struct {
		column string
		bins   int
	}{{"chrom", 3}, {"none", 3}, {"n", 1}, {"n", MostBins + 1}} {
		if _, _, _, _, err := v.Ranges(c.column, c.bins); !errors.As(err, &bad) {
			t.Errorf("%s in %d: %v", c.column, c.bins, err)
		}
	}
}
