package bbi

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"regioscope/worker/genome"
)

const (
	magicChroms = 0x78CA8C91
	magicIndex  = 0x2468ACE0
	nodeHead    = 4
	indexHead   = 48
	leafSize    = 32
	branchSize  = 24
	maxKey      = 1 << 10
)

// walk visits the nodes of a tree depth first, each once. item is called for every item of a node; for a branch it
// gives the offset of the child.
type walk struct {
	f     *File
	seen  map[int64]bool
	bytes int64
	sizes [2]int64 // of an item of a branch, of a leaf
	what  string
	item  func(at int64, leaf bool, raw []byte) (child uint64, err error)
}

func (w *walk) node(at int64, depth int) error {
	if depth > maxTreeDepth {
		return formatError(at, "the %s is deeper than %d", w.what, maxTreeDepth)
	}
	if w.seen[at] {
		return formatError(at, "a node of the %s is met twice", w.what)
	}
	w.seen[at] = true
	head, err := w.f.read(at, nodeHead)
	if err != nil {
		return err
	}
	leaf, n := head[0] == 1, int64(w.f.order.Uint16(head[2:]))
	if head[0] > 1 {
		return formatError(at, "this is not a node of the %s", w.what)
	}
	size := w.sizes[0]
	if leaf {
		size = w.sizes[1]
	}
	// Honest nodes do not overlap, so that together they are never more than the file.
	if w.bytes += nodeHead + n*size; w.bytes > w.f.size {
		return formatError(at, "the nodes of the %s are larger than the file", w.what)
	}
	raw, err := w.f.read(at+nodeHead, n*size)
	if err != nil {
		return err
	}
	for i := range n {
		from := at + nodeHead + i*size
		child, err := w.item(from, leaf, raw[i*size:(i+1)*size])
		if err != nil {
			return err
		}
		if leaf {
			continue
		}
		next, err := w.f.offset(child, from, "next node of the "+w.what)
		if err != nil {
			return err
		}
		if err := w.node(next, depth+1); err != nil {
			return err
		}
	}
	return nil
}

// readChroms reads the chromosome tree: name → number, length.
func (f *File) readChroms(stored uint64) error {
	at, err := f.offset(stored, 8, "chromosome tree")
	if err != nil {
		return err
	}
	head, err := f.read(at, 32)
	if err != nil {
		return err
	}
	key := int64(f.order.Uint32(head[8:]))
	if f.order.Uint32(head) != magicChroms || key < 1 || key > maxKey || f.order.Uint32(head[12:]) != 8 {
		return formatError(at, "this is not a chromosome tree")
	}
	type entry struct {
		id    uint32
		chrom genome.Chrom
	}
	var entries []entry
	w := &walk{f: f, seen: make(map[int64]bool), sizes: [2]int64{key + 8, key + 8}, what: "chromosome tree"}
	w.item = func(at int64, leaf bool, raw []byte) (uint64, error) {
		if !leaf {
			return f.order.Uint64(raw[key:]), nil
		}
		name := string(bytes.TrimRight(raw[:key], "\x00"))
		if name == "" {
			return 0, formatError(at, "a chromosome has no name")
		}
		entries = append(entries, entry{f.order.Uint32(raw[key:]), genome.Chrom{Name: name, Length: int64(f.order.Uint32(raw[key+4:]))}})
		return 0, nil
	}
	if err := w.node(at+32, 0); err != nil {
		return err
	}
	slices.SortStableFunc(entries, func(a, b entry) int { return cmp.Compare(a.id, b.id) })
	f.byName = make(map[string]int, len(entries))
	for i, e := range entries {
		if _, twice := f.byName[e.chrom.Name]; twice || i > 0 && entries[i-1].id == e.id {
			return formatError(at, "chromosome %.80q (number %d) is listed twice", e.chrom.Name, e.id)
		}
		f.byName[e.chrom.Name] = i
		f.chroms = append(f.chroms, e.chrom)
		f.ids = append(f.ids, e.id)
	}
	return nil
}

// block is one entry of the index: the data of [start, end) of a chromosome.
type block struct {
	start, end uint32
	offset     int64
	size       int64
}

// readIndex reads the whole R tree; its leaves are 32 bytes in the file and 24 here.
func (f *File) readIndex(stored uint64) error {
	f.blocks = make([][]block, len(f.chroms))
	err := f.walkIndex(stored, 24, "index", func(at int64, raw []byte, offset, size int64) error {
		id, start, last, end := f.order.Uint32(raw), f.order.Uint32(raw[4:]), f.order.Uint32(raw[8:]), f.order.Uint32(raw[12:])
		i, ok := slices.BinarySearch(f.ids, id)
		if !ok || last != id || end <= start {
			return formatError(at, "a block is said to hold chromosome %d:%d to %d:%d", id, start, last, end)
		}
		f.blocks[i] = append(f.blocks[i], block{start, end, offset, size})
		f.header.Blocks++
		return nil
	})
	if err != nil {
		return err
	}
	for _, blocks := range f.blocks {
		slices.SortStableFunc(blocks, func(a, b block) int { return cmp.Compare(a.start, b.start) })
	}
	return nil
}

// checkZooms looks whether the file holds the zoom levels that it lists. Their values are not used, but they are what is
// missing from a file that was cut near its end.
func (f *File) checkZooms() error {
	raw, err := f.read(headerSize, int64(len(f.zooms))*zoomSize)
	if err != nil {
		return err
	}
	for i, z := range f.zooms {
		stored := f.order.Uint64(raw[i*zoomSize+16:])
		what := fmt.Sprintf("index of the zoom level of %d bp", z.Reduction)
		if err := f.walkIndex(stored, int64(headerSize+i*zoomSize+16), what, func(int64, []byte, int64, int64) error { return nil }); err != nil {
			return err
		}
	}
	return nil
}

// walkIndex visits the leaves of the R tree whose place is stored at byte from: block gets a leaf, where it is, and the
// place of its block, which is inside the file.
func (f *File) walkIndex(stored uint64, from int64, what string, block func(at int64, raw []byte, offset, size int64) error) error {
	at, err := f.offset(stored, from, what)
	if err != nil {
		return err
	}
	head, err := f.read(at, indexHead)
	if err != nil {
		return err
	}
	if f.order.Uint32(head) != magicIndex {
		return formatError(at, "this is not an index")
	}
	w := &walk{f: f, seen: make(map[int64]bool), sizes: [2]int64{branchSize, leafSize}, what: what}
	w.item = func(at int64, leaf bool, raw []byte) (uint64, error) {
		if !leaf {
			return f.order.Uint64(raw[16:]), nil
		}
		offset, size := f.order.Uint64(raw[16:]), f.order.Uint64(raw[24:])
		if size < 1 || size > maxBlockInFile || offset < headerSize || offset > uint64(f.size)-min(size, uint64(f.size)) {
			return 0, formatError(at, "a block of %d bytes at %d is outside the file of %d bytes, or too large", size, offset, f.size)
		}
		return 0, block(at, raw, int64(offset), int64(size))
	}
	return w.node(at+indexHead, 0)
}
