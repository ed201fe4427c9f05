package view

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteTSV writes rows with all columns, computed ones too, under a line of their names. Missing numbers are empty; tabs
// and line ends in texts become blanks.
func (v *Table) WriteTSV(w io.Writer, rows []int) error {
	out := bufio.NewWriter(w)
	clean := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	for k := range v.Columns {
		if k > 0 {
			out.WriteByte('\t')
		}
		out.WriteString(clean.Replace(v.Columns[k].Name))
	}
	out.WriteByte('\n')
	for _, i := range rows {
		for k := range v.Columns {
			if k > 0 {
				out.WriteByte('\t')
			}
			out.WriteString(clean.Replace(v.Columns[k].Text(i)))
		}
		out.WriteByte('\n')
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("regions as TSV: %w", err)
	}
	return nil
}
