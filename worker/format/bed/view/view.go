// Package view looks at a region set as at a table: which rows pass some conditions, in which order, and how the values
// of a column are distributed.
//
// Columns are those of the file and those that follow from the coordinates: chrom, start, end, width (BED), chrom2,
// start2, end2, distance (BEDPE: |start2 − start|, missing between chromosomes). Other columns, such as scores that were
// computed or metadata that were joined, are given as Extra. A value that is missing (empty, ".", NA, NaN …) passes no
// condition on its column, comes last in every order, and is counted apart in histograms.
package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

// Column is one column of the table.
type Column struct {
	Name     string
	Numeric  bool
	Distinct int  // up to bed.MaxDistinct; 0 = not counted
	Joined   bool // not of the file: metadata
	Version  string
	// Text is the value of a row as people read it, Float as a number; NaN where it is missing or not one.
	Text  func(row int) string
	Float func(row int) float64
}

// Table is a region set with its columns.
type Table struct {
	Bed     *bed.Table
	Columns []Column // coordinates first, then those of the file, then extra ones
	coords  int
}

// New lists the columns of t and of extra, whose names must not be taken. Columns of the file that are called as a
// coordinate are left out: the coordinate is the same, or what counts.
func New(t *bed.Table, extra ...Column) *Table {
	v := &Table{Bed: t}
	anchor := func(suffix string, of func(genome.Region) genome.Anchor) {
		v.text("chrom"+suffix, func(i int) string { return of(t.Regions[i]).Chrom })
		v.number("start"+suffix, func(i int) float64 { return float64(of(t.Regions[i]).Start) })
		v.number("end"+suffix, func(i int) float64 { return float64(of(t.Regions[i]).End) })
	}
	anchor("", func(r genome.Region) genome.Anchor { return r.A })
	if t.Format == bed.BEDPE {
		anchor("2", func(r genome.Region) genome.Anchor { return r.B })
		v.number("distance", func(i int) float64 {
			r := t.Regions[i]
			if r.A.Chrom != r.B.Chrom {
				return math.NaN()
			}
			return math.Abs(float64(r.B.Start - r.A.Start))
		})
	} else {
		v.number("width", func(i int) float64 { return float64(t.Regions[i].A.End - t.Regions[i].A.Start) })
	}
	v.coords = len(v.Columns)
	for i := range t.Columns {
		c := &t.Columns[i]
		if v.Column(c.Name) == nil {
			v.Columns = append(v.Columns, Column{Name: c.Name, Numeric: c.Numeric, Distinct: c.Distinct, Text: c.Text, Float: c.Float})
		}
	}
	for _, c := range extra {
		if v.Column(c.Name) == nil {
			v.Columns = append(v.Columns, c)
		}
	}
	return v
}

// Own are the columns beyond the coordinates.
func (v *Table) Own() []Column { return v.Columns[v.coords:] }

// Joined are the columns that are not of the file.
func (v *Table) Joined() (out []Column) {
	for _, c := range v.Columns {
		if c.Joined {
			out = append(out, c)
		}
	}
	return out
}

func (v *Table) text(name string, of func(int) string) {
	v.Columns = append(v.Columns, Column{Name: name, Text: of, Float: func(int) float64 { return math.NaN() }})
}

func (v *Table) number(name string, of func(int) float64) {
	v.Columns = append(v.Columns, Column{Name: name, Numeric: true, Float: of, Text: func(i int) string {
		if f := of(i); !math.IsNaN(f) {
			return strconv.FormatFloat(f, 'f', -1, 64)
		}
		return ""
	}})
}

// Column finds a column by name, or gives nil.
func (v *Table) Column(name string) *Column {
	for i := range v.Columns {
		if v.Columns[i].Name == name {
			return &v.Columns[i]
		}
	}
	return nil
}

// Op compares a value with that of a condition.
type Op string

const (
	Eq  Op = "eq" // as text; as numbers where the column is numeric
	Ne  Op = "ne"
	Ge  Op = "ge" // numeric columns
	Le  Op = "le" // numeric columns
	Has Op = "has"
)

// Cond is one condition on a column.
type Cond struct {
	Column string
	Op     Op
	Value  string
}

// Query is what rows are wanted, and in which order; the zero value is the whole file.
type Query struct {
	Where []Cond // all of them
	// Find is a place ("chr1", "chr1:1,000-2,000": any anchor overlaps it) or a part of any text, case-insensitive.
	Find string
	Sort string // column; "" = file order
	Desc bool
}

// Error says what of a query makes no sense for a table.
type Error struct{ Field, Msg string }

func (e *Error) Error() string { return e.Msg }

// Rows gives the indices of the wanted rows, in order. Equal rows keep file order. *Error for a query that makes no sense.
func (v *Table) Rows(q Query) ([]int, error) {
	pass, err := v.conditions(q)
	if err != nil {
		return nil, err
	}
	out := make([]int, 0, len(v.Bed.Regions))
rows:
	for i := range v.Bed.Regions {
		for _, p := range pass {
			if !p(i) {
				continue rows
			}
		}
		out = append(out, i)
	}
	return out, v.sort(out, q)
}

