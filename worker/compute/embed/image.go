package embed

import "math"

// Side is the number of rows, and of columns, of a shrunk snippet.
const Side = 10

// leastShare is the share of a cell's kernel that must lie on cells with a value.
const leastShare = 0.5

// Shrinker turns square snippets of one size into Side × Side features. Make it with NewShrinker; one per goroutine.
//
// It is HiCognition's recipe (reference back end §6.15): a Gaussian blur of sigma (bins/10 − 1)/2 (whole divisions), cut
// at two sigma, borders mirrored about the edge cell, and then a bilinear resize, aligned at cell centres, without further
// smoothing. Both are linear, so one small matrix per axis holds them. Missing cells are left out of the means; a feature
// is missing when less than half of its weight has a value. OpenCV lets one missing cell blank all that it touches.
type Shrinker struct {
	bins   int
	weight [Side][]float64
	first  [Side]int
	cells  []float64 // Side × bins, after the columns
	share  []float64
}

// NewShrinker prepares for snippets of bins × bins cells; bins must be 1 or more.
func NewShrinker(bins int) *Shrinker {
	s := &Shrinker{bins: bins, cells: make([]float64, bins*Side), share: make([]float64, bins*Side)}
	gauss := []float64{1}
	if sigma := float64((bins/Side - 1) / 2); bins >= Side && sigma > 0 {
		gauss = gaussian(sigma)
	}
	radius := len(gauss) / 2
	for o := range Side {
		full := make([]float64, bins)
		at := (float64(o)+0.5)*float64(bins)/Side - 0.5
		at = min(max(at, 0), float64(bins-1))
		floor := int(at)
		for step, share := range []float64{1 - (at - float64(floor)), at - float64(floor)} {
			for k, w := range gauss {
				if share > 0 {
					full[mirror(floor+step+k-radius, bins)] += share * w
				}
			}
		}
		lo, hi := 0, bins
		for full[lo] == 0 {
			lo++
		}
		for full[hi-1] == 0 {
			hi--
		}
		s.first[o], s.weight[o] = lo, full[lo:hi]
	}
	return s
}

// Shrink fills out, of Side × Side, from a snippet of bins × bins cells in C order.
func (s *Shrinker) Shrink(snippet, out []float32) {
	for r := range s.bins {
		row := snippet[r*s.bins : (r+1)*s.bins]
		for o := range Side {
			var sum, share float64
			for k, w := range s.weight[o] {
				if v := row[s.first[o]+k]; finite(v) {
					sum += w * float64(v)
					share += w
				}
			}
			s.cells[r*Side+o], s.share[r*Side+o] = sum, share
		}
	}
	for o := range Side {
		for c := range Side {
			var sum, share float64
			for k, w := range s.weight[o] {
				at := (s.first[o]+k)*Side + c
				sum += w * s.cells[at]
				share += w * s.share[at]
			}
			out[o*Side+c] = float32(math.NaN())
			if share >= leastShare {
				out[o*Side+c] = float32(sum / share)
			}
		}
	}
}

// gaussian is OpenCV's kernel of 4·sigma + 1 taps.
func gaussian(sigma float64) []float64 {
	radius := int(2 * sigma)
	taps := make([]float64, 2*radius+1)
	var sum float64
	for i := range taps {
		x := float64(i - radius)
		taps[i] = math.Exp(-x * x / (2 * sigma * sigma))
		sum += taps[i]
	}
	for i := range taps {
		taps[i] /= sum
	}
	return taps
}

// mirror folds an index into 0 to n−1, the edge not repeated: −1 → 1.
func mirror(i, n int) int {
	if n == 1 {
		return 0
	}
	for i < 0 || i >= n {
		if i < 0 {
			i = -i
		} else {
			i = 2*(n-1) - i
		}
	}
	return i
}
