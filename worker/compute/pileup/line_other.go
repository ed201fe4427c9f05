//go:build !amd64

package pileup

// addLine adds values to the sums of as many cells, and their squares to the sums of squares.
func addLine(sums []cell, line []float64) { addLineGo(sums, line) }
