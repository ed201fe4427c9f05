package enrich

import "math"

// z95 is the 97.5 % quantile of the normal distribution.
const z95 = 1.959963984540054

// oddsRatio is the sample odds ratio a·d/(b·c) and its 95 % interval after Woolf (1955): exp(ln OR ± z·√(1/a+1/b+1/c+1/d)).
// Where a cell is 0, one half is added to every cell for the interval (Haldane 1956, Anscombe 1956), but its end towards
// the extreme is the extreme.
func oddsRatio(a, b, c, d int64) (ratio, low, high float64, flag Flag) {
	fa, fb, fc, fd := float64(a), float64(b), float64(c), float64(d)
	up, down := fa*fd, fb*fc
	nan := math.NaN()
	if up == 0 && down == 0 {
		return nan, nan, nan, Undefined
	}
	if up == 0 || down == 0 {
		fa, fb, fc, fd = fa+0.5, fb+0.5, fc+0.5, fd+0.5
	}
	middle := math.Log(fa) + math.Log(fd) - math.Log(fb) - math.Log(fc)
	half := z95 * math.Sqrt(1/fa+1/fb+1/fc+1/fd)
	low, high = math.Exp(middle-half), math.Exp(middle+half)
	switch {
	case up == 0:
		return 0, 0, high, Finite
	case down == 0:
		return nan, low, nan, Infinite
	}
	return up / down, low, high, Finite
}

// fisher is −log10 of the probabilities of a or more, and of a or fewer, hits in the query, all margins given: the
// one-sided exact tests of Fisher. The tail that does not hold the mode is summed outwards from a, by ratios of
// neighbouring terms, which fall; the other is its complement. All of it is relative to the density at a, whose logarithm
// is kept apart, so nothing underflows. Relative precision of p is about 1e-13.
func fisher(a, b, c, d int64) (greater, less float64) {
	hit, miss, query := a+b, c+d, a+c
	density := logHypergeometric(a, hit, miss, query)
	// The mode is ⌊(query+1)(hit+1)/(all+2)⌋.
	mode := math.Floor(float64(query+1) * float64(hit+1) / float64(hit+miss+2))
	if float64(a) >= mode {
		tail := tailSum(float64(a), float64(b), float64(c), float64(d), true)
		greater, less = density+math.Log1p(tail), complement(density, tail)
	} else {
		tail := tailSum(float64(a), float64(b), float64(c), float64(d), false)
		greater, less = complement(density, tail), density+math.Log1p(tail)
	}
	if a == 0 || d == 0 { // there are no tables with fewer
		greater = 0
	}
	if b == 0 || c == 0 { // nor with more
		less = 0
	}
	return minusLog10(greater), minusLog10(less)
}

// tailSum is the sum of the densities beyond a (upwards or downwards), relative to that at a.
func tailSum(a, b, c, d float64, up bool) (sum float64) {
	if !up {
		a, b, c, d = b, a, d, c // fewer in one column are more in the other
	}
	term := 1.0
	for b > 0 && c > 0 {
		term *= b * c / ((a + 1) * (d + 1))
		sum += term
		if term < sum*1e-17 {
			break
		}
		a, b, c, d = a+1, b-1, c-1, d+1
	}
	return sum
}

// complement is ln(1 − tail·e^density).
func complement(density, tail float64) float64 {
	return math.Log1p(-min(1, tail*math.Exp(density)))
}

func minusLog10(ln float64) float64 { return max(0, -ln/math.Ln10) }

// logHypergeometric is the logarithm of the probability of x hits among `query` draws from hit + miss.
// Method: Loader (2000), Fast and accurate computation of binomial probabilities; as ratio of three binomial densities,
// each by its deviance, which avoids the cancellation between logarithms of factorials.
func logHypergeometric(x, hit, miss, query int64) float64 {
	all := float64(hit + miss)
	if query == 0 || hit == 0 || miss == 0 || float64(query) == all {
		return 0 // only one table has these margins
	}
	p, q := float64(query)/all, float64(hit+miss-query)/all
	return logBinomial(float64(x), float64(hit), p, q) + logBinomial(float64(query-x), float64(miss), p, q) -
		logBinomial(float64(query), all, p, q)
}

// logBinomial is the logarithm of the probability of x successes in n trials; q = 1 − p, both above 0.
func logBinomial(x, n, p, q float64) float64 {
	switch {
	case n == 0:
		return 0
	case x == 0:
		if p < 0.1 {
			return -deviance(n, n*q) - n*p
		}
		return n * math.Log(q)
	case x == n:
		if q < 0.1 {
			return -deviance(n, n*p) - n*q
		}
		return n * math.Log(p)
	}
	stirling := stirlingError(n) - stirlingError(x) - stirlingError(n-x)
	return stirling - deviance(x, n*p) - deviance(n-x, n*q) - 0.5*(math.Log(2*math.Pi)+math.Log(x)+math.Log1p(-x/n))
}

// deviance is x·ln(x/m) + m − x, by a series where x and m are near.
func deviance(x, m float64) float64 {
	if math.Abs(x-m) >= 0.1*(x+m) {
		return x*math.Log(x/m) + m - x
	}
	v := (x - m) / (x + m)
	sum := (x - m) * v
	term := 2 * x * v
	for j := 1; j < 1000; j++ {
		term *= v * v
		next := sum + term/float64(2*j+1)
		if next == sum {
			break
		}
		sum = next
	}
	return sum
}

// stirlingError is ln n! minus Stirling's ln(√(2πn)·(n/e)ⁿ).
func stirlingError(n float64) float64 {
	if n <= 15 {
		g, _ := math.Lgamma(n + 1)
		return g - (n+0.5)*math.Log(n) + n - 0.5*math.Log(2*math.Pi)
	}
	nn := n * n
	return (1./12 - (1./360-(1./1260-(1./1680-1./1188/nn)/nn)/nn)/nn) / n
}
