package pileup

// beyond is how many values behind the last one addLines may read. They count for nothing.
const beyond = 3

// padded makes room for n values and those beyond.
func padded[T any](n int) []T { return make([]T, n+beyond)[:n] }

// addLinesGo is what addLines does.
func addLinesGo(sums []cell, values []float64, starts []int) {
	for _, at := range starts {
		addLine(sums, values[at:at+len(sums)])
	}
}

// addPackedLinesGo is what addPackedLines does.
func addPackedLinesGo(sums []cell, snippets [][]float32, from int) {
	for _, values := range snippets {
		for i, value := range values[from:][:len(sums)] {
			s, value := &sums[i], float64(value)
			s.sum += value
			s.sq += value * value
		}
	}
}
