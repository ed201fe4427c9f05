package writer

import "encoding/binary"

// The ranks of version 1 B-trees. groupK and leafK are written to the superblock; chunkK is fixed for superblock 0.
const (
	leafK  = 4  // symbol nodes have up to 2·leafK entries
	groupK = 16 // group nodes have up to 2·groupK children
	chunkK = 32 // chunk nodes have up to 2·chunkK children
)

// child is one entry of a B-tree node: the key on its left and the address it leads to.
type child struct {
	key  []byte
	addr uint64
}

// tree is a version 1 B-tree (specification III.A.1) that is built from the bottom with all its entries known.
type tree struct {
	kind    byte // 0 group, 1 chunks
	k       int
	keySize int
}

// build writes the tree over the sorted entries and returns the address of its root. last is the key right of the last entry.
func (t tree) build(w *Writer, entries []child, last []byte) uint64 {
	if len(entries) == 0 {
		return w.alloc(t.node(0, nil, last, undefined, undefined))
	}
	for level := byte(0); ; level++ {
		entries = t.level(w, level, entries, last)
		if len(entries) == 1 {
			return entries[0].addr
		}
	}
}

// level writes the nodes of one level and returns the entries of the level above.
func (t tree) level(w *Writer, level byte, entries []child, last []byte) []child {
	var up []child
	width := 2 * t.k
	for w.end()%8 != 0 {
		w.buf = append(w.buf, 0)
	}
	size := uint64(t.nodeSize())
	first := w.end()
	for at := 0; at < len(entries); at += width {
		part := entries[at:min(at+width, len(entries))]
		right, next := last, undefined
		if at+width < len(entries) {
			right, next = entries[at+width].key, first+uint64(at/width+1)*size
		}
		previous := undefined
		if at > 0 {
			previous = first + uint64(at/width-1)*size
		}
		up = append(up, child{part[0].key, w.alloc(t.node(level, part, right, previous, next))})
	}
	return up
}

// nodeSize is rounded up to 8, so that the nodes of a level lie at equal distances.
func (t tree) nodeSize() int { return (24 + (2*t.k+1)*t.keySize + 2*t.k*8 + 7) &^ 7 }

func (t tree) node(level byte, entries []child, right []byte, previous, next uint64) []byte {
	b := make([]byte, 0, t.nodeSize())
	b = append(b, "TREE"...)
	b = append(b, t.kind, level)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(entries)))
	b = append64(b, previous, next)
	for _, e := range entries {
		b = append64(append(b, e.key...), e.addr)
	}
	b = append(b, right...)
	return append(b, make([]byte, t.nodeSize()-len(b))...)
}

// chunkIndex writes the chunk B-tree. Keys: stored size, filter mask, offset of the chunk in elements, offset in the element.
func (d *Dataset) chunkIndex() uint64 {
	if len(d.chunks) == 0 {
		return undefined
	}
	key := func(size uint32, i int, inElement uint64) []byte {
		b := binary.LittleEndian.AppendUint32(nil, size)
		b = append(b, 0, 0, 0, 0)
		return append64(b, uint64(i)*uint64(d.opts.Chunk), inElement)
	}
	entries := make([]child, len(d.chunks))
	for i, c := range d.chunks {
		entries[i] = child{key(c.size, i, 0), c.addr}
	}
	t := tree{kind: 1, k: chunkK, keySize: 24}
	return t.build(d.w, entries, key(0, len(d.chunks), uint64(d.typ.size)))
}
