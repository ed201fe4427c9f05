package api

import (
	"context"
	"fmt"
	"math"
	"slices"

	"regioscope/backend/core"
	"regioscope/worker/format/npy"
)

// orders keeps the last row orders that were worked out: every slice of a sorted stack needs the whole order.
type orders struct {
	slot chan map[string][]int32
	keys []string
}

const keptOrders = 32

// sortKey is what the rows of a stack are sorted by.
type sortKey struct {
	by       string
	from, to int64 // columns of "range"
	seed     int64 // of "random"
}

func newOrders() *orders {
	o := &orders{slot: make(chan map[string][]int32, 1)}
	o.slot <- map[string][]int32{}
	return o
}

func (o *orders) get(ctx context.Context, sha string, by sortKey, desc bool, r *npy.Reader) ([]int32, error) {
	if len(r.Shape) != 2 || r.DType.Kind != 'f' {
		return nil, core.Errorf(core.CodeInvalid, "Only stacks can be sorted.").WithFields(core.Field{Field: "sort", Message: "not for this array"})
	}
	var kept map[string][]int32
	select {
	case kept = <-o.slot:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { o.slot <- kept }()
	key := fmt.Sprint(sha, by, desc)
	if order, ok := kept[key]; ok {
		return order, nil
	}
	order, err := rowOrder(ctx, r, by, desc)
	if err != nil {
		return nil, err
	}
	kept[key] = order
	if o.keys = append(o.keys, key); len(o.keys) > keptOrders {
		delete(kept, o.keys[0])
		o.keys = o.keys[1:]
	}
	return order, nil
}

// rowOrder sorts rows by their mean, or by the mean of a range of columns or of the one or two bins in the middle, leaving NaN out. Rows without
// a value come last either way; equal rows keep file order. Random orders follow from the seed and the number of rows alone, so
// that they are the same in all stacks of a region set.
func rowOrder(ctx context.Context, r *npy.Reader, key sortKey, desc bool) ([]int32, error) {
	rows, cols := r.Rows(), r.RowLen()
	if rows > math.MaxInt32 {
		return nil, core.Errorf(core.CodeTooLarge, "A stack of %d rows is too long to be sorted.", rows)
	}
	order, keys := make([]int32, rows), make([]float64, rows)
	for i := range order {
		order[i] = int32(i)
	}
	lo, hi := int64(0), cols
	switch key.by {
	case "index":
		if desc {
			slices.Reverse(order)
		}
		return order, nil
	case "random":
		for i := range keys {
			keys[i] = float64(mixed(uint64(key.seed), uint64(i)) >> 11)
		}
		sortByKeys(order, keys, desc)
		return order, nil
	case "centre":
		lo, hi = (cols-1)/2, cols/2+1
	case "range":
		if key.from < 0 || key.from >= key.to || key.to > cols {
			return nil, core.Errorf(core.CodeInvalid, "The stack has columns 0 to %d; %d:%d is no range of them.", cols, key.from, key.to).WithFields(core.Field{Field: "from", Message: "not in the stack"})
		}
		lo, hi = key.from, key.to
	}
	s := &selection{r: r, rowHi: rows, colLo: lo, colHi: hi, block: 1}
	next := rowSource[float64](s)
	for i := range rows {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		row, err := next(i)
		if err != nil {
			return nil, fmt.Errorf("sort rows: %w", err)
		}
		sum, n := 0.0, 0
		for _, v := range row {
			if !math.IsNaN(v) {
				sum += v
				n++
			}
		}
		keys[i] = sum / float64(n)
	}
	sortByKeys(order, keys, desc)
	return order, nil
}

// mixed is the output of splitmix64 (Steele, Lea, Flood 2014) for row i of a stream.
func mixed(seed, i uint64) uint64 {
	z := (seed + (i+1)*0x9e3779b97f4a7c15)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func sortByKeys(order []int32, keys []float64, desc bool) {
	slices.SortStableFunc(order, func(a, b int32) int {
		x, y := keys[a], keys[b]
		switch xn, yn := math.IsNaN(x), math.IsNaN(y); {
		case xn && yn:
			return 0
		case xn:
			return 1
		case yn:
			return -1
		case x == y:
			return 0
		case (x < y) != desc:
			return -1
		}
		return 1
	})
}
