package writer

import (
	"fmt"
	"strconv"
)

// AddRows writes one resolution row by row, so that it need not fit into memory: row is called for every bin in order and
// returns its pixels, by ascending column from the bin itself on, with counts above zero; the slices are its own again
// after the next call. weights may be nil. After an error the file is not to be used.
func (f *File) AddRows(grid Grid, weights *Weights, row func(i int64) (bin2, count []int32, err error)) error {
	n := grid.NumBins()
	if grid.BinSize <= 0 || n <= 0 || weights != nil && int64(len(weights.Values)) != n {
		return fmt.Errorf("cool writer: %d bins of %d bp, or weights that do not fit", n, grid.BinSize)
	}
	g, err := f.levels.Group(strconv.FormatInt(grid.BinSize, 10))
	if err != nil {
		return err
	}
	fail := func(err error) error { return fmt.Errorf("cool writer: level %d: %w", grid.BinSize, err) }
	if err := writeChroms(g, grid.Chroms); err != nil {
		return fail(err)
	}
	if err := writeBins(g, grid, weights); err != nil {
		return fail(err)
	}
	p, err := newPixels(g, maxChunk)
	if err != nil {
		return fail(err)
	}
	rows, sum := make([]int64, n+1), int64(0)
	for i := range n {
		bin2, count, err := row(i)
		if err != nil {
			return err
		}
		last := int32(i) - 1
		for k, j := range bin2 {
			if j <= last || int64(j) >= n || k >= len(count) || count[k] <= 0 {
				return fail(fmt.Errorf("pixel %d of row %d is out of order or range", k, i))
			}
			last = j
			sum += int64(count[k])
		}
		if err := p.add(func(int) int64 { return i }, bin2, count[:len(bin2)]); err != nil {
			return fail(err)
		}
		rows[i+1] = rows[i] + int64(len(bin2))
	}
	if err := writeIndexes(g, grid, rows); err != nil {
		return fail(err)
	}
	if err := f.info(g, grid, rows[n], sum); err != nil {
		return fail(err)
	}
	return nil
}
