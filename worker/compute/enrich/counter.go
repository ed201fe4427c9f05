package enrich

import "math/bits"

// planes is how many bits the sliced counters have; after 2^planes − 1 rows they are emptied into whole numbers.
const planes = 12

// counter sums rows of n bits by column, 64 columns at a time: plane p holds bit p of 64 counters, and adding a row is a
// ripple of half adders, which ends as soon as nothing is carried.
type counter struct {
	sums   []int64
	slices []uint64 // words × planes
	words  int
	rows   int // since they were emptied
}

func newCounter(n int) *counter {
	words := (n + 63) / 64
	return &counter{sums: make([]int64, n), slices: make([]uint64, words*planes), words: words}
}

// add adds the columns of row that are in mask.
func (c *counter) add(row, mask []uint64) {
	for w := range c.words {
		carry := row[w] & mask[w]
		slice := c.slices[w*planes : (w+1)*planes]
		for p := 0; carry != 0; p++ {
			slice[p], carry = slice[p]^carry, slice[p]&carry
		}
	}
	if c.rows++; c.rows == 1<<planes-1 {
		c.empty()
	}
}

func (c *counter) empty() {
	for i, slice := range c.slices {
		word, plane := i/planes, i%planes
		for ; slice != 0; slice &= slice - 1 {
			c.sums[word*64+bits.TrailingZeros64(slice)] += 1 << plane
		}
	}
	clear(c.slices)
	c.rows = 0
}

// total gives the sums.
func (c *counter) total() []int64 {
	c.empty()
	return c.sums
}
