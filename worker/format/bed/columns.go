package bed

import (
	"bytes"
	"strconv"
	"strings"
)

// headRow is a first row that did not parse. It is a header or an error: the next row tells.
type headRow struct {
	bad  LineError
	text []string
	tabs bool
}

func newHeadRow(bad LineError, fields [][]byte, tabs bool) *headRow {
	h := &headRow{bad: bad, tabs: tabs}
	for _, f := range fields {
		h.text = append(h.text, strings.TrimSpace(string(f)))
	}
	return h
}

// names says whether the row names the columns of the row that follows: separated in the same way, not more columns
// than that row (and not fewer than the coordinates), and words where that row has coordinates. A blank separated row
// could be any sentence, so there start and end must be called so.
func (h *headRow) names(layout Format, row [][]byte, tabs bool) bool {
	if h.tabs != tabs || len(h.text) < layout.coords() || len(h.text) > len(row) {
		return false
	}
	for side := range layout.coords() / 3 {
		start, end := h.text[3*side+1], h.text[3*side+2]
		if !word(start) || !word(end) {
			return false
		}
		if !tabs && !(strings.Contains(strings.ToLower(start), "start") && strings.Contains(strings.ToLower(end), "end")) {
			return false
		}
	}
	return true
}

// word says whether a value cannot have been meant as a number.
func word(s string) bool {
	return s != "" && !strings.ContainsRune("0123456789-+.", rune(s[0]))
}

// commentNames takes column names from a comment such as "#chrom start end name" of as many columns as the first row
// (tab separated it may use any words, as Juicer's "#chr1 x1 x2 …").
func commentNames(comment []byte, row [][]byte) []string {
	tabs := bytes.IndexByte(comment, '\t') >= 0
	fields := split(nil, bytes.TrimLeft(comment, "# "), tabs)
	if len(fields) != len(row) || len(fields) < 3 {
		return nil
	}
	h := newHeadRow(LineError{}, fields, tabs)
	if !h.names(BED, row, tabs) {
		return nil
	}
	return h.text
}

var (
	bedNames    = []string{"name", "score", "strand", "thickStart", "thickEnd", "itemRgb", "blockCount", "blockSizes", "blockStarts"}
	bedpeNames  = []string{"name", "score", "strand1", "strand2"}
	narrowNames = []string{"name", "score", "strand", "signalValue", "pValue", "qValue", "peak"}
)

// nameColumns names the extra columns by the header, or by the standard, and finds the strands: the columns named so,
// or else those of the standard.
func (p *parser) nameColumns() {
	first := p.format.coords()
	standard := bedNames
	if p.format == BEDPE {
		standard = bedpeNames
	}
	used := make(map[string]bool)
	for i := range p.table.Columns {
		name := "column" + strconv.Itoa(first+i+1)
		switch {
		case first+i < len(p.names) && p.names[first+i] != "":
			name = p.names[first+i]
		case p.names == nil && i < len(standard):
			name = standard[i]
		}
		for base, n := name, 2; used[name]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		used[name] = true
		p.table.Columns[i].Name = name
		switch strings.ToLower(name) {
		case "strand", "strand1":
			p.strand[0] = first + i
		case "strand2":
			p.strand[1] = first + i
		}
	}
	if p.names != nil && p.strand[0] < 0 && p.format == BED && len(p.table.Columns) > 2 {
		p.strand[0] = 5
	}
}

// dropStrands undoes the reading of strands: the columns hold something else.
func (p *parser) dropStrands() {
	t := &p.table
	for i := range t.Regions {
		t.Regions[i].A.Strand, t.Regions[i].B.Strand = '.', '.'
	}
	t.Report.Plus, t.Report.Minus, t.Report.Unstranded = 0, 0, len(t.Regions)
	for _, at := range p.strand {
		if i := at - p.format.coords(); i >= 0 && p.names == nil {
			t.Columns[i].Name = "column" + strconv.Itoa(at+1)
		}
	}
}

// describeColumns finds the kind of every extra column and corrects the standard names of columns 7 and up, which
// mean other things in narrowPeak files and in BED files with columns of their own.
func (p *parser) describeColumns() {
	t := &p.table
	for i := range t.Columns {
		t.Columns[i].describe()
	}
	if p.names != nil {
		return
	}
	// Numbers in place of the name: the file is a list of values (bedGraph, loops with bin numbers), not standard BED.
	if len(t.Columns) > 0 && t.Columns[0].Numeric {
		for i := range min(2, len(t.Columns)) {
			t.Columns[i].Name = "column" + strconv.Itoa(p.format.coords()+i+1)
		}
	}
	if p.format != BED || len(t.Columns) < 4 || p.thick() {
		return
	}
	for i := 3; i < len(t.Columns); i++ {
		t.Columns[i].Name = "column" + strconv.Itoa(i+4)
		if len(t.Columns) == len(narrowNames) {
			t.Columns[i].Name = narrowNames[i]
		}
	}
}

// thick says whether columns 7 and 8 are the thickStart and thickEnd of BED: within the region, in every row.
func (p *parser) thick() bool {
	t := &p.table
	if len(t.Columns) < 5 {
		return false
	}
	for i, r := range t.Regions {
		lo, ok1 := integer(t.Columns[3].raw(i))
		hi, ok2 := integer(t.Columns[4].raw(i))
		if !ok1 || !ok2 || lo > hi || (lo != hi || lo != 0) && (lo < r.A.Start || hi > r.A.End) {
			return false
		}
	}
	return true
}

func (c *Column) describe() {
	distinct := make(map[string]struct{})
	numbers, texts := 0, 0
	for i := range c.ends {
		raw := c.raw(i)
		if len(distinct) < MaxDistinct {
			if _, ok := distinct[string(raw)]; !ok {
				distinct[string(raw)] = struct{}{}
			}
		}
		if texts > 0 || missing(raw) {
			continue
		}
		if _, ok := number(raw); ok {
			numbers++
		} else {
			texts++
		}
	}
	c.Distinct = len(distinct)
	c.Numeric = numbers > 0 && texts == 0
}
