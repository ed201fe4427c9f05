package inflate

import "encoding/binary"

const (
	litMask  = 1<<litBits - 1
	distMask = 1<<distBits - 1

	// What a round of the fast loop may read and write without looking: two loads of eight bytes; three literals, or two
	// and a match, copied in words of eight.
	fastIn  = 16
	fastOut = 4 + 258 + 8
)

// block decodes symbols to dst[d.at:] until the block ends or there are `until` bytes, and reports whether it ended.
func (d *Decoder) block(dst []byte, until int) (end bool, err error) {
	at := d.at
	for at < until && !end && err == nil {
		switch {
		case len(dst)-at < fastOut:
			at, end, err = d.slow(dst, at)
		case len(d.src)-d.in < fastIn:
			at, end, err = d.last(dst, at, until)
		default:
			at, end, err = d.fast(dst, at, until)
		}
	}
	d.at = at
	return end, err
}

// last runs the fast loop on the last bytes of the input, followed by zeros, and then sees whether they were enough.
func (d *Decoder) last(dst []byte, at, until int) (int, bool, error) {
	var padded [3 * fastIn]byte
	src, rest := d.src, copy(padded[:], d.src[d.in:])
	d.src, d.in = padded[:], 0
	at, end, err := d.fast(dst, at, until)
	d.src = src
	if beyond := max(0, d.in-rest); beyond > 0 {
		if d.n < 8*uint(beyond) {
			return at, false, ErrShort
		}
		d.in -= beyond
		d.n -= 8 * uint(beyond)
		d.buf &= 1<<d.n - 1
	}
	d.in += len(src) - rest
	return at, end, err
}

// slow decodes one symbol with all checks.
func (d *Decoder) slow(dst []byte, at int) (int, bool, error) {
	d.fill()
	e := d.lit[d.buf&litMask]
	if e&flagLink != 0 {
		e = d.lit[uint64(e>>16)+d.buf>>litBits&(1<<(e&15)-1)]
	}
	bits := d.buf
	switch {
	case e == 0:
		return at, false, ErrCorrupt
	case !d.drop(uint(e & 63)):
		return at, false, ErrShort
	case e&flagEnd != 0:
		return at, true, nil
	case e&flagLiteral != 0:
		if at == len(dst) {
			return at, false, ErrRoom
		}
		dst[at] = byte(e >> 16)
		return at + 1, false, nil
	}
	length := int(e>>16) + int(bits&(1<<(e&63)-1)>>(e>>8&15))
	d.fill()
	e = d.dist[d.buf&distMask]
	if e&flagLink != 0 {
		e = d.dist[uint64(e>>16)+d.buf>>distBits&(1<<(e&15)-1)]
	}
	bits = d.buf
	if e == 0 {
		return at, false, ErrCorrupt
	}
	if !d.drop(uint(e & 63)) {
		return at, false, ErrShort
	}
	from := at - int(e>>16) - int(bits&(1<<(e&63)-1)>>(e>>8&15))
	if from < 0 {
		return at, false, ErrCorrupt
	}
	if length > len(dst)-at {
		return at, false, ErrRoom
	}
	for range length { // source and target may overlap
		dst[at] = dst[from]
		at++
		from++
	}
	return at, false, nil
}

// drop forgets n bits, if there are so many.
func (d *Decoder) drop(n uint) bool {
	if n > d.n {
		return false
	}
	d.buf >>= n
	d.n -= n
	return true
}

