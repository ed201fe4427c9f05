package inflate

import "encoding/binary"

const (
	adlerMod = 65521
	// Bytes that can be added before a lane of 16 bits overflows: 255·(1 + 2 + … + 20) < 65536.
	adlerBlock = 20 * 8
)

// adlerGo continues the Adler-32 checksum of what was before b: the sum a of its bytes, plus one, and the sum s of those
// sums.
//
// Eight bytes at a time are added in 16-bit lanes, even and odd bytes apart. With s the lane sums before each word, the
// sum over words of s, eight times, is what all the bytes before each word add to the second sum; the last word's place
// weights give the rest. Words of zeros, of which the columns of a contact map are full, are passed over.
func adlerGo(a, s uint64, b []byte) uint32 {
	for len(b) >= adlerBlock {
		if zeros((*[64]byte)(b)) {
			n := 64
			for len(b)-n >= 64 && zeros((*[64]byte)(b[n:])) {
				n += 64
			}
			s = (s + uint64(n)*a) % adlerMod
			b = b[n:]
			continue
		}
		const lanes = 0x00ff00ff00ff00ff
		var even, odd, evens, odds uint64
		for block := b[:adlerBlock]; len(block) >= 32; block = block[32:] {
			v := binary.LittleEndian.Uint64(block)
			w := binary.LittleEndian.Uint64(block[8:])
			x := binary.LittleEndian.Uint64(block[16:])
			y := binary.LittleEndian.Uint64(block[24:])
			evens, odds = evens+even, odds+odd
			even, odd = even+v&lanes, odd+v>>8&lanes
			evens, odds = evens+even, odds+odd
			even, odd = even+w&lanes, odd+w>>8&lanes
			evens, odds = evens+even, odds+odd
			even, odd = even+x&lanes, odd+x>>8&lanes
			evens, odds = evens+even, odds+odd
			even, odd = even+y&lanes, odd+y>>8&lanes
		}
		// The bytes 0, 2, 4, 6 of a word count 8, 6, 4, 2 times within it; its bytes 1, 3, 5, 7 count 7, 5, 3, 1 times.
		s += adlerBlock*a + 8*(sum4(evens)+sum4(odds)) + 8*sum4(even) + 7*sum4(odd) -
			2*(even>>16&0xffff+odd>>16&0xffff+2*(even>>32&0xffff+odd>>32&0xffff)+3*(even>>48+odd>>48))
		a = (a + sum4(even) + sum4(odd)) % adlerMod
		s %= adlerMod
		b = b[adlerBlock:]
	}
	for _, x := range b {
		a += uint64(x)
		s += a
	}
	return uint32(s%adlerMod)<<16 | uint32(a%adlerMod)
}

// sum4 adds the four lanes of 16 bits.
func sum4(v uint64) uint64 {
	return v&0xffff + v>>16&0xffff + v>>32&0xffff + v>>48
}

func zeros(b *[64]byte) bool {
	return binary.LittleEndian.Uint64(b[:])|binary.LittleEndian.Uint64(b[8:])|binary.LittleEndian.Uint64(b[16:])|
		binary.LittleEndian.Uint64(b[24:])|binary.LittleEndian.Uint64(b[32:])|binary.LittleEndian.Uint64(b[40:])|
		binary.LittleEndian.Uint64(b[48:])|binary.LittleEndian.Uint64(b[56:]) == 0
}
