package npy

import (
	"fmt"
	"io"
	"sync"
)

const bufferValues = 1 << 13

// Write writes one array in C order; len(values) must be the product of shape.
func Write[T Number](w io.Writer, values []T, shape ...int) error {
	out, err := NewWriter[T](w, shape...)
	if err != nil {
		return err
	}
	if err := out.Write(values); err != nil {
		return err
	}
	return out.Close()
}

// Writer writes an array of known shape front to back.
type Writer[T Number] struct {
	w    io.Writer
	left int64
	buf  []byte
}

// NewWriter writes the header.
func NewWriter[T Number](w io.Writer, shape ...int) (*Writer[T], error) {
	d := DTypeOf[T]()
	head, err := headerBytes(d, shape)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(head); err != nil {
		return nil, fmt.Errorf("npy: write header: %w", err)
	}
	return &Writer[T]{w: w, left: product(shape), buf: make([]byte, bufferValues*d.Size)}, nil
}

// Write appends values in C order.
func (w *Writer[T]) Write(values []T) error {
	if int64(len(values)) > w.left {
		return fmt.Errorf("npy: %d values are more than the shape holds", len(values))
	}
	size := len(w.buf) / bufferValues
	for len(values) > 0 {
		n := min(len(values), bufferValues)
		encode(w.buf, values[:n])
		if _, err := w.w.Write(w.buf[:n*size]); err != nil {
			return fmt.Errorf("npy: write values: %w", err)
		}
		values = values[n:]
		w.left -= int64(n)
	}
	return nil
}

// Close reports missing values. It does not close the underlying writer.
func (w *Writer[T]) Close() error {
	if w.left != 0 {
		return fmt.Errorf("npy: %d values are missing", w.left)
	}
	return nil
}

// RowWriter writes the rows of an array at their places in any order. It is safe for concurrent use on disjoint rows
// when the io.WriterAt is. Rows that are never written are zero bytes or missing, as the io.WriterAt has it: write all.
type RowWriter[T Number] struct {
	w         io.WriterAt
	rows, row int64
	data      int64
	size      int64
	buffers   sync.Pool
}

// NewRowWriter writes the header at offset 0.
func NewRowWriter[T Number](w io.WriterAt, shape ...int) (*RowWriter[T], error) {
	d := DTypeOf[T]()
	head, err := headerBytes(d, shape)
	if err != nil {
		return nil, err
	}
	if len(shape) == 0 {
		return nil, fmt.Errorf("npy: a scalar has no rows")
	}
	if _, err := w.WriteAt(head, 0); err != nil {
		return nil, fmt.Errorf("npy: write header: %w", err)
	}
	out := &RowWriter[T]{w: w, rows: int64(shape[0]), row: product(shape[1:]), data: int64(len(head)), size: int64(d.Size)}
	out.buffers.New = func() any {
		buf := make([]byte, bufferValues*d.Size)
		return &buf
	}
	return out, nil
}

// WriteRows writes whole rows, the first of which has index first.
func (w *RowWriter[T]) WriteRows(first int, values []T) error {
	if w.row == 0 {
		return nil
	}
	n := int64(len(values))
	if n%w.row != 0 || first < 0 || int64(first)+n/w.row > w.rows {
		return fmt.Errorf("npy: %d values at row %d do not fit %d rows of %d", n, first, w.rows, w.row)
	}
	buf := w.buffers.Get().(*[]byte)
	defer w.buffers.Put(buf)
	at := w.data + int64(first)*w.row*w.size
	for len(values) > 0 {
		k := min(len(values), bufferValues)
		encode(*buf, values[:k])
		bytes := (*buf)[:int64(k)*w.size]
		if _, err := w.w.WriteAt(bytes, at); err != nil {
			return fmt.Errorf("npy: write rows: %w", err)
		}
		at += int64(len(bytes))
		values = values[k:]
	}
	return nil
}

// Size is the number of bytes of the finished file.
func (w *RowWriter[T]) Size() int64 { return w.data + w.rows*w.row*w.size }

func product(shape []int) int64 {
	n := int64(1)
	for _, s := range shape {
		n *= int64(s)
	}
	return n
}
