package stackup

import (
	"context"
	"math"
)

// medians fills res.Median from the finished stack, some columns at a time: as many as fit into a quarter of the memory.
func (res *Result) medians(ctx context.Context, opt Options) error {
	res.Median = make([]float64, res.Bins)
	wide := int(min(int64(res.Bins), max(1, opt.Memory/4/int64(4*max(res.Rows, 1)))))
	columns := make([]float32, wide*res.Rows)
	const block = 256
	var buf []float32
	for first := 0; first < res.Bins; first += wide {
		n := min(wide, res.Bins-first)
		counts := make([]int, n)
		for row := 0; row < res.Rows; row += block {
			if err := ctx.Err(); err != nil {
				return err
			}
			rows := min(block, res.Rows-row)
			var err error
			if buf, err = res.Stack.ReadRows(buf, row, rows); err != nil {
				return err
			}
			for i := range rows {
				for c, v := range buf[i*res.Bins+first : i*res.Bins+first+n] {
					if v == v {
						columns[c*res.Rows+counts[c]] = v
						counts[c]++
					}
				}
			}
		}
		each(opt.Threads, n, func(c int) {
			res.Median[first+c] = median(columns[c*res.Rows : c*res.Rows+counts[c]])
		})
	}
	return nil
}

// median is the median of finite values, which it reorders; NaN of none.
func median(values []float32) float64 {
	n := len(values)
	if n == 0 {
		return math.NaN()
	}
	upper := float64(quickselect(values, n/2))
	if n%2 == 1 {
		return upper
	}
	lower := values[0]
	for _, v := range values[:n/2] {
		lower = max(lower, v)
	}
	return (float64(lower) + upper) / 2
}

// quickselect moves the k-th smallest value to position k, smaller ones before it (Hoare 1961, median of three).
func quickselect(v []float32, k int) float32 {
	lo, hi := 0, len(v)-1
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if v[mid] < v[lo] {
			v[mid], v[lo] = v[lo], v[mid]
		}
		if v[hi] < v[lo] {
			v[hi], v[lo] = v[lo], v[hi]
		}
		if v[hi] < v[mid] {
			v[hi], v[mid] = v[mid], v[hi]
		}
		pivot := v[mid]
		i, j := lo, hi
		for i <= j {
			for v[i] < pivot {
				i++
			}
			for v[j] > pivot {
				j--
			}
			if i <= j {
				v[i], v[j] = v[j], v[i]
				i++
				j--
			}
		}
		switch {
		case k <= j:
			hi = j
		case k >= i:
			lo = i
		default:
			return v[k]
		}
	}
	return v[k]
}
