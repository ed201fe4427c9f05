package band

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
)

// Version is that of the format. Files of another version are ErrVersion.
const Version = 1

const (
	magic         = "RGSCBAND"
	page          = 4096
	segmentRows   = 512
	entrySize     = 32
	maxSegmentLen = 1 << 31
)

// Types of numbers.
const (
	typeUint8   = 1
	typeUint16  = 2
	typeUint32  = 4
	typeFloat32 = 5
	typeFloat64 = 9
)

// Errors of this package, to be tested with errors.Is.
var (
	ErrDamaged = errors.New("the band is damaged")
	ErrVersion = errors.New("the band is of another version")
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Header says what a band was made of.
type Header struct {
	Source  [32]byte // SHA-256 of the contact map's file
	BinSize int64
	Bins    int64
	Pixels  int64 // of the whole level
	Width   int32 // distances below it are here, in bins
}

type header struct {
	Header
	table    int64
	segments int
	tableCRC uint32
	stored   int64
}

func (h *header) encode() []byte {
	b := make([]byte, page)
	copy(b, magic)
	le := binary.LittleEndian
	le.PutUint32(b[8:], Version)
	copy(b[16:], h.Source[:])
	le.PutUint64(b[48:], uint64(h.BinSize))
	le.PutUint64(b[56:], uint64(h.Bins))
	le.PutUint64(b[64:], uint64(h.Pixels))
	le.PutUint32(b[72:], uint32(h.Width))
	le.PutUint32(b[76:], segmentRows)
	le.PutUint64(b[80:], uint64(h.table))
	le.PutUint32(b[88:], uint32(h.segments))
	le.PutUint32(b[92:], h.tableCRC)
	le.PutUint64(b[96:], uint64(h.stored))
	le.PutUint32(b[12:], crc32.Checksum(b[16:], castagnoli))
	return b
}

func decodeHeader(b []byte) (h header, err error) {
	if len(b) < page || string(b[:8]) != magic {
		return h, fmt.Errorf("%w: it does not begin like one", ErrDamaged)
	}
	le := binary.LittleEndian
	if v := le.Uint32(b[8:]); v != Version {
		return h, fmt.Errorf("%w: %d, not %d", ErrVersion, v, Version)
	}
	if crc32.Checksum(b[16:page], castagnoli) != le.Uint32(b[12:]) {
		return h, fmt.Errorf("%w: checksum of the header", ErrDamaged)
	}
	copy(h.Source[:], b[16:])
	h.BinSize, h.Bins, h.Pixels = int64(le.Uint64(b[48:])), int64(le.Uint64(b[56:])), int64(le.Uint64(b[64:]))
	h.Width = int32(le.Uint32(b[72:]))
	h.table, h.segments, h.tableCRC = int64(le.Uint64(b[80:])), int(le.Uint32(b[88:])), le.Uint32(b[92:])
	h.stored = int64(le.Uint64(b[96:]))
	if le.Uint32(b[76:]) != segmentRows || h.Bins < 0 || h.Bins > 1<<31-1 || h.Width < 1 || h.segments != segmentsOf(h.Bins) ||
		h.table < page || h.table > int64(len(b))-int64(h.segments)*entrySize {
		return h, fmt.Errorf("%w: the header contradicts itself", ErrDamaged)
	}
	return h, nil
}

func segmentsOf(bins int64) int { return int((bins + segmentRows - 1) / segmentRows) }

// segment is a line of the segment table.
type segment struct {
	offset              int64
	length, crc         uint32
	pixels              uint32
	distType, countType uint8
}

// columns are the parts of a segment.
type columns struct {
	starts, dists, counts []byte
	distSize, countSize   int
}

// columns cuts the bytes of a segment.
func (s *segment) columns(data []byte) columns {
	dists, counts, length := s.layout()
	return columns{data[:4*(segmentRows+1)], data[dists:counts], data[counts:length], int(sizeOf(s.distType)), int(sizeOf(s.countType))}
}

func (s *segment) encode(b []byte) {
	le := binary.LittleEndian
	le.PutUint64(b, uint64(s.offset))
	le.PutUint32(b[8:], s.length)
	le.PutUint32(b[12:], s.crc)
	le.PutUint32(b[16:], s.pixels)
	b[20], b[21] = s.distType, s.countType
}

func decodeSegment(b []byte) (s segment) {
	le := binary.LittleEndian
	return segment{offset: int64(le.Uint64(b)), length: le.Uint32(b[8:]), crc: le.Uint32(b[12:]), pixels: le.Uint32(b[16:]),
		distType: b[20], countType: b[21]}
}

// layout says where in a segment its distances and counts begin, and how long it is.
func (s *segment) layout() (dists, counts, length int64) {
	dists = align(4 * (segmentRows + 1))
	counts = align(dists + int64(s.pixels)*sizeOf(s.distType))
	return dists, counts, counts + int64(s.pixels)*sizeOf(s.countType)
}

func align(n int64) int64 { return (n + 7) &^ 7 }

func sizeOf(t uint8) int64 {
	switch t {
	case typeUint8, typeUint16, typeUint32:
		return int64(t)
	case typeFloat32:
		return 4
	case typeFloat64:
		return 8
	}
	return 0
}
