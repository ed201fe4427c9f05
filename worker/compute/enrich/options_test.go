package enrich

import (
	"context"
	"errors"
	"math/rand"
	"reflect"
	"slices"
	"strings"
	"testing"

	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

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

// Sums of columns by bit-sliced counters, over more rows than the slices can count.
func TestCounterEqualsCounting(t *testing.T) {
	rng := rand.New(rand.NewSource(9))
	for _, n := range []int{1, 40, 64, 65, 140} {
		c, want := newCounter(n), make([]int64, n)
		words := (n + 63) / 64
		row, mask := make([]uint64, words), make([]uint64, words)
		for range 10_000 {
			for w := range row {
				row[w], mask[w] = rng.Uint64()|rng.Uint64(), rng.Uint64()|rng.Uint64()
			}
			for k := n; k < 64*words; k++ { // rows have no bits behind the last bin
				row[k/64] &^= 1 << (k % 64)
			}
			for k := range want {
				want[k] += int64((row[k/64] & mask[k/64]) >> (k % 64) & 1)
			}
			c.add(row, mask)
		}
		if got := c.total(); !slices.Equal(got, want) {
			t.Errorf("%d columns: %v, want %v", n, got, want)
		}
	}
}
