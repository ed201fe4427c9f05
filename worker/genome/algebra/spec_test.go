package algebra

import (
	"math"
	"slices"
	"testing"
)

func ptr(n int64) *int64 { return &n }

// Defaults are filled in, and each complaint names its setting.
func TestComplete(t *testing.T) {
	s := Spec{Operation: Draw, N: 5}
	if bad := s.Complete(); bad != nil || *s.Seed != 42 {
		t.Errorf("%+v %v", s, bad)
	}
	s = Spec{Operation: Size, Upstream: ptr(5)}
	if bad := s.Complete(); bad != nil || s.Mode != ByExtend || *s.Downstream != 0 {
		t.Errorf("%+v %v", s, bad)
	}
	for name, c := range map[string]struct {
		spec  Spec
		field string
	}{
		"unknown":              {Spec{Operation: "melt"}, "operation"},
		"keeps what":           {Spec{Operation: Intersect, Keep: KeepMerged}, "keep"},
		"more than all":        {Spec{Operation: Intersect, Fraction: 1.1}, "fraction"},
		"less than nothing":    {Spec{Operation: Subtract, Fraction: -0.1}, "fraction"},
		"no share at all":      {Spec{Operation: Subtract, Fraction: math.NaN()}, "fraction"},
		"no such strand":       {Spec{Operation: Subtract, Strand: "upper"}, "strand"},
		"share of a union":     {Spec{Operation: Union, Fraction: 0.5}, "fraction"},
		"strand of a merge":    {Spec{Operation: Join, Strand: Same}, "strand"},
		"negative gap":         {Spec{Operation: Join, Distance: ptr(-1)}, "distance"},
		"no distance":          {Spec{Operation: Close}, "distance"},
		"nothing changes":      {Spec{Operation: Size}, "upstream"},
		"negative flank":       {Spec{Operation: Size, Mode: ByFlank, Upstream: ptr(-5)}, "upstream"},
		"no width":             {Spec{Operation: Size, Mode: ByWidth}, "width"},
		"no such anchor":       {Spec{Operation: Size, Mode: ByWidth, Width: 5, Anchor: "summit"}, "anchor"},
		"no condition":         {Spec{Operation: Filter}, "where"},
		"no column":            {Spec{Operation: Filter, Where: []Condition{{Op: "ge"}}}, "where.0.column"},
		"none drawn":           {Spec{Operation: Draw}, "n"},
		"split by nothing":     {Spec{Operation: Split}, "column"},
		"one group":            {Spec{Operation: Split, Column: "x", Groups: 1}, "groups"},
		"of another operation": {Spec{Operation: Scatter, Distance: ptr(5)}, "distance"},
	} {
		bad := c.spec.Complete()
		if !slices.ContainsFunc(bad, func(b Complaint) bool { return b.Field == c.field && b.Message != "" }) {
			t.Errorf("%s: %v", name, bad)
		}
	}
}
