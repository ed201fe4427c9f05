package bed

import (
	"bytes"
	"fmt"
	"io"

	"regioscope/worker/format"
	"regioscope/worker/genome"
)

// Options of Parse. The zero value reads either format, checks no assembly, and has the default limits.
type Options struct {
	Format    Format
	Check     *genome.Names // the assembly; nil = none
	MaxErrors int           // malformed rows that are listed; 0 = 100
	MaxBytes  int64         // of text, unpacked; 0 = 4 GiB, which is also the most
	MaxRows   int           // 0 = 10 million
}

const (
	maxColumns      = 256
	maxCells        = 100_000_000 // rows × extra columns, 4 bytes each besides their text
	maxUnknownNames = 100
)

// Parse reads a whole file. Malformed rows: *ParseError. Refused as a whole: ErrEmpty, ErrNotText, ErrKind, ErrDamaged,
// ErrTooLarge, wrapped with what was found. Memory: about 90 bytes per row and the text of the extra columns.
func Parse(r io.Reader, opts Options) (*Table, error) {
	if opts.MaxErrors == 0 {
		opts.MaxErrors = 100
	}
	if opts.MaxBytes <= 0 || opts.MaxBytes > defaultMaxRaw {
		opts.MaxBytes = defaultMaxRaw // offsets into column texts are 32 bit
	}
	if opts.MaxRows == 0 {
		opts.MaxRows = 10_000_000
	}
	src, err := newSource(r, opts.MaxBytes)
	if err != nil {
		return nil, err
	}
	p := &parser{opts: opts, format: opts.Format, chroms: make(map[string]*chrom), strand: [2]int{-1, -1}}
	for {
		text, err := src.next()
		if err == io.EOF {
			break
		}
		if err == nil {
			err = p.line(src.line, text)
		}
		if err != nil {
			return nil, err
		}
	}
	return p.finish()
}

type parser struct {
	opts    Options
	format  Format
	table   Table
	errors  ParseError
	chroms  map[string]*chrom
	unknown []*UnknownName
	fields  [][]byte
	comment []byte   // last comment line before the first row
	head    *headRow // a first row that did not parse
	names   []string // of all columns, when the file gives them
	width   int      // columns of the first row
	strand  [2]int   // columns of the strands, -1 = none
	odd     bool     // a strand column holds something else
}

func (p *parser) line(line int, text []byte) error {
	if skip(text) {
		if p.width == 0 && p.head == nil && len(text) > 0 && text[0] == '#' {
			p.comment = append(p.comment[:0], text[1:]...)
		}
		return nil
	}
	tabs := bytes.IndexByte(text, '\t') >= 0
	p.fields = split(p.fields[:0], text, tabs)
	if p.width == 0 {
		return p.first(line, text, tabs)
	}
	return p.row(line)
}

// first handles rows until one has parsed: the format and the columns are not known before.
func (p *parser) first(line int, text []byte, tabs bool) error {
	layout := p.format
	if layout == Auto {
		layout = BED
		if format.IsBEDPE(format.Fields(string(text))) {
			layout = BEDPE
		}
	}
	if len(p.fields)-layout.coords() > maxColumns {
		return fmt.Errorf("%w: line %d has %d columns", ErrTooLarge, line, len(p.fields))
	}
	if _, bad := p.parse(line, layout); bad != nil {
		if p.head == nil && p.errors.Count == 0 {
			p.head = newHeadRow(*bad, p.fields, tabs)
		} else {
			p.flushHead()
			p.fail(*bad)
		}
		return nil
	}
	p.format, p.width = layout, len(p.fields)
	if p.head != nil && p.head.names(layout, p.fields, tabs) {
		p.names, p.head = p.head.text, nil
	}
	p.flushHead()
	if p.names == nil && p.errors.Count == 0 {
		p.names = commentNames(p.comment, p.fields)
	}
	p.table.Columns = make([]Column, p.width-layout.coords())
	p.nameColumns()
	return p.row(line)
}

