package inflate

import (
	"math/bits"
)

// A table is looked up with the next bits of the stream: its first entries directly, and behind them lies a small table
// for every beginning of longer codes. The bits 0 to 5 of an entry are how many bits of the stream it stands for, extra
// bits included, so that one shift takes all of them; what else it holds depends on what it is.
//
//	literal     flagLiteral; bits 16–23: the byte
//	match       flagMatch; bits 8–11: bits of the code without the extra ones; bits 16–24: length without them
//	distance    bits 8–11: bits of the code without the extra ones; bits 16–31: distance without them
//	plan        bits 16–20: the symbol
//	link        flagLink; bits 0–3: bits that the small table is looked up with; bits 16–31: where it begins
//	end         flagEnd
//	no code     0
type table [1<<litBits + 144<<(maxBits-litBits)]uint32

const (
	maxBits  = 15
	litBits  = 10
	distBits = 8
	planBits = 7

	flagEnd     = 1 << 12
	flagLink    = 1 << 13
	flagMatch   = 1 << 14
	flagLiteral = 1 << 31

	maxLiterals  = 288 // 286 of them usable
	maxDistances = 32  // 30 of them usable
)

// Symbols and their entries without the bits of the code (RFC 1951 section 3.2.5); unusable ones have none.
var (
	literals  [maxLiterals]uint32
	distances [maxDistances]uint32
	plans     [19]uint32
)

func init() {
	for i := range 256 {
		literals[i] = flagLiteral | uint32(i)<<16
	}
	literals[256] = flagEnd
	base := uint32(3)
	for i := range uint32(28) {
		extra := max(1, i/4) - 1
		literals[257+i] = flagMatch | base<<16 | extra
		base += 1 << extra
	}
	literals[285] = flagMatch | 258<<16
	base = 1
	for i := range uint32(30) {
		extra := max(1, i/2) - 1
		distances[i] = base<<16 | extra
		base += 1 << extra
	}
	for i := range plans {
		plans[i] = uint32(i) << 16
	}
}

// build makes the table of a canonical code from the number of bits of each symbol (0: unused), of which the first
// `direct` are looked up directly. It reports whether the code is complete. As in compress/flate, two that are not are
// good: the code without symbols, in which nothing can be written, and the code of one symbol of one bit.
//
// Codes come in the order of their lengths, so the table begins with the entries of one bit and is doubled each time the
// length grows: every entry is written once, the rest is copying. Bits are stored lowest first, so counting up a code
// means to count from its highest bit.
func (t *table) build(sizes []uint8, direct uint, meaning []uint32) bool {
	var count, next [maxBits + 1]int
	for _, s := range sizes {
		count[s]++
	}
	used := len(sizes) - count[0]
	for s, at := 1, 0; s <= maxBits; s++ {
		next[s] = at
		at += count[s]
	}
	var order [maxLiterals]uint16
	for symbol, s := range sizes {
		if s > 0 {
			order[next[s]] = uint16(symbol)
			next[s]++
		}
	}
	longest, room := 0, 1 // room: codes of the present length that are left
	for s := 1; s <= maxBits; s++ {
		if room = room<<1 - count[s]; room < 0 {
			return false
		}
		if count[s] > 0 {
			longest = s
		}
	}
	if room > 0 && !(used == 0 || used == 1 && longest == 1) {
		return false
	}
	first := t[:1<<direct]
	if room > 0 {
		clear(first)
	}
	code, at := uint(0), 0
	for s := uint(1); s <= direct; s++ {
		for range count[s] {
			first[code] = entry(meaning, order[at], s)
			code = following(code, s)
			at++
		}
		if s < direct && room == 0 {
			copy(first[1<<s:], first[:1<<s])
		} else if s == 1 && used == 1 { // of the two codes one means nothing
			for i := 0; i < len(first); i += 2 {
				first[i] = first[0]
			}
			return true
		}
	}
	free, prefix, small := 1<<direct, uint(0), []uint32(nil)
	for s := direct + 1; int(s) <= longest; s++ {
		for range count[s] {
			if begin := code & (1<<direct - 1); small == nil || begin != prefix {
				size := uint(longest) - direct
				prefix = begin
				small = t[free:][:1<<size]
				t[begin] = flagLink | uint32(size) | uint32(free)<<16
				free += 1 << size
			}
			e := entry(meaning, order[at], s)
			for i := code >> direct; i < uint(len(small)); i += 1 << (s - direct) {
				small[i] = e
			}
			code = following(code, s)
			at++
		}
	}
	return true
}

func entry(meaning []uint32, symbol uint16, size uint) uint32 {
	if int(symbol) >= len(meaning) {
		return 0
	}
	if e := meaning[symbol]; e != 0 || len(meaning) == len(plans) {
		return e + uint32(size)<<8 + uint32(size)
	}
	return 0
}

// following is the code of n bits after code, both with their bits reversed; after the last, all bits stay set.
func following(code, n uint) uint {
	open := ^code & (1<<n - 1)
	if open == 0 {
		return code
	}
	bit := uint(1) << (bits.Len(open) - 1)
	return code&(bit-1) | bit
}
