package pileup

import "math"

// kernel rescales one axis from in to out bins: the share of every input bin in every output bin, for an output bin
// summing to 1. It is stored by input bin: input i adds weights[i][k] to output first[i]+k.
type kernel struct {
	first   []int32
	weights [][]float64
}

// newKernel is one axis of skimage.transform.resize 0.19 with its defaults (order 1, reflect = mirror about the edge
// pixel, anti-aliasing): when smooth, a Gaussian of sigma (in/out − 1)/2, cut at 4 sigma, then linear interpolation at
// (o + ½)·in/out − ½ (reference back end §6.8 step 5). Both steps are linear, so one table holds them.
func newKernel(in, out int, smooth bool) *kernel {
	ratio := float64(in) / float64(out)
	gauss := []float64{1}
	if sigma := max(0, (ratio-1)/2); smooth && sigma > 0 {
		gauss = gaussian(sigma)
	}
	radius := len(gauss) / 2
	table := newKernelTable(in, out)
	for o := range out {
		at := (float64(o)+0.5)*ratio - 0.5
		floor := math.Floor(at)
		for step, share := range []float64{1 - (at - floor), at - floor} {
			if share == 0 {
				continue
			}
			// The smoothed bin at this place; places beyond the edge are mirrored before they are smoothed.
			centre := mirror(int(floor)+step, in)
			for k, weight := range gauss {
				table.add(mirror(centre+k-radius, in), o, share*weight)
			}
		}
	}
	return table.kernel()
}

// kernelTable gathers the weights of a kernel.
type kernelTable struct {
	out       int
	weights   [][]float64 // by input, over all outputs
	low, high []int       // outputs of an input that are not zero
}

func newKernelTable(in, out int) *kernelTable {
	t := &kernelTable{out: out, weights: make([][]float64, in), low: make([]int, in), high: make([]int, in)}
	for i := range in {
		t.low[i], t.high[i] = out, -1
	}
	return t
}

func (t *kernelTable) add(i, o int, weight float64) {
	if weight == 0 {
		return
	}
	if t.weights[i] == nil {
		t.weights[i] = make([]float64, t.out)
	}
	t.weights[i][o] += weight
	t.low[i], t.high[i] = min(t.low[i], o), max(t.high[i], o)
}

func (t *kernelTable) kernel() *kernel {
	k := &kernel{first: make([]int32, len(t.weights)), weights: make([][]float64, len(t.weights))}
	for i, all := range t.weights {
		if t.high[i] >= 0 {
			k.first[i] = int32(t.low[i])
			k.weights[i] = append([]float64(nil), all[t.low[i]:t.high[i]+1]...)
		}
	}
	return k
}

// gaussian is scipy.ndimage's normalised kernel with truncate 4.
func gaussian(sigma float64) []float64 { return gaussianOf(sigma, int(4*sigma+0.5)) }

// gaussianOf is a normalised kernel of 2·radius + 1 weights.
func gaussianOf(sigma float64, radius int) []float64 {
	weights := make([]float64, 2*radius+1)
	var sum float64
	for i := range weights {
		x := float64(i - radius)
		weights[i] = math.Exp(-0.5 * x * x / (sigma * sigma))
		sum += weights[i]
	}
	for i := range weights {
		weights[i] /= sum
	}
	return weights
}

// mirror folds an index into 0 to n−1, the edge bins not repeated: −1 → 1, n → n−2.
func mirror(i, n int) int {
	if n == 1 {
		return 0
	}
	period := 2 * (n - 1)
	if i %= period; i < 0 {
		i += period
	}
	if i >= n {
		i = period - i
	}
	return i
}

// apply adds the shares of input bin i, times value, to line.
func (k *kernel) apply(line []float64, i int32, value float64) {
	line = line[k.first[i]:]
	for o, weight := range k.weights[i] {
		line[o] += weight * value
	}
}
