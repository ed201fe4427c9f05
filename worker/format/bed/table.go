package bed

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"regioscope/worker/genome"
)

// Format is the layout of the coordinate columns.
type Format int

const (
	Auto  Format = iota // decided by the first row that parses
	BED                 // chrom, start, end
	BEDPE               // chrom1, start1, end1, chrom2, start2, end2
)

func (f Format) String() string { return [...]string{"auto", "BED", "BEDPE"}[f] }

// coords is the number of coordinate columns.
func (f Format) coords() int { return 3 * int(f) }

// Table is a parsed file. Row i of every column belongs to Regions[i], whose Index is i.
type Table struct {
	Format  Format
	Regions []genome.Region // both anchors are the same in BED
	Columns []Column        // the columns behind the coordinates, in file order
	Header  bool            // column names come from the file
	Report  Report
}

// Report is what the uploader should know of a file that was accepted.
type Report struct {
	Rows int `json:"rows"`
	// Unknown is the number of rows with an anchor on a chromosome that the assembly does not have. All below is zero
	// without an assembly.
	Unknown      int                      `json:"unknown"`
	UnknownNames []UnknownName            `json:"unknownNames,omitempty"` // in order of appearance, at most 100
	Aliases      map[genome.AliasRule]int `json:"aliases,omitempty"`      // anchors by the rule that matched their chromosome
	Short        int                      `json:"short"`                  // rows with fewer columns than the first; the rest is empty
	FirstShort   int                      `json:"firstShort,omitempty"`   // line of the first of them
	Plus         int                      `json:"plus"`                   // strands of the (first) anchor
	Minus        int                      `json:"minus"`
	Unstranded   int                      `json:"unstranded"`
}

// UnknownName is one chromosome that the assembly does not have.
type UnknownName struct {
	Name      string `json:"name"`
	Rows      int    `json:"rows"`
	FirstLine int    `json:"firstLine"`
}

// NoneMatched says whether no row at all lies on the assembly, and gives the sentence for the user; a file of another
// assembly with the same chromosome names is not recognised by this.
func (r Report) NoneMatched(assembly string) (string, bool) {
	if r.Rows == 0 || r.Unknown < r.Rows || len(r.UnknownNames) == 0 {
		return "", false
	}
	first := r.UnknownNames[0]
	return fmt.Sprintf("none of the %d regions is on a chromosome of %s; first: %q, line %d. Is it the wrong assembly?",
		r.Rows, assembly, first.Name, first.FirstLine), true
}

// BothStrands says whether orientation by strand makes sense for the set.
func (r Report) BothStrands() bool { return r.Plus > 0 && r.Minus > 0 }

// Column is one column behind the coordinates.
type Column struct {
	Name     string
	Numeric  bool // every value that is not missing is a finite number, and there is one; else categorical
	Distinct int  // number of different values, counted up to MaxDistinct

	text []byte
	ends []uint32
}

// MaxDistinct is where counting of distinct values ends.
const MaxDistinct = 1000

// Text is the value of row i as in the file; empty where the row was too short.
func (c *Column) Text(i int) string { return string(c.raw(i)) }

// Append appends the text of row i to line.
func (c *Column) Append(line []byte, i int) []byte { return append(line, c.raw(i)...) }

func (c *Column) raw(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = c.ends[i-1]
	}
	return c.text[start:c.ends[i]]
}

// Float is the value of row i as a number; NaN where it is missing ("", ".", NA, NaN, None) or not a number.
func (c *Column) Float(i int) float64 {
	value, ok := number(c.raw(i))
	if !ok {
		return math.NaN()
	}
	return value
}

// Column finds a column by name, or gives nil.
func (t *Table) Column(name string) *Column {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return &t.Columns[i]
		}
	}
	return nil
}

func missing(raw []byte) bool {
	switch string(raw) {
	case "", ".", "NA", "N/A", "nan", "NaN", "NAN", "None", "null":
		return true
	}
	return false
}

// number reads a finite number; ok is false for missing values and for text.
func number(raw []byte) (value float64, ok bool) {
	if missing(raw) {
		return math.NaN(), false
	}
	value, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return math.NaN(), false
	}
	return value, true
}

// SizeType says whether regions are taken as points or as intervals of their own size.
type SizeType string

const (
	Point    SizeType = "point"
	Interval SizeType = "interval"
)

// pointWidth parts peaks, sites and loop anchors (up to a few kb) from domains and genes.
const pointWidth = 10_000

// SuggestSize guesses the size type from the widths of the (first) anchors, for the uploader to confirm: Interval when
// the median width is above 10 kb and the widths differ (the most frequent width belongs to less than half of the
// regions); otherwise Point. Sets of zero width and of one fixed width around a centre are therefore points.
func (t *Table) SuggestSize() SizeType {
	if len(t.Regions) == 0 {
		return Point
	}
	widths := make([]int64, len(t.Regions))
	for i, r := range t.Regions {
		widths[i] = r.A.End - r.A.Start
	}
	slices.Sort(widths)
	if widths[len(widths)/2] <= pointWidth {
		return Point
	}
	most, run := 0, 0
	for i, w := range widths {
		if i > 0 && w != widths[i-1] {
			run = 0
		}
		run++
		most = max(most, run)
	}
	if len(widths) > 1 && 2*most >= len(widths) {
		return Point
	}
	return Interval
}
