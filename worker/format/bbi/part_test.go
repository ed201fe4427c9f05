package bbi

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"math/rand"
	"reflect"
	"slices"
	"testing"
)

// large are blocks of 4000 items of every type, some larger than the file's header says.
func large() []section {
	rng := rand.New(rand.NewSource(4))
	var out []section
	for _, kind := range []byte{bedGraph, variableStep, fixedStep} {
		s := section{kind: kind, span: 3, step: 3}
		at := uint32(len(out)) * 30_000
		for range 4000 {
			s.starts = append(s.starts, at)
			s.ends = append(s.ends, at+3)
			s.values = append(s.values, float32(rng.Intn(1000))/16)
			at += 3
			if kind != fixedStep {
				at += uint32(rng.Intn(4))
			}
		}
		out = append(out, s)
	}
	return out
}

// A block that is wanted up to a position is a beginning of it, which reaches there.
func TestReadStopsBehindTheWindow(t *testing.T) {
	sections := large()
	rng := rand.New(rand.NewSource(5))
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		f := openBytes(t, build(order, true, 3, testChroms, sections))
		blocks, err := f.Blocks("chr1", whole)
		if err != nil || len(blocks) != len(sections) {
			t.Fatal(err)
		}
		var d Decoder
		for k, b := range blocks {
			want := expand(sections[k:k+1], 0)
			shortest := math.MaxInt
			for i := range 60 {
				until := b.Start + uint32(rng.Intn(int(b.End-b.Start)))
				if i < 2 {
					until = []uint32{b.End, b.Start + 1}[i]
				}
				list, err := f.Read(b, until, &d)
				if err != nil {
					t.Fatal(err)
				}
				for i, v := range list {
					if want[i] != (interval{v.Start, v.End, math.Float32bits(v.Value)}) {
						t.Fatalf("block %d until %d: interval %d is %v, want %v", k, until, i, v, want[i])
					}
				}
				if len(list) < len(want) && want[len(list)].start < until || until == b.End && len(list) != len(want) {
					t.Fatalf("block %d until %d: only %d of %d intervals", k, until, len(list), len(want))
				}
				shortest = min(shortest, len(list))
			}
			if len(want)*sections[k].width() < 1<<15 && shortest > len(want)/10 {
				t.Errorf("block %d is read as far as interval %d at least", k, shortest)
			}
		}
	}
}

func (s section) width() int {
	return map[byte]int{bedGraph: 12, variableStep: 8, fixedStep: 4}[s.kind]
}

// The checksum of a block that is read to its end is verified; where less is wanted, what is behind does not matter.
func TestChecksumOfABlock(t *testing.T) {
	sections := large()[1:2]
	data := build(binary.LittleEndian, true, 3, testChroms, sections)
	f := openBytes(t, data)
	blocks, err := f.Blocks("chr1", whole)
	if err != nil {
		t.Fatal(err)
	}
	b := blocks[0]
	data[b.Offset+b.Size-1]++
	var d Decoder
	var format *FormatError
	if _, err := f.Read(b, b.End, &d); !errors.As(err, &format) {
		t.Errorf("a wrong checksum: %v", err)
	}
	list, err := f.Read(b, b.Start+1000, &d)
	if err != nil || !reflect.DeepEqual(list[0], Interval{sections[0].starts[0], sections[0].starts[0] + 3, sections[0].values[0]}) {
		t.Errorf("its beginning: %v", err)
	}
}

// Mutants of a compressed block, read in part and as a whole: an error or intervals, never a panic or endless reading.
func TestMutantsOfABlock(t *testing.T) {
	rng := rand.New(rand.NewSource(6))
	good := build(binary.LittleEndian, true, 3, testChroms, large())
	f := openBytes(t, good)
	blocks, err := f.Blocks("chr1", whole)
	if err != nil {
		t.Fatal(err)
	}
	var d Decoder
	failed := 0
	for range 600 {
		data := bytes.Clone(good)
		b := blocks[rng.Intn(len(blocks))]
		for range 1 + rng.Intn(4) {
			data[b.Offset+rng.Int63n(min(b.Size, 1<<rng.Intn(14)))] ^= 1 << rng.Intn(8)
		}
		m := openBytes(t, data)
		if rng.Intn(3) == 0 { // an index that lies
			b.End = b.Start + 1 + uint32(rng.Intn(1<<16))
		}
		for _, until := range []uint32{0, b.Start + 1, b.Start + uint32(rng.Intn(9000)), b.End, math.MaxUint32} {
			if _, err := m.Read(b, until, &d); err != nil {
				failed++
				if !knownError(err) {
					t.Fatal(err)
				}
			}
		}
	}
	if failed < 600 {
		t.Errorf("only %d of 3000 readings failed", failed)
	}
}

// Where low bytes come first, items are intervals as they lie in memory; elsewhere they are read one by one: the same
// intervals, and the same first bad item.
func TestItemsLieInMemoryOrAreRead(t *testing.T) {
	host := lowFirst
	defer func() { lowFirst = host }()
	r := rand.New(rand.NewSource(3))
	for n := range 40 {
		items := make([]byte, 12*n)
		for i := range n {
			start := uint32(r.Intn(1000))
			binary.LittleEndian.PutUint32(items[12*i:], start)
			binary.LittleEndian.PutUint32(items[12*i+4:], start+uint32(r.Intn(30))) // some are empty
			binary.LittleEndian.PutUint32(items[12*i+8:], math.Float32bits(r.Float32()))
		}
		var lists [2][]Interval
		var bad [2]int
		for k := range lists {
			lowFirst = host && k == 0
			lists[k], bad[k] = new(Decoder).intervals(head{kind: bedGraph, n: n, width: 12}, items)
		}
		if bad[0] != bad[1] || !slices.Equal(lists[0], lists[1]) {
			t.Fatalf("%d items: %v, first bad %d; one by one %v, %d", n, lists[0], bad[0], lists[1], bad[1])
		}
	}
}
