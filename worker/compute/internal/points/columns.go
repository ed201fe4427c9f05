package points

import "math"

// Lanes is the number of rows that Columns handles together at least.
const Lanes = 8

// most is the number of rows up to which Columns.Nearest need not store distances.
const most = 4 * Lanes

// Columns are N rows of Dim numbers stored column by column, so that the distances of one row to all of them are computed
// side by side. Differences are added up, in the order of the columns: distances are accurate to (Dim + 2) · 2⁻²⁴ of
// themselves, also of rows that are far from zero. It suits few rows and many questions, such as the centres of k-means.
//
// Like the dot product of Points, the loop is written twice, with the same bits from both.
type Columns struct {
	N, Dim int
	stride int
	values []float32
	line   []float32 // where Nearest has more than most rows
}

// MakeColumns makes room for n rows of zeros.
func MakeColumns(n, dim int) *Columns {
	c := &Columns{N: n, Dim: dim, stride: (n + Lanes - 1) / Lanes * Lanes}
	c.values = make([]float32, c.stride*dim)
	for i := range c.values {
		if i%c.stride >= n { // what fills up a group of Lanes is near to nothing
			c.values[i] = float32(math.Inf(1))
		}
	}
	if c.stride > most {
		c.line = make([]float32, c.stride)
	}
	return c
}

// Set fills row i.
func (c *Columns) Set(i int, row []float32) {
	for d, v := range row[:c.Dim] {
		c.values[d*c.stride+i] = v
	}
}

// At is column d of row i.
func (c *Columns) At(i, d int) float32 { return c.values[d*c.stride+i] }

// Width is how long a line of distances is: N, rounded up to a multiple of Lanes.
func (c *Columns) Width() int { return c.stride }

// From fills out, which is Width long, with the squared distances of x to all rows. What is beyond N means nothing.
func (c *Columns) From(x, out []float32) {
	for lo := 0; lo < c.stride; lo += most {
		squares(x[:c.Dim], c.values[lo:], c.stride, out[lo:min(lo+most, c.stride)])
	}
}

// Nearest is the nearest row to x, the first of equals, with its squared distance and that of the next, which is infinite
// when there is none. It must not be called by several goroutines at a time.
func (c *Columns) Nearest(x []float32) (row int, least, next float32) {
	if c.stride <= most {
		return nearest(x[:c.Dim], c.values, c.stride)
	}
	c.From(x, c.line)
	return leastTwo(c.line)
}

// leastTwo finds the smallest number, the first of equals, and the next.
func leastTwo(line []float32) (at int, least, next float32) {
	least, next = line[0], float32(math.Inf(1))
	for i, d := range line[1:] {
		if d < least {
			at, least, next = i+1, d, least
		} else if d < next {
			next = d
		}
	}
	return at, least, next
}

func squaresGeneric(x, columns []float32, stride int, out []float32) {
	clear(out)
	for d, v := range x {
		column := columns[d*stride : d*stride+len(out)]
		for j, w := range column {
			diff := v - w
			out[j] += float32(diff * diff)
		}
	}
}

func nearestGeneric(x, columns []float32, stride int) (row int, least, next float32) {
	var line [most]float32
	squaresGeneric(x, columns, stride, line[:stride])
	return leastTwo(line[:stride])
}

// Wide is how many sums AddWide adds to at a time.
const Wide = 16

// AddWide adds the i-th Wide numbers of values to the Wide sums that label i points at. Labels must be from 0 to
// len(sums)/Wide − 1.
func AddWide(sums []float64, labels []int32, values []float64) {
	if len(labels) == 0 {
		return
	}
	_ = values[len(labels)*Wide-1]
	addWide(sums, labels, values)
}

func addWideGeneric(sums []float64, labels []int32, values []float64) {
	for i, label := range labels {
		to := sums[int(label)*Wide:][:Wide]
		for j, v := range values[i*Wide:][:Wide] {
			to[j] += v
		}
	}
}
