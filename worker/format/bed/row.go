package bed

import (
	"bytes"
	"fmt"
	"strconv"

	"regioscope/worker/format"
	"regioscope/worker/genome"
)

// chrom is what is known of one chromosome name of the file.
type chrom struct {
	name   string
	length int64 // -1: not checked
	rule   genome.AliasRule
	seen   *UnknownName
}

// parse reads the coordinates of p.fields.
func (p *parser) parse(line int, layout Format) (genome.Region, *LineError) {
	var region genome.Region
	if len(p.fields) < layout.coords() {
		return region, &LineError{line, 0, shorten(bytes.Join(p.fields, []byte(" "))),
			fmt.Sprintf("%s needs %d columns, the row has %d", layout, layout.coords(), len(p.fields))}
	}
	for side := range layout.coords() / 3 {
		anchor, bad := p.anchor(line, 3*side)
		if bad != nil {
			return region, bad
		}
		if side == 0 {
			region.A = anchor
		}
		region.B = anchor
	}
	return region, nil
}

func (p *parser) anchor(line, at int) (genome.Anchor, *LineError) {
	fail := func(column int, msg string, args ...any) (genome.Anchor, *LineError) {
		return genome.Anchor{}, &LineError{line, column + 1, shorten(p.fields[column]), fmt.Sprintf(msg, args...)}
	}
	name := bytes.TrimSpace(p.fields[at])
	if len(name) == 0 {
		return fail(at, "the chromosome is missing")
	}
	start, ok := integer(p.fields[at+1])
	if !ok {
		return fail(at+1, "the start is not a whole number")
	}
	end, ok := integer(p.fields[at+2])
	if !ok {
		return fail(at+2, "the end is not a whole number")
	}
	if start < 0 {
		return fail(at+1, "the start is negative")
	}
	if start > end {
		return fail(at+2, "the end is before the start %d", start)
	}
	c := p.chromOf(name)
	if c.length >= 0 && end > c.length {
		return fail(at+2, "the end is beyond the end of %s, which has %d bp", c.name, c.length)
	}
	return genome.Anchor{Chrom: c.name, Start: start, End: end, Strand: '.'}, nil
}

func (p *parser) chromOf(name []byte) *chrom {
	if c, ok := p.chroms[string(name)]; ok {
		return c
	}
	c := &chrom{name: string(name), length: -1}
	if p.opts.Check != nil {
		i := -1
		if i, c.rule = p.opts.Check.Resolve(c.name); i >= 0 {
			c.length = p.opts.Check.Chroms()[i].Length
		}
	}
	p.chroms[c.name] = c
	return c
}

// integer reads a decimal whole number of at most 18 digits; blanks around it are allowed.
func integer(raw []byte) (int64, bool) {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 || len(raw) > 18 || raw[0] == '+' {
		return 0, false
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	return n, err == nil
}

func split(dst [][]byte, line []byte, tabs bool) [][]byte {
	if !tabs {
		return append(dst, bytes.Fields(line)...)
	}
	for {
		i := bytes.IndexByte(line, '\t')
		if i < 0 {
			return append(dst, line)
		}
		dst = append(dst, line[:i])
		line = line[i+1:]
	}
}

// skip is format.Skip without copying the common row.
func skip(line []byte) bool {
	if len(line) > 0 {
		switch line[0] {
		case ' ', '\t', '#', 't', 'T', 'b', 'B':
		default:
			return false
		}
	}
	return format.Skip(string(line))
}
