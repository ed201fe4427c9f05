package stackup

import (
	"context"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func sameProfile(t *testing.T, what string, a, b *Profile) {
	t.Helper()
	for i := range a.N {
		if a.N[i] != b.N[i] || math.Float64bits(a.Sum[i]) != math.Float64bits(b.Sum[i]) || math.Float64bits(a.SumSq[i]) != math.Float64bits(b.SumSq[i]) ||
			math.Float64bits(a.Median[i]) != math.Float64bits(b.Median[i]) {
			t.Fatalf("%s, bin %d: %v %v %v of %d, want %v %v %v of %d", what, i, a.Sum[i], a.SumSq[i], a.Median[i], a.N[i], b.Sum[i], b.SumSq[i], b.Median[i], b.N[i])
		}
	}
}

// The profile of a subset from the stored stack is, bit for bit, that of the same regions from the signal: mean, median,
// standard error and n, for subsets of all shapes, in memory or in a file, on any number of threads, with any memory.
func TestSubsetOfTheStackIsTheSubsetOfTheSignal(t *testing.T) {
	const n = 2600
	regions := randomRegions(31, n)
	signal := randomSignal(32, 60)
	path := filepath.Join(t.TempDir(), "stack.npy")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	opt := Options{Oriented: true, Threads: 2}
	whole := compute(t, signal, regions, jobs[:2], opt)
	opt.Stack = func(_, rows, bins int) (Stack, error) { return NewFile(file, rows, bins) }
	compute(t, signal, regions, jobs[:1], opt)
	opt.Stack = nil
	info, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	stored, err := OpenStored(file, info.Size())
	if err != nil || stored.Rows != n || stored.Bins != whole[0].Bins {
		t.Fatalf("%+v, %v", stored, err)
	}
	rng := rand.New(rand.NewSource(33))
	var half, few []int
	for i := range n {
		if rng.Intn(2) == 0 {
			half = append(half, i)
		}
		if rng.Intn(200) == 0 {
			few = append(few, i)
		}
	}
	tail := []int{n - 3, n - 2, n - 1}
	for name, subset := range map[string][]int{"all": nil, "half": half, "few": few, "one": {17}, "none": {}, "the last": tail} {
		opt.Subset = subset
		scratch := compute(t, signal, regions, jobs[:2], opt)
		shuffled := slices.Clone(subset)
		rng.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		for _, o := range []AggregateOptions{{}, {Threads: 3}, {Threads: 2, Memory: 1 << 12}} {
			for k, want := range scratch {
				got, err := Aggregate(context.Background(), whole[k].Stack, n, whole[k].Bins, shuffled, o)
				if err != nil {
					t.Fatal(err)
				}
				sameProfile(t, name, got, &want.Profile)
				if slices.ContainsFunc(got.SEM(), math.IsNaN) != slices.ContainsFunc(want.SEM(), math.IsNaN) {
					t.Errorf("%s: standard errors differ", name)
				}
			}
			got, err := Aggregate(context.Background(), stored, stored.Rows, stored.Bins, shuffled, o)
			if err != nil {
				t.Fatal(err)
			}
			sameProfile(t, name+" from a file", got, &scratch[0].Profile)
		}
	}
	quick, err := Aggregate(context.Background(), stored, stored.Rows, stored.Bins, half, AggregateOptions{NoMedian: true})
	if err != nil || quick.Median != nil {
		t.Fatalf("%v, %v", quick.Median, err)
	}
	for _, bad := range [][]int{{-1}, {n}, {4, 5, 4}} {
		if _, err := Aggregate(context.Background(), stored, stored.Rows, stored.Bins, bad, AggregateOptions{}); err == nil {
			t.Errorf("subset %v passes", bad)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Aggregate(ctx, stored, stored.Rows, stored.Bins, nil, AggregateOptions{}); err == nil {
		t.Error("cancelled: no error")
	}
}

// Half of 50,000 rows of 200 bins in a file.
func BenchmarkAggregate(b *testing.B) {
	const rows, bins = 50_000, 200
	file, err := os.Create(filepath.Join(b.TempDir(), "stack.npy"))
	if err != nil {
		b.Fatal(err)
	}
	defer file.Close()
	stack, err := NewFile(file, rows, bins)
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewSource(1))
	row := make([]float32, bins)
	var subset []int
	for i := range rows {
		for k := range row {
			row[k] = rng.Float32()
		}
		if err := stack.WriteRows(i, row); err != nil {
			b.Fatal(err)
		}
		if rng.Intn(2) == 0 {
			subset = append(subset, i)
		}
	}
	info, err := file.Stat()
	if err != nil {
		b.Fatal(err)
	}
	for name, o := range map[string]AggregateOptions{"median": {Threads: 2}, "mean": {Threads: 2, NoMedian: true}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				stored, err := OpenStored(file, info.Size())
				if err != nil {
					b.Fatal(err)
				}
				if _, err := Aggregate(context.Background(), stored, rows, bins, subset, o); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
