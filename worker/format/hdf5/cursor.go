package hdf5

import "math"

// undefined is the "no such address" value, whatever the width of addresses in the file.
const undefined = math.MaxUint64

// cursor decodes little-endian fields of one structure that has been read whole. The first read past the end sets err,
// and every later read returns zero, so that a parser checks once per structure instead of once per field.
type cursor struct {
	b    []byte
	base int64 // absolute offset of b[0]
	p    int
	osz  int // bytes of an address
	lsz  int // bytes of a length
	err  error
}

func (c *cursor) pos() int64     { return c.base + int64(c.p) }
func (c *cursor) remaining() int { return len(c.b) - c.p }

func (c *cursor) fail(format string, args ...any) {
	if c.err == nil {
		c.err = formatErr(c.pos(), format, args...)
	}
}

// take returns the next n bytes, not copied.
func (c *cursor) take(n int) []byte {
	if c.err != nil {
		return nil
	}
	if n < 0 || n > len(c.b)-c.p {
		c.fail("structure ends early: %d more bytes wanted, %d left", n, len(c.b)-c.p)
		return nil
	}
	s := c.b[c.p : c.p+n]
	c.p += n
	return s
}

func (c *cursor) skip(n int) { c.take(n) }

// uint reads an n-byte little-endian number, n ≤ 8.
func (c *cursor) uint(n int) uint64 {
	var v uint64
	for i, x := range c.take(n) {
		v |= uint64(x) << (8 * i)
	}
	return v
}

func (c *cursor) u8() uint8   { return uint8(c.uint(1)) }
func (c *cursor) u16() uint16 { return uint16(c.uint(2)) }
func (c *cursor) u32() uint32 { return uint32(c.uint(4)) }
func (c *cursor) u64() uint64 { return c.uint(8) }

// addr reads an address; all bits set reads as undefined.
func (c *cursor) addr() uint64 {
	v := c.uint(c.osz)
	if c.osz < 8 && v == 1<<(8*c.osz)-1 {
		return undefined
	}
	return v
}

func (c *cursor) length() uint64 { return c.uint(c.lsz) }

// signature checks the four magic bytes of a structure.
func (c *cursor) signature(want string) {
	at := c.pos()
	if got := c.take(len(want)); c.err == nil && string(got) != want {
		c.err = formatErr(at, "signature %q expected, found %q", want, got)
	}
}

// version reads the version byte and checks it against the only one known.
func (c *cursor) version(want uint8, what string) {
	at := c.pos()
	if got := c.u8(); c.err == nil && got != want {
		c.err = formatErr(at, "%s version %d, %d expected", what, got, want)
	}
}

// sub is a cursor over the next n bytes.
func (c *cursor) sub(n int) *cursor {
	at := c.pos()
	b := c.take(n)
	return &cursor{b: b, base: at, osz: c.osz, lsz: c.lsz, err: c.err}
}

// zstring reads up to the next NUL, which it consumes.
func (c *cursor) zstring() string {
	if c.err != nil {
		return ""
	}
	for i := c.p; i < len(c.b); i++ {
		if c.b[i] == 0 {
			s := string(c.b[c.p:i])
			c.p = i + 1
			return s
		}
	}
	c.fail("text without end")
	return ""
}

// bytesFor is the number of bytes that hold v, at least 1 (H5VM_limit_enc_size of the library).
func bytesFor(v uint64) int {
	n := 1
	for v > 255 {
		v >>= 8
		n++
	}
	return n
}
