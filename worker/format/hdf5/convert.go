package hdf5

import (
	"encoding/binary"
	"math"
)

// convert decodes len(dst) elements; the result is the first element that does not fit, or -1.
func convert[T Number](k *Decoder, t *Datatype, r raw, dst []T) int {
	if !r.planes {
		return convertPlain(t, r.b, dst)
	}
	n := len(r.b) / t.Size
	if !t.BigEndian && t.integer() {
		switch out := any(dst).(type) {
		case []int32:
			if planesInt32(t, r.b, n, out) {
				return -1
			}
		case []float64:
			if planesFloat64(t, r.b, n, out) {
				return -1
			}
		}
	}
	k.spare(len(r.b))
	unshuffle(k.b, r.b, t.Size)
	return convertPlain(t, k.b, dst)
}

// zero tells whether all bytes are zero; the upper planes of small numbers are.
func zero(b []byte) bool {
	for len(b) >= 32 {
		if binary.LittleEndian.Uint64(b)|binary.LittleEndian.Uint64(b[8:])|binary.LittleEndian.Uint64(b[16:])|binary.LittleEndian.Uint64(b[24:]) != 0 {
			return false
		}
		b = b[32:]
	}
	for _, x := range b {
		if x != 0 {
			return false
		}
	}
	return true
}

// lowPlanes returns the four lowest byte planes (4- and 8-byte integers) if every element is in 0 … 2^31−1.
func lowPlanes(t *Datatype, b []byte, n, m int) (p [4][]byte, ok bool) {
	if t.Size != 4 && t.Size != 8 {
		return p, false
	}
	for j := range p {
		p[j] = b[j*n : j*n+m]
	}
	for j := 4; j < t.Size; j++ {
		if !zero(b[j*n : j*n+m]) {
			return p, false
		}
	}
	return p, below128(p[3])
}

// below128 tells whether no byte has its highest bit set.
func below128(b []byte) bool {
	var all uint64
	for ; len(b) >= 32; b = b[32:] {
		all |= binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) | binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
	}
	for _, x := range b {
		all |= uint64(x)
	}
	return all&0x8080808080808080 == 0
}

// planesInt32 converts shuffled non-negative little-endian integers; false leaves the work to the general way.
func planesInt32(t *Datatype, b []byte, n int, dst []int32) bool {
	p, ok := lowPlanes(t, b, n, len(dst))
	if !ok {
		return false
	}
	p0, p1, p2, p3 := p[0][:len(dst)], p[1][:len(dst)], p[2][:len(dst)], p[3][:len(dst)]
	for i := range dst {
		dst[i] = int32(uint32(p0[i]) | uint32(p1[i])<<8 | uint32(p2[i])<<16 | uint32(p3[i])<<24)
	}
	return true
}

func planesFloat64(t *Datatype, b []byte, n int, dst []float64) bool {
	p, ok := lowPlanes(t, b, n, len(dst))
	if !ok {
		return false
	}
	p0, p1, p2, p3 := p[0][:len(dst)], p[1][:len(dst)], p[2][:len(dst)], p[3][:len(dst)]
	for i := range dst {
		dst[i] = float64(int32(uint32(p0[i]) | uint32(p1[i])<<8 | uint32(p2[i])<<16 | uint32(p3[i])<<24))
	}
	return true
}

// convertPlain decodes elements in their natural order.
func convertPlain[T Number](t *Datatype, b []byte, dst []T) int {
	if t.float() {
		return convertFloats(t, b, dst)
	}
	if !t.BigEndian && t.Signed {
		switch t.Size {
		case 4:
			for i := range dst {
				v := int32(binary.LittleEndian.Uint32(b[4*i:]))
				if dst[i] = T(v); bad(int64(v), dst[i]) {
					return i
				}
			}
			return -1
		case 8:
			for i := range dst {
				v := int64(binary.LittleEndian.Uint64(b[8*i:]))
				if dst[i] = T(v); bad(v, dst[i]) {
					return i
				}
			}
			return -1
		}
	}
	for i := range dst {
		v, ok := t.int64(b[i*t.Size:])
		if dst[i] = T(v); !ok || bad(v, dst[i]) {
			return i
		}
	}
	return -1
}

// bad tells whether an integer target lost something; floats may round.
func bad[T Number](v int64, got T) bool {
	switch x := any(got).(type) {
	case uint8:
		return int64(x) != v
	case int32:
		return int64(x) != v
	}
	return false
}

func convertFloats[T Number](t *Datatype, b []byte, dst []T) int {
	switch out := any(dst).(type) {
	case []float64:
		if t.Size == 8 && !t.BigEndian {
			for i := range out {
				out[i] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*i:]))
			}
			return -1
		}
		for i := range out {
			out[i] = t.float64(b[i*t.Size:])
		}
	case []float32:
		for i := range out {
			out[i] = float32(t.float64(b[i*t.Size:]))
		}
	default:
		for i := range dst {
			v := t.float64(b[i*t.Size:])
			if !(math.Abs(v) < 1<<53) || float64(T(v)) != v {
				return i
			}
			dst[i] = T(v)
		}
	}
	return -1
}
