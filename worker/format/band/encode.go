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
	most := 0.0
	for _, x := range v {
		if x != float64(uint32(int64(x))) || x == 0 && math.Signbit(x) {
			return typeOfFloats(v)
		}
		most = max(most, x)
	}
	switch {
	case most < 1<<8:
		return typeUint8
	case most < 1<<16:
		return typeUint16
	}
	return typeUint32
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

// readColumns decodes distances and adds row to them.
func readColumns(out []int32, b []byte, t uint8, row int32) {
	switch t {
	case typeUint8:
		b = b[:len(out)]
		for i := range out {
			out[i] = row + int32(b[i])
		}
	case typeUint16:
		b = b[:2*len(out)]
		for i := range out {
			out[i] = row + int32(binary.LittleEndian.Uint16(b[2*i:]))
		}
	default:
		b = b[:4*len(out)]
		for i := range out {
			out[i] = row + int32(binary.LittleEndian.Uint32(b[4*i:]))
		}
	}
}

func readCounts(out []float64, b []byte, t uint8) {
	switch t {
	case typeUint8:
		b = b[:len(out)]
		for i := range out {
			out[i] = float64(b[i])
		}
	case typeUint16:
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
