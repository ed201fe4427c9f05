package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/klauspost/compress/gzip"

	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

// dump writes a table as text that tests compare: names, then rows with their line.
func dump(t *Table) string {
	var b strings.Builder
	b.WriteString(strings.Join(t.Names, "|"))
	for i := range t.Rows {
		fmt.Fprintf(&b, "\n%d:", t.Line(i))
		for k := range t.Names {
			if k > 0 {
				b.WriteByte('|')
			}
			b.WriteString(t.Text(k, i))
		}
	}
	return b.String()
}

func wide(s string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, c := range utf16.Encode([]rune(s)) {
		b.WriteByte(byte(c))
		b.WriteByte(byte(c >> 8))
	}
	return b.String()
}

func packed(s string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(s))
	z.Close()
	return b.String()
}

func TestTablesOfEveryKind(t *testing.T) {
	const plain = "name|score\n2:a|1\n3:b|2"
	for name, c := range map[string]struct {
		text string
		o    Options
		want string
	}{
		"comma":                     {"name,score\na,1\nb,2\n", Options{}, plain},
		"tab":                       {"name\tscore\na\t1\nb\t2\n", Options{}, plain},
		"semicolon":                 {"name;score\na;1\nb;2", Options{}, plain},
		"blanks":                    {"name  score\na 1 \n b   2", Options{}, plain},
		"CRLF":                      {"name,score\r\na,1\r\nb,2\r\n", Options{}, plain},
		"old Mac":                   {"name,score\ra,1\rb,2\r", Options{}, plain},
		"byte order mark":           {"\xef\xbb\xbfname,score\na,1\nb,2\n", Options{}, plain},
		"UTF-16 of Excel":           {wide("name\tscore\na\t1\nb\t2\n"), Options{}, plain},
		"gzip":                      {packed("name,score\na,1\nb,2\n"), Options{}, plain},
		"quoted":                    {"\"name\",\"score\"\n\"a\",\"1\"\n\"b\",2\n", Options{}, plain},
		"blanks around cells":       {"name , score\n a,1 \nb ,2\n", Options{}, plain},
		"empty lines":               {"\nname,score\n\na,1\n\n\nb,2\n\n", Options{}, "name|score\n4:a|1\n7:b|2"},
		"separators at the end":     {"name,score\na,1,,\nb,2,\n", Options{}, plain},
		"quotes in quotes":          {"name,note\na,\"say \"\"x, y\"\"\"\nb,2\" long\n", Options{}, "name|note\n2:a|say \"x, y\"\n3:b|2\" long"},
		"line ends in quotes":       {"name,note\na,\"one\ntwo\"\nb,z\n", Options{}, "name|note\n2:a|one\ntwo\n4:b|z"},
		"row names of R":            {"\"score\" \"kind\"\n\"r1\" 1 \"x\"\n\"r2\" 2 \"y\"\n", Options{}, "row name|score|kind\n2:r1|1|x\n3:r2|2|y"},
		"names in a comment":        {"# made today\n#name\tscore\na\t1\nb\t2\n", Options{}, "name|score\n3:a|1\n4:b|2"},
		"other comments":            {"# made today, by hand\na,1\nb,2\n", Options{}, "column 1|column 2\n2:a|1\n3:b|2"},
		"no header":                 {"a,1\nb,2\n", Options{}, "column 1|column 2\n1:a|1\n2:b|2"},
		"texts with header":         {"name,kind\na,x\nb,y\nc,x\n", Options{}, "name|kind\n2:a|x\n3:b|y\n4:c|x"},
		"texts without header":      {"a,x\nb,y\nc,x\n", Options{}, "column 1|column 2\n1:a|x\n2:b|y\n3:c|x"},
		"header by choice":          {"a,1\nb,2\n", Options{Header: WithHeader}, "a|1\n2:b|2"},
		"no header by choice":       {"name,score\nb,2\n", Options{Header: WithoutHeader}, "column 1|column 2\n1:name|score\n2:b|2"},
		"separator by choice":       {"a;b,1\nc;d,2\n", Options{Separator: Semicolon, Header: WithoutHeader}, "column 1|column 2\n1:a|b,1\n2:c|d,2"},
		"one column, gaps count":    {"score\n1\n\n3\n\n", Options{}, "score\n2:1\n3:\n4:3"},
		"one column, gap at first":  {"score\n\n3\n", Options{}, "score\n2:\n3:3"},
		"names twice, names absent": {"x,x,\n1,2,3\n", Options{Header: WithHeader}, "x|x_2|column 3\n2:1|2|3"},
		"Latin-1":                   {"name,unit\na,\xb5m\nb,nm\n", Options{}, "name|unit\n2:a|µm\n3:b|nm"},
		"one row":                   {"a,1", Options{}, "column 1|column 2\n1:a|1"},
	} {
		got, err := Read(strings.NewReader(c.text), c.o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if text := dump(got); text != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, text, c.want)
		}
	}
}

func TestTablesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		err   error
		lines []int
	}{
		"nothing":               {"", ErrEmpty, nil},
		"blank":                 {"\n \n", ErrEmpty, nil},
		"only comments":         {"#a\tb\n", ErrEmpty, nil},
		"spreadsheet":           {"PK\x03\x04xxxx", ErrNotText, nil},
		"web page":              {"<!DOCTYPE html><html><body>Sign in</body></html>", ErrNotText, nil},
		"zero bytes":            {"a,b\n1,\x002\n", ErrNotText, nil},
		"half a gzip":           {packed("a,b\n1,2\n")[:12], ErrDamaged, nil},
		"gzip twice":            {packed(packed("a,b\n1,2\n")), ErrNotText, nil},
		"too much text":         {packed(strings.Repeat("a,b\n", MaxBytes/4+1)), ErrTooLarge, nil},
		"too many columns":      {strings.Repeat(strings.Repeat("a,", MaxColumns+1)+"a\n", 2), ErrTooLarge, nil},
		"too many cells":        {packed(strings.Repeat(strings.Repeat(",", 999)+"\n", MaxCells/1000+2)), ErrTooLarge, nil},
		"rows of other width":   {"a,b\n1,2\n3\n4,5\n6,7,8\n", nil, []int{3, 5}},
		"no partner of a quote": {"a,b\n1,\"2\n" + strings.Repeat("3,4\n", 2000), nil, []int{2}},
		"many cells in a row":   {"a,b\n1,2\n" + strings.Repeat("3,", 5000) + "\n5,6\n", nil, []int{3}},
	} {
		_, err := Read(strings.NewReader(c.text), Options{})
		var bad *ParseError
		switch {
		case c.err != nil && !errors.Is(err, c.err):
			t.Errorf("%s: %v, want %v", name, err, c.err)
		case c.err == nil && !errors.As(err, &bad):
			t.Errorf("%s: %v", name, err)
		case c.err == nil:
			var lines []int
			for _, e := range bad.Errors {
				lines = append(lines, e.Line)
			}
			if !slices.Equal(lines, c.lines) || bad.Count != len(lines) {
				t.Errorf("%s: lines %v, want %v: %v", name, lines, c.lines, err)
			}
		}
	}
	many := "a,b\n" + strings.Repeat("1\n", 5000)
	var bad *ParseError
	if _, err := Read(strings.NewReader(many), Options{Separator: Comma}); !errors.As(err, &bad) || len(bad.Errors) != maxErrors || bad.Count != 5000 {
		t.Errorf("%v", err)
	}
}

