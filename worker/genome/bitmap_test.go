package genome

import (
	"slices"
	"testing"
)

// The texts are RFC 4648 base64 of the bytes named beside them.
func TestRows(t *testing.T) {
	for _, c := range []struct {
		name, bitmap string
		want         []int
	}{
		{"nothing", "", nil},
		{"no bits (00 00)", "AAA=", nil},
		{"the first row (01)", "AQ==", []int{0}},
		{"the last of a byte (80)", "gA==", []int{7}},
		{"lowest bit first (05)", "BQ==", []int{0, 2}},
		{"the second byte (00 01)", "AAE=", []int{8}},
		{"over bytes, ascending (81 00 42)", "gQBC", []int{0, 7, 17, 22}},
		{"all of a byte (ff)", "/w==", []int{0, 1, 2, 3, 4, 5, 6, 7}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := Rows(c.bitmap)
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("Rows(%q) = %v, %v; want %v", c.bitmap, got, err, c.want)
			}
			if total := len(c.bitmap) / 4 * 3 * 8; total > 0 {
				if back, err := Rows(Bitmap(got, total)); err != nil || !slices.Equal(back, c.want) {
					t.Errorf("Bitmap(%v) stands for %v, %v", got, back, err)
				}
			}
		})
	}
	for _, bad := range []string{"A", "AQ", "AQ=", "-w==", "A Q=="} {
		if got, err := Rows(bad); err == nil {
			t.Errorf("Rows(%q) = %v, want an error", bad, got)
		}
	}
}

func TestBitmapKeepsToTheSet(t *testing.T) {
	if got := Bitmap([]int{-1, 0, 2, 3, 9}, 3); got != "BQ==" {
		t.Errorf("%q, want the byte 05", got)
	}
}
