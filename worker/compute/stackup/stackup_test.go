package stackup

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

func compute(t *testing.T, s Signal, regions []genome.Region, jobs []Job, opt Options) []*Result {
	t.Helper()
	results, err := Compute(context.Background(), s, regions, jobs, opt)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

func values(r *Result) []float32 { return r.Stack.(*Memory).Values }

func region(chrom string, start, end int64) genome.Region {
	a := genome.Anchor{Chrom: chrom, Start: start, End: end, Strand: '.'}
	return genome.Region{A: a, B: a}
}

// testBW is the content of HiCognition's test.bw (reference back end §12.1): 100 intervals of 10 kb.
func testBW() *fake {
	f := &fake{chroms: []genome.Chrom{{Name: "chr1", Length: 249_250_621}}, data: map[string][]item{}, chunk: 7}
	for at := uint32(0); at < 1_000_000; at += 10_000 {
		v := float32(0)
		if at >= 100_000 && at < 150_000 {
			v = 5
		}
		if at >= 500_000 && at < 550_000 {
			v = 6
		}
		f.data["chr1"] = append(f.data["chr1"], item{at, at + 10_000, v})
	}
	return f
}

// Numbers: reference back end §12.5 (HiCognition's own tests, and derived from its code on test.bw without zooms).
func TestReferenceNumbers(t *testing.T) {
	nan := nan32
	for _, c := range []struct {
		regions []genome.Region
		job     Job
		want    []float32
	}{
		{[]genome.Region{region("chr1", 100000, 200000), region("chrT", 5, 6), region("chr1", 500000, 600000), region("chrU", 5, 6)},
			Job{Window: 50000, Bin: 50000}, []float32{5, 0, nan, nan, 6, 0, nan, nan}},
		{[]genome.Region{region("chr1", 150000, 150000)}, Job{Window: 100000, Bin: 20000}, []float32{0, 0, 2.5, 5, 5, 0, 0, 0, 0, 0}},
		{[]genome.Region{region("chr1", 100000, 100000)}, Job{Window: 200000, Bin: 50000}, []float32{nan, nan, 0, 0, 5, 0, 0, 0}},
		{[]genome.Region{region("chr1", 100000, 200000)}, Job{Percent: 10}, []float32{0, 0, 5, 5, 5, 5, 5, 0, 0, 0, 0, 0, 0, 0}},
		{[]genome.Region{region("chr1", 950000, 950000)}, Job{Window: 200000, Bin: 100000}, []float32{0, 0, 0, nan}},
	} {
		got := compute(t, testBW(), c.regions, []Job{c.job}, Options{})[0]
		if msg := differ(values(got), c.want, 0); msg != "" {
			t.Errorf("%+v: %s", c.job, msg)
		}
	}
}

// §12.6: windows of 200 kb around 500 and 1500 start at -199500 and -198500, 40 bins of 10 kb.
func TestWindowsOutsideTheChromosome(t *testing.T) {
	got := compute(t, testBW(), []genome.Region{region("chr1", 0, 1000), region("chr1", 1000, 2000), region("chr1", 249_250_600, 249_250_610), region("chr1", 300_000_000, 300_000_010)},
		[]Job{{Window: 200000, Bin: 10000}}, Options{MissingZero: true})[0]
	stack := got.Stack.(*Memory)
	for i := range 40 {
		if outside := i < 20; outside != (stack.Row(0)[i] != stack.Row(0)[i]) {
			t.Errorf("bin %d of row 0 is %v", i, stack.Row(0)[i])
		}
	}
	// The end, 249,250,621, is 16 bp behind the middle: bin 19 ends there, bin 20 runs over the end.
	if row := stack.Row(2); row[19] != 0 || row[20] == row[20] {
		t.Errorf("row 2: %v", row)
	}
	if differ(stack.Row(3), slices.Repeat([]float32{nan32}, 40), 0) != "" {
		t.Errorf("row 3: %v", stack.Row(3))
	}
	if l := got.Ledger; l.Read != 4 || l.Matched != 4 || l.Inside != 3 || l.Used != 3 || l.Lost[0].Stage != ledger.Inside || l.Lost[0].Regions[0] != 0 {
		t.Errorf("%+v", l)
	}
}

var jobs = []Job{{Window: 1000, Bin: 100}, {Window: 5000, Bin: 1000}, {Window: 777, Bin: 10}, {Window: 100, Bin: 100}, {Percent: 1}, {Percent: 5}, {Percent: 100},
	{Window: 1000, Bin: 100, Side: Right}, {Percent: 2, Side: Right}}

// Against the definition, base by base: all summaries, windows, rescaled intervals and sides in one pass.
func TestEqualsDefinition(t *testing.T) {
	regions := randomRegions(3, 120)
	for seed := range int64(3) {
		f := randomSignal(seed, 1+int(seed)*50)
		for _, summary := range []Summary{Mean, Sum, Min, Max, Coverage} {
			results := compute(t, f, regions, jobs, Options{Summary: summary, MissingZero: seed == 1, Threads: 2})
			for k, res := range results {
				for i, r := range regions {
					a := r.A
					if jobs[k].Side == Right {
						a = r.B
					}
					want := naive(f, a, jobs[k], summary, seed == 1)
					if msg := differ(res.Stack.(*Memory).Row(i), want, 1e-6); msg != "" {
						t.Fatalf("seed %d, %s, %+v, region %+v: %s", seed, summary, jobs[k], a, msg)
					}
				}
			}
		}
	}
}

// Each chromosome is asked for once, whatever the number of pairs.
func TestOnePass(t *testing.T) {
	f := randomSignal(1, 10)
	compute(t, f, randomRegions(1, 50), jobs, Options{})
	if !slices.IsSorted(f.asked) || len(f.asked) != 3 {
		t.Errorf("asked for %v", f.asked)
	}
}

func sameBytes(t *testing.T, name string, a, b []*Result) {
	t.Helper()
	for i := range a {
		if !slices.EqualFunc(values(a[i]), values(b[i]), func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) }) {
			t.Errorf("%s: stack %d differs", name, i)
		}
		same := func(x, y float64) bool { return math.Float64bits(x) == math.Float64bits(y) }
		if !slices.EqualFunc(a[i].Sum, b[i].Sum, same) || !slices.EqualFunc(a[i].SumSq, b[i].SumSq, same) ||
			!slices.Equal(a[i].N, b[i].N) || !slices.EqualFunc(a[i].Median, b[i].Median, same) || !reflect.DeepEqual(a[i].Ledger, b[i].Ledger) {
			t.Errorf("%s: profile or ledger %d differs", name, i)
		}
	}
}

