package genome

import (
	"encoding/base64"
	"math/bits"
)

// Rows reads the rows that the bits of a base64 text stand for, ascending: bit k of byte i, counted from the lowest, is row
// 8i + k. It knows nothing of how many rows there are. Standard base64 with padding; nil for an empty text or no bits set.
func Rows(bitmap string) ([]int, error) {
	raw, err := base64.StdEncoding.DecodeString(bitmap)
	if err != nil {
		return nil, err
	}
	var rows []int
	for i, b := range raw {
		for ; b != 0; b &= b - 1 {
			rows = append(rows, 8*i+bits.TrailingZeros8(b))
		}
	}
	return rows, nil
}
