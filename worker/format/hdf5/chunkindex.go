package hdf5

import (
	"cmp"
	"slices"
)

// chunkRef is where one chunk is stored. A chunk that is not listed was never written and reads as fill value.
type chunkRef struct {
	index int64 // position in the dataset divided by the chunk length
	addr  uint64
	size  uint32 // bytes in the file
	mask  uint32 // bit i: filter i was left out
}

const chunkRefBytes = 24

// readIndex lists the stored chunks in the order of the dataset, and checks that each lies in the file and that no two
// share bytes: otherwise a few bytes could decompress to any amount of data.
func (d *Dataset) readIndex() ([]chunkRef, error) {
	ix := &indexer{d: d, f: d.f, elem: int64(d.Type.Size), count: d.NumChunks(), m: d.f.meter()}
	ix.bytes = d.ChunkLen() * ix.elem
	if ix.bytes > 1<<32-1 {
		return nil, unsupported(d.lay.at, "chunk of %d bytes", ix.bytes)
	}
	if d.n == 0 || d.lay.addr == undefined {
		return nil, nil
	}
	var err error
	switch d.lay.index {
	case indexBTree1:
		err = ix.btree1()
	case indexSingle:
		err = ix.single()
	case indexImplicit:
		err = ix.implicit()
	case indexFixed:
		err = ix.fixedArray()
	case indexExtensible:
		err = ix.extensibleArray()
	case indexBTree2:
		err = ix.btree2()
	}
	if err != nil {
		return nil, err
	}
	if err := ix.check(); err != nil {
		return nil, err
	}
	if !d.f.Reserve(int64(len(ix.refs)) * chunkRefBytes) {
		return nil, ErrTooLarge
	}
	return ix.refs, nil
}

// indexer gathers the chunk references of one dataset.
type indexer struct {
	d     *Dataset
	f     *File
	elem  int64
	bytes int64 // of a whole chunk
	count int64 // chunks that cover the dataset
	m     *meter
	refs  []chunkRef
}

// add keeps one reference. Chunks wholly beyond the dataset's end, left by shrinking it, are dropped.
func (ix *indexer) add(r chunkRef, at int64) error {
	if r.addr == undefined {
		return nil
	}
	if len(ix.refs) > 0 && r.index <= ix.refs[len(ix.refs)-1].index {
		return formatErr(at, "chunk %d after chunk %d", r.index, ix.refs[len(ix.refs)-1].index)
	}
	if r.index >= ix.count {
		return nil
	}
	if ix.d.lay.noPartly && (r.index+1)*ix.d.ChunkLen() > ix.d.n {
		r.mask = ^uint32(0)
	}
	// No filter used here makes data longer than this.
	if int64(r.size) > ix.bytes+ix.bytes/8+4096 || (len(ix.d.pipe) == 0 && int64(r.size) != ix.bytes) {
		return formatErr(at, "chunk of %d bytes stored as %d", ix.bytes, r.size)
	}
	if _, err := ix.f.abs(r.addr, int64(r.size), "chunk"); err != nil {
		return err
	}
	if int64(len(ix.refs))*chunkRefBytes > ix.f.size+16<<20 {
		return ErrTooLarge
	}
	ix.refs = append(ix.refs, r)
	return nil
}

// check refuses chunks that overlap in the file.
func (ix *indexer) check() error {
	inOrder := slices.IsSortedFunc(ix.refs, func(a, b chunkRef) int { return cmp.Compare(a.addr, b.addr) })
	order := ix.refs
	if !inOrder {
		order = slices.Clone(ix.refs)
		slices.SortFunc(order, func(a, b chunkRef) int { return cmp.Compare(a.addr, b.addr) })
	}
	for i := 1; i < len(order); i++ {
		if a, b := order[i-1], order[i]; a.addr+uint64(a.size) > b.addr {
			return formatErr(ix.f.base+int64(b.addr), "chunks %d and %d overlap", a.index, b.index)
		}
	}
	return nil
}

