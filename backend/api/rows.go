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
	if s.scattered(rows, width) {
		if err := scatteredMeans(ctx, s, rows, out.Write); err != nil {
			return err
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

// mostSums bounds what scatteredMeans keeps.
const mostSums = 1 << 20

// scattered says whether averaged rows are made faster by reading everything in file order than row by row: when a good part of
// a sorted stack is asked for.
func (s *selection) scattered(blocks, width int) bool {
	return s.order != nil && 8*(s.rowHi-s.rowLo) >= s.r.Rows() && blocks*width <= mostSums
}

// scatteredMeans reads a sorted selection in file order, each row into the mean of the block where the order has it.
func scatteredMeans[T int64 | float32 | float64](ctx context.Context, s *selection, blocks int, write func([]T) error) error {
	width, total := s.colHi-s.colLo, s.r.Rows()
	blockOf := make([]int32, total)
	for i := range blockOf {
		blockOf[i] = -1
	}
	for i, row := range s.order[s.rowLo:s.rowHi] {
		blockOf[row] = int32(int64(i) / s.block)
	}
	sum, n := make([]float64, int64(blocks)*width), make([]int32, int64(blocks)*width)
	next := rowSource[T](&selection{r: s.r, rowHi: total, colLo: s.colLo, colHi: s.colHi})
	for row, block := range blockOf {
		if err := ctx.Err(); err != nil {
			return err
		}
		values, err := next(int64(row))
		if err != nil {
			return err
		}
		if block < 0 {
			continue
		}
		at := int64(block) * width
		sum, n := sum[at:at+width], n[at:at+width]
		for j, v := range values {
			if f := float64(v); f == f {
				sum[j] += f
				n[j]++
			}
		}
	}
	mean := make([]T, width)
	for at := int64(0); at < int64(len(sum)); at += width {
		for j := range mean {
			mean[j] = T(sum[at+int64(j)] / float64(n[at+int64(j)])) // 0/0 is NaN: no value
		}
		if err := write(mean); err != nil {
			return err
		}
	}
	return nil
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
