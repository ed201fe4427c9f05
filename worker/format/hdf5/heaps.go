package hdf5

import "math/bits"

// fractalHeap is the header of the heap behind dense links and attributes.
type fractalHeap struct {
	f         *File
	at        int64
	idLen     int
	offSize   int // bytes of an offset in the heap
	lenSize   int // bytes of an object length in an id
	width     uint64
	start     uint64 // bytes of a block of the first row
	maxDirect uint64
	rootRows  uint64
	root      uint64
	space     uint64 // bytes the heap may address
}

func (f *File) fractalHeap(addr uint64) (*fractalHeap, error) {
	o, l := f.osz, f.lsz
	c, err := f.read(addr, int64(4+1+2+2+1+4+12*l+3*o+2+2+2+2), "fractal heap")
	if err != nil {
		return nil, err
	}
	h := &fractalHeap{f: f, at: c.base}
	c.signature("FRHP")
	c.version(0, "fractal heap")
	h.idLen = int(c.u16())
	filters := c.u16()
	c.skip(1)
	maxManaged := uint64(c.u32())
	c.skip(l + o) // huge objects
	c.skip(l + o) // free space
	c.skip(8 * l) // counts of managed, huge and tiny objects
	h.width = uint64(c.u16())
	h.start, h.maxDirect = c.length(), c.length()
	heapBits := int(c.u16())
	c.skip(2)
	h.root = c.addr()
	h.rootRows = uint64(c.u16())
	if c.err != nil {
		return nil, c.err
	}
	if filters != 0 {
		return nil, unsupported(h.at, "compressed fractal heap")
	}
	pow2 := func(v uint64) bool { return v != 0 && v&(v-1) == 0 }
	if !pow2(h.width) || !pow2(h.start) || !pow2(h.maxDirect) || h.start > h.maxDirect || h.maxDirect > 1<<32 ||
		heapBits == 0 || heapBits > 62 || h.idLen < 1 || maxManaged == 0 {
		return nil, formatErr(h.at, "fractal heap with impossible sizes")
	}
	h.space = 1 << heapBits
	h.offSize = (heapBits + 7) / 8
	h.lenSize = min((bits.Len64(h.maxDirect)-1+7)/8, bytesFor(maxManaged))
	return h, nil
}

// object returns the bytes behind a heap id.
func (h *fractalHeap) object(id []byte, m *meter) (*cursor, error) {
	c := &cursor{b: id, base: h.at, osz: h.f.osz, lsz: h.f.lsz}
	head := c.u8()
	switch {
	case head>>6 != 0:
		return nil, formatErr(h.at, "heap id version %d", head>>6)
	case head>>4&3 == 2: // the object itself is in the id
		n := int(head&15) + 1
		if h.idLen > 17 {
			n = int(head&15)<<8 + int(c.u8()) + 1
		}
		return c.sub(n), c.err
	case head>>4&3 == 1:
		return nil, unsupported(h.at, "huge object in a fractal heap")
	}
	off, n := c.uint(h.offSize), c.uint(h.lenSize)
	if c.err != nil {
		return nil, c.err
	}
	if off >= h.space || n > h.maxDirect || n == 0 {
		return nil, formatErr(h.at, "heap object of %d bytes at %d", n, off)
	}
	if err := m.spend(int64(n)+64, uint64(h.at)); err != nil {
		return nil, err
	}
	block, size, in, err := h.locate(off)
	if err != nil {
		return nil, err
	}
	if in+n > size {
		return nil, formatErr(h.at, "heap object of %d bytes at %d leaves its block", n, off)
	}
	return h.f.read(block+in, int64(n), "heap object")
}

