package expected

import (
	"context"
	"fmt"

	"regioscope/worker/format/cool"
	"regioscope/worker/genome"
)

// Matrix is one resolution of a contact map. *cool.Level implements it.
//
// Rows are bins; the pixels of row i are those with indices Bin1Offset()[i] to Bin1Offset()[i+1], by ascending column.
// Sweep visits every pixel of sorted, disjoint index ranges once, in order, one call of fn at a time; the slices of a
// block are valid only during the call.
type Matrix interface {
	BinSize() int64
	Chroms() []genome.Chrom
	ChromOffset(chrom int) int64
	NumBins() int64
	SymmetricUpper() bool
	Bin1Offset() ([]int64, error)
	Sweep(ctx context.Context, ranges []cool.PixelRange, threads int, fn func(cool.Block) error) error
}

// Arm is a region of a view with its place in a map: bins Lo to Hi, counted over the genome, of chromosome Chrom.
type Arm struct {
	genome.Interval
	Chrom  int
	Lo, Hi int64
}

// ViewError says that a view does not fit the map.
type ViewError struct{ Msg string }

func (e *ViewError) Error() string { return e.Msg }

// Bins is the number of bins of the arm, which is also the number of its diagonals.
func (a Arm) Bins() int { return int(a.Hi - a.Lo) }

// Arms places a view on a map, in the order of the view. A bin that a border cuts belongs to both sides; ends beyond the
// chromosome are cut. Regions on chromosomes that the map does not have are left out and returned as missing. An empty
// view means the whole chromosomes of the map. It fails with a *ViewError when no region is left or a region has no extent.
func Arms(m Matrix, view []genome.Interval, aliases map[string]string) (arms []Arm, missing []genome.Interval, err error) {
	chroms, b := m.Chroms(), m.BinSize()
	if len(view) == 0 {
		for _, c := range chroms {
			view = append(view, genome.Interval{Chrom: c.Name, End: c.Length})
		}
	}
	names := genome.NewNames(chroms, aliases)
	for _, v := range view {
		if v.Start < 0 || v.End <= v.Start {
			return nil, nil, &ViewError{fmt.Sprintf("view region %s has no extent", v)}
		}
		c, _ := names.Resolve(v.Chrom)
		if c < 0 {
			missing = append(missing, v)
			continue
		}
		first, last := m.ChromOffset(c), m.ChromOffset(c+1)
		lo := min(first+v.Start/b, last)
		hi := min(first+(v.End+b-1)/b, last)
		arms = append(arms, Arm{Interval: v, Chrom: c, Lo: lo, Hi: hi})
	}
	if len(arms) == 0 && len(view) == 0 {
		return nil, nil, &ViewError{"the map has no chromosomes"}
	}
	if len(arms) == 0 {
		return nil, missing, &ViewError{fmt.Sprintf("the map has none of the chromosomes of the view (first: %s)", view[0].Chrom)}
	}
	return arms, missing, nil
}
