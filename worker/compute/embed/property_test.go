package embed

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"regioscope/worker/compute/internal/points"
)

func compute(t testing.TB, f *Features, opt Options) *Result {
	t.Helper()
	res, err := Compute(context.Background(), f, opt)
	if err != nil {
		t.Fatal(err)
	}
	return res
}

// holes makes a share of the values of f missing.
func holes(f *Features, share float64) *Features {
	rng := rand.New(rand.NewPCG(8, 8))
	for i := range f.Values {
		if rng.Float64() < share {
			f.Values[i] = []float32{float32(math.NaN()), float32(math.Inf(1))}[rng.IntN(2)]
		}
	}
	return f
}

// bitsOf makes NaN comparable.
func bitsOf(v []float32) []uint32 {
	out := make([]uint32, len(v))
	for i, x := range v {
		out[i] = math.Float32bits(x)
	}
	return out
}

// The same bytes on any number of cores, for every layout and space of groups; another seed gives another layout.
func TestThreadsChangeNothing(t *testing.T) {
	f, _ := planted(serialUpToRow+100, 20, 6, 1, 5)
	holes(f, 0.02)
	for _, opt := range []Options{{Seed: 42}, {Seed: 42, ClusterIn: InLayout}, {Seed: 42, Layout: PCA, Raw: true}} {
		opt.Ks = []int{2, 6}
		opt.Threads = 1
		want := compute(t, f, opt)
		for _, threads := range []int{2, 4} {
			opt.Threads = threads
			got := compute(t, f, opt)
			if !slices.Equal(bitsOf(got.Layout), bitsOf(want.Layout)) || !slices.Equal(bitsOf(got.Scaled), bitsOf(want.Scaled)) ||
				!reflect.DeepEqual(got.Clusterings, want.Clusterings) || !reflect.DeepEqual(got.Quality, want.Quality) {
				t.Errorf("%+v: another result than with one thread", opt)
			}
		}
		opt.Seed = 43
		if other := compute(t, f, opt); opt.Layout != PCA && slices.Equal(bitsOf(other.Layout), bitsOf(want.Layout)) {
			t.Errorf("%+v: seed 43 gives the layout of seed 42", opt)
		}
	}
}

// Also where neighbours are approximate, and they are nearly all found.
func TestApproximateNeighbours(t *testing.T) {
	for _, cols := range []int{3, 40} {
		f, _ := planted(4000, cols, 12, 1, 6)
		p := points.New(f.Values, cols)
		exact, err := nearest(context.Background(), p, 15, 2, quiet)
		if err != nil {
			t.Fatal(err)
		}
		one, err := descend(context.Background(), p, 15, 42, 1, quiet)
		if err != nil {
			t.Fatal(err)
		}
		four, err := descend(context.Background(), p, 15, 42, 4, quiet)
		if err != nil || !reflect.DeepEqual(one, four) {
			t.Fatalf("%d columns: four threads find other neighbours than one (%v)", cols, err)
		}
		hits := 0
		for i := range p.N {
			want, _ := exact.of(i)
			got, _ := one.of(i)
			for _, j := range got {
				if slices.Contains(want, j) {
					hits++
				}
			}
		}
		if recall := float64(hits) / float64(15*p.N); recall < 0.97 {
			t.Errorf("%d columns: %.4f of the neighbours", cols, recall)
		}
		_, recall, err := preserved(context.Background(), p, make([]float32, 2*p.N), one, 1, 2, quiet)
		if err != nil || math.Abs(recall-float64(hits-p.N)/float64(14*p.N)) > 0.01 {
			t.Errorf("%d columns: recall is said to be %.4f (%v)", cols, recall, err)
		}
	}
}

// Neighbours by the definition, where rounding, ties and duplicates make it hard.
func TestExactNeighbours(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for name, value := range map[string]func(i, c int) float64{
		"random":         func(int, int) float64 { return rng.NormFloat64() },
		"few values":     func(int, int) float64 { return float64(rng.IntN(2)) },
		"far from zero":  func(int, int) float64 { return 1000 + rng.NormFloat64() },
		"one dense lump": func(i, c int) float64 { return float64(i%2)*100 + rng.NormFloat64()*1e-3 },
	} {
		for _, cols := range []int{1, 2, 9, 33} {
			const n = 700
			values := make([]float32, n*cols)
			for i := range values {
				values[i] = float32(value(i/cols, i%cols))
			}
			p := points.New(values, cols)
			g, err := nearest(context.Background(), p, 15, 2, quiet)
			if err != nil {
				t.Fatal(err)
			}
			for i := range n {
				var want []float64
				for j := range n {
					if j != i {
						want = append(want, math.Sqrt(p.Exact(i, j)))
					}
				}
				slices.Sort(want)
				index, got := g.of(i)
				if index[0] != int32(i) || !slices.Equal(got[1:], want[:14]) {
					t.Fatalf("%s, %d columns: neighbours of %d at %v, want %v", name, cols, i, got[1:], want[:14])
				}
			}
		}
	}
}

