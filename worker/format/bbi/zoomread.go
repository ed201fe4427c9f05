package bbi

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"regioscope/worker/format/inflate"
)

// ZoomRecord summarises the values of [Start, End) of a chromosome: Valid bases have a value; Min, Max, Sum and SumSq are
// over these.
type ZoomRecord struct {
	Chrom      int // index in Chroms
	Start, End uint32
	Valid      uint32
	Min, Max   float32
	Sum, SumSq float32
}

const zoomRecord = 32

// ZoomRecords reads all records of zoom level i (of Zooms) and calls fn with each, block by block in the order of the
// index. *FormatError, the error of fn, or of ctx.
func (f *File) ZoomRecords(ctx context.Context, i int, fn func(ZoomRecord) error) error {
	return f.zoomRecords(ctx, i, func([]byte) bool { return true }, fn)
}

// ZoomRecordsIn reads the records of zoom level i that overlap a stretch of a chromosome; blocks elsewhere are not read.
// ErrNoChrom when there is no such chromosome, else as ZoomRecords.
func (f *File) ZoomRecordsIn(ctx context.Context, i int, chrom string, in Range, fn func(ZoomRecord) error) error {
	c, ok := f.byName[chrom]
	if !ok {
		return fmt.Errorf("%w: %q", ErrNoChrom, chrom)
	}
	id := f.ids[c]
	// A block may lie on several chromosomes: it is wanted when the stretch is between its first and its last base.
	wanted := func(leaf []byte) bool {
		u := func(at int) uint32 { return f.order.Uint32(leaf[at:]) }
		first, start, last, end := u(0), u(4), u(8), u(12)
		after := first > id || first == id && start >= in.End
		before := last < id || last == id && end <= in.Start
		return !after && !before
	}
	return f.zoomRecords(ctx, i, wanted, func(r ZoomRecord) error {
		if r.Chrom != c || r.Start >= in.End || r.End <= in.Start {
			return nil
		}
		return fn(r)
	})
}

func (f *File) zoomRecords(ctx context.Context, i int, wanted func(leaf []byte) bool, fn func(ZoomRecord) error) error {
	at := int64(headerSize + i*zoomSize + 16)
	raw, err := f.read(at, 8)
	if err != nil {
		return err
	}
	type place struct{ offset, size int64 }
	var blocks []place
	if err := f.walkIndex(f.order.Uint64(raw), at, "index of a zoom level", func(_ int64, leaf []byte, offset, size int64) error {
		if wanted(leaf) {
			blocks = append(blocks, place{offset, size})
		}
		return nil
	}); err != nil {
		return err
	}
	var d Decoder
	for _, b := range blocks {
		if err := ctx.Err(); err != nil {
			return err
		}
		d.packed = slice(d.packed, int(b.size))
		if err := f.readInto(d.packed, b.offset); err != nil {
			return err
		}
		raw := d.packed
		if f.header.Compressed {
			if raw, err = d.whole(f.room); err != nil {
				return formatError(b.offset, "a block of a zoom level cannot be unpacked: %v", err)
			}
		}
		if len(raw)%zoomRecord != 0 {
			return formatError(b.offset, "a block of a zoom level has %d bytes", len(raw))
		}
		for ; len(raw) > 0; raw = raw[zoomRecord:] {
			u := func(at int) uint32 { return f.order.Uint32(raw[at:]) }
			v := func(at int) float32 { return math.Float32frombits(u(at)) }
			chrom, ok := slices.BinarySearch(f.ids, u(0))
			if !ok || u(8) <= u(4) {
				return formatError(b.offset, "a zoom level holds a record of chromosome %d:%d to %d", u(0), u(4), u(8))
			}
			if err := fn(ZoomRecord{chrom, u(4), u(8), u(12), v(16), v(20), v(24), v(28)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// whole inflates d.packed to its end. room is how large it should be.
func (d *Decoder) whole(room int) ([]byte, error) {
	if len(d.plain) < room+spare {
		d.plain = make([]byte, room+spare)
	}
	for {
		n, err := d.inflate.Zlib(d.plain, d.packed)
		switch {
		case err == nil:
			return d.plain[:n], nil
		case !errors.Is(err, inflate.ErrRoom):
			return nil, err
		case len(d.plain) > maxBlock:
			return nil, errors.New("it is too large")
		}
		d.plain = make([]byte, 2*len(d.plain))
	}
}
