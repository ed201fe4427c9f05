package hdf5

import (
	"encoding/binary"
	"math/bits"
)

// lzf decompresses src into dst and returns the length, as LibLZF does.
func lzf(dst, src []byte) (int, bool) {
	n := 0
	for i := 0; i < len(src); {
		ctrl := int(src[i])
		i++
		if ctrl < 32 { // ctrl + 1 literal bytes
			ctrl++
			if i+ctrl > len(src) || n+ctrl > len(dst) {
				return 0, false
			}
			copy(dst[n:], src[i:i+ctrl])
			i += ctrl
			n += ctrl
			continue
		}
		length := ctrl >> 5
		if length == 7 {
			if i >= len(src) {
				return 0, false
			}
			length += int(src[i])
			i++
		}
		if i >= len(src) {
			return 0, false
		}
		from := n - (ctrl&31)<<8 - int(src[i]) - 1
		i++
		length += 2
		if from < 0 || n+length > len(dst) {
			return 0, false
		}
		for range length { // source and target may overlap
			dst[n] = dst[from]
			n++
			from++
		}
	}
	return n, true
}

// undoFletcher checks and removes the checksum at the end.
func undoFletcher(b []byte, at int64) ([]byte, error) {
	if len(b) < 4 {
		return nil, formatErr(at, "chunk without checksum")
	}
	data := b[:len(b)-4]
	stored := binary.LittleEndian.Uint32(b[len(b)-4:])
	sum := fletcher32(data)
	// HDF5 1.6.2 and older stored the bytes of both halves swapped on little-endian machines.
	if swapped := bits.ReverseBytes32(sum)>>16 | bits.ReverseBytes32(sum)<<16; stored != sum && stored != swapped {
		return nil, formatErr(at, "Fletcher checksum of a chunk is wrong")
	}
	return data, nil
}

// fletcher32 is H5_checksum_fletcher32: over big-endian 16-bit words, an odd last byte as a high byte.
func fletcher32(b []byte) uint32 {
	var s1, s2 uint32
	for len(b) >= 2 {
		n := min(len(b)/2, 360)
		for range n {
			s1 += uint32(b[0])<<8 | uint32(b[1])
			s2 += s1
			b = b[2:]
		}
		s1 = s1&0xffff + s1>>16
		s2 = s2&0xffff + s2>>16
	}
	if len(b) == 1 {
		s1 += uint32(b[0]) << 8
		s2 += s1
		s1 = s1&0xffff + s1>>16
		s2 = s2&0xffff + s2>>16
	}
	s1 = s1&0xffff + s1>>16
	s2 = s2&0xffff + s2>>16
	return s2<<16 | s1
}

// unshuffle undoes the shuffle filter; bytes that do not fill an element stay at the end.
func unshuffle(dst, src []byte, elem int) {
	n := len(src) / elem
	for k := range elem {
		plane := src[k*n : (k+1)*n]
		for i, x := range plane {
			dst[i*elem+k] = x
		}
	}
	copy(dst[n*elem:], src[n*elem:])
}
