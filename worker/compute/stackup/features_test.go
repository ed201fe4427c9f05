package stackup

import (
	"fmt"
	"math"
	"testing"
)

// Four rows of five bins into two columns, of bins 0–1 and 2–4: missing bins are left out of the means, a column without a value
// is at the mean of the column, a row without any is not there. Column means are (1 + 3 + 8) / 3 = 4 and (4 + 6) / 2 = 5.
func TestFeaturesOfRows(t *testing.T) {
	n := float32(math.NaN())
	m := NewMemory(4, 5)
	copy(m.Values, []float32{1, n, 3, 4, 5, n, n, n, n, n, 2, 4, n, n, n, 8, 8, 6, 6, 6})
	f, err := ReadFeatures(t.Context(), m, 4, 5, 2)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := fmt.Sprint(f.Rows, f.Cols, f.Values, f.Means), "[0 2 3] 2 [-3 -1 -1 0 4 1] [3.25 3 6.8]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	if f, err := ReadFeatures(t.Context(), m, 4, 5, 50); err != nil || f.Cols != 5 {
		t.Errorf("more columns than bins: %+v, %v", f, err)
	}
	if _, err := ReadFeatures(t.Context(), m, 4, 5, 0); err == nil {
		t.Error("no columns")
	}
}
