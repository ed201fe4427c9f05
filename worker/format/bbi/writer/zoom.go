package writer

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"

	"github.com/klauspost/compress/zlib"
)

// zoomFactor is the ratio between neighbouring zoom levels, as in the UCSC tools.
const zoomFactor = 4

// moments summarises bases, not items.
type moments struct {
	n                      uint64
	min, max, sum, squares float64
}

func newMoments() moments { return moments{min: math.Inf(1), max: math.Inf(-1)} }

func (m *moments) add(n uint64, v float64) {
	m.merge(moments{n, v, v, v * float64(n), v * v * float64(n)})
}

func (m *moments) merge(o moments) {
	m.n += o.n
	m.min, m.max = min(m.min, o.min), max(m.max, o.max)
	m.sum += o.sum
	m.squares += o.squares
}

// zoom is one zoom level: its records lie on a grid of reduction bp, clipped to the bases that they cover.
type zoom struct {
	reduction uint32
	coarser   *zoom
	open      bool
	at        span
	m         moments
	pending   []byte // records of the open block
	items     int
	block     span
	data      []byte // finished blocks
	index     []leaf // offsets relative to data
	records   uint32
}

// planZooms chooses the reductions: ten times the mean item length, then factors of four up to the longest chromosome.
func (w *Writer) planZooms(meanLength float64) {
	var longest int64
	for _, c := range w.chroms {
		longest = max(longest, c.Length)
	}
	first := int64(w.o.FirstZoom)
	if first == 0 {
		first = max(1, int64(math.Ceil(10*meanLength)))
	}
	for r := first; len(w.zooms) < w.o.MaxZooms && r < longest; r *= zoomFactor {
		z := &zoom{reduction: uint32(r), m: newMoments()}
		if n := len(w.zooms); n > 0 {
			w.zooms[n-1].coarser = z
		}
		w.zooms = append(w.zooms, z)
	}
}

// item cuts an item at the grid and adds the pieces.
func (z *zoom) item(w *Writer, chrom, start, end uint32, value float64) error {
	for start < end {
		stop := uint32(min(uint64(end), (uint64(start)/uint64(z.reduction)+1)*uint64(z.reduction)))
		piece := newMoments()
		piece.add(uint64(stop-start), value)
		if err := z.add(w, span{chrom, start, stop}, piece); err != nil {
			return err
		}
		start = stop
	}
	return nil
}

// add merges a piece that lies in one grid cell into the open record, or starts the next record.
func (z *zoom) add(w *Writer, s span, m moments) error {
	if z.open && (s.chrom != z.at.chrom || s.start/z.reduction != z.at.start/z.reduction) {
		if err := z.emit(w); err != nil {
			return err
		}
	}
	if !z.open {
		z.open, z.at, z.m = true, s, m
		return nil
	}
	z.at.end = s.end
	z.m.merge(m)
	return nil
}

// emit appends the open record to the block and hands it to the coarser level, whose cells are unions of these.
func (z *zoom) emit(w *Writer) error {
	if z.items == w.o.BlockItems || z.items > 0 && z.block.chrom != z.at.chrom {
		if err := z.flush(w); err != nil {
			return err
		}
	}
	if z.items == 0 {
		z.block = z.at
	}
	z.block.end = z.at.end
	for _, v := range []uint32{z.at.chrom, z.at.start, z.at.end, uint32(z.m.n)} {
		z.pending = binary.LittleEndian.AppendUint32(z.pending, v)
	}
	for _, v := range []float64{z.m.min, z.m.max, z.m.sum, z.m.squares} {
		z.pending = binary.LittleEndian.AppendUint32(z.pending, math.Float32bits(float32(v)))
	}
	z.items++
	z.records++
	z.open = false
	if z.coarser != nil {
		return z.coarser.add(w, z.at, z.m)
	}
	return nil
}

func (z *zoom) flush(w *Writer) error {
	if z.items == 0 {
		return nil
	}
	w.maxBlock = max(w.maxBlock, len(z.pending))
	packed, err := w.deflate.pack(z.pending)
	if err != nil {
		return fmt.Errorf("bigWig writer: compress zoom level: %w", err)
	}
	z.index = append(z.index, leaf{span: z.block, offset: uint64(len(z.data)), size: uint64(len(packed))})
	z.data = append(z.data, packed...)
	z.pending, z.items = z.pending[:0], 0
	return nil
}

func (z *zoom) finish(w *Writer) error {
	if z.open {
		if err := z.emit(w); err != nil {
			return err
		}
	}
	return z.flush(w)
}

// deflater reuses one compressor.
type deflater struct {
	z   *zlib.Writer
	out bytes.Buffer
}

func newDeflater(level int) (*deflater, error) {
	z, err := zlib.NewWriterLevel(nil, level)
	return &deflater{z: z}, err
}

// pack compresses the parts into one stream; the result is valid until the next call.
func (d *deflater) pack(parts ...[]byte) ([]byte, error) {
	d.out.Reset()
	d.z.Reset(&d.out)
	for _, p := range parts {
		if _, err := d.z.Write(p); err != nil {
			return nil, err
		}
	}
	err := d.z.Close()
	return d.out.Bytes(), err
}
