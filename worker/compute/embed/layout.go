package embed

import (
	"context"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
)

// Settings of the gradient descent (umap-learn 0.5 defaults).
const (
	fewRows       = 10_000 // up to which there are 500 epochs
	epochsFew     = 500
	epochsMany    = 200
	negatives     = 5 // random rows that repel, per edge that attracts
	maxStep       = 4 // of one coordinate, before it is multiplied with the learning rate
	startSize     = 10
	startNoise    = 1e-4
	shares        = 8  // parts of an epoch
	shareRows     = 64 // rows taken by a goroutine at a time
	serialUpToRow = 1500
)

func epochs(rows int) int {
	if rows <= fewRows {
		return epochsFew
	}
	return epochsMany
}

// spread puts a start into a square of side 10, with a little noise so that no two rows are at the same place.
func spread(start []float32, seed uint64) {
	rng := rand.New(rand.NewPCG(seed, streamNoise))
	var size float64
	for _, v := range start {
		size = max(size, math.Abs(float64(v)))
	}
	if size == 0 {
		size = 1
	}
	for i, v := range start {
		start[i] = float32(float64(v)/size*startSize + rng.NormFloat64()*startNoise)
	}
	for d := range 2 {
		lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
		for i := d; i < len(start); i += 2 {
			lo, hi = min(lo, start[i]), max(hi, start[i])
		}
		for i := d; i < len(start) && hi > lo; i += 2 {
			start[i] = startSize * (start[i] - lo) / (hi - lo)
		}
	}
}

// descent moves rows along the gradient of UMAP's cross-entropy.
//
// An edge attracts in as many epochs as its weight is a part of the largest weight; then both its rows move, and each is
// repelled by five random rows. Here the two moves are made by the two rows, each knowing its own edges: an edge moves its
// row twice, as the two directions of it do in umap-learn.
type descent struct {
	graph     *graph
	epochs    int
	every     []float32 // per edge: epochs from one attraction to the next
	next      []float32 // per edge: epoch of the next attraction
	rng       []uint64  // per row
	at, moved []float32 // rows × 2
}

func newDescent(g *graph, start []float32, seed uint64) *descent {
	n := g.rows()
	d := &descent{graph: g, epochs: epochs(n), every: make([]float32, len(g.weight)), next: make([]float32, len(g.weight)),
		rng: make([]uint64, n), at: start, moved: make([]float32, len(start))}
	var top float64
	for _, w := range g.weight {
		top = max(top, w)
	}
	for i, w := range g.weight {
		d.every[i] = float32(math.Inf(1)) // too weak to attract even once
		if w >= top/float64(d.epochs) {
			d.every[i] = float32(top / w)
		}
		d.next[i] = d.every[i]
	}
	source := rand.NewPCG(seed, streamDescent)
	for i := range d.rng {
		d.rng[i] = source.Uint64() | 1
	}
	return d
}

// run descends, on some goroutines. Rows i with the same i mod 8 move together: each sees where the others were.
func (d *descent) run(ctx context.Context, threads int, progress func(done, total int64)) error {
	n := len(d.rng)
	if n <= serialUpToRow {
		threads = 1
	}
	team := newTeam(threads)
	defer team.stop()
	for epoch := range d.epochs {
		if err := ctx.Err(); err != nil {
			return err
		}
		rate := float32(1 - float64(epoch)/float64(d.epochs))
		for share := range shares {
			rows := (n - share + shares - 1) / shares
			team.do((rows+shareRows-1)/shareRows, func(piece int) {
				for k := piece * shareRows; k < min(rows, (piece+1)*shareRows); k++ {
					d.move(share+k*shares, float32(epoch), rate)
				}
			})
			for i := share; i < n; i += shares {
				d.at[2*i], d.at[2*i+1] = d.moved[2*i], d.moved[2*i+1]
			}
		}
		if progress != nil {
			progress(int64(epoch+1), int64(d.epochs))
		}
	}
	return nil
}

// move finds the new place of row i.
func (d *descent) move(i int, epoch, rate float32) {
	x, y := d.at[2*i], d.at[2*i+1]
	state, n := d.rng[i], uint64(len(d.rng))
	at, places := d.graph.start[i], d.at
	to := d.graph.to[at:d.graph.start[i+1]]
	next, every := d.next[at:at+len(to)], d.every[at:at+len(to)]
	for e, other := range to {
		if next[e] > epoch {
			continue
		}
		next[e] += every[e]
		ox, oy := places[2*other], places[2*other+1]
		for range 2 {
			dx, dy := x-ox, y-oy
			if d2 := dx*dx + dy*dy; d2 > 0 {
				pull := attraction.at(d2)
				x += clip(pull*dx) * rate
				y += clip(pull*dy) * rate
			}
		}
		for range negatives {
			// xorshift64* (Vigna 2016); its upper half is multiplied into the range.
			state ^= state >> 12
			state ^= state << 25
			state ^= state >> 27
			j := int((state * 0x2545F4914F6CDD1D >> 32) * n >> 32)
			dx, dy := x-places[2*j], y-places[2*j+1]
			if d2 := dx*dx + dy*dy; d2 > 0 && j != i {
				push := repulsion.at(d2)
				x += clip(push*dx) * rate
				y += clip(push*dy) * rate
			}
		}
	}
	d.rng[i] = state
	d.moved[2*i], d.moved[2*i+1] = x, y
}

// clip is written with branches, which are nearly never taken: a minimum and a maximum would be waited for.
func clip(v float32) float32 {
	if v > maxStep {
		return maxStep
	}
	if v < -maxStep {
		return -maxStep
	}
	return v
}

// team is some goroutines that wait for the next piece of work: thousands of times, so that starting them anew would cost.
type team struct {
	work []chan func()
	done sync.WaitGroup
}

func newTeam(threads int) *team {
	t := &team{}
	for range max(0, threads-1) {
		c := make(chan func())
		t.work = append(t.work, c)
		go func() {
			for fn := range c {
				fn()
				t.done.Done()
			}
		}()
	}
	return t
}

// do calls fn for 0 to n−1.
func (t *team) do(n int, fn func(i int)) {
	if len(t.work) == 0 || n < 2 {
		for i := range n {
			fn(i)
		}
		return
	}
	var next atomic.Int64
	share := func() {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			fn(i)
		}
	}
	t.done.Add(len(t.work))
	for _, c := range t.work {
		c <- share
	}
	share()
	t.done.Wait()
}

func (t *team) stop() {
	for _, c := range t.work {
		close(c)
	}
}
