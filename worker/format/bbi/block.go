package bbi

import (
	"encoding/binary"
	"errors"
	"math"

	"regioscope/worker/format/inflate"
)

const (
	blockHead = 24
	maxBlock  = blockHead + math.MaxUint16*12
	// zlib adds at most 5 bytes per 16 KiB and 6 more to what it cannot shrink.
	maxBlockInFile = maxBlock + maxBlock/1024 + 1024
	// A decoder is fastest while there is room for a whole match.
	spare = 512
)

// Section types.
const (
	bedGraph = iota + 1
	variableStep
	fixedStep
)

// Decoder holds the buffers that Read uses again and again. The zero value is ready; it is for one goroutine at a time.
type Decoder struct {
	packed    []byte
	plain     []byte
	intervals []Interval
	inflate   inflate.Decoder
}

// Read decodes a block that Blocks listed. The intervals are valid until d is used again. That they are sorted and
// disjoint is what writers promise, not what is checked. Files may be read by several goroutines, each with its own
// Decoder. *FormatError, or the error of reading.
func (f *File) Read(b Block, d *Decoder) ([]Interval, error) {
	if b.Size > maxBlockInFile {
		return nil, formatError(b.Offset, "a block of %d bytes is too large", b.Size)
	}
	d.packed = slice(d.packed, int(b.Size))
	if err := f.readInto(d.packed, b.Offset); err != nil {
		return nil, err
	}
	raw := d.packed
	if f.header.Compressed {
		var err error
		if raw, err = d.unpack(f.room); err != nil {
			return nil, formatError(b.Offset, "a block cannot be unpacked: %v", err)
		}
	}
	if len(raw) < blockHead {
		return nil, formatError(b.Offset, "a block has %d bytes", len(raw))
	}
	order := f.order
	if got := order.Uint32(raw); got != b.Chrom {
		return nil, formatError(b.Offset, "a block of chromosome %d holds chromosome %d", b.Chrom, got)
	}
	start, step, span := order.Uint32(raw[4:]), order.Uint32(raw[12:]), order.Uint32(raw[16:])
	kind, n := raw[20], int(order.Uint16(raw[22:]))
	width := map[byte]int{bedGraph: 12, variableStep: 8, fixedStep: 4}[kind]
	items := raw[blockHead:]
	if width == 0 || len(items) < n*width {
		return nil, formatError(b.Offset, "a block of type %d has %d bytes for %d items", kind, len(items), n)
	}
	items = items[:n*width]
	if f.header.BigEndian {
		for i := 0; i < len(items); i += 4 {
			binary.LittleEndian.PutUint32(items[i:], binary.BigEndian.Uint32(items[i:]))
		}
	}
	d.intervals = slice(d.intervals, n)
	bad := -1
	switch kind {
	case bedGraph:
		bad = readBedGraph(d.intervals, items)
	case variableStep:
		bad = readVariableStep(d.intervals, items, span)
	case fixedStep:
		bad = readFixedStep(d.intervals, items, start, step, span)
	}
	if bad >= 0 {
		return nil, formatError(b.Offset, "item %d of a block is empty or behind the end of every chromosome", bad)
	}
	return d.intervals, nil
}

// slice is s with n elements, the old ones or new ones.
func slice[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// The three kinds of items, as little-endian words. What they return is the first item that is no interval, or -1.

// readBedGraph reads start, end and value.
func readBedGraph(out []Interval, items []byte) int {
	bad := -1
	for i := range out {
		item := (*[12]byte)(items)
		ends := binary.LittleEndian.Uint64(item[:8])
		out[i] = Interval{uint32(ends), uint32(ends >> 32), math.Float32frombits(binary.LittleEndian.Uint32(item[8:]))}
		if uint32(ends) >= uint32(ends>>32) && bad < 0 {
			bad = i
		}
		items = items[12:]
	}
	return bad
}

// readVariableStep reads start and value; all have one length.
func readVariableStep(out []Interval, items []byte, span uint32) int {
	for i := range out {
		item := (*[8]byte)(items)
		start := binary.LittleEndian.Uint32(item[:4])
		if span == 0 || start > math.MaxUint32-span {
			return i
		}
		out[i] = Interval{start, start + span, math.Float32frombits(binary.LittleEndian.Uint32(item[4:]))}
		items = items[8:]
	}
	return -1
}

// readFixedStep reads values, whose starts are step apart.
func readFixedStep(out []Interval, items []byte, start, step, span uint32) int {
	for i := range out {
		at := uint64(start) + uint64(i)*uint64(step)
		if span == 0 || at > uint64(math.MaxUint32-span) {
			return i
		}
		out[i] = Interval{uint32(at), uint32(at) + span, math.Float32frombits(binary.LittleEndian.Uint32(items))}
		items = items[4:]
	}
	return -1
}

// unpack inflates d.packed to the end, so that its checksum is verified. room is how large a block should be.
func (d *Decoder) unpack(room int) ([]byte, error) {
	if len(d.plain) < room+spare {
		d.plain = make([]byte, room+spare)
	}
	for {
		n, err := d.inflate.Zlib(d.plain, d.packed)
		switch {
		case err == nil:
			return d.plain[:n], nil
		case !errors.Is(err, inflate.ErrRoom):
			return nil, err
		case len(d.plain) > maxBlock:
			return nil, errors.New("it is too large")
		}
		d.plain = make([]byte, 2*len(d.plain))
	}
}
