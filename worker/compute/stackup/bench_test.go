package stackup

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"regioscope/worker/format/bbi"
	"regioscope/worker/format/bbi/writer"
	"regioscope/worker/genome"
)

// memoryFile is an io.WriterAt and io.ReaderAt.
type memoryFile struct{ data []byte }

func (m *memoryFile) WriteAt(p []byte, at int64) (int, error) {
	if need := int(at) + len(p); need > len(m.data) {
		m.data = append(m.data, make([]byte, need-len(m.data))...)
	}
	return copy(m.data[at:], p), nil
}

// generate makes a bigWig of n chromosomes of length bp, an interval of about 100 bp after the other.
func generate(t testing.TB, n int, length int64) *bbi.File {
	t.Helper()
	chroms := make([]genome.Chrom, n)
	for i := range chroms {
		chroms[i] = genome.Chrom{Name: fmt.Sprintf("chr%d", i+1), Length: length}
	}
	out := &memoryFile{}
	w, err := writer.New(out, chroms, writer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewSource(1))
	for i := range chroms {
		var start, end []uint32
		var value []float32
		for at := uint32(0); ; {
			to := at + 50 + uint32(rng.Intn(100))
			if int64(to) > length {
				break
			}
			if rng.Intn(20) > 0 {
				start, end, value = append(start, at), append(end, to), append(value, float32(rng.Intn(4000))/64)
			}
			at = to
		}
		if err := w.Add(i, start, end, value); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := bbi.Open(bytes.NewReader(out.data), int64(len(out.data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func sitesOn(n, chroms int, length int64) []genome.Region {
	rng := rand.New(rand.NewSource(2))
	out := make([]genome.Region, n)
	for i := range out {
		at := rng.Int63n(length)
		a := genome.Anchor{Chrom: fmt.Sprintf("chr%d", rng.Intn(chroms)+1), Start: at, End: at, Strand: "+-"[rng.Intn(2)]}
		out[i] = genome.Region{Index: i, A: a, B: a}
	}
	return out
}

// BenchmarkStackup cuts 10,000 random sites from 20 chromosomes of 20 Mb, 3.8 million intervals: 200 bins of 2 kb and of
// 100 bp, and both with all others of the default grid (reference back end §5.1: 30 pairs).
func BenchmarkStackup(b *testing.B) {
	signal := generate(b, 20, 20_000_000)
	regions := sitesOn(10_000, 20, 20_000_000)
	for _, c := range []struct {
		name string
		jobs []Job
	}{
		{"200x2kb", []Job{{Window: 200_000, Bin: 2000}}},
		{"200x100bp", []Job{{Window: 10_000, Bin: 100}}},
		{"grid30", defaultGrid()},
	} {
		for _, threads := range []int{1, 2} {
			b.Run(fmt.Sprintf("%s/threads%d", c.name, threads), func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if _, err := Compute(context.Background(), signal, regions, c.jobs, Options{Threads: threads, Oriented: true}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

func defaultGrid() []Job {
	var jobs []Job
	for _, row := range [][]int64{{1000, 100, 500}, {2000, 100, 500}, {5000, 100, 500}, {10000, 100, 500}, {20000, 200, 500, 1000}, {50000, 500, 1000, 2000},
		{100000, 1000, 2000, 5000, 10000}, {400000, 2000, 5000, 10000, 20000}, {1000000, 10000, 20000, 50000, 100000}, {2000000, 20000, 50000, 100000, 200000}} {
		for _, bin := range row[1:] {
			jobs = append(jobs, Job{Window: row[0], Bin: bin})
		}
	}
	return jobs
}

// The whole default grid of 65,000 sites, written to files, stays below the memory setting. It needs some seconds and
// 0.8 GB of disk, so it runs only when REGIOSCOPE_LARGE is set.
func TestLargeGridStaysWithinMemory(t *testing.T) {
	if os.Getenv("REGIOSCOPE_LARGE") == "" {
		t.Skip("REGIOSCOPE_LARGE is not set")
	}
	signal := generate(t, 20, 100_000_000)
	regions := sitesOn(65_000, 20, 100_000_000)
	grid := defaultGrid()
	dir := t.TempDir()
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var peak atomic.Uint64
	stop := make(chan struct{})
	go func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(20 * time.Millisecond):
				var now runtime.MemStats
				runtime.ReadMemStats(&now)
				peak.Store(max(peak.Load(), now.HeapInuse-before.HeapInuse))
			}
		}
	}()
	begin := time.Now()
	_, err := Compute(context.Background(), signal, regions, grid, Options{Threads: 2, Stack: func(job, rows, bins int) (Stack, error) {
		f, err := os.Create(filepath.Join(dir, fmt.Sprint(job)))
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { f.Close() })
		return NewFile(f, rows, bins)
	}})
	close(stop)
	if err != nil {
		t.Fatal(err)
	}
	bytes := int64(0)
	for job := range grid {
		f, err := os.Open(filepath.Join(dir, fmt.Sprint(job)))
		if err != nil {
			t.Fatal(err)
		}
		n, err := f.Seek(0, io.SeekEnd)
		f.Close()
		if err != nil {
			t.Fatal(err)
		}
		bytes += n
	}
	t.Logf("%d jobs, %d MB of stacks, peak %d MB of heap, %s", len(grid), bytes>>20, peak.Load()>>20, time.Since(begin))
	if peak.Load() > defaultMemory {
		t.Errorf("peak of %d MB", peak.Load()>>20)
	}
}
