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
	// Members gives the regions, ascending, that the target-th set of an enrichment touches in a bin. CodeInvalid when
	// there is no such cell.
	Members(ctx context.Context, r *Result, target, bin int) ([]int, error)
	// Clusters parts the rows of a stackup into k groups of alike rows: the group of every region, −1 for those without any
	// value. Group 0 has the highest mean. There are fewer than k where rows are alike. CodeUnavailable when the result is no stackup.
	Clusters(ctx context.Context, r *Result, k int) ([]int32, error)
}

// MostClusters is into how many groups the rows of a stackup are parted at most.
const MostClusters = 30

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
	r, err := s.available(ctx, caller, id)
	if err != nil {
		return nil, err
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

// Members gives the regions behind a cell of an enrichment, and how many regions its set has. Rights as for Get.
func (s *Results) Members(ctx context.Context, caller Caller, id int64, target, bin int) (rows []int, total int64, err error) {
	r, err := s.available(ctx, caller, id)
	if err != nil {
		return nil, 0, err
	}
	rows, err = s.aggregator.Members(ctx, r, target, bin)
	return rows, r.Total, err
}

// Clusters parts the rows of a stackup into 2 to MostClusters groups. Rights as for Get.
func (s *Results) Clusters(ctx context.Context, caller Caller, id int64, k int) ([]int32, error) {
	r, err := s.available(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if k < 2 || k > MostClusters {
		return nil, Errorf(CodeInvalid, "Rows are parted into 2 to %d groups.", MostClusters).WithFields(Field{Field: "clusters", Message: "out of range"})
	}
	return s.aggregator.Clusters(ctx, r, k)
}

// available is Get for what has arrays.
func (s *Results) available(ctx context.Context, caller Caller, id int64) (*Result, error) {
	r, err := s.Get(ctx, caller, id)
	if err == nil && r.Unavailable != "" {
		return nil, Errorf(CodeUnavailable, "%s", r.Unavailable)
	}
	return r, err
}
