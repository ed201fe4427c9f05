package embed

import "math"

// The curve that min_dist 0.1 and spread 1 lead to: 1 / (1 + a·d^(2b)) fits a membership that is 1 up to 0.1 and falls
// exponentially beyond (umap-learn 0.5.5, find_ab_params: least squares over 300 points).
const (
	curveA = 1.5769434604035877
	curveB = 0.8950608780665811
)

// Squared distances from 2^lowest to 2^highest are in the table, 2^stepBits pieces per doubling.
const (
	lowest   = -24
	highest  = 16
	stepBits = 6
)

// curve is a function of the squared distance d², piecewise linear in it. The error is below 2e-4 of the value; a step of
// the descent is noisier by orders of magnitude.
type curve [(highest - lowest) << stepBits]struct{ value, slope float32 }

func newCurve(f func(d2 float64) float64) *curve {
	var c curve
	at := func(i int) float64 {
		octave, step := i>>stepBits, i&(1<<stepBits-1)
		return math.Ldexp(1+float64(step)/(1<<stepBits), lowest+octave)
	}
	for i := range c {
		x0, x1 := at(i), at(i+1)
		y0, y1 := f(x0), f(x1)
		slope := (y1 - y0) / (x1 - x0)
		c[i].value, c[i].slope = float32(y0-slope*x0), float32(slope)
	}
	return &c
}

// at is the value at d2; distances outside the table count as its ends.
func (c *curve) at(d2 float32) float32 {
	const base = (127 + lowest) << stepBits
	i := int(math.Float32bits(d2)>>(23-stepBits)) - base
	i = min(max(i, 0), len(c)-1)
	return c[i].value + c[i].slope*d2
}

// attraction and repulsion are what the difference of two rows is multiplied with to give the gradient of the
// cross-entropy (umap-learn: optimize_layout_euclidean). Both are continuous at 0 after multiplication.
var (
	attraction = newCurve(func(d2 float64) float64 {
		return -2 * curveA * curveB * math.Pow(d2, curveB-1) / (1 + curveA*math.Pow(d2, curveB))
	})
	repulsion = newCurve(func(d2 float64) float64 {
		return 2 * curveB / ((0.001 + d2) * (1 + curveA*math.Pow(d2, curveB)))
	})
)
