package embed

import (
	"context"
	"math"

	"regioscope/worker/compute/internal/parallel"
)

// graph is a symmetric weighted graph: the edges of row i are at start[i] to start[i+1]−1, by ascending number of the
// other row.
type graph struct {
	start  []int
	to     []int32
	weight []float64
}

func (g *graph) rows() int { return len(g.start) - 1 }

// Settings of umap-learn 0.5 (umap/umap_.py: smooth_knn_dist).
const (
	smoothTolerance = 1e-5
	smoothSteps     = 64
	minScale        = 1e-3
)

// fuzzy makes distances memberships and joins both directions: an edge is there if it is there one way or the other,
// a + b − a·b (McInnes, Healy and Melville 2018, §3.1).
func fuzzy(ctx context.Context, g *neighbours, threads int) (*graph, error) {
	n := len(g.index) / g.k
	member := make([]float64, n*g.k)
	var mean float64
	for _, d := range g.distance {
		mean += d
	}
	mean /= float64(len(g.distance))
	err := parallel.Blocks(ctx, threads, n, tile, func(_, lo, hi int) {
		for i := lo; i < hi; i++ {
			_, distance := g.of(i)
			memberships(distance, mean, member[i*g.k:(i+1)*g.k])
		}
	})
	if err != nil {
		return nil, err
	}
	return union(g, member), nil
}

// memberships: the nearest row that is not at the same place has 1, and a row at distance d from there exp(−d/width),
// where the width is such that the memberships sum to log2(k). distance and out begin with the row itself, which has 0.
func memberships(distance []float64, meanOfAll float64, out []float64) {
	var rho, mean float64
	for _, d := range distance {
		mean += d / float64(len(distance))
		if rho == 0 {
			rho = d
		}
	}
	width := smoothWidth(distance, rho)
	if rho > 0 {
		width = max(width, minScale*mean)
	} else {
		width = max(width, minScale*meanOfAll)
	}
	out[0] = 0
	for j, d := range distance[1:] {
		out[j+1] = 1
		if d > rho && width > 0 {
			out[j+1] = math.Exp(-(d - rho) / width)
		}
	}
}

// smoothWidth finds the width by bisection.
func smoothWidth(distance []float64, rho float64) float64 {
	target := math.Log2(float64(len(distance)))
	lo, hi, width := 0.0, math.Inf(1), 1.0
	for range smoothSteps {
		var sum float64
		for _, d := range distance[1:] {
			if d > rho {
				sum += math.Exp(-(d - rho) / width)
			} else {
				sum++
			}
		}
		if math.Abs(sum-target) < smoothTolerance {
			break
		}
		if sum > target {
			hi = width
			width = (lo + hi) / 2
		} else {
			lo = width
			if math.IsInf(hi, 1) {
				width *= 2
			} else {
				width = (lo + hi) / 2
			}
		}
	}
	return width
}

// union joins directed edges with their reverses.
func union(g *neighbours, member []float64) *graph {
	n := len(g.index) / g.k
	// The reverse edges, by row; those of a row ascend because they are filled in in order.
	count := make([]int, n+1)
	for at, j := range g.index {
		if member[at] > 0 {
			count[j+1]++
		}
	}
	for i := range n {
		count[i+1] += count[i]
	}
	from, back := make([]int32, count[n]), make([]float64, count[n])
	fill := append([]int(nil), count[:n]...)
	for at, j := range g.index {
		if member[at] > 0 {
			from[fill[j]], back[fill[j]] = int32(at/g.k), member[at]
			fill[j]++
		}
	}
	out := &graph{start: make([]int, n+1)}
	type edge struct {
		to int32
		w  float64
	}
	edges := make([]edge, 0, g.k)
	for i := range n {
		edges = edges[:0]
		index, _ := g.of(i)
		for j, to := range index {
			if w := member[i*g.k+j]; w > 0 {
				at := len(edges)
				edges = append(edges, edge{})
				for at > 0 && edges[at-1].to > to {
					edges[at] = edges[at-1]
					at--
				}
				edges[at] = edge{to, w}
			}
		}
		a, b, end := 0, count[i], count[i+1]
		for a < len(edges) || b < end {
			var to int32
			var w float64
			switch {
			case b == end || a < len(edges) && edges[a].to < from[b]:
				to, w = edges[a].to, edges[a].w
				a++
			case a == len(edges) || from[b] < edges[a].to:
				to, w = from[b], back[b]
				b++
			default:
				to, w = from[b], edges[a].w+back[b]-edges[a].w*back[b]
				a, b = a+1, b+1
			}
			out.to, out.weight = append(out.to, to), append(out.weight, w)
		}
		out.start[i+1] = len(out.to)
	}
	return out
}

// connected tells whether there is a path between any two rows.
func (g *graph) connected() bool {
	n := g.rows()
	if n == 0 {
		return true
	}
	seen := make([]bool, n)
	queue := []int32{0}
	seen[0] = true
	for at := 0; at < len(queue); at++ {
		i := queue[at]
		for _, j := range g.to[g.start[i]:g.start[i+1]] {
			if !seen[j] {
				seen[j] = true
				queue = append(queue, j)
			}
		}
	}
	return len(queue) == n
}