func (v *Table) conditions(q Query) (pass []func(int) bool, err error) {
	for _, c := range q.Where {
		p, err := v.condition(c)
		if err != nil {
			return nil, err
		}
		pass = append(pass, p)
	}
	if find := strings.TrimSpace(q.Find); find != "" {
		pass = append(pass, v.find(find))
	}
	return pass, nil
}

func (v *Table) condition(c Cond) (func(int) bool, error) {
	col := v.Column(c.Column)
	if col == nil {
		return nil, &Error{"where", fmt.Sprintf("There is no column %q.", c.Column)}
	}
	want, err := strconv.ParseFloat(strings.ReplaceAll(c.Value, ",", ""), 64)
	isNumber := err == nil && !math.IsNaN(want)
	switch c.Op {
	case Has:
		part := strings.ToLower(c.Value)
		return func(i int) bool { return strings.Contains(strings.ToLower(col.Text(i)), part) }, nil
	case Eq, Ne:
		if col.Numeric && isNumber {
			return func(i int) bool { f := col.Float(i); return !math.IsNaN(f) && (f == want) == (c.Op == Eq) }, nil
		}
		return func(i int) bool { return (col.Text(i) == c.Value) == (c.Op == Eq) }, nil
	case Ge, Le:
		if !col.Numeric {
			return nil, &Error{"where", fmt.Sprintf("%q is not a column of numbers.", c.Column)}
		}
		if !isNumber {
			return nil, &Error{"where", fmt.Sprintf("%q is not a number.", c.Value)}
		}
		if c.Op == Ge {
			return func(i int) bool { return col.Float(i) >= want }, nil
		}
		return func(i int) bool { return col.Float(i) <= want }, nil
	}
	return nil, &Error{"where", fmt.Sprintf("%q is not a comparison: eq, ne, ge, le or has.", c.Op)}
}

// find looks for a place, where the text is one, and else for a part of the texts.
func (v *Table) find(text string) func(int) bool {
	if chrom, from, to, ok := place(text); ok {
		touches := func(a genome.Anchor) bool { return a.Chrom == chrom && a.Start < to && a.End > from }
		return func(i int) bool { r := v.Bed.Regions[i]; return touches(r.A) || touches(r.B) }
	}
	part := strings.ToLower(text)
	var texts []Column
	for _, c := range v.Columns {
		if !c.Numeric {
			texts = append(texts, c)
		}
	}
	return func(i int) bool {
		for _, c := range texts {
			if strings.Contains(strings.ToLower(c.Text(i)), part) {
				return true
			}
		}
		return false
	}
}

// place reads "chr1:1,000-2,000".
func place(text string) (chrom string, from, to int64, ok bool) {
	colon := strings.LastIndexByte(text, ':')
	if colon < 1 {
		return
	}
	lo, hi, two := strings.Cut(strings.ReplaceAll(text[colon+1:], ",", ""), "-")
	from, err1 := strconv.ParseInt(strings.TrimSpace(lo), 10, 64)
	if !two {
		return text[:colon], from, from + 1, err1 == nil
	}
	to, err2 := strconv.ParseInt(strings.TrimSpace(hi), 10, 64)
	return text[:colon], from, max(to, from+1), err1 == nil && err2 == nil
}

func (v *Table) sort(rows []int, q Query) error {
	if q.Sort == "" {
		if q.Desc {
			slices.Reverse(rows)
		}
		return nil
	}
	col := v.Column(q.Sort)
	if col == nil {
		return &Error{"sort", fmt.Sprintf("There is no column %q.", q.Sort)}
	}
	sign := 1
	if q.Desc {
		sign = -1
	}
	if col.Numeric {
		keys := make([]float64, len(v.Bed.Regions))
		for _, i := range rows {
			keys[i] = col.Float(i)
		}
		slices.SortStableFunc(rows, func(a, b int) int {
			x, y := keys[a], keys[b]
			if xn, yn := math.IsNaN(x), math.IsNaN(y); xn || yn {
				return btoi(xn) - btoi(yn)
			}
			return sign * cmp.Compare(x, y)
		})
		return nil
	}
	keys := make([]string, len(v.Bed.Regions))
	for _, i := range rows {
		keys[i] = natural(col.Text(i))
	}
	slices.SortStableFunc(rows, func(a, b int) int {
		x, y := keys[a], keys[b]
		if x == "" || y == "" {
			return btoi(x == "") - btoi(y == "")
		}
		return sign * cmp.Compare(x, y)
	})
	return nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Compare orders texts as people count: chr2 before chr10.
func Compare(a, b string) int { return cmp.Compare(natural(a), natural(b)) }

// natural is a key that puts chr2 before chr10: runs of digits are preceded by their length. "." is missing.
func natural(s string) string {
	if s == "." {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		if s[i] < '0' || s[i] > '9' {
			b.WriteByte(s[i])
			i++
			continue
		}
		end := i
		for end < len(s) && s[end] >= '0' && s[end] <= '9' {
			end++
		}
		digits := strings.TrimLeft(s[i:end], "0")
		b.WriteByte('0')
		b.WriteByte(byte('a' + min(len(digits), 25)))
		b.WriteString(digits)
		i = end
	}
	return b.String()
}
