package genes

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// lines reads the file line by line, unpacking it when it is gzipped.
func (p *parser) lines(r io.Reader) error {
	in := bufio.NewReader(r)
	if magic, _ := in.Peek(2); len(magic) == 2 && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		defer z.Close()
		in = bufio.NewReader(damaged{z})
	}
	scan := bufio.NewScanner(in)
	scan.Buffer(nil, MaxLine)
	for scan.Scan() {
		p.line++
		more, err := p.text(scan.Text())
		if err != nil {
			return err
		}
		if !more || len(p.errs) == maxErrors {
			return nil
		}
	}
	if errors.Is(scan.Err(), bufio.ErrTooLong) {
		p.line++
		p.bad("the line is longer than %d bytes", MaxLine)
		return errors.Join(p.errs...)
	}
	return scan.Err()
}

// damaged names what a reader of compressed bytes says.
type damaged struct{ r io.Reader }

func (d damaged) Read(b []byte) (int, error) {
	n, err := d.r.Read(b)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return n, err
}

// text reads one line; more is false when nothing that follows is about genes.
func (p *parser) text(line string) (more bool, err error) {
	if p.line == 1 {
		line = strings.TrimPrefix(line, "\ufeff")
	}
	if strings.IndexByte(line, 0) >= 0 {
		p.bad("the file is not a text file")
		return false, nil
	}
	switch {
	case strings.HasPrefix(line, "##gff-version"):
		if v := strings.TrimSpace(line[len("##gff-version"):]); v == "3" || strings.HasPrefix(v, "3.") {
			p.format = GFF3
		}
		return true, nil
	case line == "##FASTA" || strings.HasPrefix(line, ">"): // sequences may follow in GFF3
		return false, nil
	case strings.TrimSpace(line) == "", line[0] == '#', strings.HasPrefix(line, "track"), strings.HasPrefix(line, "browser"):
		return true, nil
	}
	p.rows++
	fields := strings.Split(line, "\t")
	if p.format == "" {
		if p.format = guess(fields); p.format == "" {
			return false, ErrFormat
		}
	}
	switch p.format {
	case BED12:
		return true, p.bed(fields)
	default:
		return true, p.gff(fields)
	}
}

// guess tells the format from the first row.
func guess(f []string) Format {
	if len(f) >= 12 && digits(f[1]) && digits(f[2]) && digits(f[9]) {
		return BED12
	}
	if len(f) < 9 || !digits(f[3]) || !digits(f[4]) {
		return ""
	}
	attributes := strings.TrimSpace(f[8])
	word, rest, _ := strings.Cut(attributes, " ")
	if strings.HasPrefix(strings.TrimSpace(rest), `"`) && !strings.Contains(word, "=") {
		return GTF
	}
	if strings.Contains(word, "=") {
		return GFF3
	}
	return ""
}

func digits(s string) bool {
	_, err := strconv.ParseUint(s, 10, 62)
	return err == nil
}

// number reads a whole number of a column.
func (p *parser) number(what, s string) (int64, bool) {
	n, err := strconv.ParseInt(strings.TrimSpace(s), 10, 64)
	if err != nil || n < 0 || n > 1<<62 {
		p.bad("the %s, %.40q, is not a whole number", what, s)
		return 0, false
	}
	return n, true
}

func strandOf(s string) byte {
	if s == "+" || s == "-" {
		return s[0]
	}
	return '.'
}
