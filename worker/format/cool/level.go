package cool

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"sync"

	"regioscope/worker/format/hdf5"
	"regioscope/worker/genome"
)

// Level is the contact map of one resolution: bins of equal size, and the pixels (pairs of bins with a count) sorted by
// row bin, then column bin.
type Level struct {
	h         *hdf5.File
	g         *hdf5.Group
	path      string
	binSize   int64
	chroms    []genome.Chrom
	offsets   []int64
	symmetric bool
	bin1      *hdf5.Dataset
	bin2      *hdf5.Dataset
	count     *hdf5.Dataset
	weights   []weightColumn

	mu    sync.Mutex
	index []int64 // indexes/bin1_offset, once it was asked for
}

func openLevel(h *hdf5.File, path string, size int64) (*Level, error) {
	root, err := h.Root()
	if err != nil {
		return nil, err
	}
	g, err := root.Group(path)
	if err != nil {
		return nil, err
	}
	l := &Level{h: h, g: g, path: path, binSize: size, symmetric: true}
	if textAttr(g, "bin-type") == "variable" {
		return nil, fmt.Errorf("%w: bins of unequal size", ErrUnsupported)
	}
	if a, err := g.Attr("bin-size"); err == nil {
		if v, ok := a.Int(); ok && v != size {
			return nil, fmt.Errorf("%s: %w", path, formatErr(int64(g.Address()), "bin size is %d by name and %d by attribute", size, v))
		}
	}
	switch mode := textAttr(g, "storage-mode"); mode {
	case "", "symmetric-upper":
	case "square":
		l.symmetric = false
	default:
		return nil, fmt.Errorf("%w: storage mode %q", ErrUnsupported, mode)
	}
	if err := l.readChroms(); err != nil {
		return nil, err
	}
	if err := l.openTables(); err != nil {
		return nil, err
	}
	return l, l.checkBins(false)
}

func (l *Level) err(name, format string, args ...any) error {
	return fmt.Errorf("%s/%s: %w", strings.TrimSuffix(l.path, "/"), name, formatErr(int64(l.g.Address()), format, args...))
}

// dataset opens a column that every map must have.
func (l *Level) dataset(name string) (*hdf5.Dataset, error) {
	d, err := l.g.Dataset(name)
	if hdf5.IsNotFound(err) {
		return nil, l.err(name, "the contact map lacks this column")
	}
	return d, err
}

// readChroms reads names and lengths and derives the first bin of each chromosome, which indexes/chrom_offset must
// confirm.
func (l *Level) readChroms() error {
	names, err := l.dataset("chroms/name")
	if err != nil {
		return err
	}
	lengths, err := l.dataset("chroms/length")
	if err != nil {
		return err
	}
	stored, err := l.dataset("indexes/chrom_offset")
	if err != nil {
		return err
	}
	n := names.Len()
	if lengths.Len() != n || stored.Len() != n+1 || n == 0 {
		return l.err("chroms", "%d names, %d lengths and %d offsets", n, lengths.Len(), stored.Len())
	}
	text, err := hdf5.ReadStrings(names, 0, n)
	if err != nil {
		return err
	}
	size, err := hdf5.Read[int64](lengths, 0, n)
	if err != nil {
		return err
	}
	if l.offsets, err = hdf5.Read[int64](stored, 0, n+1); err != nil {
		return err
	}
	seen := make(map[string]bool, n)
	at := int64(0)
	for i, name := range text {
		if name == "" || seen[name] || size[i] < 0 || size[i] > 1<<50 {
			return l.err("chroms", "chromosome %d is named %q and has %d bp", i, name, size[i])
		}
		seen[name] = true
		if l.offsets[i] != at {
			return l.err("indexes/chrom_offset", "%s starts at bin %d, its place is %d", name, l.offsets[i], at)
		}
		at += (size[i] + l.binSize - 1) / l.binSize
		l.chroms = append(l.chroms, genome.Chrom{Name: name, Length: size[i]})
	}
	if l.offsets[n] != at {
		return l.err("indexes/chrom_offset", "the chromosomes end at bin %d, their place is %d", l.offsets[n], at)
	}
	if at > math.MaxInt32 {
		return fmt.Errorf("%w: %d bins", ErrUnsupported, at)
	}
	return l.h.CheckAlloc(3*8*at, "the bin table") // row index, weights and one more column
}

