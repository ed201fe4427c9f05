package embed

import (
	"errors"
	"fmt"
)

// ErrMemory says that there are too many regions for Options.Memory.
var ErrMemory = errors.New("the embedding does not fit into the memory setting")

// Bytes per row and column, per row, and per row and number of groups, at the widest point. Rows are copied when they are
// scaled, laid out for distances, and returned; neighbours and their graph have some sixty numbers per row, and the
// search for them among many rows two lists each.
const (
	bytesPerCell  = 24
	bytesPerRow   = 2500
	bytesPerLabel = 8
)

// Bytes is about how much memory Compute takes, the features included.
func Bytes(rows, cols, ks int) int64 {
	return int64(rows) * (int64(cols)*bytesPerCell + bytesPerRow + int64(ks)*bytesPerLabel)
}

// fits refuses what would take more than the memory that there is.
func (o *Options) fits(f *Features) error {
	if need := Bytes(f.Rows, f.Cols, len(o.Ks)); o.Memory > 0 && need > o.Memory {
		return fmt.Errorf("%w: %d regions with %d features need %d MiB, %d are allowed", ErrMemory, f.Rows, f.Cols, need>>20+1, o.Memory>>20)
	}
	return nil
}
