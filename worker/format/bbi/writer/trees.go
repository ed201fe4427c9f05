package writer

import (
	"encoding/binary"
	"slices"
	"strings"

	"regioscope/worker/genome"
)

const (
	chromMagic = 0x78CA8C91
	indexMagic = 0x2468ACE0
	treeWidth  = 256
)

// span is a stretch of one chromosome (by id).
type span struct{ chrom, start, end uint32 }

// leaf is one block of data in an index.
type leaf struct {
	span
	offset, size uint64
}

// treeNode is a node of either tree with its items still in memory.
type treeNode struct {
	items    [][]byte // encoded keys; the offset of the child is appended when it is known
	children []*treeNode
	first    []byte
	bounds   [2]span
	offset   uint64
}

// layers groups the nodes of one layer under the next until one is left, and returns all layers, root first.
func layers(bottom []*treeNode, parent func([]*treeNode) *treeNode) [][]*treeNode {
	all := [][]*treeNode{bottom}
	for len(all[0]) > 1 {
		var up []*treeNode
		for group := range slices.Chunk(all[0], treeWidth) {
			up = append(up, parent(group))
		}
		all = append([][]*treeNode{up}, all...)
	}
	return all
}

// encodeTree places the nodes one after the other from address at and appends them to b.
func encodeTree(b []byte, at uint64, all [][]*treeNode) []byte {
	le := binary.LittleEndian
	at += uint64(len(b))
	for _, layer := range all {
		for _, n := range layer {
			n.offset = at
			at += 4
			for _, item := range n.items {
				at += uint64(len(item))
			}
			at += 8 * uint64(len(n.children))
		}
	}
	for _, layer := range all {
		for _, n := range layer {
			isLeaf := byte(1)
			if n.children != nil {
				isLeaf = 0
			}
			b = append(b, isLeaf, 0)
			b = le.AppendUint16(b, uint16(len(n.items)))
			for i, item := range n.items {
				b = append(b, item...)
				if n.children != nil {
					b = le.AppendUint64(b, n.children[i].offset)
				}
			}
		}
	}
	return b
}

// chromTree is the B+ tree of chromosome names, which are sorted; the ids are places in chroms.
func chromTree(chroms []genome.Chrom, at uint64) []byte {
	le := binary.LittleEndian
	order := make([]int, len(chroms))
	width := 1
	for i, c := range chroms {
		order[i] = i
		width = max(width, len(c.Name))
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(chroms[a].Name, chroms[b].Name) })
	var bottom []*treeNode
	for group := range slices.Chunk(order, treeWidth) {
		n := &treeNode{}
		for _, i := range group {
			key := make([]byte, width)
			copy(key, chroms[i].Name)
			item := le.AppendUint32(slices.Clone(key), uint32(i))
			n.items = append(n.items, le.AppendUint32(item, uint32(chroms[i].Length)))
			if n.first == nil {
				n.first = key
			}
		}
		bottom = append(bottom, n)
	}
	all := layers(bottom, func(group []*treeNode) *treeNode {
		n := &treeNode{children: group, first: group[0].first}
		for _, c := range group {
			n.items = append(n.items, slices.Clone(c.first))
		}
		return n
	})
	b := le.AppendUint32(nil, chromMagic)
	b = le.AppendUint32(b, uint32(min(treeWidth, len(chroms))))
	b = le.AppendUint32(b, uint32(width))
	b = le.AppendUint32(b, 8) // bytes per value: id and length
	b = le.AppendUint64(b, uint64(len(chroms)))
	b = le.AppendUint64(b, 0)
	return encodeTree(b, at, all)
}

// appendBounds writes the first and the last base of a node or block.
func appendBounds(b []byte, first, last span) []byte {
	for _, v := range []uint32{first.chrom, first.start, last.chrom, last.end} {
		b = binary.LittleEndian.AppendUint32(b, v)
	}
	return b
}

// rtree is the index of the blocks, which are in genome order.
func rtree(index []leaf, itemsPerBlock int, at uint64) []byte {
	le := binary.LittleEndian
	bottom := []*treeNode{}
	for group := range slices.Chunk(index, treeWidth) {
		n := &treeNode{bounds: [2]span{group[0].span, group[len(group)-1].span}}
		for _, l := range group {
			item := appendBounds(nil, l.span, l.span)
			n.items = append(n.items, le.AppendUint64(le.AppendUint64(item, l.offset), l.size))
		}
		bottom = append(bottom, n)
	}
	if len(bottom) == 0 {
		bottom = append(bottom, &treeNode{})
	}
	all := layers(bottom, func(group []*treeNode) *treeNode {
		n := &treeNode{children: group, bounds: [2]span{group[0].bounds[0], group[len(group)-1].bounds[1]}}
		for _, c := range group {
			n.items = append(n.items, appendBounds(nil, c.bounds[0], c.bounds[1]))
		}
		return n
	})
	root := all[0][0].bounds
	b := le.AppendUint32(nil, indexMagic)
	b = le.AppendUint32(b, treeWidth)
	b = le.AppendUint64(b, uint64(len(index)))
	b = appendBounds(b, root[0], root[1])
	b = le.AppendUint64(b, at) // end of the data
	b = le.AppendUint32(b, uint32(itemsPerBlock))
	b = le.AppendUint32(b, 0)
	return encodeTree(b, at, all)
}
