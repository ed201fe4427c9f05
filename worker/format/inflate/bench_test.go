package inflate

import (
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// A chunk as contact maps have it: 6032 bins of a row-sorted map, 64-bit, shuffled, zlib level 6.
func BenchmarkZlib(b *testing.B) {
	const n = 6032
	r := rand.New(rand.NewPCG(4, 4))
	raw := make([]byte, 8*n)
	v := uint64(70_000)
	for i := range n {
		if v += uint64(1 + r.IntN(3)*r.IntN(4)); i%130 == 0 {
			v -= 300
		}
		var word [8]byte
		binary.LittleEndian.PutUint64(word[:], v)
		for k, x := range word {
			raw[k*n+i] = x
		}
	}
	benchmark(b, "chunk", raw)
}

// A block as signal tracks have it: 2728 steps of about 100 bp with values of three decimals, 12 bytes each, zlib level 6.
func BenchmarkBlock(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 5))
	var raw []byte
	at := uint32(36_482_866)
	for range 2728 {
		next := at + 80 + r.Uint32N(90)
		raw = binary.LittleEndian.AppendUint32(raw, at)
		raw = binary.LittleEndian.AppendUint32(raw, next)
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(float32(math.Round(r.ExpFloat64()*400)/1000)))
		at = next
	}
	benchmark(b, "block", raw)
}

func benchmark(b *testing.B, name string, raw []byte) {
	z := pack(b, 6, raw)
	dst := make([]byte, len(raw)+64)
	b.Run(fmt.Sprintf("%s, %d from %d", name, len(raw), len(z)), func(b *testing.B) {
		b.SetBytes(int64(len(raw)))
		var d Decoder
		for b.Loop() {
			if _, err := d.Zlib(dst, z); err != nil {
				b.Fatal(err)
			}
		}
	})
}
