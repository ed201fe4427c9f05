package core

import (
	"context"
	"slices"
)

// Aggregator averages some regions of a result from what is stored, without computing the whole set anew.
type Aggregator interface {
	// Aggregate averages the regions with these row indices, which are sorted, distinct and within the set. The answer
	// equals that of a run over these regions alone. CodeUnavailable when the result cannot be taken apart.
	Aggregate(ctx context.Context, r *Result, rows []int) (*Aggregate, error)
}

// Aggregate is an average over a subset of regions. Values[i] has Shape and is called Names[i]: mean, n, sem and, for
// stackups, median. Missing is NaN.
type Aggregate struct {
	Names  []string
	Shape  []int64
	Values [][]float64
	Used   int // regions with at least one finite value
}

// Aggregate averages a subset of a result; rows are region indices in any order. Rights as for Get.
func (s *Results) Aggregate(ctx context.Context, caller Caller, id int64, rows []int) (*Aggregate, error) {
	r, err := s.Get(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if r.Unavailable != "" {
		return nil, Errorf(CodeUnavailable, "%s", r.Unavailable)
	}
	rows = slices.Clone(rows)
	slices.Sort(rows)
	rows = slices.Compact(rows)
	if len(rows) == 0 {
		return nil, Errorf(CodeInvalid, "Choose at least one region.").WithFields(Field{Field: "subset", Message: "is empty"})
	}
	if rows[0] < 0 || int64(rows[len(rows)-1]) >= r.Total {
		return nil, Errorf(CodeInvalid, "The set has regions 0 to %d; the subset names others.", r.Total-1).
			WithFields(Field{Field: "subset", Message: "region index out of range"})
	}
	return s.aggregator.Aggregate(ctx, r, rows)
}
