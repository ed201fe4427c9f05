package writer

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

const summarySize = 40

// Close writes the indexes, the zoom levels and the header. The file is not valid before.
func (w *Writer) Close() error {
	if w.closed {
		return errors.New("bigWig writer: closed twice")
	}
	w.closed = true
	w.flushItems()
	indexAt := w.tell()
	w.append(rtree(w.index, w.o.BlockItems, indexAt))
	heads := w.writeZooms()
	w.append(binary.LittleEndian.AppendUint32(nil, magic)) // closing signature
	w.flush()
	if w.err != nil {
		return w.err
	}
	head := w.head(indexAt, len(heads)/zoomHeader)
	head = append(head, heads...)
	head = append(head, make([]byte, headerSize+zoomHeader*w.o.MaxZooms-len(head))...)
	head = append(head, w.summary()...)
	if _, err := w.out.WriteAt(head, 0); err != nil {
		return fmt.Errorf("bigWig writer: write header: %w", err)
	}
	if _, err := w.out.WriteAt(binary.LittleEndian.AppendUint64(nil, w.blocks), int64(w.dataAt)); err != nil {
		return fmt.Errorf("bigWig writer: write block count: %w", err)
	}
	return nil
}

// head is the common header of bigWig and bigBed.
func (w *Writer) head(indexAt uint64, zooms int) []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, magic)
	b = le.AppendUint16(b, 4) // version
	b = le.AppendUint16(b, uint16(zooms))
	b = le.AppendUint64(b, w.chromAt)
	b = le.AppendUint64(b, w.dataAt)
	b = le.AppendUint64(b, indexAt)
	b = append(b, make([]byte, 12)...) // fields and autoSql: bigBed only
	b = le.AppendUint64(b, uint64(headerSize+zoomHeader*w.o.MaxZooms))
	b = le.AppendUint32(b, uint32(w.maxBlock))
	return append(b, make([]byte, 8)...) // no extension
}

// summary is the total summary; a file without items has zeros.
func (w *Writer) summary() []byte {
	m := w.total
	if m.n == 0 {
		m.min, m.max = 0, 0
	}
	b := binary.LittleEndian.AppendUint64(nil, m.n)
	for _, v := range []float64{m.min, m.max, m.sum, m.squares} {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// writeZooms stores the zoom levels and returns their headers.
func (w *Writer) writeZooms() []byte {
	var heads []byte
	for _, z := range w.zooms {
		if err := z.finish(w); err != nil && w.err == nil {
			w.err = err
		}
		if z.records == 0 {
			continue
		}
		dataAt := w.tell()
		w.append(binary.LittleEndian.AppendUint32(nil, z.records))
		for i := range z.index {
			z.index[i].offset += w.tell()
		}
		w.append(z.data)
		indexAt := w.tell()
		w.append(rtree(z.index, w.o.BlockItems, indexAt))
		heads = binary.LittleEndian.AppendUint32(heads, z.reduction)
		heads = append(heads, 0, 0, 0, 0)
		heads = binary.LittleEndian.AppendUint64(heads, dataAt)
		heads = binary.LittleEndian.AppendUint64(heads, indexAt)
	}
	return heads
}