// Permuted regions permute the rows: exactly for features, to rounding for PCA, in quality for UMAP.
func TestPermutedRows(t *testing.T) {
	f, truth := planted(1200, 15, 5, 1.5, 9)
	holes(f, 0.01)
	order := rand.New(rand.NewPCG(3, 3)).Perm(f.Rows)
	g := NewFeatures(f.Rows, f.Cols)
	turned := make([]int32, f.Rows)
	for at, row := range order {
		copy(g.Row(at), f.Row(row))
		turned[at] = truth[row]
	}
	a, b := compute(t, f, Options{Layout: PCA, Ks: []int{5}}), compute(t, g, Options{Layout: PCA, Ks: []int{5}})
	for at, row := range order {
		for d := range 2 {
			if diff := math.Abs(float64(a.Layout[2*row+d] - b.Layout[2*at+d])); diff > 1e-4 {
				t.Fatalf("PCA: row %d moved by %g", row, diff)
			}
		}
	}
	u, v := compute(t, f, Options{Seed: 1, Ks: []int{5}}), compute(t, g, Options{Seed: 1, Ks: []int{5}})
	if diff := math.Abs(u.Quality.Trustworthiness - v.Quality.Trustworthiness); diff > 0.01 {
		t.Errorf("UMAP: trustworthiness %.4f and %.4f", u.Quality.Trustworthiness, v.Quality.Trustworthiness)
	}
	if r := adjustedRand(v.Clusterings[0].Labels, turned); r < 0.97 || adjustedRand(u.Clusterings[0].Labels, truth) < 0.97 {
		t.Errorf("planted groups: adjusted Rand index %.3f", r)
	}
}

// Features that are moved and stretched, each column by its own amount, are the same features.
func TestScaleOfFeaturesDoesNotMatter(t *testing.T) {
	f, _ := planted(500, 6, 3, 1, 2)
	g := NewFeatures(f.Rows, f.Cols)
	for i, v := range f.Values {
		c := i % f.Cols
		g.Values[i] = float32(math.Ldexp(float64(v), 3*c-8)) // exact
	}
	holesAt := rand.New(rand.NewPCG(1, 1)).Perm(len(f.Values))[:100]
	for _, at := range holesAt {
		f.Values[at], g.Values[at] = float32(math.NaN()), float32(math.NaN())
	}
	a, b := compute(t, f, Options{Seed: 1}), compute(t, g, Options{Seed: 1})
	if !slices.Equal(bitsOf(a.Layout), bitsOf(b.Layout)) || !reflect.DeepEqual(a.Clusterings, b.Clusterings) {
		t.Error("stretched columns give another result")
	}
	if raw := compute(t, g, Options{Seed: 1, Raw: true}); slices.Equal(bitsOf(raw.Layout), bitsOf(b.Layout)) {
		t.Error("raw features give the result of z-scores")
	}
	// Moved by constants, values are rounded anew.
	for i := range g.Values {
		g.Values[i] += float32(i % f.Cols * 7)
	}
	c := compute(t, g, Options{Layout: PCA})
	for i, v := range compute(t, f, Options{Layout: PCA}).Layout {
		if math.Abs(float64(c.Layout[i]-v)) > 1e-3*(1+math.Abs(float64(v))) {
			t.Fatalf("moved columns: coordinate %d is %g, want %g", i, c.Layout[i], v)
		}
	}
}

