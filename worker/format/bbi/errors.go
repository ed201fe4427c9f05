package bbi

import (
	"errors"
	"fmt"
)

// ErrNotBigWig says that the file does not start as a bigWig file.
var ErrNotBigWig = errors.New("not a bigWig file")

// ErrNoChrom says that the file does not have the chromosome asked for.
var ErrNoChrom = errors.New("the bigWig file does not have this chromosome")

// FormatError is a defect of a bigWig file at a byte offset.
type FormatError struct {
	Offset int64
	Msg    string
}

func (e *FormatError) Error() string { return fmt.Sprintf("bigWig: %s (offset %d)", e.Msg, e.Offset) }

func formatError(offset int64, format string, args ...any) error {
	return &FormatError{Offset: offset, Msg: fmt.Sprintf(format, args...)}
}
