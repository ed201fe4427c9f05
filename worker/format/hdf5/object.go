package hdf5

// Types of header messages, section IV.A.2 of the format specification.
const (
	msgDataspace    = 0x01
	msgLinkInfo     = 0x02
	msgDatatype     = 0x03
	msgFillOld      = 0x04
	msgFill         = 0x05
	msgLink         = 0x06
	msgExternal     = 0x07
	msgLayout       = 0x08
	msgGroupInfo    = 0x0A
	msgFilters      = 0x0B
	msgAttribute    = 0x0C
	msgContinuation = 0x10
	msgSymbolTable  = 0x11
	msgAttrInfo     = 0x15
)

const (
	flagShared     = 0x02
	maxObjectParts = 4096 // continuation blocks of one header
)

type message struct {
	kind  int
	flags uint8
	body  *cursor
}

// object is a parsed object header: the list of its messages.
type object struct {
	f    *File
	addr uint64
	at   int64
	msgs []message
}

type part struct{ addr, size uint64 }

func (f *File) object(addr uint64) (*object, error) {
	at, err := f.abs(addr, 16, "object header")
	if err != nil {
		return nil, err
	}
	o := &object{f: f, addr: addr, at: at}
	head, err := f.read(addr, min(64, f.size-at), "object header")
	if err != nil {
		return nil, err
	}
	if string(head.b[:4]) == "OHDR" {
		err = o.readV2(head)
	} else {
		err = o.readV1(head)
	}
	if err != nil {
		return nil, err
	}
	return o, nil
}

// parts reads the first block and every continuation, each at most once and together no more than the file.
func (o *object) parts(first part, v2 bool, parse func(c *cursor) ([]part, error)) error {
	seen := map[uint64]bool{}
	todo := []part{first}
	total := uint64(0)
	for n := 0; len(todo) > 0; n++ {
		p := todo[0]
		todo = todo[1:]
		total += p.size
		if seen[p.addr] || n > maxObjectParts || p.size > uint64(o.f.size) || total > uint64(o.f.size) {
			return formatErr(o.at, "object header continues into itself or past the file")
		}
		seen[p.addr] = true
		c, err := o.f.read(p.addr, int64(p.size), "object header block")
		if err != nil {
			return err
		}
		if v2 && n > 0 {
			c.signature("OCHK")
			if c.remaining() < 4 {
				return formatErr(c.base, "object header block too short")
			}
			c.b = c.b[:len(c.b)-4] // checksum
		}
		more, err := parse(c)
		if err != nil {
			return err
		}
		todo = append(todo, more...)
	}
	return nil
}

func (o *object) readV1(c *cursor) error {
	c.version(1, "object header")
	c.skip(1)
	left := int(c.u16()) // messages in all blocks
	c.skip(4)            // reference count
	size := c.u32()
	if c.err != nil {
		return c.err
	}
	return o.parts(part{o.addr + 16, uint64(size)}, false, func(c *cursor) (more []part, err error) {
		for left > 0 && c.remaining() >= 8 {
			left--
			kind, n := int(c.u16()), int(c.u16())
			flags := c.u8()
			c.skip(3)
			body := c.sub(n)
			if c.err != nil {
				return nil, c.err
			}
			if more, err = o.add(more, message{kind, flags, body}); err != nil {
				return nil, err
			}
		}
		return more, nil
	})
}

func (o *object) readV2(c *cursor) error {
	c.signature("OHDR")
	c.version(2, "object header")
	flags := c.u8()
	if flags&0x20 != 0 {
		c.skip(16) // times
	}
	if flags&0x10 != 0 {
		c.skip(4) // limits of compact attributes
	}
	size := c.uint(1 << (flags & 3))
	if c.err != nil {
		return c.err
	}
	head := 4
	if flags&0x04 != 0 {
		head = 6 // creation order
	}
	return o.parts(part{o.addr + uint64(c.p), size}, true, func(c *cursor) (more []part, err error) {
		for c.remaining() >= head { // a shorter rest is a gap
			kind, n := int(c.u8()), int(c.u16())
			mflags := c.u8()
			c.skip(head - 4)
			body := c.sub(n)
			if c.err != nil {
				return nil, c.err
			}
			if more, err = o.add(more, message{kind, mflags, body}); err != nil {
				return nil, err
			}
		}
		return more, nil
	})
}

// add keeps a message, or follows it when it is a continuation.
func (o *object) add(more []part, m message) ([]part, error) {
	if m.kind == 0 { // NIL
		return more, nil
	}
	if m.kind == msgContinuation {
		p := part{m.body.addr(), m.body.length()}
		return append(more, p), m.body.err
	}
	o.msgs = append(o.msgs, m)
	return more, nil
}

// find returns a fresh cursor over the first message of a kind; a shared one is fetched from the object that owns it.
func (o *object) find(kind int) (*cursor, bool, error) {
	for _, m := range o.msgs {
		if m.kind == kind {
			c, err := o.resolve(m, 0)
			return c, true, err
		}
	}
	return nil, false, nil
}

func (o *object) has(kind int) bool {
	for _, m := range o.msgs {
		if m.kind == kind {
			return true
		}
	}
	return false
}

func (o *object) resolve(m message, depth int) (*cursor, error) {
	body := *m.body
	if m.flags&flagShared == 0 {
		return &body, nil
	}
	return o.f.shared(&body, m.kind, depth)
}

// shared follows a "shared message" to a committed object; the shared-message table of a file is left out.
func (f *File) shared(c *cursor, kind, depth int) (*cursor, error) {
	at := c.pos()
	version, typ := c.u8(), c.u8()
	switch {
	case version == 1:
		c.skip(6)
	case version == 2:
	case version == 3 && typ == 2:
	default:
		return nil, unsupported(at, "shared message version %d type %d", version, typ)
	}
	addr := c.addr()
	if c.err != nil {
		return nil, c.err
	}
	if depth > 4 {
		return nil, formatErr(at, "shared message refers to itself")
	}
	owner, err := f.object(addr)
	if err != nil {
		return nil, err
	}
	for _, m := range owner.msgs {
		if m.kind == kind {
			return owner.resolve(m, depth+1)
		}
	}
	return nil, formatErr(at, "shared message of type %d is not where it should be", kind)
}
