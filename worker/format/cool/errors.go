package cool

import (
	"errors"
	"fmt"
	"strings"

	"regioscope/worker/format/hdf5"
)

var (
	// ErrNotCooler means that the file is something else; the text around it says what it looks like.
	ErrNotCooler = errors.New("not a contact map in cooler format (.mcool or .cool)")
	// ErrNoResolution means that the file has no map of the bin size asked for.
	ErrNoResolution = errors.New("the contact map has no such resolution")
	// ErrUnsupported means a contact map of a kind that is left out, such as bins of unequal size, or one that uses a
	// feature of HDF5 that package hdf5 leaves out.
	ErrUnsupported = hdf5.ErrUnsupported
)

// FormatError reports contents that contradict the HDF5 or cooler format, with the place in the file.
type FormatError = hdf5.FormatError

// ErrNoWeights says that a level lacks a weight column, and which ones it has.
type ErrNoWeights struct {
	Name string
	Have []string
}

func (e *ErrNoWeights) Error() string {
	if len(e.Have) == 0 {
		return fmt.Sprintf("the contact map has no weight column %q: it has none at all (run cooler balance)", e.Name)
	}
	return fmt.Sprintf("the contact map has no weight column %q, only %s", e.Name, strings.Join(e.Have, ", "))
}

func formatErr(offset int64, format string, args ...any) error {
	return &FormatError{Offset: offset, Msg: fmt.Sprintf(format, args...)}
}

// looksLike names what a file that is not HDF5 seems to be.
func looksLike(head []byte) string {
	text := strings.ToLower(strings.TrimLeft(string(head), "\ufeff \t\r\n"))
	has := func(prefix string) bool { return strings.HasPrefix(string(head), prefix) }
	switch {
	case len(head) == 0:
		return "it is empty"
	case has("\x26\xfc\x8f\x88") || has("\x88\x8f\xfc\x26"):
		return "it is a bigWig file"
	case has("\xeb\xf2\x89\x87") || has("\x87\x89\xf2\xeb"):
		return "it is a bigBed file"
	case has("HIC\x00"):
		return "it is a Juicer .hic file; convert it with hic2cool or hictk"
	case has("\x1f\x8b"):
		return "it is gzip-compressed"
	case has("PK\x03\x04"):
		return "it is a zip archive"
	case has("BAM\x01"):
		return "it is a BAM file"
	case strings.HasPrefix(text, "<!doctype html") || strings.HasPrefix(text, "<html") || strings.HasPrefix(text, "<?xml"):
		return "it is a web page"
	}
	for _, b := range head {
		if b < 9 || b > 126 {
			return "it is not an HDF5 file"
		}
	}
	return "it is a text file"
}
