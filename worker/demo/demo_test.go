package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	cool "regioscope/worker/format/cool/writer"
	"regioscope/worker/genome"
)

func tiny(t *testing.T, o Options) *Set {
	t.Helper()
	o.Preset = "tiny"
	set, err := Generate(context.Background(), t.TempDir(), o)
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// Equal options give equal bytes on any number of cores; another seed gives another genome of the same sizes.
func TestDeterministic(t *testing.T) {
	one, two, other := tiny(t, Options{Threads: 1}), tiny(t, Options{Threads: 3, Seed: 1}), tiny(t, Options{Seed: 2})
	if len(one.Files) != len(catalogue) {
		t.Errorf("%d files of %d", len(one.Files), len(catalogue))
	}
	var bytes int64
	for i, f := range one.Files {
		bytes += f.Bytes
		if two.Files[i] != f {
			t.Errorf("%s differs between one and three threads", f.Name)
		}
		if same := other.Files[i].SHA256 == f.SHA256; same != (f.Kind == KindAssembly) {
			t.Errorf("%s with another seed: same bytes %t", f.Name, same)
		}
	}
	if bytes > 2<<20 {
		t.Errorf("the tiny set has %d bytes; tests of other packages rely on less than 2 MiB", bytes)
	}
}

func TestProgressIsMonotone(t *testing.T) {
	last := -1.0
	tiny(t, Options{Progress: func(done float64, message string) {
		if done < last || done > 1 || message == "" {
			t.Errorf("progress %g after %g (%q)", done, last, message)
		}
		last = done
	}})
	if last != 1 {
		t.Errorf("progress ends at %g", last)
	}
}

func TestScaleShrinksTheGenome(t *testing.T) {
	set := tiny(t, Options{Scale: 0.6})
	want := []genome.Chrom{{Name: "chr1", Length: 4_800_000}, {Name: "chr2", Length: 3_600_000}, {Name: "chr3", Length: minChrom}}
	for i, c := range set.Assembly.Chroms {
		if c != want[i] {
			t.Errorf("chromosome %v, want %v", c, want[i])
		}
	}
	for _, arm := range set.Assembly.View() {
		if arm.Length() <= 0 {
			t.Errorf("arm %v", arm)
		}
	}
}

func TestWrongOptions(t *testing.T) {
	for name, o := range map[string]Options{"preset": {Preset: "huge"}, "scale": {Scale: 2}, "negative": {Scale: -1}, "NaN": {Scale: math.NaN()}} {
		if _, err := Generate(context.Background(), t.TempDir(), o); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Generate(ctx, t.TempDir(), Options{Preset: "tiny"}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestCommand(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	for _, c := range []struct {
		args string
		want int
	}{
		{"--out " + dir + " --preset tiny --seed 5", 0},
		{"--preset tiny", 2},
		{"--out x y", 2},
		{"--no-such-flag", 2},
		{"--out " + dir + " --preset huge", 1},
	} {
		var out, errs bytes.Buffer
		if got := run(strings.Fields(c.args), &out, &errs); got != c.want || got != 0 && errs.Len() == 0 {
			t.Errorf("generate %s: status %d, want %d; %s", c.args, got, c.want, &errs)
		}
	}
	b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var truth Truth
	if err := json.Unmarshal(b, &truth); err != nil || truth.Seed != 5 || truth.Preset != "tiny" || len(truth.Maps) != 2 {
		t.Errorf("truth.json: %v, %+v", err, truth)
	}
}

// Balancing finds the planted bias again: weights are inverse to it, up to one factor and the noise of the counts.
func TestBalancingFindsTheBias(t *testing.T) {
	p, err := scaled("tiny", 1)
	if err != nil {
		t.Fatal(err)
	}
	chroms := []*chromosome{newChromosome(1, p.chroms[0])}
	s := newSampler(chroms, 20_000, wildType, 2e6, 1, 2)
	m, err := s.matrix(context.Background(), p.genome().Chroms[:1], func(float64) {})
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Validate(); err != nil {
		t.Fatal(err)
	}
	if sum := float64(m.Sum()); math.Abs(sum/2e6-1) > 0.1 {
		t.Errorf("%g contacts, asked for 2e6", sum)
	}
	var x, y []float64
	for i, w := range m.Balance(cool.BalanceOptions{}).Values {
		if b := float64(s.fields[0].cells[i].bias); !math.IsNaN(w) && b > 0.3 {
			x, y = append(x, math.Log(b)), append(y, -math.Log(w))
		}
	}
	if r := correlation(x, y); r < 0.9 || len(x) < 300 {
		t.Errorf("correlation of weights and planted bias: %.3f over %d bins", r, len(x))
	}
}

func correlation(x, y []float64) float64 {
	var sx, sy, xx, yy, xy float64
	n := float64(len(x))
	for i := range x {
		sx, sy = sx+x[i], sy+y[i]
		xx, yy, xy = xx+x[i]*x[i], yy+y[i]*y[i], xy+x[i]*y[i]
	}
	return (xy - sx*sy/n) / math.Sqrt((xx-sx*sx/n)*(yy-sy*sy/n))
}

// The mean of a pixel is what the model says: counts over many seeds, near the diagonal, at the distances of loops, and far.
func TestCountsFollowTheModel(t *testing.T) {
	spec := chromSpec{"chr1", 3_000_000, 1_200_000}
	c := newChromosome(1, spec)
	if len(c.loops) == 0 {
		t.Fatal("no loop in the test chromosome")
	}
	const rounds = 60
	var sum, want [3]float64
	s := newSampler([]*chromosome{c}, 20_000, wildType, 1e5, 1, 1)
	f := s.fields[0]
	for seed := range uint64(rounds) {
		s.seed = seed // the same model, other draws
		m, err := s.matrix(context.Background(), []genome.Chrom{{Name: "chr1", Length: spec.length}}, func(float64) {})
		if err != nil {
			t.Fatal(err)
		}
		for i := range f.cells {
			for p := m.Row[i]; p < m.Row[i+1]; p++ {
				sum[class(int(m.Bin2[p])-i)] += float64(m.Count[p])
			}
		}
	}
	for i := range f.cells {
		for j := i; j < len(f.cells); j++ {
			want[class(j-i)] += rounds * s.expected(0, i, j)
			for _, l := range c.loops {
				x, y := float64(i*20_000+10_000)-float64(l.a), float64(j*20_000+10_000)-float64(l.b)
				if r := x*x + y*y; math.Max(math.Abs(x), math.Abs(y)) < 3*loopSD+20_000 {
					want[class(j-i)] += rounds * s.expected(0, i, j) * (l.fold - 1) * math.Exp(-r/(2*loopSD*loopSD))
				}
			}
		}
	}
	for k := range sum {
		if dev := math.Abs(sum[k]-want[k]) / math.Sqrt(want[k]); dev > 4 {
			t.Errorf("distance class %d: %g contacts, expected %g (%.1f deviations)", k, sum[k], want[k], dev)
		}
	}
}

func class(d int) int {
	switch {
	case d < 3:
		return 0
	case d < 20:
		return 1
	}
	return 2
}

func TestDrawing(t *testing.T) {
	r := stream(1, "test")
	for _, mean := range []float64{0.02, 3, 29, 31, 500} {
		const n = 20_000
		var sum, squares float64
		for range n {
			k := float64(poisson(r, mean))
			sum, squares = sum+k, squares+k*k
		}
		m, v := sum/n, squares/n-sum/n*sum/n
		if math.Abs(m-mean) > 5*math.Sqrt(mean/n) || math.Abs(v/mean-1) > 0.1 {
			t.Errorf("Poisson of mean %g: mean %g, variance %g", mean, m, v)
		}
	}
	weights := []float64{5, 0, 1, 2.5, 0.001, 1.499}
	a := newAlias(weights)
	got := make([]float64, len(weights))
	const n = 400_000
	for range n {
		got[a.draw(r.Uint64())]++
	}
	for i, w := range weights {
		if want := w / 10 * n; math.Abs(got[i]-want) > 5*math.Sqrt(want)+1 {
			t.Errorf("alias: index %d drawn %g times, want %g", i, got[i], want)
		}
	}
}

// The decay is flatter around 80 kb and steeper around 1 Mb than without cohesin.
func TestDecayHasAShoulder(t *testing.T) {
	slope := func(p []float64, kb int) float64 {
		return math.Log(p[kb*6/5]/p[kb]) / math.Log(1.2)
	}
	with, without := decay(1000, 20_000_000, 1), decay(1000, 20_000_000, 0)
	if s := slope(with, 80); s < -0.75 || s > -0.4 {
		t.Errorf("slope at 80 kb: %.2f", s)
	}
	if s := slope(with, 900); s > -1.3 || s < -1.7 {
		t.Errorf("slope at 900 kb: %.2f", s)
	}
	for _, kb := range []int{5, 80, 900, 10_000} {
		if s := slope(without, kb); math.Abs(s+1) > 0.02 {
			t.Errorf("without cohesin: slope at %d kb %.2f", kb, s)
		}
	}
}
