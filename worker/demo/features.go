package demo

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"
)

// placeSites puts a divergent pair of strong CTCF sites at every boundary and weaker ones of either strand between.
func (c *chromosome) placeSites(r *rand.Rand) {
	const spacing, apart = 45_000, 6000
	for i, b := range c.bounds {
		for _, s := range []site{
			{pos: b.pos - int64(uniform(r, 1000, apart)), strand: '-'},
			{pos: b.pos + int64(uniform(r, 1000, apart)), strand: '+'},
		} {
			s.boundary = true
			s.height = 1.7 * logNormal(r, 3, 0.45) * (0.6 + 0.65*c.bounds[i].strength)
			c.sites = append(c.sites, s)
		}
	}
	fixed := len(c.sites)
	for at := int64(30_000); at < c.length-30_000; at += 3000 + int64(spacing*r.ExpFloat64()) {
		s := site{pos: at, strand: "+-"[r.IntN(2)], height: logNormal(r, 2.7, 0.7)}
		near := func(o site) bool { return math.Abs(float64(o.pos-at)) < 12_000 }
		if c.usable(at) && !slices.ContainsFunc(c.sites[:fixed], near) {
			c.sites = append(c.sites, s)
		}
	}
	slices.SortFunc(c.sites, func(a, b site) int { return cmp.Compare(a.pos, b.pos) })
	for i := range c.bounds {
		b := &c.bounds[i]
		b.right, _ = slices.BinarySearchFunc(c.sites, b.pos, func(s site, pos int64) int { return cmp.Compare(s.pos, pos) })
		b.left = b.right - 1
	}
}

// placeLoops joins the corners of most TADs and up to two further convergent pairs inside.
func (c *chromosome) placeLoops(r *rand.Rand) {
	const shortest, longest = 120_000, 1_000_000
	for _, t := range c.tads {
		first, last := c.bounds[t.left].right, c.bounds[t.left+1].left
		var found []loop
		join := func(i, j int, lo, hi float64, corner bool) {
			a, b := &c.sites[i], &c.sites[j]
			d := b.pos - a.pos
			crowded := slices.ContainsFunc(found, func(l loop) bool {
				return math.Abs(float64(l.a-a.pos)) < 40_000 && math.Abs(float64(l.b-b.pos)) < 40_000
			})
			if d < shortest || d > longest || crowded {
				return
			}
			a.loops++
			b.loops++
			found = append(found, loop{a.pos, b.pos, math.Round(100*uniform(r, lo, hi)) / 100, corner})
		}
		if r.Float64() < 0.9 {
			join(first, last, 2.5, 5, true)
		}
		var forward, reverse []int
		for i := first; i <= last; i++ {
			if c.sites[i].strand == '+' {
				forward = append(forward, i)
			} else {
				reverse = append(reverse, i)
			}
		}
		for range min(2, (last-first)/4) {
			i, j := forward[r.IntN(len(forward))], reverse[r.IntN(len(reverse))]
			if i != first || j != last {
				join(i, j, 2, 4, false)
			}
		}
		c.loops = append(c.loops, found...)
	}
	slices.SortFunc(c.loops, func(a, b loop) int { return cmp.Or(cmp.Compare(a.a, b.a), cmp.Compare(a.b, b.b)) })
	for i := range c.sites {
		if c.sites[i].loops > 0 {
			c.sites[i].height *= 1.3
		}
	}
}

// placeDomains alternates A and B; their borders lie on TAD boundaries where one is near.
func (c *chromosome) placeDomains(r *rand.Rand) {
	const shortest, near = 400_000, 250_000
	sign := float64(2*r.IntN(2) - 1)
	for at := int64(0); at < c.length; sign = -sign {
		end := at + shortest + int64(1_000_000*r.ExpFloat64())
		best := int64(near)
		to := end
		for _, b := range c.bounds {
			if d := max(b.pos-end, end-b.pos); d < best {
				best, to = d, b.pos
			}
		}
		if to-at >= shortest/2 {
			end = to
		}
		if end > c.length-shortest {
			end = c.length
		}
		c.domains = append(c.domains, domain{span{at, end}, sign, uniform(r, 0.65, 1)})
		at = end
	}
}

// compartment is the sign of the compartment at pos.
func (c *chromosome) compartment(pos int64) float64 {
	i, found := slices.BinarySearchFunc(c.domains, pos, func(d domain, pos int64) int { return cmp.Compare(d.Start, pos) })
	if !found {
		i--
	}
	return c.domains[i].sign
}

// placeElements puts promoters and enhancers, most of them and most active ones in compartment A.
func (c *chromosome) placeElements(r *rand.Rand) {
	place := func(spacing, inB, active, quiet float64, stranded bool) (out []element) {
		for at := int64(30_000); at < c.length-30_000; at += 4000 + int64(spacing*r.ExpFloat64()) {
			e := element{pos: at, strand: '.'}
			if stranded {
				e.strand = "+-"[r.IntN(2)]
			}
			inA := c.compartment(at) > 0
			share := active
			if !inA {
				share = quiet
			}
			keep, on, height := inA || r.Float64() < inB, r.Float64() < share, logNormal(r, 2.6, 0.6)
			if on {
				e.height = height
			}
			if keep && c.usable(at) {
				out = append(out, e)
			}
		}
		return out
	}
	c.promoters = place(55_000, 0.3, 0.75, 0.25, true)
	c.enhancers = place(60_000, 0.1, 1, 1, false)
	c.active = slices.DeleteFunc(slices.Concat(c.promoters, c.enhancers), func(e element) bool { return e.height == 0 })
	slices.SortFunc(c.active, func(a, b element) int { return cmp.Compare(a.pos, b.pos) })
}
