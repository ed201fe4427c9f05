package sheet

import "bytes"

// Separator is what stands between two cells; Blanks is any number of blanks.
type Separator byte

const (
	Guess     Separator = 0
	Tab       Separator = '\t'
	Comma     Separator = ','
	Semicolon Separator = ';'
	Blanks    Separator = ' '
)

var separators = []Separator{Tab, Comma, Semicolon, Blanks}

// rows parts text into rows of cells, quoted as in RFC 4180: a cell that begins with a quotation mark goes to its partner,
// over line ends, too, and two of them stand for one. What follows the partner is taken as it is.
type rows struct {
	text []byte
	sep  byte
	line int // of the row that was read last
	next int // line of what comes
	cell []byte
}

func newRows(text []byte, sep Separator) *rows { return &rows{text: text, sep: byte(sep), next: 1} }

// read gives the cells of the next row in dst; false at the end. Cells are valid until the next call. A line without
// anything is a row of one empty cell.
func (r *rows) read(dst [][]byte) ([][]byte, bool) {
	if len(r.text) == 0 {
		return dst, false
	}
	r.line = r.next
	r.cell = r.cell[:0]
	var ends []int
	start := 0
	blanks := r.sep == ' '
	if blanks {
		r.skipBlanks()
	}
	done := false
	for {
		done = r.one()
		ends = append(ends, len(r.cell))
		if blanks && !done {
			r.skipBlanks()
			done = len(r.text) == 0 || r.text[0] == '\n' || r.text[0] == '\r'
			if done {
				r.lineEnd()
			}
		}
		if done || len(ends) > MaxColumns {
			break
		}
	}
	if !done { // more cells than any table has: the rest of the line makes it no better
		if i := bytes.IndexByte(r.text, '\n'); i >= 0 {
			r.text = r.text[i+1:]
		} else {
			r.text = nil
		}
		r.next++
	}
	for _, end := range ends {
		dst = append(dst, bytes.TrimSpace(r.cell[start:end]))
		start = end
	}
	return dst, true
}

func (r *rows) skipBlanks() {
	for len(r.text) > 0 && (r.text[0] == ' ' || r.text[0] == '\t') {
		r.text = r.text[1:]
	}
}

func (r *rows) lineEnd() {
	if len(r.text) > 0 && r.text[0] == '\r' {
		r.text = r.text[1:]
	}
	if len(r.text) > 0 && r.text[0] == '\n' {
		r.text = r.text[1:]
		r.next++
	}
}

// one reads a cell and what ends it; true at the end of the row.
func (r *rows) one() bool {
	if len(r.text) > 0 && r.text[0] == '"' {
		r.quoted()
	}
	for i, b := range r.text {
		switch {
		case b == r.sep || r.sep == ' ' && b == '\t':
			r.cell = append(r.cell, r.text[:i]...)
			r.text = r.text[i+1:]
			return false
		case b == '\n':
			r.cell = append(r.cell, bytes.TrimSuffix(r.text[:i], []byte{'\r'})...)
			r.text = r.text[i+1:]
			r.next++
			return true
		}
	}
	r.cell = append(r.cell, bytes.TrimSuffix(r.text, []byte{'\r'})...)
	r.text = nil
	return true
}

// quoted reads from a quotation mark to its partner, or to the end.
func (r *rows) quoted() {
	r.text = r.text[1:]
	for {
		i := bytes.IndexByte(r.text, '"')
		if i < 0 {
			r.next += bytes.Count(r.text, []byte{'\n'})
			r.cell = append(r.cell, r.text...)
			r.text = nil
			return
		}
		r.next += bytes.Count(r.text[:i], []byte{'\n'})
		r.cell = append(r.cell, r.text[:i]...)
		r.text = r.text[i+1:]
		if len(r.text) == 0 || r.text[0] != '"' {
			return
		}
		r.cell = append(r.cell, '"')
		r.text = r.text[1:]
	}
}

// guessSeparator takes the one that parts most of the first rows into equally many cells, more than one, with or
// without empty ones at the end. Not every row must agree: a header of R is shorter, and rows may be malformed.
func guessSeparator(text []byte) Separator {
	best, most := Tab, 0
	for _, sep := range separators {
		widths, n := map[int]int{}, 0
		in := newRows(text, sep)
		for n < 50 {
			cells, ok := in.read(nil)
			if !ok {
				break
			}
			if len(cells) == 1 && len(cells[0]) == 0 {
				continue
			}
			n++
			all := len(cells)
			widths[all]++
			for all > 0 && len(cells[all-1]) == 0 {
				all--
			}
			if all < len(cells) {
				widths[all]++
			}
		}
		for width, times := range widths {
			if width > 1 && times > most && times*5 >= n*3 {
				best, most = sep, times
			}
		}
	}
	return best
}
