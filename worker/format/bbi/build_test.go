package bbi

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"math"

	"regioscope/worker/genome"
)

// section is one data block as the test wants it. starts and ends are those of the intervals it stands for.
type section struct {
	chrom      uint32
	kind       byte
	step, span uint32
	starts     []uint32
	ends       []uint32 // bedGraph only
	values     []float32
}

// build writes a bigWig file without zooms and summary: any byte order, plain or compressed, index nodes of fanout items.
func build(order binary.AppendByteOrder, compressed bool, fanout int, chroms []genome.Chrom, sections []section) []byte {
	out := make([]byte, headerSize)
	u16 := func(v int) { out = order.AppendUint16(out, uint16(v)) }
	u32 := func(v ...uint32) {
		for _, x := range v {
			out = order.AppendUint32(out, x)
		}
	}
	u64 := func(v ...int) {
		for _, x := range v {
			out = order.AppendUint64(out, uint64(x))
		}
	}
	chromsAt := len(out)
	u32(magicChroms, 256, 8, 8)
	u64(len(chroms), 0)
	out = append(out, 1, 0)
	u16(len(chroms))
	for i, c := range chroms {
		out = append(out, append([]byte(c.Name), make([]byte, 8)...)[:8]...)
		u32(uint32(i), uint32(c.Length))
	}
	dataAt := len(out)
	u64(len(sections))
	var leaves [][6]uint64 // chrom, start, chrom, end, offset, size
	for _, s := range sections {
		last := len(s.starts) - 1
		end := s.starts[last] + s.span
		if s.kind == bedGraph {
			end = s.ends[last]
		}
		b := order.AppendUint32(nil, s.chrom)
		for _, v := range []uint32{s.starts[0], end, s.step, s.span} {
			b = order.AppendUint32(b, v)
		}
		b = append(b, s.kind, 0)
		b = order.AppendUint16(b, uint16(len(s.starts)))
		for i, v := range s.values {
			if s.kind != fixedStep {
				b = order.AppendUint32(b, s.starts[i])
			}
			if s.kind == bedGraph {
				b = order.AppendUint32(b, s.ends[i])
			}
			b = order.AppendUint32(b, math.Float32bits(v))
		}
		if compressed {
			var z bytes.Buffer
			w := zlib.NewWriter(&z)
			w.Write(b)
			w.Close()
			b = z.Bytes()
		}
		leaves = append(leaves, [6]uint64{uint64(s.chrom), uint64(s.starts[0]), uint64(s.chrom), uint64(end), uint64(len(out)), uint64(len(b))})
		out = append(out, b...)
	}
	// The nodes are written leaves first; a level above points to the level below until one node is left.
	write := func(isLeaf byte, items [][6]uint64) [6]uint64 {
		at := len(out)
		out = append(out, isLeaf, 0)
		u16(len(items))
		for _, it := range items {
			u32(uint32(it[0]), uint32(it[1]), uint32(it[2]), uint32(it[3]))
			u64(int(it[4]))
			if isLeaf == 1 {
				u64(int(it[5]))
			}
		}
		first, last := items[0], items[len(items)-1]
		return [6]uint64{first[0], first[1], last[2], last[3], uint64(at)}
	}
	level, isLeaf := leaves, byte(1)
	for len(level) > fanout {
		var above [][6]uint64
		for i := 0; i < len(level); i += fanout {
			above = append(above, write(isLeaf, level[i:min(i+fanout, len(level))]))
		}
		level, isLeaf = above, 0
	}
	indexAt := len(out)
	u32(magicIndex, uint32(fanout))
	u64(len(sections))
	u32(0, 0, uint32(len(chroms)), 0)
	u64(len(out))
	u32(1024, 0)
	write(isLeaf, level)

	head := order.AppendUint32(nil, magicBigWig)
	head = order.AppendUint16(order.AppendUint16(head, 4), 0)
	for _, v := range []int{chromsAt, dataAt, indexAt} {
		head = order.AppendUint64(head, uint64(v))
	}
	head = order.AppendUint32(head, 0)
	head = order.AppendUint64(order.AppendUint64(head, 0), 0)
	if compressed {
		head = order.AppendUint32(head, 32768)
	} else {
		head = order.AppendUint32(head, 0)
	}
	copy(out, head)
	return out
}

var testChroms = []genome.Chrom{{Name: "chr1", Length: 100_000}, {Name: "chr2", Length: 50_000}, {Name: "chr3", Length: 9}}

// testSections holds all section types, several blocks per chromosome, a gap, a NaN and a negative value.
func testSections() []section {
	var out []section
	for k := range 40 {
		s := section{kind: bedGraph}
		for i := range 25 {
			start := uint32(k*2000 + i*50)
			s.starts = append(s.starts, start)
			s.ends = append(s.ends, start+30+uint32(i%20))
			s.values = append(s.values, float32(k)-float32(i)/4)
		}
		if k == 3 {
			s.values[7] = float32(math.NaN())
		}
		out = append(out, s)
	}
	v := section{chrom: 1, kind: variableStep, span: 5}
	for i := range 30 {
		v.starts = append(v.starts, uint32(100+i*i*7+i*5))
		v.values = append(v.values, float32(i))
	}
	f := section{chrom: 1, kind: fixedStep, step: 20, span: 10}
	for i := range 50 {
		f.starts = append(f.starts, uint32(20000+20*i))
		f.values = append(f.values, float32(i)/3)
	}
	return append(out, v, f)
}

type interval struct {
	start, end uint32
	value      uint32 // bits, so that NaN equals NaN
}

// expand lists the intervals of the sections of one chromosome.
func expand(sections []section, chrom uint32) []interval {
	out := []interval{}
	for _, s := range sections {
		for i, start := range s.starts {
			if s.chrom != chrom {
				continue
			}
			end := start + s.span
			if s.kind == bedGraph {
				end = s.ends[i]
			}
			out = append(out, interval{start, end, math.Float32bits(s.values[i])})
		}
	}
	return out
}
