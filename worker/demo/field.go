package demo

import (
	"math"
	"math/rand/v2"
	"slices"
)

// condition scales the parts of the model; wildType is 1 throughout.
type condition struct {
	name                                               string
	insulation, stripes, loops, compartments, shoulder float64
}

var (
	wildType = condition{"wild type", 1, 1, 1, 1, 1}
	// noCohesin follows what cohesin removal does (Schwarzer et al., Nature 551:51, 2017): loops and TADs fade,
	// compartments sharpen, the shoulder of the decay goes.
	noCohesin = condition{"cohesin depleted", 0.2, 0.2, 0.2, 1.3, 0.25}
)

const (
	maxDrop    = 0.95   // all boundaries between two bins together lower contacts by at most this (ln)
	dropWidth  = 5_000  // bp, scale of the logistic step at a boundary
	innerDrop  = 0.05   // of CTCF sites that are no boundary (ln), looped ones three times that: nested structure
	tadGain    = 0.35   // highest gain of contacts inside a TAD; each has its own
	stripeGain = 0.35   // of a stripe's centre over the TAD
	stripeSD   = 7_000  // bp
	loopSD     = 9_000  // bp
	compGain   = 0.55   // ln of the contact gain of two bins of full compartment score far apart
	compMid    = 300e3  // bp at which half of that is reached
	compBlur   = 30_000 // bp over which a compartment border is smoothed
	maxBias    = 2.6
)

// cell is what the model knows about one bin; it fits one or two cache lines with its neighbour.
type cell struct {
	bias, drop, comp float32 // multiplicative bias; ln drop summed over all boundaries on the left; compartment score
	tad              int32   // number of boundaries on the left
	right, left      float32 // stripe that starts here and runs right (plus the gain of the TAD), left
}

// field is the model of one chromosome at one bin size.
type field struct {
	c     *chromosome
	size  int64
	cells []cell
	cond  condition
	cap   float64
}

func newField(c *chromosome, size int64, cond condition, seed uint64) *field {
	n := int((c.length + size - 1) / size)
	f := &field{c: c, size: size, cells: make([]cell, n), cond: cond, cap: maxDrop * cond.insulation}
	f.fillBias(stream(seed, c.name, "bias"))
	f.fillBoundaries()
	f.fillCompartments()
	return f
}

func (f *field) at(pos int64) int { return int(min(pos/f.size, int64(len(f.cells)-1))) }

// fillBias draws a smooth and a white component per bin, and low values for some bins. The same seed gives the same bias
// to all conditions.
func (f *field) fillBias(r *rand.Rand) {
	width := 60_000 / float64(f.size)
	keep := math.Exp(-1 / width)
	smooth := r.NormFloat64()
	for i := range f.cells {
		smooth = keep*smooth + math.Sqrt(1-keep*keep)*r.NormFloat64()
		b := math.Exp(0.22*smooth + 0.25*r.NormFloat64() - 0.055)
		if r.Float64() < 0.006 {
			b *= uniform(r, 0.01, 0.1)
		}
		f.cells[i].bias = float32(min(b, maxBias))
	}
	scale := func(spans []span, factor float32) {
		for _, s := range spans {
			for i := f.at(s.Start); i <= f.at(s.End-1); i++ {
				covered := min(s.End, int64(i+1)*f.size) - max(s.Start, int64(i)*f.size)
				share := float32(covered) / float32(f.size)
				f.cells[i].bias *= 1 - share + share*factor
			}
		}
	}
	scale(f.c.low, 0.04)
	scale(f.c.gaps, 0)
}

// fillBoundaries sums up the steps of insulation from left to right and marks TADs and their stripes.
func (f *field) fillBoundaries() {
	for _, b := range f.c.bounds {
		f.step(b.pos, b.strength)
	}
	for _, s := range f.c.sites {
		switch {
		case s.boundary: // counted above
		case s.loops > 0:
			f.step(s.pos, 3*innerDrop)
		default:
			f.step(s.pos, innerDrop)
		}
	}
	next := 0
	var sum float64
	for i := range f.cells {
		for next < len(f.c.bounds) && f.c.bounds[next].pos <= int64(i)*f.size+f.size/2 {
			next++
		}
		sum += float64(f.cells[i].drop) * f.cond.insulation
		f.cells[i].drop, f.cells[i].tad = float32(sum), int32(next)
	}
	for _, t := range f.c.tads {
		f.stripe(f.c.sites[f.c.bounds[t.left].right].pos, func(c *cell, v float32) { c.right = max(c.right, v) })
		f.stripe(f.c.sites[f.c.bounds[t.left+1].left].pos, func(c *cell, v float32) { c.left = max(c.left, v) })
	}
	for _, t := range f.c.tads {
		for i := f.at(t.Start); i <= f.at(t.End); i++ {
			if int(f.cells[i].tad) == t.left+1 {
				f.cells[i].right += float32(t.gain * f.cond.insulation)
			}
		}
	}
}

