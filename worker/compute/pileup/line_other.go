//go:build !amd64

package pileup

// addLine adds values to the sums of as many cells, and their squares to the sums of squares.
func addLine(sums []cell, line []float64) { addLineGo(sums, line) }

var linesAVX2 = false

// addLines is addLinesGo.
func addLines(sums []cell, values []float64, starts []int) { addLinesGo(sums, values, starts) }

// addPackedLines is addPackedLinesGo.
func addPackedLines(sums []cell, snippets [][]float32, from int) {
	addPackedLinesGo(sums, snippets, from)
}

// addScaled adds factor times a line to as many numbers.
func addScaled(to, line []float64, factor float64) { addScaledGo(to, line, factor) }

// gather is gatherGo.
func gather(a, b, lines []float64, lo, starts []int32, weights []float64) {
	gatherGo(a, b, lines, lo, starts, weights)
}
