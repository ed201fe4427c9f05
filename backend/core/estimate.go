package core

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// Work is what the cost of a run depends on most.
type Work struct {
	FeatureID int64
	Size      int64 // bytes of the feature's file; 0 for collections
	Regions   int64
	Pairs     int64 // of window and bin
}

// Measure is what a finished run took.
type Measure struct {
	Work
	Took  time.Duration
	Bytes int64 // of its results
}

// Span is an estimate with the range in which it may well lie.
type Span struct {
	Low  float64 `json:"low"`
	Mid  float64 `json:"mid"`
	High float64 `json:"high"`
}

func (s *Span) add(t Span) { s.Low, s.Mid, s.High = s.Low+t.Low, s.Mid+t.Mid, s.High+t.High }

// Estimate is what a request would cost. It is worked out from what earlier runs of the same pipelines took on this
// installation, and never a promise.
type Estimate struct {
	Runs     int        `json:"runs" doc:"that would be started"`
	UnderWay int        `json:"underWay" doc:"that make what is asked for already"`
	Skipped  int        `json:"skipped" doc:"region set × feature pairs for which nothing is missing"`
	Pictures int        `json:"pictures" doc:"windows and bins over all runs"`
	Seconds  *Span      `json:"seconds,omitempty" doc:"of computing, on one worker, without the time that runs wait; absent when nothing like it has been measured"`
	Bytes    *Span      `json:"bytes,omitempty" doc:"of results"`
	Measured int        `json:"measured" doc:"earlier runs that the estimate rests on"`
	Unknown  []Pipeline `json:"unknown" doc:"pipelines of which no run has been measured; they are not in the sums"`
}

const (
	// measuredRuns are the newest runs of a pipeline that are looked at; alikeRuns of them, the most alike, are used.
	measuredRuns = 200
	alikeRuns    = 5
	// otherFile is how much another file counts as a difference: as much as e times the work.
	otherFile = 1.0
)

// Estimate tells what Preprocess would start for the same request, and what that would cost. It refuses what Preprocess
// refuses.
func (s *Runs) Estimate(ctx context.Context, caller Caller, q PreprocessRequest) (Estimate, error) {
	e := Estimate{Unknown: []Pipeline{}}
	sets, sources, err := s.asked(ctx, caller, q)
	if err != nil {
		return e, err
	}
	known := map[Pipeline][]Measure{}
	used := map[Pipeline]int{}
	for _, set := range sets {
		for _, source := range sources {
			for _, pipeline := range wanted(source, q.Pipelines) {
				_, params, err := planned(ctx, s.stores, pipeline, set, source, q)
				if err != nil {
					return e, err
				}
				if len(params.Pairs) == 0 {
					e.Skipped++
					continue
				}
				if run, err := covering(ctx, s.stores, pipeline, set.ID, source.ID, params); err != nil {
					return e, err
				} else if run != nil {
					e.UnderWay++
					continue
				}
				if e.Runs++; e.Runs > maxRunsPerRequest {
					return e, tooManyRuns()
				}
				e.Pictures += len(params.Pairs)
				if _, read := known[pipeline]; !read {
					if known[pipeline], err = s.stores.Runs().Measured(ctx, pipeline, measuredRuns); err != nil {
						return e, err
					}
				}
				e.add(pipeline, known[pipeline], used, workOf(set, source, params))
			}
		}
	}
	for _, n := range used {
		e.Measured += n
	}
	return e, nil
}

func workOf(set, source *Dataset, params GridParams) Work {
	w := Work{FeatureID: source.ID, Size: source.Size, Pairs: int64(len(params.Pairs)), Regions: 1}
	if set.Facts.Regions != nil {
		w.Regions = max(1, int64(set.Facts.Regions.Count))
	}
	return w
}

func (e *Estimate) add(p Pipeline, known []Measure, used map[Pipeline]int, w Work) {
	if len(known) == 0 {
		if !slices.Contains(e.Unknown, p) {
			e.Unknown = append(e.Unknown, p)
		}
		return
	}
	seconds, bytes, n := Expect(known, w)
	if e.Seconds == nil {
		e.Seconds, e.Bytes = &Span{}, &Span{}
	}
	e.Seconds.add(seconds)
	e.Bytes.add(bytes)
	used[p] = max(used[p], n)
}

// Expect estimates what w takes from the measured runs that are most like it, at least one. A part of every run is the same
// whatever it makes (opening and sweeping a file), another part grows with regions × pairs: the truth lies between a time as it
// was and the same time in proportion, so these are the range of each run, their geometric mean its middle, and the median over
// the runs is what counts. Results grow in proportion. n is how many runs were used.
func Expect(known []Measure, w Work) (seconds, bytes Span, n int) {
	near := slices.Clone(known)
	slices.SortStableFunc(near, func(a, b Measure) int { return cmp.Compare(distance(a.Work, w), distance(b.Work, w)) })
	near = near[:min(len(near), alikeRuns)]
	var low, mid, high, size []float64
	for _, m := range near {
		ratio := float64(w.Regions*w.Pairs) / float64(max(1, m.Regions*m.Pairs))
		took := m.Took.Seconds()
		low, mid, high = append(low, took*min(1, ratio)), append(mid, took*math.Sqrt(ratio)), append(high, took*max(1, ratio))
		size = append(size, float64(m.Bytes)*ratio)
	}
	return Span{median(low), median(mid), median(high)}, Span{slices.Min(size), median(size), slices.Max(size)}, len(near)
}

func distance(a, b Work) float64 {
	d := logRatio(a.Regions, b.Regions) + logRatio(a.Pairs, b.Pairs)
	if a.FeatureID != b.FeatureID {
		d += otherFile + logRatio(a.Size, b.Size)
	}
	return d
}

func logRatio(a, b int64) float64 {
	if a <= 0 || b <= 0 {
		return 0
	}
	return math.Abs(math.Log(float64(a) / float64(b)))
}

func median(v []float64) float64 {
	slices.Sort(v)
	mid := len(v) / 2
	if len(v)%2 == 1 {
		return v[mid]
	}
	return (v[mid-1] + v[mid]) / 2
}
