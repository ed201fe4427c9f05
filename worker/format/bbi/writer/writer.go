package writer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"regioscope/worker/genome"
)

const (
	magic      = 0x888FFC26
	headerSize = 64
	zoomHeader = 24
	bufferSize = 1 << 20
)

// Options of a file. The zero value of a field means its default.
type Options struct {
	BlockItems int    // items per data block and records per zoom block, default 1024, at most 65535
	Level      int    // deflate level, default 6
	MaxZooms   int    // default 10
	FirstZoom  uint32 // bp per record of the first zoom level, default ten times the mean item length of the first Add
}

// Writer writes one bigWig file. It is for use by one goroutine.
type Writer struct {
	out     io.WriterAt
	o       Options
	chroms  []genome.Chrom
	deflate *deflater
	buf     []byte
	flushed uint64

	pending  []byte // items of the open bedGraph block
	items    int
	span     span
	index    []leaf
	maxBlock int

	chrom   int    // of the last item
	end     uint32 // of the last item
	started bool
	zooms   []*zoom
	total   moments
	blocks  uint64
	chromAt uint64
	dataAt  uint64
	err     error
	closed  bool
}

// New starts a file in out. The order of chroms is the order in which items must come.
func New(out io.WriterAt, chroms []genome.Chrom, o Options) (*Writer, error) {
	if o.BlockItems == 0 {
		o.BlockItems = 1024
	}
	if o.Level == 0 {
		o.Level = 6
	}
	if o.MaxZooms == 0 {
		o.MaxZooms = 10
	}
	if o.BlockItems < 1 || o.BlockItems > math.MaxUint16 || o.MaxZooms < 0 || o.MaxZooms > 64 {
		return nil, fmt.Errorf("bigWig writer: %d items per block or %d zoom levels out of range", o.BlockItems, o.MaxZooms)
	}
	seen := make(map[string]bool)
	for _, c := range chroms {
		if c.Name == "" || seen[c.Name] || c.Length <= 0 || c.Length > math.MaxUint32 {
			return nil, fmt.Errorf("bigWig writer: chromosome %q (%d bp) is empty, too long or given twice", c.Name, c.Length)
		}
		seen[c.Name] = true
	}
	if len(chroms) == 0 {
		return nil, errors.New("bigWig writer: no chromosomes")
	}
	d, err := newDeflater(o.Level)
	if err != nil {
		return nil, fmt.Errorf("bigWig writer: %w", err)
	}
	w := &Writer{out: out, o: o, chroms: chroms, deflate: d, total: newMoments()}
	w.append(make([]byte, headerSize+zoomHeader*o.MaxZooms+summarySize)) // filled in by Close
	w.chromAt = w.tell()
	w.append(chromTree(chroms, w.chromAt))
	w.dataAt = w.tell()
	w.append(make([]byte, 8)) // number of blocks
	return w, nil
}

// Add appends bedGraph items [start, end) of one chromosome.
func (w *Writer) Add(chrom int, start, end []uint32, value []float32) error {
	if len(start) != len(end) || len(start) != len(value) {
		return errors.New("bigWig writer: start, end and value differ in length")
	}
	if len(start) == 0 {
		return w.err
	}
	if len(w.zooms) == 0 {
		var sum float64
		for i := range start {
			sum += float64(end[i]) - float64(start[i])
		}
		w.planZooms(sum / float64(len(start)))
	}
	for i := range start {
		if err := w.accept(chrom, start[i], end[i], value[i]); err != nil {
			return err
		}
		if w.items == w.o.BlockItems || w.items > 0 && w.span.chrom != uint32(chrom) {
			w.flushItems()
		}
		if w.items == 0 {
			w.span = span{chrom: uint32(chrom), start: start[i]}
		}
		w.pending = binary.LittleEndian.AppendUint32(w.pending, start[i])
		w.pending = binary.LittleEndian.AppendUint32(w.pending, end[i])
		w.pending = binary.LittleEndian.AppendUint32(w.pending, math.Float32bits(value[i]))
		w.span.end = end[i]
		w.items++
	}
	return w.err
}

