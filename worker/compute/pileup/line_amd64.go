package pileup

import "golang.org/x/sys/cpu"

// add4 is addLineGo for n cells; n is a multiple of 4.
//
//go:noescape
func add4(sums *cell, line *float64, n int)

// addAVX is add4 with registers of four numbers.
//
//go:noescape
func addAVX(sums *cell, line *float64, n int)

// addLine adds values to the sums of as many cells, and their squares to the sums of squares.
func addLine(sums []cell, line []float64) {
	sums = sums[:len(line)]
	n := len(line) &^ 3
	switch {
	case n == 0:
	case cpu.X86.HasAVX:
		addAVX(&sums[0], &line[0], n)
	default:
		add4(&sums[0], &line[0], n)
	}
	addLineGo(sums[n:], line[n:])
}

// gather2 is gatherGo for n outputs.
//
//go:noescape
func gather2(a, b, lines *float64, lo, starts *int32, weights *float64, n int)

// gather is gatherGo. Inputs must be in lines, and weights as many as starts says.
func gather(a, b, lines []float64, lo, starts []int32, weights []float64) {
	n := len(a)
	if n == 0 {
		return
	}
	_, _ = b[n-1], starts[n]
	_ = weights[2*(starts[n]-starts[0])-1]
	_ = lines[2*(lo[n-1]+starts[n]-starts[n-1])-1] // the last output reaches farthest
	gather2(&a[0], &b[0], &lines[0], &lo[0], &starts[0], &weights[0], n)
}

// scale4 is addScaledGo for n numbers; n is a multiple of 4.
//
//go:noescape
func scale4(to, line *float64, factor float64, n int)

// addScaled adds factor times a line to as many numbers.
func addScaled(to, line []float64, factor float64) {
	to = to[:len(line)]
	n := len(line) &^ 3
	if n > 0 {
		scale4(&to[0], &line[0], factor, n)
	}
	addScaledGo(to[n:], line[n:], factor)
}
