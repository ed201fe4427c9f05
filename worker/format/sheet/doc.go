// Package sheet reads tables of values that people have for the regions of a set, joins them to the regions by row order,
// by name or by coordinates, and keeps what was joined.
//
// Tables are text, plain or gzip: CSV (comma or semicolon), TSV, or separated by blanks as R writes them; quoted as in
// RFC 4180; with or without a header, a byte order mark, CRLF, or R's column of row names. Coordinates are those of BED:
// 0-based, the end not included.
package sheet

import (
	"errors"
	"fmt"
	"strings"
)

// Limits of a table. What is beyond is refused, whatever memory there is.
const (
	MaxBytes   = 64 << 20 // of text, unpacked
	MaxColumns = 1000
	MaxCells   = 20_000_000
	MaxCell    = 4096 // bytes
	maxErrors  = 100  // malformed lines that are listed
)

// Reasons for which a file is refused as a whole. The wrapping error says more.
var (
	ErrEmpty    = errors.New("the file has no rows of values")
	ErrNotText  = errors.New("this is not a text file")
	ErrDamaged  = errors.New("the compressed file is damaged")
	ErrTooLarge = errors.New("the table is too large")
)

// LineError is one malformed row; Line counts from 1.
type LineError struct {
	Line  int
	Value string
	Msg   string
}

func (e LineError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Msg) }

// ParseError lists the malformed rows of a file: the first of them, and how many there are.
type ParseError struct {
	Errors []LineError
	Count  int
}

func (e *ParseError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d malformed lines", e.Count)
	for _, line := range e.Errors[:min(3, len(e.Errors))] {
		b.WriteString("; " + line.Error())
	}
	return b.String()
}

// add notes a row that is malformed, and says whether it is.
func (e *ParseError) add(bad *LineError) bool {
	if bad == nil {
		return false
	}
	if e.Count++; len(e.Errors) < maxErrors {
		e.Errors = append(e.Errors, *bad)
	}
	return true
}

// maxValue is how much of a bad value an error repeats.
const maxValue = 60

func shorten(s string) string {
	if len(s) > maxValue {
		return strings.ToValidUTF8(s[:maxValue], "") + "…"
	}
	return s
}
