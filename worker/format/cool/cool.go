package cool

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"sync"

	"regioscope/worker/format/hdf5"
	"regioscope/worker/genome"
)

// File is an open contact map of one or several resolutions. It is safe for concurrent use if its io.ReaderAt is.
type File struct {
	h      *hdf5.File
	paths  map[int64]string
	sizes  []int64
	chroms []genome.Chrom

	mu     sync.Mutex
	levels map[int64]*Level
}

// Open reads the structure of an .mcool file or a single-resolution .cool file; size is the length of r in bytes.
// It fails with ErrNotCooler when the file is something else, and with a *FormatError (wrapped) when it is broken. Only
// the coarsest level is looked into, use Validate to check them all.
func Open(r io.ReaderAt, size int64) (*File, error) {
	h, err := hdf5.Open(r, size)
	if errors.Is(err, hdf5.ErrNotHDF5) {
		head := make([]byte, min(64, max(size, 0)))
		n, err := r.ReadAt(head, 0)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading the contact map: %w", err)
		}
		return nil, fmt.Errorf("%w: %s", ErrNotCooler, looksLike(head[:n]))
	}
	if err != nil {
		return nil, err
	}
	root, err := h.Root()
	if err != nil {
		return nil, err
	}
	f := &File{h: h, paths: map[int64]string{}, levels: map[int64]*Level{}}
	if err := f.findLevels(root); err != nil {
		return nil, err
	}
	for res := range f.paths {
		f.sizes = append(f.sizes, res)
	}
	slices.Sort(f.sizes)
	coarsest, err := f.Level(f.sizes[len(f.sizes)-1])
	if err != nil {
		return nil, err
	}
	f.chroms = coarsest.chroms
	return f, nil
}

// findLevels tells the three layouts apart: /resolutions/N, one map at the root, and the numbered zoom levels that
// HiGlass's first multi-resolution files had.
func (f *File) findLevels(root *hdf5.Group) error {
	format := textAttr(root, "format")
	switch format {
	case "", "HDF5::MCOOL", "HDF5::Cooler":
	case "HDF5::SCOOL":
		return fmt.Errorf("%w: it is a collection of single cells (.scool)", ErrNotCooler)
	default:
		return fmt.Errorf("%w: it is an HDF5 file of format %q", ErrNotCooler, format)
	}
	if isMap(root) {
		res, err := binSize(root)
		if err != nil {
			return err
		}
		f.paths[res] = "/"
		return nil
	}
	if root.IsGroup("resolutions") {
		return f.findResolutions(root)
	}
	if n, err := f.findZooms(root); err != nil || n > 0 {
		return err
	}
	if format != "" {
		return fmt.Errorf("%w: it says that it is one, but holds no contact map", ErrNotCooler)
	}
	return fmt.Errorf("%w: it is another kind of HDF5 file", ErrNotCooler)
}

func (f *File) findResolutions(root *hdf5.Group) error {
	g, err := root.Group("resolutions")
	if err != nil {
		return err
	}
	for _, name := range g.Names() {
		res, err := strconv.ParseInt(name, 10, 64)
		if err != nil || res < 0 {
			return fmt.Errorf("%w: /resolutions/%s is not named by a bin size", ErrNotCooler, name)
		}
		if res == 0 { // a fragment-level map, which has no fixed bin size
			continue
		}
		if _, ok := f.paths[res]; ok {
			return fmt.Errorf("%w: resolution %d is there twice", ErrNotCooler, res)
		}
		f.paths[res] = "/resolutions/" + name
	}
	if len(f.paths) == 0 {
		return fmt.Errorf("%w: it has no resolutions", ErrNotCooler)
	}
	return nil
}

func (f *File) findZooms(root *hdf5.Group) (int, error) {
	for _, name := range root.Names() {
		if _, err := strconv.ParseUint(name, 10, 31); err != nil || !root.IsGroup(name) {
			continue
		}
		g, err := root.Group(name)
		if err != nil {
			return 0, err
		}
		if !isMap(g) {
			continue
		}
		res, err := binSize(g)
		if err != nil {
			return 0, err
		}
		f.paths[res] = "/" + name
	}
	return len(f.paths), nil
}

func isMap(g *hdf5.Group) bool {
	return g.Has("chroms") && g.Has("bins") && g.Has("pixels") && g.Has("indexes")
}

// binSize is the bin-size attribute, or the length of the first bin.
func binSize(g *hdf5.Group) (int64, error) {
	if a, err := g.Attr("bin-size"); err == nil {
		if v, ok := a.Int(); ok && v > 0 {
			return v, nil
		}
	} else if !hdf5.IsNotFound(err) {
		return 0, err
	}
	if textAttr(g, "bin-type") == "variable" {
		return 0, fmt.Errorf("%w: bins of unequal size", ErrUnsupported)
	}
	end, err := g.Dataset("bins/end")
	if hdf5.IsNotFound(err) {
		return 0, fmt.Errorf("%s: %w", g.Path, formatErr(int64(g.Address()), "the contact map lacks bins/end"))
	}
	if err != nil {
		return 0, err
	}
	v, err := hdf5.Read[int64](end, 0, min(1, end.Len()))
	if err != nil {
		return 0, err
	}
	if len(v) == 0 || v[0] <= 0 {
		return 0, fmt.Errorf("%w: no bin size is given and the first bin has no length", ErrUnsupported)
	}
	return v[0], nil
}

func textAttr(g *hdf5.Group, name string) string {
	a, err := g.Attr(name)
	if err != nil {
		return ""
	}
	s, _ := a.Text()
	return s
}

// Resolutions lists the bin sizes in bp, ascending.
func (f *File) Resolutions() []int64 { return slices.Clone(f.sizes) }

// Chroms lists the chromosomes of the coarsest level, in the order of the bins.
func (f *File) Chroms() []genome.Chrom { return slices.Clone(f.chroms) }

// Level opens the map of one bin size; it is read once and kept. The error is ErrNoResolution, ErrUnsupported or a
// *FormatError, wrapped.
func (f *File) Level(binSize int64) (*Level, error) {
	path, ok := f.paths[binSize]
	if !ok {
		return nil, fmt.Errorf("%w: %d bp; it has %v", ErrNoResolution, binSize, f.sizes)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if l, ok := f.levels[binSize]; ok {
		return l, nil
	}
	l, err := openLevel(f.h, path, binSize)
	if err != nil {
		return nil, fmt.Errorf("resolution %d: %w", binSize, err)
	}
	f.levels[binSize] = l
	return l, nil
}
