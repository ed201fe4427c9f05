package pileup

import "slices"

// holes are what cells without an expected take of the kernels of a result: of every row, the cells from the diagonal up
// to ends, which begin at starts.
type holes struct {
	missing []int32 // the distances without an expected
	cells   []float64
	ends    []int
	starts  []int
}

// shares finds what masked bins, bins outside the arm and cells without an expected leave of the kernel.
func (t *triangle) shares(g *grid, v Value, w *window, k *turnedKernel, bins int) {
	t.bins(g, v, w, k, bins)
	t.holes = nil
	if v != OE || g.key(v, w).arm < 0 {
		return
	}
	missing := g.missing[w.arm]
	for len(missing) > 0 && missing[len(missing)-1] >= w.rows {
		missing = missing[:len(missing)-1]
	}
	if t.least < 1 {
		t.own.missing = missing
		t.around = k.dig(&t.own, t.valid, t.around)
		t.holes = &t.own
		return
	}
	t.holes = k.whole(missing)
}

// whole is the holes of a window in which every bin is valid.
func (k *turnedKernel) whole(missing []int32) *holes {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, h := range k.clean {
		if slices.Equal(h.missing, missing) {
			return h
		}
	}
	h := &holes{missing: missing}
	k.dig(h, nil, nil)
	k.clean = append(k.clean, h)
	return h
}

// bins finds the share of every output bin: 1, less the weights of the bins that are masked or outside the arm.
func (t *triangle) bins(g *grid, v Value, w *window, k *turnedKernel, bins int) {
	t.share, t.scale = grow(t.share, bins), grow(t.scale, bins)
	for o := range t.share {
		t.share[o] = 1
	}
	t.least = 1
	if w.r1-w.r0 == w.rows && g.invalid(v, w.r0, w.r1) == 0 {
		return
	}
	t.valid = grow(t.valid, int(w.rows))
	for i := range t.valid {
		bin := w.row + int32(i)
		if t.valid[i] = bin >= w.r0 && bin < w.r1 && g.valid(v, bin); t.valid[i] {
			continue
		}
		for o, weight := range k.kernel.weights[i] {
			t.share[int(k.first[i])+o] -= weight
		}
	}
	for o, share := range t.share {
		if share < 1e-12 { // what rounding leaves of nothing
			share = 0
		}
		t.share[o], t.scale[o] = share, 1/share
		t.least = min(t.least, share)
	}
	t.least = min(t.least, 1-1e-9) // not whole, whatever the weights of the masked bins
}

// dig computes holes for valid input bins; nil: all are. room is scratch space, which it returns.
func (k *turnedKernel) dig(h *holes, valid []bool, room []float64) []float64 {
	bins := len(k.lo)
	h.starts, h.ends = grow(h.starts, bins), grow(h.ends, bins)
	if len(h.missing) == 0 {
		for r := range h.ends {
			h.ends[r] = r
		}
		return room
	}
	most, n := h.missing[len(h.missing)-1], int32(len(k.kernel.first))
	size := 0
	for r, c := 0, 0; r < bins; r++ {
		for c = max(c, r); c < bins && k.lo[c]-most < k.end(r); {
			c++
		}
		h.starts[r], h.ends[r] = size, c
		size += c - r
	}
	h.cells = grow(h.cells, size)
	is := func(i int32) bool { return valid == nil || valid[i] }
	for c := range bins {
		// The share that every input row has in column c through its missing cells.
		lo, hi := max(0, k.lo[c]-most), min(n, k.end(c)+most)
		room = grow(room, int(hi-lo))
		clear(room)
		for at, weight := range k.of(c) {
			j := k.lo[c] + int32(at)
			if !is(j) {
				continue
			}
			for _, d := range h.missing {
				if j+d < n && is(j+d) {
					room[j+d-lo] += weight
				}
				if d > 0 && j-d >= 0 && is(j-d) {
					room[j-d-lo] += weight
				}
			}
		}
		for r := c; r >= 0 && h.ends[r] > c; r-- {
			var sum float64
			from := max(lo, k.lo[r])
			for at, weight := range k.of(r)[from-k.lo[r]:] {
				if i := int(from-lo) + at; i < len(room) {
					sum += weight * room[i]
				}
			}
			h.cells[h.starts[r]+c-r] = sum
		}
	}
	return room
}
