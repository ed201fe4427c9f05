package pileup_test

import (
	"bytes"
	"encoding/json"
	"math"
	"math/rand"
	"testing"

	"regioscope/worker/compute/internal/maptest"
	"regioscope/worker/compute/pileup"
	"regioscope/worker/genome"
)

func TestScoreOfTheAverage(t *testing.T) {
	for _, pairs := range []bool{false, true} {
		m, regions, opt := setup(t, pairs)
		opt.Bootstrap, opt.Seed = 300, 42
		want := compute(t, m, regions, grid, opt)
		for _, r := range want {
			s, a := pileup.ScoreOf(r.Mean()), r.Average
			if !near(s.Centre, a.Centre, 1e-10) || !near(s.Corners, a.Corners, 1e-10) || !near(s.Ratio, a.Ratio, 1e-10) {
				t.Errorf("%v %s: %+v, the mean has %+v", r.Job, r.Value, a.Score, s)
			}
			if math.IsNaN(a.Centre) && r.Value == pileup.OE { // near the diagonal there is no expected
				continue
			}
			if !(a.CentreCI[0] < a.Centre && a.Centre < a.CentreCI[1] && a.RatioCI[0] < a.Ratio && a.Ratio < a.RatioCI[1]) {
				t.Errorf("%v %s: %+v", r.Job, r.Value, a)
			}
		}
		// Threads and other jobs change no bit; the seed does.
		opt.Threads = 7
		for i, r := range compute(t, m, regions, grid, opt) {
			if !sameAverage(r.Average, want[i].Average) {
				t.Errorf("threads: %+v, %+v", r.Average, want[i].Average)
			}
		}
		if r := compute(t, m, regions, grid[1:2], opt)[1]; !sameAverage(r.Average, want[3].Average) {
			t.Errorf("alone: %+v, %+v", r.Average, want[3].Average)
		}
		opt.Seed = 43
		if r := compute(t, m, regions, grid[:1], opt)[0]; r.Average.CentreCI == want[0].Average.CentreCI || r.Average.Score != want[0].Average.Score {
			t.Errorf("another seed: %+v, %+v", r.Average, want[0].Average)
		}
	}
}

// sameAverage compares all bits; NaN equals NaN.
func sameAverage(a, b pileup.AverageScore) bool {
	x, _ := json.Marshal(a)
	y, _ := json.Marshal(b)
	return bytes.Equal(x, y)
}

// Every snippet is 1 around and e in the centre, e from a distribution whose mean has a known standard error: the
// interval must be that of the mean, and hold the true value about 95 times in 100.
func TestIntervalsCoverTheTruth(t *testing.T) {
	const bins, apart, trials = 9, 12, 90
	rng := rand.New(rand.NewSource(51))
	for _, regions := range []int{60, 1500} { // the second is dealt into groups
		covered := 0
		var width, want float64
		n := trials
		if regions > 1000 {
			n = trials / 6
		}
		for trial := range n {
			chrom := []genome.Chrom{{Name: "c", Length: int64(regions*apart + bins)}}
			var pixels []maptest.Pixel
			var sites []genome.Region
			for i := range regions {
				centre := int64(i*apart + bins/2)
				e := 2 + rng.NormFloat64()
				for r := centre - bins/2; r <= centre+bins/2; r++ {
					for c := r; c <= centre+bins/2; c++ {
						v := 1.0
						if max(r-centre, centre-r) <= 1 && max(c-centre, centre-c) <= 1 {
							v = e
						}
						pixels = append(pixels, maptest.Pixel{Row: r, Col: c, Count: v})
					}
				}
				a := genome.Anchor{Chrom: "c", Start: centre, End: centre}
				sites = append(sites, genome.Region{Index: i, A: a, B: a})
			}
			m := maptest.New(1, chrom, pixels)
			m.Block = 1 << 12
			r := compute(t, m, sites, []pileup.Job{{Window: bins / 2}}, pileup.Options{Bootstrap: 400, Seed: uint64(trial), Threads: 2})[0]
			if r.Average.CentreCI[0] <= 2 && 2 <= r.Average.CentreCI[1] {
				covered++
			}
			if !near(r.Average.Corners, 1, 1e-12) || r.Average.RatioCI != r.Average.CentreCI {
				t.Fatalf("%+v", r.Average)
			}
			width += (r.Average.CentreCI[1] - r.Average.CentreCI[0]) / float64(n)
			want += 2 * 1.96 * r.SEM()[bins*bins/2] / float64(n)
		}
		if share := float64(covered) / float64(n); share < 0.86 || math.Abs(width/want-1) > 0.06 {
			t.Errorf("%d regions: %g of the intervals hold the truth; they are %g wide, want %g", regions, share, width, want)
		}
	}
}

func TestScoresWithoutIntervals(t *testing.T) {
	m, regions, opt := setup(t, false)
	opt.Bootstrap = 100
	for name, list := range map[string][]genome.Region{"none": nil, "one": regions[40:41]} {
		for _, r := range compute(t, m, list, grid, opt) {
			if !math.IsNaN(r.Average.CentreCI[0]) || !math.IsNaN(r.Average.RatioCI[1]) {
				t.Errorf("%s: %+v", name, r.Average)
			}
			text, err := json.Marshal(r.Average)
			var back struct{ CentreCI []*float64 }
			if err != nil || json.Unmarshal(text, &back) != nil || len(back.CentreCI) != 2 || back.CentreCI[0] != nil {
				t.Errorf("%s: %s, %v", name, text, err)
			}
		}
	}
}