// AddFixed appends items of one chromosome that begin every step bp and are size bp long; size ≤ step. It starts
// a new block. All items have the full length: a shorter one at the chromosome end is for Add.
func (w *Writer) AddFixed(chrom int, start, step, size uint32, value []float32) error {
	if step == 0 || size == 0 || size > step {
		return fmt.Errorf("bigWig writer: fixed step %d with item length %d", step, size)
	}
	if len(value) == 0 {
		return w.err
	}
	if len(w.zooms) == 0 {
		w.planZooms(float64(size))
	}
	w.flushItems()
	for len(value) > 0 {
		n := min(len(value), w.o.BlockItems)
		s := span{chrom: uint32(chrom), start: start}
		b := make([]byte, 0, 4*n)
		for _, v := range value[:n] {
			s.end = start + size
			if err := w.accept(chrom, start, s.end, v); err != nil {
				return err
			}
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
			start += step
		}
		w.block(section(s, step, size, fixedStep, n), b, s)
		value = value[n:]
	}
	return w.err
}

// accept checks one item and counts it in the summaries. An item that it refuses leaves no trace.
func (w *Writer) accept(chrom int, start, end uint32, value float32) error {
	switch {
	case w.closed:
		return errors.New("bigWig writer: add after Close")
	case chrom < 0 || chrom >= len(w.chroms):
		return fmt.Errorf("bigWig writer: no chromosome %d", chrom)
	case start >= end || int64(end) > w.chroms[chrom].Length:
		return fmt.Errorf("bigWig writer: item %s:%d-%d is empty or leaves the chromosome", w.chroms[chrom].Name, start, end)
	case w.started && (chrom < w.chrom || chrom == w.chrom && start < w.end):
		return fmt.Errorf("bigWig writer: item %s:%d-%d is not in order", w.chroms[chrom].Name, start, end)
	case math.IsNaN(float64(value)) || math.IsInf(float64(value), 0):
		return fmt.Errorf("bigWig writer: value %g at %s:%d is not finite", value, w.chroms[chrom].Name, start)
	}
	w.started, w.chrom, w.end = true, chrom, end
	w.total.add(uint64(end-start), float64(value))
	if len(w.zooms) > 0 {
		return w.zooms[0].item(w, uint32(chrom), start, end, float64(value))
	}
	return nil
}

// Section types.
const (
	bedGraph  = 1
	fixedStep = 3
)

// section is the 24-byte head of a data block.
func section(s span, step, size uint32, kind byte, n int) []byte {
	var b []byte
	for _, v := range []uint32{s.chrom, s.start, s.end, step, size} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	b = append(b, kind, 0)
	return binary.LittleEndian.AppendUint16(b, uint16(n))
}

func (w *Writer) flushItems() {
	if w.items == 0 {
		return
	}
	w.block(section(w.span, 0, 0, bedGraph, w.items), w.pending, w.span)
	w.pending, w.items = w.pending[:0], 0
}

// block compresses and stores one data block.
func (w *Writer) block(head, body []byte, s span) {
	w.maxBlock = max(w.maxBlock, len(head)+len(body))
	data, err := w.deflate.pack(head, body)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("bigWig writer: compress: %w", err)
	}
	w.index = append(w.index, leaf{span: s, offset: w.tell(), size: uint64(len(data))})
	w.append(data)
	w.blocks++
}

func (w *Writer) tell() uint64 { return w.flushed + uint64(len(w.buf)) }

func (w *Writer) append(b []byte) {
	w.buf = append(w.buf, b...)
	if len(w.buf) >= bufferSize {
		w.flush()
	}
}

func (w *Writer) flush() {
	if w.err == nil && len(w.buf) > 0 {
		if _, err := w.out.WriteAt(w.buf, int64(w.flushed)); err != nil {
			w.err = fmt.Errorf("bigWig writer: write at %d: %w", w.flushed, err)
		}
	}
	w.flushed += uint64(len(w.buf))
	w.buf = w.buf[:0]
}
