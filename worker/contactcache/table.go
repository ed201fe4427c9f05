package contactcache

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"sync"

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
	h := sha256.New()
	h.Write(place)
	var part [1024 * 8]byte // of the weights: their bytes at once would be as much memory again
	for rest := l.Weights; len(rest) > 0; {
		n := min(len(rest), len(part)/8)
		for i, w := range rest[:n] {
			binary.LittleEndian.PutUint64(part[8*i:], math.Float64bits(w))
		}
		h.Write(part[:8*n])
		rest = rest[n:]
	}
	return fmt.Sprintf("%s-%d-%s%s", l.SHA256, l.BinSize(), shortSum(h), suffix), nil
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

// loadTable reads an expected that was kept, or returns nil. With averagesOnly its sums and counts are nil.
func (s *Store) loadTable(l Level, averagesOnly bool, opt expected.Options) (t *expected.Table) {
	read := fill
	if averagesOnly {
		read = func(to *expected.Region, data []byte) { fillAverages(to, data, opt.IgnoreDiags) }
	}
	s.load(l, ".expected", func(data []byte) (err error) {
		t, err = decodeTable(data, l, opt.Threads, read)
		return err
	})
	if t == nil || averagesOnly {
		return t
	}
	return t.Ignore(opt.IgnoreDiags)
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
	f, err := os.Open(filepath.Join(s.opt.Dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err == nil {
		err = decodeMapped(f, decode)
		f.Close()
	}
	if err != nil {
		s.opt.Warn("a file of the contact cache is made anew", fmt.Errorf("%s: %w", name, err))
		s.remove(name)
		return
	}
	s.touch(name)
}

// decodeMapped has decode read a file from the page cache, without a copy: it must not keep any part of it.
func decodeMapped(f *os.File, decode func([]byte) error) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	data, err := mapFile(f, info.Size())
	if err != nil {
		return err
	}
	return errors.Join(decode(data), unmap(data))
}

var errTable = errors.New("the expected is damaged, or of another version")

// decodeTable reads what encodeTable wrote, the arms by read; it keeps nothing of b.
func decodeTable(b []byte, l Level, threads int, read func(*expected.Region, []byte)) (*expected.Table, error) {
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
	var arms sync.WaitGroup
	for i := range t.Regions {
		region := &t.Regions[i]
		data, ok := r.diagonals(region)
		if !ok {
			r.short = true
			break
		}
		if threads > 1 {
			arms.Go(func() { read(region, data) })
		} else {
			read(region, data)
		}
	}
	arms.Wait()
	if r.short || len(r.data) != 0 {
		return nil, errTable
	}
	return t, nil
}
