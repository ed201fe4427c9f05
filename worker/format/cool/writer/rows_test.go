package writer_test

import (
	"context"
	"errors"
	"os"
	"reflect"
	"testing"

	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/writer"
)

// A level written row by row holds what the same level written at once does.
func TestRowByRow(t *testing.T) {
	m := randomMatrix(5)
	row := func(i int64) ([]int32, []int32, error) {
		return m.Bin2[m.Row[i]:m.Row[i+1]], m.Count[m.Row[i]:m.Row[i+1]], nil
	}
	weights := m.Balance(writer.BalanceOptions{})
	read := func(path string) (bin2 []int32, count, weight []float64, info cool.Info) {
		data, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer data.Close()
		stat, err := data.Stat()
		if err != nil {
			t.Fatal(err)
		}
		f, err := cool.Open(data, stat.Size())
		if err != nil {
			t.Fatal(err)
		}
		l, err := f.Level(5000)
		if err != nil {
			t.Fatal(err)
		}
		if weight, err = l.Weight("weight"); err != nil {
			t.Fatal(err)
		}
		offsets, err := l.Bin1Offset()
		if err != nil || !reflect.DeepEqual(offsets, m.Row) {
			t.Fatalf("row offsets differ: %v", err)
		}
		err = l.Sweep(context.Background(), []cool.PixelRange{{Hi: l.NumPixels()}}, 1, func(b cool.Block) error {
			bin2, count = append(bin2, b.Bin2...), append(count, b.Count...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if info, err = f.Info(); err != nil {
			t.Fatal(err)
		}
		return bin2, count, weight, info
	}
	once := write(t, 1, func(f *writer.File) error { return f.Add(m, weights) })
	rows := write(t, 2, func(f *writer.File) error { return f.AddRows(m.Grid, weights, row) })
	a2, ac, aw, ai := read(once)
	b2, bc, bw, bi := read(rows)
	if !reflect.DeepEqual(a2, b2) || !reflect.DeepEqual(ac, bc) || !reflect.DeepEqual(ai, bi) || len(aw) != len(bw) || len(a2) != len(m.Bin2) {
		t.Errorf("%d pixels, %d row by row; %+v, %+v", len(a2), len(b2), ai, bi)
	}
}

func TestRowsOutOfOrderAreRefused(t *testing.T) {
	m := randomMatrix(6)
	stop := errors.New("stop")
	for name, row := range map[string]func(i int64) ([]int32, []int32, error){
		"below the diagonal": func(i int64) ([]int32, []int32, error) { return []int32{int32(i) - 1}, []int32{1}, nil },
		"twice":              func(i int64) ([]int32, []int32, error) { return []int32{int32(i), int32(i)}, []int32{1, 1}, nil },
		"beyond the map":     func(i int64) ([]int32, []int32, error) { return []int32{1 << 20}, []int32{1}, nil },
		"no contact":         func(i int64) ([]int32, []int32, error) { return []int32{int32(i)}, []int32{0}, nil },
		"too few counts":     func(i int64) ([]int32, []int32, error) { return []int32{int32(i)}, nil, nil },
		"an error":           func(i int64) ([]int32, []int32, error) { return nil, nil, stop },
	} {
		write(t, 1, func(f *writer.File) error {
			if err := f.AddRows(m.Grid, nil, row); err == nil {
				t.Errorf("%s passes", name)
			}
			return nil
		})
	}
}
