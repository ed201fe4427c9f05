package bbi

import (
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"regioscope/worker/genome"
)

const (
	magicBigWig  = 0x888FFC26
	magicBigBed  = 0x8789F2EB
	headerSize   = 64
	zoomSize     = 24
	summarySize  = 40
	maxZooms     = 64 // writers make up to 10
	maxTreeDepth = 32
)

// File is an open bigWig file. It is safe for concurrent use when its io.ReaderAt is.
type File struct {
	r       io.ReaderAt
	size    int64
	order   binary.ByteOrder
	header  Header
	zooms   []Zoom
	summary Summary
	chroms  []genome.Chrom
	ids     []uint32       // of chroms, in the same order
	byName  map[string]int // index in chroms
	blocks  [][]block      // of chroms, by start
	room    int            // what a block unpacks to at most, if the header is right
}

// Header is what the first bytes of the file say.
type Header struct {
	Version    int
	BigEndian  bool
	Compressed bool
	Blocks     int // data blocks in the index
}

// Zoom is one zoom level: values summarised over Reduction bp.
type Zoom struct{ Reduction int64 }

// Summary is the file's own summary over all covered bases. It may hold NaN and is zero where Stored is false.
type Summary struct {
	Stored       bool
	BasesCovered uint64
	Min, Max     float64
	Sum, SumSq   float64
}

// Open reads header, chromosomes and index. ErrNotBigWig when the file is of another kind, *FormatError when it is broken.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: size, order: binary.LittleEndian}
	head, err := f.read(0, min(size, headerSize))
	if err != nil {
		return nil, err
	}
	if len(head) < 4 {
		return nil, fmt.Errorf("%w: it has %d bytes", ErrNotBigWig, size)
	}
	if magic := binary.BigEndian.Uint32(head); magic == magicBigWig || magic == magicBigBed {
		f.order = binary.BigEndian
	}
	switch f.order.Uint32(head) {
	case magicBigWig:
	case magicBigBed:
		return nil, fmt.Errorf("%w: it is a bigBed file", ErrNotBigWig)
	default:
		return nil, ErrNotBigWig
	}
	if len(head) < headerSize {
		return nil, formatError(size, "the file ends in its header")
	}
	u16 := func(at int) int { return int(f.order.Uint16(head[at:])) }
	f.header = Header{
		Version:    u16(4),
		BigEndian:  f.order == binary.ByteOrder(binary.BigEndian),
		Compressed: f.order.Uint32(head[52:]) > 0,
	}
	f.room = int(min(f.order.Uint32(head[52:]), maxBlock))
	if f.header.Version < 1 || f.header.Version > 4 {
		return nil, formatError(4, "version %d is not known", f.header.Version)
	}
	if err := f.readZooms(u16(6)); err != nil {
		return nil, err
	}
	if err := f.readSummary(f.order.Uint64(head[44:])); err != nil {
		return nil, err
	}
	if err := f.readChroms(f.order.Uint64(head[8:])); err != nil {
		return nil, err
	}
	if err := f.readIndex(f.order.Uint64(head[24:])); err != nil {
		return nil, err
	}
	if err := f.checkZooms(); err != nil {
		return nil, err
	}
	return f, nil
}

// Header gives the facts of the file's header.
func (f *File) Header() Header { return f.header }

// Chroms gives the chromosomes in the order of their numbers in the file.
func (f *File) Chroms() []genome.Chrom { return f.chroms }

// Zooms gives the zoom levels in file order.
func (f *File) Zooms() []Zoom { return f.zooms }

// Summary gives the file's total summary.
func (f *File) Summary() Summary { return f.summary }

func (f *File) readZooms(n int) error {
	if n > maxZooms {
		return formatError(6, "%d zoom levels are too many", n)
	}
	raw, err := f.read(headerSize, int64(n)*zoomSize)
	if err != nil {
		return err
	}
	for i := range n {
		f.zooms = append(f.zooms, Zoom{Reduction: int64(f.order.Uint32(raw[i*zoomSize:]))})
	}
	return nil
}

func (f *File) readSummary(at uint64) error {
	if at == 0 || f.header.Version < 2 {
		return nil
	}
	offset, err := f.offset(at, 44, "total summary")
	if err != nil {
		return err
	}
	raw, err := f.read(offset, summarySize)
	if err != nil {
		return err
	}
	value := func(at int) float64 { return math.Float64frombits(f.order.Uint64(raw[at:])) }
	f.summary = Summary{Stored: true, BasesCovered: f.order.Uint64(raw), Min: value(8), Max: value(16), Sum: value(24), SumSq: value(32)}
	return nil
}

// offset checks an offset that is stored at byte from.
func (f *File) offset(at uint64, from int64, what string) (int64, error) {
	if at < headerSize || at >= uint64(f.size) {
		return 0, formatError(from, "the %s is said to be at %d, outside the file of %d bytes", what, at, f.size)
	}
	return int64(at), nil
}

// read reads n bytes; a file that ends before is a *FormatError.
func (f *File) read(offset, n int64) ([]byte, error) {
	if offset < 0 || n < 0 || n > f.size-offset {
		return nil, formatError(offset, "%d bytes are needed, but the file ends at %d; it may be cut short", n, f.size)
	}
	buf := make([]byte, n)
	if err := f.readInto(buf, offset); err != nil {
		return nil, err
	}
	return buf, nil
}

func (f *File) readInto(buf []byte, offset int64) error {
	n, err := f.r.ReadAt(buf, offset)
	if n == len(buf) {
		return nil
	}
	if err == io.EOF {
		return formatError(offset+int64(n), "the file ends early")
	}
	return fmt.Errorf("bigWig: read at offset %d: %w", offset, err)
}
