package api

import (
	"context"
	"io"
	"math"
	"strconv"
	"strings"

	"regioscope/backend/core"
	"regioscope/worker/format/npy"
)

// selection is a part of an array: a range of (sorted) rows, a range of columns, rows averaged in blocks. Arrays of one
// axis are rows of one column.
type selection struct {
	r              *npy.Reader
	rowLo, rowHi   int64
	colLo, colHi   int64
	block          int64
	order          []int32 // nil = file order
	flat, whole    bool    // one axis; nothing is cut or averaged
	wide, integers bool    // float64 or int64 instead of float32
}

func selectRows(r *npy.Reader, in *arrayIn) (*selection, error) {
	s := &selection{r: r, block: in.RowBlock, flat: len(r.Shape) < 2, integers: r.DType.Kind != 'f',
		wide: in.Name == "sum" || in.Name == "sumsq"}
	var err error
	if s.rowLo, s.rowHi, err = sliceRange("rows", in.Rows, r.Rows()); err != nil {
		return nil, err
	}
	if s.colLo, s.colHi, err = sliceRange("cols", in.Cols, r.RowLen()); err != nil {
		return nil, err
	}
	if s.integers && s.block > 1 {
		return nil, core.Errorf(core.CodeInvalid, "Counts are not averaged: leave rowBlock out.").WithFields(core.Field{Field: "rowBlock", Message: "not for this array"})
	}
	s.whole = in.Rows == "" && in.Cols == "" && s.block == 1
	return s, nil
}

// sliceRange reads "a:b" as numpy does for 0 ≤ a ≤ b; either side may be left out, and b may lie behind the end.
func sliceRange(field, text string, n int64) (lo, hi int64, err error) {
	if text == "" {
		return 0, n, nil
	}
	bad := core.Errorf(core.CodeInvalid, "The range of %s must be like 0:100.", field).WithFields(core.Field{Field: field, Value: text, Message: "not a range"})
	a, b, ok := strings.Cut(text, ":")
	if !ok {
		return 0, 0, bad
	}
	hi = n
	if a != "" {
		if lo, err = strconv.ParseInt(a, 10, 64); err != nil || lo < 0 {
			return 0, 0, bad
		}
	}
	if b != "" {
		if hi, err = strconv.ParseInt(b, 10, 64); err != nil || hi < 0 {
			return 0, 0, bad
		}
	}
	hi = min(hi, n)
	return min(lo, hi), hi, nil
}

func (s *selection) write(ctx context.Context, w io.Writer) error {
	switch {
	case s.integers:
		return writeRows[int64](ctx, s, w)
	case s.wide:
		return writeRows[float64](ctx, s, w)
	}
	return writeRows[float32](ctx, s, w)
}

// batchBytes is how much is read at once when rows are in file order.
const batchBytes = 1 << 20

func writeRows[T int64 | float32 | float64](ctx context.Context, s *selection, w io.Writer) error {
	width := int(s.colHi - s.colLo)
	rows := int((s.rowHi - s.rowLo + s.block - 1) / s.block)
	shape := []int{rows, width}
	if s.flat {
		shape = []int{rows}
	} else if s.whole { // keep axes beyond the second
		shape = shape[:1]
		for _, n := range s.r.Shape[1:] {
			shape = append(shape, int(n))
		}
	}
	out, err := npy.NewWriter[T](w, shape...)
	if err != nil {
		return err
	}
	next := rowSource[T](s)
	if s.block == 1 {
		for i := s.rowLo; i < s.rowHi; i++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			row, err := next(i)
			if err != nil {
				return err
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		return out.Close()
	}
	sum, n, mean := make([]float64, width), make([]int64, width), make([]T, width)
	for lo := s.rowLo; lo < s.rowHi; lo += s.block {
		clear(sum)
		clear(n)
		for i := lo; i < min(lo+s.block, s.rowHi); i++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			row, err := next(i)
			if err != nil {
				return err
			}
			for j, v := range row {
				if f := float64(v); !math.IsNaN(f) {
					sum[j] += f
					n[j]++
				}
			}
		}
		for j := range mean {
			mean[j] = T(sum[j] / float64(n[j])) // 0/0 is NaN: no value
		}
		if err := out.Write(mean); err != nil {
			return err
		}
	}
	return out.Close()
}

// rowSource gives the rows of the selection, cut to its columns. The slice is valid until the next call.
func rowSource[T npy.Number](s *selection) func(i int64) ([]T, error) {
	var buf []T
	rowLen := s.r.RowLen()
	if s.order != nil {
		return func(i int64) (row []T, err error) {
			at := int64(s.order[i])
			if buf, err = npy.ReadRows(s.r, buf, at, at+1); err != nil {
				return nil, err
			}
			return buf[s.colLo:s.colHi], nil
		}
	}
	batch := max(1, batchBytes/max(1, rowLen*8))
	var lo, hi int64
	return func(i int64) (row []T, err error) {
		if i < lo || i >= hi {
			lo, hi = i, min(i+batch, s.rowHi)
			if buf, err = npy.ReadRows(s.r, buf, lo, hi); err != nil {
				return nil, err
			}
		}
		at := (i - lo) * rowLen
		return buf[at+s.colLo : at+s.colHi], nil
	}
}
