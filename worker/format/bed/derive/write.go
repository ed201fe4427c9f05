package derive

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"regioscope/worker/format/bed"
	"regioscope/worker/genome"
)

// column is one that the operation adds, of text or of numbers; missing is the number that stands for none.
type column struct {
	name    string
	text    []string
	number  []int64
	missing int64
}

// output is how a set is written.
type output struct {
	layout bed.Format
	chrom  func(int32) string
}

// inside are the columns that speak of coordinates inside of their region.
var inside = []string{"thickStart", "thickEnd", "blockCount", "blockSizes", "blockStarts", "peak"}

// Dropped names the columns that Write leaves out, because the coordinates that they speak of are no more.
func (s *Set) Dropped() []string {
	if !slices.ContainsFunc(s.rows, func(r row) bool { return r.moved && r.from >= 0 }) {
		return nil
	}
	var out []string
	for _, c := range s.from[0].Table.Columns {
		if slices.Contains(inside, c.Name) {
			out = append(out, c.Name)
		}
	}
	return out
}

// written is one column of the new file: of which column it is in every input, nil of none.
type written struct {
	name string
	of   []func(line []byte, row int) []byte
}

// columns are those of the tables that rows come from, joined by name.
func (s *Set) columns() []written {
	dropped := s.Dropped()
	var out []written
	if !slices.ContainsFunc(s.rows, func(r row) bool { return r.from >= 0 }) {
		return nil
	}
	used := make([]bool, len(s.from))
	for _, r := range s.rows {
		used[r.table] = true
	}
	for t := range s.from {
		if !used[t] {
			continue
		}
		add := func(name string, text func(line []byte, row int) []byte) {
			k := slices.IndexFunc(out, func(w written) bool { return w.name == name && w.of[t] == nil })
			if k < 0 {
				k = len(out)
				out = append(out, written{name, make([]func([]byte, int) []byte, len(s.from))})
			}
			out[k].of[t] = text
		}
		for i := range s.from[t].Table.Columns {
			if c := &s.from[t].Table.Columns[i]; !slices.Contains(dropped, c.Name) {
				add(c.Name, c.Append)
			}
		}
		for _, c := range s.from[t].Extra {
			add(c.Name, func(line []byte, row int) []byte { return append(line, clean.Replace(c.Text(row))...) })
		}
	}
	return out
}

// Write writes the set. Column names go into a comment line when they came from a file, or when there are others than
// BED has.
func (s *Set) Write(w io.Writer) error {
	out := bufio.NewWriterSize(w, 1<<16)
	columns := s.columns()
	header := len(s.extra) > 0 || len(s.Dropped()) > 0 || len(s.from) > 1 && s.several()
	for t := range s.from {
		header = header || (s.from[t].Table.Header || len(s.from[t].Extra) > 0) && len(columns) > 0
	}
	if header {
		out.WriteString(s.header(columns))
	}
	var line []byte
	for k, r := range s.rows {
		line = s.coordinates(line[:0], r)
		for _, c := range columns {
			line = append(line, '\t')
			before := len(line)
			if text := c.of[r.table]; text != nil {
				line = text(line, int(r.from))
			}
			if len(line) == before {
				line = append(line, '.')
			}
		}
		for i := range s.extra {
			line = s.extra[i].append(append(line, '\t'), k)
		}
		out.Write(append(line, '\n'))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("derive: write: %w", err)
	}
	return nil
}

// several tells whether the rows come from more than one table.
func (s *Set) several() bool {
	return slices.ContainsFunc(s.rows, func(r row) bool { return r.table != s.rows[0].table })
}

func (s *Set) header(columns []written) string {
	names := []string{"#chrom", "start", "end"}
	if s.to.layout == bed.BEDPE {
		names = []string{"#chrom1", "start1", "end1", "chrom2", "start2", "end2"}
	}
	for _, c := range columns {
		names = append(names, c.name)
	}
	for i := range s.extra {
		name := s.extra[i].name
		for n := 2; slices.Contains(names, name); n++ {
			name = fmt.Sprintf("%s_%d", s.extra[i].name, n)
		}
		names = append(names, name)
	}
	return strings.Join(names, "\t") + "\n"
}

func (s *Set) coordinates(line []byte, r row) []byte {
	if r.moved {
		chrom := s.to.chrom(r.place.Chrom)
		if r.from >= 0 {
			chrom = s.from[r.table].Table.Regions[r.from].A.Chrom
		}
		return appendAnchor(line, genome.Anchor{Chrom: chrom, Start: r.place.Start, End: r.place.End})
	}
	region := s.from[r.table].Table.Regions[r.from]
	line = appendAnchor(line, region.A)
	if s.to.layout == bed.BEDPE {
		line = appendAnchor(append(line, '\t'), region.B)
	}
	return line
}

func appendAnchor(line []byte, a genome.Anchor) []byte {
	line = append(append(line, a.Chrom...), '\t')
	line = append(strconv.AppendInt(line, a.Start, 10), '\t')
	return strconv.AppendInt(line, a.End, 10)
}

var clean = strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")

func (c *column) append(line []byte, i int) []byte {
	switch {
	case c.text != nil && c.text[i] == "":
		return append(line, '.')
	case c.text != nil:
		return append(line, clean.Replace(c.text[i])...)
	case c.missing != 0 && c.number[i] == c.missing:
		return append(line, '.')
	}
	return strconv.AppendInt(line, c.number[i], 10)
}
