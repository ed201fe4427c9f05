//go:build ignore

// Coolers writes contact maps that a browser test cannot make itself: one without balancing weights, one without a
// resolution, and an HDF5 file that is no contact map.
//
//	go run frontend/e2e/support/coolers.go FOLDER
package main

import (
	"log"
	"os"
	"path/filepath"

	cool "regioscope/worker/format/cool/writer"
	hdf5 "regioscope/worker/format/hdf5/writer"
	"regioscope/worker/genome"
)

func main() {
	log.SetFlags(0)
	write("unbalanced.cool", func(f *os.File) error { return contacts(f, diagonal(100_000)) })
	write("no-resolutions.mcool", func(f *os.File) error { return contacts(f) })
	write("other.h5", func(f *os.File) error {
		w := hdf5.New(f, 1)
		d, err := w.Root().Dataset("temperature", hdf5.Int32(), hdf5.Options{Chunk: 3})
		if err != nil {
			return err
		}
		if err := d.AppendInt32([]int32{17, 21, 19}); err != nil {
			return err
		}
		return w.Close()
	})
}

func contacts(f *os.File, levels ...*cool.Matrix) error {
	w, err := cool.New(f, cool.Options{Assembly: "demo1tiny"})
	if err != nil {
		return err
	}
	for _, m := range levels {
		if err := w.Add(m, nil); err != nil {
			return err
		}
	}
	return w.Close()
}

// diagonal is a map of the chromosomes of the preset tiny with contacts of every bin with itself only.
func diagonal(binSize int64) *cool.Matrix {
	m := &cool.Matrix{Grid: cool.Grid{BinSize: binSize,
		Chroms: []genome.Chrom{{Name: "chr1", Length: 8_000_000}, {Name: "chr2", Length: 6_000_000}, {Name: "chr3", Length: 4_000_000}}}}
	m.Row = []int64{0}
	for i := range m.NumBins() {
		m.Bin2, m.Count = append(m.Bin2, int32(i)), append(m.Count, 10)
		m.Row = append(m.Row, i+1)
	}
	return m
}

func write(name string, fill func(*os.File) error) {
	f, err := os.Create(filepath.Join(os.Args[1], name))
	if err == nil {
		err = fill(f)
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		log.Fatalf("%s: %v", name, err)
	}
}
