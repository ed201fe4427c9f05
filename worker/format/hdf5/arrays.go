package hdf5

import "math/bits"

const arrayPrefix = 6 // signature, version, client

// fixedArray reads the index of a dataset that cannot grow.
func (ix *indexer) fixedArray() error {
	f := ix.f
	c, err := f.read(ix.d.lay.addr, int64(arrayPrefix+2+f.lsz+f.osz), "fixed array")
	if err != nil {
		return err
	}
	c.signature("FAHD")
	c.version(0, "fixed array")
	client, size, pageBits := c.u8(), c.u8(), c.u8()
	n := c.length()
	block := c.addr()
	if c.err != nil {
		return c.err
	}
	e, err := ix.elems(c, client, size)
	if err != nil {
		return err
	}
	// n counts the chunks of the largest extent the dataset may get, which need not be the present one.
	if n < uint64(ix.count) || n > uint64(f.size) || pageBits == 0 || pageBits > 40 {
		return formatErr(c.base, "fixed array of %d chunks (%d needed) in pages of 2^%d", n, ix.count, pageBits)
	}
	if block == undefined {
		return nil
	}
	page, total := int64(1)<<pageBits, int64(n)
	pages, bitmapLen := int64(0), int64(0)
	if total > page {
		pages = (total + page - 1) / page
		bitmapLen = (pages + 7) / 8
	}
	head, err := f.read(block, arrayPrefix+int64(f.osz)+bitmapLen, "fixed array block")
	if err != nil {
		return err
	}
	head.signature("FADB")
	head.version(0, "fixed array block")
	head.skip(1 + f.osz)
	bitmap := head.take(int(bitmapLen))
	if head.err != nil {
		return head.err
	}
	at := block + uint64(len(head.b))
	if pages == 0 {
		return ix.run(at, e, 0, ix.count)
	}
	at += 4 // checksum
	for p := range pages {
		lo := p * page
		if lo >= ix.count {
			break
		}
		n := min(page, total-lo)
		if bitmap[p/8]&(0x80>>(p%8)) != 0 {
			if err := ix.run(at, e, lo, n); err != nil {
				return err
			}
		}
		at += uint64(n*int64(e.size)) + 4
	}
	return nil
}

// run reads n array elements that follow each other at addr; the first one is chunk lo.
func (ix *indexer) run(addr uint64, e elemReader, lo, n int64) error {
	n = min(n, ix.count-lo)
	if n <= 0 {
		return nil
	}
	if n > ix.f.size/int64(e.size) {
		return formatErr(ix.d.lay.at, "array of %d chunks does not fit the file", n)
	}
	if err := ix.m.spend(n*int64(e.size), addr); err != nil {
		return err
	}
	c, err := ix.f.read(addr, n*int64(e.size), "chunk array")
	if err != nil {
		return err
	}
	for i := range n {
		if err := ix.elem1(c, e, lo+i); err != nil {
			return err
		}
	}
	return nil
}

// extArray is the header of an extensible array: the index of a dataset that grows along one dimension. Elements are in
// the index block, then in data blocks that double in size in every second super block; the first data blocks hang on
// the index block, the later ones on secondary blocks.
type extArray struct {
	elemReader
	offLen                 int // bytes of a block offset
	inIndex                int64
	minBlock               int64 // elements of the smallest data block
	minPtrs                int64
	page                   int64 // elements of a page of a large data block
	supers                 int   // super blocks in all
	firstSupers, directPtr int   // super blocks and data blocks that hang on the index block
}

func (ix *indexer) extensibleArray() error {
	f := ix.f
	c, err := f.read(ix.d.lay.addr, int64(arrayPrefix+6+6*f.lsz+f.osz), "extensible array")
	if err != nil {
		return err
	}
	c.signature("EAHD")
	c.version(0, "extensible array")
	client, size, maxBits := c.u8(), c.u8(), int(c.u8())
	a := extArray{inIndex: int64(c.u8()), minBlock: int64(c.u8()), minPtrs: int64(c.u8())}
	pageBits := c.u8()
	c.skip(6 * f.lsz)
	block := c.addr()
	if c.err != nil {
		return c.err
	}
	if a.elemReader, err = ix.elems(c, client, size); err != nil {
		return err
	}
	pow2 := func(v int64) bool { return v > 0 && v&(v-1) == 0 }
	log2 := func(v int64) int { return bits.Len64(uint64(v)) - 1 }
	if maxBits < 1 || maxBits > 62 || !pow2(a.minBlock) || !pow2(a.minPtrs) || pageBits == 0 || pageBits > 40 || log2(a.minBlock) > maxBits {
		return formatErr(c.base, "extensible array with impossible sizes")
	}
	a.offLen = (maxBits + 7) / 8
	a.page = 1 << pageBits
	a.supers = 1 + maxBits - log2(a.minBlock)
	a.firstSupers = min(2*log2(a.minPtrs), a.supers)
	a.directPtr = int(2 * (a.minPtrs - 1))
	if block == undefined {
		return nil
	}
	return ix.extIndexBlock(a, block)
}

