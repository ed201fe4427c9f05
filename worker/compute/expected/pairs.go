package expected

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"
)

// validPairs counts, for every distance d, the pairs (i, i+d) of which both are valid: the autocorrelation of the mask.
//
// By the Wiener–Khinchin theorem it is the inverse transform of |F(mask)|²; the mask is padded to twice its length with
// zeros so that nothing wraps around. The exact results are integers below 2³¹, the rounding error of the transform
// grows with log n and stays below 10⁻⁶ for any chromosome, so rounding gives them exactly.
func validPairs(valid []bool) []int64 {
	n := len(valid)
	pairs := make([]int64, n)
	if n == 0 {
		return pairs
	}
	size := 1
	for size < 2*n {
		size *= 2
	}
	signal := make([]float64, size)
	for i, ok := range valid {
		if ok {
			signal[i] = 1
		}
	}
	transform := fourier.NewFFT(size)
	spectrum := transform.Coefficients(nil, signal)
	for i, c := range spectrum {
		power := cmplx.Abs(c)
		spectrum[i] = complex(power*power, 0)
	}
	transform.Sequence(signal, spectrum)
	for d := range pairs {
		pairs[d] = int64(math.Round(signal[d] / float64(size)))
	}
	return pairs
}