// fastGo is fast without instructions of a particular processor. Above the n bits that count, buf already holds bits of
// bytes that in has not passed; loading them again changes nothing, and looking up with them is allowed: of the 64 that
// are there after loading, a round takes 48 at most. So the entry of the next symbol is looked up before its bits are
// loaded and does not wait for them. Only the lowest six bits of n mean anything, so that a whole entry can be taken off
// it.
//
// What takes time are branches that the processor cannot foresee. There is one per symbol, literal or not; the rest is
// arranged so that it nearly always goes the same way: bits are loaded whether they are short or not, and of a match
// eight bytes are copied whether it is so long or not.
func (d *Decoder) fastGo(dst []byte, at, until int) (int, bool, error) {
	src, in, buf, n := d.src, d.in, d.buf, uint32(d.n)
	lit, dist := (*[1 << litBits]uint32)(d.lit[:]), (*[1 << distBits]uint32)(d.dist[:])
	end := false
	var err error
	buf |= binary.LittleEndian.Uint64(src[in:in+8]) << (n & 63)
	e := lit[buf&litMask]
	for lastIn, lastAt := len(src)-fastIn, min(len(dst)-fastOut, until-1); in <= lastIn && at <= lastAt; {
		buf |= binary.LittleEndian.Uint64(src[in:in+8]) << (n & 63)
		in += int(^n >> 3 & 7)
		n |= 56
		if e&flagLiteral != 0 { // four look-ups use 40 bits at most
			out := (*[3]byte)(dst[at : at+3])
			out[0] = byte(e >> 16)
			buf, n = buf>>(e&63), n-e
			e = lit[buf&litMask]
			if e&flagLiteral != 0 {
				out[1] = byte(e >> 16)
				buf, n = buf>>(e&63), n-e
				e = lit[buf&litMask]
				if e&flagLiteral != 0 {
					out[2] = byte(e >> 16)
					buf, n = buf>>(e&63), n-e
					e = lit[buf&litMask]
					at += 3
					continue
				}
				at++
			}
			at++
			buf |= binary.LittleEndian.Uint64(src[in:in+8]) << (n & 63) // a match may need 48
			in += int(^n >> 3 & 7)
			n |= 56
		}
		if e&flagMatch == 0 {
			if e&flagLink != 0 {
				e = d.lit[uint64(e>>16)+buf>>litBits&(1<<(e&15)-1)]
			}
			if e&flagLiteral != 0 {
				dst[at] = byte(e >> 16)
				at, buf, n = at+1, buf>>(e&63), n-e
				e = lit[buf&litMask]
				continue
			}
			if e&flagMatch == 0 {
				if end = e&flagEnd != 0; !end {
					err = ErrCorrupt
				}
				buf, n = buf>>(e&63), n-e
				break
			}
		}
		length := int(e>>16) + int(buf&(1<<(e&63)-1)>>(e>>8&15))
		buf, n = buf>>(e&63), n-e
		e = dist[buf&distMask]
		if e&flagLink != 0 {
			e = d.dist[uint64(e>>16)+buf>>distBits&(1<<(e&15)-1)]
		}
		distance := int(e>>16) + int(buf&(1<<(e&63)-1)>>(e>>8&15))
		buf, n = buf>>(e&63), n-e
		if uint(distance-1) >= uint(at) {
			err = ErrCorrupt
			break
		}
		e = lit[buf&litMask]
		from, to := at-distance, at
		at += length
		source, target := (*[8]byte)(dst[from:from+8]), (*[8]byte)(dst[to:to+8])
		binary.LittleEndian.PutUint64(target[:], binary.LittleEndian.Uint64(source[:]))
		if length > min(distance, 8) { // how many of the eight bytes are right
			repeat(dst, to, from, at)
		}
	}
	d.in, d.buf, d.n = in, buf&(1<<(n&63)-1), uint(n&63)
	return at, end, err
}

// repeat copies dst[from:] to dst[to:end] and up to seven bytes more, eight at a time; the two may overlap.
func repeat(dst []byte, to, from, end int) {
	switch distance := to - from; {
	case distance >= 8:
		for ; to < end; to, from = to+8, from+8 {
			binary.LittleEndian.PutUint64(dst[to:to+8], binary.LittleEndian.Uint64(dst[from:from+8]))
		}
	case distance == 1:
		for word := uint64(dst[from]) * 0x0101010101010101; to < end; to += 8 {
			binary.LittleEndian.PutUint64(dst[to:to+8], word)
		}
	default: // of the eight bytes as many are right as lie between source and target
		for ; to < end; to, from = to+distance, from+distance {
			binary.LittleEndian.PutUint64(dst[to:to+8], binary.LittleEndian.Uint64(dst[from:from+8]))
		}
	}
}
