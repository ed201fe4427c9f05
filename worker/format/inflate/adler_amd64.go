package inflate

import "golang.org/x/sys/cpu"

// sumsAVX2 adds up blocks of 32 bytes, in four lanes each: out[0:4], the bytes; out[4:8], the bytes before each block; and
// out[8:12], in eight lanes of 32 bits, the bytes times 32 to 1 by their places in the block. There must be a block, and
// not so many that 32 bits are too few.
//
//go:noescape
func sumsAVX2(b *byte, blocks int, out *[12]uint64)

// adlerBlocks is for how many blocks of 32 bytes no lane of sumsAVX2 comes near 32 bits: 173² / 2 · 32 · 255 < 2³¹.
const adlerBlocks = 173

// adler is the Adler-32 checksum of b.
func adler(b []byte) uint32 {
	a, s := uint64(1), uint64(0)
	for cpu.X86.HasAVX2 && len(b) >= 32 {
		n := min(len(b)/32, adlerBlocks)
		var sums [12]uint64
		sumsAVX2(&b[0], n, &sums)
		before := sums[4] + sums[5] + sums[6] + sums[7]
		s += 32 * (uint64(n)*a + before)
		for _, pair := range sums[8:] {
			s += pair&0xffffffff + pair>>32
		}
		a = (a + sums[0] + sums[1] + sums[2] + sums[3]) % adlerMod
		s %= adlerMod
		b = b[32*n:]
	}
	return adlerGo(a, s, b)
}
