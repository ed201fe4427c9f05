package cool

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"testing"
)

// visit uses everything a file offers. The answer is its first error.
func visit(b []byte) error { return visitReader(bytes.NewReader(b), int64(len(b))) }

func visitReader(r io.ReaderAt, size int64) error {
	f, err := Open(r, size)
	if err != nil {
		return err
	}
	first := f.Validate(context.Background())
	keep := func(err error) {
		if first == nil {
			first = err
		}
	}
	_, err = f.Info()
	keep(err)
	for _, size := range f.Resolutions() {
		l, err := f.Level(size)
		if err != nil {
			keep(err)
			continue
		}
		_, err = l.Bin1Offset()
		keep(err)
		for _, name := range l.WeightNames() {
			_, err = l.Weight(name)
			keep(err)
		}
		keep(l.Sweep(context.Background(), whole(l), 2, func(b Block) error {
			for _, c := range b.Bin2 {
				if int64(c) >= l.NumBins() || c < 0 {
					panic("column outside the map was delivered")
				}
			}
			return nil
		}))
	}
	return first
}

// promised tells whether an error is one that the documentation names.
func promised(err error) bool {
	var broken *FormatError
	return errors.As(err, &broken) || errors.Is(err, ErrNotCooler) || errors.Is(err, ErrUnsupported)
}

func FuzzOpen(f *testing.F) {
	paths, _ := filepath.Glob("testdata/tiny_*.cool.gz")
	for _, path := range paths {
		f.Add(unpack(f, path))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := visit(b); err != nil && !promised(err) {
			t.Error(err)
		}
	})
}

// 300 mutants and truncations of maps of both kinds of HDF5 file: an error of a promised kind or none, and no more
// memory at any time than twice the file and 64 MiB.
func TestMutants(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	for _, name := range []string{"cooler.mcool", "tiny_latest.cool"} {
		b := unpack(t, "testdata/"+name+".gz")
		if err := visit(b); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		refused := 0
		for range 150 {
			m := bytes.Clone(b)
			for range 1 + r.IntN(8) {
				m[r.IntN(len(m))] = byte(r.Uint32())
			}
			if r.IntN(5) == 0 {
				m = m[:r.IntN(len(m))]
			}
			err := visit(m)
			if err != nil && !promised(err) {
				t.Errorf("%s: %v", name, err)
			}
			if err != nil {
				refused++
			}
		}
		if refused < 15 {
			t.Errorf("%s: only %d of 150 mutants are noticed", name, refused)
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		if m.HeapSys > 2*uint64(len(b))+96<<20 { // the test binary itself and garbage included
			t.Errorf("%s: the heap grew to %d bytes", name, m.HeapSys)
		}
	}
}
