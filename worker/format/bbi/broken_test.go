package bbi

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math/rand"
	"os"
	"runtime"
	"testing"
	"time"
)

// readAll opens a file that may be broken and reads all of it.
func readAll(data []byte) error {
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return err
	}
	for _, c := range f.Chroms() {
		if err := each(f, c.Name, whole, func([]Interval) {}); err != nil {
			return err
		}
	}
	return nil
}

// knownErrors: a broken file is one of these, never another error.
func knownError(err error) bool {
	var format *FormatError
	return err == nil || errors.As(err, &format) || errors.Is(err, ErrNotBigWig)
}

func TestNamedDefects(t *testing.T) {
	good := build(binary.LittleEndian, true, 3, testChroms, testSections())
	le := binary.LittleEndian
	chroms, index := le.Uint64(good[8:]), le.Uint64(good[24:])
	patch := func(at uint64, v uint64) []byte {
		b := bytes.Clone(good)
		le.PutUint64(b[at:], v)
		return b
	}
	first := le.Uint64(good[index+indexHead+nodeHead+16:]) // child of the root's first item
	for name, data := range map[string][]byte{
		"cut in the header":        good[:50],
		"cut by one byte":          good[:len(good)-1],
		"cut in half":              good[:len(good)/2],
		"index outside":            patch(24, 1<<40),
		"index at the data":        patch(24, le.Uint64(good[16:])),
		"chromosome tree outside":  patch(8, uint64(len(good))),
		"no chromosome tree there": patch(8, chroms+4),
		"index refers to itself":   patch(index+indexHead+nodeHead+16, index+indexHead),
		"two ways to one node":     patch(index+indexHead+nodeHead+24+16, first),
		"huge node":                patch(index+indexHead, 0xffff_0000),
		"zoom levels":              patch(6, le.Uint64(good[6:])|0xffff),
		"version":                  patch(4, le.Uint64(good[4:])|0xff),
		"summary outside":          patch(44, 1<<33),
	} {
		err := readAll(data)
		var format *FormatError
		if !errors.As(err, &format) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := readAll(good); err != nil {
		t.Errorf("the good file: %v", err)
	}
}

func TestBadIntervals(t *testing.T) {
	for name, s := range map[string]section{
		"empty":        {kind: bedGraph, starts: []uint32{5, 8}, ends: []uint32{5, 9}, values: []float32{1, 2}},
		"zero span":    {kind: variableStep, starts: []uint32{5}, values: []float32{1}},
		"overflow":     {kind: fixedStep, starts: []uint32{1 << 30, 0, 3 << 30}, values: []float32{1, 2, 3}, step: 1 << 31, span: 1},
		"unknown type": {kind: 9, starts: []uint32{5}, values: []float32{1}, span: 2},
	} {
		if name == "zero span" || name == "empty" {
			// the index must be right for the block to be reached
			good := section{kind: s.kind, starts: []uint32{5, 8}, ends: []uint32{6, 9}, values: []float32{1, 2}, span: 1}
			data := build(binary.LittleEndian, false, 3, testChroms, []section{good})
			at := int(binary.LittleEndian.Uint64(data[16:])) + 8
			if s.kind == bedGraph {
				binary.LittleEndian.PutUint32(data[at+blockHead+4:], 5)
			} else {
				binary.LittleEndian.PutUint32(data[at+16:], 0)
			}
			if err := readAll(data); !knownError(err) || err == nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err := readAll(build(binary.LittleEndian, true, 3, testChroms, []section{s})); !knownError(err) || err == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Mutants of four files: overwritten bytes and words, cuts, and moved pieces give an error or data; they never panic,
// hang or use memory beyond twice the file and 64 MiB.
func TestMutants(t *testing.T) {
	golden, err := os.ReadFile("testdata/mixed.bw")
	if err != nil {
		t.Fatal(err)
	}
	files := [][]byte{golden,
		build(binary.LittleEndian, true, 3, testChroms, testSections()),
		build(binary.BigEndian, true, 256, testChroms, testSections()),
		build(binary.LittleEndian, false, 2, testChroms, testSections()),
	}
	rng := rand.New(rand.NewSource(7))
	failed := 0
	for i := range 400 {
		data := bytes.Clone(files[i%len(files)])
		for range 1 + rng.Intn(8) {
			at := rng.Intn(len(data) - 8)
			if rng.Intn(2) == 0 {
				at = rng.Intn(700) // the headers and the chromosome tree
			}
			switch rng.Intn(5) {
			case 0:
				data[at] ^= 1 << rng.Intn(8)
			case 1:
				binary.LittleEndian.PutUint32(data[at:], rng.Uint32()>>rng.Intn(32))
			case 2:
				binary.LittleEndian.PutUint64(data[at:], uint64(rng.Intn(len(data))))
			case 3:
				copy(data[at:], data[rng.Intn(len(data)):][:1])
			case 4:
				if rng.Intn(4) == 0 {
					data = data[:max(at, 800)]
				}
			}
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		err := readAll(data)
		runtime.ReadMemStats(&after)
		if !knownError(err) {
			t.Errorf("mutant %d: %v", i, err)
		}
		if used := after.TotalAlloc - before.TotalAlloc; used > 2*uint64(len(data))+64<<20 {
			t.Errorf("mutant %d: %d bytes for a file of %d", i, used, len(data))
		}
		if time.Since(begin) > time.Minute {
			t.Errorf("mutant %d hangs", i)
		}
		if err != nil {
			failed++
		}
	}
	if failed < 100 {
		t.Errorf("only %d of 400 mutants were noticed", failed)
	}
}

func FuzzOpen(f *testing.F) {
	for _, compressed := range []bool{false, true} {
		f.Add(build(binary.LittleEndian, compressed, 3, testChroms, testSections()[38:]))
		f.Add(build(binary.BigEndian, compressed, 2, testChroms, testSections()[38:]))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := readAll(data); !knownError(err) {
			t.Fatal(err)
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var sections []section
	rng := rand.New(rand.NewSource(1))
	for k := range 1000 {
		s := section{kind: bedGraph}
		for i := range 1024 {
			start := uint32(k*102400 + i*100)
			s.starts = append(s.starts, start)
			s.ends = append(s.ends, start+100)
			s.values = append(s.values, float32(rng.Intn(4000))/16)
		}
		sections = append(sections, s)
	}
	data := build(binary.LittleEndian, true, 256, testChroms, sections)
	f := openBytes(b, data)
	b.SetBytes(1024 * 1000 * 12) // unpacked
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		if err := each(f, "chr1", whole, func(list []Interval) { n += len(list) }); err != nil || n != 1024*1000 {
			b.Fatal(n, err)
		}
	}
}
