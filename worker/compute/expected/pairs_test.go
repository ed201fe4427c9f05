package expected

import (
	"math/rand"
	"slices"
	"testing"
)

// Both ways to count valid pairs give the definition, whatever is masked.
func TestValidPairs(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for _, n := range []int{0, 1, 2, 3, 64, 777} {
		for _, share := range []float64{0, 0.02, 0.5, 0.98, 1} {
			valid := make([]bool, n)
			var masked []int32
			for i := range valid {
				if valid[i] = rng.Float64() >= share; !valid[i] {
					masked = append(masked, int32(i))
				}
			}
			want := make([]int64, n)
			for i := range valid {
				for j := i; j < n; j++ {
					if valid[i] && valid[j] {
						want[j-i]++
					}
				}
			}
			for name, got := range map[string][]int64{"chosen": validPairs(valid), "few masked": fewMasked(n, masked), "transformed": transformed(valid)} {
				if !slices.Equal(got, want) {
					t.Fatalf("%s: %d bins, %g masked: %v, want %v", name, n, share, got, want)
				}
			}
		}
	}
}
