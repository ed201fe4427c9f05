package cluster

import (
	"cmp"
	"context"
	"math"
	"slices"

	"regioscope/worker/compute/internal/points"
)

// lloyd is one run of Lloyd's iteration.
//
// Per row it keeps an upper bound of the distance to its own centre and a lower bound of that to every other (Hamerly
// 2010). When a centre moves by s, a row's distance to it changes by at most s. The lower bound is stored as if centres
// never moved: bound + the way that any centre may have come, so that only rows whose bounds cross are written.
type lloyd struct {
	p        *points.Points
	k        int
	centres  *points.Columns
	labels   []int32
	upper    []float32
	rival    []float32 // smallest distance to another centre when last computed + furthest then
	furthest float32   // sum of the longest movements, of any centre
	shift    []float32
	sums     []float64 // k × dim
	counts   []int
}

func newLloyd(p *points.Points, centres *points.Columns) *lloyd {
	k := centres.N
	return &lloyd{p: p, k: k, centres: centres, labels: make([]int32, p.N), upper: make([]float32, p.N), rival: make([]float32, p.N),
		shift: make([]float32, k), sums: make([]float64, k*p.Dim), counts: make([]int, k)}
}

// run iterates until the squared movement of all centres is at most limit, or ctx ends, but not more often than told.
func (l *lloyd) run(ctx context.Context, iterations int, limit float64) {
	l.assign()
	for range iterations {
		if ctx.Err() != nil {
			return
		}
		if l.move() <= limit {
			break
		}
		l.update()
	}
	l.assign()
}

// assign gives every row its nearest centre, the first of equals, and adds up the groups.
func (l *lloyd) assign() {
	clear(l.sums)
	clear(l.counts)
	l.furthest = 0
	for i := range l.p.N {
		nearest, least, next := l.centres.Nearest(l.p.Row(i))
		l.labels[i], l.upper[i], l.rival[i] = int32(nearest), root(least), root(next)
		l.add(i, nearest, 1)
	}
	l.fill()
}

// update is assign where bounds tell most of the answer.
func (l *lloyd) update() {
	for i, own := range l.labels {
		l.upper[i] += l.shift[own]
		if l.rival[i]-l.furthest >= l.upper[i] {
			continue
		}
		nearest, least, next := l.centres.Nearest(l.p.Row(i))
		l.upper[i], l.rival[i] = root(least), root(next)+l.furthest
		if nearest != int(own) {
			l.labels[i] = int32(nearest)
			l.add(i, int(own), -1)
			l.add(i, nearest, 1)
		}
	}
	l.fill()
}

func (l *lloyd) add(row, group int, sign float64) {
	sums := l.sums[group*l.p.Dim : (group+1)*l.p.Dim]
	for c, v := range l.p.Row(row) {
		sums[c] += sign * float64(v)
	}
	l.counts[group] += int(sign)
}

// fill gives groups without rows the row that is furthest from its centre, of groups with more than one.
func (l *lloyd) fill() {
	for c, count := range l.counts {
		if count > 0 {
			continue
		}
		far := -1
		for i, label := range l.labels {
			if l.counts[label] > 1 && (far < 0 || l.upper[i] > l.upper[far]) {
				far = i
			}
		}
		if far < 0 {
			return
		}
		l.add(far, int(l.labels[far]), -1)
		l.add(far, c, 1)
		l.labels[far], l.upper[far], l.rival[far] = int32(c), 0, 0
	}
}

// move puts the centres where the means of their groups are, and returns the sum of squared movements.
func (l *lloyd) move() float64 {
	var total float64
	var longest float32
	row := make([]float32, l.p.Dim)
	for c, count := range l.counts {
		l.shift[c] = 0
		if count == 0 {
			continue
		}
		var square float64
		for d := range row {
			row[d] = float32(l.sums[c*l.p.Dim+d] / float64(count))
			diff := float64(row[d]) - float64(l.centres.At(c, d))
			square += diff * diff
		}
		l.centres.Set(c, row)
		total += square
		l.shift[c] = root(float32(square))
		longest = max(longest, l.shift[c])
	}
	l.furthest += longest
	return total
}

// inertia is exact for the present labels and their means.
func (l *lloyd) inertia() float64 {
	var total float64
	for i, label := range l.labels {
		for c, v := range l.p.Row(i) {
			d := float64(v) - l.sums[int(label)*l.p.Dim+c]/float64(l.counts[label])
			total += d * d
		}
	}
	return total
}

// clustering is the result, groups numbered by size, of equal sizes the one with the earlier row first.
func (l *lloyd) clustering() Clustering {
	first := make([]int, l.k)
	for i := len(l.labels) - 1; i >= 0; i-- {
		first[l.labels[i]] = i
	}
	order := make([]int, l.k)
	for c := range order {
		order[c] = c
	}
	slices.SortFunc(order, func(a, b int) int {
		return cmp.Or(cmp.Compare(l.counts[b], l.counts[a]), cmp.Compare(first[a], first[b]))
	})
	out := Clustering{K: l.k, Labels: l.labels, Sizes: make([]int, l.k), Inertia: l.inertia(), Silhouette: math.NaN()}
	rank := make([]int32, l.k)
	for at, c := range order {
		rank[c] = int32(at)
		out.Sizes[at] = l.counts[c]
	}
	for i, label := range out.Labels {
		out.Labels[i] = rank[label]
	}
	return out
}

func root(d float32) float32 { return float32(math.Sqrt(float64(d))) }
