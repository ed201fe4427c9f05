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

// gather4 is dots4 for the rows of y with the given numbers, which must be in it.
//
//go:noescape
func gather4(x, y *float32, stride, rows int, row *int32, out *float32)

// gather fills out with the dot products of x and the given rows of y, which are len(x) long and must be in y.
func gather(x, y []float32, rows []int32, out []float32) {
	n := len(rows) &^ 3
	if n > 0 {
		_ = out[n-1]
		gather4(&x[0], &y[0], len(x), n, &rows[0], &out[0])
	}
	for j := n; j < len(rows); j++ {
		at := int(rows[j]) * len(x)
		out[j] = dot(x, y[at:at+len(x)])
	}
}
