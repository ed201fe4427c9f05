package cooltest

import (
	"github.com/klauspost/compress/zstd"

	"regioscope/worker/format/hdf5/writer"
)

// Zstd compresses chunks as the filter 32015 does.
func Zstd() *writer.Filter {
	enc, err := zstd.NewWriter(nil)
	return &writer.Filter{ID: 32015, Name: "zstd", Params: []uint32{3}, Encode: func(raw []byte) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		return enc.EncodeAll(raw, nil), nil
	}}
}

// LZF compresses chunks as the filter 32000 of h5py does.
func LZF() *writer.Filter {
	return &writer.Filter{ID: 32000, Name: "lzf", Params: []uint32{4, 261, 0}, Encode: func(raw []byte) ([]byte, error) { return EncodeLZF(raw), nil }}
}

// EncodeLZF compresses in the format of LibLZF: literals as (length − 1), bytes; repetitions as length and distance
// packed into two bytes, or three from a length of 9 on. It looks for the last place with the same three bytes.
func EncodeLZF(src []byte) []byte {
	const maxDistance, maxLength, maxLiterals = 1 << 13, 264, 32
	last := make(map[[3]byte]int)
	var out []byte
	literals := 0 // src[at-literals:at] is not written yet
	flush := func(at int) {
		for literals > 0 {
			n := min(literals, maxLiterals)
			out = append(out, byte(n-1))
			out = append(out, src[at-literals:at-literals+n]...)
			literals -= n
		}
	}
	for at := 0; at < len(src); {
		length, distance := 0, 0
		if at+3 <= len(src) {
			key := [3]byte(src[at:])
			if from, ok := last[key]; ok && at-from <= maxDistance {
				distance = at - from
				for length < maxLength && at+length < len(src) && src[from+length] == src[at+length] {
					length++
				}
			}
			last[key] = at
		}
		if length < 3 {
			at++
			literals++
			continue
		}
		flush(at)
		code, back := length-2, distance-1
		if code < 7 {
			out = append(out, byte(code<<5|back>>8), byte(back))
		} else {
			out = append(out, byte(7<<5|back>>8), byte(code-7), byte(back))
		}
		at += length
	}
	flush(len(src))
	return out
}
