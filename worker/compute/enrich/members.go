package enrich

import (
	"fmt"
	"slices"
)

// Members are the row indices, ascending, of the regions whose bin k, in the order of the strand, target t touches: the
// regions behind a bar or a cell. job counts the jobs of the index.
//
// With the universes of bins, the count a of the table is that of the different bins that these regions have there, and so
// smaller where windows share bins. With an uploaded universe, the table counts regions of the universe instead.
func (x *Index) Members(job, t, k int) ([]int, error) {
	if job < 0 || job >= len(x.frames) || t < 0 || t >= len(x.kept) || k < 0 || k >= x.frames[job].n {
		return nil, fmt.Errorf("enrich: there is no bin %d of target %d", k, t)
	}
	f, hits := x.frames[job], x.kept[t].hits[job]
	out := []int{}
	for i, region := range x.regions {
		if r := f.fates[i].row; r >= 0 && hits[r*f.words+k/64]>>(k%64)&1 == 1 {
			out = append(out, region.Index)
		}
	}
	slices.Sort(out)
	return out, nil
}
