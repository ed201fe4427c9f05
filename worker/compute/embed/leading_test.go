package embed

import (
	"context"
	"math"
	"slices"
	"testing"
)

// The components beside a UMAP are the layout of a run that is asked for PCA, to the bit, on any number of threads; so
// are their shares of the variance. Regions without features have a place in neither.
func TestComponentsBesideEveryLayout(t *testing.T) {
	f, _ := planted(serialUpToRow+100, 20, 6, 1, 5)
	holes(f, 0.02)
	for c := range f.Row(7) {
		f.Row(7)[c] = float32(math.NaN())
	}
	want := compute(t, f, Options{Seed: 1, Layout: PCA, Ks: []int{2}})
	if !slices.Equal(bitsOf(want.PCA), bitsOf(want.Layout)) {
		t.Error("with Layout PCA the components are not the layout")
	}
	for _, threads := range []int{1, 2, 4} {
		got := compute(t, f, Options{Seed: 42, Ks: []int{2}, Threads: threads})
		if got.Quality.Layout != UMAP || slices.Equal(bitsOf(got.Layout), bitsOf(got.PCA)) {
			t.Fatalf("%d threads: layout %s", threads, got.Quality.Layout)
		}
		if !slices.Equal(bitsOf(got.PCA), bitsOf(want.Layout)) || !slices.Equal(got.Quality.VarianceKept, want.Quality.VarianceKept) {
			t.Errorf("%d threads: other components than those of a run with Layout PCA", threads)
		}
		for i := range f.Rows {
			for d := range 2 {
				if v := float64(got.PCA[2*i+d]); math.IsNaN(v) != (i == 7) {
					t.Fatalf("region %d is at %g", i, v)
				}
			}
		}
	}
}

// Where the graph is of several parts, the components are where UMAP starts; it moves a copy of them.
func TestComponentsStayWhereUMAPStartsFromThem(t *testing.T) {
	const each, cols = 60, 5
	f, _ := planted(2*each, cols, 1, 1, 3)
	for i := range each {
		for c := range cols {
			f.Row(i)[c] += 1e4 // two lumps that are no neighbours
		}
	}
	got := compute(t, f, Options{Seed: 42, Ks: []int{2}})
	if got.Quality.Start != "pca" {
		t.Fatalf("the start is %q; the test is about graphs of several parts", got.Quality.Start)
	}
	want := compute(t, f, Options{Layout: PCA, Ks: []int{2}})
	if !slices.Equal(bitsOf(got.PCA), bitsOf(want.Layout)) {
		t.Error("UMAP has moved the components")
	}
}

// The components are turned so that the weight with the largest size is positive: a region that has more of that feature
// alone lies further to the right.
func TestComponentsAreOriented(t *testing.T) {
	f, _ := planted(400, 6, 4, 2, 9)
	got := compute(t, f, Options{Seed: 42, Ks: []int{2}})
	p, err := principal(context.Background(), got.Scaled, f.Cols, 1)
	if err != nil {
		t.Fatal(err)
	}
	for d := range 2 {
		top := slices.MaxFunc(p.vectors[d], func(a, b float64) int { return int(math.Copysign(1, math.Abs(a)-math.Abs(b))) })
		var along float64
		for i := range f.Rows {
			along += float64(got.PCA[2*i+d]) * float64(got.Scaled[i*f.Cols+slices.Index(p.vectors[d], top)])
		}
		if top <= 0 || along <= 0 {
			t.Errorf("component %d: largest weight %g, product with its feature %g", d+1, top, along)
		}
	}
}