// openTables opens the columns and checks that their lengths agree.
func (l *Level) openTables() (err error) {
	open := func(name string, want int64) *hdf5.Dataset {
		if err != nil {
			return nil
		}
		var d *hdf5.Dataset
		if d, err = l.dataset(name); err != nil {
			return nil
		}
		if want >= 0 && d.Len() != want {
			err = l.err(name, "%d rows, %d expected", d.Len(), want)
		}
		return d
	}
	l.bin2 = open("pixels/bin2_id", -1)
	if err != nil {
		return err
	}
	l.bin1 = open("pixels/bin1_id", l.bin2.Len())
	l.count = open("pixels/count", l.bin2.Len())
	open("indexes/bin1_offset", l.NumBins()+1)
	open("bins/chrom", l.NumBins())
	open("bins/start", l.NumBins())
	open("bins/end", l.NumBins())
	if err != nil {
		return err
	}
	for _, d := range []*hdf5.Dataset{l.bin1, l.bin2} {
		if !d.Type.IsInteger() {
			return l.err("pixels", "%s is of type %v", d.Path, d.Type)
		}
	}
	if !l.count.Type.IsInteger() && !l.count.Type.IsFloat() {
		return l.err("pixels", "counts are of type %v", l.count.Type)
	}
	return l.findWeights()
}

// BinSize is the length of a bin in bp; the last bin of a chromosome may be shorter.
func (l *Level) BinSize() int64 { return l.binSize }

// Chroms lists the chromosomes in the order of their bins.
func (l *Level) Chroms() []genome.Chrom { return slices.Clone(l.chroms) }

// ChromOffset is the first bin of chromosome i; for i = number of chromosomes it is NumBins.
func (l *Level) ChromOffset(i int) int64 { return l.offsets[i] }

// NumBins is the number of rows, and of columns, of the map.
func (l *Level) NumBins() int64 { return l.offsets[len(l.offsets)-1] }

// NumPixels is the number of stored pixels.
func (l *Level) NumPixels() int64 { return l.bin2.Len() }

// SymmetricUpper is true when only pixels with row ≤ column are stored and stand for both triangles.
func (l *Level) SymmetricUpper() bool { return l.symmetric }

// Bin1Offset returns for every bin the index of its first pixel as row, and NumPixels at the end: row i is the pixels
// Bin1Offset[i] to Bin1Offset[i+1]. The slice is shared, do not change it.
func (l *Level) Bin1Offset() ([]int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.index != nil {
		return l.index, nil
	}
	d, err := l.dataset("indexes/bin1_offset")
	if err != nil {
		return nil, err
	}
	idx, err := hdf5.Read[int64](d, 0, d.Len())
	if err != nil {
		return nil, err
	}
	prev := int64(0)
	for i, v := range idx {
		if v < prev || (i == 0 && v != 0) {
			return nil, l.err("indexes/bin1_offset", "row %d begins at pixel %d, after %d", i, v, prev)
		}
		prev = v
	}
	if prev != l.NumPixels() {
		return nil, l.err("indexes/bin1_offset", "the rows end at pixel %d of %d", prev, l.NumPixels())
	}
	if l.h.Reserve(8 * int64(len(idx))) {
		l.index = idx
	}
	return idx, nil
}

// RowOffsets is Bin1Offset of the rows lo … hi−1, with where the last one ends: hi−lo+1 places. Only these are read.
func (l *Level) RowOffsets(lo, hi int64) ([]int64, error) {
	if lo < 0 || hi < lo || hi > l.NumBins() {
		return nil, fmt.Errorf("row offsets: bins %d to %d of %d", lo, hi, l.NumBins())
	}
	d, err := l.dataset("indexes/bin1_offset")
	if err != nil {
		return nil, err
	}
	idx, err := hdf5.Read[int64](d, lo, hi+1)
	if err != nil {
		return nil, err
	}
	prev := int64(0)
	for i, v := range idx {
		if v < prev || v > l.NumPixels() {
			return nil, l.err("indexes/bin1_offset", "row %d begins at pixel %d of %d, after %d", lo+int64(i), v, l.NumPixels(), prev)
		}
		prev = v
	}
	return idx, nil
}
