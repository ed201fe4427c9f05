package hdf5

import (
	"fmt"

	"github.com/klauspost/compress/zstd"

	"regioscope/worker/format/inflate"
)

// Decoder reads and decompresses chunks. It keeps its buffers between calls; it is for one goroutine at a time, and may
// be used for any dataset of any file.
type Decoder struct {
	stored, a, b []byte
	inflate      inflate.Decoder
	zstd         *zstd.Decoder
	zstdMax      int64
}

// raw is one decoded chunk. planes is true when the bytes are still in the order that the shuffle filter left them in:
// first the lowest bytes of all elements, and so on. Conversion from there saves a pass.
type raw struct {
	b      []byte
	planes bool
	at     int64 // where the chunk is stored, for messages
}

// chunk returns the decoded bytes of chunk i, the last one cut at the dataset's end when stored so. ok is false for a
// chunk that was never written. The bytes are valid until the next call.
func (k *Decoder) chunk(d *Dataset, i int64) (r raw, ok bool, err error) {
	if err := d.load(); err != nil {
		return raw{}, false, err
	}
	elem := int64(d.Type.Size)
	lo := i * d.ChunkLen()
	switch d.lay.class {
	case layoutCompact:
		hi := min(lo+blockElems, d.n)
		return raw{b: d.lay.compact[lo*elem : hi*elem], at: d.lay.at}, true, nil
	case layoutContiguous:
		if d.lay.addr == undefined {
			return raw{}, false, nil
		}
		n := (min(lo+blockElems, d.n) - lo) * elem
		at, err := d.f.abs(d.lay.addr+uint64(lo*elem), n, "data")
		if err != nil {
			return raw{}, false, err
		}
		k.stored = grow(k.stored, n)
		return raw{b: k.stored, at: at}, true, d.f.readFull(k.stored, at)
	}
	ref, ok := d.find(i)
	if !ok {
		return raw{}, false, nil
	}
	if err := d.f.CheckAlloc(2*d.ChunkLen()*elem+int64(ref.size), "chunk"); err != nil {
		return raw{}, false, err
	}
	k.stored = grow(k.stored, int64(ref.size))
	at := d.f.base + int64(ref.addr)
	if err := d.f.readFull(k.stored, at); err != nil {
		return raw{}, false, err
	}
	r, err = k.undo(d, ref, at)
	if err != nil {
		return raw{}, false, fmt.Errorf("%s: chunk %d: %w", d.Path, i, err)
	}
	return r, true, nil
}

// find looks a chunk up; indexes without gaps are met at their own place.
func (d *Dataset) find(i int64) (chunkRef, bool) {
	lo, hi := 0, len(d.chunks)
	if i < int64(hi) && d.chunks[i].index == i {
		return d.chunks[i], true
	}
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if d.chunks[mid].index < i {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo < len(d.chunks) && d.chunks[lo].index == i {
		return d.chunks[lo], true
	}
	return chunkRef{}, false
}

func grow(b []byte, n int64) []byte {
	if int64(cap(b)) >= n {
		return b[:n]
	}
	return make([]byte, n)
}

// undo runs the filters backwards. The output of every step but the last may be a little longer than the chunk, as
// checksums are appended inside the pipeline.
func (k *Decoder) undo(d *Dataset, ref chunkRef, at int64) (raw, error) {
	want := int(d.ChunkLen()) * d.Type.Size
	cur := k.stored
	r := raw{at: at}
	for i := len(d.pipe) - 1; i >= 0; i-- {
		if i < 32 && ref.mask&(1<<i) != 0 {
			continue
		}
		f := d.pipe[i]
		var err error
		switch f.id {
		case filterDeflate:
			cur, err = k.undoDeflate(cur, want+64, at)
		case filterLZF:
			cur, err = k.undoLZF(cur, want+64, at)
		case filterZstd:
			cur, err = k.undoZstd(cur, want+64, at)
		case filterFletcher:
			cur, err = undoFletcher(cur, at)
		case filterShuffle:
			elem := d.Type.Size
			if len(f.params) > 0 {
				elem = int(min(f.params[0], 1<<20))
			}
			if elem <= 1 {
				continue
			}
			if i == 0 && elem == d.Type.Size && len(cur) == want {
				r.planes = true
				continue
			}
			k.spare(len(cur))
			unshuffle(k.b, cur, elem)
			k.a, k.b = k.b, k.a
			cur = k.a
		default:
			err = unsupported(at, "filter %s", filterName(f.id))
		}
		if err != nil {
			return raw{}, err
		}
	}
	if len(cur) != want {
		return raw{}, formatErr(at, "chunk decodes to %d bytes, %d expected", len(cur), want)
	}
	r.b = cur
	return r, nil
}

// spare makes k.b a buffer of n bytes. Filters write to k.b and then swap, so that input and output never coincide.
func (k *Decoder) spare(n int) { k.b = grow(k.b, int64(n)) }

// inflateRoom is room that inflating does not need but is faster with.
const inflateRoom = 320

func (k *Decoder) undoDeflate(src []byte, limit int, at int64) ([]byte, error) {
	k.spare(limit + inflateRoom)
	n, err := k.inflate.Zlib(k.b, src)
	if err == nil && n > limit {
		err = inflate.ErrRoom
	}
	if err != nil {
		return nil, formatErr(at, "chunk cannot be inflated: %v", err)
	}
	out := k.b[:n]
	k.a, k.b = k.b, k.a
	return out, nil
}

func (k *Decoder) undoZstd(src []byte, limit int, at int64) ([]byte, error) {
	if k.zstd == nil || k.zstdMax < int64(limit) {
		// A frame may ask for a window up to the next power of two, and for 64 KiB however short it is.
		z, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(max(2*limit, 1<<16))), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, fmt.Errorf("preparing zstd: %w", err)
		}
		k.zstd, k.zstdMax = z, int64(limit)
	}
	k.spare(limit)
	out, err := k.zstd.DecodeAll(src, k.b[:0])
	if err != nil || len(out) > limit {
		return nil, formatErr(at, "chunk cannot be decompressed by zstd: %v", err)
	}
	k.a, k.b = out, k.a
	return out, nil
}

func (k *Decoder) undoLZF(src []byte, limit int, at int64) ([]byte, error) {
	k.spare(limit)
	n, ok := lzf(k.b, src)
	if !ok {
		return nil, formatErr(at, "chunk cannot be decompressed by LZF")
	}
	out := k.b[:n]
	k.a, k.b = k.b, k.a
	return out, nil
}
