//go:build unix

package cli

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"regioscope/worker/format/cool/writer"
	"regioscope/worker/genome"
)

// peakOf is the most memory, in bytes, that a command has when it runs in a process of its own.
func peakOf(t *testing.T, args ...string) int64 {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childCommand+"="+strings.Join(args, "\n"))
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %v: %s", args, err, out)
	}
	peak := int64(cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss)
	if runtime.GOOS != "darwin" {
		peak *= 1024
	}
	t.Logf("%d MB, %.1f s of processor time: %s", peak/1_000_000, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), strings.Join(args, " "))
	return peak
}

// The generated map has 200 M pixels in one level: the genome has 3.09 Gb in bins of 10 kb, and every row has about 650
// pixels, up to 13 Mb from the diagonal.
const (
	largeBin    = 10_000
	largePixels = 200_000_000
	largePerRow = 650
)

func largeChroms() []genome.Chrom {
	var chroms []genome.Chrom
	for i := range 24 {
		chroms = append(chroms, genome.Chrom{Name: fmt.Sprint("chr", i+1), Length: int64(250-10*i)*1_000_000 + 1234})
	}
	chroms[23].Length += 848_000_000 - 718_000_000 // 3.0 Gb together, and a little
	return chroms
}

func writeLargeMap(t *testing.T, path string) {
	t.Helper()
	grid := writer.Grid{Chroms: largeChroms(), BinSize: largeBin}
	offsets, chrom, pixels := grid.Offsets(), 0, int64(0)
	rng := rand.New(rand.NewPCG(1, 2))
	weights := &writer.Weights{Values: make([]float64, grid.NumBins())}
	for i := range weights.Values {
		weights.Values[i] = 0.01 + 0.01*rng.Float64()
	}
	var bin2, count []int32
	row := func(i int64) ([]int32, []int32, error) {
		for i >= offsets[chrom+1] {
			chrom++
		}
		bin2, count = bin2[:0], count[:0]
		for j := i; len(bin2) < largePerRow+50 && j < offsets[len(offsets)-1]; j++ {
			if j >= offsets[chrom+1] || j-i > 1300 {
				j += rng.Int64N(300) // between chromosomes, and far away, there is little
			} else if rng.Uint32()&1 == 0 {
				continue
			}
			if j < offsets[len(offsets)-1] {
				bin2, count = append(bin2, int32(j)), append(count, 1+int32(200/(1+j-i)))
			}
		}
		pixels += int64(len(bin2))
		return bin2, count, nil
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := writer.New(f, writer.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.AddRows(grid, weights, row); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if pixels < largePixels {
		t.Fatalf("the map has %d pixels", pixels)
	}
	t.Logf("the map has %d pixels", pixels)
}

func writeLargeRegions(t *testing.T, path string, pairs bool) {
	t.Helper()
	chroms, rng := largeChroms(), rand.New(rand.NewPCG(3, 4))
	var text strings.Builder
	for range 50_000 {
		c := chroms[rng.IntN(len(chroms))]
		at := 1_100_000 + rng.Int64N(c.Length-7_200_000)
		fmt.Fprintf(&text, "%s\t%d\t%d", c.Name, at, at+300)
		if at += 5_000_000; pairs {
			fmt.Fprintf(&text, "\t%s\t%d\t%d", c.Name, at, at+300)
		}
		text.WriteByte('\n')
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// The largest work that is promised keeps to 1 GiB, the memory that a command has by default: averages of 50,000 regions ×
// 201×201, and everything that reads a level of 200 M pixels.
func TestMemoryOfLargeWork(t *testing.T) {
	if os.Getenv("REGIOSCOPE_LARGE") == "" {
		t.Skip("set REGIOSCOPE_LARGE=1 to make a map of 200 M pixels (1 GB on disk, some minutes) and measure memory with it")
	}
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	writeLargeMap(t, in("map.mcool"))
	writeLargeRegions(t, in("sites.bed"), false)
	writeLargeRegions(t, in("pairs.bedpe"), true)
	average := func(regions string, more ...string) []string {
		return append([]string{"pileup", "--map", in("map.mcool"), "--regions", in(regions), "--resolution", fmt.Sprint(largeBin),
			"--threads", "2", "--out", in("out")}, more...)
	}
	for _, work := range []struct {
		name string
		args []string
	}{
		{"50,000 × 201×201", average("sites.bed", "--window", "1000000")},
		{"50,000 × 201×201, both values, a cache", average("sites.bed", "--window", "1000000", "--value", "iccf,oe", "--cache", in("cache"))},
		{"50,000 × 201×201, from the cache", average("sites.bed", "--window", "1000000", "--value", "iccf,oe", "--cache", in("cache"))},
		{"50,000 pairs × 201×201", average("pairs.bedpe", "--window", "1000000", "--value", "oe")},
		{"expected of 200 M pixels", []string{"expected", "--map", in("map.mcool"), "--resolution", fmt.Sprint(largeBin), "--threads", "2", "--out", in("out")}},
	} {
		t.Run(work.name, func(t *testing.T) {
			if peak := peakOf(t, work.args...); peak > 1<<30 {
				t.Errorf("%d MB, at most %d", peak/1_000_000, 1<<30/1_000_000)
			}
		})
	}
}