// z-scores by the definition: imputed by the mean of the column, population standard deviation after imputation.
func TestScaling(t *testing.T) {
	nan := float32(math.NaN())
	f := &Features{Rows: 5, Cols: 4, Values: []float32{
		1, 5, nan, 7,
		3, 5, nan, nan,
		nan, nan, nan, nan,
		nan, 5, nan, 9,
		8, 5, float32(math.Inf(-1)), 8,
	}}
	res := compute(t, f, Options{Layout: PCA, Ks: []int{2}})
	// Column 0: mean 4 of 1, 3, 8 and an imputed 4; variance (9 + 1 + 0 + 16)/4.
	sd := math.Sqrt(26.0 / 4)
	// Column 3: mean 8 of 7, 9, 8 and an imputed 8; variance 2/4.
	for i, want := range map[int]float64{0: -3 / sd, 4: -1 / sd, 12: 0, 16: 4 / sd, 3: -1 / math.Sqrt(0.5), 7: 0, 15: 1 / math.Sqrt(0.5), 1: 0, 2: 0} {
		if math.Abs(float64(res.Scaled[i])-want) > 1e-6 {
			t.Errorf("value %d: %g, want %g", i, res.Scaled[i], want)
		}
	}
	q := res.Quality
	if !slices.Equal(res.Left, []int{2}) || !slices.Equal(q.ImputedBy, []int{1, 0, 4, 1}) || q.Imputed != 2 || !slices.Equal(q.Uninformative, []int{1, 2}) {
		t.Errorf("left %v, imputed %v, uninformative %v", res.Left, q.ImputedBy, q.Uninformative)
	}
	if res.Layout[4] == res.Layout[4] || res.Clusterings[0].Labels[2] != -1 || res.Scaled[8] == res.Scaled[8] {
		t.Error("a region without features takes part")
	}
}

// PCA is a rotation that sorts variances: all components together keep all distances, coordinates are uncorrelated, the
// variance of each is its share, and the largest weight of each is positive.
func TestPCA(t *testing.T) {
	f, _ := planted(3000, 7, 3, 1, 4)
	s := scale(f, false)
	p, err := principal(context.Background(), s.values, f.Cols, 2)
	if err != nil {
		t.Fatal(err)
	}
	x := p.project(s.values, f.Cols)
	for a := range f.Cols {
		if v := p.vectors[a]; slices.MaxFunc(v, func(x, y float64) int { return int(math.Copysign(1, math.Abs(x)-math.Abs(y))) }) < 0 {
			t.Errorf("component %d is turned: %v", a, v)
		}
		for b := range f.Cols {
			var sum float64
			for i := range f.Rows {
				sum += float64(x[i*f.Cols+a]) * float64(x[i*f.Cols+b])
			}
			want := 0.0
			if a == b {
				want = p.share[a] * float64(f.Cols) // z-scores have variance 1 each
			}
			if got := sum / float64(f.Rows); math.Abs(got-want) > 1e-4 {
				t.Errorf("covariance of components %d and %d: %g, want %g", a, b, got, want)
			}
		}
	}
	if !slices.IsSortedFunc(p.share, func(a, b float64) int { return int(math.Copysign(1, b-a)) }) {
		t.Errorf("shares %v do not descend", p.share)
	}
}

