package inflate

import (
	"encoding/binary"
	"errors"
	"math"
)

// Errors of Zlib.
var (
	ErrHeader   = errors.New("not a zlib stream")
	ErrCorrupt  = errors.New("the deflated data are corrupt")
	ErrShort    = errors.New("the deflated data end early")
	ErrRoom     = errors.New("more data than expected")
	ErrChecksum = errors.New("the checksum is wrong")
)

// Decoder keeps the tables between calls. The zero value is ready; it is for one goroutine at a time.
type Decoder struct {
	lit   table
	dist  table
	plan  table // of the code in which the lengths of the other two are written
	sizes [maxLiterals + maxDistances]uint8
	fixed bool // lit and dist are those of a block with fixed codes

	src   []byte
	in    int    // next byte of src
	buf   uint64 // bits read and not used, the next is the lowest
	n     uint   // how many of them
	at    int    // bytes decompressed
	open  bool   // within a block
	final bool   // which is the last one, or was
	zlib  bool   // there is a checksum
}

// Zlib decompresses the stream at the beginning of src into dst and returns how many bytes it holds. ErrRoom means that
// dst is full before its end.
func (d *Decoder) Zlib(dst, src []byte) (int, error) {
	if err := d.Begin(src); err != nil {
		return 0, err
	}
	n, _, err := d.Next(dst, math.MaxInt)
	return n, err
}

// Begin prepares to decompress the stream at the beginning of src piece by piece.
func (d *Decoder) Begin(src []byte) error {
	if len(src) < 2 || src[0]&15 != 8 || src[0]>>4 > 7 || binary.BigEndian.Uint16(src)%31 != 0 || src[1]&0x20 != 0 {
		return ErrHeader
	}
	d.begin(src[2:], true)
	return nil
}

func (d *Decoder) begin(src []byte, zlib bool) {
	d.src, d.in, d.buf, d.n, d.at = src, 0, 0, 0, 0
	d.open, d.final, d.zlib = false, false, zlib
}

// Next decompresses until there are at least `until` bytes or the stream ends, and returns how many there are now. What
// came before lies in dst already. The checksum covers the whole stream: only at its end is it verified.
func (d *Decoder) Next(dst []byte, until int) (n int, end bool, err error) {
	if end, err = d.next(dst, until); err != nil {
		d.src = nil
		return 0, false, err
	}
	return d.at, end, nil
}

func (d *Decoder) next(dst []byte, until int) (bool, error) {
	for d.at < until {
		if !d.open {
			if d.final {
				return true, d.finish(dst)
			}
			if err := d.head(dst); err != nil {
				return false, err
			}
			continue
		}
		end, err := d.block(dst, until)
		if err != nil {
			return false, err
		}
		d.open = !end
	}
	return false, nil
}

// head reads the beginning of a block, and all of it where it is not compressed.
func (d *Decoder) head(dst []byte) error {
	head, ok := d.take(3)
	if !ok {
		return ErrShort
	}
	d.open, d.final = true, head&1 != 0
	switch head >> 1 {
	case 0:
		d.open = false
		return d.stored(dst)
	case 1:
		d.useFixed()
	case 2:
		return d.readCodes()
	default:
		return ErrCorrupt
	}
	return nil
}

// finish looks at what comes after the stream.
func (d *Decoder) finish(dst []byte) error {
	d.in -= int(d.n / 8)
	d.buf, d.n = 0, 0
	rest := d.src[d.in:]
	d.src = nil
	switch {
	case !d.zlib:
		return nil
	case len(rest) < 4:
		return ErrShort
	case binary.BigEndian.Uint32(rest) != adler(dst[:d.at]):
		return ErrChecksum
	}
	return nil
}

// Deflate is Zlib for a stream without header and checksum.
func (d *Decoder) Deflate(dst, src []byte) (int, error) {
	d.begin(src, false)
	n, _, err := d.Next(dst, math.MaxInt)
	return n, err
}

