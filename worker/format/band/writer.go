package band

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"slices"
	"sort"

	"regioscope/worker/format/cool"
)

// Writer makes a band from the pixels of a level, in the order of the file. It holds one segment in memory.
type Writer struct {
	w       io.WriterAt
	h       header
	offsets []int64 // first pixel of every row of the level
	at      int64   // where the next segment goes
	next    int64   // the next pixel expected
	row     int64   // of the pixels added last
	last    int32   // their column
	table   []segment

	starts [segmentRows + 1]uint32 // of the segment that row is in
	dists  []uint32
	counts []float64
	out    []byte
}

// NewWriter begins a band. offsets is the index of the level's rows: the pixels of row i are offsets[i] to offsets[i+1].
func NewWriter(w io.WriterAt, h Header, offsets []int64) (*Writer, error) {
	if h.Width < 1 || h.Bins < 0 || h.Bins > math.MaxInt32 || int64(len(offsets)) != h.Bins+1 || offsets[h.Bins] != h.Pixels {
		return nil, fmt.Errorf("band: %d bins, %d row offsets, width %d", h.Bins, len(offsets), h.Width)
	}
	return &Writer{w: w, h: header{Header: h}, offsets: offsets, at: page, row: -1}, nil
}

// Add takes the next pixels of the level. Every pixel must come once, in order.
func (w *Writer) Add(b cool.Block) error {
	if b.Lo != w.next {
		return fmt.Errorf("band: pixel %d after %d", b.Lo, w.next)
	}
	end := b.Lo + int64(len(b.Bin2))
	for at := b.Lo; at < end; {
		if w.row < 0 || at >= w.offsets[w.row+1] {
			row := w.row + 1 + int64(sort.Search(int(w.h.Bins-w.row-1), func(i int) bool { return w.offsets[w.row+2+int64(i)] > at }))
			if err := w.enter(row); err != nil {
				return err
			}
		}
		stop := min(end, w.offsets[w.row+1])
		if err := w.addRow(b.Bin2[at-b.Lo:stop-b.Lo], b.Count[at-b.Lo:stop-b.Lo]); err != nil {
			return err
		}
		at = stop
	}
	w.next = end
	return nil
}

// addRow keeps those pixels of the current row that are near.
func (w *Writer) addRow(cols []int32, counts []float64) error {
	row := int32(w.row)
	last, limit := w.last, row+min(w.h.Width, math.MaxInt32-row)
	near := 0
	for _, col := range cols {
		if col <= last {
			return fmt.Errorf("band: the pixels of row %d are not sorted by column, or are below the diagonal", row)
		}
		if last = col; col < limit {
			near++
		}
	}
	w.last = last
	n := len(w.dists)
	w.dists = slices.Grow(w.dists, near)[:n+near]
	for k, col := range cols[:near] {
		w.dists[n+k] = uint32(col - row)
	}
	w.counts = append(w.counts, counts[:near]...)
	return nil
}

// enter moves on to a later row; rows passed over are empty.
func (w *Writer) enter(row int64) error {
	for w.row < row {
		if w.row++; w.row > 0 && w.row%segmentRows == 0 {
			if err := w.flush(segmentRows); err != nil {
				return err
			}
		}
		w.starts[w.row%segmentRows] = uint32(len(w.dists))
	}
	w.last = int32(row) - 1
	return nil
}

// flush writes the segment that has been gathered, of which so many rows exist.
func (w *Writer) flush(rows int64) error {
	for i := rows; i <= segmentRows; i++ {
		w.starts[i] = uint32(len(w.dists))
	}
	s := segment{offset: w.at, pixels: uint32(len(w.dists)), distType: typeOfInts(w.dists), countType: typeOf(w.counts)}
	dists, counts, length := s.layout()
	if int64(len(w.dists)) > math.MaxUint32 || length > maxSegmentLen {
		return fmt.Errorf("band: %d pixels in %d rows are too many", len(w.dists), segmentRows)
	}
	size := (length + page - 1) / page * page
	if int64(cap(w.out)) < size {
		w.out = make([]byte, size+size/2)
	}
	out := w.out[:size]
	clear(out[length:])
	for i, v := range w.starts {
		binary.LittleEndian.PutUint32(out[4*i:], v)
	}
	clear(out[4*(segmentRows+1) : dists])
	end := dists + int64(len(w.dists))*sizeOf(s.distType)
	putInts(out[dists:end], w.dists, s.distType)
	clear(out[end:counts])
	putCounts(out[counts:length], w.counts, s.countType)
	s.length, s.crc = uint32(length), crc32.Checksum(out[:length], castagnoli)
	if _, err := w.w.WriteAt(out, w.at); err != nil {
		return fmt.Errorf("band: %w", err)
	}
	w.at += size
	w.h.stored += int64(len(w.dists))
	w.table = append(w.table, s)
	w.dists, w.counts = w.dists[:0], w.counts[:0]
	return nil
}

// Close writes the rest: the last segment, the table, and last the header. It returns the size of the file.
func (w *Writer) Close() (int64, error) {
	if w.next != w.h.Pixels {
		return 0, fmt.Errorf("band: %d of %d pixels were added", w.next, w.h.Pixels)
	}
	if w.h.Bins > 0 {
		if err := w.enter(w.h.Bins - 1); err != nil {
			return 0, err
		}
		if err := w.flush(w.h.Bins - int64(len(w.table))*segmentRows); err != nil {
			return 0, err
		}
	}
	table := make([]byte, len(w.table)*entrySize)
	for i := range w.table {
		w.table[i].encode(table[i*entrySize:])
	}
	w.h.table, w.h.segments, w.h.tableCRC = w.at, len(w.table), crc32.Checksum(table, castagnoli)
	if _, err := w.w.WriteAt(table, w.at); err != nil {
		return 0, fmt.Errorf("band: %w", err)
	}
	if _, err := w.w.WriteAt(w.h.encode(), 0); err != nil {
		return 0, fmt.Errorf("band: %w", err)
	}
	return w.at + int64(len(table)), nil
}
