package enrich

import (
	"math"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"regioscope/worker/genome"
)

// same wants equal results, NaN being equal to NaN, to the last bit.
func same(t *testing.T, name string, got, want *Result) {
	t.Helper()
	a, b := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range a.NumField() {
		field := a.Type().Field(i).Name
		if values, ok := a.Field(i).Interface().([]float64); ok {
			theirs := b.Field(i).Interface().([]float64)
			if !slices.EqualFunc(values, theirs, func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }) {
				t.Fatalf("%s: %s differs: %v, want %v", name, field, values, theirs)
			}
		} else if !reflect.DeepEqual(a.Field(i).Interface(), b.Field(i).Interface()) {
			t.Fatalf("%s: %s is %+v, want %+v", name, field, a.Field(i).Interface(), b.Field(i).Interface())
		}
	}
}

func at(chrom string, start, end int64) genome.Region {
	a := genome.Anchor{Chrom: chrom, Start: start, End: end, Strand: '.'}
	return genome.Region{A: a, B: a}
}

func list(regions ...genome.Region) []genome.Region {
	for i := range regions {
		regions[i].Index = i
	}
	return regions
}

func one(t *testing.T, regions []genome.Region, target []genome.Region, j Job, opt Options) *Result {
	t.Helper()
	got, err := Compute(t.Context(), tinyChroms, regions, []Target{{Name: "t", Regions: target}}, []Job{j}, opt)
	if err != nil {
		t.Fatal(err)
	}
	return got[0]
}

// The reference back end, §12.6: bins of point 1,000,000 with W = 100,000 and b = 50,000 begin at 900,000 … 1,050,000,
// those of 100–200 at 10 % at 80, 90 … 210.
func TestPlacesOfBins(t *testing.T) {
	chroms := []genome.Chrom{{Name: "chr1", Length: 2_000_000}}
	for _, c := range []struct {
		region     genome.Region
		job        Job
		starts     []int64
		size, last int64
	}{
		{at("chr1", 1_000_000, 1_000_000), Job{Window: 100_000, Bin: 50_000}, []int64{900_000, 950_000, 1_000_000, 1_050_000}, 50_000, 0},
		{at("chr1", 1_000_050, 1_000_050), Job{Window: 100_000, Bin: 50_000}, []int64{900_000, 950_000, 1_000_000, 1_050_000}, 50_000, 0},
		{at("chr1", 100, 200), Job{Percent: 10}, []int64{80, 90, 100, 110, 120, 130, 140, 150, 160, 170, 180, 190, 200, 210}, 10, 0},
	} {
		for k, start := range c.starts {
			for _, base := range []int64{start - 1, start, start + c.size - 1, start + c.size} {
				got, err := Compute(t.Context(), chroms, list(c.region), []Target{{Name: "t", Regions: list(at("chr1", base, base+1))}}, []Job{c.job}, Options{})
				if err != nil {
					t.Fatal(err)
				}
				if hit := got[0].A[k] == 1; hit != (base >= start && base < start+c.size) {
					t.Errorf("%+v: bin %d hit by base %d: %v", c.job, k, base, hit)
				}
			}
		}
	}
}

// The ends that are not inside: a target that ends where the bin begins, or begins where it ends, does not touch it; a
// point counts in the bin that begins there (reference back end, §6.12).
func TestOverlapIsHalfOpen(t *testing.T) {
	query := list(at("chr1", 1000, 1000)) // bins of 10: 990–1000, 1000–1010
	job := Job{Window: 10, Bin: 10}
	for _, c := range []struct {
		start, end int64
		want       [2]int64
	}{
		{980, 990, [2]int64{0, 0}}, {980, 991, [2]int64{1, 0}}, {999, 1000, [2]int64{1, 0}}, {1000, 1001, [2]int64{0, 1}},
		{999, 1001, [2]int64{1, 1}}, {1010, 1020, [2]int64{0, 0}}, {1000, 1000, [2]int64{0, 1}}, {990, 990, [2]int64{1, 0}},
		{1010, 1010, [2]int64{0, 0}}, {0, 2003, [2]int64{1, 1}},
	} {
		r := one(t, query, list(at("chr1", c.start, c.end)), job, Options{})
		if got := [2]int64{r.A[0], r.A[1]}; got != c.want {
			t.Errorf("target %d–%d: %v, want %v", c.start, c.end, got, c.want)
		}
	}
}

// Regions without bins in common: the queries of two sets are the sum of the query of each.
func TestDisjointSetsAddUp(t *testing.T) {
	rng := rand.New(rand.NewSource(3))
	var even, odd, all []genome.Region
	for i, p := range rng.Perm(40) { // one region per bin
		r := at("chr1", int64(p)*50+rng.Int63n(50), 0)
		r.A.End = r.A.Start
		r.B, r.Index = r.A, i
		all = append(all, r)
		if i%2 == 0 {
			even = append(even, r)
		} else {
			odd = append(odd, r)
		}
	}
	target := someRegions(rng, 20, 30)
	job := Job{Window: 500, Bin: 50}
	whole, a, b := one(t, all, target, job, Options{}), one(t, even, target, job, Options{}), one(t, odd, target, job, Options{})
	for i := range whole.A {
		if whole.A[i] != a.A[i]+b.A[i] || whole.C[i] != a.C[i]+b.C[i] {
			t.Errorf("cell %d: %d and %d, parts %d + %d and %d + %d", i, whole.A[i], whole.C[i], a.A[i], b.A[i], a.C[i], b.C[i])
		}
		if whole.A[i]+whole.B[i] != a.A[i]+a.B[i] {
			t.Errorf("cell %d: the universe depends on the query", i)
		}
	}
}

