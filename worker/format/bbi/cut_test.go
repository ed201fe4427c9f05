package bbi_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"regioscope/worker/format/bbi"
	"regioscope/worker/format/bbi/writer"
	"regioscope/worker/genome"
)

// The zoom levels are at the end of a file and not used: a file without its end has to be noticed all the same.
func TestAFileCutAnywhereIsRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.bw")
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := writer.New(out, []genome.Chrom{{Name: "chr1", Length: 1_000_000}}, writer.Options{BlockItems: 100})
	if err != nil {
		t.Fatal(err)
	}
	values := make([]float32, 10_000)
	for i := range values {
		values[i] = float32(i*i%977) / 7
	}
	if err := errors.Join(w.AddFixed(0, 0, 100, 100, values), w.Close(), out.Close()); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	open := func(n int) error {
		_, err := bbi.Open(bytes.NewReader(whole[:n]), int64(n))
		return err
	}
	if err := open(len(whole)); err != nil {
		t.Fatal(err)
	}
	const signature = 4 // after everything that is referred to
	var format *bbi.FormatError
	for n := 64; n < len(whole)-signature; n += 1 + len(whole)/997 {
		if err := open(n); !errors.As(err, &format) {
			t.Errorf("%d of %d bytes: %v", n, len(whole), err)
		}
	}
}
