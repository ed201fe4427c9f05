package demo

import (
	"math/rand/v2"
	"slices"
)

// span is a stretch of a chromosome in bp, half-open.
type span struct {
	Start int64 `json:"start"`
	End   int64 `json:"end"`
}

func (s span) overlaps(lo, hi int64) bool { return s.Start < hi && lo < s.End }

// site is a CTCF site. Its motif points right on '+'.
type site struct {
	pos      int64
	strand   byte
	height   float64 // of the ChIP peak over the background
	boundary bool
	loops    int
}

// boundary separates two TADs; strength is the natural logarithm of the drop of contacts across it.
type boundary struct {
	pos         int64
	strength    float64
	left, right int // indices of its '-' site on the left and its '+' site on the right
}

// tad lies between the boundaries with the indices left and left+1.
type tad struct {
	span
	left int
	gain float64 // of contacts inside
}

// loop joins a '+' site and a '-' site further right. fold is what the contacts at its centre are multiplied with.
type loop struct {
	a, b   int64
	fold   float64
	corner bool // joins the two boundaries of a TAD
}

// domain is a stretch of one compartment: sign 1 is A, −1 is B.
type domain struct {
	span
	sign, strength float64
}

// element is a promoter (with strand) or an enhancer.
type element struct {
	pos    int64
	strand byte
	height float64 // of H3K27ac; 0 where it is not active
}

// chromosome is everything that the files know about one chromosome.
type chromosome struct {
	chromSpec
	gaps       []span // not in the assembly's sequence: no contacts, no signal
	low        []span // hardly mappable: few contacts, no signal
	bounds     []boundary
	tads       []tad
	sites      []site
	loops      []loop
	domains    []domain
	promoters  []element
	enhancers  []element
	unoccupied []span    // further stretches that the tracks do not cover
	active     []element // promoters and enhancers with signal, in genome order
}

// newChromosome draws the facts of a chromosome, each kind from its own stream.
func newChromosome(seed uint64, spec chromSpec) *chromosome {
	c := &chromosome{chromSpec: spec}
	part := func(name string) *rand.Rand { return stream(seed, spec.name, name) }
	c.placeGaps(part("gaps"))
	c.placeTADs(part("TADs"))
	c.placeSites(part("CTCF"))
	c.placeLoops(part("loops"))
	c.placeDomains(part("compartments"))
	c.placeElements(part("elements"))
	return c
}

func (c *chromosome) placeGaps(r *rand.Rand) {
	half := min(1_000_000, c.length/40)
	c.gaps = []span{{0, 20_000}, {c.centromere - half, c.centromere + half}, {c.length - 20_000, c.length}}
	for at := int64(200_000); ; {
		at += int64(1_500_000 * r.ExpFloat64())
		length := int64(uniform(r, 10_000, 70_000))
		if at+length > c.length-200_000 {
			break
		}
		if !c.inGap(at-50_000, at+length+50_000) {
			c.low = append(c.low, span{at, at + length})
		}
		at += length + 100_000
	}
	for at := int64(0); ; {
		at += int64(400_000 * r.ExpFloat64())
		length := int64(uniform(r, 1000, 6000))
		if at+length > c.length {
			break
		}
		c.unoccupied = append(c.unoccupied, span{at, at + length})
		at += length
	}
}

func anyOverlap(spans []span, lo, hi int64) bool {
	return slices.ContainsFunc(spans, func(s span) bool { return s.overlaps(lo, hi) })
}

func (c *chromosome) inGap(lo, hi int64) bool { return anyOverlap(c.gaps, lo, hi) }

// usable says whether a site can lie at pos: off the gaps and the stretches of low coverage.
func (c *chromosome) usable(pos int64) bool {
	const margin = 8000
	return pos > margin && pos < c.length-margin && !anyOverlap(c.gaps, pos-margin, pos+margin) && !anyOverlap(c.low, pos-margin, pos+margin)
}

// TAD lengths are 130 kb plus a gamma variable of shape 2, 420 kb on average.
const (
	minTAD   = 130_000
	tadScale = 145_000
	maxTAD   = 1_600_000
)

func (c *chromosome) placeTADs(r *rand.Rand) {
	for at := int64(uniform(r, 100_000, 300_000)); at < c.length-100_000; {
		if c.usable(at) {
			c.bounds = append(c.bounds, boundary{pos: at, strength: uniform(r, 0.35, 1)})
			at += minTAD + int64(tadScale*(r.ExpFloat64()+r.ExpFloat64()))
		} else {
			at += 25_000
		}
	}
	for i := 0; i+1 < len(c.bounds); i++ {
		s := span{c.bounds[i].pos, c.bounds[i+1].pos}
		if s.End-s.Start <= maxTAD && !c.inGap(s.Start, s.End) {
			c.tads = append(c.tads, tad{s, i, uniform(r, 0, tadGain)})
		}
	}
}
