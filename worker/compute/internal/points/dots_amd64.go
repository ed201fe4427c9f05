package points

// dots4 fills out with the dot products of x and rows many rows from y. rows and stride are multiples of 4, stride is
// not 0. The order of additions is that of dot.
//
//go:noescape
func dots4(x, y *float32, stride, rows int, out *float32)

// dots fills out with the dot products of x and the rows of y, which are len(x) long.
func dots(x, y, out []float32) {
	n := len(out) &^ 3
	if n > 0 {
		_ = y[n*len(x)-1]
		dots4(&x[0], &y[0], len(x), n, &out[0])
	}
	for j := n; j < len(out); j++ {
		out[j] = dot(x, y[j*len(x):(j+1)*len(x)])
	}
}
