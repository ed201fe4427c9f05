package inflate

import "golang.org/x/sys/cpu"

// assembled says whether fast is decodeBMI2.
var assembled = cpu.X86.HasBMI1 && cpu.X86.HasBMI2

// Why decodeBMI2 stopped.
const (
	stopRoom = iota // no input or no room for another round
	stopEnd
	stopCorrupt
)

// decodeBMI2 is fastGo up to the mask of the bits that are left: the same rounds on the same tables, but with shifts by
// any register, the lowest bits taken in one instruction, and no bounds looked at. Input and output must have room for a
// round: d.in up to lastIn, at up to lastAt.
//
//go:noescape
func decodeBMI2(d *Decoder, dst *byte, at, lastAt, lastIn int) (now, stop int)

// fast decodes symbols until the block ends, there are `until` bytes, or there is no room for a whole round. For one
// there must be room.
func (d *Decoder) fast(dst []byte, at, until int) (int, bool, error) {
	if !assembled {
		return d.fastGo(dst, at, until)
	}
	at, stop := decodeBMI2(d, &dst[0], at, min(len(dst)-fastOut, until-1), len(d.src)-fastIn)
	d.n &= 63
	d.buf &= 1<<d.n - 1
	if stop == stopCorrupt {
		return at, false, ErrCorrupt
	}
	return at, stop == stopEnd, nil
}
