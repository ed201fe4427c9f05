package api

import (
	"cmp"
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
func rowOrder(ctx context.Context, r *npy.Reader, key sortKey, desc bool) (order []int32, err error) {
	rows, cols := r.Rows(), r.RowLen()
	if rows > math.MaxInt32 {
		return nil, core.Errorf(core.CodeTooLarge, "A stack of %d rows is too long to be sorted.", rows)
	}
	order = make([]int32, rows)
	keys := make([]float64, rows)
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
	if r.DType.Size == 4 {
		err = meansOfRows[float32](ctx, s, keys)
	} else {
		err = meansOfRows[float64](ctx, s, keys)
	}
	if err != nil {
		return nil, fmt.Errorf("sort rows: %w", err)
	}
	sortByKeys(order, keys, desc)
	return order, nil
}

// meansOfRows puts the mean of each row without NaN into out.
func meansOfRows[T float32 | float64](ctx context.Context, s *selection, out []float64) error {
	next := rowSource[T](s)
	for i := range out {
		if err := ctx.Err(); err != nil {
			return err
		}
		row, err := next(int64(i))
		if err != nil {
			return err
		}
		sum, n := 0.0, 0
		for _, v := range row {
			if v == v {
				sum += float64(v)
				n++
			}
		}
		out[i] = sum / float64(n)
	}
	return nil
}

// mixed is the output of splitmix64 (Steele, Lea, Flood 2014) for row i of a stream.
func mixed(seed, i uint64) uint64 {
	z := (seed + (i+1)*0x9e3779b97f4a7c15)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// sortByKeys sorts by keys[order[i]]; equal ones stay as they are, NaN come last either way.
func sortByKeys(order []int32, keys []float64, desc bool) {
	type place struct {
		key uint64
		at  int32
	}
	places := make([]place, len(order))
	for i, row := range order {
		places[i] = place{ascending(keys[row], desc), int32(i)}
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.at, b.at)
	})
	before := slices.Clone(order)
	for i, p := range places {
		order[i] = before[p.at]
	}
}

// ascending maps a value to a whole number, such that numbers are in the order of the values, or of the negative ones; NaN
// is the largest.
func ascending(v float64, desc bool) uint64 {
	if math.IsNaN(v) {
		return math.MaxUint64
	}
	if desc {
		v = -v
	}
	bits := math.Float64bits(v + 0) // −0 is 0
	if bits>>63 != 0 {
		return ^bits
	}
	return bits | 1<<63
}
