package points

import (
	"math"
	"slices"
	"testing"
)

// Distances, the nearest row and the next are what the loop in Go says, to the bit, for any number of rows and columns;
// of equal rows the first is nearest.
func TestColumns(t *testing.T) {
	for _, dim := range []int{1, 2, 3, 8, 20, 50} {
		for _, n := range []int{1, 2, 7, 8, 9, 16, 17, 24, 31, 32, 33, 64, 70} {
			values := random(n+40, dim, 3)
			rows, c := values[:n*dim], MakeColumns(n, dim)
			copy(rows[(n/2)*dim:(n/2+1)*dim], rows) // row n/2 is row 0
			for i := range n {
				c.Set(i, rows[i*dim:(i+1)*dim])
			}
			line, want := make([]float32, c.Width()), make([]float32, c.Width())
			for q := range 40 {
				x := values[(n+q)*dim : (n+q+1)*dim]
				if q == 0 {
					x = rows[:dim]
				}
				c.From(x, line)
				squaresGeneric(x, c.values, c.stride, want)
				if !slices.Equal(line, want) {
					t.Fatalf("%d rows of %d: distances %v, want %v", n, dim, line, want)
				}
				for i := range n {
					var exact float64
					for d, v := range x {
						diff := float64(v) - float64(c.At(i, d))
						exact += diff * diff
					}
					if math.Abs(float64(line[i])-exact) > float64(dim+2)/(1<<24)*exact {
						t.Fatalf("%d rows of %d: distance %g, want %g", n, dim, line[i], exact)
					}
				}
				sorted := slices.Clone(want)
				slices.Sort(sorted)
				sorted = append(sorted, float32(math.Inf(1)))
				row, least, next := c.Nearest(x)
				if row != slices.Index(want, sorted[0]) || least != sorted[0] || next != sorted[1] {
					t.Fatalf("%d rows of %d: nearest %d at %g, then %g; want %d at %g, then %g", n, dim, row, least, next,
						slices.Index(want, sorted[0]), sorted[0], sorted[1])
				}
			}
		}
	}
}

// Numbers too large to be squared make no row nearest that there is not.
func TestColumnsOfHugeNumbers(t *testing.T) {
	for _, n := range []int{1, 3, 9, 40} {
		c := MakeColumns(n, 2)
		for i := range n {
			c.Set(i, []float32{-3e38, 3e38})
		}
		if row, least, _ := c.Nearest([]float32{3e38, -3e38}); row != 0 || !math.IsInf(float64(least), 1) {
			t.Errorf("%d rows: nearest %d at %g", n, row, least)
		}
	}
}

func TestAddWide(t *testing.T) {
	labels := []int32{0, 2, 2, 1, 0, 2}
	values := make([]float64, len(labels)*Wide)
	for i := range values {
		values[i] = math.Sqrt(float64(i))
	}
	got, want := make([]float64, 3*Wide), make([]float64, 3*Wide)
	AddWide(got, labels, values)
	AddWide(got, nil, nil)
	addWideGeneric(want, labels, values)
	if !slices.Equal(got, want) || want[Wide+3] != values[3*Wide+3] {
		t.Errorf("sums %v, want %v", got, want)
	}
}

func BenchmarkNearestOfColumns(b *testing.B) {
	const dim, n = 20, 16
	c, x := MakeColumns(n, dim), random(1, dim, 1)
	values := random(n, dim, 1)
	for i := range n {
		c.Set(i, values[i*dim:(i+1)*dim])
	}
	for b.Loop() {
		c.Nearest(x)
	}
}
