package embed

import "math"

// scaled are the features of the rows that take part, imputed, centred and of comparable size.
type scaled struct {
	rows    []int     // row of Features for each row here
	cols    int       // as many as in Features
	values  []float32 // len(rows) × cols
	z       []float32 // the same as z-scores; the same slice unless raw
	imputed []int     // per column, of the rows that take part
	flat    []bool    // columns that tell nothing
}

// scale imputes and scales; raw leaves the columns' own units.
func scale(f *Features, raw bool) *scaled {
	s := &scaled{cols: f.Cols, imputed: make([]int, f.Cols), flat: make([]bool, f.Cols)}
	for i := range f.Rows {
		for _, v := range f.Row(i) {
			if finite(v) {
				s.rows = append(s.rows, i)
				break
			}
		}
	}
	n := len(s.rows)
	s.values = make([]float32, n*f.Cols)
	s.z = s.values
	if raw {
		s.z = make([]float32, n*f.Cols)
	}
	for c := range f.Cols {
		mean, sd, missing := f.column(s.rows, c)
		s.imputed[c] = missing
		s.flat[c] = !(sd > 1e-7*math.Abs(mean)) || missing == n
		if s.flat[c] {
			continue // zeros
		}
		for at, row := range s.rows {
			v := f.Values[row*f.Cols+c]
			if !finite(v) {
				continue // zero is the mean
			}
			centred := float64(v) - mean
			if raw {
				s.values[at*f.Cols+c] = float32(centred)
			}
			s.z[at*f.Cols+c] = float32(centred / sd)
		}
	}
	return s
}

// column is the mean of the finite values of a column and the population standard deviation after imputation of the
// others. Sums are over differences from the first value, for columns that are far from zero.
func (f *Features) column(rows []int, c int) (mean, sd float64, missing int) {
	var origin, sum, square float64
	n := 0
	for _, row := range rows {
		v := f.Values[row*f.Cols+c]
		if !finite(v) {
			missing++
			continue
		}
		if n == 0 {
			origin = float64(v)
		}
		d := float64(v) - origin
		sum += d
		square += d * d
		n++
	}
	if n == 0 {
		return math.NaN(), math.NaN(), missing
	}
	mean = sum / float64(n)
	// Imputed values are at the mean and add nothing to the squares.
	sd = math.Sqrt(max(0, square-sum*mean) / float64(len(rows)))
	return origin + mean, sd, missing
}
