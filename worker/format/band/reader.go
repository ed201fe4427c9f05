package band

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"slices"
	"sync/atomic"
)

// Reader reads a band that is mapped, or held, in memory. It is safe for concurrent use.
type Reader struct {
	h        header
	data     []byte
	segments []segment
	columns  []columns       // by segment
	states   []atomic.Uint32 // by segment
	finite   bool
}

// States of a segment.
const (
	unseen = iota
	good
	bad
)

// Open checks header and segment table. data must not change as long as the reader is used. The error is ErrDamaged or
// ErrVersion, wrapped.
func Open(data []byte) (*Reader, error) {
	h, err := decodeHeader(data)
	if err != nil {
		return nil, err
	}
	table := data[h.table : h.table+int64(h.segments)*entrySize]
	if crc32.Checksum(table, castagnoli) != h.tableCRC {
		return nil, fmt.Errorf("%w: checksum of the segment table", ErrDamaged)
	}
	r := &Reader{h: h, data: data, segments: make([]segment, h.segments), states: make([]atomic.Uint32, h.segments),
		finite: true}
	for i := range r.segments {
		s := decodeSegment(table[i*entrySize:])
		if sizeOf(s.distType) == 0 || s.distType > typeUint32 || sizeOf(s.countType) == 0 {
			return nil, fmt.Errorf("%w: segment %d has columns of types %d and %d", ErrDamaged, i, s.distType, s.countType)
		}
		if _, _, n := s.layout(); n != int64(s.length) || s.offset < page || s.offset > int64(len(data))-n {
			return nil, fmt.Errorf("%w: segment %d lies at %d to %d", ErrDamaged, i, s.offset, s.offset+n)
		}
		r.segments[i] = s
		r.finite = r.finite && s.countType <= typeUint32
		r.columns = append(r.columns, s.columns(data[s.offset:s.offset+int64(s.length)]))
	}
	return r, nil
}

// Header says what the band was made of.
func (r *Reader) Header() Header { return r.h.Header }

// Width is the distance in bins from which on pixels are not in the band.
func (r *Reader) Width() int32 { return r.h.Width }

// Offset is where in the file the segment with a row begins; the rows before it lie before that.
func (r *Reader) Offset(row int32) int64 {
	if i := int(row) / segmentRows; i < len(r.segments) {
		return r.segments[max(0, i)].offset
	}
	return r.h.table
}

// Finite tells that every count is a number: neither NaN nor infinite.
func (r *Reader) Finite() bool { return r.finite }

// Pixels is the number of pixels in the band.
func (r *Reader) Pixels() int64 { return r.h.stored }

// Rows appends the stored pixels of the rows first to end (not included) with columns from lo to hi (not included), row by
// row and ascending, to cols and counts, and for every row the place after its last pixel to ends. Columns beyond the
// width are none of the band's business: ask for none. The error is ErrDamaged, wrapped.
func (r *Reader) Rows(first, end, lo, hi int32, ends []int, cols []int32, counts []float64) ([]int, []int32, []float64, error) {
	if first < 0 || int64(end) > r.h.Bins {
		return ends, cols, counts, fmt.Errorf("band: rows %d to %d of %d", first, end, r.h.Bins)
	}
	for first < end {
		i := first / segmentRows
		stop := min(end, (i+1)*segmentRows)
		s, c, err := r.segment(int(i))
		if err != nil {
			return ends, cols, counts, err
		}
		for row := first; row < stop; row++ {
			from, to := c.cut(s, row, lo, hi)
			n, last := len(cols), len(cols)+to-from
			if last > cap(cols) || last > cap(counts) {
				cols, counts = slices.Grow(cols, to-from), slices.Grow(counts, to-from)
			}
			cols, counts = cols[:last], counts[:last]
			readColumns(cols[n:], c.dists[from*c.distSize:], s.distType, row)
			readCounts(counts[n:], c.counts[from*c.countSize:], s.countType)
			ends = append(ends, last)
		}
		first = stop
	}
	return ends, cols, counts, nil
}

// Dense writes the counts of the stored pixels of a row, from column lo on, to line, which must hold zeros, and sets their
// bits in stored, one bit per column, unless that is empty. It returns how many there are. The error is ErrDamaged, wrapped.
func (r *Reader) Dense(row, lo int32, line []float64, stored []uint64) (pixels int, err error) {
	if row < 0 || int64(row) >= r.h.Bins {
		return 0, fmt.Errorf("band: row %d of %d", row, r.h.Bins)
	}
	s, c, err := r.segment(int(row / segmentRows))
	if err != nil {
		return 0, err
	}
	from, to := c.cut(s, row, lo, lo+int32(len(line)))
	pixels = to - from
	var cols [32]int32
	var counts [32]float64
	for ; from < to; from += len(cols) {
		n := min(len(cols), to-from)
		readColumns(cols[:n], c.dists[from*c.distSize:], s.distType, row-lo)
		readCounts(counts[:n], c.counts[from*c.countSize:], s.countType)
		for k, at := range cols[:n] {
			line[at] = counts[k]
		}
		if len(stored) > 0 {
			for _, at := range cols[:n] {
				stored[uint(at)/64] |= 1 << (uint(at) % 64)
			}
		}
	}
	return pixels, nil
}

// segment returns a segment, verified.
func (r *Reader) segment(i int) (*segment, *columns, error) {
	if r.states[i].Load() != good {
		if err := r.check(i); err != nil {
			return nil, nil, err
		}
	}
	return &r.segments[i], &r.columns[i], nil
}

// cut finds the pixels of a row with columns from lo to hi.
func (c *columns) cut(s *segment, row, lo, hi int32) (from, to int) {
	starts := binary.LittleEndian.Uint64(c.starts[4*(row%segmentRows):])
	from, to = int(uint32(starts)), int(starts>>32)
	least := row
	if lo > row {
		from, least = search(c.dists, s.distType, from, to, lo-row), lo
	}
	// Columns ascend, so there are at most as many as are asked for.
	if most := from + int(max(0, hi-least)); most < to {
		to = most
	}
	if from < to && distance(c.dists, s.distType, to-1) >= hi-row {
		to = search(c.dists, s.distType, from, to, hi-row)
	}
	return from, to
}

// Span is Rows of one row.
func (r *Reader) Span(row, lo, hi int32, cols []int32, counts []float64) ([]int32, []float64, error) {
	_, cols, counts, err := r.Rows(row, row+1, lo, hi, nil, cols, counts)
	return cols, counts, err
}

// check verifies a segment the first time it is used. Several goroutines may do so at once.
func (r *Reader) check(i int) error {
	s := &r.segments[i]
	data := r.data[s.offset : s.offset+int64(s.length)]
	switch r.states[i].Load() {
	case good:
		return nil
	case unseen:
		if r.sound(i, data) {
			r.states[i].Store(good)
			return nil
		}
		r.states[i].Store(bad)
	}
	return fmt.Errorf("%w: rows %d and up", ErrDamaged, i*segmentRows)
}

// sound tells whether a segment is as it was written.
func (r *Reader) sound(i int, data []byte) bool {
	return crc32.Checksum(data, castagnoli) == r.segments[i].crc && r.ordered(i, data)
}

// ordered tells whether the row starts of a segment ascend to its number of pixels, so that no Span leaves it.
func (r *Reader) ordered(i int, data []byte) bool {
	prev := uint32(0)
	for k := range segmentRows + 1 {
		start := binary.LittleEndian.Uint32(data[4*k:])
		if start < prev {
			return false
		}
		prev = start
	}
	return prev == r.segments[i].pixels
}
