package pileup

// add4 is addLineGo for n cells; n is a multiple of 4.
//
//go:noescape
func add4(sums *cell, line *float64, n int)

// addLine adds values to the sums of as many cells, and their squares to the sums of squares.
func addLine(sums []cell, line []float64) {
	sums = sums[:len(line)]
	n := len(line) &^ 3
	if n > 0 {
		add4(&sums[0], &line[0], n)
	}
	addLineGo(sums[n:], line[n:])
}
