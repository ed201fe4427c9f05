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
)

// Section types.
const (
	bedGraph = iota + 1
	variableStep
	fixedStep
)

// decoder holds the buffers of one goroutine.
type decoder struct {
	f       *File
	packed  []byte
	plain   []byte
	inflate inflate.Decoder
}

// intervals is a run of decoded intervals.
type intervals struct {
	start, end []uint32
	value      []float32
}

func (v *intervals) reset() { v.start, v.end, v.value = v.start[:0], v.end[:0], v.value[:0] }

// decode appends the intervals of one block of the chromosome with number id.
func (d *decoder) decode(b block, id uint32, out *intervals) error {
	if int64(cap(d.packed)) < b.size {
		d.packed = make([]byte, b.size)
	}
	d.packed = d.packed[:b.size]
	if err := d.f.readInto(d.packed, b.offset); err != nil {
		return err
	}
	raw := d.packed
	if d.f.header.Compressed {
		var err error
		if raw, err = d.unpack(); err != nil {
			return formatError(b.offset, "a block cannot be unpacked: %v", err)
		}
	}
	if len(raw) < blockHead {
		return formatError(b.offset, "a block has %d bytes", len(raw))
	}
	order := d.f.order
	if got := order.Uint32(raw); got != id {
		return formatError(b.offset, "a block of chromosome %d holds chromosome %d", id, got)
	}
	start, step, span := order.Uint32(raw[4:]), order.Uint32(raw[12:]), order.Uint32(raw[16:])
	kind, n := raw[20], int(order.Uint16(raw[22:]))
	width := map[byte]int{bedGraph: 12, variableStep: 8, fixedStep: 4}[kind]
	items := raw[blockHead:]
	if width == 0 || len(items) < n*width {
		return formatError(b.offset, "a block of type %d has %d bytes for %d items", kind, len(items), n)
	}
	items = items[:n*width]
	if d.f.header.BigEndian {
		for i := 0; i < len(items); i += 4 {
			binary.LittleEndian.PutUint32(items[i:], binary.BigEndian.Uint32(items[i:]))
		}
	}
	le := binary.LittleEndian
	for i := range n {
		item := items[i*width : (i+1)*width]
		var from, to uint64
		switch kind {
		case bedGraph:
			from, to = uint64(le.Uint32(item)), uint64(le.Uint32(item[4:]))
		case variableStep:
			from = uint64(le.Uint32(item))
			to = from + uint64(span)
		case fixedStep:
			from = uint64(start) + uint64(i)*uint64(step)
			to = from + uint64(span)
		}
		if from >= to || to > math.MaxUint32 {
			return formatError(b.offset, "item %d of a block is the interval %d to %d", i, from, to)
		}
		out.start = append(out.start, uint32(from))
		out.end = append(out.end, uint32(to))
		out.value = append(out.value, math.Float32frombits(le.Uint32(item[width-4:])))
	}
	return nil
}

// unpack inflates d.packed to the end, so that its checksum is verified.
func (d *decoder) unpack() ([]byte, error) {
	if d.plain == nil {
		d.plain = make([]byte, 32<<10)
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