func TestColumnsOfATable(t *testing.T) {
	table, err := Read(strings.NewReader("name,score,cluster,note\na,1.5,1,x\nb,NA,2,\nc,-2,1,x\nd,n.d.,2,NaN\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	f := table.Describe(1)
	if f.Present != 3 || f.Numbers != 2 || f.Distinct != 3 || f.Min != -2 || f.Max != 1.5 || f.Whole || LooksNumeric("score", f) {
		t.Errorf("score %+v", f)
	}
	if f := table.Describe(2); f.Numbers != 4 || f.Distinct != 2 || !LooksNumeric("value", f) || LooksNumeric("k-means cluster", f) {
		t.Errorf("cluster %+v", f)
	}
	if f := table.Describe(3); f.Present != 2 || f.Distinct != 1 || !slices.Equal(f.Examples, []string{"x"}) {
		t.Errorf("note %+v", f)
	}
}

const set = `chr1	100	200	a	5
chr1	300	400	b	6
chr2	10	20	a	7
chr2	30	40	.	8
`

func regions(t testing.TB, text string, f bed.Format) *bed.Table {
	t.Helper()
	r, err := bed.Parse(strings.NewReader(text), bed.Options{Format: f})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func toy() *genome.Names {
	return genome.NewNames([]genome.Chrom{{Name: "chr1", Length: 1000}, {Name: "chr2", Length: 1000}}, map[string]string{"NC_1": "chr1"})
}

func TestJoin(t *testing.T) {
	byName := Plan{By: Name, Keys: []int{0}, Column: "name", Values: []int{1}}
	places := Plan{By: Coordinates, Keys: []int{0, 1, 2}, Values: []int{3}}
	with := func(p Plan, f func(*Plan)) Plan { f(&p); return p }
	for name, c := range map[string]struct {
		table string
		plan  Plan
		rows  []int32
		want  Match
	}{
		"order":               {"1\n2\n3\n4\n", Plan{By: Order}, []int32{0, 1, 2, 3}, Match{Matched: 4}},
		"names":               {"b,1\na,2\nz,3\n,4\n", byName, []int32{1, 0, 1, -1}, Match{Matched: 3, Shared: 2, LeftRows: 2}},
		"a name twice, equal": {"b,1\nb,1\n", byName, []int32{-1, 0, -1, -1}, Match{Matched: 1, Repeated: 1}},
		"a name twice":        {"b,1\nb,2\nb,3\n", byName, []int32{-1, 0, -1, -1}, Match{Matched: 1, Ambiguous: 1}},
		"a name twice, left out": {"b,1\nb,2\na,3\n", with(byName, func(p *Plan) { p.Twins = Leave }), []int32{2, -1, 2, -1},
			Match{Matched: 2, Shared: 2, Ambiguous: 1}},
		"a name twice that no region has":  {"z,1\nz,2\na,3\n", byName, []int32{2, -1, 2, -1}, Match{Matched: 2, Shared: 2, LeftRows: 2}},
		"missing and NA agree":             {"b,NA\nb,\n", byName, []int32{-1, 0, -1, -1}, Match{Matched: 1, Repeated: 1}},
		"another column of the set":        {"7,1\n5,2\n", with(byName, func(p *Plan) { p.Column = "score" }), []int32{1, -1, 0, -1}, Match{Matched: 2}},
		"places":                           {"chr1,300,400,1\nchr2,30,40,2\nchr1,100,201,3\n", places, []int32{-1, 0, -1, 1}, Match{Matched: 2, LeftRows: 1}},
		"chromosomes by other names":       {"1,300,400,1\nNC_1,100,200,2\n2,30,40,3\n", places, []int32{1, 0, -1, 2}, Match{Matched: 3}},
		"numbers as R and Excel have them": {"chr1,3e+02,400.0,1\nchr1,100.5,200,2\n", places, []int32{-1, 0, -1, -1}, Match{Matched: 1, LeftRows: 1, BadKeyCount: 1}},
		"from 1":                           {"chr1,301,400,1\n", with(places, func(p *Plan) { p.OneBase = true }), []int32{-1, 0, -1, -1}, Match{Matched: 1}},
	} {
		table, err := Read(strings.NewReader(c.table), Options{Header: WithoutHeader, Separator: Comma})
		if err != nil {
			t.Fatal(err)
		}
		m, err := Join(table, regions(t, set, bed.BED), toy(), c.plan)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := Match{Matched: m.Matched, Shared: m.Shared, LeftRows: m.LeftRows, Repeated: m.Repeated, Ambiguous: m.Ambiguous, BadKeyCount: m.BadKeyCount}
		if !slices.Equal(m.RowOf, c.rows) || fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: rows %v, want %v; %+v, want %+v", name, m.RowOf, c.rows, got, c.want)
		}
	}
}

func TestJoinTellsWhatIsAmbiguous(t *testing.T) {
	table, err := Read(strings.NewReader("name,x\nb,1\nq,9\nb,2\nb,3\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	m, err := Join(table, regions(t, set, bed.BED), toy(), Plan{By: Name, Keys: []int{0}, Column: "name", Values: []int{1}})
	if err != nil || len(m.AmbiguousKeys) != 1 || m.AmbiguousKeys[0].Text != "b" || !slices.Equal(m.AmbiguousKeys[0].Lines, []int{2, 4}) {
		t.Errorf("%+v %v", m.AmbiguousKeys, err)
	}
	if len(m.RowsWithout) != 1 || m.RowsWithout[0].Text != "q" || m.RowsWithout[0].Lines[0] != 3 || !slices.Equal(m.RegionsWithout, []int{0, 2, 3}) {
		t.Errorf("%+v", m)
	}
}

func TestPairsAreJoinedInEitherOrder(t *testing.T) {
	loops := regions(t, "chr1\t10\t20\tchr1\t110\t120\nchr1\t10\t20\tchr2\t5\t9\n", bed.BEDPE)
	table, err := Read(strings.NewReader("chrom1,start1,end1,chrom2,start2,end2,q\n2,5,9,1,10,20,7\nchr1,10,20,chr1,110,120,8\n"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	p := GuessPlan(table, loops, toy())
	if p.By != Coordinates || !slices.Equal(p.Keys, []int{0, 1, 2, 3, 4, 5}) {
		t.Fatalf("%+v", p)
	}
	m, err := Join(table, loops, toy(), p)
	if err != nil || !slices.Equal(m.RowOf, []int32{1, 0}) {
		t.Errorf("%v %v", m.RowOf, err)
	}
}

func TestPlansThatDoNotFit(t *testing.T) {
	table, err := Read(strings.NewReader("name,x\na,1\n"), Options{Header: WithHeader})
	if err != nil {
		t.Fatal(err)
	}
	for field, p := range map[string]Plan{
		"by":           {By: Order},
		"keys":         {By: Coordinates, Keys: []int{0}},
		"keys[0]":      {By: Name, Keys: []int{5}, Column: "name"},
		"regionColumn": {By: Name, Keys: []int{0}, Column: "gene"},
	} {
		var bad *PlanError
		if _, err := Join(table, regions(t, set, bed.BED), toy(), p); !errors.As(err, &bad) || bad.Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
}

func TestGuessedPlans(t *testing.T) {
	for name, c := range map[string]struct {
		table string
		by    By
		keys  []int
		one   bool
	}{
		"named places":         {"x,chrom,start,end\n1,chr1,100,200\n", Coordinates, []int{1, 2, 3}, false},
		"places without names": {"1,100,200,5\n", Coordinates, []int{0, 1, 2}, false},
		"places from 1":        {"chr,start,end,x\nchr1,101,200,5\nchr2,11,20,4\n", Coordinates, []int{0, 1, 2}, true},
		"names":                {"x,gene\n1,b\n2,a\n", Name, []int{1}, false},
		"as many rows":         {"x\n1\n2\n3\n4\n", Order, nil, false},
	} {
		table, err := Read(strings.NewReader(c.table), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if p := GuessPlan(table, regions(t, set, bed.BED), toy()); p.By != c.by || !slices.Equal(p.Keys, c.keys) || p.OneBase != c.one || p.Twins != Refuse {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestValuesComeBack(t *testing.T) {
	cells := [][]string{{"1.5", "two\twords"}, {"NA", "."}, {"x\ny", "é"}}
	var b bytes.Buffer
	if err := WriteValues(&b, []string{"a\tb", "c"}, 3, func(k, i int) string { return cells[i][k] }); err != nil {
		t.Fatal(err)
	}
	v, err := ReadValues(&b)
	if err != nil || v.Rows != 3 || !slices.Equal(v.Names, []string{"a b", "c"}) {
		t.Fatalf("%+v %v", v, err)
	}
	if v.Text(0, 0) != "1.5" || v.Float(0, 0) != 1.5 || v.Text(1, 0) != "two words" || v.Text(0, 1) != "" || v.Text(1, 1) != "" ||
		v.Text(0, 2) != "x y" || !math.IsNaN(v.Float(0, 2)) || !math.IsNaN(v.Float(0, 1)) || v.Text(1, 2) != "é" {
		t.Errorf("%+v", v)
	}
	for _, damaged := range []string{"", "a\tb\n1\n", "a\n1\t2\n", "a\n1"} {
		if _, err := ReadValues(strings.NewReader(damaged)); err == nil {
			t.Errorf("%q was read", damaged)
		}
	}
}

// No file crashes the reader or makes it lose its bounds, and what it accepts can be joined, kept and read again.
func FuzzTable(f *testing.F) {
	for _, s := range []string{"name,score\na,1\nb,\"2\n3\"\n", "chr1\t100\t200\t5\n", "\"s\"\n\"r\" 1\n", wide("a\t1\n"), packed("a;b\n"), "#a\tb\n1\t2\r\n", "a\n\n\n1", "\"", "\r", ",,,\n"} {
		f.Add([]byte(s), byte(0), 0)
	}
	loops := regions(f, set, bed.BED)
	f.Fuzz(func(t *testing.T, text []byte, sep byte, header int) {
		o := Options{Separator: append(separators, Guess)[int(sep)%5], Header: Header(((header % 3) + 3) % 3)}
		table, err := Read(bytes.NewReader(text), o)
		if err != nil {
			return
		}
		if table.Rows < 1 || len(table.Names) < 1 || len(table.Names) > MaxColumns {
			t.Fatalf("%d rows of %d columns", table.Rows, len(table.Names))
		}
		for k, name := range table.Names {
			if name == "" || slices.Contains(table.Names[:k], name) {
				t.Fatalf("names %q", table.Names)
			}
			table.Describe(k)
		}
		last := 0
		for i := range table.Rows {
			if line := table.Line(i); line <= last {
				t.Fatalf("row %d on line %d after %d", i, line, last)
			} else {
				last = line
			}
		}
		p := GuessPlan(table, loops, toy())
		m, err := Join(table, loops, toy(), p)
		var bad *PlanError
		if err != nil && !errors.As(err, &bad) {
			t.Fatal(err)
		}
		if err != nil {
			return
		}
		var b bytes.Buffer
		cell := func(k, i int) string {
			if row := m.RowOf[i]; row >= 0 {
				return table.Text(k, int(row))
			}
			return ""
		}
		if err := WriteValues(&b, table.Names, len(m.RowOf), cell); err != nil {
			t.Fatal(err)
		}
		v, err := ReadValues(&b)
		if err != nil || v.Rows != len(m.RowOf) || len(v.Names) != len(table.Names) {
			t.Fatalf("%v of %q", err, text)
		}
	})
}
