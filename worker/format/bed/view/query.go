package view

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"regioscope/worker/genome"
)

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
