package writer_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"regioscope/worker/format/bbi/writer"
	"regioscope/worker/genome"
)

// python runs a script under the distribution's interpreter and skips the test where it or a module is missing.
func python(t *testing.T, module, script string, args ...string) []byte {
	t.Helper()
	const exe = "/usr/bin/python3"
	if err := exec.Command(exe, "-c", "import "+module).Run(); err != nil {
		t.Skipf("%s with %s is not installed: cross-check skipped", exe, module)
	}
	cmd := exec.Command(exe, append([]string{"-W", "ignore", "-c", script}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", module, err, stderr.String())
	}
	return out
}

// item is one stretch with a value; track makes them with gaps, on several chromosomes, one of which stays empty.
type item struct {
	chrom      int
	start, end uint32
	value      float32
}

var chroms = []genome.Chrom{{Name: "chr10", Length: 3_000_000}, {Name: "chr2", Length: 2_000_123}, {Name: "empty", Length: 5000}, {Name: "chr1", Length: 900_000}}

func track(seed uint64) []item {
	rng := rand.New(rand.NewPCG(seed, 9))
	var items []item
	for c, chr := range chroms {
		at := uint32(rng.IntN(500))
		for chr.Name != "empty" {
			length := uint32(1 + rng.IntN(300))
			if rng.IntN(200) == 0 {
				length = 40_000 // longer than several zoom records
			}
			if int64(at+length) > chr.Length {
				break
			}
			items = append(items, item{c, at, at + length, float32(math.Round(rng.NormFloat64()*1000) / 100)})
			at += length
			if rng.IntN(5) == 0 {
				at += uint32(rng.IntN(5000))
			}
		}
	}
	return items
}

func create(t *testing.T, chroms []genome.Chrom, o writer.Options, add func(*writer.Writer) error) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.bw")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w, err := writer.New(f, chroms, o)
	if err != nil {
		t.Fatal(err)
	}
	if err := add(w); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// addPieces hands the items over in pieces of n.
func addPieces(items []item, n int) func(*writer.Writer) error {
	return func(w *writer.Writer) error {
		for lo := 0; lo < len(items); {
			var start, end []uint32
			var value []float32
			c := items[lo].chrom
			for ; lo < len(items) && items[lo].chrom == c && len(start) < n; lo++ {
				start, end, value = append(start, items[lo].start), append(end, items[lo].end), append(value, items[lo].value)
			}
			if err := w.Add(c, start, end, value); err != nil {
				return err
			}
		}
		return nil
	}
}

// pyBigWig 0.3.18 reads back every item, the total summary and the values of zoom levels.
func TestPyBigWigAgrees(t *testing.T) {
	items := track(4)
	path := create(t, chroms, writer.Options{BlockItems: 50, FirstZoom: 500}, addPieces(items, 777))
	out := python(t, "pyBigWig", `
import pyBigWig, json, sys
bw = pyBigWig.open(sys.argv[1])
items = {c: bw.intervals(c) for c in bw.chroms()}
windows = []
for size in (8000, 64000, 256000, 1024000):
    for c, n in (("chr10", 3000000), ("chr1", 900000)):
        for s in range(0, n - size + 1, size):
            windows.append([size, c, s, bw.stats(c, s, s + size, exact=True)[0], bw.stats(c, s, s + size)[0], bw.stats(c, s, s + size, type="coverage")[0]])
print(json.dumps(dict(chroms=bw.chroms(), header=bw.header(), items=items, windows=windows)))
`, path)
	var got struct {
		Chroms  map[string]int64
		Header  map[string]float64
		Items   map[string][][3]float64
		Windows [][]any
	}
	if err := json.Unmarshal(out, &got); err != nil {
		t.Fatalf("%v: %.200s", err, out)
	}
	for _, c := range chroms {
		if got.Chroms[c.Name] != c.Length {
			t.Errorf("chromosome %s: %d", c.Name, got.Chroms[c.Name])
		}
	}
	n, sum, squares, lo, hi := 0.0, 0.0, 0.0, math.Inf(1), math.Inf(-1)
	place := map[string]int{}
	for i, want := range items {
		name := chroms[want.chrom].Name
		k := place[name]
		place[name]++
		if k >= len(got.Items[name]) || got.Items[name][k] != [3]float64{float64(want.start), float64(want.end), float64(want.value)} {
			t.Fatalf("item %d: want %v, have %d items of %s", i, want, len(got.Items[name]), name)
		}
		l, v := float64(want.end-want.start), float64(want.value)
		n, sum, squares, lo, hi = n+l, sum+l*v, squares+l*v*v, min(lo, v), max(hi, v)
	}
	for name, k := range place {
		if len(got.Items[name]) != k {
			t.Errorf("%s has %d items, want %d", name, len(got.Items[name]), k)
		}
	}
	// pyBigWig truncates these to integers, all but the covered bases.
	h := got.Header
	if h["nBasesCovered"] != n || h["minVal"] != math.Trunc(lo) || h["maxVal"] != math.Trunc(hi) ||
		h["sumData"] != math.Trunc(sum) || h["sumSquared"] != math.Trunc(squares) || h["version"] != 4 || h["nLevels"] < 4 {
		t.Errorf("header %v, want %g bases, %g..%g, sum %g, squares %g", h, n, lo, hi, sum, squares)
	}
	for _, w := range got.Windows {
		exact, zoomed, covered := w[3], w[4], w[5].(float64)
		if exact == nil || zoomed == nil {
			if exact != zoomed {
				t.Errorf("window %v: exact and zoomed differ in being missing", w)
			}
			continue
		}
		// The windows lie on the grid of the zoom level that pyBigWig picks for them, so that no record is cut.
		if e, z := exact.(float64), zoomed.(float64); math.Abs(e-z) > 1e-4*max(1, math.Abs(e)) {
			t.Errorf("window %v: exact %g, from zoom levels %g, coverage %g", w[:3], e, z, covered)
		}
	}
}

func TestFixedStepAndManyChromosomes(t *testing.T) {
	var many []genome.Chrom
	for i := range 700 { // more than one node of 256 in the tree of names
		many = append(many, genome.Chrom{Name: fmt.Sprintf("scaffold_%d", (i*7919)%1000), Length: int64(10_000 + i)})
	}
	path := create(t, many, writer.Options{BlockItems: 8}, func(w *writer.Writer) error {
		for c := range many {
			values := make([]float32, 20)
			for i := range values {
				values[i] = float32(c) + float32(i)/4
			}
			if err := w.AddFixed(c, 100, 400, 300, values); err != nil {
				return err
			}
			if err := w.Add(c, []uint32{9500}, []uint32{uint32(many[c].Length)}, []float32{-1}); err != nil {
				return err
			}
		}
		return nil
	})
	out := python(t, "pyBigWig", `
import pyBigWig, sys
bw = pyBigWig.open(sys.argv[1]); bad = 0
names = ["scaffold_%d" % (i * 7919 % 1000) for i in range(700)]
assert len(bw.chroms()) == 700
for i, c in enumerate(names):
    want = tuple((100 + 400 * k, 400 + 400 * k, i + k / 4) for k in range(20)) + ((9500, 10000 + i, -1.0),)
    bad += bw.intervals(c) != want or bw.chroms(c) != 10000 + i
print(bad)
`, path)
	if string(out) != "0\n" {
		t.Errorf("%s chromosomes read back wrong", out)
	}
}

// The way in which items are handed over leaves no trace in the file, and neither does the time.
func TestDeterministic(t *testing.T) {
	items := track(8)
	var sums [3][32]byte
	for i, n := range []int{777, 13, 777} {
		data, err := os.ReadFile(create(t, chroms, writer.Options{FirstZoom: 1000}, addPieces(items, n)))
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = sha256.Sum256(data)
	}
	if sums[0] != sums[1] || sums[0] != sums[2] {
		t.Error("the same items give other bytes")
	}
}

func TestHeaderOfAnEmptyFile(t *testing.T) {
	data, err := os.ReadFile(create(t, chroms, writer.Options{}, func(*writer.Writer) error { return nil }))
	if err != nil {
		t.Fatal(err)
	}
	le := binary.LittleEndian
	if le.Uint32(data) != 0x888FFC26 || le.Uint16(data[6:]) != 0 || le.Uint32(data[len(data)-4:]) != 0x888FFC26 {
		t.Error("magic, zoom count or closing signature")
	}
	summary := data[le.Uint64(data[44:]):][:40]
	if !bytes.Equal(summary, make([]byte, 40)) {
		t.Errorf("summary of an empty file: %v", summary)
	}
}

func TestMisuseIsAnError(t *testing.T) {
	for name, add := range map[string]func(w *writer.Writer) error{
		"order":          func(w *writer.Writer) error { return w.Add(0, []uint32{10, 5}, []uint32{20, 9}, []float32{1, 1}) },
		"overlap":        func(w *writer.Writer) error { return w.Add(0, []uint32{10, 15}, []uint32{20, 19}, []float32{1, 1}) },
		"empty item":     func(w *writer.Writer) error { return w.Add(0, []uint32{10}, []uint32{10}, []float32{1}) },
		"reversed":       func(w *writer.Writer) error { return w.Add(0, []uint32{0, 9000}, []uint32{1, 3}, []float32{1, 1}) },
		"beyond the end": func(w *writer.Writer) error { return w.Add(2, []uint32{10}, []uint32{5001}, []float32{1}) },
		"no chromosome":  func(w *writer.Writer) error { return w.Add(9, []uint32{10}, []uint32{20}, []float32{1}) },
		"NaN": func(w *writer.Writer) error {
			return w.Add(0, []uint32{10}, []uint32{20}, []float32{float32(math.NaN())})
		},
		"lengths":        func(w *writer.Writer) error { return w.Add(0, []uint32{10}, []uint32{20}, nil) },
		"step 0":         func(w *writer.Writer) error { return w.AddFixed(0, 0, 0, 1, []float32{1}) },
		"item over step": func(w *writer.Writer) error { return w.AddFixed(0, 0, 5, 6, []float32{1}) },
		"fixed too long": func(w *writer.Writer) error { return w.AddFixed(2, 4000, 800, 800, []float32{1, 1}) },
		"chromosome order": func(w *writer.Writer) error {
			return errors.Join(w.Add(1, []uint32{1}, []uint32{2}, []float32{1}), w.Add(0, []uint32{1}, []uint32{2}, []float32{1}))
		},
	} {
		create(t, chroms, writer.Options{}, func(w *writer.Writer) error {
			if add(w) == nil {
				t.Errorf("%s: no error", name)
			}
			return nil
		})
	}
	for name, c := range map[string][]genome.Chrom{"none": nil, "twice": {{Name: "a", Length: 1}, {Name: "a", Length: 1}}, "too long": {{Name: "a", Length: 1 << 33}}} {
		if _, err := writer.New(nil, c, writer.Options{}); err == nil {
			t.Errorf("chromosomes %s: no error", name)
		}
	}
}
