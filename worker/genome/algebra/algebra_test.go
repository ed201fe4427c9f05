package algebra

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// scatter makes n regions of up to width bp, points among them, on two chromosomes of size bp.
func scatter(r *rand.Rand, n int, size, width int64) []Span {
	out := make([]Span, n)
	for i := range out {
		start := r.Int64N(size)
		out[i] = Span{int32(r.IntN(2)), start, min(size, start+r.Int64N(width+1))}
	}
	return out
}

// bases counts how often each base of both chromosomes is covered.
func bases(size int64, spans ...Span) []int {
	n := make([]int, 2*(size+1))
	for _, s := range spans {
		for x := s.Start; x < s.solid().End; x++ {
			n[int64(s.Chrom)*(size+1)+x]++
		}
	}
	return n
}

func spansOf(pieces []Piece) (out []Span) {
	for _, p := range pieces {
		out = append(out, p.Span)
	}
	return out
}

func eachCase(t *testing.T, check func(r *rand.Rand, a, b []Span, size int64)) {
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 1))
		size := int64(20 + r.IntN(300))
		check(r, scatter(r, r.IntN(30), size, 40), scatter(r, r.IntN(30), size, 40), size)
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Base by base: what Common and Without give are the bases of a that b has, and has not; together they are a.
func TestCommonAndWithoutAreTheWhole(t *testing.T) {
	eachCase(t, func(r *rand.Rand, a, b []Span, size int64) {
		cover := Cover(b)
		common, without := Common(a, cover), Without(a, cover)
		in, out, whole, other := bases(size, spansOf(common)...), bases(size, spansOf(without)...), bases(size, a...), bases(size, b...)
		for x := range whole {
			if in[x]+out[x] != whole[x] || other[x] > 0 && out[x] > 0 || other[x] == 0 && in[x] > 0 {
				t.Errorf("base %d: %d in both, %d without, %d of a, %d of b", x, in[x], out[x], whole[x], other[x])
			}
		}
		for _, p := range append(common, without...) {
			if s := a[p.Row]; p.Chrom != s.Chrom || p.Start < s.Start || p.End > s.End || p.Width() == 0 && s.Width() > 0 {
				t.Errorf("%+v is no piece of %+v", p, s)
			}
		}
		if !slices.IsSortedFunc(common, func(a, b Piece) int { return int(a.Row - b.Row) }) {
			t.Error("pieces are not by row")
		}
	})
}

func TestOverlapsIsOneBase(t *testing.T) {
	eachCase(t, func(r *rand.Rand, a, b []Span, size int64) {
		for i, got := range Overlaps(a, Cover(b)) {
			want := slices.ContainsFunc(b, func(o Span) bool {
				return o.Chrom == a[i].Chrom && o.Start < a[i].solid().End && a[i].Start < o.solid().End
			})
			if got != want {
				t.Errorf("%+v: %v, want %v", a[i], got, want)
			}
		}
	})
}

// Merging again changes nothing, no base is lost, and gaps are wider than the distance.
func TestMergeIsIdempotent(t *testing.T) {
	eachCase(t, func(r *rand.Rand, a, _ []Span, size int64) {
		d := r.Int64N(30)
		once := Merge(a, d)
		var spans []Span
		rows := 0
		for k, c := range once {
			spans, rows = append(spans, c.Span), rows+len(c.Rows)
			for _, row := range c.Rows {
				if s := a[row]; s.Chrom != c.Chrom || s.Start < c.Start || s.End > c.End {
					t.Errorf("%+v is not in %+v", s, c)
				}
			}
			if k > 0 && once[k-1].Chrom == c.Chrom && c.Start-once[k-1].End <= d {
				t.Errorf("%+v and %+v are %d apart", once[k-1], c, d)
			}
		}
		again := Merge(spans, d)
		if rows != len(a) || len(again) != len(once) {
			t.Errorf("%d of %d rows; %d regions, %d when merged again", rows, len(a), len(once), len(again))
		}
		for k := range again {
			if again[k].Span != once[k].Span {
				t.Errorf("%+v became %+v", once[k], again[k])
			}
		}
	})
}

