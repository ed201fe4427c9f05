package pileup

import (
	"encoding/json"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
)

// AverageScore is the score of an average, with its uncertainty.
//
// The intervals are 95 % percentile bootstrap intervals (Efron 1979) over regions: each of Replicates times as many
// regions as there are are drawn with replacement, and the score of their average is taken; the interval holds the
// middle 95 % of these scores. A region has one snippet, so that single regions have no such interval.
//
// Sets of more than 1,024 used regions are first dealt into 1,024 groups, every 1,024th region along the genome into one
// group, and groups are drawn; for groups of independent regions this is the same distribution, at a cost that does not
// grow with the set. Where cells miss values in some regions, a replicate divides by the share of values that were drawn
// in the block, not in each of its cells; with nothing missing that is the same.
//
// The draws depend on Seed alone: not on threads, other jobs or values.
type AverageScore struct {
	Score
	CentreCI, RatioCI [2]float64 // lower and upper bound; NaN with fewer than two used regions, or without Replicates
	Replicates        int
	Seed              uint64
}

// MarshalJSON writes NaN as null, and the definition beside the numbers.
func (a AverageScore) MarshalJSON() ([]byte, error) {
	interval := func(ci [2]float64) []*float64 { return []*float64{finite(ci[0]), finite(ci[1])} }
	return json.Marshal(struct {
		Centre     *float64   `json:"centre"`
		CentreCI   []*float64 `json:"centreCI"`
		Corners    *float64   `json:"corners"`
		Ratio      *float64   `json:"ratio"`
		RatioCI    []*float64 `json:"ratioCI"`
		Replicates int        `json:"replicates"`
		Seed       uint64     `json:"seed"`
		Definition string     `json:"definition"`
	}{finite(a.Centre), interval(a.CentreCI), finite(a.Corners), finite(a.Ratio), interval(a.RatioCI), a.Replicates, a.Seed, ScoreDefinition})
}

func finite(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

// maxGroups is a multiple of every laneCount, so that a group belongs to one lane, which adds to it in order.
const maxGroups = 1024

// resampler holds sums and numbers of the score's cells for groups of windows.
type resampler struct {
	spots *spots
	sum   []float64 // groups × cells
	n     []int32
}

func newResampler(s *spots, windows int) *resampler {
	size := min(windows, maxGroups) * len(s.cells)
	return &resampler{spots: s, sum: make([]float64, size), n: make([]int32, size)}
}

// add counts in the values of a window's cells; at is its place among all windows.
func (r *resampler) add(at int, flip bool, values []float64) {
	cells := len(values)
	group := at % (len(r.n) / cells) * cells
	for i, v := range values {
		if v != v {
			continue
		}
		if flip {
			i = r.spots.mirror[i]
		}
		r.sum[group+i] += v
		r.n[group+i]++
	}
}

// score computes the score of the average and its intervals.
func (r *resampler) score(replicates int, seed uint64) AverageScore {
	nan := [2]float64{math.NaN(), math.NaN()}
	out := AverageScore{Score: noScore(), CentreCI: nan, RatioCI: nan, Replicates: replicates, Seed: seed}
	cells := len(r.spots.cells)
	means, total := make([]float64, cells), make([]float64, cells)
	for i, n := range r.n {
		total[i%cells] += float64(n)
		means[i%cells] += r.sum[i]
	}
	for i := range means {
		means[i] /= total[i] // NaN where there is none
	}
	out.Score = r.spots.score(means)
	groups := r.shares(total)
	if len(groups) < 2 || replicates < 1 {
		return out
	}
	rng := rand.NewPCG(seed, 0x5851f42d4c957f2d)
	centres, ratios := make([]float64, 0, replicates), make([]float64, 0, replicates)
	for range replicates {
		var drawn share
		for range groups {
			at, _ := bits.Mul64(rng.Uint64(), uint64(len(groups)))
			g := &groups[at]
			drawn.centre += g.centre
			drawn.centreN += g.centreN
			drawn.corners += g.corners
			drawn.cornersN += g.cornersN
		}
		centre, corners := drawn.centre/drawn.centreN, drawn.corners/drawn.cornersN
		if drawn.centreN > 0 {
			centres = append(centres, centre)
		}
		if drawn.centreN > 0 && drawn.cornersN > 0 && corners != 0 {
			ratios = append(ratios, centre/corners)
		}
	}
	out.CentreCI, out.RatioCI = middle(centres), middle(ratios)
	return out
}

// share is what a group adds to the centre and the corners of the average, and how much of their values it holds. Over
// all groups each N adds up to 1 and the others to the score.
type share struct{ centre, centreN, corners, cornersN float64 }

// shares lists the groups that hold any value.
func (r *resampler) shares(total []float64) []share {
	cells, centre := len(total), r.spots.centre
	var filled [2]float64 // cells of the centre, and of the corners, with values
	for i, n := range total {
		if n > 0 {
			filled[class(i, centre)]++
		}
	}
	var list []share
	for g := 0; g < len(r.n); g += cells {
		var s [2]struct{ value, n float64 }
		for i, n := range r.n[g : g+cells] {
			if k := class(i, centre); n > 0 {
				s[k].value += r.sum[g+i] / total[i] / filled[k]
				s[k].n += float64(n) / total[i] / filled[k]
			}
		}
		if s[0].n+s[1].n > 0 {
			list = append(list, share{s[0].value, s[0].n, s[1].value, s[1].n})
		}
	}
	return list
}

func class(i, centre int) int {
	if i < centre {
		return 0
	}
	return 1
}

// middle is the interval that holds the middle 95 % of the values.
func middle(values []float64) [2]float64 {
	if len(values) == 0 {
		return [2]float64{math.NaN(), math.NaN()}
	}
	slices.Sort(values)
	return [2]float64{percentile(values, 0.025), percentile(values, 0.975)}
}