// step adds the increments of a logistic step of height at pos to the cells around it.
func (f *field) step(pos int64, height float64) {
	const reach = 8 * dropWidth
	level := func(at int64) float64 { return height / (1 + math.Exp(-float64(at-pos)/dropWidth)) }
	before := 0.0
	last := f.at(pos + reach)
	for i := f.at(max(0, pos-reach)); i <= last; i++ {
		now := level(int64(i)*f.size + f.size/2)
		if i == last {
			now = height
		}
		f.cells[i].drop += float32(now - before)
		before = now
	}
}

func (f *field) stripe(pos int64, set func(*cell, float32)) {
	for i := f.at(max(0, pos-3*stripeSD)); i <= f.at(pos+3*stripeSD); i++ {
		x := (float64(int64(i)*f.size+f.size/2) - float64(pos)) / stripeSD
		set(&f.cells[i], float32(stripeGain*f.cond.stripes*math.Exp(-x*x/2)))
	}
}

// fillCompartments blurs the square wave of the domains.
func (f *field) fillCompartments() {
	for i := range f.cells {
		mid := float64(int64(i)*f.size + f.size/2)
		f.cells[i].comp = float32(f.c.score(mid))
	}
}

// score is the compartment score at a position, in (−1, 1): positive in A, crossing 0 at the borders.
func (c *chromosome) score(pos float64) float64 {
	i, found := slices.BinarySearchFunc(c.domains, pos, func(d domain, pos float64) int {
		return int(math.Copysign(1, float64(d.Start)-pos))
	})
	if !found && i > 0 {
		i--
	}
	d := c.domains[i]
	v := d.sign * d.strength
	for _, edge := range []int64{d.Start, d.End} {
		if edge > 0 && edge < c.length {
			v *= math.Tanh(math.Abs(pos-float64(edge)) / compBlur)
		}
	}
	return v
}

// factor is F(i, j) of the package comment without the bias, for i ≤ j and the compartment gain of their distance.
func (f *field) factor(a, b *cell, gain float64) float64 {
	v := math.Exp(gain*float64(a.comp)*float64(b.comp) - min(float64(b.drop-a.drop), f.cap))
	if a.tad == b.tad {
		v *= 1 + float64(a.right) + float64(b.left)
	}
	return v
}

// compartmentGain rises with distance: compartments are a feature of the far field.
func (cond condition) compartmentGain(bp float64) float64 {
	return cond.compartments * compGain / (1 + math.Exp(-math.Log(max(bp, 1)/compMid)/0.6))
}

// decay is P of the package comment at the distances 0, size, 2·size, … below max, up to a factor. Its logarithmic slope
// is about −1, flatter between 30 and 200 kb and steeper around 1 Mb: the shoulder that loops of 100–200 kb leave.
func decay(size, max int64, shoulder float64) []float64 {
	slope := func(lns float64) float64 {
		bell := func(mid, width float64) float64 {
			x := (lns - math.Log(mid)) / width
			return math.Exp(-x * x / 2)
		}
		return -1 + shoulder*(0.45*bell(80e3, 0.8)-0.5*bell(900e3, 0.55))
	}
	const shortest, step = 500, 0.01
	p := make([]float64, (max+size-1)/size)
	lns, lnp := math.Log(shortest), 0.0
	for d := range p {
		target := math.Log(math.Max(shortest, (float64(d)+0.35*float64(b2i(d == 0)))*float64(size)))
		for lns+step < target {
			lnp += step * slope(lns)
			lns += step
		}
		p[d] = math.Exp(lnp + (target-lns)*slope(lns))
	}
	p[0] /= 2 // the diagonal pixel is a triangle
	return p
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}
