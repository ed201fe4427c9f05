package bed

import (
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"regioscope/worker/format"
)

const (
	maxLine = 1 << 20
	// Deflate shrinks at most 1032-fold; region files shrink 3- to 20-fold.
	maxRatio      = 200
	ratioFrom     = 64 << 20
	defaultMaxRaw = 4<<30 - 1
)

// source gives the lines of a plain or gzip file and stops what cannot be a region file.
type source struct {
	in       *bufio.Reader
	packed   *counter // nil when plain
	unpacked counter
	max      int64
	line     int
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func newSource(r io.Reader, max int64) (*source, error) {
	s := &source{max: max}
	head := bufio.NewReaderSize(r, format.HeadSize)
	start, err := head.Peek(2)
	if err != nil && err != io.EOF {
		return nil, fmt.Errorf("read: %w", err)
	}
	s.unpacked.r = head
	if format.IsGzip(start) {
		s.packed = &counter{r: head}
		z, err := gzip.NewReader(s.packed)
		if err != nil {
			return nil, s.readError(err)
		}
		s.unpacked.r = z
	}
	s.in = bufio.NewReaderSize(&s.unpacked, maxLine)
	begin, err := s.in.Peek(format.HeadSize)
	if err != nil && err != io.EOF {
		return nil, s.readError(err)
	}
	if s.packed != nil && format.IsGzip(begin) {
		return nil, fmt.Errorf("%w: it is compressed twice", ErrKind)
	}
	switch kind := format.Sniff(begin); kind {
	case format.Empty, format.Text, format.BED, format.BEDPE, format.Binary, format.UTF16:
	default:
		return nil, fmt.Errorf("%w: it is %s", ErrKind, kind)
	}
	if bytes.HasPrefix(begin, []byte("\xef\xbb\xbf")) {
		s.in.Discard(3)
	}
	if bytes.HasPrefix(begin, []byte("\xff\xfe")) || bytes.HasPrefix(begin, []byte("\xfe\xff")) {
		return nil, fmt.Errorf("%w: it looks like UTF-16; save it as plain text (UTF-8)", ErrNotText)
	}
	return s, nil
}

// next gives the next line without its end; the slice is valid until the next call. io.EOF after the last line.
func (s *source) next() ([]byte, error) {
	line, err := s.in.ReadSlice('\n')
	if err == bufio.ErrBufferFull {
		return nil, fmt.Errorf("%w: line %d is longer than %d bytes", ErrTooLarge, s.line+1, maxLine)
	}
	if err != nil && err != io.EOF {
		return nil, s.readError(err)
	}
	if err == io.EOF && len(line) == 0 {
		return nil, io.EOF
	}
	s.line++
	if s.unpacked.n > s.max {
		return nil, fmt.Errorf("%w: it holds more than %d bytes of text", ErrTooLarge, s.max)
	}
	if s.packed != nil && s.unpacked.n > ratioFrom && s.unpacked.n > maxRatio*s.packed.n {
		return nil, fmt.Errorf("%w: it unpacks to more than %d times its size, which no region file does", ErrTooLarge, maxRatio)
	}
	if i := bytes.IndexByte(line, 0); i >= 0 {
		return nil, fmt.Errorf("%w: line %d has a zero byte", ErrNotText, s.line)
	}
	if !utf8.Valid(line) {
		return nil, fmt.Errorf("%w: line %d has bytes that are not UTF-8", ErrNotText, s.line)
	}
	return bytes.TrimRight(line, "\r\n"), nil
}

func (s *source) readError(err error) error {
	var corrupt flate.CorruptInputError
	switch {
	case s.packed == nil:
		return fmt.Errorf("read line %d: %w", s.line+1, err)
	case errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return fmt.Errorf("%w: it ends early, after line %d (was the upload cut?)", ErrDamaged, s.line)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader), errors.As(err, &corrupt):
		return fmt.Errorf("%w after line %d: %w", ErrDamaged, s.line, err)
	default:
		return fmt.Errorf("read line %d: %w", s.line+1, err)
	}
}