// Against every pair of regions.
func TestNearestOfAll(t *testing.T) {
	eachCase(t, func(r *rand.Rand, a, b []Span, size int64) {
		order := Order(b)
		for i, got := range Nearest(a, b) {
			want := Near{Row: -1}
			for _, row := range order {
				s, o := a[i].solid(), b[row].solid()
				if s.Chrom != o.Chrom {
					continue
				}
				d := int64(0)
				if o.Start >= s.End {
					d = o.Start - s.End + 1
				} else if o.End <= s.Start {
					d = s.Start - o.End + 1
				}
				if want.Row < 0 || d < want.Distance {
					want = Near{row, d}
				}
			}
			if got != want {
				t.Errorf("%+v: %+v, want %+v", a[i], got, want)
			}
		}
	})
}

func TestShuffleKeepsWidthsAndArms(t *testing.T) {
	arms := []Span{{0, 0, 100}, {0, 120, 400}, {1, 0, 90}}
	eachCase(t, func(r *rand.Rand, a, _ []Span, size int64) {
		seed := r.Int64()
		got := Shuffle(a, arms, seed)
		if again := Shuffle(a, arms, seed); !slices.Equal(got, again) {
			t.Error("the same seed made other places")
		}
		for _, p := range got {
			s := a[p.Row]
			in := func(x Span, arm Span) bool {
				return x.Chrom == arm.Chrom && x.Start >= arm.Start && x.solid().End <= arm.End
			}
			k := slices.IndexFunc(arms, func(arm Span) bool { return in(p.Span, arm) })
			if p.Width() != s.Width() || k < 0 {
				t.Errorf("%+v went to %+v", s, p)
				continue
			}
			if own := slices.IndexFunc(arms, func(arm Span) bool { return in(s, arm) }); own >= 0 && own != k {
				t.Errorf("%+v left its arm for %+v", s, p)
			}
		}
	})
	if got := Shuffle([]Span{{0, 100, 110}, {0, 0, 350}, {2, 1, 5}}, arms, 1); len(got) != 0 {
		t.Errorf("on no arm, wider than its arm, on another chromosome: %+v", got)
	}
}

// All places are equally likely: 40,000 regions of 10 bp on an arm of 49 bp have 40 of them. The deviation of a count from
// 1000 is about 31.
func TestShuffleIsUniform(t *testing.T) {
	spans := slices.Repeat([]Span{{0, 5, 15}}, 40_000)
	n := map[int64]int{}
	for _, p := range Shuffle(spans, []Span{{0, 0, 49}}, 42) {
		n[p.Start]++
	}
	for start := range int64(40) {
		if n[start] < 850 || n[start] > 1150 {
			t.Errorf("%d of 40,000 at %d", n[start], start)
		}
	}
}

func TestSample(t *testing.T) {
	got := Sample(100, 10, 42)
	if len(got) != 10 || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != 10 || !slices.Equal(got, Sample(100, 10, 42)) {
		t.Errorf("%v", got)
	}
	if slices.Equal(got, Sample(100, 10, 43)) {
		t.Error("another seed made the same sample")
	}
	if all := Sample(3, 5, 1); !slices.Equal(all, []int{0, 1, 2}) || len(Sample(5, 0, 1)) != 0 {
		t.Errorf("%v", all)
	}
	n := make([]int, 20)
	for seed := range int64(4000) {
		for _, i := range Sample(20, 5, seed) {
			n[i]++ // 1000 each, with a deviation of about 27
		}
	}
	if slices.Min(n) < 870 || slices.Max(n) > 1130 {
		t.Errorf("not equally likely: %v", n)
	}
}

