package hdf5

import (
	"fmt"
)

// Registered numbers of the filters.
const (
	filterDeflate  = 1
	filterShuffle  = 2
	filterFletcher = 3
	filterLZF      = 32000
	filterZstd     = 32015
)

var filterNames = map[int]string{4: "szip", 5: "nbit", 6: "scale-offset", 307: "bzip2", 32001: "blosc", 32004: "lz4",
	32008: "bitshuffle", 32026: "blosc2"}

// filter is one step that was applied when writing.
type filter struct {
	id     int
	params []uint32
}

// filters reads the pipeline message.
func (o *object) filters() ([]filter, error) {
	c, ok, err := o.find(msgFilters)
	if err != nil || !ok {
		return nil, err
	}
	at := c.pos()
	version, n := c.u8(), int(c.u8())
	if c.err == nil && (version < 1 || version > 2 || n > 32) {
		return nil, formatErr(at, "%d filters, version %d", n, version)
	}
	if version == 1 {
		c.skip(6)
	}
	pipe := make([]filter, 0, n)
	for range n {
		f := filter{id: int(c.u16())}
		nameLen := 0
		if version == 1 || f.id >= 256 {
			nameLen = int(c.u16())
		}
		c.skip(2) // optional or not: it was applied, so it must be undone
		values := int(c.u16())
		if version == 1 {
			nameLen = (nameLen + 7) &^ 7
		}
		c.skip(nameLen)
		if values > c.remaining()/4 {
			c.fail("filter with %d parameters", values)
			break
		}
		for range values {
			f.params = append(f.params, c.u32())
		}
		if version == 1 && values%2 == 1 {
			c.skip(4)
		}
		pipe = append(pipe, f)
	}
	return pipe, c.err
}

func filterName(id int) string {
	if s, ok := filterNames[id]; ok {
		return s
	}
	return fmt.Sprintf("number %d", id)
}