// fill makes at least 56 bits ready, or all that are left.
func (d *Decoder) fill() {
	if len(d.src)-d.in >= 8 {
		d.buf |= binary.LittleEndian.Uint64(d.src[d.in:]) << d.n
		d.in += int((63 - d.n) >> 3)
		d.n |= 56
		d.buf &= 1<<d.n - 1
		return
	}
	for d.n < 56 && d.in < len(d.src) {
		d.buf |= uint64(d.src[d.in]) << d.n
		d.in++
		d.n += 8
	}
}

// take reads up to 16 bits.
func (d *Decoder) take(n uint) (uint32, bool) {
	if d.n < n {
		if d.fill(); d.n < n {
			return 0, false
		}
	}
	v := uint32(d.buf) & (1<<n - 1)
	d.buf >>= n
	d.n -= n
	return v, true
}

func (d *Decoder) stored(dst []byte) error {
	d.in -= int(d.n / 8)
	d.buf, d.n = 0, 0
	if len(d.src)-d.in < 4 {
		return ErrShort
	}
	size, check := binary.LittleEndian.Uint16(d.src[d.in:]), binary.LittleEndian.Uint16(d.src[d.in+2:])
	if size != ^check {
		return ErrCorrupt
	}
	d.in += 4
	data := d.src[d.in:min(len(d.src), d.in+int(size))]
	if len(data) < int(size) {
		return ErrShort
	}
	if len(dst)-d.at < len(data) {
		return ErrRoom
	}
	d.in += len(data)
	d.at += copy(dst[d.at:], data)
	return nil
}

// codeOrder is the order in which the lengths of the plan's codes are written.
var codeOrder = [19]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// readCodes reads the codes at the beginning of a block.
func (d *Decoder) readCodes() error {
	d.fixed = false
	head, ok := d.take(14)
	if !ok {
		return ErrShort
	}
	lits, dists, plan := int(head&31)+257, int(head>>5&31)+1, int(head>>10)+4
	if lits > 286 || dists > 30 {
		return ErrCorrupt
	}
	var sizes [19]uint8
	for _, symbol := range codeOrder[:plan] {
		v, ok := d.take(3)
		if !ok {
			return ErrShort
		}
		sizes[symbol] = uint8(v)
	}
	if !d.plan.build(sizes[:], planBits, plans[:]) {
		return ErrCorrupt
	}
	all := d.sizes[:lits+dists]
	if err := d.readSizes(all); err != nil {
		return err
	}
	if !d.lit.build(all[:lits], litBits, literals[:]) || !d.dist.build(all[lits:], distBits, distances[:]) {
		return ErrCorrupt
	}
	return nil
}

// readSizes reads how many bits each symbol has, which are written in the plan's code, with runs.
func (d *Decoder) readSizes(all []uint8) error {
	for i := 0; i < len(all); {
		if d.n < maxBits {
			d.fill()
		}
		e := d.plan[d.buf&(1<<planBits-1)]
		if e == 0 {
			return ErrCorrupt
		}
		if !d.drop(uint(e & 15)) {
			return ErrShort
		}
		symbol := e >> 16
		if symbol < 16 {
			all[i] = uint8(symbol)
			i++
			continue
		}
		var size uint8
		least, extra := uint32(3), uint(symbol-14) // 16 and 17: two and three bits
		switch {
		case symbol == 18:
			least, extra = 11, 7
		case symbol == 16 && i == 0:
			return ErrCorrupt
		case symbol == 16:
			size = all[i-1]
		}
		v, ok := d.take(extra)
		if !ok {
			return ErrShort
		}
		run := int(least + v)
		if run > len(all)-i {
			return ErrCorrupt
		}
		for range run {
			all[i] = size
			i++
		}
	}
	return nil
}

func (d *Decoder) useFixed() {
	if d.fixed {
		return
	}
	d.fixed = true
	sizes := d.sizes[:]
	for i := range maxLiterals {
		switch {
		case i < 144, i >= 280:
			sizes[i] = 8
		case i < 256:
			sizes[i] = 9
		default:
			sizes[i] = 7
		}
	}
	for i := range maxDistances {
		sizes[maxLiterals+i] = 5
	}
	d.lit.build(sizes[:maxLiterals], litBits, literals[:])
	d.dist.build(sizes[maxLiterals:], distBits, distances[:])
}
