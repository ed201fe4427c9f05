package npy

import (
	"strconv"
	"strings"
)

// scanner walks the Python literal of the header: a dict of strings, booleans and tuples of integers.
type scanner struct {
	s    string
	pos  int
	base int64
}

func parseDict(s string, base int64) (Header, error) {
	c := &scanner{s: s, base: base}
	var h Header
	var seen int
	if !c.take('{') {
		return h, c.fail("header is not a dict")
	}
	for !c.take('}') {
		key, err := c.text()
		if err != nil {
			return h, err
		}
		if !c.take(':') {
			return h, c.fail("header misses ':'")
		}
		switch key {
		case "descr":
			seen |= 1
			var descr string
			if descr, err = c.text(); err == nil {
				h.DType, err = parseDType(descr, c.offset())
			}
		case "fortran_order":
			seen |= 2
			h.Fortran, err = c.boolean()
		case "shape":
			seen |= 4
			h.Shape, err = c.tuple()
		default:
			err = c.fail("header has the unknown key " + strconv.Quote(key))
		}
		if err != nil {
			return h, err
		}
		if !c.take(',') {
			if c.take('}') {
				break
			}
			return h, c.fail("header misses ','")
		}
	}
	if seen != 7 {
		return h, c.fail("header misses descr, fortran_order or shape")
	}
	if strings.Trim(c.s[c.pos:], " \n") != "" {
		return h, c.fail("header has text behind its dict")
	}
	return h, nil
}

func (c *scanner) offset() int64 { return c.base + int64(c.pos) }

func (c *scanner) fail(msg string) error { return &FormatError{Offset: c.offset(), Msg: msg} }

func (c *scanner) take(b byte) bool {
	for c.pos < len(c.s) && c.s[c.pos] == ' ' {
		c.pos++
	}
	if c.pos < len(c.s) && c.s[c.pos] == b {
		c.pos++
		return true
	}
	return false
}

func (c *scanner) text() (string, error) {
	for _, quote := range []byte{'\'', '"'} {
		if !c.take(quote) {
			continue
		}
		end := strings.IndexByte(c.s[c.pos:], quote)
		if end < 0 {
			return "", c.fail("header has an open quote")
		}
		out := c.s[c.pos : c.pos+end]
		c.pos += end + 1
		return out, nil
	}
	return "", c.fail("header misses a text (structured types are not supported)")
}

func (c *scanner) boolean() (bool, error) {
	c.take(' ')
	for word, value := range map[string]bool{"True": true, "False": false} {
		if strings.HasPrefix(c.s[c.pos:], word) {
			c.pos += len(word)
			return value, nil
		}
	}
	return false, c.fail("header misses True or False")
}

func (c *scanner) tuple() ([]int64, error) {
	if !c.take('(') {
		return nil, c.fail("header misses the shape")
	}
	shape := []int64{}
	for !c.take(')') {
		c.take(' ')
		end := c.pos
		for end < len(c.s) && c.s[end] >= '0' && c.s[end] <= '9' {
			end++
		}
		n, err := strconv.ParseInt(c.s[c.pos:end], 10, 64)
		if err != nil {
			return nil, c.fail("header has a bad shape")
		}
		c.pos = end
		if shape = append(shape, n); len(shape) > maxDims {
			return nil, c.fail("header has too many dimensions")
		}
		if !c.take(',') {
			if c.take(')') {
				break
			}
			return nil, c.fail("header has a bad shape")
		}
	}
	return shape, nil
}
