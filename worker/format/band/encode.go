package band

import (
	"encoding/binary"
	"math"
)

// typeOfInts is the narrowest type of distances.
func typeOfInts(v []uint32) uint8 {
	var all uint32
	for _, x := range v {
		all |= x
	}
	switch {
	case all < 1<<8:
		return typeUint8
	case all < 1<<16:
		return typeUint16
	}
	return typeUint32
}

// typeOf is the narrowest type that holds the counts to the last bit.
func typeOf(v []float64) uint8 {
	var all uint64
	for _, x := range v {
		n := int64(x)
		if float64(n) != x || n == 0 && math.Signbit(x) {
			return typeOfFloats(v)
		}
		all |= uint64(n)
	}
	switch {
	case all < 1<<8:
		return typeUint8
	case all < 1<<16:
		return typeUint16
	case all < 1<<32:
		return typeUint32
	}
	return typeOfFloats(v)
}

func typeOfFloats(v []float64) uint8 {
	for _, x := range v {
		if math.Float64bits(float64(float32(x))) != math.Float64bits(x) {
			return typeFloat64
		}
	}
	return typeFloat32
}

func putInts(out []byte, v []uint32, t uint8) {
	switch t {
	case typeUint8:
		for i, x := range v {
			out[i] = byte(x)
		}
	case typeUint16:
		for i, x := range v {
			binary.LittleEndian.PutUint16(out[2*i:], uint16(x))
		}
	default:
		for i, x := range v {
			binary.LittleEndian.PutUint32(out[4*i:], x)
		}
	}
}

func putCounts(out []byte, v []float64, t uint8) {
	switch t {
	case typeUint8:
		for i, x := range v {
			out[i] = byte(x)
		}
	case typeUint16:
		for i, x := range v {
			binary.LittleEndian.PutUint16(out[2*i:], uint16(x))
		}
	case typeUint32:
		for i, x := range v {
			binary.LittleEndian.PutUint32(out[4*i:], uint32(x))
		}
	case typeFloat32:
		for i, x := range v {
			binary.LittleEndian.PutUint32(out[4*i:], math.Float32bits(float32(x)))
		}
	default:
		for i, x := range v {
			binary.LittleEndian.PutUint64(out[8*i:], math.Float64bits(x))
		}
	}
}

// distance is the i-th number of a column of distances.
func distance(b []byte, t uint8, i int) int32 {
	switch t {
	case typeUint8:
		return int32(b[i])
	case typeUint16:
		return int32(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return int32(binary.LittleEndian.Uint32(b[4*i:]))
}

// search finds the first of the ascending distances from…to that is at least d.
func search(b []byte, t uint8, from, to int, d int32) int {
	switch t {
	case typeUint8:
		for from < to {
			if mid := int(uint(from+to) / 2); int32(b[mid]) < d {
				from = mid + 1
			} else {
				to = mid
			}
		}
	case typeUint16:
		for from < to {
			if mid := int(uint(from+to) / 2); int32(binary.LittleEndian.Uint16(b[2*mid:])) < d {
				from = mid + 1
			} else {
				to = mid
			}
		}
	default:
		for from < to {
			if mid := int(uint(from+to) / 2); int32(binary.LittleEndian.Uint32(b[4*mid:])) < d {
				from = mid + 1
			} else {
				to = mid
			}
		}
	}
	return from
}

// readColumns decodes distances and adds row to them. Narrow numbers are loaded eight bytes at a time.
func readColumns(out []int32, b []byte, t uint8, row int32) {
	switch t {
	case typeUint8:
		for ; len(out) >= 8 && len(b) >= 8; out, b = out[8:], b[8:] {
			v := binary.LittleEndian.Uint64(b)
			out[0], out[1], out[2], out[3] = row+int32(v&255), row+int32(v>>8&255), row+int32(v>>16&255), row+int32(v>>24&255)
			out[4], out[5], out[6], out[7] = row+int32(v>>32&255), row+int32(v>>40&255), row+int32(v>>48&255), row+int32(v>>56)
		}
		for i, x := range b[:len(out)] {
			out[i] = row + int32(x)
		}
	case typeUint16:
		for ; len(out) >= 4 && len(b) >= 8; out, b = out[4:], b[8:] {
			v := binary.LittleEndian.Uint64(b)
			out[0], out[1], out[2], out[3] = row+int32(v&0xffff), row+int32(v>>16&0xffff), row+int32(v>>32&0xffff), row+int32(v>>48)
		}
		for i := range out {
			out[i] = row + int32(binary.LittleEndian.Uint16(b[2*i:]))
		}
	default:
		for i := range out {
			out[i] = row + int32(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}
}

func readCounts(out []float64, b []byte, t uint8) {
	switch t {
	case typeUint8:
		for ; len(out) >= 8 && len(b) >= 8; out, b = out[8:], b[8:] {
			v := binary.LittleEndian.Uint64(b)
			out[0], out[1], out[2], out[3] = number(v), number(v>>8), number(v>>16), number(v>>24)
			out[4], out[5], out[6], out[7] = number(v>>32), number(v>>40), number(v>>48), number(v>>56)
		}
		for i, x := range b[:len(out)] {
			out[i] = float64(x)
		}
	case typeUint16:
		for ; len(out) >= 4 && len(b) >= 8; out, b = out[4:], b[8:] {
			v := binary.LittleEndian.Uint64(b)
			out[0], out[1] = float64(int32(v&0xffff)), float64(int32(v>>16&0xffff))
			out[2], out[3] = float64(int32(v>>32&0xffff)), float64(int32(v>>48))
		}
		for i := range out {
			out[i] = float64(binary.LittleEndian.Uint16(b[2*i:]))
		}
	case typeUint32:
		for i := range out {
			out[i] = float64(binary.LittleEndian.Uint32(b[4*i:]))
		}
	case typeFloat32:
		for i := range out {
			out[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[4*i:])))
		}
	default:
		for i := range out {
			out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
		}
	}
}

// number is the lowest byte of v.
func number(v uint64) float64 { return float64(int32(v & 255)) }