// Whatever is too small or too empty gives less and says so; nothing fails and nothing is infinite.
func TestSmallSets(t *testing.T) {
	nan := float32(math.NaN())
	constant := func(rows, cols int, v float32) *Features {
		f := NewFeatures(rows, cols)
		for i := range f.Values {
			f.Values[i] = v
		}
		return f
	}
	some := func(rows, cols int) *Features { f, _ := planted(rows, cols, 2, 1, 1); return f }
	lumps := some(60, 3)
	for i := range 50 {
		copy(lumps.Row(i), lumps.Row(i%2))
	}
	for _, c := range []struct {
		name     string
		f        *Features
		used     int
		layout   Layout
		groups   int // the most that there are
		messages []string
	}{
		{"no regions", constant(0, 3, 0), 0, PCA, 0, []string{"No region"}},
		{"all missing", constant(20, 3, nan), 0, PCA, 0, []string{"No region"}},
		{"all equal", constant(20, 3, 5), 20, PCA, 1, []string{"same features", "4 regions", "Only 1 groups"}},
		{"one region", some(1, 3), 1, PCA, 1, []string{"same features", "4 regions", "Only 1"}},
		{"two regions", some(2, 3), 2, PCA, 2, []string{"4 regions", "Only 2"}},
		{"four regions", some(4, 3), 4, UMAP, 4, []string{"3 neighbours instead of 15", "Only 4"}},
		{"fifteen regions", some(15, 3), 15, UMAP, 15, []string{"14 neighbours", "Only 15"}},
		{"one column", some(200, 1), 200, UMAP, 30, nil},
		{"lumps of equal regions", lumps, 60, UMAP, 12, []string{"Only 12"}},
		{"more columns than regions", some(12, 100), 12, UMAP, 12, []string{"11 neighbours", "Only 12"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, opt := range []Options{{Seed: 42, Threads: 2}, {Seed: 42, ClusterIn: InLayout}} {
				res := compute(t, c.f, opt)
				q := res.Quality
				if q.Used != c.used || q.Layout != c.layout {
					t.Errorf("%d used, layout %s", q.Used, q.Layout)
				}
				groups := 0
				if g := res.Clustering(MaxK); g != nil {
					groups = g.K
				}
				if groups != c.groups && opt.ClusterIn == "" {
					t.Errorf("%d groups, want %d", groups, c.groups)
				}
				for _, want := range c.messages {
					if opt.ClusterIn == "" && !strings.Contains(strings.Join(q.Messages, "\n"), want) {
						t.Errorf("no message with %q in %q", want, q.Messages)
					}
				}
				if opt.ClusterIn == "" && len(c.messages) == 0 && len(q.Messages) > 0 {
					t.Errorf("messages %q", q.Messages)
				}
				finiteRows := 0
				for i := range c.f.Rows {
					x, y := float64(res.Layout[2*i]), float64(res.Layout[2*i+1])
					if math.IsInf(x, 0) || math.IsInf(y, 0) || math.IsNaN(x) != math.IsNaN(y) {
						t.Fatalf("region %d is at %g, %g", i, x, y)
					}
					if !math.IsNaN(x) {
						finiteRows++
					}
				}
				if finiteRows != c.used || q.Trustworthiness < 0 || q.Trustworthiness > 1 {
					t.Errorf("%d regions have a place, trustworthiness %g", finiteRows, q.Trustworthiness)
				}
			}
		})
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	f := NewFeatures(3, 2)
	for _, opt := range []Options{{Layout: "tsne"}, {ClusterIn: "space"}, {Ks: []int{0}}} {
		if opt.Ks != nil {
			f, _ = planted(10, 2, 2, 1, 1)
		}
		if _, err := Compute(context.Background(), f, opt); err == nil {
			t.Errorf("%+v was taken", opt)
		}
	}
	if _, err := Compute(context.Background(), &Features{Rows: 2, Cols: 2, Values: make([]float32, 3)}, Options{}); err == nil {
		t.Error("features that are not a matrix were taken")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Compute(ctx, f, Options{}); err == nil {
		t.Error("ended context, no error")
	}
}

// Part of the window: reference back end §6.14 and §12.8.
func TestParts(t *testing.T) {
	for _, c := range []struct {
		part          Part
		bins, percent int
		lo, hi        int
		bad           bool
	}{
		{"", 3, 0, 1, 2, false}, {Centre, 40, 0, 20, 21, false}, {Window, 40, 0, 0, 40, false}, {Proper, 40, 0, 0, 0, true},
		{"", 140, 1, 20, 120, false}, {Proper, 70, 2, 10, 60, false}, {Proper, 28, 5, 4, 24, false}, {Proper, 14, 10, 2, 12, false},
		{Window, 28, 5, 0, 28, false}, {Centre, 28, 5, 0, 0, true},
	} {
		lo, hi, err := c.part.Bins(c.bins, c.percent)
		if lo != c.lo || hi != c.hi || (err != nil) != c.bad {
			t.Errorf("%q of %d bins, %d %%: %d to %d, %v", c.part, c.bins, c.percent, lo, hi, err)
		}
	}
	row := make([]float32, 14)
	for i := range row {
		row[i] = float32(i + 1)
	}
	if got := TrackFeature(row, 2, 12); got != 7.5 {
		t.Errorf("mean of an interval proper: %g, want 7.5", got)
	}
	row[5] = float32(math.NaN())
	if got := TrackFeature(row, 2, 12); math.Abs(float64(got)-(75-6)/9.0) > 1e-6 {
		t.Errorf("with a missing bin: %g", got)
	}
	if got := TrackFeature(row, 5, 6); got == got {
		t.Errorf("of missing bins: %g", got)
	}
}

// Means of groups: Thumbnails from any order and any goroutines give the same bits, and the means by the definition.
// Groups put together are weighted by size.
func TestMeansOfGroups(t *testing.T) {
	const n, cells, k = 400, 30, 4
	rng := rand.New(rand.NewPCG(5, 5))
	values, labels := make([]float32, n*cells), make([]int32, n)
	var top float64
	for i := range values {
		values[i] = float32(math.Exp(4 * rng.NormFloat64()))
		if rng.IntN(10) == 0 {
			values[i] = float32(math.NaN())
		} else {
			top = max(top, float64(values[i]))
		}
	}
	for i := range labels {
		labels[i] = int32(rng.IntN(k+1)) - 1
	}
	want := GroupMeans(values, cells, labels, k)
	var first *Means
	for range 3 {
		thumbs := NewThumbnails(cells, labels, k, top)
		for _, i := range rng.Perm(n) {
			thumbs.Add(i, values[i*cells:(i+1)*cells])
		}
		got := thumbs.Means()
		if first == nil {
			first = got
		} else if !reflect.DeepEqual(got, first) {
			t.Fatal("another order gives other sums")
		}
		for i, m := range got.Mean() {
			if w := want.Mean()[i]; math.Abs(m-w) > 1e-9*math.Abs(w) || got.N[i] != want.N[i] {
				t.Fatalf("cell %d: %g of %d, want %g of %d", i, m, got.N[i], w, want.N[i])
			}
		}
	}
	joined := make([]int32, n)
	for i, g := range labels {
		joined[i] = min(g, 0)
	}
	together := GroupMeans(values, cells, joined, 1).Mean()
	for c := range cells {
		var sum float64
		var count int64
		for g := range k {
			sum, count = sum+want.Sum[g*cells+c], count+want.N[g*cells+c]
		}
		if math.Abs(sum/float64(count)-together[c]) > 1e-9*together[c] {
			t.Fatalf("cell %d of all groups: %g, want %g", c, sum/float64(count), together[c])
		}
	}
}

// The gradient that is read from a table is that of the formulas.
func TestGradientTable(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 100_000 {
		d2 := math.Exp2(-20 + 30*rng.Float64())
		pull := -2 * curveA * curveB * math.Pow(d2, curveB-1) / (1 + curveA*math.Pow(d2, curveB))
		push := 2 * curveB / ((0.001 + d2) * (1 + curveA*math.Pow(d2, curveB)))
		if got := float64(attraction.at(float32(d2))); math.Abs(got-pull) > 2e-4*math.Abs(pull) {
			t.Fatalf("attraction at %g: %g, want %g", d2, got, pull)
		}
		if got := float64(repulsion.at(float32(d2))); math.Abs(got-push) > 2e-4*push {
			t.Fatalf("repulsion at %g: %g, want %g", d2, got, push)
		}
	}
	for _, d2 := range []float32{0, 1e-30, 1e30, math.MaxFloat32} {
		if v := float64(clip(attraction.at(d2) * d2)); math.IsNaN(v) {
			t.Errorf("at %g: %g", d2, v)
		}
	}
}

// A ring of rows has a ring as its start: the spectral start finds the order that PCA of the features cannot.
func TestSpectralStart(t *testing.T) {
	const n = 600
	f := NewFeatures(n, 20)
	for i := range n {
		for c := range 20 {
			d := math.Abs(float64(i)/n - float64(c)/20)
			d = min(d, 1-d)
			f.Row(i)[c] = float32(math.Exp(-d * d * 800))
		}
	}
	p := points.New(f.Values, f.Cols)
	near, err := nearest(context.Background(), p, 15, 2, quiet)
	if err != nil {
		t.Fatal(err)
	}
	g, err := fuzzy(context.Background(), near, 2)
	if err != nil {
		t.Fatal(err)
	}
	start, ok, err := spectral(context.Background(), g, 42, 2)
	if err != nil || !ok {
		t.Fatalf("no start: %v", err)
	}
	turn := 0.0
	for i := range n {
		j := (i + 1) % n
		a, b := math.Atan2(float64(start[2*i+1]), float64(start[2*i])), math.Atan2(float64(start[2*j+1]), float64(start[2*j]))
		turn += math.Remainder(b-a, 2*math.Pi)
	}
	if rounds := math.Abs(turn) / (2 * math.Pi); math.Abs(rounds-1) > 1e-6 {
		t.Errorf("the start goes round %g times", rounds)
	}
}

func ExampleCompute() {
	f, truth := planted(300, 10, 3, 3, 1)
	res, err := Compute(context.Background(), f, Options{Seed: 42})
	if err != nil {
		fmt.Println(err)
		return
	}
	groups := res.Clustering(3)
	fmt.Println(len(res.Layout)/2, "regions on a plane, in", groups.K, "groups, like the planted ones:", adjustedRand(groups.Labels, truth) == 1)
	// Output: 300 regions on a plane, in 3 groups, like the planted ones: true
}
