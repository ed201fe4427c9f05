package embed

import (
	"math"
	"math/bits"
	"sync"
)

// Means are the means of groups: of k groups and as many cells each, Sum (in C order, k × cells) over N values. Groups can
// be put together by adding both up, which weights each by its size.
type Means struct {
	Cells int
	Sum   []float64
	N     []int64
}

// Mean is Sum / N, NaN where N is 0.
func (m *Means) Mean() []float64 {
	out := make([]float64, len(m.Sum))
	for i, sum := range m.Sum {
		out[i] = math.NaN()
		if m.N[i] > 0 {
			out[i] = sum / float64(m.N[i])
		}
	}
	return out
}

// GroupMeans averages rows of cols values per group, NaN left out; labels below 0 belong to none.
func GroupMeans(values []float32, cols int, labels []int32, k int) *Means {
	m := &Means{Cells: cols, Sum: make([]float64, k*cols), N: make([]int64, k*cols)}
	for i, g := range labels {
		if g < 0 {
			continue
		}
		for c, v := range values[i*cols : (i+1)*cols] {
			if finite(v) {
				m.Sum[int(g)*cols+c] += float64(v)
				m.N[int(g)*cols+c]++
			}
		}
	}
	return m
}

// Thumbnails average full-size snippets per group while they arrive, in any order and from several goroutines: sums are
// whole numbers, in units of 2^-unit, so that the order does not matter to a single bit. The unit is such that they cannot
// overflow; it is 2⁻⁴⁰ of the largest value or less for up to a million regions, far below the precision of a float32.
type Thumbnails struct {
	cells  int
	labels []int32
	unit   int
	groups []thumbnail
}

type thumbnail struct {
	mu  sync.Mutex
	sum []int64
	n   []int64
}

// NewThumbnails prepares for snippets of so many cells. labels has the group, 0 to k−1 or −1, of every region; largest is
// the largest size that a finite value of any snippet has.
func NewThumbnails(cells int, labels []int32, k int, largest float64) *Thumbnails {
	t := &Thumbnails{cells: cells, labels: labels, groups: make([]thumbnail, k)}
	_, exponent := math.Frexp(largest)
	t.unit = 62 - bits.Len(uint(len(labels))) - exponent
	for i := range t.groups {
		t.groups[i].sum, t.groups[i].n = make([]int64, cells), make([]int64, cells)
	}
	return t
}

// Add takes the snippet of a region. NaN is left out, a region of no group altogether.
func (t *Thumbnails) Add(region int, snippet []float32) {
	label := t.labels[region]
	if label < 0 {
		return
	}
	scale := math.Ldexp(1, t.unit)
	g := &t.groups[label]
	g.mu.Lock()
	defer g.mu.Unlock()
	for i, v := range snippet {
		if finite(v) {
			g.sum[i] += int64(math.RoundToEven(float64(v) * scale))
			g.n[i]++
		}
	}
}

// Means are the averages of all that was added.
func (t *Thumbnails) Means() *Means {
	m := &Means{Cells: t.cells}
	for i := range t.groups {
		for c, sum := range t.groups[i].sum {
			m.Sum = append(m.Sum, math.Ldexp(float64(sum), -t.unit))
			m.N = append(m.N, t.groups[i].n[c])
		}
	}
	return m
}
