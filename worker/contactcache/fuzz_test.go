package contactcache

import (
	"bytes"
	"context"
	"encoding/binary"
	"hash/crc32"
	"math"
	"slices"
	"testing"

	"regioscope/worker/compute/expected"
	"regioscope/worker/format/cool"
	"regioscope/worker/format/cool/writer"
	"regioscope/worker/genome"
)

// small is a level that decoding is quick for.
func small(f *testing.F) Level {
	f.Helper()
	m := &writer.Matrix{Grid: writer.Grid{Chroms: []genome.Chrom{{Name: "chr1", Length: 9000}, {Name: "chr2", Length: 4000}}, BinSize: 1000}}
	n := m.NumBins()
	for i := range n {
		m.Row = append(m.Row, int64(len(m.Bin2)))
		for j := i; j < n; j++ {
			m.Bin2, m.Count = append(m.Bin2, int32(j)), append(m.Count, int32(1+i+j))
		}
	}
	m.Row = append(m.Row, int64(len(m.Bin2)))
	var file memory
	w, err := writer.New(&file, writer.Options{})
	if err != nil {
		f.Fatal(err)
	}
	if err := w.Add(m, m.Balance(writer.BalanceOptions{})); err != nil {
		f.Fatal(err)
	}
	if err := w.Close(); err != nil {
		f.Fatal(err)
	}
	c, err := cool.Open(bytes.NewReader(file.b), int64(len(file.b)))
	if err != nil {
		f.Fatal(err)
	}
	level, err := c.Level(1000)
	if err != nil {
		f.Fatal(err)
	}
	weights, err := level.Weight("weight")
	if err != nil {
		f.Fatal(err)
	}
	return Level{Level: level, Weights: weights, View: []genome.Interval{{Chrom: "chr1", Start: 0, End: 4000}, {Chrom: "chr1", Start: 4000, End: 9000}, {Chrom: "chr2", Start: 0, End: 4000}}}
}

// memory is a file in memory.
type memory struct{ b []byte }

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if end := int(at) + len(p); end > len(m.b) {
		m.b = append(m.b, make([]byte, end-len(m.b))...)
	}
	return copy(m.b[at:], p), nil
}

// signed is a file with a checksum that fits, so that fuzzing gets past it.
func signed(b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) >= tableHead {
		binary.LittleEndian.PutUint32(b[12:], crc32.Checksum(b[tableHead:], castagnoli))
	}
	return b
}

// Any bytes: an expected of the level or an error; what is accepted is written as it was.
func FuzzTable(f *testing.F) {
	l := small(f)
	t, err := expected.Compute(context.Background(), l, l.View, l.Weights, expected.Options{})
	if err != nil {
		f.Fatal(err)
	}
	good := encodeTable(t)
	f.Add(good)
	f.Add(good[:len(good)-8])
	f.Add(append(slices.Clone(good), 0))
	f.Fuzz(func(t *testing.T, b []byte) {
		b = signed(b)
		table, err := decodeTable(b, l, 2, fill)
		if err != nil {
			return
		}
		if !bytes.Equal(encodeTable(table), b) {
			t.Fatal("what was read is written otherwise")
		}
		// The averages alone are those of the whole table.
		const ignore = 2
		read := func(to *expected.Region, data []byte) { fillAverages(to, data, ignore) }
		averages, err := decodeTable(b, l, 2, read)
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range table.Ignore(ignore).Regions {
			for d, want := range r.BalancedAvg {
				if got := averages.Regions[i].BalancedAvg[d]; got != want && (got == got || want == want) {
					t.Fatalf("arm %d, distance %d: %v, want %v", i, d, got, want)
				}
			}
		}
	})
}

// The same of an expected between arms and chromosomes.
func FuzzBetween(f *testing.F) {
	l := small(f)
	placed, _, err := expected.Arms(l, l.View, l.Aliases)
	if err != nil {
		f.Fatal(err)
	}
	arms, chroms := expected.AllPairs(placed)
	between, err := expected.ComputeBetween(context.Background(), l, l.View, l.Weights, arms, chroms, expected.Options{})
	if err != nil {
		f.Fatal(err)
	}
	good := encodeBetween(between)
	f.Add(good)
	f.Add(good[:len(good)-8])
	huge := slices.Clone(good)
	binary.LittleEndian.PutUint64(huge[tableHead:], math.MaxUint64) // so many pairs of arms
	f.Add(huge)
	f.Fuzz(func(t *testing.T, b []byte) {
		b = signed(b)
		if read, err := decodeBetween(b, l); err == nil {
			if again, err := decodeBetween(encodeBetween(read), l); err != nil || len(again.Arms) != len(read.Arms) || len(again.Chroms) != len(read.Chroms) {
				t.Fatalf("what was read cannot be written and read: %v", err)
			}
		}
	})
}
