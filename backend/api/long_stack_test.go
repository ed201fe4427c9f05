package api_test

import (
	"bytes"
	"fmt"
	"testing"

	"regioscope/worker/format/npy"
)

// A stack of 200,000 rows as a page asks for it: 400 painted rows of 500 regions each, every region in one of them, then closer,
// down to single rows; in file order and sorted by the values. Row i holds i in all columns.
func TestStackOf200000Rows(t *testing.T) {
	const rows, cols = 200_000, 8
	values := make([]float32, rows*cols)
	for i := range values {
		values[i] = float32(i / cols)
	}
	a := newApp(t)
	id := a.ada.result(false, array(a, "stack", values, rows, cols)).ID
	read := func(query string) (first []float32, n int64) {
		t.Helper()
		raw := a.ada.do("GET", fmt.Sprintf("/results/%d/arrays/stack?%s", id, query), nil).ok(200, nil).body
		f, err := npy.Open(bytes.NewReader(raw), int64(len(raw)))
		check(t, err)
		all, err := npy.ReadRows[float32](f, nil, 0, f.Rows())
		check(t, err)
		for i := 0; i < len(all); i += cols {
			first = append(first, all[i])
		}
		return first, f.Rows()
	}
	for _, c := range []struct {
		query      string
		n          int64
		from, step float32 // of the painted rows
	}{
		{"rowBlock=500", 400, 249.5, 500}, // the mean of 0 to 499
		{"rowBlock=500&sort=mean&desc=true", 400, 199_750 - 0.5, -500},
		{"rowBlock=50&rows=100000:120000", 400, 100_024.5, 50},
		{"rows=199992:200000", 8, 199_992, 1},
		{"rows=0:8&sort=centre&desc=true", 8, 199_999, -1},
	} {
		got, n := read(c.query)
		if n != c.n {
			t.Errorf("%s: %d rows, want %d", c.query, n, c.n)
			continue
		}
		for i, v := range got {
			if want := c.from + float32(i)*c.step; v != want {
				t.Errorf("%s: painted row %d is %v, want %v", c.query, i, v, want)
				break
			}
		}
	}
}
