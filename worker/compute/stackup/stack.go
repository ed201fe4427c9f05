package stackup

import (
	"fmt"
	"io"

	"regioscope/worker/format/npy"
)

// Stack takes the rows of one job. Every row is written once, in no particular order, by one goroutine at a time.
// Rows are read only after all are written.
type Stack interface {
	WriteRows(first int, values []float32) error
	RowReader
}

// Memory is a stack in memory, C order.
type Memory struct {
	Values []float32
	bins   int
}

// NewMemory makes room for rows × bins values.
func NewMemory(rows, bins int) *Memory {
	return &Memory{Values: make([]float32, rows*bins), bins: bins}
}

func (m *Memory) WriteRows(first int, values []float32) error {
	copy(m.Values[first*m.bins:], values)
	return nil
}

func (m *Memory) ReadRows(_ []float32, first, n int) ([]float32, error) {
	return m.Values[first*m.bins : (first+n)*m.bins], nil
}

// Row is row i; it must not be changed.
func (m *Memory) Row(i int) []float32 { return m.Values[i*m.bins : (i+1)*m.bins] }

// File is a stack in a .npy file, float32, shape rows × bins.
type File struct {
	file   readWriterAt
	writer *npy.RowWriter[float32]
	reader *npy.Reader
}

type readWriterAt interface {
	io.ReaderAt
	io.WriterAt
}

// NewFile begins a .npy file at offset 0 of file, which must be empty and is not closed. *os.File will do.
func NewFile(file readWriterAt, rows, bins int) (*File, error) {
	w, err := npy.NewRowWriter[float32](file, rows, bins)
	if err != nil {
		return nil, err
	}
	return &File{file: file, writer: w}, nil
}

func (f *File) WriteRows(first int, values []float32) error { return f.writer.WriteRows(first, values) }

func (f *File) ReadRows(dst []float32, first, n int) ([]float32, error) {
	if f.reader == nil {
		r, err := npy.Open(f.file, f.writer.Size())
		if err != nil {
			return nil, fmt.Errorf("read the stack again: %w", err)
		}
		f.reader = r
	}
	return npy.ReadRows(f.reader, dst, int64(first), int64(first+n))
}
