package expected

import (
	"math"
	"math/bits"
	"math/cmplx"

	"gonum.org/v1/gonum/dsp/fourier"
)

// validPairs counts, for every distance d, the pairs (i, i+d) of which both are valid: the autocorrelation of the mask.
func validPairs(valid []bool) []int64 {
	var masked []int32
	for i, ok := range valid {
		if !ok {
			masked = append(masked, int32(i))
		}
	}
	// What a transform costs, in pairs of masked bins.
	n := len(valid)
	if len(masked)*len(masked) <= 16*n*bits.Len(uint(n)) {
		return fewMasked(n, masked)
	}
	return transformed(valid)
}

// fewMasked takes from the pairs there are those whose first bin is masked and those whose second is, and gives back those
// of two masked bins, which were taken twice.
func fewMasked(n int, masked []int32) []int64 {
	pairs := make([]int64, n)
	for d, before, from := 0, len(masked), 0; d < n; d++ {
		for before > 0 && int(masked[before-1]) >= n-d {
			before--
		}
		for from < len(masked) && int(masked[from]) < d {
			from++
		}
		pairs[d] = int64(n-d) - int64(before) - int64(len(masked)-from)
	}
	for k, i := range masked {
		for _, j := range masked[k:] {
			pairs[j-i]++
		}
	}
	return pairs
}

// transformed uses that the autocorrelation is, by the Wiener–Khinchin theorem, the inverse transform of |F(mask)|²; the
// mask is padded to twice its length with zeros so that nothing wraps around. The exact results are integers below 2³¹,
// the rounding error of the transform grows with log n and stays below 10⁻⁶ for any chromosome, so rounding gives them
// exactly.
func transformed(valid []bool) []int64 {
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
