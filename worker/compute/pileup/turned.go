package pileup

import "sync"

// turnedKernel is a kernel with, beside the outputs of every input bin, the inputs of every output bin: from lo on, with
// weights that begin at starts. A kernel of every input bin has outputs, and every output neighbouring inputs.
type turnedKernel struct {
	*kernel
	lo     []int32
	starts []int32
	twice  []float64 // every weight, two times
	list   []float64 // every weight

	mu    sync.Mutex
	clean []*holes // of windows without masked bins
}

func turnKernel(k *kernel, out int) *turnedKernel {
	t := &turnedKernel{kernel: k, lo: make([]int32, out), starts: make([]int32, out+1)}
	inputs := make([][]float64, out)
	for i, weights := range k.weights {
		for o, weight := range weights {
			o += int(k.first[i])
			if inputs[o] == nil {
				t.lo[o] = int32(i)
			}
			for int(t.lo[o])+len(inputs[o]) < i {
				inputs[o] = append(inputs[o], 0)
			}
			inputs[o] = append(inputs[o], weight)
		}
	}
	for o, list := range inputs {
		t.list = append(t.list, list...)
		t.starts[o+1] = int32(len(t.list))
	}
	for _, weight := range t.list {
		t.twice = append(t.twice, weight, weight)
	}
	return t
}

// of is the weights of the inputs of an output bin.
func (t *turnedKernel) of(o int) []float64 { return t.list[t.starts[o]:t.starts[o+1]] }

// end is the input after the last of an output bin.
func (t *turnedKernel) end(o int) int32 { return t.lo[o] + t.starts[o+1] - t.starts[o] }

// alongColumns rescales two lines, which lie side by side, from an output on.
func (t *turnedKernel) alongColumns(a, b, lines []float64, first, bins int) {
	if first < bins {
		gather(a[first:bins], b[first:bins], lines, t.lo[first:bins], t.starts[first:bins+1], t.twice[2*t.starts[first]:])
	}
}

// alongRows adds what input row i, rescaled along the columns, is of the result, from a column on.
func (t *turnedKernel) alongRows(cells, line []float64, i, first, bins int) {
	if i >= len(t.first) {
		return
	}
	for o, weight := range t.kernel.weights[i] {
		at := (int(t.first[i]) + o) * bins
		addScaled(cells[at+first:at+bins], line[first:bins], weight)
	}
}

// kernels are those that were needed so far. It is safe for concurrent use.
type kernels struct {
	mu   sync.Mutex
	made map[[2]int32]*turnedKernel // by inputs and outputs
}

func (s *kernels) get(in int32, bins int) *turnedKernel {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := [2]int32{in, int32(bins)}
	k := s.made[key]
	if k == nil {
		if s.made == nil {
			s.made = make(map[[2]int32]*turnedKernel)
		}
		k = turnKernel(newKernel(int(in), bins, int(in) > bins), bins)
		s.made[key] = k
	}
	return k
}

// gatherGo is what gather does: for every output, the sums over its inputs of weight × number, of both of two lines that lie
// side by side. weights, each twice, begin with those of the first output.
func gatherGo(a, b, lines []float64, lo, starts []int32, weights []float64) {
	for o := range a {
		n := 2 * int(starts[o+1]-starts[o])
		line, w := lines[2*lo[o]:][:n], weights[:n]
		var x, y float64
		for i := 0; i+1 < len(w) && i+1 < len(line); i += 2 {
			x += line[i] * w[i]
			y += line[i+1] * w[i+1]
		}
		a[o], b[o] = x, y
		weights = weights[n:]
	}
}
