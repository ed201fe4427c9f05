package hdf5

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Class is the kind of a datatype.
type Class uint8

// The classes of the specification; those past Enum and VarString can be listed but not read.
const (
	ClassInt       Class = 0
	ClassFloat     Class = 1
	ClassTime      Class = 2
	ClassString    Class = 3
	ClassBitfield  Class = 4
	ClassOpaque    Class = 5
	ClassCompound  Class = 6
	ClassReference Class = 7
	ClassEnum      Class = 8
	ClassVarLen    Class = 9
	ClassArray     Class = 10
)

var classNames = [...]string{"integer", "float", "time", "string", "bit field", "opaque", "compound", "reference",
	"enum", "variable-length", "array"}

func (c Class) String() string {
	if int(c) < len(classNames) {
		return classNames[c]
	}
	return fmt.Sprintf("class %d", uint8(c))
}

// Datatype says how one element is stored.
type Datatype struct {
	Class     Class
	Size      int // bytes of one element in the file
	Signed    bool
	BigEndian bool
	VarString bool // ClassVarLen that holds text
	// EnumNames and EnumValues are the members of an enum, in file order.
	EnumNames  []string
	EnumValues []int64

	standard bool // an integer without padding bits, or an IEEE float
	pad      uint8
}

// String describes the type in a few words, for messages.
func (t Datatype) String() string {
	if t.VarString {
		return "variable-length string"
	}
	return fmt.Sprintf("%d-byte %s", t.Size, t.Class)
}

// integer reports whether elements are numbers that fit an int64 (uint64 above its range is refused when met).
func (t Datatype) integer() bool {
	return (t.Class == ClassInt || t.Class == ClassEnum) && t.standard
}

func (t Datatype) float() bool { return t.Class == ClassFloat && t.standard }

// IsInteger is true for integers and enums that can be read as numbers.
func (t Datatype) IsInteger() bool { return t.integer() }

// IsFloat is true for IEEE single and double precision.
func (t Datatype) IsFloat() bool { return t.float() }

// IsString is true for fixed and variable-length text.
func (t Datatype) IsString() bool { return t.Class == ClassString || t.VarString }

// parseDatatype reads a datatype message. Classes that cannot be read keep class and size only.
func parseDatatype(c *cursor, depth int) (Datatype, error) {
	at := c.pos()
	head := c.u8()
	version := head >> 4
	bits := uint32(c.uint(3))
	size := c.u32()
	if c.err != nil {
		return Datatype{}, c.err
	}
	if version < 1 || version > 4 || size > 1<<30 {
		return Datatype{}, formatErr(at, "datatype version %d of %d bytes", version, size)
	}
	if depth > 4 {
		return Datatype{}, formatErr(at, "datatype nested too deeply")
	}
	t := Datatype{Class: Class(head & 15), Size: int(size)}
	switch t.Class {
	case ClassInt:
		t.BigEndian = bits&1 != 0
		t.Signed = bits&8 != 0
		offset, precision := c.u16(), int(c.u16())
		t.standard = offset == 0 && precision == 8*t.Size && (t.Size == 1 || t.Size == 2 || t.Size == 4 || t.Size == 8)
	case ClassFloat:
		t.BigEndian = bits&1 != 0
		offset, precision := c.u16(), int(c.u16())
		expAt, expLen, manAt, manLen := c.u8(), c.u8(), c.u8(), c.u8()
		bias := c.u32()
		ieee32 := t.Size == 4 && expAt == 23 && expLen == 8 && manLen == 23 && bias == 127
		ieee64 := t.Size == 8 && expAt == 52 && expLen == 11 && manLen == 52 && bias == 1023
		t.standard = (ieee32 || ieee64) && offset == 0 && precision == 8*t.Size && manAt == 0 && bits&0x40 == 0
	case ClassString:
		t.pad = uint8(bits & 15)
	case ClassEnum:
		if err := t.parseEnum(c, int(bits&0xffff), version, depth); err != nil {
			return t, err
		}
	case ClassVarLen:
		t.VarString = bits&15 == 1
	}
	if t.Size == 0 && t.Class != ClassString {
		return t, formatErr(at, "%s of 0 bytes", t.Class)
	}
	return t, c.err
}

func (t *Datatype) parseEnum(c *cursor, n int, version uint8, depth int) error {
	at := c.pos()
	base, err := parseDatatype(c, depth+1)
	if err != nil {
		return err
	}
	if base.Class != ClassInt || !base.standard || base.Size != t.Size {
		return unsupported(at, "enum on %v", base)
	}
	t.Signed, t.BigEndian, t.standard = base.Signed, base.BigEndian, true
	if n > c.remaining()/(1+t.Size) {
		return formatErr(at, "enum of %d members does not fit its message", n)
	}
	t.EnumNames = make([]string, n)
	t.EnumValues = make([]int64, n)
	for i := range t.EnumNames {
		start := c.p
		t.EnumNames[i] = c.zstring()
		if version < 3 { // padded to a multiple of 8
			c.skip((8 - (c.p-start)%8) % 8)
		}
	}
	for i := range t.EnumValues {
		if b := c.take(t.Size); b != nil {
			t.EnumValues[i], _ = t.int64(b)
		}
	}
	return c.err
}

// int64 decodes one integer element; ok is false for an unsigned value beyond the range.
func (t *Datatype) int64(b []byte) (v int64, ok bool) {
	var u uint64
	if t.BigEndian {
		for _, x := range b[:t.Size] {
			u = u<<8 | uint64(x)
		}
	} else {
		switch t.Size {
		case 4:
			u = uint64(binary.LittleEndian.Uint32(b))
		case 8:
			u = binary.LittleEndian.Uint64(b)
		default:
			for i, x := range b[:t.Size] {
				u |= uint64(x) << (8 * i)
			}
		}
	}
	shift := 64 - 8*t.Size
	if t.Signed {
		return int64(u<<shift) >> shift, true
	}
	return int64(u), u < 1<<63
}

// text decodes one fixed-length string element: up to the first NUL, or without trailing blanks if padded so.
func (t *Datatype) text(b []byte) string {
	if t.pad == 2 {
		return string(bytes.TrimRight(b, " "))
	}
	if i := bytes.IndexByte(b, 0); i >= 0 {
		b = b[:i]
	}
	return string(b)
}

// parseDataspace returns the extents; nil and scalar for a single element, an empty slice with a 0 for a null space.
func parseDataspace(c *cursor) (dims []int64, scalar bool, err error) {
	at := c.pos()
	version, rank, flags := c.u8(), int(c.u8()), c.u8()
	kind := uint8(1)
	switch version {
	case 1:
		c.skip(5)
	case 2:
		kind = c.u8()
	default:
		if c.err == nil {
			return nil, false, formatErr(at, "dataspace version %d", version)
		}
	}
	if c.err != nil {
		return nil, false, c.err
	}
	if rank > 32 || kind > 2 {
		return nil, false, formatErr(at, "dataspace of rank %d and type %d", rank, kind)
	}
	if kind == 2 {
		return []int64{0}, false, nil
	}
	dims = make([]int64, rank)
	total := uint64(1)
	for i := range dims {
		d := c.length()
		if d >= 1<<62 || (d > 0 && total > (1<<62)/d) {
			return nil, false, formatErr(at, "dataspace too large")
		}
		total *= max(d, 1)
		dims[i] = int64(d)
	}
	_ = flags // maximum extents and permutation follow; neither matters to a reader
	return dims, rank == 0, c.err
}
