package hdf5

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

// visit opens everything in a file and reads up to 1 MB of every dataset; it is what the fuzz target and the mutants do.
// It answers the number of objects met, so that tests see whether it did anything.
func visit(b []byte) (objects int, err error) {
	g, err := openBytes(b)
	if err != nil {
		return 0, err
	}
	_, _ = g.Attrs()
	err = g.Walk(func(_ string, g *Group, d *Dataset, err error) error {
		if objects++; objects > 2000 {
			return io.EOF
		}
		var attrs []*Attr
		switch {
		case err != nil:
			return nil
		case g != nil:
			attrs, _ = g.Attrs()
		default:
			attrs, _ = d.Attrs()
			n := min(d.Len(), 1<<17)
			_, _ = Read[float64](d, d.Len()-n, d.Len())
			_, _ = Read[int32](d, 0, min(n, 1000))
			_, _ = ReadStrings(d, 0, min(n, 1000))
			_, _ = Read[int64](d, 0, d.Len()) // refused when too large
		}
		for _, a := range attrs {
			_, _ = a.Value()
			_, _ = a.Float()
			_, _ = a.Text()
		}
		return nil
	})
	return objects, err
}

// allowed is the promise of the package: twice the file and 64 MiB for one call. visit makes a few per object, so the
// peak is measured, not the sum.
func allowed(n int) uint64 { return 2*uint64(n) + 64<<20 }

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"userblock", "small_earliest", "small_latest"} {
		f.Add(unpack(f, name))
	}
	for _, path := range must(filepath.Glob("testdata/cases/*.gz")) {
		f.Add(unpackPath(f, path))
	}
	f.Fuzz(func(t *testing.T, b []byte) { _, _ = visit(b) })
}

func unpackPath(t testing.TB, path string) []byte {
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Mutants of whole files: no panic, no hang (the test's own time limit), and errors of the promised kinds.
func TestMutants(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	for _, name := range []string{"earliest", "v108", "latest"} {
		whole := unpack(t, name)
		if n, err := visit(whole); n < 100 || err != nil {
			t.Fatalf("%s: %d objects, %v", name, n, err)
		}
		for range 40 {
			b := bytes.Clone(whole)
			for range 1 + r.IntN(4) {
				at := r.IntN(len(b))
				if r.IntN(2) == 0 {
					at = r.IntN(min(len(b), 30000)) // where the structures are
				}
				b[at] = byte(r.Uint32())
			}
			if r.IntN(4) == 0 {
				b = b[:r.IntN(len(b))]
			}
			_, err := visit(b)
			var broken *FormatError
			if err != nil && !errors.As(err, &broken) && !errors.Is(err, ErrUnsupported) && !errors.Is(err, ErrNotHDF5) && !errors.Is(err, ErrTooLarge) {
				t.Errorf("%s: error of another kind: %v", name, err)
			}
		}
	}
}

// A header that claims 2^40 elements, with no chunk stored, must not take their memory.
func TestHugeClaimIsRefused(t *testing.T) {
	b := unpack(t, "latest")
	g := must(openBytes(b))
	d := must(g.Dataset("layout/sparse_grow"))
	d.n = 1 << 40
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := Read[int64](d, 0, d.n)
	runtime.ReadMemStats(&after)
	if !errors.Is(err, ErrTooLarge) {
		t.Errorf("error is %v", err)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > allowed(len(b)) {
		t.Errorf("%d bytes were allocated", grown)
	}
}
