package demo

import (
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
)

// stream is a generator of its own for a named part of the data, so that parts may be made in any order and at once.
func stream(seed uint64, name ...string) *rand.Rand {
	h := fnv.New64a()
	for _, n := range name {
		io.WriteString(h, n+"/") // a hash does not fail
	}
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}

func uniform(r *rand.Rand, lo, hi float64) float64 { return lo + (hi-lo)*r.Float64() }

func logNormal(r *rand.Rand, mu, sigma float64) float64 { return math.Exp(mu + sigma*r.NormFloat64()) }

// poisson inverts the distribution function for small means and adds halves for large ones; both are exact.
func poisson(r *rand.Rand, mean float64) int64 {
	switch {
	case mean <= 0:
		return 0
	case mean > 1e6:
		return int64(math.Round(mean + math.Sqrt(mean)*r.NormFloat64())) // the difference is below 1e-3 of the deviation
	case mean > 30:
		return poisson(r, mean/2) + poisson(r, mean/2)
	}
	var k int64
	p := math.Exp(-mean)
	for u := r.Float64() - p; u > 0; u -= p {
		k++
		p *= mean / float64(k)
		if p < 1e-18 {
			break
		}
	}
	return k
}

// alias draws indices in proportion to weights in constant time (Vose, IEEE Trans. Softw. Eng. 17:972, 1991).
type alias struct {
	keep  []float64
	other []int32
	sum   float64
}

func newAlias(weights []float64) *alias {
	n := len(weights)
	a := &alias{keep: make([]float64, n), other: make([]int32, n)}
	for _, w := range weights {
		a.sum += w
	}
	var small, large []int32
	for i, w := range weights {
		a.keep[i] = w * float64(n) / a.sum
		if a.keep[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.other[s] = l
		a.keep[l] -= 1 - a.keep[s]
		if a.keep[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, rest := range [][]int32{small, large} {
		for _, i := range rest {
			a.keep[i], a.other[i] = 1, i
		}
	}
	return a
}

func (a *alias) draw(r *rand.Rand) int32 {
	x := r.Float64() * float64(len(a.keep))
	i := int32(x)
	if x-float64(i) < a.keep[i] {
		return i
	}
	return a.other[i]
}
