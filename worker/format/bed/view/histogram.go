package view

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// Histogram is how the values of a column are distributed over some rows: in bins where it is numeric, by value where it
// is not.
type Histogram struct {
	N       int // rows with a value
	Missing int
	// Numeric columns: Counts[k] rows are in [Edges[k], Edges[k+1]), the last bin with its upper edge. Log: the edges are
	// evenly spaced in log10, because the values are positive and span more than two decades.
	Edges  []float64
	Counts []int
	Log    bool
	Min    float64
	Median float64
	Mean   float64
	Max    float64
	// Other columns: the most frequent values, and how many rows have others.
	Values []ValueCount
	Others int
}

// ValueCount is one value and how many rows have it.
type ValueCount struct {
	Value string
	N     int
}

// logSpan is from which ratio of the largest to the smallest value on bins are even in the logarithm.
const logSpan = 100

// Histogram counts the values of a column over rows; bins is how many bins, or values, there are at most.
func (v *Table) Histogram(column string, rows []int, bins int) (*Histogram, error) {
	col := v.Column(column)
	if col == nil {
		return nil, &Error{"column", fmt.Sprintf("There is no column %q.", column)}
	}
	if !col.Numeric {
		return byValue(col, rows, bins), nil
	}
	h := &Histogram{Edges: []float64{}, Counts: []int{}}
	values := make([]float64, 0, len(rows))
	sum := 0.0
	for _, i := range rows {
		f := col.Float(i)
		if math.IsNaN(f) {
			h.Missing++
			continue
		}
		values = append(values, f)
		sum += f
	}
	if h.N = len(values); h.N == 0 {
		return h, nil
	}
	slices.Sort(values)
	h.Min, h.Max, h.Mean = values[0], values[h.N-1], sum/float64(h.N)
	h.Median = (values[(h.N-1)/2] + values[h.N/2]) / 2
	h.Log = h.Min > 0 && h.Max/h.Min > logSpan
	h.bin(values, bins)
	return h, nil
}

// bin makes the bins and counts sorted values into them. Whole numbers of a small range get a bin each.
func (h *Histogram) bin(values []float64, bins int) {
	lo, hi := h.Min, h.Max
	if h.Log {
		lo, hi = math.Log10(lo), math.Log10(hi)
	}
	whole := !h.Log && hi-lo < float64(bins) && !slices.ContainsFunc(values, func(f float64) bool { return f != math.Trunc(f) })
	switch {
	case whole:
		bins = int(hi-lo) + 1
		lo, hi = lo-0.5, hi+0.5
	case hi == lo:
		bins, lo, hi = 1, lo-0.5, hi+0.5
	}
	for k := range bins + 1 {
		e := lo + (hi-lo)*float64(k)/float64(bins)
		if h.Log {
			e = math.Pow(10, e)
		}
		h.Edges = append(h.Edges, e)
	}
	if !whole && h.Max > h.Min { // rounding must not leave the ends out
		h.Edges[0], h.Edges[bins] = h.Min, h.Max
	}
	h.Counts = make([]int, bins)
	k := 0
	for _, f := range values {
		for k < bins-1 && f >= h.Edges[k+1] {
			k++
		}
		h.Counts[k]++
	}
}

func byValue(col *Column, rows []int, most int) *Histogram {
	n := map[string]int{}
	h := &Histogram{Values: []ValueCount{}}
	for _, i := range rows {
		text := col.Text(i)
		if text == "" || text == "." {
			h.Missing++
			continue
		}
		n[text]++
		h.N++
	}
	for value, count := range n {
		h.Values = append(h.Values, ValueCount{value, count})
	}
	slices.SortFunc(h.Values, func(a, b ValueCount) int {
		return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(natural(a.Value), natural(b.Value)))
	})
	if len(h.Values) > most {
		for _, v := range h.Values[most:] {
			h.Others += v.N
		}
		h.Values = h.Values[:most]
	}
	return h
}
