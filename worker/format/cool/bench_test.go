package cool

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// BenchmarkSweep reads all pixels of the largest map at hand: REGIOSCOPE_BENCH_MCOOL, or the largest of the shared test
// data. MB/s counts the decompressed bytes of bin2_id and count.
func BenchmarkSweep(b *testing.B) {
	path := os.Getenv("REGIOSCOPE_BENCH_MCOOL")
	if path == "" {
		paths, _ := filepath.Glob(filepath.Join(shared(b), "*", "*.mcool"))
		largest := int64(0)
		for _, p := range paths {
			if st, err := os.Stat(p); err == nil && st.Size() > largest {
				path, largest = p, st.Size()
			}
		}
	}
	f, err := openFile(b, path)
	if err != nil {
		b.Fatal(err)
	}
	l, err := f.Level(f.Resolutions()[0])
	if err != nil {
		b.Fatal(err)
	}
	for _, threads := range []int{1, 2} {
		b.Run(fmt.Sprintf("%d-pixels/%d-threads", l.NumPixels(), threads), func(b *testing.B) {
			b.SetBytes(l.NumPixels() * int64(l.bin2.Type.Size+l.count.Type.Size))
			for b.Loop() {
				if err := l.Sweep(context.Background(), whole(l), threads, func(Block) error { return nil }); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(l.NumPixels()), "ns/pixel")
		})
	}
}

func BenchmarkValidate(b *testing.B) {
	path := filepath.Join(shared(b), "synth_small1", "hic.mcool")
	for b.Loop() {
		f, err := openFile(b, path)
		if err != nil {
			b.Fatal(err)
		}
		if err := f.Validate(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
