package npy

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

const (
	magic     = "\x93NUMPY"
	alignment = 64
	// NumPy's own headers of plain arrays are one or two times 64 bytes; numpy.load refuses more than 10,000 by default.
	maxHeader = 1 << 16
	maxDims   = 32
)

// Header is what a file says of its array.
type Header struct {
	DType   DType
	Shape   []int64
	Fortran bool  // first index fastest
	Data    int64 // offset of the first element
}

// Len is the number of elements.
func (h Header) Len() int64 {
	n := int64(1)
	for _, d := range h.Shape {
		n *= d
	}
	return n
}

// RowLen is the number of elements of one row: of everything behind the first axis.
func (h Header) RowLen() int64 {
	n := int64(1)
	for _, d := range h.Shape[min(1, len(h.Shape)):] {
		n *= d
	}
	return n
}

// Rows is the length of the first axis; a scalar has one row.
func (h Header) Rows() int64 {
	if len(h.Shape) == 0 {
		return 1
	}
	return h.Shape[0]
}

func headerBytes(d DType, shape []int) ([]byte, error) {
	n := int64(d.Size)
	for _, s := range shape {
		if s < 0 || (s > 0 && n > math.MaxInt64/int64(s)) {
			return nil, fmt.Errorf("npy: shape %v is not possible", shape)
		}
		n *= int64(max(s, 1))
	}
	dims := make([]string, len(shape))
	for i, s := range shape {
		dims[i] = strconv.Itoa(s)
	}
	tuple := strings.Join(dims, ", ")
	if len(shape) == 1 {
		tuple += ","
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", d, tuple)
	lead := len(magic) + 4
	pad := (alignment - (lead+len(dict)+1)%alignment) % alignment
	if len(dict)+pad+1 > math.MaxUint16 || len(shape) > maxDims {
		return nil, fmt.Errorf("npy: %d dimensions are too many", len(shape))
	}
	out := make([]byte, 0, lead+len(dict)+pad+1)
	out = append(out, magic...)
	out = append(out, 1, 0)
	out = binary.LittleEndian.AppendUint16(out, uint16(len(dict)+pad+1))
	out = append(out, dict...)
	out = append(out, strings.Repeat(" ", pad)...)
	return append(out, '\n'), nil
}

func readHeader(r io.ReaderAt, size int64) (Header, error) {
	lead := make([]byte, min(size, 12))
	if _, err := r.ReadAt(lead, 0); err != nil && err != io.EOF {
		return Header{}, fmt.Errorf("npy: read header: %w", err)
	}
	if len(lead) < 10 || string(lead[:6]) != magic {
		return Header{}, ErrNotNpy
	}
	var length, start int64
	switch lead[6] {
	case 1:
		length, start = int64(binary.LittleEndian.Uint16(lead[8:])), 10
	case 2, 3:
		if len(lead) < 12 {
			return Header{}, formatError(8, "the file ends in its header")
		}
		length, start = int64(binary.LittleEndian.Uint32(lead[8:])), 12
	default:
		return Header{}, formatError(6, "version %d.%d is not known", lead[6], lead[7])
	}
	if length > maxHeader || start+length > size {
		return Header{}, formatError(8, "header of %d bytes does not fit", length)
	}
	text := make([]byte, length)
	if _, err := r.ReadAt(text, start); err != nil && err != io.EOF {
		return Header{}, fmt.Errorf("npy: read header: %w", err)
	}
	h, err := parseDict(string(text), start)
	if err != nil {
		return Header{}, err
	}
	h.Data = start + length
	bytes := int64(h.DType.Size)
	for _, d := range h.Shape {
		if d > 0 && bytes > (size-h.Data)/d {
			return Header{}, formatError(h.Data, "shape %v of %s needs more than the %d bytes that follow", h.Shape, h.DType, size-h.Data)
		}
		bytes *= d
	}
	if bytes != size-h.Data {
		return Header{}, formatError(h.Data, "shape %v of %s needs %d bytes, %d follow", h.Shape, h.DType, bytes, size-h.Data)
	}
	return h, nil
}
