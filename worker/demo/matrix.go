package demo

import (
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	cool "regioscope/worker/format/cool/writer"
	"regioscope/worker/genome"
)

// matrix draws all contacts and sorts them into pixels, one chromosome after the other.
func (s *sampler) matrix(ctx context.Context, chroms []genome.Chrom, step func(share float64)) (*cool.Matrix, error) {
	m := &cool.Matrix{Grid: cool.Grid{Chroms: chroms, BinSize: s.size}, Row: []int64{0}}
	trans := make([][]uint64, len(s.fields))
	for _, k := range s.between() {
		c, found := slices.BinarySearch(s.offset, int64(k>>32))
		if !found {
			c--
		}
		trans[c] = append(trans[c], k)
	}
	for c := range s.fields {
		parts, err := s.cis(ctx, c)
		if err != nil {
			return nil, err
		}
		if err := appendRows(m, append(parts, trans[c]), s.offset[c], s.offset[c+1], s.threads); err != nil {
			return nil, err
		}
		step(float64(s.offset[c+1]) / float64(s.offset[len(s.fields)]))
	}
	return m, nil
}

// appendRows sorts contacts whose left bins are in lo..hi and appends the rows of pixels.
func appendRows(m *cool.Matrix, parts [][]uint64, lo, hi int64, threads int) error {
	rows := hi - lo
	start := make([]int64, rows+1) // where the contacts of a row begin
	for _, part := range parts {
		for _, k := range part {
			start[int64(k>>32)-lo+1]++
		}
	}
	for i := range rows {
		start[i+1] += start[i]
	}
	bin2 := make([]int32, start[rows])
	next := slices.Clone(start)
	for _, part := range parts {
		for _, k := range part {
			row := int64(k>>32) - lo
			bin2[next[row]] = int32(uint32(k))
			next[row]++
		}
	}
	count := make([]int32, len(bin2))
	unique := make([]int64, rows)
	g := new(errgroup.Group)
	g.SetLimit(threads)
	const block = 4096
	for first := int64(0); first < rows; first += block {
		g.Go(func() error {
			for row := first; row < min(first+block, rows); row++ {
				unique[row] = tally(bin2[start[row]:start[row+1]], count[start[row]:start[row+1]])
			}
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	for row := range rows {
		at, n := start[row], unique[row]
		m.Bin2 = append(m.Bin2, bin2[at:at+n]...)
		m.Count = append(m.Count, count[at:at+n]...)
		m.Row = append(m.Row, int64(len(m.Bin2)))
	}
	return nil
}

// tally sorts the bins of a row and moves each to the front once, with its count; it returns how many there are.
func tally(bins, count []int32) int64 {
	slices.Sort(bins)
	n := 0
	for _, b := range bins {
		if n > 0 && bins[n-1] == b {
			count[n-1]++
			continue
		}
		bins[n], count[n] = b, 1
		n++
	}
	return int64(n)
}
