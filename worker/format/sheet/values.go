package sheet

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Values are columns of which row i belongs to region i: what is kept of a table once it has been joined.
type Values struct {
	Names []string // as the uploaded file calls them
	Rows  int
	cols  []texts
}

// texts is one column of cells, one after the other.
type texts struct {
	text []byte
	ends []uint32
}

func (c *texts) add(cell []byte) {
	c.text = append(c.text, cell...)
	c.ends = append(c.ends, uint32(len(c.text)))
}

func (c *texts) raw(i int) []byte {
	start := uint32(0)
	if i > 0 {
		start = c.ends[i-1]
	}
	return c.text[start:c.ends[i]]
}

// ErrValues says that a file of values is not one that WriteValues has written.
var ErrValues = errors.New("not a file of joined values")

// Text is the value of a row of column k; empty where it is missing.
func (v *Values) Text(k, row int) string { return string(v.cols[k].raw(row)) }

// Float is the value of a row of column k as a number; NaN where it is missing or not a number.
func (v *Values) Float(k, row int) float64 {
	f, ok := Number(string(v.cols[k].raw(row)))
	if !ok {
		return math.NaN()
	}
	return f
}

// Number reads a finite number.
func Number(text string) (float64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	return f, err == nil && !math.IsNaN(f) && !math.IsInf(f, 0)
}

// Missing says whether a cell stands for no value: empty, ".", "NA", "N/A", "#N/A", "NaN" or "null".
func Missing(cell string) bool {
	switch cell {
	case "", ".", "NA", "N/A", "#N/A", "nan", "NaN", "NAN", "null", "NULL":
		return true
	}
	return false
}

var oneLine = strings.NewReplacer("\t", " ", "\r\n", " ", "\n", " ", "\r", " ")

// WriteValues writes columns as tab separated text: a line of names, then a line per row; missing values are empty, tabs
// and line ends become blanks.
func WriteValues(w io.Writer, names []string, rows int, cell func(k, row int) string) error {
	out := bufio.NewWriterSize(w, 1<<16)
	for k, name := range names {
		if k > 0 {
			out.WriteByte('\t')
		}
		out.WriteString(oneLine.Replace(name))
	}
	out.WriteByte('\n')
	for i := range rows {
		for k := range names {
			if k > 0 {
				out.WriteByte('\t')
			}
			if text := cell(k, i); !Missing(text) {
				out.WriteString(oneLine.Replace(text))
			}
		}
		out.WriteByte('\n')
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("write values: %w", err)
	}
	return nil
}

// ReadValues reads what WriteValues wrote. ErrValues for anything else.
func ReadValues(r io.Reader) (*Values, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	line := func() ([]byte, error) {
		text, err := in.ReadSlice('\n')
		if err == nil {
			return text[:len(text)-1], nil
		}
		long := bytes.Clone(text)
		for err == bufio.ErrBufferFull {
			text, err = in.ReadSlice('\n')
			long = append(long, text...)
		}
		if err == io.EOF && len(long) > 0 {
			return nil, fmt.Errorf("%w: it ends within a line", ErrValues)
		}
		if err != nil {
			return nil, err
		}
		return long[:len(long)-1], nil
	}
	head, err := line()
	if err != nil {
		return nil, fmt.Errorf("read values: %w", err)
	}
	v := &Values{Names: strings.Split(string(head), "\t")}
	v.cols = make([]texts, len(v.Names))
	for {
		text, err := line()
		if err == io.EOF {
			return v, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read values: %w", err)
		}
		for k := range v.cols {
			cell, rest, more := bytes.Cut(text, []byte{'\t'})
			if more != (k < len(v.cols)-1) {
				return nil, fmt.Errorf("%w: row %d has another number of columns", ErrValues, v.Rows+1)
			}
			v.cols[k].add(cell)
			text = rest
		}
		v.Rows++
	}
}
