//go:build !amd64

package points

func squares(x, columns []float32, stride int, out []float32) {
	squaresGeneric(x, columns, stride, out)
}

func nearest(x, columns []float32, stride int) (row int, least, next float32) {
	return nearestGeneric(x, columns, stride)
}

func addWide(sums []float64, labels []int32, values []float64) { addWideGeneric(sums, labels, values) }
