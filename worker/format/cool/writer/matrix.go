package writer

import (
	"fmt"
	"math"

	"regioscope/worker/genome"
)

// Grid is a genome cut into bins of BinSize bp; the last bin of a chromosome may be shorter.
type Grid struct {
	Chroms  []genome.Chrom
	BinSize int64
}

// ChromBins is the number of bins of chromosome i.
func (g Grid) ChromBins(i int) int64 { return (g.Chroms[i].Length + g.BinSize - 1) / g.BinSize }

// Offsets gives the first bin of every chromosome and, last, the number of bins.
func (g Grid) Offsets() []int64 {
	off := make([]int64, len(g.Chroms)+1)
	for i := range g.Chroms {
		off[i+1] = off[i] + g.ChromBins(i)
	}
	return off
}

// NumBins is the number of bins of the genome.
func (g Grid) NumBins() int64 { return g.Offsets()[len(g.Chroms)] }

// Matrix is the upper triangle of a symmetric contact matrix in compressed rows: the pixels of row i are
// Row[i]..Row[i+1], sorted by Bin2, with Bin2 ≥ i and Count > 0.
type Matrix struct {
	Grid
	Row   []int64
	Bin2  []int32
	Count []int32
}

// NumPixels is the number of stored pixels.
func (m *Matrix) NumPixels() int64 { return int64(len(m.Bin2)) }

// Sum is the number of contacts.
func (m *Matrix) Sum() int64 {
	var sum int64
	for _, c := range m.Count {
		sum += int64(c)
	}
	return sum
}

// Validate checks everything that Matrix promises. It reads the whole table once.
func (m *Matrix) Validate() error {
	if m.BinSize <= 0 || len(m.Chroms) == 0 {
		return fmt.Errorf("cool writer: no chromosomes or bin size %d", m.BinSize)
	}
	for _, c := range m.Chroms {
		if c.Length <= 0 || c.Length > math.MaxInt32 || c.Name == "" {
			return fmt.Errorf("cool writer: chromosome %q of %d bp", c.Name, c.Length)
		}
	}
	n := m.NumBins()
	if int64(len(m.Row)) != n+1 || len(m.Bin2) != len(m.Count) || m.Row[0] != 0 || m.Row[n] != m.NumPixels() {
		return fmt.Errorf("cool writer: %d row offsets for %d bins, or columns of unequal length", len(m.Row), n)
	}
	for i := range n {
		if m.Row[i] > m.Row[i+1] || m.Row[i+1] > m.NumPixels() {
			return fmt.Errorf("cool writer: row offsets decrease at bin %d", i)
		}
		last := int32(i) - 1
		for p := m.Row[i]; p < m.Row[i+1]; p++ {
			if m.Bin2[p] <= last || int64(m.Bin2[p]) >= n || m.Count[p] <= 0 {
				return fmt.Errorf("cool writer: pixel %d (bin %d, bin %d, count %d) is out of order or range", p, i, m.Bin2[p], m.Count[p])
			}
			last = m.Bin2[p]
		}
	}
	return nil
}
