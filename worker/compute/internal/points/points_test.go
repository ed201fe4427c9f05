package points

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"sync/atomic"
	"testing"

	"regioscope/worker/compute/internal/parallel"
)

func random(n, dim int, scale float64) []float32 {
	rng := rand.New(rand.NewPCG(1, uint64(dim)))
	v := make([]float32, n*dim)
	for i := range v {
		v[i] = float32(rng.NormFloat64() * scale)
	}
	return v
}

// Both ways of computing a distance agree with double precision to within the bound they state, for one pair or a line
// of any length and start, wherever the rows are stored.
func TestDistances(t *testing.T) {
	for _, dim := range []int{1, 2, 3, 8, 9, 12, 17, 50, 100} {
		const n = 60
		values := random(n, dim, 3)
		p, shifted := New(values, dim), Make(n+1, dim)
		for i := range n {
			shifted.Set(i+1, values[i*dim:(i+1)*dim])
		}
		line := make([]float32, n)
		for i := range n {
			lo := i % 7
			From(p, i, p, lo, line[lo:n-i%5])
			From(p, i, p, 0, line[:lo])
			From(p, i, p, n-i%5, line[n-i%5:])
			some := []int32{int32(n - 1), 3, 3, int32(i), 0, 17, 41}
			gathered := make([]float32, len(some))
			To(p, i, some, gathered)
			for at, row := range some {
				if gathered[at] != line[row] {
					t.Fatalf("%d columns, rows %d and %d: %g alone, %g in a line", dim, i, row, gathered[at], line[row])
				}
			}
			for j := range n {
				want := p.Exact(i, j)
				got := Between(p, i, p, j)
				if math.Abs(float64(got)-want) > p.Error(i, want) {
					t.Fatalf("%d columns, rows %d and %d: %g, want %g ± %g", dim, i, j, got, want, p.Error(i, want))
				}
				if line[j] != got || Between(shifted, i+1, p, j) != got {
					t.Fatalf("%d columns, rows %d and %d: %g, in a line %g, elsewhere %g", dim, i, j, got, line[j], Between(shifted, i+1, p, j))
				}
			}
		}
	}
}

func TestEachVisitsAllOnce(t *testing.T) {
	for _, threads := range []int{0, 1, 2, 7, 100} {
		var seen [53]atomic.Int32
		if err := parallel.Blocks(context.Background(), threads, len(seen), 5, func(_, lo, hi int) {
			for i := lo; i < hi; i++ {
				seen[i].Add(1)
			}
		}); err != nil {
			t.Fatal(err)
		}
		for i := range seen {
			if n := seen[i].Load(); n != 1 {
				t.Fatalf("%d threads: %d was visited %d times", threads, i, n)
			}
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	var calls atomic.Int32
	err := parallel.Each(ctx, 2, 1_000_000, func(_, i int) {
		calls.Add(1)
		cancel()
	})
	if err == nil || calls.Load() > 10 {
		t.Fatalf("cancelled loop: %v after %d calls", err, calls.Load())
	}
}

func BenchmarkDistances(b *testing.B) {
	for _, dim := range []int{2, 10, 50, 100} {
		p := New(random(2000, dim, 1), dim)
		out := make([]float32, p.N)
		b.Run(strconv.Itoa(dim), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				From(p, i%p.N, p, 0, out)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(p.N), "ns/pair")
		})
	}
}
