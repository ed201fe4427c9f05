package writer

import (
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// coarseRows is the number of coarse rows that one goroutine makes at a time.
const coarseRows = 256

// Coarsen sums blocks of factor × factor pixels, chromosome by chromosome, on up to threads goroutines.
// A count that leaves int32 is an error.
func (m *Matrix) Coarsen(factor int64, threads int) (*Matrix, error) {
	if factor < 1 {
		return nil, fmt.Errorf("cool writer: coarsen by %d", factor)
	}
	out := &Matrix{Grid: Grid{Chroms: m.Chroms, BinSize: m.BinSize * factor}}
	fine, coarse := m.Offsets(), out.Offsets()
	n := coarse[len(coarse)-1]
	to := make([]int32, fine[len(fine)-1]) // fine bin → coarse bin
	from := make([]int64, n+1)             // coarse bin → first fine bin
	for c := range m.Chroms {
		for i := range fine[c+1] - fine[c] {
			to[fine[c]+i] = int32(coarse[c] + i/factor)
		}
		for i := range coarse[c+1] - coarse[c] {
			from[coarse[c]+i] = fine[c] + i*factor
		}
	}
	from[n] = fine[len(fine)-1]

	blocks := make([]coarseBlock, (n+coarseRows-1)/coarseRows)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, threads) {
		wg.Go(func() {
			acc := accumulator{sum: make([]int64, n)}
			for {
				k := next.Add(1) - 1
				if k >= int64(len(blocks)) {
					return
				}
				blocks[k] = acc.block(m, to, from, k*coarseRows, min(n, (k+1)*coarseRows))
			}
		})
	}
	wg.Wait()

	out.Row = make([]int64, 1, n+1)
	for _, b := range blocks {
		if b.overflow {
			return nil, fmt.Errorf("cool writer: a count at %d bp leaves 32 bits", out.BinSize)
		}
		start := int64(len(out.Bin2))
		for _, end := range b.ends {
			out.Row = append(out.Row, start+end)
		}
		out.Bin2 = append(out.Bin2, b.bin2...)
		out.Count = append(out.Count, b.count...)
	}
	return out, nil
}

// coarseBlock holds finished coarse rows; ends are relative to the block.
type coarseBlock struct {
	bin2, count []int32
	ends        []int64
	overflow    bool
}

// accumulator sums one coarse row densely; touched lists the cells to visit and clear.
type accumulator struct {
	sum     []int64
	touched []int32
}

func (a *accumulator) block(m *Matrix, to []int32, from []int64, lo, hi int64) coarseBlock {
	var b coarseBlock
	for row := lo; row < hi; row++ {
		a.touched = a.touched[:0]
		for p := m.Row[from[row]]; p < m.Row[from[row+1]]; p++ {
			j := to[m.Bin2[p]]
			if a.sum[j] == 0 {
				a.touched = append(a.touched, j)
			}
			a.sum[j] += int64(m.Count[p])
		}
		slices.Sort(a.touched)
		for _, j := range a.touched {
			b.overflow = b.overflow || a.sum[j] > math.MaxInt32
			b.bin2, b.count = append(b.bin2, j), append(b.count, int32(a.sum[j]))
			a.sum[j] = 0
		}
		b.ends = append(b.ends, int64(len(b.bin2)))
	}
	return b
}
