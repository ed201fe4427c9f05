package contactcache

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"regioscope/worker/compute/expected"
)

// A file of an expected: "RGSCEXPC", version (4), CRC-32C of the rest (4), and then for every arm in view order the number
// of diagonals (8) and, for each, valid pixels, sum of counts and sum of balanced values (8 each, little endian), of all
// diagonals.
const (
	tableMagic   = "RGSCEXPC"
	tableVersion = 1
	tableHead    = 16
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// expectedName names an expected of a level: it depends on where its arms are and on every weight.
func (s *Store) expectedName(l Level, suffix string) (string, error) {
	arms, _, err := expected.Arms(l, l.View, l.Aliases)
	if err != nil {
		return "", err
	}
	place := make([]byte, 0, 24*len(arms)+8)
	for _, a := range arms {
		for _, v := range []int64{int64(a.Chrom), a.Lo, a.Hi} {
			place = binary.LittleEndian.AppendUint64(place, uint64(v))
		}
	}
	place = binary.LittleEndian.AppendUint64(place, uint64(len(l.Weights)))
	weights := make([]byte, 0, 8*len(l.Weights))
	for _, w := range l.Weights {
		weights = binary.LittleEndian.AppendUint64(weights, math.Float64bits(w))
	}
	return fmt.Sprintf("%s-%d-%s%s", l.SHA256, l.BinSize(), hashOf(place, weights), suffix), nil
}

func (s *Store) keepTable(l Level, t *expected.Table) {
	if s.opt.Dir == "" {
		return
	}
	name, err := s.expectedName(l, ".expected")
	if err != nil {
		return
	}
	s.write(name, encodeTable(t))
}

func encodeTable(t *expected.Table) []byte {
	size := tableHead
	for _, r := range t.Regions {
		size += 8 + 24*r.Bins()
	}
	le := binary.LittleEndian
	b := make([]byte, tableHead, size)
	copy(b, tableMagic)
	le.PutUint32(b[8:], tableVersion)
	for i := range t.Regions {
		b = appendDiagonals(b, &t.Regions[i])
	}
	le.PutUint32(b[12:], crc32.Checksum(b[tableHead:], castagnoli))
	return b
}

// loadTable reads an expected that was kept, or returns nil.
func (s *Store) loadTable(l Level, ignoreDiags int) *expected.Table {
	var t *expected.Table
	s.load(l, ".expected", func(data []byte) (err error) {
		t, err = decodeTable(data, l)
		return err
	})
	if t == nil {
		return nil
	}
	return t.Ignore(ignoreDiags)
}

// load has decode read a file that was kept of a level, if there is one. One that cannot be used is deleted.
func (s *Store) load(l Level, suffix string, decode func([]byte) error) {
	if s.opt.Dir == "" {
		return
	}
	name, err := s.expectedName(l, suffix)
	if err != nil {
		return // who computes it says what is wrong
	}
	data, err := os.ReadFile(filepath.Join(s.opt.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = decode(data)
	}
	if err != nil {
		s.opt.Warn("a file of the contact cache is made anew", fmt.Errorf("%s: %w", name, err))
		s.remove(name)
		return
	}
	s.touch(name)
}

var errTable = errors.New("the expected is damaged, or of another version")

func decodeTable(b []byte, l Level) (*expected.Table, error) {
	le := binary.LittleEndian
	if len(b) < tableHead || string(b[:8]) != tableMagic || le.Uint32(b[8:]) != tableVersion ||
		crc32.Checksum(b[tableHead:], castagnoli) != le.Uint32(b[12:]) {
		return nil, errTable
	}
	t, err := expected.Empty(l, l.View, l.Aliases)
	if err != nil {
		return nil, err
	}
	r := &numbers{data: b[tableHead:]}
	for i := range t.Regions {
		if !r.diagonals(&t.Regions[i]) {
			return nil, errTable
		}
	}
	if len(r.data) != 0 {
		return nil, errTable
	}
	return t, nil
}
