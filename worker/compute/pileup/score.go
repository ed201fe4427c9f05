package pileup

import "math"

// ScoreDefinition says what the numbers of a Score are, for wherever they are shown.
const ScoreDefinition = "centre: mean of the finite cells of the central 3×3 block (4×4 where the number of bins is even); " +
	"corners: mean of the finite cells of the four 3×3 corner blocks together (single cells below 9 bins)"

// Score is how much brighter the centre of a snippet or of an average is than its corners.
//
// Centre is the mean of the finite cells of the central block: 3×3, or the middle 4×4 where the number of bins is even.
// Corners is the mean of the finite cells of the four corner blocks together: 3×3 each, or 1×1 where there are fewer than
// 9 bins. Ratio is Centre / Corners. NaN where there is no finite cell, and Ratio where Corners is zero.
type Score struct{ Centre, Corners, Ratio float64 }

// ScoreOf computes the score of a square array in C order.
func ScoreOf(cells []float64) Score {
	bins := int(math.Sqrt(float64(len(cells))))
	spots := newSpots(bins)
	values := make([]float64, len(spots.cells))
	spots.read(values, func(r, c int) float64 { return cells[r*bins+c] })
	return spots.score(values)
}

func noScore() Score { return Score{math.NaN(), math.NaN(), math.NaN()} }

type mean struct {
	sum float64
	n   int
}

func (m *mean) add(v float64) {
	if !math.IsNaN(v) {
		m.sum += v
		m.n++
	}
}

func (m *mean) value() float64 {
	if m.n == 0 {
		return math.NaN()
	}
	return m.sum / float64(m.n)
}

// cell is the value of a window at two bins: NaN where it has none, 0 where no pixel is stored.
func (g *grid) cell(v Value, w *window, b *band, row, col int32) float64 {
	if !g.has(v, w, row, col) {
		return math.NaN()
	}
	p, q := row, col
	if g.SymmetricUpper() && p > q {
		p, q = q, p
	}
	value, ok := b.at(p, q)
	if !ok {
		return math.NaN()
	}
	return g.value(v, w, p, q, value)
}

// value is the value of a stored pixel inside a window, 0 where it is missing; row and col are those of the file. The order
// of multiplications is that of addWindow.
func (g *grid) value(v Value, w *window, row, col int32, count float64) float64 {
	if v == Raw {
		return count
	}
	first, second := 1.0, 1.0
	if g.weights != nil {
		first, second = g.weights[row], g.weights[col]
	}
	if v != OE {
		return count * first * second
	}
	if flat := g.flat[w.arm]; flat != 0 {
		return count * (flat * first) * second
	}
	return count * first * g.inverse[w.arm][distance(row, col)] * second
}
