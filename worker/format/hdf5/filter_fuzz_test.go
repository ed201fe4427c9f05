package hdf5

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// pipeOf makes a pipeline of up to four filters from bytes: the lower bits choose the filter, the upper ones the size of
// the elements that are shuffled.
func pipeOf(b []byte) (pipe []filter) {
	ids := []int{filterDeflate, filterShuffle, filterFletcher, filterLZF, filterZstd, 32001}
	for _, x := range b[:min(len(b), 4)] {
		f := filter{id: ids[int(x&15)%len(ids)]}
		if f.id == filterShuffle && x>>4 > 0 {
			f.params = []uint32{uint32(x >> 4)}
		}
		pipe = append(pipe, f)
	}
	return pipe
}

// literals is what LZF makes of bytes that do not repeat.
func literals(b []byte) (out []byte) {
	for part := range slices.Chunk(b, 32) {
		out = append(append(out, byte(len(part)-1)), part...)
	}
	return out
}

// Any bytes behind any filters: an error of a promised kind or a chunk of the right length, and the same again from a
// decoder that has been used.
func FuzzFilters(f *testing.F) {
	b, _ := plain(40)
	enc, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	const deflate, shuffle, fletcher, lzf, zst = 0, 1 | 8<<4, 2, 3, 4
	f.Add(b, []byte{}, uint16(40), uint32(0))
	f.Add(deflated(shuffled(b, 8)), []byte{shuffle, deflate}, uint16(40), uint32(0))
	f.Add(enc.EncodeAll(shuffled(b, 8), nil), []byte{shuffle, zst}, uint16(40), uint32(0))
	f.Add(enc.EncodeAll(make([]byte, 8000), nil), []byte{zst}, uint16(1000), uint32(0))
	f.Add(withSum(literals(shuffled(b, 8))), []byte{shuffle, lzf, fletcher}, uint16(40), uint32(0))
	f.Add(append(literals(b[:160]), 7<<5, 40, 159, 1<<5, 7), []byte{lzf}, uint16(27), uint32(0))
	f.Add(deflated(b), []byte{deflate, shuffle}, uint16(40), uint32(2))
	f.Add(b, []byte{shuffle}, uint16(40), uint32(0))
	f.Add(b[:100], []byte{1 | 7<<4, 5}, uint16(3), uint32(2))
	var used Decoder
	f.Fuzz(func(t *testing.T, stored, pipe []byte, n uint16, mask uint32) {
		if len(stored) == 0 || n == 0 {
			return
		}
		d := chunked(stored, int(n), pipeOf(pipe)...)
		d.chunks[0].mask = mask
		var fresh Decoder
		want, ok, err := fresh.chunk(d, 0)
		var broken *FormatError
		switch {
		case err != nil:
			if !errors.As(err, &broken) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrTooLarge) {
				t.Fatalf("an error of another kind: %v", err)
			}
		case !ok || len(want.b) != 8*int(n):
			t.Fatalf("%d bytes of %d", len(want.b), 8*int(n))
		}
		again, _, errAgain := used.chunk(d, 0)
		if (err == nil) != (errAgain == nil) || err == nil && (!bytes.Equal(again.b, want.b) || again.planes != want.planes) {
			t.Fatalf("a decoder that was used before gives something else: %v, %v", err, errAgain)
		}
		if int64(cap(fresh.a)+cap(fresh.b)+cap(fresh.stored)) > int64(allowed(len(stored))) {
			t.Fatalf("buffers of %d, %d and %d bytes", cap(fresh.a), cap(fresh.b), cap(fresh.stored))
		}
	})
}
