// Package cooltest writes small contact maps of every kind that package cool reads, for tests: single-resolution files,
// square storage, float counts, any weight columns, and chunks behind any filter.
package cooltest

import (
	"io"
	"slices"
	"strconv"

	"regioscope/worker/format/hdf5/writer"
	"regioscope/worker/genome"
)

// Pixel is one stored pixel.
type Pixel struct {
	Row, Col int64
	Count    float64
}

// Column is a weight column. Divisive is nil when the file shall not say what it is.
type Column struct {
	Name     string
	Values   []float64
	Divisive *bool
}

// Map is a contact map.
type Map struct {
	Chroms  []genome.Chrom
	BinSize int64
	Pixels  []Pixel // of the upper triangle, or of both when Square
	Columns []Column
	Square  bool
	Float   bool // counts are float64, not int32
	Chunk   int  // pixels per chunk; 0 means 1000
	Filter  *writer.Filter
	Shuffle bool
}

// Write writes the map: at the root of the file (a .cool), or below /resolutions (an .mcool).
func Write(out io.WriterAt, multi bool, maps ...Map) error {
	f := writer.New(out, 1)
	root := f.Root()
	if !multi {
		if err := maps[0].write(root); err != nil {
			return err
		}
		return f.Close()
	}
	if err := root.SetAttr("format", "HDF5::MCOOL"); err != nil {
		return err
	}
	levels, err := root.Group("resolutions")
	if err != nil {
		return err
	}
	for _, m := range maps {
		g, err := levels.Group(strconv.FormatInt(m.BinSize, 10))
		if err != nil {
			return err
		}
		if err := m.write(g); err != nil {
			return err
		}
	}
	return f.Close()
}

// table adds columns to a group until one fails.
type table struct {
	g   *writer.Group
	m   *Map
	err error
}

func (t *table) dataset(name string, typ writer.Type, n int) *writer.Dataset {
	if t.err != nil {
		return nil
	}
	chunk := 1000
	if t.m.Chunk > 0 {
		chunk = t.m.Chunk
	}
	o := writer.Options{Chunk: max(1, min(n, chunk)), Shuffle: t.m.Shuffle, Filter: t.m.Filter}
	var d *writer.Dataset
	d, t.err = t.g.Dataset(name, typ, o)
	return d
}

func (t *table) int32s(name string, values []int32) {
	if d := t.dataset(name, writer.Int32(), len(values)); d != nil {
		t.err = d.AppendInt32(values)
	}
}

func (t *table) int64s(name string, values []int64) {
	if d := t.dataset(name, writer.Int64(), len(values)); d != nil {
		t.err = d.AppendInt64(values)
	}
}

func (t *table) floats(name string, values []float64) *writer.Dataset {
	d := t.dataset(name, writer.Float64(), len(values))
	if d != nil {
		t.err = d.AppendFloat64(values)
	}
	return d
}

func (m Map) write(g *writer.Group) error {
	attrs := []any{"format", "HDF5::Cooler", "format-version", 3, "bin-type", "fixed", "bin-size", m.BinSize, "storage-mode", "symmetric-upper"}
	if m.Square {
		attrs[len(attrs)-1] = "square"
	}
	for i := 0; i < len(attrs); i += 2 {
		if err := g.SetAttr(attrs[i].(string), attrs[i+1]); err != nil {
			return err
		}
	}
	for _, part := range []struct {
		name string
		fill func(*table)
	}{{"chroms", m.chroms}, {"bins", m.bins}, {"pixels", m.pixels}, {"indexes", m.indexes}} {
		sub, err := g.Group(part.name)
		if err != nil {
			return err
		}
		t := &table{g: sub, m: &m}
		if part.fill(t); t.err != nil {
			return t.err
		}
	}
	return nil
}

func (m Map) chroms(t *table) {
	var lengths []int32
	var names []string
	for _, c := range m.Chroms {
		names, lengths = append(names, c.Name), append(lengths, int32(c.Length))
	}
	if d := t.dataset("name", writer.FixedString(16), len(names)); d != nil {
		t.err = d.AppendStrings(names)
	}
	t.int32s("length", lengths)
}

func (m Map) bins(t *table) {
	var chrom, start, end []int32
	for i, c := range m.Chroms {
		for at := int64(0); at < c.Length; at += m.BinSize {
			chrom, start, end = append(chrom, int32(i)), append(start, int32(at)), append(end, int32(min(at+m.BinSize, c.Length)))
		}
	}
	t.int32s("chrom", chrom)
	t.int32s("start", start)
	t.int32s("end", end)
	for _, c := range m.Columns {
		if d := t.floats(c.Name, c.Values); d != nil && c.Divisive != nil && t.err == nil {
			t.err = d.SetAttr("divisive_weights", *c.Divisive)
		}
	}
}

func (m Map) sorted() []Pixel {
	p := slices.Clone(m.Pixels)
	slices.SortFunc(p, func(a, b Pixel) int {
		if a.Row != b.Row {
			return int(a.Row - b.Row)
		}
		return int(a.Col - b.Col)
	})
	return p
}

func (m Map) pixels(t *table) {
	var rows, cols []int64
	var counts []float64
	var whole []int32
	for _, p := range m.sorted() {
		rows, cols, counts, whole = append(rows, p.Row), append(cols, p.Col), append(counts, p.Count), append(whole, int32(p.Count))
	}
	t.int64s("bin1_id", rows)
	t.int64s("bin2_id", cols)
	if m.Float {
		t.floats("count", counts)
	} else {
		t.int32s("count", whole)
	}
}

func (m Map) indexes(t *table) {
	offsets := []int64{0}
	for _, c := range m.Chroms {
		offsets = append(offsets, offsets[len(offsets)-1]+(c.Length+m.BinSize-1)/m.BinSize)
	}
	rows := make([]int64, offsets[len(offsets)-1]+1)
	for _, p := range m.Pixels {
		rows[p.Row+1]++
	}
	for i := 1; i < len(rows); i++ {
		rows[i] += rows[i-1]
	}
	t.int64s("chrom_offset", offsets)
	t.int64s("bin1_offset", rows)
}
