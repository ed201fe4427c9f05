package bed

import (
	"errors"
	"fmt"
	"strings"
)

// Reasons for which a file is refused as a whole. The wrapping error says more.
var (
	ErrEmpty    = errors.New("the file has no regions")
	ErrNotText  = errors.New("this is not a text file")
	ErrKind     = errors.New("this is not a BED or BEDPE file")
	ErrDamaged  = errors.New("the compressed file is damaged")
	ErrTooLarge = errors.New("the file is too large")
)

// LineError is one malformed row. Line and Column count from 1; Column is 0 when no single column is to blame.
type LineError struct {
	Line   int    `json:"line"`
	Column int    `json:"column"`
	Value  string `json:"value"`
	Msg    string `json:"message"`
}

func (e LineError) Error() string {
	at := fmt.Sprintf("line %d", e.Line)
	if e.Column > 0 {
		at += fmt.Sprintf(", column %d", e.Column)
	}
	return fmt.Sprintf("%s: %s: %q", at, e.Msg, e.Value)
}

// ParseError lists the malformed rows of a file: the first of them, and how many there are.
type ParseError struct {
	Errors []LineError `json:"errors"`
	Count  int         `json:"count"`
}

func (e *ParseError) Error() string {
	var b strings.Builder
	plural := "s"
	if e.Count == 1 {
		plural = ""
	}
	fmt.Fprintf(&b, "%d malformed line%s", e.Count, plural)
	for i, line := range e.Errors {
		if i == 3 {
			b.WriteString("; …")
			break
		}
		b.WriteString("; " + line.Error())
	}
	return b.String()
}

// maxValue is how much of a bad value an error repeats.
const maxValue = 80

func shorten(value []byte) string {
	if len(value) > maxValue {
		return strings.ToValidUTF8(string(value[:maxValue]), "") + "…"
	}
	return string(value)
}
