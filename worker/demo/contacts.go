package demo

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"

	"golang.org/x/sync/errgroup"
)

// sampler draws the contacts of all chromosomes under one condition.
//
// A candidate is a left bin drawn by bias and a distance drawn by weight; it is kept with the probability bⱼ·F / bound.
// The weights of distances are P·bound with P corrected for the average of F, so that the decay comes out as stated.
type sampler struct {
	size    int64
	cond    condition
	seed    uint64
	threads int
	fields  []*field
	offset  []int64   // first bin of every chromosome
	p       []float64 // P / mean F, per distance
	gain    []float64 // compartment gain, per distance
	bound   []float64 // of F, per distance
	rate    float64   // K: expected count = K·bᵢ·bⱼ·p·F
	trans   float64   // expected number of contacts between chromosomes
}

func newSampler(chroms []*chromosome, size int64, cond condition, contacts float64, seed uint64, threads int) *sampler {
	s := &sampler{size: size, cond: cond, seed: seed, threads: threads, offset: []int64{0}}
	var longest int64
	for i, c := range chroms {
		f := newField(c, size, cond, seed)
		s.fields = append(s.fields, f)
		s.offset = append(s.offset, s.offset[i]+int64(len(f.cells)))
		longest = max(longest, c.length)
	}
	target := decay(size, longest, cond.shoulder)
	s.p = slices.Clone(target)
	s.gain, s.bound = make([]float64, len(s.p)), make([]float64, len(s.p))
	for d := range s.p {
		s.gain[d] = cond.compartmentGain(float64(int64(d) * size))
	}
	s.calibrate(stream(seed, "calibration"))
	var expected float64
	for _, f := range s.fields {
		var bias float64
		for i := range f.cells {
			bias += float64(f.cells[i].bias)
		}
		mean, n := bias/float64(len(f.cells)), float64(len(f.cells))
		for d := range f.cells {
			expected += (n - float64(d)) * mean * mean * target[d]
		}
	}
	s.rate = contacts / expected
	s.trans = contacts * transShare
	return s
}

// calibrate estimates the mean of F and finds its bound at distances that grow by a tenth, and interpolates between them.
func (s *sampler) calibrate(r *rand.Rand) {
	var at []int
	for d := 0; d < len(s.p); d = max(d+1, d*11/10) {
		at = append(at, d)
	}
	mean, bound := make([]float64, len(at)), make([]float64, len(at))
	for k, d := range at {
		var sum, n float64
		least, inside := math.Inf(1), false
		for _, f := range s.fields {
			last := len(f.cells) - d
			if last <= 0 {
				continue
			}
			for i := range last {
				least = min(least, float64(f.cells[i+d].drop-f.cells[i].drop))
				inside = inside || f.cells[i+d].tad == f.cells[i].tad
			}
			for range 4000 {
				i := r.IntN(last)
				a, b := &f.cells[i], &f.cells[i+d]
				w := float64(a.bias * b.bias)
				sum += w * f.factor(a, b, s.gain[d])
				n += w
			}
		}
		mean[k] = 1
		if n > 0 {
			mean[k] = sum / n
		}
		// drop grows with distance, so this bound holds up to the next distance; the gain grows, too, and is added there.
		bound[k] = math.Exp(-min(least, maxDrop*s.cond.insulation))
		if inside {
			bound[k] *= 1 + 2*stripeGain*s.cond.stripes + tadGain*s.cond.insulation
		}
	}
	k := 0
	for d := range s.p {
		for k+1 < len(at) && at[k+1] <= d {
			k++
		}
		m := mean[k]
		if k+1 < len(at) && d > 0 {
			x := math.Log(float64(d)/float64(at[k])) / math.Log(float64(at[k+1])/float64(at[k]))
			m = mean[k]*(1-x) + mean[k+1]*x
		}
		s.p[d] /= m
		s.bound[d] = bound[k] * math.Exp(s.gain[d])
	}
}

// expected is the model's mean count of a pixel of chromosome c without loops; i ≤ j are bins of the chromosome.
func (s *sampler) expected(c, i, j int) float64 {
	f := s.fields[c]
	a, b := &f.cells[i], &f.cells[j]
	return s.rate * float64(a.bias) * float64(b.bias) * s.p[j-i] * f.factor(a, b, s.gain[j-i])
}

