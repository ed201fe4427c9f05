package algebra

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// Every base of every region, one by one, for random sets with points, nested regions and regions without strand.
func TestMatchBaseByBase(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	draw := func(n int) (s Stranded) {
		for range n {
			start := r.Int64N(120)
			s.Spans = append(s.Spans, Span{Chrom: r.Int32N(2), Start: start, End: start + r.Int64N(25)})
			s.Strands = append(s.Strands, "+-."[r.IntN(3)])
		}
		return s
	}
	agree := map[Strand]func(x, y byte) bool{
		AnyStrand: func(byte, byte) bool { return true },
		Same:      func(x, y byte) bool { return x == y && x != '.' },
		Opposite:  func(x, y byte) bool { return x != y && x != '.' && y != '.' },
	}
	for range 300 {
		a, b := draw(1+r.IntN(12)), draw(r.IntN(14))
		for strand, fits := range agree {
			for _, fraction := range []float64{0, 0.1, 0.5, 0.9, 1} {
				parts := Match(a, b, Rule{fraction, strand})
				got := make([]map[int64]int, len(a.Spans))
				for i := range got {
					got[i] = map[int64]int{}
				}
				for _, p := range parts {
					for base := p.Start; base < p.solid().End; base++ {
						got[p.Row][base]++
					}
				}
				for i, s := range a.Spans {
					whole := s.solid()
					want := map[int64]int{}
					for k, o := range b.Spans {
						o = o.solid()
						from, to := max(whole.Start, o.Start), min(whole.End, o.End)
						if o.Chrom == s.Chrom && from < to && fits(a.Strands[i], b.Strands[k]) && float64(to-from) >= fraction*float64(whole.Width()) {
							for base := from; base < to; base++ {
								want[base] = 1
							}
						}
					}
					for base := whole.Start; base < whole.End; base++ {
						if got[i][base] != want[base] {
							t.Fatalf("%v %q %g: base %d of %v (%c) is there %d times, want %d; others %v %s", i, strand, fraction, base, s, a.Strands[i], got[i][base], want[base], b.Spans, b.Strands)
						}
					}
				}
				if !slices.IsSortedFunc(parts, func(x, y Piece) int { return int(x.Row)*1000 + int(x.Start) - int(y.Row)*1000 - int(y.Start) }) {
					t.Fatalf("not by row and start: %v", parts)
				}
				bases := 0
				rest := Rest(a.Spans, parts)
				for _, p := range append(slices.Clone(parts), rest...) {
					bases += int(p.Width())
				}
				all := 0
				for _, s := range a.Spans {
					all += int(s.Width())
				}
				if bases != all || len(Both(parts, rest)) != 0 {
					t.Fatalf("parts %v and rest %v of %v", parts, rest, a.Spans)
				}
				if both := Both(parts, parts); !slices.Equal(both, parts) {
					t.Fatalf("%v with itself: %v", parts, both)
				}
			}
		}
	}
}

// A fraction is of one region of the other set, not of all of them together (bedtools -f).
func TestFractionOfOneRegion(t *testing.T) {
	a := Stranded{[]Span{{0, 0, 100}}, []byte{'+'}}
	b := Stranded{[]Span{{0, 0, 40}, {0, 40, 80}}, []byte{'+', '-'}}
	for fraction, want := range map[float64][]Piece{0.4: {{0, Span{0, 0, 80}}}, 0.41: nil} {
		if got := Match(a, b, Rule{Fraction: fraction}); !slices.Equal(got, want) {
			t.Errorf("%g: %v, want %v", fraction, got, want)
		}
	}
}
