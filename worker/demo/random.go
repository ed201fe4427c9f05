package demo

import (
	"hash/fnv"
	"io"
	"math"
	"math/rand/v2"
)

// stream is a generator of its own for a named part of the data, so that parts may be made in any order and at once.
func stream(seed uint64, name ...string) *rand.Rand {
	return rand.New(source(seed, name...))
}

// source is the generator behind a stream, for loops that are in a hurry.
func source(seed uint64, name ...string) *rand.PCG {
	h := fnv.New64a()
	for _, n := range name {
		io.WriteString(h, n+"/") // a hash does not fail
	}
	return rand.NewPCG(seed, h.Sum64())
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

// alias draws indices in proportion to weights in constant time (Vose, IEEE Trans. Softw. Eng. 17:972, 1991). One draw
// takes 64 random bits: the upper half picks a column, the lower half decides between its two indices.
type alias struct {
	columns []column
	sum     float64
}

type column struct {
	keep  uint32 // probability of the column's own index, in units of 2⁻³²
	other int32
}

func newAlias(weights []float64) *alias {
	n := len(weights)
	a := &alias{columns: make([]column, n)}
	for _, w := range weights {
		a.sum += w
	}
	share := make([]float64, n)
	var small, large []int32
	for i, w := range weights {
		share[i] = w * float64(n) / a.sum
		a.columns[i] = column{math.MaxUint32, int32(i)}
		if share[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.columns[s] = column{uint32(share[s] * (1 << 32)), l}
		share[l] -= 1 - share[s]
		if share[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	return a // what is left has a share of 1 but for rounding
}

func (a *alias) draw(bits uint64) int {
	i := (bits >> 32) * uint64(len(a.columns)) >> 32
	if c := a.columns[i]; uint32(bits) >= c.keep {
		return int(c.other)
	}
	return int(i)
}
