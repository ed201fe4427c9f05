package enrich

import (
	"context"
	"errors"
	"math"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"regioscope/worker/compute/ledger"
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

func TestLedgerNamesEveryLostRegion(t *testing.T) {
	regions := list(at("chr1", 100, 200), at("chrUn", 5, 10), at("1", 3000, 3100), at("chr1", 100, 200), at("chr2", 30, 32))
	r := one(t, regions, list(at("chr1", 150, 160)), Job{Percent: 10}, Options{})
	want := []ledger.Loss{{Stage: ledger.Matched, Reason: reasonChrom, Count: 1, Regions: []int{1}},
		{Stage: ledger.Inside, Reason: reasonOutside, Count: 1, Regions: []int{2}},
		{Stage: ledger.Inside, Reason: reasonLength, Count: 1, Regions: []int{4}}}
	l := r.Ledger
	slices.SortFunc(l.Lost, func(a, b ledger.Loss) int { return a.Regions[0] - b.Regions[0] })
	if !reflect.DeepEqual(l.Lost, want) || l.Read != 5 || l.Matched != 4 || l.Used != 2 || r.Rows != 1 {
		t.Errorf("%+v, %d windows", l, r.Rows)
	}
	if l.Aliases[genome.AliasChrAdd] != 1 || l.Aliases[genome.AliasNone] != 1 {
		t.Errorf("aliases %v", l.Aliases)
	}
	if info := r.Targets[0]; info != (TargetInfo{"t", 1, 1, 10}) {
		t.Errorf("target %+v", info)
	}
}

func TestErrors(t *testing.T) {
	good, target := list(at("chr1", 100, 200)), []Target{{Name: "t", Regions: list(at("chr1", 1, 2))}}
	for _, c := range []struct {
		name    string
		regions []genome.Region
		targets []Target
		job     Job
		opt     Options
		want    error
	}{
		{"no multiple", good, target, Job{Window: 15, Bin: 10}, Options{}, ErrWindow},
		{"no bin", good, target, Job{Window: 15}, Options{}, ErrWindow},
		{"both", good, target, Job{Window: 10, Bin: 10, Percent: 5}, Options{}, ErrWindow},
		{"too many bins", good, target, Job{Window: 1 << 20, Bin: 1}, Options{}, ErrWindow},
		{"percent", good, target, Job{Percent: 101}, Options{}, ErrWindow},
		{"regions elsewhere", list(at("scaffold", 1, 2)), target, Job{Window: 10, Bin: 10}, Options{}, ErrNoCommon},
		{"targets elsewhere", good, []Target{{Name: "t", Regions: list(at("scaffold", 1, 2))}}, Job{Window: 10, Bin: 10}, Options{}, ErrNoCommon},
		{"no universe", good, target, Job{Window: 10, Bin: 10}, Options{Universe: Regions}, ErrUniverse},
		{"universe far away", good, target, Job{Window: 10, Bin: 10}, Options{Universe: Regions, UniverseRegions: list(at("chr2", 1, 2))}, ErrUniverse},
		{"unknown universe", good, target, Job{Window: 10, Bin: 10}, Options{Universe: "all"}, nil},
		{"unknown side", good, target, Job{Window: 10, Bin: 10, Side: "middle"}, Options{}, nil},
		{"unknown region", good, target, Job{Window: 10, Bin: 10}, Options{Subset: []int{0, 7}}, nil},
	} {
		_, err := Compute(t.Context(), tinyChroms, c.regions, c.targets, []Job{c.job}, c.opt)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	x, err := NewIndex(t.Context(), tinyChroms, good, target, []Job{{Window: 10, Bin: 10}}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := x.Tables(t.Context(), []int{3}); err == nil {
		t.Error("region 3 is in no set")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Compute(ctx, tinyChroms, good, target, []Job{{Window: 10, Bin: 10}}, Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

// Targets that are loaded give what given ones do; one that fails to load ends it all with its name.
func TestLoadedTargets(t *testing.T) {
	rng := rand.New(rand.NewSource(8))
	regions, job := someRegions(rng, 30, 50), []Job{{Window: 50, Bin: 10}}
	var given, loaded []Target
	for i := range 5 {
		set := someRegions(rng, 10, 30)
		given = append(given, Target{Name: string(rune('a' + i)), Regions: set})
		loaded = append(loaded, Target{Name: given[i].Name, Load: func() ([]genome.Region, error) { return set, nil }})
	}
	want, err := Compute(t.Context(), tinyChroms, regions, given, job, Options{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := Compute(t.Context(), tinyChroms, regions, loaded, job, Options{Threads: 3})
	if err != nil {
		t.Fatal(err)
	}
	same(t, "loaded", got[0], want[0])
	broken := errors.New("cannot be read")
	loaded[3].Load = func() ([]genome.Region, error) { return nil, broken }
	if _, err := Compute(t.Context(), tinyChroms, regions, loaded, job, Options{Threads: 2}); !errors.Is(err, broken) || !strings.Contains(err.Error(), "target d") {
		t.Errorf("a broken target: %v", err)
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	var last [2]int64
	_, err := Compute(t.Context(), tinyChroms, list(at("chr1", 1, 2)), nil, []Job{{Window: 10, Bin: 10}}, Options{})
	if err != nil {
		t.Errorf("no targets: %v", err)
	}
	targets := []Target{{Name: "a", Regions: list(at("chr1", 1, 2))}, {Name: "b"}, {Name: "c"}}
	_, err = Compute(t.Context(), tinyChroms, list(at("chr1", 1, 2)), targets, []Job{{Window: 10, Bin: 10}},
		Options{Threads: 3, Progress: func(done, total int64) { last = [2]int64{done, total} }})
	if err != nil || last != [2]int64{3, 3} {
		t.Errorf("%v, %v", last, err)
	}
}

// Bins too fine for bit sets are swept: the same numbers.
func TestSweepEqualsBitSets(t *testing.T) {
	rng := rand.New(rand.NewSource(7))
	names := genome.NewNames(tinyChroms, nil)
	for range 50 {
		f := newFrame(Job{Window: 700, Bin: []int64{7, 10, 70}[rng.Intn(3)]}, someRegions(rng, 40, 100), names, true)
		by, _ := cover(someRegions(rng, 30, 60), names)
		buf := &buffers{sets: make(map[*grid]*gridSet)}
		buf.next(merge(by))
		cut := slices.Clone(f.hits(buf))
		f.grid = nil
		if !slices.Equal(cut, f.hits(buf)) {
			t.Fatal("they differ")
		}
	}
}