func (p *parser) flushHead() {
	if p.head != nil {
		p.fail(p.head.bad)
		p.head = nil
	}
}

func (p *parser) fail(e LineError) {
	p.errors.Count++
	if len(p.errors.Errors) < p.opts.MaxErrors {
		p.errors.Errors = append(p.errors.Errors, e)
	}
}

func (p *parser) row(line int) error {
	if len(p.fields) > p.width {
		p.fail(LineError{line, p.width + 1, shorten(p.fields[p.width]),
			fmt.Sprintf("the row has %d columns where the first row has %d", len(p.fields), p.width)})
		return nil
	}
	region, bad := p.parse(line, p.format)
	if bad != nil {
		p.fail(*bad)
		return nil
	}
	if p.errors.Count > 0 {
		return nil // the file is refused: only further errors are of interest
	}
	t := &p.table
	region.Index = len(t.Regions)
	if region.Index >= p.opts.MaxRows || (region.Index+1)*len(t.Columns) > maxCells {
		return fmt.Errorf("%w: it has more than %d regions with %d columns", ErrTooLarge, region.Index, p.width)
	}
	for i, at := range p.strand {
		strand := p.strandOf(at)
		switch {
		case i == 0:
			region.A.Strand = strand
		case p.format == BEDPE:
			region.B.Strand = strand
		}
	}
	if p.format == BED {
		region.B = region.A
	}
	t.Regions = append(t.Regions, region)
	if len(p.fields) < p.width {
		if t.Report.Short++; t.Report.FirstShort == 0 {
			t.Report.FirstShort = line
		}
	}
	for i := range t.Columns {
		c := &t.Columns[i]
		if at := p.format.coords() + i; at < len(p.fields) {
			c.text = append(c.text, p.fields[at]...)
		}
		c.ends = append(c.ends, uint32(len(c.text)))
	}
	p.count(line, region)
	return nil
}

func (p *parser) strandOf(column int) byte {
	if column < 0 || column >= len(p.fields) {
		return '.'
	}
	switch string(p.fields[column]) {
	case "+":
		return '+'
	case "-":
		return '-'
	case ".", "", "*":
	default:
		p.odd = true
	}
	return '.'
}

// count adds an accepted row to the report.
func (p *parser) count(line int, region genome.Region) {
	report := &p.table.Report
	report.Rows++
	switch region.A.Strand {
	case '+':
		report.Plus++
	case '-':
		report.Minus++
	default:
		report.Unstranded++
	}
	if p.opts.Check == nil {
		return
	}
	if report.Aliases == nil {
		report.Aliases = make(map[genome.AliasRule]int)
	}
	anchors := []string{region.A.Chrom, region.B.Chrom}[:p.format.coords()/3]
	unknown := false
	for side, name := range anchors {
		c := p.chroms[name]
		report.Aliases[c.rule]++
		if c.rule != genome.AliasNone {
			continue
		}
		unknown = true
		if c.seen == nil {
			c.seen = &UnknownName{Name: c.name, FirstLine: line}
			p.unknown = append(p.unknown, c.seen)
		}
		if side == 0 || name != anchors[0] {
			c.seen.Rows++
		}
	}
	if unknown {
		report.Unknown++
	}
}

func (p *parser) finish() (*Table, error) {
	p.flushHead()
	if p.errors.Count > 0 {
		return nil, &p.errors
	}
	t := &p.table
	if len(t.Regions) == 0 {
		return nil, ErrEmpty
	}
	t.Format, t.Header = p.format, p.names != nil
	for i, name := range p.unknown {
		if i == maxUnknownNames {
			break
		}
		t.Report.UnknownNames = append(t.Report.UnknownNames, *name)
	}
	if p.odd {
		p.dropStrands()
	}
	p.describeColumns()
	return t, nil
}
