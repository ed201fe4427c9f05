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

// Bitmap is the inverse of Rows, for total rows: those outside 0 to total−1 are left out.
func Bitmap(rows []int, total int) string {
	raw := make([]byte, (total+7)/8)
	for _, r := range rows {
		if r >= 0 && r < total {
			raw[r/8] |= 1 << (r % 8)
		}
	}
	return base64.StdEncoding.EncodeToString(raw)
}
