package cluster

import (
	"context"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"regioscope/worker/compute/internal/points"
)

// planted draws n rows around k centres, sep standard deviations of a column apart in each of dim columns, on average.
func planted(n, dim, k int, sep float64, seed uint64) (values []float32, truth []int32) {
	rng := rand.New(rand.NewPCG(seed, 99))
	centres := make([]float64, k*dim)
	for i := range centres {
		centres[i] = rng.NormFloat64() * sep
	}
	values, truth = make([]float32, n*dim), make([]int32, n)
	for i := range n {
		truth[i] = int32(rng.IntN(k))
		for c := range dim {
			values[i*dim+c] = float32(centres[int(truth[i])*dim+c] + rng.NormFloat64())
		}
	}
	return values, truth
}

func kmeans(t testing.TB, values []float32, dim int, ks []int, opt Options) *Result {
	t.Helper()
	res, err := KMeans(context.Background(), values, dim, ks, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// rand index adjusted for chance (Hubert and Arabie 1985).
func adjustedRand(a, b []int32) float64 {
	pairs := func(n int) float64 { return float64(n) * float64(n-1) / 2 }
	both, left, right := map[[2]int32]int{}, map[int32]int{}, map[int32]int{}
	for i := range a {
		both[[2]int32{a[i], b[i]}]++
		left[a[i]]++
		right[b[i]]++
	}
	var index, x, y float64
	for _, n := range both {
		index += pairs(n)
	}
	for _, n := range left {
		x += pairs(n)
	}
	for _, n := range right {
		y += pairs(n)
	}
	expected := x * y / pairs(len(a))
	return (index - expected) / ((x+y)/2 - expected)
}

func TestPlantedGroupsAreFound(t *testing.T) {
	for _, k := range []int{2, 5, 12, 30} {
		values, truth := planted(3000, 20, k, 3, uint64(k))
		res := kmeans(t, values, 20, []int{k}, Options{Threads: 2})
		if r := adjustedRand(res.Clusterings[0].Labels, truth); r < 0.999 {
			t.Errorf("%d groups: adjusted Rand index %.4f", k, r)
		}
	}
}

// The silhouette is highest where k is the number of planted groups, also when it is estimated from a sample of rows.
func TestSilhouetteFindsK(t *testing.T) {
	for _, n := range []int{1500, 15_000} {
		values, _ := planted(n, 10, 6, 4, 7)
		ks := []int{2, 3, 4, 5, 6, 7, 8, 9}
		res := kmeans(t, values, 10, ks, Options{Threads: 2})
		best := slices.MaxFunc(res.Clusterings, func(a, b Clustering) int {
			return int(math.Copysign(1, a.Silhouette-b.Silhouette))
		})
		if best.K != 6 {
			t.Errorf("%d rows: the best silhouette is that of %d groups: %+v", n, best.K, silhouettes(res))
		}
		if want := min(n, max(minSilhouette, maxPairs/n)); res.Rows != want {
			t.Errorf("%d rows: silhouettes over %d rows, want %d", n, res.Rows, want)
		}
	}
}

func silhouettes(res *Result) map[int]float64 {
	out := map[int]float64{}
	for _, c := range res.Clusterings {
		out[c.K] = c.Silhouette
	}
	return out
}

// The definition of the silhouette and of the inertia, row by row.
func TestAgainstTheDefinition(t *testing.T) {
	const n, dim = 300, 7
	values, _ := planted(n, dim, 4, 1, 3)
	distance := func(i, j int) float64 {
		var sum float64
		for c := range dim {
			d := float64(values[i*dim+c]) - float64(values[j*dim+c])
			sum += d * d
		}
		return math.Sqrt(sum)
	}
	for _, c := range kmeans(t, values, dim, []int{2, 3, 8, 40}, Options{}).Clusterings {
		var total float64
		for i := range n {
			sums := make([]float64, c.K)
			for j := range n {
				sums[c.Labels[j]] += distance(i, j)
			}
			own := int(c.Labels[i])
			if c.Sizes[own] == 1 {
				continue
			}
			a, b := sums[own]/float64(c.Sizes[own]-1), math.Inf(1)
			for g := range sums {
				if g != own {
					b = math.Min(b, sums[g]/float64(c.Sizes[g]))
				}
			}
			total += (b - a) / math.Max(a, b)
		}
		if want := total / n; math.Abs(c.Silhouette-want) > 1e-5 {
			t.Errorf("%d groups: silhouette %.7f, want %.7f", c.K, c.Silhouette, want)
		}
		means := make([]float64, c.K*dim)
		for i, v := range values {
			g := int(c.Labels[i/dim])
			means[g*dim+i%dim] += float64(v) / float64(c.Sizes[g])
		}
		var inertia float64
		for i, v := range values {
			d := float64(v) - means[int(c.Labels[i/dim])*dim+i%dim]
			inertia += d * d
		}
		if math.Abs(c.Inertia-inertia) > 1e-9*inertia {
			t.Errorf("%d groups: inertia %g, want %g", c.K, c.Inertia, inertia)
		}
		if !slices.IsSortedFunc(c.Sizes, func(a, b int) int { return b - a }) {
			t.Errorf("%d groups: sizes %v do not descend", c.K, c.Sizes)
		}
	}
}

// Bounds save work and change nothing: run to the end, the iteration comes to the inertia of one without them.
func TestBoundsChangeNothing(t *testing.T) {
	for _, dim := range []int{2, 40} {
		values, _ := planted(2000, dim, 5, 0.7, uint64(dim))
		for seed := range uint64(5) {
			for _, k := range []int{3, 9, 20} {
				p := newPoints(values, dim)
				centres := points.MakeColumns(k, dim)
				seeds := sequence(p, k, rand.New(rand.NewPCG(seed, 1)))
				for c, row := range seeds {
					centres.Set(c, p.Row(row))
				}
				l := newLloyd(p, centres)
				l.run(context.Background(), 1000, 0)
				if got, want := l.inertia(), plain(t, p, seeds); math.Abs(got-want) > 1e-6*want {
					t.Errorf("%d columns, %d groups, seed %d: inertia %g, want %g", dim, k, seed, got, want)
				}
			}
		}
	}
}

// plain is Lloyd's iteration by the book, to convergence.
func plain(t *testing.T, p *points.Points, seeds []int) float64 {
	k, dim := len(seeds), p.Dim
	centres := make([][]float64, k)
	for c, row := range seeds {
		for _, v := range p.Row(row) {
			centres[c] = append(centres[c], float64(v))
		}
	}
	labels := make([]int, p.N)
	last := math.Inf(1)
	for range 1000 {
		var inertia float64
		sums, counts := make([]float64, k*dim), make([]float64, k)
		for i := range p.N {
			least := math.Inf(1)
			for c, centre := range centres {
				var d float64
				for j, v := range p.Row(i) {
					d += (float64(v) - centre[j]) * (float64(v) - centre[j])
				}
				if d < least {
					least, labels[i] = d, c
				}
			}
			inertia += least
			counts[labels[i]]++
			for j, v := range p.Row(i) {
				sums[labels[i]*dim+j] += float64(v)
			}
		}
		for c := range centres {
			for j := range centres[c] {
				if counts[c] > 0 {
					centres[c][j] = sums[c*dim+j] / counts[c]
				}
			}
		}
		if inertia == last {
			return inertia
		}
		last = inertia
	}
	t.Fatal("no convergence")
	return 0
}

func TestThreadsChangeNothing(t *testing.T) {
	values, _ := planted(sampleRows+1000, 18, 8, 0.5, 1) // more than the restarts see
	ks := []int{2, 5, 8}
	want := kmeans(t, values, 18, ks, Options{Threads: 1, Seed: 42, Restarts: 3})
	for _, threads := range []int{2, 4} {
		if got := kmeans(t, values, 18, ks, Options{Threads: threads, Seed: 42, Restarts: 3}); !reflect.DeepEqual(got, want) {
			t.Errorf("%d threads give another result than one", threads)
		}
	}
	if got := kmeans(t, values, 18, ks, Options{Threads: 1, Seed: 43, Restarts: 3}); reflect.DeepEqual(got, want) {
		t.Error("another seed gives the same result")
	}
}

func TestPermutedRowsGiveTheSameGroups(t *testing.T) {
	const n, dim = 2000, 12
	values, _ := planted(n, dim, 6, 3, 4)
	order := rand.New(rand.NewPCG(1, 1)).Perm(n)
	turned := make([]float32, 0, n*dim)
	for _, row := range order {
		turned = append(turned, values[row*dim:(row+1)*dim]...)
	}
	a := kmeans(t, values, dim, []int{6}, Options{}).Clusterings[0]
	b := kmeans(t, turned, dim, []int{6}, Options{}).Clusterings[0]
	back := make([]int32, n)
	for at, row := range order {
		back[row] = b.Labels[at]
	}
	if r := adjustedRand(a.Labels, back); r != 1 {
		t.Errorf("adjusted Rand index %g", r)
	}
}

func TestSmallSets(t *testing.T) {
	same := []float32{1, 2, 1, 2, 1, 2, 1, 2}
	for _, c := range []struct {
		name   string
		values []float32
		ks     []int
		want   []int
	}{
		{"no rows", nil, []int{2, 10}, nil},
		{"one row", []float32{3, 4}, []int{2, 10}, []int{1}},
		{"equal rows", same, []int{2, 3}, []int{1}},
		{"two different rows of five", append([]float32{7, 7}, same...), []int{1, 2, 3, 10}, []int{1, 2}},
		{"zero and minus zero", []float32{0, 0, float32(math.Copysign(0, -1)), 0}, []int{2}, []int{1}},
		{"as many groups as rows", []float32{0, 0, 1, 0, 0, 5, 9, 9}, []int{4}, []int{4}},
	} {
		t.Run(c.name, func(t *testing.T) {
			res := kmeans(t, c.values, 2, c.ks, Options{Threads: 2})
			var got []int
			for _, g := range res.Clusterings {
				got = append(got, g.K)
				if math.IsNaN(g.Silhouette) != (g.K < 2) {
					t.Errorf("%d groups: silhouette %g", g.K, g.Silhouette)
				}
				for group, size := range g.Sizes {
					if size == 0 {
						t.Errorf("%d groups: group %d is empty", g.K, group)
					}
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("groups %v, want %v", got, c.want)
			}
		})
	}
	if _, err := KMeans(context.Background(), same, 2, []int{0}, Options{}); err == nil {
		t.Error("no groups were made")
	}
	if _, err := KMeans(context.Background(), same, 3, []int{2}, Options{}); err == nil {
		t.Error("values that are not rows were taken")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := KMeans(ctx, same, 2, []int{2}, Options{}); err != context.Canceled {
		t.Errorf("cancelled: %v", err)
	}
}

func TestSample(t *testing.T) {
	rows := Sample(1000, 100, 5, 1)
	if len(rows) != 100 || !slices.IsSorted(rows) || len(slices.Compact(slices.Clone(rows))) != 100 || rows[99] > 999 {
		t.Errorf("sample %v", rows)
	}
	if !slices.Equal(rows, Sample(1000, 100, 5, 1)) || slices.Equal(rows, Sample(1000, 100, 6, 1)) || slices.Equal(rows, Sample(1000, 100, 5, 2)) {
		t.Error("a sample depends on seed and stream, and on nothing else")
	}
	if got := Sample(3, 10, 0, 0); !slices.Equal(got, []int{0, 1, 2}) {
		t.Errorf("sample of all: %v", got)
	}
}
