package hdf5

import "bytes"

const maxTreeDepth = 40

// loadSymbols reads a group of the first kind: a version 1 B-tree of symbol nodes, names in a local heap.
func (g *Group) loadSymbols(tree, heap uint64, m *meter) error {
	f := g.obj.f
	names, err := f.localHeap(heap)
	if err != nil {
		return err
	}
	return f.walkBTree1(tree, 0, 1, m, func(_ *cursor, child uint64) error {
		return g.loadNode(child, names, m)
	})
}

func (f *File) localHeap(addr uint64) (*cursor, error) {
	c, err := f.read(addr, int64(8+2*f.lsz+f.osz), "local heap")
	if err != nil {
		return nil, err
	}
	c.signature("HEAP")
	c.version(0, "local heap")
	c.skip(3)
	size := c.length()
	c.skip(f.lsz)
	data := c.addr()
	if c.err != nil {
		return nil, c.err
	}
	if size > uint64(f.size) {
		return nil, formatErr(c.base, "local heap of %d bytes", size)
	}
	return f.read(data, int64(size), "local heap data")
}

func heapText(heap *cursor, offset uint64) (string, error) {
	if offset >= uint64(len(heap.b)) {
		return "", formatErr(heap.base, "name at %d of a local heap of %d bytes", offset, len(heap.b))
	}
	rest := heap.b[offset:]
	n := bytes.IndexByte(rest, 0)
	if n < 0 {
		return "", formatErr(heap.base+int64(offset), "name without end")
	}
	return string(rest[:n]), nil
}

// loadNode reads the entries of one symbol table node.
func (g *Group) loadNode(addr uint64, names *cursor, m *meter) error {
	f := g.obj.f
	head, err := f.read(addr, 8, "symbol table node")
	if err != nil {
		return err
	}
	head.signature("SNOD")
	head.version(1, "symbol table node")
	head.skip(1)
	n := int64(head.u16())
	if head.err != nil {
		return head.err
	}
	entry := int64(2*f.osz + 24)
	if err := m.spend(8+n*entry, addr); err != nil {
		return err
	}
	c, err := f.read(addr+8, n*entry, "symbol table node")
	if err != nil {
		return err
	}
	for range n {
		nameAt := c.addr()
		l := link{addr: c.addr()}
		cache := c.u32()
		c.skip(4)
		scratch := c.sub(16)
		if c.err != nil {
			return c.err
		}
		if l.name, err = heapText(names, nameAt); err != nil {
			return err
		}
		if cache == 2 {
			l.kind = linkSoft
			if l.target, err = heapText(names, uint64(scratch.u32())); err != nil {
				return err
			}
			if err := m.spend(int64(len(l.target)), addr); err != nil {
				return err
			}
		}
		if err := m.spend(int64(len(l.name)), addr); err != nil {
			return err
		}
		if err := g.put(l); err != nil {
			return err
		}
	}
	return nil
}

// walkBTree1 visits the leaves of a version 1 B-tree in key order. kind is 0 for groups and 1 for chunks; keyDims is
// the number of 8-byte offsets of a chunk key, element size included. fn gets the key before each leaf child.
func (f *File) walkBTree1(addr uint64, kind uint8, keyDims int, m *meter, fn func(key *cursor, child uint64) error) error {
	keySize := f.lsz
	if kind == 1 {
		keySize = 8 + 8*keyDims
	}
	return f.btree1(addr, kind, keySize, -1, map[uint64]bool{}, m, fn)
}

func (f *File) btree1(addr uint64, kind uint8, keySize, level int, seen map[uint64]bool, m *meter, fn func(*cursor, uint64) error) error {
	headSize := int64(8 + 2*f.osz)
	head, err := f.read(addr, headSize, "B-tree node")
	if err != nil {
		return err
	}
	head.signature("TREE")
	gotKind, gotLevel := head.u8(), int(head.u8())
	n := int64(head.u16())
	if head.err != nil {
		return head.err
	}
	if gotKind != kind || gotLevel > maxTreeDepth || (level >= 0 && gotLevel != level) || seen[addr] {
		return formatErr(head.base, "B-tree node of type %d at level %d where type %d, level %d belongs", gotKind, gotLevel, kind, level)
	}
	seen[addr] = true
	size := n*int64(keySize+f.osz) + int64(keySize)
	if err := m.spend(size+headSize, addr); err != nil {
		return err
	}
	c, err := f.read(addr+uint64(headSize), size, "B-tree node")
	if err != nil {
		return err
	}
	for range n {
		key := c.sub(keySize)
		child := c.addr()
		if c.err != nil {
			return c.err
		}
		if gotLevel > 0 {
			err = f.btree1(child, kind, keySize, gotLevel-1, seen, m, fn)
		} else {
			err = fn(key, child)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
