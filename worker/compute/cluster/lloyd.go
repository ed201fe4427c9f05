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
// Per row it keeps an upper bound of the distance to its own centre and a lower bound of that to every other. When a
// centre moves by s, a row's distance to it changes by at most s. Lower bounds are stored as if centres never moved:
// bound + travelled, where travelled is how far the centre has come, so that only rows whose bounds cross are written.
type lloyd struct {
	p         *points.Points
	k         int
	centres   *points.Points
	labels    []int32
	upper     []float32
	lower     []float32 // rows × k: distance when last computed + travelled of the centre then
	rival     []float32 // smallest distance to another centre when last computed + furthest then
	furthest  float32   // sum of the longest movements, of any centre
	travelled []float32 // since all distances were computed
	shift     []float32
	sums      []float64 // k × dim
	counts    []int
	line      []float32 // k, rounded up: distances come four at a time
}

func newLloyd(p *points.Points, centres *points.Points, k int) *lloyd {
	return &lloyd{p: p, k: k, centres: centres, labels: make([]int32, p.N), upper: make([]float32, p.N), lower: make([]float32, p.N*k), rival: make([]float32, p.N),
		travelled: make([]float32, k), shift: make([]float32, k), sums: make([]float64, k*p.Dim), counts: make([]int, k), line: make([]float32, centres.N)}
}

// newCentres makes room for k centres and as many more as fill up a group of four, which are not used.
func newCentres(k, dim int) *points.Points { return points.Make((k+3)&^3, dim) }

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
	clear(l.travelled)
	l.furthest = 0
	for i := range l.p.N {
		points.From(l.p, i, l.centres, 0, l.line)
		nearest := 0
		for c, d := range l.line[:l.k] {
			if d < l.line[nearest] {
				nearest = c
			}
			l.lower[i*l.k+c] = root(d)
		}
		l.labels[i], l.upper[i], l.rival[i] = int32(nearest), root(l.line[nearest]), l.nextBest(nearest)
		l.add(i, nearest, 1)
	}
	l.fill()
}

// update is assign where bounds tell most of the answer.
func (l *lloyd) update() {
	for i := range l.p.N {
		own := int(l.labels[i])
		lower := l.lower[i*l.k : (i+1)*l.k]
		l.upper[i] += l.shift[own]
		if l.rival[i]-l.furthest >= l.upper[i] || !l.open(lower, own, l.upper[i]) {
			continue
		}
		points.From(l.p, i, l.centres, 0, l.line)
		nearest := own
		for c, d := range l.line[:l.k] {
			if d < l.line[nearest] {
				nearest = c
			}
			lower[c] = root(d) + l.travelled[c]
		}
		l.upper[i] = root(l.line[nearest])
		l.rival[i] = l.nextBest(nearest) + l.furthest
		if nearest != own {
			l.labels[i] = int32(nearest)
			l.add(i, own, -1)
			l.add(i, nearest, 1)
		}
	}
	l.fill()
}

// nextBest is the smallest of the distances in line, that of one centre aside.
func (l *lloyd) nextBest(aside int) float32 {
	least := float32(math.Inf(1))
	for c, d := range l.line[:l.k] {
		if d < least && c != aside {
			least = d
		}
	}
	return root(least)
}

// open tells whether another centre than own may be nearer than upper.
func (l *lloyd) open(lower []float32, own int, upper float32) bool {
	travelled := l.travelled[:len(lower)]
	for c, bound := range lower {
		if bound-travelled[c] < upper && c != own {
			return true
		}
	}
	return false
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
		l.labels[far], l.upper[far] = int32(c), 0
		l.lower[far*l.k+c], l.rival[far] = l.travelled[c], 0
	}
}

// move puts the centres where the means of their groups are, and returns the sum of squared movements.
func (l *lloyd) move() float64 {
	var total float64
	var longest float32
	row := make([]float32, l.p.Dim)
	next := newCentres(l.k, l.p.Dim)
	for c, count := range l.counts {
		old := l.centres.Row(c)
		copy(row, old)
		var square float64
		for d := range row {
			if count > 0 {
				row[d] = float32(l.sums[c*l.p.Dim+d] / float64(count))
			}
			diff := float64(row[d]) - float64(old[d])
			square += diff * diff
		}
		next.Set(c, row)
		total += square
		l.shift[c] = root(float32(square))
		l.travelled[c] += l.shift[c]
		longest = max(longest, l.shift[c])
	}
	l.furthest += longest
	l.centres = next
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
