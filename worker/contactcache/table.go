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

// tableName names the expected of a level: it depends on where its arms are and on every weight.
func (s *Store) tableName(l Level) (string, error) {
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
	return fmt.Sprintf("%s-%d-%s.expected", l.SHA256, l.BinSize(), hashOf(place, weights)), nil
}

func (s *Store) keepTable(l Level, t *expected.Table) {
	if s.opt.Dir == "" {
		return
	}
	name, err := s.tableName(l)
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
	for _, r := range t.Regions {
		b = le.AppendUint64(b, uint64(r.Bins()))
		for d := range r.NValid {
			b = le.AppendUint64(b, uint64(r.NValid[d]))
			b = le.AppendUint64(b, math.Float64bits(r.CountSum[d]))
			b = le.AppendUint64(b, math.Float64bits(r.BalancedSum[d]))
		}
	}
	le.PutUint32(b[12:], crc32.Checksum(b[tableHead:], castagnoli))
	return b
}

// loadTable reads an expected that was kept, or returns nil.
func (s *Store) loadTable(l Level, ignoreDiags int) *expected.Table {
	if s.opt.Dir == "" {
		return nil
	}
	name, err := s.tableName(l)
	if err != nil {
		return nil // Compute says what is wrong
	}
	data, err := os.ReadFile(filepath.Join(s.opt.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	var t *expected.Table
	if err == nil {
		t, err = decodeTable(data, l)
	}
	if err != nil {
		s.opt.Warn("a file of the contact cache is made anew", fmt.Errorf("%s: %w", name, err))
		s.remove(name)
		return nil
	}
	s.touch(name)
	return t.Ignore(ignoreDiags)
}

var errTable = errors.New("the expected is damaged, or of another version")

func decodeTable(b []byte, l Level) (*expected.Table, error) {
	le := binary.LittleEndian
	if len(b) < tableHead || string(b[:8]) != tableMagic || le.Uint32(b[8:]) != tableVersion ||
		crc32.Checksum(b[tableHead:], castagnoli) != le.Uint32(b[12:]) {
		return nil, errTable
	}
	b = b[tableHead:]
	t, err := expected.Empty(l, l.View, l.Aliases)
	if err != nil {
		return nil, err
	}
	for i := range t.Regions {
		r := &t.Regions[i]
		if len(b) < 8+24*r.Bins() || le.Uint64(b) != uint64(r.Bins()) {
			return nil, errTable
		}
		b = b[8:]
		for d := range r.NValid {
			r.NValid[d] = int64(le.Uint64(b))
			r.CountSum[d] = math.Float64frombits(le.Uint64(b[8:]))
			r.BalancedSum[d] = math.Float64frombits(le.Uint64(b[16:]))
			b = b[24:]
		}
	}
	if len(b) != 0 {
		return nil, errTable
	}
	return t, nil
}
