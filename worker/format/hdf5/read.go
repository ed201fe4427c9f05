package hdf5

import (
	"fmt"
	"math"
)

// Number is an element type that datasets can be read as.
type Number interface {
	uint8 | int32 | int64 | float32 | float64
}

// ChunkInto decodes chunk i of d into dst, which must hold ChunkLen elements, and returns how many of them are inside
// the dataset (all, but for the last chunk). Numbers are converted; one that the target cannot hold exactly (a fraction
// or an overflow in an integer) is a *FormatError, while float64 → float32 and large integer → float round. Missing
// chunks give the fill value, and stored is false.
func ChunkInto[T Number](k *Decoder, d *Dataset, i int64, dst []T) (n int, stored bool, err error) {
	if i < 0 || i >= d.NumChunks() {
		return 0, false, fmt.Errorf("%s: chunk %d of %d", d.Path, i, d.NumChunks())
	}
	if !d.Type.integer() && !d.Type.float() {
		return 0, false, fmt.Errorf("%s: %w", d.Path, unsupported(d.obj.at, "reading %v as numbers", d.Type))
	}
	n = int(min(d.ChunkLen(), d.n-i*d.ChunkLen()))
	if len(dst) < n {
		return 0, false, fmt.Errorf("%s: room for %d elements, chunk has %d", d.Path, len(dst), n)
	}
	dst = dst[:n]
	r, ok, err := k.chunk(d, i)
	if err != nil {
		return 0, false, err
	}
	if !ok {
		v, err := fillValue[T](d)
		for j := range dst {
			dst[j] = v
		}
		return n, false, err
	}
	if bad := convert(k, &d.Type, r, dst); bad >= 0 {
		return 0, false, fmt.Errorf("%s: %w", d.Path, formatErr(r.at, "element %d cannot be read as %T", i*d.ChunkLen()+int64(bad), dst[0]))
	}
	return n, true, nil
}

func fillValue[T Number](d *Dataset) (v T, err error) {
	if d.fill == nil {
		return 0, nil
	}
	var one [1]T
	if bad := convertPlain(&d.Type, d.fill, one[:]); bad >= 0 {
		return 0, fmt.Errorf("%s: %w", d.Path, formatErr(d.obj.at, "fill value cannot be read as %T", v))
	}
	return one[0], nil
}

// Read returns elements lo to hi (not included) of d. Only the chunks that they touch are read. The rules of conversion
// are those of ChunkInto.
func Read[T Number](d *Dataset, lo, hi int64) ([]T, error) {
	if lo < 0 || hi < lo || hi > d.n {
		return nil, fmt.Errorf("%s: elements %d to %d of %d", d.Path, lo, hi, d.n)
	}
	size := int64(8)
	switch any(T(0)).(type) {
	case uint8:
		size = 1
	case int32, float32:
		size = 4
	}
	chunk := d.ChunkLen()
	if hi-lo > math.MaxInt64/16 || chunk > math.MaxInt64/64 {
		return nil, fmt.Errorf("%s: %w", d.Path, ErrTooLarge)
	}
	need := (hi - lo) * size // the answer, and in the worst case a chunk as stored, inflated, unshuffled and converted
	if d.lay.class == layoutChunked {
		need += chunk * (size + 3*int64(d.Type.Size))
	}
	if err := d.f.CheckAlloc(need, d.Path); err != nil {
		return nil, err
	}
	out := make([]T, hi-lo)
	var k Decoder
	var tmp []T
	for i := lo / chunk; i*chunk < hi; i++ {
		first, last := i*chunk, min((i+1)*chunk, d.n)
		if first >= lo && last <= hi {
			if _, _, err := ChunkInto(&k, d, i, out[first-lo:last-lo]); err != nil {
				return nil, err
			}
			continue
		}
		if tmp == nil {
			tmp = make([]T, min(chunk, d.n))
		}
		if _, _, err := ChunkInto(&k, d, i, tmp); err != nil {
			return nil, err
		}
		a, b := max(lo, first), min(hi, last)
		copy(out[a-lo:b-lo], tmp[a-first:b-first])
	}
	return out, nil
}

// ReadStrings returns elements lo to hi of a dataset of fixed-length or variable-length text.
func ReadStrings(d *Dataset, lo, hi int64) ([]string, error) {
	if lo < 0 || hi < lo || hi > d.n {
		return nil, fmt.Errorf("%s: elements %d to %d of %d", d.Path, lo, hi, d.n)
	}
	if !d.Type.IsString() {
		return nil, fmt.Errorf("%s: %w", d.Path, unsupported(d.obj.at, "reading %v as text", d.Type))
	}
	if hi-lo > math.MaxInt64/64 {
		return nil, fmt.Errorf("%s: %w", d.Path, ErrTooLarge)
	}
	if err := d.f.CheckAlloc((hi-lo)*int64(16+min(d.Type.Size, 1<<20)), d.Path); err != nil {
		return nil, err
	}
	out := make([]string, hi-lo)
	var k Decoder
	heap := d.f.globalHeap()
	chunk, size := d.ChunkLen(), d.Type.Size
	for i := lo / chunk; i*chunk < hi; i++ {
		first, last := i*chunk, min((i+1)*chunk, d.n)
		r, ok, err := k.chunk(d, i)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if r.planes {
			k.spare(len(r.b))
			unshuffle(k.b, r.b, size)
			r.b = k.b
		}
		for j := max(lo, first); j < min(hi, last); j++ {
			b := r.b[int(j-first)*size:][:size]
			if !d.Type.VarString {
				out[j-lo] = d.Type.text(b)
				continue
			}
			s, err := heap.text(&cursor{b: b, base: r.at, osz: d.f.osz, lsz: d.f.lsz})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", d.Path, err)
			}
			out[j-lo] = s
		}
	}
	return out, nil
}
