package cool

import (
	"context"
	"fmt"

	"regioscope/worker/format/hdf5"
	"regioscope/worker/genome"
)

// Info is what a person wants to know about a file before using it.
type Info struct {
	MultiResolution bool           `json:"multi_resolution"`
	Assembly        string         `json:"assembly"` // as the file says, "" or "unknown" if it does not
	GeneratedBy     string         `json:"generated_by"`
	Chroms          []genome.Chrom `json:"chroms"`
	Levels          []LevelInfo    `json:"levels"` // by bin size, ascending
}

// LevelInfo describes one resolution.
type LevelInfo struct {
	BinSize        int64        `json:"bin_size"`
	Bins           int64        `json:"bins"`
	Pixels         int64        `json:"pixels"`
	Sum            *float64     `json:"sum,omitempty"` // of all stored counts, as the file says
	IntegerCounts  bool         `json:"integer_counts"`
	SymmetricUpper bool         `json:"symmetric_upper"`
	Weights        []WeightInfo `json:"weights"`
}

// WeightInfo describes one weight column.
type WeightInfo struct {
	Name     string `json:"name"`
	Divisive bool   `json:"divisive"`
	Source   string `json:"source"` // how Divisive is known
}

// Info opens every level and gathers its facts. Levels of a kind that is left out, or broken, make it fail.
func (f *File) Info() (Info, error) {
	out := Info{MultiResolution: f.paths[f.sizes[0]] != "/", Chroms: f.Chroms()}
	for _, size := range f.sizes {
		l, err := f.Level(size)
		if err != nil {
			return Info{}, err
		}
		if out.Assembly == "" {
			out.Assembly = textAttr(l.g, "genome-assembly")
		}
		if out.GeneratedBy == "" {
			out.GeneratedBy = textAttr(l.g, "generated-by")
		}
		out.Levels = append(out.Levels, l.Info())
	}
	return out, nil
}

// Info gathers the facts of a level.
func (l *Level) Info() LevelInfo {
	out := LevelInfo{BinSize: l.binSize, Bins: l.NumBins(), Pixels: l.NumPixels(), IntegerCounts: l.count.Type.IsInteger(),
		SymmetricUpper: l.symmetric, Weights: []WeightInfo{}}
	if a, err := l.g.Attr("sum"); err == nil {
		if v, ok := a.Float(); ok && v-v == 0 { // finite
			out.Sum = &v
		}
	}
	for _, w := range l.weights {
		out.Weights = append(out.Weights, WeightInfo{w.name, w.divisive, w.source})
	}
	return out
}

// Validate checks the structure of every level, see Level.Validate, and that all have the same chromosomes.
func (f *File) Validate(ctx context.Context) error {
	for _, size := range f.sizes {
		if err := ctx.Err(); err != nil {
			return err
		}
		l, err := f.Level(size)
		if err != nil {
			return err
		}
		if len(l.chroms) != len(f.chroms) {
			return fmt.Errorf("resolution %d: %w", size, l.err("chroms", "%d chromosomes, other levels have %d", len(l.chroms), len(f.chroms)))
		}
		for i, c := range l.chroms {
			if c != f.chroms[i] {
				return fmt.Errorf("resolution %d: %w", size, l.err("chroms", "chromosome %d is %s of %d bp, in other levels %s of %d bp",
					i, c.Name, c.Length, f.chroms[i].Name, f.chroms[i].Length))
			}
		}
		if err := l.Validate(); err != nil {
			return fmt.Errorf("resolution %d: %w", size, err)
		}
	}
	return nil
}

// Validate checks what can be checked without reading all pixels: the whole bin table, the row index, the weight
// columns, that every chunk of pixels is there, and that the first and the last of them agree with the row index.
func (l *Level) Validate() error {
	if err := l.checkBins(true); err != nil {
		return err
	}
	index, err := l.Bin1Offset()
	if err != nil {
		return err
	}
	for _, name := range l.WeightNames() {
		if _, err := l.Weight(name); err != nil {
			return err
		}
	}
	for _, d := range []*hdf5.Dataset{l.bin1, l.bin2, l.count} {
		complete, err := d.Complete()
		if err != nil {
			return err
		}
		if !complete {
			return fmt.Errorf("%s: %w", d.Path, formatErr(d.Offset(), "some chunks are missing"))
		}
	}
	return l.checkPixels(index)
}

// checkPixels reads the first and the last chunk of the pixel columns. Rows must be those of the index; columns must be
// in the map, and not before the row in a symmetric map.
func (l *Level) checkPixels(index []int64) error {
	n := l.NumPixels()
	step := min(l.bin1.ChunkLen(), n)
	for _, lo := range []int64{0, n - step} {
		if step == 0 {
			break
		}
		rows, err := hdf5.Read[int32](l.bin1, lo, lo+step)
		if err != nil {
			return err
		}
		columns, err := hdf5.Read[int32](l.bin2, lo, lo+step)
		if err != nil {
			return err
		}
		if _, err := hdf5.Read[float64](l.count, lo, lo+step); err != nil {
			return err
		}
		for i, row := range rows {
			at := lo + int64(i)
			if row < 0 || int64(row) >= l.NumBins() || at < index[row] || at >= index[row+1] {
				return l.err("pixels/bin1_id", "pixel %d is in row %d, against the row index", at, row)
			}
			c := columns[i]
			if c < 0 || int64(c) >= l.NumBins() || (l.symmetric && c < row) {
				return l.err("pixels/bin2_id", "pixel %d is in row %d and column %d of %d", at, row, c, l.NumBins())
			}
		}
	}
	return nil
}