// Neither the number of threads nor the order of regions, nor of a target's regions, changes anything.
func TestThreadsAndOrderDoNotMatter(t *testing.T) {
	rng := rand.New(rand.NewSource(4))
	regions := someRegions(rng, 200, 100)
	targets := make([]Target, 9)
	for i := range targets {
		targets[i] = Target{Name: string(rune('a' + i)), Regions: someRegions(rng, 10+i, 40)}
	}
	jobs := []Job{{Window: 100, Bin: 10}, {Percent: 5}}
	for _, universe := range []Universe{Genome, Queries, Regions} {
		opt := Options{Universe: universe, UniverseRegions: someRegions(rng, 50, 60), Oriented: true}
		want, err := Compute(t.Context(), tinyChroms, regions, targets, jobs, opt)
		if err != nil {
			t.Fatal(err)
		}
		opt.Threads = 7
		shuffled := slices.Clone(regions)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for i := range targets {
			rng.Shuffle(len(targets[i].Regions), func(a, b int) {
				targets[i].Regions[a], targets[i].Regions[b] = targets[i].Regions[b], targets[i].Regions[a]
			})
		}
		got, err := Compute(t.Context(), tinyChroms, shuffled, targets, jobs, opt)
		if err != nil {
			t.Fatal(err)
		}
		for i := range got {
			same(t, string(universe), got[i], want[i])
		}
	}
}

// With all regions on '-', the profile is that on '+' turned about the bin that holds the point, or about the middle of
// an interval.
func TestStrandMirrors(t *testing.T) {
	rng := rand.New(rand.NewSource(5))
	plus := slices.DeleteFunc(someRegions(rng, 50, 100), func(r genome.Region) bool { return r.A.Start < 600 || r.A.End > 1400 })
	minus := slices.Clone(plus)
	for i := range plus {
		plus[i].A.Strand, minus[i].A.Strand = '+', '-'
	}
	target := someRegions(rng, 30, 20)
	opt := Options{Oriented: true}
	p, m := one(t, plus, target, Job{Window: 100, Bin: 10}, opt), one(t, minus, target, Job{Window: 100, Bin: 10}, opt)
	for k := 1; k < p.Bins; k++ { // bin 0, the one furthest upstream, has no partner
		if p.A[k] != m.A[p.Bins-k] || p.C[k] != m.C[p.Bins-k] {
			t.Errorf("point, bin %d: %d, and %d on the other strand", k, p.A[k], m.A[p.Bins-k])
		}
	}
	p, m = one(t, plus, target, Job{Percent: 5}, opt), one(t, minus, target, Job{Percent: 5}, opt)
	for k := range p.A {
		if p.A[k] != m.A[p.Bins-1-k] {
			t.Errorf("interval, bin %d: %d, and %d on the other strand", k, p.A[k], m.A[p.Bins-1-k])
		}
	}
}

// A set against itself: at offset 0 it hits all of its bins and no others have any of it, so the odds ratio is infinite.
func TestASetAgainstItself(t *testing.T) {
	set := list(at("chr1", 105, 106), at("chr1", 715, 716), at("chr2", 333, 334))
	r := one(t, set, set, Job{Window: 50, Bin: 10}, Options{})
	k := r.Bins / 2
	if got := [4]int64{r.A[k], r.B[k], r.C[k], r.D[k]}; got != [4]int64{3, 0, 0, r.Size - 3} {
		t.Errorf("table %v of %d", got, r.Size)
	}
	if r.Flag[k] != Infinite || !math.IsNaN(r.OddsRatio[k]) || !(r.Low[k] > 1) || !math.IsNaN(r.High[k]) {
		t.Errorf("odds ratio %v, %v to %v, flag %d", r.OddsRatio[k], r.Low[k], r.High[k], r.Flag[k])
	}
	if r.Flag[0] != Finite || r.OddsRatio[0] != 0 || r.Low[0] != 0 || !(r.High[0] > 0) {
		t.Errorf("nothing there: odds ratio %v, %v to %v, flag %d", r.OddsRatio[0], r.Low[0], r.High[0], r.Flag[0])
	}
}

func TestNoInfinityAndNoNegativeZero(t *testing.T) {
	rng := rand.New(rand.NewSource(6))
	for range 20 {
		got, err := Compute(t.Context(), tinyChroms, append(someRegions(rng, 6, 300), at("chr1", 5, 9)), []Target{{Name: "a", Regions: someRegions(rng, 4, 900)}, {Name: "none"}, {Name: "all", Regions: list(at("chr1", 0, 2003), at("chr2", 0, 700), at("chrM", 0, 51))}},
			[]Job{{Window: 1000, Bin: 50}, {Percent: 1}}, Options{Universe: []Universe{Genome, Queries}[rng.Intn(2)]})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got {
			for i := range r.A {
				for _, v := range []float64{r.OddsRatio[i], r.Low[i], r.High[i]} {
					if math.IsInf(v, 0) || math.IsNaN(v) && r.Flag[i] == Finite {
						t.Errorf("%v with flag %d", v, r.Flag[i])
					}
				}
				for _, v := range []float64{r.Greater[i], r.Less[i], r.QGreater[i], r.QLess[i]} {
					if math.IsNaN(v) || math.IsInf(v, 0) || v < 0 || math.Signbit(v) {
						t.Errorf("−log10 p or q is %v", v)
					}
				}
				if r.Flag[i] == Finite && !(r.Low[i] <= r.OddsRatio[i] && r.OddsRatio[i] <= r.High[i]) {
					t.Errorf("%v is not between %v and %v", r.OddsRatio[i], r.Low[i], r.High[i])
				}
			}
		}
	}
}