// key packs a contact of two genome-wide bins.
func key(i, j int64) uint64 { return uint64(i)<<32 | uint64(j) }

// cis draws the contacts of chromosome c, as keys in no particular order.
func (s *sampler) cis(ctx context.Context, c int) ([][]uint64, error) {
	f := s.fields[c]
	n := len(f.cells)
	bias, weight := make([]float64, n), make([]float64, n)
	for i := range n {
		bias[i] = float64(f.cells[i].bias)
		weight[i] = s.p[i] * s.bound[i]
	}
	left, distance := newAlias(bias), newAlias(weight)
	candidates := poisson(stream(s.seed, s.cond.name, f.c.name, "number"), s.rate*left.sum*distance.sum*maxBias)

	const batch = 2_000_000
	parts := make([][]uint64, (candidates+batch-1)/batch+1)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(s.threads)
	for k := range parts[1:] {
		g.Go(func() error {
			r := source(s.seed, s.cond.name, f.c.name, strconv.Itoa(k))
			count := min(batch, candidates-int64(k)*batch)
			out := make([]uint64, 0, count/4)
			for range count {
				i, d := left.draw(r.Uint64()), distance.draw(r.Uint64())
				j := i + d
				if j >= n {
					continue
				}
				a, b := &f.cells[i], &f.cells[j]
				u := float64(r.Uint64()>>11) * (maxBias / (1 << 53))
				if u >= float64(b.bias) || u*s.bound[d] >= float64(b.bias)*f.factor(a, b, s.gain[d]) {
					continue
				}
				out = append(out, key(s.offset[c]+int64(i), s.offset[c]+int64(j)))
			}
			parts[k] = out
			return ctx.Err()
		})
	}
	parts[len(parts)-1] = s.loops(c)
	return parts, g.Wait()
}

// loops draws what the loops of chromosome c add.
func (s *sampler) loops(c int) []uint64 {
	f := s.fields[c]
	r := stream(s.seed, s.cond.name, f.c.name, "loop contacts")
	reach := int64(math.Ceil(3 * loopSD / float64(s.size)))
	var out []uint64
	for _, l := range f.c.loops {
		a, b := int64(f.at(l.a)), int64(f.at(l.b))
		for i := max(0, a-reach); i <= a+reach; i++ {
			for j := max(i+1, b-reach); j <= min(b+reach, int64(len(f.cells))-1); j++ {
				x := (float64(i*s.size+s.size/2) - float64(l.a)) / loopSD
				y := (float64(j*s.size+s.size/2) - float64(l.b)) / loopSD
				spot := (l.fold - 1) * s.cond.loops * math.Exp(-(x*x+y*y)/2)
				for range poisson(r, s.expected(c, int(i), int(j))*spot) {
					out = append(out, key(s.offset[c]+i, s.offset[c]+j))
				}
			}
		}
	}
	return out
}

// between draws the contacts between chromosomes: by bias, and more of them between equal compartments.
func (s *sampler) between() []uint64 {
	if len(s.fields) < 2 {
		return nil
	}
	var bias []float64
	var chrom []int
	for c, f := range s.fields {
		for i := range f.cells {
			bias = append(bias, float64(f.cells[i].bias))
			chrom = append(chrom, c)
		}
	}
	a := newAlias(bias)
	r := stream(s.seed, s.cond.name, "between chromosomes")
	out := make([]uint64, 0, int(s.trans))
	gain := 0.6 * compGain * s.cond.compartments
	for left := poisson(r, s.trans); left > 0; {
		i, j := int64(a.draw(r.Uint64())), int64(a.draw(r.Uint64()))
		ci, cj := chrom[i], chrom[j]
		if ci == cj {
			continue
		}
		e := float64(s.fields[ci].cells[i-s.offset[ci]].comp * s.fields[cj].cells[j-s.offset[cj]].comp)
		if r.Float64() < math.Exp(gain*(e-1)) {
			out = append(out, key(min(i, j), max(i, j)))
			left--
		}
	}
	return out
}
