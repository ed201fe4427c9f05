package writer

import (
	"fmt"
	"io"
	"strconv"

	"regioscope/worker/genome"

	hdf5 "regioscope/worker/format/hdf5/writer"
)

// Options describe a file. CreationDate is text (ISO 8601) and not the clock, so that equal input gives equal bytes;
// where it is empty the attribute is left out.
type Options struct {
	Assembly     string
	GeneratedBy  string
	CreationDate string
	Metadata     string // JSON object, default {}
	Threads      int    // for compression, 0 = GOMAXPROCS
}

// File is an .mcool file that is being written.
type File struct {
	h      *hdf5.Writer
	levels *hdf5.Group
	o      Options
}

// New starts an .mcool file in out.
func New(out io.WriterAt, o Options) (*File, error) {
	if o.Assembly == "" {
		o.Assembly = "unknown"
	}
	if o.GeneratedBy == "" {
		o.GeneratedBy = "regioscope"
	}
	if o.Metadata == "" {
		o.Metadata = "{}"
	}
	f := &File{h: hdf5.New(out, o.Threads), o: o}
	root := f.h.Root()
	err := setAttrs(root, "format", "HDF5::MCOOL", "format-version", 2, "bin-type", "variable")
	if err != nil {
		return nil, err
	}
	f.levels, err = root.Group("resolutions")
	return f, err
}

// Close finishes the file. Without it the file is not valid.
func (f *File) Close() error { return f.h.Close() }

// Add writes one resolution. weights may be nil: then there is no weight column.
func (f *File) Add(m *Matrix, weights *Weights) error {
	if err := m.Validate(); err != nil {
		return err
	}
	if weights != nil && int64(len(weights.Values)) != m.NumBins() {
		return fmt.Errorf("cool writer: %d weights for %d bins", len(weights.Values), m.NumBins())
	}
	g, err := f.levels.Group(strconv.FormatInt(m.BinSize, 10))
	if err != nil {
		return err
	}
	steps := []func() error{
		func() error { return f.info(g, m.Grid, m.NumPixels(), m.Sum()) },
		func() error { return writeChroms(g, m.Chroms) },
		func() error { return writeBins(g, m.Grid, weights) },
		func() error { return writePixels(g, m) },
		func() error { return writeIndexes(g, m.Grid, m.Row) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return fmt.Errorf("cool writer: level %d: %w", m.BinSize, err)
		}
	}
	return nil
}

type attrSetter interface {
	SetAttr(name string, value any) error
}

// setAttrs takes name, value, name, value, ….
func setAttrs(to attrSetter, pairs ...any) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := to.SetAttr(pairs[i].(string), pairs[i+1]); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) info(g *hdf5.Group, m Grid, pixels, sum int64) error {
	if f.o.CreationDate != "" {
		if err := g.SetAttr("creation-date", f.o.CreationDate); err != nil {
			return err
		}
	}
	return setAttrs(g, "format", "HDF5::Cooler", "format-version", 3, "format-url", "https://github.com/open2c/cooler",
		"generated-by", f.o.GeneratedBy, "genome-assembly", f.o.Assembly, "metadata", f.o.Metadata,
		"bin-type", "fixed", "bin-size", m.BinSize, "storage-mode", "symmetric-upper",
		"nchroms", len(m.Chroms), "nbins", m.NumBins(), "nnz", pixels, "sum", sum)
}

func writeChroms(g *hdf5.Group, chroms []genome.Chrom) error {
	t, err := g.Group("chroms")
	if err != nil {
		return err
	}
	names, lengths, width := make([]string, len(chroms)), make([]int32, len(chroms)), 1
	for i, c := range chroms {
		names[i], lengths[i], width = c.Name, int32(c.Length), max(width, len(c.Name))
	}
	name, err := t.Dataset("name", hdf5.FixedString(width), compressed(len(chroms)))
	if err != nil {
		return err
	}
	if err := name.AppendStrings(names); err != nil {
		return err
	}
	length, err := t.Dataset("length", hdf5.Int32(), compressed(len(chroms)))
	if err != nil {
		return err
	}
	return length.AppendInt32(lengths)
}

// maxChunk elements are 512 KiB of int64: large enough for the ratio, small enough for two cores to share a level.
const maxChunk = 1 << 16

// compressed is cooler's storage (gzip 6, shuffle) with a chunk that suits n elements.
func compressed(n int) hdf5.Options {
	return hdf5.Options{Chunk: max(1, min(n, maxChunk)), Level: 6, Shuffle: true}
}
