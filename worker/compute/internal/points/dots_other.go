//go:build !amd64

package points

// dots fills out with the dot products of x and the rows of y, which are len(x) long.
func dots(x, y, out []float32) {
	for j := range out {
		out[j] = dot(x, y[j*len(x):(j+1)*len(x)])
	}
}
