package sheet

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Header says whether the first row has the names of columns.
type Header int

const (
	GuessHeader Header = iota
	WithHeader
	WithoutHeader
)

// Options of Read; the zero value guesses.
type Options struct {
	Separator Separator
	Header    Header
}

// Table is a file of values in memory.
type Table struct {
	Separator Separator
	Header    bool     // names are those of the file
	RowNames  bool     // the first column has a name of ours: the header was one cell shorter, as R writes it
	Latin1    bool     // the file was not UTF-8
	Names     []string // one per column, none empty, none twice
	Rows      int

	cols  []texts
	lines []int32
	first int // rows of cols before the first of the table: the header
}

// Text is a cell as in the file, without blanks around it.
func (t *Table) Text(k, row int) string { return string(t.cols[k].raw(row + t.first)) }

// Line is the line of the file in which a row begins, from 1.
func (t *Table) Line(row int) int { return int(t.lines[row+t.first]) }

// Read reads a table. A file that is refused gives one of the Err of this package or a *ParseError.
func Read(r io.Reader, o Options) (*Table, error) {
	text, latin1, err := decode(r)
	if err != nil {
		return nil, err
	}
	names, skipped, text := comments(text)
	if o.Separator == Guess {
		o.Separator = guessSeparator(text)
	}
	t := &Table{Separator: o.Separator, Latin1: latin1}
	head, err := t.fill(text, skipped)
	if err != nil {
		return nil, err
	}
	var comment [][]byte
	if len(names) > 0 && (o.Separator == Tab || names[0] != ' ') { // "# a sentence" names nothing
		comment, _ = newRows(names, o.Separator).read(nil)
	}
	t.name(head, comment, o.Header)
	if t.Rows = len(t.lines) - t.first; t.Rows == 0 {
		return nil, ErrEmpty
	}
	return t, nil
}

// comments parts the lines from the text that begin it with #; the last of them may have the names of columns.
func comments(text []byte) (last []byte, lines int, rest []byte) {
	for len(text) > 0 && text[0] == '#' {
		line, more, _ := bytes.Cut(text, []byte{'\n'})
		last, text = bytes.TrimRight(bytes.TrimLeft(line, "#"), " \r"), more
		lines++
	}
	return last, lines, text
}

// fill reads all rows into columns. head is set when the first row was one cell shorter than all others: then it is not
// among the columns.
func (t *Table) fill(text []byte, skipped int) (head [][]byte, err error) {
	in := newRows(text, t.Separator)
	var bad ParseError
	var cells [][]byte
	blank := 0 // empty lines in a table of one column: missing values, but at its end
	for ok := true; ; {
		if cells, ok = in.read(cells[:0]); !ok {
			break
		}
		line := in.line + skipped
		if len(cells) == 1 && len(cells[0]) == 0 {
			if len(t.cols) == 1 || t.cols == nil && len(head) == 1 {
				blank++
			}
			continue
		}
		if t.cols == nil && head == nil {
			if len(cells) > MaxColumns {
				return nil, fmt.Errorf("%w: line %d has more than %d columns", ErrTooLarge, line, MaxColumns)
			}
			if head = clone(cells); !bad.add(checkCells(head, line)) {
				t.lines = append(t.lines, int32(line))
			}
			continue
		}
		if t.cols == nil {
			if len(cells) == len(head)+1 && len(cells) <= MaxColumns && len(cells[len(head)]) > 0 {
				t.cols, t.lines, t.RowNames, blank = make([]texts, len(cells)), nil, true, 0
			} else {
				t.begin(head)
				head = nil
			}
		}
		for ; blank > 0; blank-- {
			if err := t.add([][]byte{nil}, line-blank); err != nil {
				return nil, err
			}
		}
		if bad.add(t.check(cells, line)) {
			continue
		}
		if err := t.add(cells, line); err != nil {
			return nil, err
		}
	}
	if t.cols == nil && head != nil { // one row only
		t.begin(head)
		head = nil
	}
	if bad.Count > 0 {
		return nil, &bad
	}
	if t.cols == nil {
		return nil, ErrEmpty
	}
	return head, nil
}

