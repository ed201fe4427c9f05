package writer

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
)

// Group is a group of the file.
type Group struct {
	w     *Writer
	attrs attributes
	names []string
	items map[string]node
}

// node is a member of a group: it writes itself and returns the address of its object header.
type node interface{ header() uint64 }

func (g *Group) header() uint64   { return g.write().header }
func (d *Dataset) header() uint64 { return d.write() }

// SetAttr sets a scalar attribute. value is a string (stored as variable-length UTF-8, what h5py writes), int or int64
// (int64), float64, or bool (h5py's enumeration).
func (g *Group) SetAttr(name string, value any) error { return g.attrs.set(g.w, name, value) }

// Group makes a subgroup.
func (g *Group) Group(name string) (*Group, error) {
	sub := &Group{w: g.w}
	return sub, g.add(name, sub)
}

// Dataset makes an empty dataset.
func (g *Group) Dataset(name string, t Type, o Options) (*Dataset, error) {
	if err := t.validate(); err != nil {
		return nil, err
	}
	if o.Chunk < 0 || o.Chunk > 1<<27 || o.Level < 0 || o.Level > 9 {
		return nil, fmt.Errorf("hdf5 writer: dataset %s: chunk %d or deflate level %d out of range", name, o.Chunk, o.Level)
	}
	d := &Dataset{w: g.w, name: name, typ: t, opts: o}
	return d, g.add(name, d)
}

func (g *Group) add(name string, item node) error {
	switch {
	case g.w.closed:
		return fmt.Errorf("hdf5 writer: add %s after Close", name)
	case name == "" || name == "." || strings.ContainsAny(name, "/\x00"):
		return fmt.Errorf("hdf5 writer: %q is not a member name", name)
	case g.items[name] != nil:
		return fmt.Errorf("hdf5 writer: %s exists already", name)
	}
	if g.items == nil {
		g.items = make(map[string]node)
	}
	g.items[name] = item
	g.names = append(g.names, name)
	return nil
}

// finishDatasets flushes partial chunks in the order in which things were made.
func (g *Group) finishDatasets() {
	for _, n := range g.names {
		switch item := g.items[n].(type) {
		case *Group:
			item.finishDatasets()
		case *Dataset:
			item.finish()
		}
	}
}

type groupAddresses struct{ header, btree, heap uint64 }

// write stores the members, then the local heap with their names, symbol nodes, B-tree and object header.
func (g *Group) write() groupAddresses {
	names := slices.Clone(g.names)
	slices.Sort(names)
	heap := make([]byte, 8) // offset 0 is the empty name, the leftmost key
	offsets := make([]uint64, len(names))
	addrs := make([]uint64, len(names))
	for i, n := range names {
		offsets[i], addrs[i] = uint64(len(heap)), g.items[n].header()
		heap = pad8(append(append(heap, n...), 0), len(n)+1)
	}
	var at groupAddresses
	at.heap = g.w.localHeap(heap)

	var entries []child
	key := append64(nil, 0)
	for i := 0; i < len(names); i += 2 * leafK {
		end := min(i+2*leafK, len(names))
		entries = append(entries, child{key, g.w.alloc(symbolNode(offsets[i:end], addrs[i:end]))})
		key = append64(nil, offsets[end-1])
	}
	at.btree = tree{kind: 0, k: groupK, keySize: 8}.build(g.w, entries, key)

	var h header
	h.add(msgSymbolTable, append64(nil, at.btree, at.heap))
	h.addAttrs(g.w, g.attrs)
	at.header = h.write(g.w)
	return at
}

// localHeap writes a heap without free space (offset 1 says so), specification III.D.
func (w *Writer) localHeap(data []byte) uint64 {
	segment := w.alloc(data)
	return w.alloc(append64([]byte("HEAP\x00\x00\x00\x00"), uint64(len(data)), 1, segment))
}

// symbolNode is specification III.B with nothing cached in its entries; nodes are always allocated in full.
func symbolNode(offsets, addrs []uint64) []byte {
	const entry = 40
	b := make([]byte, 0, 8+2*leafK*entry)
	b = append(b, "SNOD\x01\x00"...)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(offsets)))
	for i := range offsets {
		b = append64(b, offsets[i], addrs[i], 0, 0, 0)
	}
	return append(b, make([]byte, cap(b)-len(b))...)
}
