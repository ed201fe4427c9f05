package bbi

import (
	"encoding/binary"
	"errors"
	"math"
	"unsafe"

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
	packed  []byte
	plain   []byte
	list    []Interval // of blocks that are not stored as intervals
	inflate inflate.Decoder
}

// Read decodes a block that Blocks listed, at least up to the intervals that begin before `until`; Block.End is all of it.
// They are the decoder's, and there until it reads again: most callers need few of them. That they are sorted and disjoint
// is what writers promise, not what is checked. Files may be read by several goroutines, each with its own Decoder.
// *FormatError, or the error of reading.
//
// A window needs what is before its end. Inflating cannot begin within a block, but it can stop: with windows that are
// small beside a block, half of all time is saved. The price is that the checksum of such a block is not verified, which
// is possible at its end only.
func (f *File) Read(b Block, until uint32, d *Decoder) ([]Interval, error) {
	if b.Size > maxBlockInFile {
		return nil, formatError(b.Offset, "a block of %d bytes is too large", b.Size)
	}
	d.packed = slice(d.packed, int(b.Size))
	if err := f.readInto(d.packed, b.Offset); err != nil {
		return nil, err
	}
	raw, all := d.packed, true
	if f.header.Compressed {
		var err error
		if raw, all, err = d.unpack(f, b, until); err != nil {
			return nil, formatError(b.Offset, "a block cannot be unpacked: %v", err)
		}
	}
	if len(raw) < blockHead {
		return nil, formatError(b.Offset, "a block has %d bytes", len(raw))
	}
	h := f.blockHead(raw)
	if h.chrom != b.Chrom {
		return nil, formatError(b.Offset, "a block of chromosome %d holds chromosome %d", b.Chrom, h.chrom)
	}
	items := raw[blockHead:]
	if h.width == 0 || all && len(items) < h.n*h.width {
		return nil, formatError(b.Offset, "a block of type %d has %d bytes for %d items", h.kind, len(items), h.n)
	}
	h.n = min(h.n, len(items)/h.width)
	items = items[:h.n*h.width]
	if f.header.BigEndian {
		for i := 0; i < len(items); i += 4 {
			binary.LittleEndian.PutUint32(items[i:], binary.BigEndian.Uint32(items[i:]))
		}
	}
	list, bad := d.intervals(h, items)
	if bad >= 0 {
		return nil, formatError(b.Offset, "item %d of a block is empty or behind the end of every chromosome", bad)
	}
	return list, nil
}

// intervals gives the items of a block, or the first that is none.
func (d *Decoder) intervals(h head, items []byte) (list []Interval, bad int) {
	if h.kind == bedGraph && lowFirst && len(items) > 0 {
		list = unsafe.Slice((*Interval)(unsafe.Pointer(&items[0])), h.n)
		return list, firstEmpty(list)
	}
	d.list = slice(d.list, h.n)
	switch h.kind {
	case bedGraph:
		readBedGraph(d.list, items)
		bad = firstEmpty(d.list)
	case variableStep:
		bad = readVariableStep(d.list, items, h.span)
	case fixedStep:
		bad = readFixedStep(d.list, items, h.start, h.step, h.span)
	}
	return d.list, bad
}

// head is the beginning of a block.
type head struct {
	chrom, start, step, span uint32
	kind                     byte
	n, width                 int // of items; their bytes, 0 if the kind is not known
}

func (f *File) blockHead(raw []byte) head {
	u32 := func(at int) uint32 { return f.order.Uint32(raw[at:]) }
	h := head{chrom: u32(0), start: u32(4), step: u32(12), span: u32(16), kind: raw[20], n: int(f.order.Uint16(raw[22:]))}
	switch h.kind {
	case bedGraph:
		h.width = 12
	case variableStep:
		h.width = 8
	case fixedStep:
		h.width = 4
	}
	return h
}

// slice is s with n elements, the old ones or new ones.
func slice[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}

// The three kinds of items, as little-endian words. What functions return is the first item that is no interval, or -1.

// readBedGraph reads start, end and value: what an Interval is in memory where low bytes come first.
func readBedGraph(out []Interval, items []byte) {
	for i := range out {
		item := (*[12]byte)(items[12*i:])
		out[i] = Interval{binary.LittleEndian.Uint32(item[:4]), binary.LittleEndian.Uint32(item[4:8]), math.Float32frombits(binary.LittleEndian.Uint32(item[8:]))}
	}
}

func firstEmpty(list []Interval) int {
	for i := range list {
		if list[i].Start >= list[i].End {
			return i
		}
	}
	return -1
}

// lowFirst also wants the fields of an Interval to lie without gaps; all have 4 bytes.
var lowFirst = binary.NativeEndian.Uint16([]byte{1, 0}) == 1

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

// unpack inflates d.packed: to the end, where its checksum is verified, or until there is an item that begins at or
// behind `until`. How far that is can be guessed well, as items are mostly of one size.
func (d *Decoder) unpack(f *File, b Block, until uint32) (raw []byte, all bool, err error) {
	if len(d.plain) < f.room+spare {
		d.plain = make([]byte, f.room+spare)
	}
	if err := d.inflate.Begin(d.packed); err != nil {
		return nil, false, err
	}
	target := math.MaxInt
	if until < b.End {
		target = blockHead
	}
	for {
		n, end, err := d.inflate.Next(d.plain, target)
		switch {
		case errors.Is(err, inflate.ErrRoom) && len(d.plain) <= maxBlock:
			// The header of the file promised less. Begin again, for all of it.
			d.plain, target = make([]byte, 2*len(d.plain)), math.MaxInt
			if err := d.inflate.Begin(d.packed); err != nil {
				return nil, false, err
			}
		case errors.Is(err, inflate.ErrRoom):
			return nil, false, errors.New("it is too large")
		case err != nil:
			return nil, false, err
		case end:
			return d.plain[:n], true, nil
		default:
			h := f.blockHead(d.plain)
			have := (n - blockHead) / max(h.width, 1)
			if h.width == 0 || h.n == 0 || have > 0 && f.itemStart(h, d.plain, min(have, h.n)-1) >= until {
				return d.plain[:n], false, nil
			}
			part := float64(until-min(until, b.Start)) / float64(b.End-b.Start)
			target = max(n+64*h.width, blockHead+int(part*float64(h.n*h.width))+8*h.width)
		}
	}
}

// itemStart is where item i of a block begins.
func (f *File) itemStart(h head, raw []byte, i int) uint32 {
	if h.kind == fixedStep {
		return uint32(min(uint64(h.start)+uint64(i)*uint64(h.step), math.MaxUint32))
	}
	return f.order.Uint32(raw[blockHead+i*h.width:])
}