// Threads, the pieces in which the signal arrives, and the memory setting change no bit.
func TestIdenticalOnAnyNumberOfThreads(t *testing.T) {
	regions := randomRegions(5, 400)
	want := compute(t, randomSignal(9, 64), regions, jobs, Options{Oriented: true})
	for _, threads := range []int{2, 3, 8} {
		sameBytes(t, "threads", compute(t, randomSignal(9, 64), regions, jobs, Options{Oriented: true, Threads: threads}), want)
	}
	sameBytes(t, "pieces", compute(t, randomSignal(9, 5), regions, jobs, Options{Oriented: true}), want)

	// Small batches and a small stretch of track: as with little memory.
	r, err := newRun(randomSignal(9, 5), regions, jobs, Options{Oriented: true, Summary: Mean, Memory: 1 << 30, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	r.group, r.limit = 3, 1000*intervalBytes
	if err := r.sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, res := range r.results {
		p, err := Aggregate(context.Background(), res.Stack, res.Rows, res.Bins, nil, AggregateOptions{Memory: 1 << 10})
		if err != nil {
			t.Fatal(err)
		}
		res.Profile = *p
	}
	sameBytes(t, "memory", r.results, want)
}

// Permuted regions permute the rows.
func TestPermutation(t *testing.T) {
	regions := randomRegions(6, 90)
	want := compute(t, randomSignal(2, 9), regions, jobs, Options{})
	order := rand.New(rand.NewSource(1)).Perm(len(regions))
	shuffled := make([]genome.Region, len(regions))
	for i, from := range order {
		shuffled[i] = regions[from]
	}
	got := compute(t, randomSignal(2, 9), shuffled, jobs, Options{})
	for k := range jobs {
		for i, from := range order {
			if msg := differ(got[k].Stack.(*Memory).Row(i), want[k].Stack.(*Memory).Row(from), 0); msg != "" {
				t.Fatalf("job %d, row %d: %s", k, i, msg)
			}
		}
	}
}

// Sums, squares and counts of disjoint subsets add up to those of the whole.
func TestSubsetsAdd(t *testing.T) {
	regions := randomRegions(7, 101)
	var odd, even []int
	for i := range regions {
		if i%2 == 1 {
			odd = append(odd, i)
		} else {
			even = append(even, i)
		}
	}
	f := randomSignal(4, 30)
	whole, a, b := compute(t, f, regions, jobs, Options{}), compute(t, f, regions, jobs, Options{Subset: odd}), compute(t, f, regions, jobs, Options{Subset: even})
	for k := range jobs {
		for i := range whole[k].Sum {
			if whole[k].N[i] != a[k].N[i]+b[k].N[i] || math.Abs(whole[k].Sum[i]-a[k].Sum[i]-b[k].Sum[i]) > 1e-9*math.Abs(whole[k].SumSq[i]) ||
				math.Abs(whole[k].SumSq[i]-a[k].SumSq[i]-b[k].SumSq[i]) > 1e-12*whole[k].SumSq[i] {
				t.Fatalf("job %d, bin %d does not add up", k, i)
			}
		}
		if whole[k].Ledger.Used != a[k].Ledger.Used+b[k].Ledger.Used || !slices.Equal(a[k].Stack.(*Memory).Row(3), values(whole[k])[7*whole[k].Bins:8*whole[k].Bins]) && a[k].Stack.(*Memory).Row(3)[0] == a[k].Stack.(*Memory).Row(3)[0] {
			t.Errorf("job %d: rows of the subset are not rows of the whole", k)
		}
	}
	if _, err := Compute(context.Background(), f, regions, jobs, Options{Subset: []int{101}}); err == nil {
		t.Error("a region that is not there was used")
	}
}

// Flipping every strand mirrors the oriented rows; without orientation it changes nothing.
func TestStrandMirrors(t *testing.T) {
	regions := randomRegions(8, 60)
	flipped := slices.Clone(regions)
	turn := map[byte]byte{'+': '-', '-': '+'}
	for i := range regions {
		regions[i].A.Strand, regions[i].B.Strand = "+-"[i%2], "-+"[i/2%2]
		flipped[i].A.Strand, flipped[i].B.Strand = turn[regions[i].A.Strand], turn[regions[i].B.Strand]
	}
	f := randomSignal(5, 30)
	a, b := compute(t, f, regions, jobs, Options{Oriented: true}), compute(t, f, flipped, jobs, Options{Oriented: true})
	plain := compute(t, f, regions, jobs, Options{})
	sameBytes(t, "without orientation", plain, compute(t, f, flipped, jobs, Options{}))
	for k := range jobs {
		slices.Reverse(b[k].N)
		if !slices.Equal(a[k].N, b[k].N) {
			t.Errorf("job %d: profile is not mirrored", k)
		}
		for i := range regions {
			mirror := slices.Clone(b[k].Stack.(*Memory).Row(i))
			slices.Reverse(mirror)
			if msg := differ(a[k].Stack.(*Memory).Row(i), mirror, 0); msg != "" {
				t.Fatalf("job %d, row %d: %s", k, i, msg)
			}
		}
	}
}

// Exchanging the anchors of all pairs exchanges the sides.
func TestSides(t *testing.T) {
	regions := randomRegions(9, 50)
	turned := slices.Clone(regions)
	for i, r := range regions {
		turned[i].A, turned[i].B = r.B, r.A
	}
	both := []Job{{Window: 2000, Bin: 100, Side: Left}, {Window: 2000, Bin: 100, Side: Right}}
	a, b := compute(t, randomSignal(1, 30), regions, both, Options{Oriented: true}), compute(t, randomSignal(1, 30), turned, both, Options{Oriented: true})
	a[0].Job, a[1].Job = a[1].Job, a[0].Job
	sameBytes(t, "sides", []*Result{a[1], a[0]}, b)
}

// Quiet bins behind an enormous peak keep their value: plain float64 running sums have steps of 0.125 there, and a bin sums to 0.9.
func TestNoCancellation(t *testing.T) {
	f := &fake{chroms: []genome.Chrom{{Name: "chr1", Length: 10_000}}, data: map[string][]item{}, chunk: 100}
	f.data["chr1"] = []item{{0, 1000, 1e12}, {1000, 2000, 3e10}}
	for at := uint32(2000); at < 3000; at += 10 {
		f.data["chr1"] = append(f.data["chr1"], item{at, at + 9, 0.01})
	}
	got := values(compute(t, f, []genome.Region{region("chr1", 1500, 1500)}, []Job{{Window: 1500, Bin: 100}}, Options{})[0])
	for i := 20; i < 30; i++ {
		if got[i] != 0.01 {
			t.Errorf("bin %d is %v", i, got[i])
		}
	}
}

func TestProfile(t *testing.T) {
	f := &fake{chroms: []genome.Chrom{{Name: "c", Length: 1000}}, data: map[string][]item{"c": {{100, 110, 1}, {200, 210, 2}, {300, 310, 6}, {400, 405, 7}}}, chunk: 1}
	res := compute(t, f, []genome.Region{region("c", 105, 105), region("c", 205, 205), region("c", 305, 305), region("c", 405, 405), region("c", 905, 905)}, []Job{{Window: 5, Bin: 5}}, Options{})[0]
	// Column 0: 1, 2, 6, 7, NaN; column 1: 1, 2, 6, NaN, NaN. Mean, median, standard error by hand: √(26/3)/2, √7/√3.
	if !slices.Equal(res.N, []int64{4, 3}) || !slices.Equal(res.Mean(), []float64{4, 3}) || !slices.Equal(res.Median, []float64{4, 2}) {
		t.Errorf("n %v, mean %v, median %v", res.N, res.Mean(), res.Median)
	}
	if sem := res.SEM(); math.Abs(sem[0]-math.Sqrt(26.0/3)/2) > 1e-12 || math.Abs(sem[1]-math.Sqrt(7.0/3)) > 1e-12 {
		t.Errorf("sem %v", res.SEM())
	}
	if l := res.Ledger; l.Inside != 5 || l.Unmasked != 4 || l.Used != 4 || l.Lost[0].Reason != reasonSignal {
		t.Errorf("%+v", l)
	}
	empty := compute(t, f, []genome.Region{region("c", 905, 905)}, []Job{{Window: 5, Bin: 5}}, Options{})[0]
	if m := empty.Mean(); m[0] == m[0] || empty.Median[0] == empty.Median[0] || empty.SEM()[0] == empty.SEM()[0] {
		t.Error("a profile of nothing is not NaN")
	}
}

// The median equals that of the sorted column: few and many values, equal ones, of both signs, of all sizes.
func TestMedian(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for n := 1; n < 700; n++ {
		v := make([]float32, n)
		for i := range v {
			switch n % 5 {
			case 0:
				v[i] = float32(rng.Intn(1 + n/3))
			case 1:
				v[i] = float32(rng.NormFloat64() * math.Exp(20*rng.NormFloat64()))
			case 2:
				v[i] = math.Float32frombits(rng.Uint32() &^ (1 << 30)) // never infinite
			case 3:
				v[i] = 1 + float32(rng.Intn(4))/(1<<23) // neighbours
			case 4:
				v[i] = float32(max(0, rng.Intn(9)-7)) * (rng.Float32() - 0.5)
			}
		}
		keys := make([]uint32, n)
		for i, x := range v {
			if keys[i] = key(x); fromKey(keys[i]) != float64(x) {
				t.Fatalf("%v comes back as %v", x, fromKey(keys[i]))
			}
		}
		sorted := slices.Sorted(slices.Values(v))
		want := (float64(sorted[(n-1)/2]) + float64(sorted[n/2])) / 2
		if got := median(keys); got != want {
			t.Fatalf("median of %v is %v, want %v", sorted, got, want)
		}
	}
}

func TestChromosomeNames(t *testing.T) {
	f := testBW()
	f.chroms[0].Name, f.data["NC_1"] = "NC_1", f.data["chr1"]
	regions := []genome.Region{region("chr1", 100000, 200000), region("1", 100000, 200000), region("one", 100000, 200000), region("chr2", 1, 2)}
	for i := range regions {
		regions[i].Index = i
	}
	res := compute(t, f, regions, []Job{{Window: 50000, Bin: 50000}}, Options{Aliases: map[string]string{"NC_1": "chr1", "one": "chr1"}})[0]
	for i := range 3 {
		if row := res.Stack.(*Memory).Row(i); row[0] != 5 || row[1] != 0 {
			t.Errorf("row %d: %v", i, row)
		}
	}
	if l := res.Ledger; l.Matched != 3 || l.Aliases[genome.AliasTable] != 3 || l.Aliases[genome.AliasNone] != 1 || !slices.Equal(l.LostRegions(), []int{3}) {
		t.Errorf("%+v", l)
	}
	_, err := Compute(context.Background(), testBW(), []genome.Region{region("chrA", 1, 2), region("chrB", 1, 2)}, []Job{{Percent: 1}}, Options{})
	if !errors.Is(err, ErrNoCommon) || !strings.Contains(err.Error(), "the 2 regions are on chrA, chrB; the signal has chr1") {
		t.Error(err)
	}
}

func TestMisuse(t *testing.T) {
	f, regions := testBW(), []genome.Region{region("chr1", 1, 2)}
	for _, j := range []Job{{}, {Window: 10}, {Window: 10, Bin: 20}, {Window: -10, Bin: 5}, {Percent: 101}, {Percent: -1}, {Percent: 5, Window: 10, Bin: 5}, {Window: 1 << 30, Bin: 1}} {
		if _, err := Compute(context.Background(), f, regions, []Job{j}, Options{}); !errors.Is(err, ErrWindow) {
			t.Errorf("%+v: %v", j, err)
		}
	}
	if _, err := Compute(context.Background(), f, regions, []Job{{Percent: 1, Side: "up"}}, Options{}); err == nil {
		t.Error("side up")
	}
	if _, err := Compute(context.Background(), f, regions, []Job{{Percent: 1}}, Options{Summary: "mode"}); err == nil {
		t.Error("summary mode")
	}
	f.data["chr1"][5].start -= 10
	if _, err := Compute(context.Background(), f, []genome.Region{region("chr1", 60_000, 60_000)}, []Job{{Window: 50, Bin: 5}}, Options{}); !errors.Is(err, ErrOverlap) {
		t.Errorf("overlapping intervals: %v", err)
	}
	res, err := Compute(context.Background(), testBW(), nil, []Job{{Percent: 50}}, Options{})
	if err != nil || res[0].Rows != 0 || len(res[0].Median) != 2 {
		t.Errorf("no regions: %v", err)
	}
}

func TestTooLittleMemory(t *testing.T) {
	f := &fake{chroms: []genome.Chrom{{Name: "c", Length: 1 << 20}}, data: map[string][]item{}, chunk: 1000}
	for at := range uint32(1 << 20) {
		f.data["c"] = append(f.data["c"], item{at, at + 1, 1})
	}
	regions := []genome.Region{region("c", 100_000, 900_000)}
	_, err := Compute(context.Background(), f, regions, []Job{{Percent: 1}}, Options{Memory: 16 << 20})
	if !errors.Is(err, ErrMemory) {
		t.Errorf("%v", err)
	}
	if _, err := Compute(context.Background(), f, regions, []Job{{Percent: 1}}, Options{Memory: 512 << 20}); err != nil {
		t.Error(err)
	}
}

func TestCancelAndProgress(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	regions := randomRegions(2, 80)
	var last, total int64
	_, err := Compute(ctx, randomSignal(1, 10), regions, jobs, Options{Progress: func(done, of int64) {
		if done < last {
			t.Errorf("progress falls from %d to %d", last, done)
		}
		last, total = done, of
	}})
	if err != nil || last != total || total != 160 {
		t.Errorf("%d of %d, %v", last, total, err)
	}
	if _, err := Compute(ctx, randomSignal(1, 10), regions, jobs, Options{Progress: func(int64, int64) { cancel() }}); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}
