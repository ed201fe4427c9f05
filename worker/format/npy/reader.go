package npy

import (
	"errors"
	"fmt"
	"io"
)

// ErrFortran says that a row of an array in Fortran order was asked for: its values do not lie together.
var ErrFortran = errors.New("npy: the array is in Fortran order, it has no contiguous rows")

// Reader gives the rows of one array. It is safe for concurrent use when the io.ReaderAt is.
type Reader struct {
	Header
	r io.ReaderAt
}

// Open reads the header and checks that the array it describes is exactly what the file of size bytes holds.
// ErrNotNpy when the file is of another kind, *FormatError when it is broken.
func Open(r io.ReaderAt, size int64) (*Reader, error) {
	h, err := readHeader(r, size)
	if err != nil {
		return nil, err
	}
	return &Reader{Header: h, r: r}, nil
}

// ReadRows gives rows lo to hi (half-open) in C order. dst is used when it is large enough. Integers may be read as
// floats and narrow integers as wide ones; float64 read as float32 is rounded; floats cannot be read as integers.
func ReadRows[T Number](r *Reader, dst []T, lo, hi int64) ([]T, error) {
	if r.Fortran && len(r.Shape) > 1 {
		return nil, ErrFortran
	}
	if lo < 0 || hi < lo || hi > r.Rows() {
		return nil, fmt.Errorf("npy: rows %d to %d are not within the %d rows", lo, hi, r.Rows())
	}
	return read(r, dst, lo*r.RowLen(), (hi-lo)*r.RowLen())
}

// ReadAll gives the whole array in C order, also of an array in Fortran order.
func ReadAll[T Number](r *Reader) ([]T, error) {
	values, err := read[T](r, nil, 0, r.Len())
	if err != nil || !r.Fortran || len(r.Shape) < 2 {
		return values, err
	}
	out := make([]T, len(values))
	index := make([]int64, len(r.Shape))
	for i := range out {
		from, stride := int64(0), int64(1)
		for axis, at := range index {
			from += at * stride
			stride *= r.Shape[axis]
		}
		out[i] = values[from]
		for axis := len(index) - 1; axis >= 0; axis-- {
			if index[axis]++; index[axis] < r.Shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return out, nil
}

func read[T Number](r *Reader, dst []T, first, n int64) ([]T, error) {
	if !fits[T](r.DType) {
		return nil, fmt.Errorf("npy: values of type %s cannot be read as %s", r.DType, DTypeOf[T]())
	}
	if int64(cap(dst)) < n {
		dst = make([]T, n)
	}
	dst = dst[:n]
	size := int64(r.DType.Size)
	buf := make([]byte, min(n, bufferValues)*size)
	for done := int64(0); done < n; {
		k := min(n-done, bufferValues)
		at := r.Data + (first+done)*size
		if m, err := r.r.ReadAt(buf[:k*size], at); int64(m) < k*size {
			return nil, fmt.Errorf("npy: read at offset %d: %w", at, err)
		}
		decode(dst[done:done+k], buf, r.DType)
		done += k
	}
	return dst, nil
}
