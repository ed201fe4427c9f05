package hdf5

type layoutClass uint8

const (
	layoutCompact    layoutClass = 0
	layoutContiguous layoutClass = 1
	layoutChunked    layoutClass = 2
)

// Chunk indexes of version 4 layouts; version 3 has the version 1 B-tree only.
const (
	indexBTree1     = 0
	indexSingle     = 1
	indexImplicit   = 2
	indexFixed      = 3
	indexExtensible = 4
	indexBTree2     = 5
)

// layout says where the elements of a dataset are.
type layout struct {
	class    layoutClass
	at       int64
	compact  []byte
	addr     uint64
	chunk    []int64 // extents of a chunk, element size not included
	index    int
	filtered uint64 // single chunk: stored bytes, when filtered
	mask     uint32 // single chunk: filters left out
	pageBits int
	noPartly bool // chunks that the border cuts are stored without filters
}

// parseLayout reads a data layout message; rank is that of the dataspace, elem the element size.
func parseLayout(c *cursor, rank, elem int) (*layout, error) {
	l := &layout{at: c.pos()}
	version := c.u8()
	switch version {
	case 1, 2:
		return l, l.parseOld(c, rank, elem)
	case 3, 4:
	default:
		if c.err != nil {
			return nil, c.err
		}
		return nil, unsupported(l.at, "data layout version %d", version)
	}
	switch kind := c.u8(); {
	case kind == 0:
		l.compact = c.take(int(c.u16()))
	case kind == 1:
		l.class = layoutContiguous
		l.addr = c.addr()
		c.length()
	case kind == 2 && version == 3:
		l.class = layoutChunked
		n := int(c.u8())
		l.addr = c.addr()
		l.dims(c, n, 4, rank, elem)
	case kind == 2:
		l.class = layoutChunked
		l.parseV4(c, rank, elem)
	default:
		if c.err == nil {
			return nil, unsupported(l.at, "data layout class %d (virtual dataset?)", kind)
		}
	}
	return l, c.err
}

func (l *layout) parseOld(c *cursor, rank, elem int) error {
	n := int(c.u8())
	l.class = layoutClass(c.u8())
	c.skip(5)
	if l.class != layoutCompact {
		l.addr = c.addr()
	}
	switch l.class {
	case layoutCompact, layoutContiguous:
		c.skip(4 * n)
		if l.class == layoutCompact {
			l.compact = c.take(int(min(c.u32(), 1<<30)))
		}
	case layoutChunked:
		l.dims(c, n, 4, rank, elem)
	default:
		return unsupported(l.at, "data layout class %d", l.class)
	}
	return c.err
}

// dims reads n extents of width bytes each; the last one is the element size.
func (l *layout) dims(c *cursor, n, width, rank, elem int) {
	if c.err != nil {
		return
	}
	if n != rank+1 {
		c.fail("chunks of rank %d in a dataset of rank %d", n-1, rank)
		return
	}
	bytes := int64(1)
	for i := range n {
		d := c.uint(width)
		if c.err == nil && (d == 0 || d > 1<<32 || bytes > (1<<40)/int64(d)) {
			c.fail("chunk with an extent of %d", d)
			return
		}
		bytes *= int64(d)
		if i < rank {
			l.chunk = append(l.chunk, int64(d))
		} else if c.err == nil && int(d) != elem {
			c.fail("chunk of %d-byte elements in a dataset of %d-byte ones", d, elem)
		}
	}
}

func (l *layout) parseV4(c *cursor, rank, elem int) {
	flags := c.u8()
	n := int(c.u8())
	width := int(c.u8())
	if c.err == nil && (width < 1 || width > 8) {
		c.fail("chunk extents of %d bytes", width)
		return
	}
	l.dims(c, n, width, rank, elem)
	l.noPartly = flags&1 != 0
	l.index = int(c.u8())
	switch l.index {
	case indexSingle:
		if flags&2 != 0 {
			l.filtered = c.length()
			l.mask = c.u32()
		}
	case indexImplicit:
	case indexFixed:
		l.pageBits = int(c.u8())
	case indexExtensible:
		c.skip(5) // repeated in the header of the array
	case indexBTree2:
		c.skip(6)
	default:
		c.fail("chunk index of type %d", l.index)
	}
	l.addr = c.addr()
}

// parseFill returns one element's worth of fill value, nil for zeros.
func parseFill(c *cursor, old bool, elem int) ([]byte, error) {
	defined := true
	if !old {
		switch version := c.u8(); version {
		case 1, 2:
			c.skip(2)
			defined = c.u8() != 0
			if version == 1 {
				defined = true // the size field is always there
			}
		case 3:
			defined = c.u8()&0x20 != 0
		default:
			c.fail("fill value version %d", version)
		}
	}
	if !defined || c.err != nil {
		return nil, c.err
	}
	n := c.u32()
	if c.err != nil || n == 0 {
		return nil, c.err
	}
	if int64(n) != int64(elem) {
		return nil, nil // stored in another type than the data: the library converts, a reader of numbers has no use for it
	}
	v := c.take(elem)
	for _, b := range v {
		if b != 0 {
			return v, c.err
		}
	}
	return nil, c.err
}