// locate finds the direct block that holds an offset of the heap: its address, its size, and the offset inside it.
func (h *fractalHeap) locate(off uint64) (block, size, in uint64, err error) {
	if h.rootRows == 0 {
		return h.root, h.start, off, h.checkBlock(h.root, "FHDB")
	}
	addr, rows := h.root, h.rootRows
	for range maxTreeDepth {
		if err := h.checkBlock(addr, "FHIB"); err != nil {
			return 0, 0, 0, err
		}
		row, col, size, rest := h.cell(off)
		if row >= rows {
			return 0, 0, 0, formatErr(h.at, "heap offset %d is beyond the %d rows of its block", off, rows)
		}
		at := addr + uint64(4+1+h.f.osz+h.offSize) + (row*h.width+col)*uint64(h.f.osz)
		c, err := h.f.read(at, int64(h.f.osz), "fractal heap block")
		if err != nil {
			return 0, 0, 0, err
		}
		child := c.addr()
		if size <= h.maxDirect {
			return child, size, rest, h.checkBlock(child, "FHDB")
		}
		// An indirect block that spans size bytes has the rows whose blocks add up to it.
		addr, off = child, rest
		rows = uint64(bits.Len64(size)-bits.Len64(h.start*h.width)) + 1
		if size < h.start*h.width {
			return 0, 0, 0, formatErr(h.at, "fractal heap with impossible sizes")
		}
	}
	return 0, 0, 0, formatErr(h.at, "fractal heap nested too deeply")
}

// cell is the place of an offset in the doubling table: row r > 0 has width blocks of start·2^(r−1) bytes.
func (h *fractalHeap) cell(off uint64) (row, col, size, rest uint64) {
	size = h.start
	rowSpan := h.width * h.start
	for row = 0; off >= rowSpan; row++ {
		off -= rowSpan
		if row > 0 {
			size *= 2
			rowSpan *= 2
		}
	}
	return row, off / size, size, off % size
}

func (h *fractalHeap) checkBlock(addr uint64, sig string) error {
	c, err := h.f.read(addr, 5, "fractal heap block")
	if err != nil {
		return err
	}
	c.signature(sig)
	c.version(0, "fractal heap block")
	return c.err
}

// globalHeap reads variable-length texts; collections already met are kept, as neighbours share one.
type globalHeap struct {
	f    *File
	m    *meter
	last uint64
	objs map[uint32][]byte
}

func (f *File) globalHeap() *globalHeap { return &globalHeap{f: f, m: f.meter(), last: undefined} }

// text follows one stored reference: length, collection address, index.
func (h *globalHeap) text(c *cursor) (string, error) {
	at := c.pos()
	n := c.u32()
	addr := c.addr()
	index := c.u32()
	if c.err != nil {
		return "", c.err
	}
	if n == 0 || addr == 0 || addr == undefined {
		return "", nil
	}
	if addr != h.last {
		if err := h.load(addr); err != nil {
			return "", err
		}
	}
	b, ok := h.objs[index]
	if !ok || uint64(n) > uint64(len(b)) {
		return "", formatErr(at, "text of %d bytes is not in its global heap", n)
	}
	if err := h.m.spend(int64(n), addr); err != nil {
		return "", err
	}
	t := Datatype{}
	return t.text(b[:n]), nil
}

func (h *globalHeap) load(addr uint64) error {
	head, err := h.f.read(addr, int64(8+h.f.lsz), "global heap")
	if err != nil {
		return err
	}
	head.signature("GCOL")
	head.version(1, "global heap")
	head.skip(3)
	size := head.length()
	if head.err != nil {
		return head.err
	}
	if size < 16 || size > uint64(h.f.size) {
		return formatErr(head.base, "global heap of %d bytes", size)
	}
	if err := h.m.spend(int64(size), addr); err != nil {
		return err
	}
	c, err := h.f.read(addr, int64(size), "global heap")
	if err != nil {
		return err
	}
	c.skip(8 + h.f.lsz)
	h.objs = map[uint32][]byte{}
	for c.remaining() >= 8+h.f.lsz {
		index := c.u16()
		c.skip(6)
		n := c.length()
		if index == 0 { // free space
			break
		}
		if n > uint64(c.remaining()) {
			return formatErr(c.pos(), "object of %d bytes in a global heap", n)
		}
		h.objs[uint32(index)] = c.take(int(n))
		c.skip(min(int((8-n%8)%8), c.remaining()))
	}
	h.last = addr
	return c.err
}
