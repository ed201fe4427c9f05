package writer

import (
	"encoding/binary"
	"fmt"
	"math"
)

// kind tells which Append method a dataset takes.
type kind int

const (
	kindInt32 kind = iota
	kindInt64
	kindFloat64
	kindString
)

// Type is the element type of a dataset. Make one with Int32, Int64, Float64, FixedString or Enum.
type Type struct {
	kind kind
	size int
	enum []string
}

// Int32 is a little-endian signed 32-bit integer.
func Int32() Type { return Type{kind: kindInt32, size: 4} }

// Int64 is a little-endian signed 64-bit integer.
func Int64() Type { return Type{kind: kindInt64, size: 8} }

// Float64 is a little-endian IEEE 754 double.
func Float64() Type { return Type{kind: kindFloat64, size: 8} }

// FixedString is a string of at most size bytes, padded with NUL (NumPy's "S" type).
func FixedString(size int) Type { return Type{kind: kindString, size: size} }

// Enum is an enumeration over int32 whose i-th name has the value i; its values are appended as int32.
func Enum(names []string) Type {
	return Type{kind: kindInt32, size: 4, enum: append([]string(nil), names...)}
}

// maxMessage is the largest header message: its size field has 16 bits and is a multiple of 8.
const maxMessage = math.MaxUint16 &^ 7

// EnumFits reports whether an enumeration of these names fits a header message. Where it does not, cooler stores
// plain int32 with the attribute enum_path instead.
func EnumFits(names []string) bool { return len(Enum(names).encode()) <= maxMessage }

func (t Type) validate() error {
	if t.size <= 0 || t.size > math.MaxUint16 {
		return fmt.Errorf("hdf5 writer: element size %d is not in 1..%d", t.size, math.MaxUint16)
	}
	if len(t.encode()) > maxMessage {
		return fmt.Errorf("hdf5 writer: an enumeration of %d names does not fit an object header", len(t.enum))
	}
	return nil
}

// Datatype classes and their version-1 encodings, specification IV.A.2.d.
const (
	classFixed  = 0x10
	classFloat  = 0x11
	classString = 0x13
	classEnum   = 0x18
	classVarlen = 0x19
)

func (t Type) encode() []byte {
	switch {
	case t.enum != nil:
		return encodeEnum(t.enum)
	case t.kind == kindFloat64:
		return float64Type()
	case t.kind == kindString:
		return typeHeader(classString, 0x01, 0, uint32(t.size)) // NUL padded, ASCII
	default:
		return intType(t.size, true)
	}
}

func typeHeader(class, bits0, bits1 byte, size uint32) []byte {
	return binary.LittleEndian.AppendUint32([]byte{class, bits0, bits1, 0}, size)
}

func intType(size int, signed bool) []byte {
	var bits byte
	if signed {
		bits = 0x08
	}
	b := typeHeader(classFixed, bits, 0, uint32(size))
	b = binary.LittleEndian.AppendUint16(b, 0)                 // bit offset
	return binary.LittleEndian.AppendUint16(b, uint16(size*8)) // precision
}

func float64Type() []byte {
	b := typeHeader(classFloat, 0x20, 63, 8) // implied leading mantissa bit; sign in bit 63
	b = binary.LittleEndian.AppendUint16(b, 0)
	b = binary.LittleEndian.AppendUint16(b, 64)
	b = append(b, 52, 11, 0, 52) // exponent location and size, mantissa location and size
	return binary.LittleEndian.AppendUint32(b, 1023)
}

func encodeEnum(names []string) []byte {
	return enumOf(intType(4, true), 4, names)
}

// enumOf gives an enumeration of names over an integer type of size bytes, with values 0, 1, 2, ….
func enumOf(base []byte, size int, names []string) []byte {
	b := typeHeader(classEnum, byte(len(names)), byte(len(names)>>8), uint32(size))
	b = append(b, base...)
	for _, n := range names {
		b = append(b, n...)
		b = pad8(append(b, 0), len(n)+1)
	}
	for i := range names {
		v := binary.LittleEndian.AppendUint32(nil, uint32(i))
		b = append(b, v[:size]...)
	}
	return b
}

// boolType is what h5py maps NumPy booleans to: an int8 enumeration FALSE, TRUE.
func boolType() []byte { return enumOf(intType(1, true), 1, []string{"FALSE", "TRUE"}) }

// varStringType is a variable-length UTF-8 string; its elements point into a global heap.
func varStringType() []byte {
	b := typeHeader(classVarlen, 0x01, 0x01, 16)
	return append(b, intType(1, false)...)
}

// pad8 appends NULs until written, the length of the part just appended, is a multiple of 8.
func pad8(b []byte, written int) []byte {
	for ; written%8 != 0; written++ {
		b = append(b, 0)
	}
	return b
}
