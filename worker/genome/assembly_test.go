package genome

import (
	"reflect"
	"testing"
)

func TestResolve(t *testing.T) {
	ucsc := NewNames([]Chrom{{"chr1", 10}, {"chrX", 5}, {"chrM", 2}}, map[string]string{"NC_000001.11": "chr1", "lost": "chr9"})
	plain := NewNames([]Chrom{{"1", 10}, {"X", 5}, {"MT", 2}}, nil)
	for _, c := range []struct {
		names *Names
		name  string
		index int
		rule  AliasRule
	}{
		{ucsc, "chr1", 0, AliasExact},
		{ucsc, "1", 0, AliasChrAdd},
		{ucsc, "NC_000001.11", 0, AliasTable},
		{ucsc, "lost", -1, AliasNone},
		{ucsc, "MT", 2, AliasMito},
		{ucsc, "chrMT", 2, AliasMito},
		{ucsc, "chr10", -1, AliasNone},
		{ucsc, "Chr1", -1, AliasNone},
		{ucsc, "", -1, AliasNone},
		{plain, "chrX", 1, AliasChrRemove},
		{plain, "chrM", 2, AliasMito},
		{plain, "chrchr1", -1, AliasNone},
	} {
		if i, rule := c.names.Resolve(c.name); i != c.index || rule != c.rule {
			t.Errorf("%q: %d by %q, want %d by %q", c.name, i, rule, c.index, c.rule)
		}
	}
}

func TestViewFillsChromosomesWithoutArms(t *testing.T) {
	a := Assembly{Chroms: []Chrom{{"a", 10}, {"b", 4}}, Arms: []Interval{{"a", 0, 3}, {"a", 3, 10}}}
	if got, want := a.View(), []Interval{{"a", 0, 3}, {"a", 3, 10}, {"b", 0, 4}}; !reflect.DeepEqual(got, want) {
		t.Errorf("%v", got)
	}
}

// Numbers: reference back end §12.6 and §6.2.
func TestWindowArithmetic(t *testing.T) {
	for _, c := range [][4]int64{{100, 200, 80, 220}, {200, 400, 160, 440}, {275000, 3275000, -325000, 3875000}} {
		if lo, hi := Expand(c[0], c[1]); lo != c[2] || hi != c[3] {
			t.Errorf("Expand(%d, %d) = %d, %d", c[0], c[1], lo, hi)
		}
	}
	for percent, bins := range map[int]int{1: 140, 2: 70, 5: 28, 10: 14} {
		if got := IntervalBins(percent); got != bins {
			t.Errorf("%d %%: %d bins", percent, got)
		}
	}
	for _, c := range [][3]int64{{10000, 1000, 21}, {100000, 5000, 41}, {400000, 10000, 81}, {2000000, 50000, 81}} {
		if got := PointBins2D(c[0], c[1]); int64(got) != c[2] {
			t.Errorf("PointBins2D(%d, %d) = %d", c[0], c[1], got)
		}
	}
	if got := PointBins1D(10000, 100); got != 200 {
		t.Errorf("PointBins1D = %d", got)
	}
	if got := (Anchor{Start: 3, End: 6}).Mid(); got != 4 {
		t.Errorf("Mid = %d", got)
	}
}
