package writer

import (
	hdf5 "regioscope/worker/format/hdf5/writer"
)

func writeBins(g *hdf5.Group, m Grid, weights *Weights) error {
	t, err := g.Group("bins")
	if err != nil {
		return err
	}
	n := int(m.NumBins())
	chrom, start, end := make([]int32, 0, n), make([]int32, 0, n), make([]int32, 0, n)
	names := make([]string, len(m.Chroms))
	for c, chr := range m.Chroms {
		names[c] = chr.Name
		for at := int64(0); at < chr.Length; at += m.BinSize {
			chrom = append(chrom, int32(c))
			start = append(start, int32(at))
			end = append(end, int32(min(at+m.BinSize, chr.Length)))
		}
	}
	enum := hdf5.Enum(names)
	if !hdf5.EnumFits(names) {
		enum = hdf5.Int32() // as cooler does for assemblies of many scaffolds
	}
	ids, err := appendInt32(t, "chrom", enum, chrom)
	if err != nil {
		return err
	}
	if !hdf5.EnumFits(names) {
		if err := ids.SetAttr("enum_path", "/chroms/name"); err != nil {
			return err
		}
	}
	if _, err := appendInt32(t, "start", hdf5.Int32(), start); err != nil {
		return err
	}
	if _, err := appendInt32(t, "end", hdf5.Int32(), end); err != nil || weights == nil {
		return err
	}
	w, err := t.Dataset("weight", hdf5.Float64(), compressed(n))
	if err != nil {
		return err
	}
	if err := w.AppendFloat64(weights.Values); err != nil {
		return err
	}
	o := weights.Options
	return setAttrs(w, "tol", o.Tol, "min_nnz", o.MinNNZ, "min_count", 0, "mad_max", o.MADMax, "cis_only", false,
		"ignore_diags", o.IgnoreDiags, "scale", weights.Scale, "converged", weights.Converged, "var", weights.Variance,
		"divisive_weights", false)
}

func appendInt32(g *hdf5.Group, name string, t hdf5.Type, values []int32) (*hdf5.Dataset, error) {
	d, err := g.Dataset(name, t, compressed(len(values)))
	if err != nil {
		return nil, err
	}
	return d, d.AppendInt32(values)
}

// pixels are the columns of the table of pixels.
type pixels struct {
	bin1, bin2, count *hdf5.Dataset
	ids               []int64 // bin ids are int64 in the file and int32 or implied in memory
}

// newPixels begins the table of about so many pixels.
func newPixels(g *hdf5.Group, total int) (*pixels, error) {
	t, err := g.Group("pixels")
	if err != nil {
		return nil, err
	}
	p := &pixels{ids: make([]int64, 0, maxChunk)}
	if p.bin1, err = t.Dataset("bin1_id", hdf5.Int64(), compressed(total)); err != nil {
		return nil, err
	}
	if p.bin2, err = t.Dataset("bin2_id", hdf5.Int64(), compressed(total)); err != nil {
		return nil, err
	}
	p.count, err = t.Dataset("count", hdf5.Int32(), compressed(total))
	return p, err
}

// add appends pixels; row gives the row of each.
func (p *pixels) add(row func(i int) int64, bin2, count []int32) error {
	p.ids = p.ids[:0]
	for i := range bin2 {
		p.ids = append(p.ids, row(i))
	}
	if err := p.bin1.AppendInt64(p.ids); err != nil {
		return err
	}
	p.ids = p.ids[:0]
	for _, j := range bin2 {
		p.ids = append(p.ids, int64(j))
	}
	if err := p.bin2.AppendInt64(p.ids); err != nil {
		return err
	}
	return p.count.AppendInt32(count)
}

// writePixels streams the table in pieces.
func writePixels(g *hdf5.Group, m *Matrix) error {
	total := len(m.Bin2)
	p, err := newPixels(g, total)
	if err != nil {
		return err
	}
	row := 0
	for lo := 0; lo < total; lo += maxChunk {
		hi := min(lo+maxChunk, total)
		rowOf := func(i int) int64 {
			for int64(lo+i) >= m.Row[row+1] {
				row++
			}
			return int64(row)
		}
		if err := p.add(rowOf, m.Bin2[lo:hi], m.Count[lo:hi]); err != nil {
			return err
		}
	}
	return nil
}

func writeIndexes(g *hdf5.Group, m Grid, rows []int64) error {
	t, err := g.Group("indexes")
	if err != nil {
		return err
	}
	for _, index := range []struct {
		name   string
		values []int64
	}{{"chrom_offset", m.Offsets()}, {"bin1_offset", rows}} {
		d, err := t.Dataset(index.name, hdf5.Int64(), compressed(len(index.values)))
		if err != nil {
			return err
		}
		if err := d.AppendInt64(index.values); err != nil {
			return err
		}
	}
	return nil
}
