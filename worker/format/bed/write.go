package bed

import (
	"bufio"
	"fmt"
	"io"
	"strconv"

	"regioscope/worker/genome"
)

// Write writes the rows of t with the given indices, in that order, with all their columns; nil means all rows. Column
// names go into a comment line when they came from a file, so that they are found again.
func Write(w io.Writer, t *Table, rows []int) error {
	out := bufio.NewWriter(w)
	if t.Header {
		names := "#chrom\tstart\tend"
		if t.Format == BEDPE {
			names = "#chrom1\tstart1\tend1\tchrom2\tstart2\tend2"
		}
		out.WriteString(names)
		for i := range t.Columns {
			out.WriteString("\t" + t.Columns[i].Name)
		}
		out.WriteByte('\n')
	}
	n := len(rows)
	if rows == nil {
		n = len(t.Regions)
	}
	var line []byte
	for k := range n {
		i := k
		if rows != nil {
			if i = rows[k]; i < 0 || i >= len(t.Regions) {
				return fmt.Errorf("bed: there is no row %d", i)
			}
		}
		line = appendCoords(line[:0], t.Regions[i], t.Format)
		for c := range t.Columns {
			line = append(line, '\t')
			line = append(line, t.Columns[c].raw(i)...)
		}
		out.Write(append(line, '\n'))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("bed: write: %w", err)
	}
	return nil
}

// WriteRegions writes regions without further columns, as BED6 (BEDPE10) when one of them has a strand.
func WriteRegions(w io.Writer, regions []genome.Region, layout Format) error {
	stranded := false
	for _, r := range regions {
		stranded = stranded || r.A.Strand == '+' || r.A.Strand == '-' || r.B.Strand == '+' || r.B.Strand == '-'
	}
	out := bufio.NewWriter(w)
	var line []byte
	for _, r := range regions {
		line = appendCoords(line[:0], r, layout)
		if stranded {
			line = append(line, "\t.\t0\t"...)
			line = append(line, strandByte(r.A.Strand))
			if layout == BEDPE {
				line = append(line, '\t', strandByte(r.B.Strand))
			}
		}
		out.Write(append(line, '\n'))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("bed: write: %w", err)
	}
	return nil
}

func appendCoords(line []byte, r genome.Region, layout Format) []byte {
	line = appendAnchor(line, r.A)
	if layout == BEDPE {
		line = appendAnchor(append(line, '\t'), r.B)
	}
	return line
}

func appendAnchor(line []byte, a genome.Anchor) []byte {
	line = append(append(line, a.Chrom...), '\t')
	line = append(strconv.AppendInt(line, a.Start, 10), '\t')
	return strconv.AppendInt(line, a.End, 10)
}

func strandByte(s byte) byte {
	if s == '+' || s == '-' {
		return s
	}
	return '.'
}
