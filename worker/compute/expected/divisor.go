package expected

import (
	"math"
	"slices"

	"regioscope/worker/format/locus"
)

// Divisor turns balanced contacts of single bins into observed / expected. Two bins of one arm have the expected of that arm
// at their distance; of two arms of one chromosome, or of two chromosomes, that between these. It is the rule of pileup's
// windows, cell by cell: in a window within its arm both give the same numbers. A bin that the border of two arms cuts is of
// both; with a bin of either it is of the arm that both are of, the first of such in the view.
type Divisor struct {
	arms   []Arm
	within [][]float64        // by arm: 1 / expected by distance, NaN where undefined
	arm    map[Pair][]float64 // likewise, between arms
	chrom  map[Pair]float64
}

// NewDivisor takes the averages of a table and, if not nil, of what lies between.
func NewDivisor(table *Table, between *Between) *Divisor {
	d := &Divisor{arm: make(map[Pair][]float64), chrom: make(map[Pair]float64)}
	for _, r := range table.Regions {
		d.arms = append(d.arms, r.Arm)
		d.within = append(d.within, inverse(r.BalancedAvg))
	}
	if between == nil {
		return d
	}
	for p, r := range between.Arms {
		d.arm[p] = inverse(r.BalancedAvg)
	}
	for p, b := range between.Chroms {
		d.chrom[p] = inverse([]float64{b.BalancedAvg})[0]
	}
	return d
}

// inverse is 1 / avg, NaN where nothing is expected: such a cell is missing.
func inverse(avgs []float64) []float64 {
	out := make([]float64, len(avgs))
	for i, avg := range avgs {
		if out[i] = 1 / avg; avg == 0 || math.IsInf(out[i], 0) {
			out[i] = math.NaN()
		}
	}
	return out
}

// Divide divides the contacts of rows with cols, row by row, in place. A pair without an expected becomes NaN: of bins outside
// all arms, on the first diagonals, and of arms and chromosomes whose expected was not given.
func (d *Divisor) Divide(values []float64, rows, cols locus.Span) {
	across := make([][]int, cols.Bins())
	for j := range across {
		across[j] = d.armsOf(cols.Lo + int64(j))
	}
	for i := range rows.Bins() {
		row := rows.Lo + i
		of := d.armsOf(row)
		line := values[i*cols.Bins():][:cols.Bins()]
		for j := range line {
			line[j] *= d.inverse(of, across[j], max(row-cols.Lo-int64(j), cols.Lo+int64(j)-row))
		}
	}
}

// armsOf lists the arms of a bin, by their places in the view.
func (d *Divisor) armsOf(bin int64) (of []int) {
	for i, a := range d.arms {
		if bin >= a.Lo && bin < a.Hi {
			of = append(of, i)
		}
	}
	return of
}

// inverse is 1 / expected of two bins of some arms.
func (d *Divisor) inverse(row, col []int, distance int64) float64 {
	if len(row) == 0 || len(col) == 0 {
		return math.NaN()
	}
	for _, a := range row {
		if slices.Contains(col, a) {
			return at(d.within[a], distance)
		}
	}
	if a, b := d.arms[row[0]].Chrom, d.arms[col[0]].Chrom; a != b {
		if v, ok := d.chrom[NewPair(a, b)]; ok {
			return v
		}
		return math.NaN()
	}
	return at(d.arm[NewPair(row[0], col[0])], distance)
}

func at(curve []float64, distance int64) float64 {
	if distance >= int64(len(curve)) {
		return math.NaN()
	}
	return curve[distance]
}

// Touched lists the pairs of arms of one chromosome, and of chromosomes, that the bins of two spans lie between: those of
// which Divide needs an expected beside that of single arms. Both are empty where all bins are of one arm.
func Touched(placed []Arm, rows, cols locus.Span) (arms, chroms []Pair) {
	touch := func(s locus.Span) (of []int) {
		for i, a := range placed {
			if a.Lo < s.Hi && s.Lo < a.Hi {
				of = append(of, i)
			}
		}
		return of
	}
	whole := func(i int, s locus.Span) bool { return s.Lo >= placed[i].Lo && s.Hi <= placed[i].Hi }
	for _, x := range touch(rows) {
		for _, y := range touch(cols) {
			switch {
			case placed[x].Chrom != placed[y].Chrom:
				chroms = append(chroms, NewPair(placed[x].Chrom, placed[y].Chrom))
			case x == y && whole(x, rows) && whole(x, cols):
				return nil, nil
			case x != y:
				arms = append(arms, NewPair(x, y))
			}
		}
	}
	return distinct(arms), distinct(chroms)
}

func distinct(pairs []Pair) []Pair {
	slices.SortFunc(pairs, func(p, q Pair) int {
		if p.A != q.A {
			return p.A - q.A
		}
		return p.B - q.B
	})
	return slices.Compact(pairs)
}
