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

func newOrders() *orders {
	o := &orders{slot: make(chan map[string][]int32, 1)}
	o.slot <- map[string][]int32{}
	return o
}

func (o *orders) get(ctx context.Context, sha, by string, desc bool, r *npy.Reader) ([]int32, error) {
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

// rowOrder sorts rows by their mean, or by the mean of the one or two bins in the middle, leaving NaN out. Rows without
// a value come last either way; equal rows keep file order.
func rowOrder(ctx context.Context, r *npy.Reader, by string, desc bool) ([]int32, error) {
	rows, cols := r.Rows(), r.RowLen()
	if rows > math.MaxInt32 {
		return nil, core.Errorf(core.CodeTooLarge, "A stack of %d rows is too long to be sorted.", rows)
	}
	order, keys := make([]int32, rows), make([]float64, rows)
	for i := range order {
		order[i] = int32(i)
	}
	lo, hi := int64(0), cols
	switch by {
	case "index":
		if desc {
			slices.Reverse(order)
		}
		return order, nil
	case "centre":
		lo, hi = (cols-1)/2, cols/2+1
	}
	s := &selection{r: r, rowHi: rows, colLo: lo, colHi: hi, block: 1}
	next := rowSource[float32](s)
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
			if f := float64(v); !math.IsNaN(f) {
				sum += f
				n++
			}
		}
		keys[i] = sum / float64(n)
	}
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
	return order, nil
}