func (ix *indexer) extIndexBlock(a extArray, addr uint64) error {
	f := ix.f
	n := int64(arrayPrefix+f.osz) + a.inIndex*int64(a.size) + int64(a.directPtr+a.supers-a.firstSupers)*int64(f.osz)
	c, err := f.read(addr, n, "extensible array index block")
	if err != nil {
		return err
	}
	c.signature("EAIB")
	c.version(0, "extensible array index block")
	c.skip(1 + f.osz)
	elems := c.sub(int(a.inIndex) * a.size)
	if c.err != nil {
		return c.err
	}
	for i := range min(a.inIndex, ix.count) {
		if err := ix.elem1(elems, a.elemReader, i); err != nil {
			return err
		}
	}
	at := a.inIndex
	for s := 0; s < a.supers && at < ix.count; s++ {
		blocks := int64(1) << (s / 2)
		length := a.minBlock << ((s + 1) / 2)
		if s >= a.firstSupers {
			super := c.addr()
			if c.err != nil {
				return c.err
			}
			if err := ix.extSuperBlock(a, super, at, blocks, length); err != nil {
				return err
			}
			if blocks > (ix.count-at)/length {
				return nil
			}
			at += blocks * length
			continue
		}
		for range blocks {
			data := c.addr()
			if c.err != nil {
				return c.err
			}
			if err := ix.extDataBlock(a, data, at, length, nil, 0); err != nil {
				return err
			}
			at += length
		}
	}
	return nil
}

func (ix *indexer) extSuperBlock(a extArray, addr uint64, at, blocks, length int64) error {
	if addr == undefined {
		return nil
	}
	f := ix.f
	pages := int64(0)
	if length > a.page {
		pages = length / a.page
	}
	if blocks > f.size || pages > f.size {
		return formatErr(f.base+int64(addr&(1<<62-1)), "extensible array block larger than the file")
	}
	bitmapLen := blocks * ((pages + 7) / 8)
	n := int64(arrayPrefix+f.osz+a.offLen) + bitmapLen + blocks*int64(f.osz)
	if err := ix.m.spend(n, addr); err != nil {
		return err
	}
	c, err := f.read(addr, n, "extensible array secondary block")
	if err != nil {
		return err
	}
	c.signature("EASB")
	c.version(0, "extensible array secondary block")
	c.skip(1 + f.osz + a.offLen)
	bitmap := c.take(int(bitmapLen))
	for b := range blocks {
		data := c.addr()
		if c.err != nil {
			return c.err
		}
		if at >= ix.count {
			break
		}
		if err := ix.extDataBlock(a, data, at, length, bitmap, b*pages); err != nil {
			return err
		}
		at += length
	}
	return nil
}

// extDataBlock reads one data block. A block longer than a page is stored in pages, and the secondary block's bitmap,
// from bit firstBit on, says which of them were ever written.
func (ix *indexer) extDataBlock(a extArray, addr uint64, at, length int64, bitmap []byte, firstBit int64) error {
	if addr == undefined {
		return nil
	}
	f := ix.f
	head, err := f.read(addr, int64(arrayPrefix+f.osz+a.offLen), "extensible array data block")
	if err != nil {
		return err
	}
	head.signature("EADB")
	head.version(0, "extensible array data block")
	if head.err != nil {
		return head.err
	}
	body := addr + uint64(len(head.b))
	if length <= a.page {
		return ix.run(body, a.elemReader, at, length)
	}
	if bitmap == nil {
		return unsupported(head.base, "paged data block without a secondary block")
	}
	body += 4 // checksum
	for p := int64(0); p < length/a.page && at+p*a.page < ix.count; p++ {
		bit := firstBit + p
		if bitmap[bit/8]&(0x80>>(bit%8)) != 0 {
			if err := ix.run(body, a.elemReader, at+p*a.page, a.page); err != nil {
				return err
			}
		}
		body += uint64(a.page*int64(a.size)) + 4
	}
	return nil
}
