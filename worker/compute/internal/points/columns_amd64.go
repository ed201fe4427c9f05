package points

import "golang.org/x/sys/cpu"

var hasAVX = cpu.X86.HasAVX

// squaresAVX is squaresGeneric for 8 × groups columns, 1 to 4 groups. dim and stride are not 0.
//
//go:noescape
func squaresAVX(x *float32, dim int, columns *float32, stride, groups int, out *float32)

// nearestAVX is nearestGeneric for 8 × groups columns, 1 to 4 groups; what fills them up must be further away.
//
//go:noescape
func nearestAVX(x *float32, dim int, columns *float32, groups int) (row int, least, next float32)

//go:noescape
func addWideAVX(sums *float64, labels *int32, n int, values *float64)

func squares(x, columns []float32, stride int, out []float32) {
	if !hasAVX || len(x) == 0 {
		squaresGeneric(x, columns, stride, out)
		return
	}
	_ = columns[(len(x)-1)*stride+len(out)-1]
	squaresAVX(&x[0], len(x), &columns[0], stride, len(out)/Lanes, &out[0])
}

func nearest(x, columns []float32, stride int) (row int, least, next float32) {
	if !hasAVX || len(x) == 0 {
		return nearestGeneric(x, columns, stride)
	}
	_ = columns[len(x)*stride-1]
	return nearestAVX(&x[0], len(x), &columns[0], stride/Lanes)
}

func addWide(sums []float64, labels []int32, values []float64) {
	if !hasAVX {
		addWideGeneric(sums, labels, values)
		return
	}
	addWideAVX(&sums[0], &labels[0], len(labels), &values[0])
}