func (ix *indexer) btree1() error {
	return ix.f.walkBTree1(ix.d.lay.addr, 1, 2, ix.m, func(key *cursor, child uint64) error {
		r := chunkRef{size: key.u32(), mask: key.u32(), addr: child}
		offset := key.u64()
		if offset >= 1<<62 || int64(offset)%ix.d.ChunkLen() != 0 {
			return formatErr(key.base, "chunk at element %d, chunks have %d", offset, ix.d.ChunkLen())
		}
		r.index = int64(offset) / ix.d.ChunkLen()
		return ix.add(r, key.base)
	})
}

func (ix *indexer) single() error {
	r := chunkRef{addr: ix.d.lay.addr, size: uint32(ix.bytes)}
	if len(ix.d.pipe) > 0 {
		if ix.d.lay.filtered > 1<<32-1 {
			return formatErr(ix.d.lay.at, "chunk of %d bytes", ix.d.lay.filtered)
		}
		r.size, r.mask = uint32(ix.d.lay.filtered), ix.d.lay.mask
	}
	if ix.count != 1 {
		return formatErr(ix.d.lay.at, "single chunk where %d are needed", ix.count)
	}
	return ix.add(r, ix.d.lay.at)
}

func (ix *indexer) implicit() error {
	if _, err := ix.f.abs(ix.d.lay.addr, min(ix.count, 1<<40)*ix.bytes, "chunks"); err != nil {
		return err
	}
	for i := range ix.count {
		if err := ix.add(chunkRef{index: i, addr: ix.d.lay.addr + uint64(i*ix.bytes), size: uint32(ix.bytes), mask: ^uint32(0)}, ix.d.lay.at); err != nil {
			return err
		}
	}
	return nil
}

// elemReader decodes one element of a fixed or extensible array: an address, or address, size and filter mask.
type elemReader struct {
	filtered bool
	size     int // bytes of an element
}

func (ix *indexer) elems(c *cursor, client, size uint8) (elemReader, error) {
	e := elemReader{filtered: client == 1, size: int(size)}
	want := ix.f.osz
	if client > 1 || (client == 1) != (len(ix.d.pipe) > 0) ||
		(client == 0 && e.size != want) || (client == 1 && (e.size < want+5 || e.size > want+12)) {
		return e, formatErr(c.base, "chunk array of type %d with elements of %d bytes", client, size)
	}
	return e, nil
}

func (ix *indexer) elem1(c *cursor, e elemReader, i int64) error {
	at := c.pos()
	r := chunkRef{index: i, addr: c.addr(), size: uint32(ix.bytes)}
	if e.filtered {
		n := c.uint(e.size - ix.f.osz - 4)
		r.mask = c.u32()
		if n > 1<<32-1 {
			return formatErr(at, "chunk of %d bytes", n)
		}
		r.size = uint32(n)
	}
	if c.err != nil {
		return c.err
	}
	return ix.add(r, at)
}

func (ix *indexer) btree2() error {
	return ix.f.walkBTree2(ix.d.lay.addr, ix.m, func(rec *cursor, kind uint8) error {
		plain, filtered := ix.f.osz+8, len(rec.b)-ix.f.osz-4-8
		if (kind != 10 || len(rec.b) != plain || len(ix.d.pipe) > 0) && (kind != 11 || filtered < 1 || filtered > 8 || len(ix.d.pipe) == 0) {
			return formatErr(rec.base, "chunk tree of type %d with records of %d bytes", kind, len(rec.b))
		}
		r := chunkRef{addr: rec.addr(), size: uint32(ix.bytes)}
		if kind == 11 {
			n := rec.uint(filtered)
			r.mask = rec.u32()
			if n > 1<<32-1 {
				return formatErr(rec.base, "chunk of %d bytes", n)
			}
			r.size = uint32(n)
		}
		i := rec.u64()
		if i >= 1<<62 {
			return formatErr(rec.base, "chunk number %d", i)
		}
		r.index = int64(i)
		return ix.add(r, rec.base)
	})
}
