package hdf5

import (
	"errors"
	"fmt"
)

var (
	// ErrNotHDF5 means that the HDF5 signature is at none of the places where a superblock may be.
	ErrNotHDF5 = errors.New("not an HDF5 file")
	// ErrNotFound means that a group, dataset or attribute of that name does not exist.
	ErrNotFound = errors.New("not found in the HDF5 file")
	// ErrUnsupported means that the file is well-formed as far as seen, but uses a feature this reader leaves out
	// (see the package documentation).
	ErrUnsupported = errors.New("not supported by this reader")
	// ErrTooLarge means that the answer would take more memory than a file of this size may ask for.
	ErrTooLarge = errors.New("HDF5 data too large for the size of its file")
)

// FormatError reports bytes that contradict the file format. Offset is the absolute position in the file of the
// structure (or of the field, where it is known) that is wrong.
type FormatError struct {
	Offset int64
	Msg    string
}

func (e *FormatError) Error() string {
	return fmt.Sprintf("broken HDF5 file: %s (at byte %d)", e.Msg, e.Offset)
}

func formatErr(offset int64, format string, args ...any) error {
	return &FormatError{Offset: offset, Msg: fmt.Sprintf(format, args...)}
}

func unsupported(offset int64, format string, args ...any) error {
	return fmt.Errorf("%w: %s (at byte %d)", ErrUnsupported, fmt.Sprintf(format, args...), offset)
}
