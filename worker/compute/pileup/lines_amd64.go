package pileup

import "golang.org/x/sys/cpu"

// linesAVX2 says whether the processor has what addLines and addPackedLines need to be fast.
var linesAVX2 = cpu.X86.HasAVX2

// addLinesAVX2 is addLinesGo for n cells. It reads up to three values and cells beyond them.
//
//go:noescape
func addLinesAVX2(sums *cell, values *float64, starts *int, lines, n int)

// addPackedLinesAVX2 is addPackedLinesGo for n cells. It reads up to three values and cells beyond them.
//
//go:noescape
func addPackedLinesAVX2(sums *cell, snippets *[]float32, from, lines, n int)

// addLines adds lines of values to the sums of as many cells, one after the other, and their squares to the sums of
// squares; line i begins at values[starts[i]]. Sixteen cells at a time stay in registers for all lines. Both slices must
// have room for `beyond` more.
func addLines(sums []cell, values []float64, starts []int) {
	if !linesAVX2 || len(starts) == 0 || len(sums) == 0 {
		addLinesGo(sums, values, starts)
		return
	}
	_ = sums[:len(sums)+beyond]
	for _, at := range starts {
		_ = values[at : at+len(sums)+beyond]
	}
	addLinesAVX2(&sums[0], &values[0], &starts[0], len(starts), len(sums))
}

// addPackedLines is addLines for the values of snippets from a place on. sums and snippets must have room for `beyond`
// more.
func addPackedLines(sums []cell, snippets [][]float32, from int) {
	if !linesAVX2 || len(snippets) == 0 || len(sums) == 0 {
		addPackedLinesGo(sums, snippets, from)
		return
	}
	_ = sums[:len(sums)+beyond]
	for _, values := range snippets {
		_ = values[from : from+len(sums)+beyond]
	}
	addPackedLinesAVX2(&sums[0], &snippets[0], from, len(snippets), len(sums))
}
