package main

import (
	"bufio"
	"cmp"
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"regioscope/worker/format/npy"
)

const (
	many       = 50_000
	manySets   = 100
	targetRows = 12_000
	planted    = 10 // groups in tables
)

// place is a region of a sample.
type place struct {
	chrom      string
	start, end int
}

// tables writes what works_tables.go is about: region sets drawn from the peaks, some at them, some beside, and tables
// of numbers around planted centres that overlap.
func (b *bench) tables() error {
	sizes, err := b.files.sizes(filepath.Join(b.dir, "chrom.sizes"))
	if err != nil {
		return err
	}
	peaks, err := readPlaces(b.files["all"])
	if err != nil {
		return err
	}
	rng := rand.New(rand.NewPCG(3, 1))
	b.files["many"] = filepath.Join(b.dir, "many.bed")
	if err := draw(b.files["many"], peaks, sizes, many, 100_000, rng); err != nil {
		return err
	}
	for i := range manySets {
		path := filepath.Join(b.dir, fmt.Sprintf("target%03d.bed", i))
		if err := draw(path, peaks, sizes, targetRows, []int{1, 1000, 30_000, 200_000, 1_000_000}[i%5], rng); err != nil {
			return err
		}
		b.targets = append(b.targets, path)
	}
	for name, shape := range map[string][2]int{"umap": {10_000, 100}, "kmeans": {50_000, 50}} {
		b.files[name] = filepath.Join(b.dir, name+".npy")
		if err := writeTable(b.files[name], shape[0], shape[1]); err != nil {
			return err
		}
	}
	return nil
}

// sizes are the lengths of the chromosomes, from the arms, as a map and as a chrom.sizes file.
func (f files) sizes(path string) (map[string]int, error) {
	file, err := os.Open(f["arms"])
	if err != nil {
		return nil, err
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil {
		return nil, err
	}
	sizes, text := make(map[string]int), ""
	var order []string
	for _, row := range rows {
		end, err := strconv.Atoi(row[len(row)-1])
		if err != nil {
			continue // the header
		}
		if _, known := sizes[row[0]]; !known {
			order = append(order, row[0])
		}
		sizes[row[0]] = max(sizes[row[0]], end)
	}
	for _, chrom := range order {
		text += fmt.Sprintf("%s\t%d\n", chrom, sizes[chrom])
	}
	f["sizes"] = path
	return sizes, os.WriteFile(path, []byte(text), 0o600)
}

func readPlaces(path string) ([]place, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var list []place
	for line := range strings.Lines(string(data)) {
		var p place
		if _, err := fmt.Sscan(line, &p.chrom, &p.start, &p.end); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		list = append(list, p)
	}
	return list, nil
}

// draw writes n peaks, each moved by less than so many bp either way, sorted.
func draw(path string, peaks []place, sizes map[string]int, n, move int, rng *rand.Rand) error {
	list := make([]place, 0, n)
	for len(list) < n {
		p, by := peaks[rng.IntN(len(peaks))], rng.IntN(2*move-1)-move+1
		if p.start+by >= 0 && p.end+by <= sizes[p.chrom] {
			list = append(list, place{p.chrom, p.start + by, p.end + by})
		}
	}
	slices.SortFunc(list, func(a, b place) int { return cmp.Or(cmp.Compare(a.chrom, b.chrom), a.start-b.start, a.end-b.end) })
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	for _, p := range list {
		fmt.Fprintf(w, "%s\t%d\t%d\n", p.chrom, p.start, p.end)
	}
	return cmp.Or(w.Flush(), file.Close())
}

// writeTable writes normal numbers around centres that are 0.3 standard deviations apart in every column.
func writeTable(path string, rows, cols int) error {
	rng := rand.New(rand.NewPCG(uint64(rows), uint64(cols)))
	centres := make([]float64, planted*cols)
	for i := range centres {
		centres[i] = 0.3 * rng.NormFloat64()
	}
	values := make([]float32, 0, rows*cols)
	for range rows {
		centre := centres[rng.IntN(planted)*cols:]
		for c := range cols {
			values = append(values, float32(centre[c]+rng.NormFloat64()))
		}
	}
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(file)
	return cmp.Or(npy.Write(w, values, rows, cols), w.Flush(), file.Close())
}
