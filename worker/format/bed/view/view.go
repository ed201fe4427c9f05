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