func TestPlacesBeside(t *testing.T) {
	s := Span{0, 100, 200}
	for name, c := range map[string]struct {
		got  Span
		ok   bool
		want Span
	}{
		"around the centre": {first(Resize(s, '+', 50, Centre, true, 1000)), true, Span{0, 125, 175}},
		"an odd width":      {first(Resize(s, '+', 51, Centre, true, 1000)), true, Span{0, 125, 176}},
		"5' end, plus":      {first(Resize(s, '+', 10, Start, true, 1000)), true, Span{0, 95, 105}},
		"5' end, minus":     {first(Resize(s, '-', 10, Start, true, 1000)), true, Span{0, 195, 205}},
		"3' end, minus":     {first(Resize(s, '-', 10, End, true, 1000)), true, Span{0, 95, 105}},
		"end, no strands":   {first(Resize(s, '-', 10, End, false, 1000)), true, Span{0, 195, 205}},
		"cut on both sides": {first(Resize(s, '+', 5000, Centre, false, 300)), true, Span{0, 0, 300}},
		"no known end":      {first(Resize(s, '+', 5000, Centre, false, -1)), true, Span{0, 0, 2650}},
		"shorter":           {first(Extend(s, '+', Sides{-10, -20, false}, 1000)), true, Span{0, 110, 180}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", name, c.got, c.want)
		}
	}
	if _, ok := Extend(s, '+', Sides{-60, -60, false}, 1000); ok {
		t.Error("something is left of a region of less than nothing")
	}
	if got := Flanks(Span{0, 0, 30}, '.', Sides{10, 10, true}, 30); len(got) != 0 {
		t.Errorf("outside of the chromosome: %+v", got)
	}
}

func first(s Span, _ bool) Span { return s }

// Whatever the spans are, nothing panics and nothing is made up.
func FuzzSweeps(f *testing.F) {
	f.Add([]byte{1, 2, 3, 4, 5, 6}, []byte{1, 2, 3}, int64(3))
	f.Add([]byte{0, 0, 0}, []byte{0, 0, 0, 0, 5, 1, 1, 9, 9}, int64(0))
	read := func(raw []byte) (out []Span) {
		for ; len(raw) >= 3; raw = raw[3:] {
			out = append(out, Span{int32(raw[0] % 3), int64(raw[1]), int64(raw[1]) + int64(raw[2])})
		}
		return out
	}
	f.Fuzz(func(t *testing.T, x, y []byte, d int64) {
		a, b := read(x), read(y)
		cover := Cover(b)
		width := func(spans []Span) (n int64) {
			for _, s := range spans {
				n += s.solid().Width()
			}
			return n
		}
		if got := width(spansOf(Common(a, cover))) + width(spansOf(Without(a, cover))); got != width(a) {
			t.Errorf("%d bases of %d", got, width(a))
		}
		if near := Nearest(a, b); len(near) != len(a) {
			t.Errorf("%d of %d", len(near), len(a))
		}
		if d >= 0 && d < 1000 && len(Merge(a, d)) > len(a) {
			t.Error("merging made more")
		}
		Shuffle(a, cover, d)
	})
}

func million(seed uint64) []Span {
	r := rand.New(rand.NewPCG(seed, 2))
	out := make([]Span, 1_000_000)
	for i := range out {
		start := r.Int64N(150_000_000)
		out[i] = Span{int32(r.IntN(20)), start, start + 200 + r.Int64N(800)}
	}
	return out
}

// A million regions against a million, not sorted.
func BenchmarkMillion(b *testing.B) {
	one, other := million(1), million(2)
	cover := Cover(other)
	arms := make([]Span, 20)
	for i := range arms {
		arms[i] = Span{int32(i), 0, 151_000_000}
	}
	for name, do := range map[string]func(){
		"cover":    func() { Cover(other) },
		"overlaps": func() { Overlaps(one, cover) },
		"common":   func() { Common(one, cover) },
		"without":  func() { Without(one, cover) },
		"merge":    func() { Merge(one, 100) },
		"nearest":  func() { Nearest(one, other) },
		"shuffle":  func() { Shuffle(one, arms, 42) },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				do()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/1e6, "ns/region")
		})
	}
}
