package hdf5

import "math/bits"

const btree2Overhead = 10 // signature, version, type, checksum of a node

type btree2 struct {
	f        *File
	kind     uint8
	nodeSize int64
	recSize  int64
	maxRecs  []uint64 // by level, 0 = leaf
	cumSize  []int    // bytes of the "records below" field of a pointer to a node of that level
	seen     map[uint64]bool
	m        *meter
	fn       func(rec *cursor, kind uint8) error
}

// walkBTree2 visits every record of a version 2 B-tree in order.
func (f *File) walkBTree2(addr uint64, m *meter, fn func(rec *cursor, kind uint8) error) error {
	c, err := f.read(addr, int64(4+2+4+2+2+2+f.osz+2+f.lsz+4), "B-tree header")
	if err != nil {
		return err
	}
	c.signature("BTHD")
	c.version(0, "B-tree")
	t := &btree2{f: f, kind: c.u8(), nodeSize: int64(c.u32()), recSize: int64(c.u16()), seen: map[uint64]bool{}, m: m, fn: fn}
	depth := int(c.u16())
	c.skip(2)
	root := c.addr()
	n := uint64(c.u16())
	if c.err != nil {
		return c.err
	}
	if root == undefined {
		return nil
	}
	if t.recSize == 0 || depth > maxTreeDepth || t.nodeSize > f.size || t.nodeSize < btree2Overhead+t.recSize {
		return formatErr(c.base, "B-tree of depth %d with nodes of %d bytes and records of %d", depth, t.nodeSize, t.recSize)
	}
	if err := t.measure(depth, c.base); err != nil {
		return err
	}
	return t.node(root, n, depth)
}

// measure computes the field widths of the pointers, as H5B2__hdr_init of the library does.
func (t *btree2) measure(depth int, at int64) error {
	leaf := uint64((t.nodeSize - btree2Overhead) / t.recSize)
	t.maxRecs = []uint64{leaf}
	t.cumSize = []int{0}
	cum := leaf
	for level := 1; level <= depth; level++ {
		ptr := int64(t.f.osz + bytesFor(leaf) + t.cumSize[level-1])
		room := t.nodeSize - btree2Overhead - ptr
		if room < t.recSize+ptr {
			return formatErr(at, "B-tree nodes of %d bytes are too small for depth %d", t.nodeSize, depth)
		}
		recs := uint64(room / (t.recSize + ptr))
		hi, lo := bits.Mul64(recs+1, cum)
		if hi != 0 || lo > 1<<62 {
			return formatErr(at, "B-tree of depth %d is larger than any file", depth)
		}
		cum = lo + recs
		t.maxRecs = append(t.maxRecs, recs)
		t.cumSize = append(t.cumSize, bytesFor(cum))
	}
	return nil
}

func (t *btree2) node(addr, n uint64, level int) error {
	if n > t.maxRecs[level] || t.seen[addr] {
		at, err := t.f.abs(addr, 0, "B-tree node")
		if err != nil {
			return err
		}
		return formatErr(at, "B-tree node of %d records is visited twice or overfull", n)
	}
	t.seen[addr] = true
	ptr := int64(0)
	size := btree2Overhead - 4 + int64(n)*t.recSize
	if level > 0 {
		ptr = int64(t.f.osz + bytesFor(t.maxRecs[0]) + t.cumSize[level-1])
		size += int64(n+1) * ptr
	}
	if err := t.m.spend(size, addr); err != nil {
		return err
	}
	c, err := t.f.read(addr, size, "B-tree node")
	if err != nil {
		return err
	}
	if level > 0 {
		c.signature("BTIN")
	} else {
		c.signature("BTLF")
	}
	c.version(0, "B-tree node")
	if kind := c.u8(); c.err == nil && kind != t.kind {
		return formatErr(c.base, "B-tree node of type %d in a tree of type %d", kind, t.kind)
	}
	recs := c.sub(int(int64(n) * t.recSize))
	for i := uint64(0); ; i++ {
		if c.err != nil {
			return c.err
		}
		if level > 0 {
			child := c.addr()
			count := c.uint(bytesFor(t.maxRecs[0]))
			c.skip(t.cumSize[level-1])
			if c.err != nil {
				return c.err
			}
			if err := t.node(child, count, level-1); err != nil {
				return err
			}
		}
		if i == n {
			return nil
		}
		if err := t.fn(recs.sub(int(t.recSize)), t.kind); err != nil {
			return err
		}
	}
}
