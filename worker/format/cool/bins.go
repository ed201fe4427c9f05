package cool

import (
	"regioscope/worker/format/hdf5"
)

// checkBins compares the bin table with what bin size and chromosome lengths demand: bin k of a chromosome is
// [k·b, min((k+1)·b, length)). Without full only the first and the last chunk of each column are looked at.
func (l *Level) checkBins(full bool) error {
	var k hdf5.Decoder
	for _, name := range []string{"bins/start", "bins/end"} {
		d, err := l.dataset(name)
		if err != nil {
			return err
		}
		err = eachChunk(l, &k, d, full, func(lo int64, v []int64) error {
			chrom := l.chromOf(lo)
			for i, got := range v {
				bin := lo + int64(i)
				for bin >= l.offsets[chrom+1] {
					chrom++
				}
				want := (bin - l.offsets[chrom]) * l.binSize
				if name == "bins/end" {
					want = min(want+l.binSize, l.chroms[chrom].Length)
				}
				if got != want {
					return l.err(name, "bin %d of %s is at %d, equal bins of %d bp put it at %d", bin, l.chroms[chrom].Name, got, l.binSize, want)
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return l.checkBinChroms(&k, full)
}

// checkBinChroms compares the chromosome column: numbers (an enum or plain) are positions in the chromosome table, text
// is the name.
func (l *Level) checkBinChroms(k *hdf5.Decoder, full bool) error {
	const name = "bins/chrom"
	d, err := l.dataset(name)
	if err != nil {
		return err
	}
	if !d.Type.IsString() {
		for i, s := range d.Type.EnumNames {
			if v := d.Type.EnumValues[i]; v < 0 || v >= int64(len(l.chroms)) || l.chroms[v].Name != s {
				return l.err(name, "%s is chromosome %d of the enum, not of the table", s, v)
			}
		}
		return eachChunk(l, k, d, full, func(lo int64, v []int32) error {
			chrom := l.chromOf(lo)
			for i, got := range v {
				for lo+int64(i) >= l.offsets[chrom+1] {
					chrom++
				}
				if int(got) != chrom {
					return l.err(name, "bin %d is on chromosome number %d, expected %s", lo+int64(i), got, l.chroms[chrom].Name)
				}
			}
			return nil
		})
	}
	n, step := l.NumBins(), int64(4096)
	for lo := int64(0); lo < n; lo += step {
		if !full && lo > 0 {
			lo = max(lo, n-step)
		}
		v, err := hdf5.ReadStrings(d, lo, min(lo+step, n))
		if err != nil {
			return err
		}
		chrom := l.chromOf(lo)
		for i, got := range v {
			for lo+int64(i) >= l.offsets[chrom+1] {
				chrom++
			}
			if got != l.chroms[chrom].Name {
				return l.err(name, "bin %d is on %q, expected %s", lo+int64(i), got, l.chroms[chrom].Name)
			}
		}
	}
	return nil
}

// chromOf is the chromosome of a bin.
func (l *Level) chromOf(bin int64) int {
	c := 0
	for c+1 < len(l.chroms) && bin >= l.offsets[c+1] {
		c++
	}
	return c
}

// eachChunk decodes the chunks of a column one after the other, or only the first and the last.
func eachChunk[T hdf5.Number](l *Level, k *hdf5.Decoder, d *hdf5.Dataset, full bool, fn func(lo int64, v []T) error) error {
	n := d.NumChunks()
	if n == 0 {
		return nil
	}
	if err := l.h.CheckAlloc(min(d.ChunkLen(), d.Len())*8, d.Path); err != nil {
		return err
	}
	buf := make([]T, min(d.ChunkLen(), d.Len()))
	for i := int64(0); i < n; i++ {
		if !full && i > 0 {
			i = n - 1
		}
		m, _, err := hdf5.ChunkInto(k, d, i, buf)
		if err != nil {
			return err
		}
		if err := fn(i*d.ChunkLen(), buf[:m]); err != nil {
			return err
		}
	}
	return nil
}
