package pileup

import (
	"regioscope/worker/compute/ledger"
	"regioscope/worker/genome"
)

// Rect is a part of a map as it is stored: rows Row to RowEnd, columns Col to ColEnd, not included.
type Rect struct{ Row, RowEnd, Col, ColEnd int32 }

// Far lists the parts of the map that hold the windows of the jobs which a Near of a width does not. Of opt count View,
// Aliases, Edge, CrossArm and Subset.
func Far(m Matrix, regions []genome.Region, jobs []Job, opt Options, width int32) ([]Rect, error) {
	if !mayBeFar(m.BinSize(), regions, jobs, width) {
		return nil, nil
	}
	selected, err := pick(regions, opt.Subset)
	if err != nil {
		return nil, err
	}
	opt.Values, opt.Weights = nil, nil
	g, err := newGrid(m, opt)
	if err != nil {
		return nil, err
	}
	var list []Rect
	book := ledger.New(len(selected))
	for _, j := range jobs {
		for _, region := range selected {
			w, _, reason := g.placeOne(j, region, book)
			if reason != "" || w.extent() <= width {
				continue
			}
			tasks, n := g.tasks(&w)
			for _, t := range tasks[:n] {
				list = append(list, Rect{t.r0, t.r1, t.c0, t.c1})
			}
		}
	}
	return list, nil
}

// mayBeFar is false where the sizes of the windows alone tell that none is.
func mayBeFar(binSize int64, regions []genome.Region, jobs []Job, width int32) bool {
	for _, j := range jobs {
		if j.Percent == 0 && j.Bins(binSize) > int(width) {
			return true
		}
	}
	for _, r := range regions {
		if r.A != r.B {
			return true
		}
		for _, j := range jobs {
			start, end := genome.Expand(r.A.Start, r.A.End)
			if j.Percent > 0 && (end-start)/binSize+2 > int64(width) {
				return true
			}
		}
	}
	return false
}

// extent is the largest distance between bins of the window, and 1.
func (w *window) extent() int32 { return max(w.r1, w.c1) - min(w.r0, w.c0) }
