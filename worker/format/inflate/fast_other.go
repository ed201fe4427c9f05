//go:build !amd64

package inflate

var assembled = false

// fast decodes symbols until the block ends, there are `until` bytes, or there is no room for a whole round. For one
// there must be room.
func (d *Decoder) fast(dst []byte, at, until int) (int, bool, error) { return d.fastGo(dst, at, until) }