// begin takes the first row, whose line is known, for one of the table.
func (t *Table) begin(row [][]byte) {
	t.cols = make([]texts, len(row))
	t.put(row)
}

func (t *Table) add(cells [][]byte, line int) error {
	if (len(t.lines)+1)*len(t.cols) > MaxCells {
		return fmt.Errorf("%w: it has more than %d million cells", ErrTooLarge, MaxCells/1_000_000)
	}
	t.put(cells)
	t.lines = append(t.lines, int32(line))
	return nil
}

func (t *Table) put(cells [][]byte) {
	for k := range t.cols {
		t.cols[k].add(cells[k])
	}
}

func (t *Table) check(cells [][]byte, line int) *LineError {
	if e := checkCells(cells, line); e != nil {
		return e
	}
	if n := len(t.cols); len(cells) < n || !allEmpty(cells[n:]) {
		had := strconv.Itoa(len(cells))
		if len(cells) > MaxColumns {
			had = "more than " + strconv.Itoa(MaxColumns)
		}
		return &LineError{line, shorten(string(bytes.Join(cells[:min(len(cells), 8)], []byte(" | ")))), fmt.Sprintf("the number of columns is %s; in the first row it is %d", had, n)}
	}
	return nil
}

func checkCells(cells [][]byte, line int) *LineError {
	for k, cell := range cells {
		if len(cell) > MaxCell {
			return &LineError{line, shorten(string(cell)), fmt.Sprintf("the cell of column %d is longer than %d bytes; is a quotation mark without its partner?", k+1, MaxCell)}
		}
	}
	return nil
}

// name decides whether the first row is a header, and names the columns.
func (t *Table) name(head, comment [][]byte, header Header) {
	switch {
	case t.RowNames:
		head = append([][]byte{[]byte("row name")}, head...)
		t.Header = true
	case len(comment) == len(t.cols) && header != WithoutHeader && (len(comment) > 1 || header == WithHeader):
		head, t.Header = comment, true
	case header == WithHeader, header == GuessHeader && t.looksNamed():
		t.first, t.Header = 1, true
		head = make([][]byte, len(t.cols))
		for k := range t.cols {
			head[k] = t.cols[k].raw(0)
		}
	default:
		head = make([][]byte, len(t.cols))
	}
	used := map[string]bool{}
	for k, raw := range head {
		name := strings.Join(strings.Fields(string(raw)), " ")
		if name == "" {
			name = "column " + strconv.Itoa(k+1)
		}
		base := name
		for n := 2; used[name]; n++ {
			name = base + "_" + strconv.Itoa(n)
		}
		used[name] = true
		t.Names = append(t.Names, name)
	}
}

// looksNamed: the first row has no numbers, and either a column of numbers lies below one of its words, or none of its
// words comes again below itself.
func (t *Table) looksNamed() bool {
	n := min(len(t.lines), 200)
	if n < 2 {
		return false
	}
	numbers, again, words := false, false, 0
	for k := range t.cols {
		first := string(t.cols[k].raw(0))
		if _, ok := Number(first); ok {
			return false
		}
		if Missing(first) {
			continue
		}
		words++
		are := 0
		for i := 1; i < n; i++ {
			cell := string(t.cols[k].raw(i))
			again = again || cell == first
			if _, ok := Number(cell); ok {
				are++
			}
		}
		numbers = numbers || 2*are > n-1
	}
	return words > 0 && (numbers || !again)
}

func clone(cells [][]byte) [][]byte {
	out := make([][]byte, len(cells))
	for i, c := range cells {
		out[i] = bytes.Clone(c)
	}
	return out
}

func allEmpty(cells [][]byte) bool {
	for _, c := range cells {
		if len(c) > 0 {
			return false
		}
	}
	return true
}
