//go:build !amd64

package points

// dots fills out with the dot products of x and the rows of y, which are len(x) long.
func dots(x, y, out []float32) {
	for j := range out {
		out[j] = dot(x, y[j*len(x):(j+1)*len(x)])
	}
}

// gather fills out with the dot products of x and the given rows of y, which are len(x) long and must be in y.
func gather(x, y []float32, rows []int32, out []float32) {
	for j, row := range rows {
		at := int(row) * len(x)
		out[j] = dot(x, y[at:at+len(x)])
	}
}
