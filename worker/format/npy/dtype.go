package npy

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// ErrNotNpy says that a file does not start as a .npy file.
var ErrNotNpy = errors.New("not a .npy file")

// FormatError is a defect of a .npy file at a byte offset.
type FormatError struct {
	Offset int64
	Msg    string
}

func (e *FormatError) Error() string { return fmt.Sprintf("npy: %s (offset %d)", e.Msg, e.Offset) }

func formatError(offset int64, format string, args ...any) error {
	return &FormatError{Offset: offset, Msg: fmt.Sprintf(format, args...)}
}

// Number is an element type that can be written.
type Number interface {
	float32 | float64 | int32 | int64
}

// DType is the type of an element: Kind is 'f', 'i', 'u' or 'b' as in NumPy, Size its bytes.
type DType struct {
	Kind      byte
	Size      int
	BigEndian bool
}

// String is the type as the header writes it, such as "<f4".
func (d DType) String() string {
	order := "<"
	switch {
	case d.Size == 1:
		order = "|"
	case d.BigEndian:
		order = ">"
	}
	return order + string(d.Kind) + strconv.Itoa(d.Size)
}

// DTypeOf is the type that values of T are written with.
func DTypeOf[T Number]() DType {
	var zero T
	switch any(zero).(type) {
	case float32:
		return DType{Kind: 'f', Size: 4}
	case float64:
		return DType{Kind: 'f', Size: 8}
	case int32:
		return DType{Kind: 'i', Size: 4}
	default:
		return DType{Kind: 'i', Size: 8}
	}
}

func parseDType(s string, offset int64) (DType, error) {
	bad := func() (DType, error) { return DType{}, formatError(offset, "element type %q is not supported", s) }
	if len(s) != 3 {
		return bad()
	}
	d := DType{Kind: s[1], Size: int(s[2] - '0'), BigEndian: s[0] == '>'}
	switch s[0] {
	case '<', '>':
	case '|':
		if d.Size != 1 {
			return bad()
		}
	default:
		return bad()
	}
	switch {
	case d.Kind == 'f' && (d.Size == 4 || d.Size == 8):
	case (d.Kind == 'i' || d.Kind == 'u') && (d.Size == 1 || d.Size == 2 || d.Size == 4 || d.Size == 8):
	case d.Kind == 'b' && d.Size == 1:
	default:
		return bad()
	}
	return d, nil
}

// fits says whether every value of d (up to rounding of floats, and of integers beyond 2^53) can be given as a T.
func fits[T Number](d DType) bool {
	to := DTypeOf[T]()
	switch {
	case to.Kind == 'f':
		return true
	case d.Kind == 'f':
		return false
	case d.Kind == 'u':
		return d.Size < to.Size
	default:
		return d.Size <= to.Size
	}
}

func encode[T Number](dst []byte, values []T) {
	le := binary.LittleEndian
	switch v := any(values).(type) {
	case []float32:
		for i, x := range v {
			le.PutUint32(dst[4*i:], math.Float32bits(x))
		}
	case []float64:
		for i, x := range v {
			le.PutUint64(dst[8*i:], math.Float64bits(x))
		}
	case []int32:
		for i, x := range v {
			le.PutUint32(dst[4*i:], uint32(x))
		}
	case []int64:
		for i, x := range v {
			le.PutUint64(dst[8*i:], uint64(x))
		}
	}
}

func decode[T Number](dst []T, src []byte, d DType) {
	var order binary.ByteOrder = binary.LittleEndian
	if d.BigEndian {
		order = binary.BigEndian
	}
	if v, ok := any(dst).([]float32); ok && d == (DType{Kind: 'f', Size: 4}) {
		for i := range v {
			v[i] = math.Float32frombits(binary.LittleEndian.Uint32(src[4*i:]))
		}
		return
	}
	for i := range dst {
		raw := src[i*d.Size : (i+1)*d.Size]
		switch {
		case d.Kind == 'f' && d.Size == 4:
			dst[i] = T(math.Float32frombits(order.Uint32(raw)))
		case d.Kind == 'f':
			dst[i] = T(math.Float64frombits(order.Uint64(raw)))
		case d.Kind == 'i':
			dst[i] = T(signed(raw, order))
		default:
			dst[i] = T(unsigned(raw, order))
		}
	}
}

func signed(raw []byte, order binary.ByteOrder) int64 {
	switch len(raw) {
	case 1:
		return int64(int8(raw[0]))
	case 2:
		return int64(int16(order.Uint16(raw)))
	case 4:
		return int64(int32(order.Uint32(raw)))
	default:
		return int64(order.Uint64(raw))
	}
}

func unsigned(raw []byte, order binary.ByteOrder) uint64 {
	switch len(raw) {
	case 1:
		return uint64(raw[0])
	case 2:
		return uint64(order.Uint16(raw))
	case 4:
		return uint64(order.Uint32(raw))
	default:
		return order.Uint64(raw)
	}
}
