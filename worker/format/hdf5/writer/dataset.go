package writer

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Options of a dataset. The zero value is contiguous storage, which is held in memory until Close.
type Options struct {
	Chunk   int  // elements per chunk; 0 stores the dataset contiguously
	Level   int  // deflate level 1..9; 0 stores chunks uncompressed
	Shuffle bool // shuffle bytes before deflate
	Filter  *Filter
}

// Filter is a filter of chunks that takes the place of deflate, such as LZF or zstd.
type Filter struct {
	ID     uint16 // as registered with the HDF Group
	Name   string
	Params []uint32
	Encode func(raw []byte) ([]byte, error) // may be called from several goroutines
}

// Dataset is a one-dimensional dataset that grows by the Append methods until the file is closed.
type Dataset struct {
	w      *Writer
	name   string
	typ    Type
	opts   Options
	attrs  attributes
	buf    []byte
	n      uint64
	chunks []chunk
}

// SetAttr sets an attribute: see Group.SetAttr.
func (d *Dataset) SetAttr(name string, value any) error { return d.attrs.set(d.w, name, value) }

// Len is the number of elements so far.
func (d *Dataset) Len() int64 { return int64(d.n) }

// AppendInt32 appends to a dataset of type Int32 or Enum.
func (d *Dataset) AppendInt32(values []int32) error {
	return appendValues(d, kindInt32, values, func(b []byte, v int32) []byte {
		return binary.LittleEndian.AppendUint32(b, uint32(v))
	})
}

// AppendInt64 appends to a dataset of type Int64.
func (d *Dataset) AppendInt64(values []int64) error {
	return appendValues(d, kindInt64, values, func(b []byte, v int64) []byte {
		return binary.LittleEndian.AppendUint64(b, uint64(v))
	})
}

// AppendFloat64 appends to a dataset of type Float64.
func (d *Dataset) AppendFloat64(values []float64) error {
	return appendValues(d, kindFloat64, values, func(b []byte, v float64) []byte {
		return binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	})
}

// AppendStrings appends to a dataset of type FixedString. A string that is too long is an error, and nothing is appended.
func (d *Dataset) AppendStrings(values []string) error {
	for _, v := range values {
		if len(v) > d.typ.size {
			return fmt.Errorf("hdf5 writer: %q does not fit %d bytes of %s", v, d.typ.size, d.name)
		}
	}
	return appendValues(d, kindString, values, func(b []byte, v string) []byte {
		b = append(b, v...)
		return append(b, make([]byte, d.typ.size-len(v))...)
	})
}

func appendValues[T any](d *Dataset, k kind, values []T, put func([]byte, T) []byte) error {
	switch {
	case d.w.closed:
		return fmt.Errorf("hdf5 writer: append to %s after Close", d.name)
	case d.typ.kind != k:
		return fmt.Errorf("hdf5 writer: dataset %s has another element type", d.name)
	}
	d.n += uint64(len(values))
	full := d.opts.Chunk * d.typ.size
	if full == 0 {
		for _, v := range values {
			d.buf = put(d.buf, v)
		}
		return d.w.err
	}
	for len(values) > 0 {
		if d.buf == nil {
			d.buf = make([]byte, 0, full)
		}
		take := min(len(values), (full-len(d.buf))/d.typ.size)
		for _, v := range values[:take] {
			d.buf = put(d.buf, v)
		}
		values = values[take:]
		if len(d.buf) == full {
			d.w.submit(d, d.buf)
			d.buf = nil
		}
	}
	return d.w.err
}

// finish hands the last, partial chunk over; chunks are always stored at full length.
func (d *Dataset) finish() {
	if d.opts.Chunk > 0 && len(d.buf) > 0 {
		d.w.submit(d, append(d.buf, make([]byte, d.opts.Chunk*d.typ.size-len(d.buf))...))
		d.buf = nil
	}
}

// write stores the chunk index or the contiguous data and then the object header, whose address it returns.
func (d *Dataset) write() uint64 {
	var h header
	h.add(msgDataspace, dataspace(d.n, d.opts.Chunk > 0))
	h.add(msgDatatype, d.typ.encode())
	h.add(msgFillValue, []byte{2, d.allocTime(), 0, 0}) // version 2, written at allocation, not defined: zero
	h.add(msgLayout, d.layout())
	if f := d.filterMessage(); d.opts.Chunk > 0 && f != nil {
		h.add(msgFilters, f)
	}
	h.addAttrs(d.w, d.attrs)
	return h.write(d.w)
}

// allocTime is 2 (late) for contiguous data and 3 (incremental) for chunks, the library's defaults.
func (d *Dataset) allocTime() byte {
	if d.opts.Chunk > 0 {
		return 3
	}
	return 2
}

// layout is the layout message, version 3, specification IV.A.2.i.
func (d *Dataset) layout() []byte {
	if d.opts.Chunk > 0 {
		b := []byte{3, 2, 2} // chunked; rank + 1
		b = append64(b, d.chunkIndex())
		b = binary.LittleEndian.AppendUint32(b, uint32(d.opts.Chunk))
		return binary.LittleEndian.AppendUint32(b, uint32(d.typ.size))
	}
	at := undefined
	if len(d.buf) > 0 {
		at = d.w.alloc(d.buf)
	}
	return append64([]byte{3, 1}, at, uint64(len(d.buf)))
}
