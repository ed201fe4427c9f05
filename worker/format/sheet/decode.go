package sheet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"

	"regioscope/worker/format"
)

// decode reads the whole text, as UTF-8 with lines that end in \n: unpacked, without its byte order mark, from UTF-16 (what
// Excel calls Unicode text) or, where bytes are not UTF-8, from Latin-1, which latin1 then tells.
func decode(r io.Reader) (text []byte, latin1 bool, err error) {
	text, err = readAll(r)
	if err != nil {
		return nil, false, err
	}
	if format.IsGzip(text) {
		z, err := gzip.NewReader(bytes.NewReader(text))
		if err == nil {
			text, err = readAll(z)
		}
		switch {
		case errors.Is(err, ErrTooLarge):
			return nil, false, err
		case err != nil:
			return nil, false, fmt.Errorf("%w: %w", ErrDamaged, err)
		case format.IsGzip(text):
			return nil, false, fmt.Errorf("%w: it is compressed twice", ErrNotText)
		}
	}
	if text, err = fromUTF16(text); err != nil {
		return nil, false, err
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	switch kind := format.Sniff(text[:min(len(text), format.HeadSize)]); {
	case kind == format.Zip:
		return nil, false, fmt.Errorf("%w: if it is a spreadsheet, save the sheet as CSV or TSV first", ErrNotText)
	case kind == format.HTML || kind == format.XML:
		return nil, false, fmt.Errorf("%w of values: it is %s", ErrNotText, kind)
	case kind == format.HDF5 || kind == format.BigWig || kind == format.BigBed || kind == format.NPY || kind == format.Hic:
		return nil, false, fmt.Errorf("%w: it is %s", ErrNotText, kind)
	case bytes.IndexByte(text, 0) >= 0:
		return nil, false, fmt.Errorf("%w: line %d has a zero byte", ErrNotText, 1+bytes.Count(text[:bytes.IndexByte(text, 0)], []byte{'\n'}))
	}
	if !utf8.Valid(text) {
		text, latin1 = fromLatin1(text), true
	}
	if bytes.IndexByte(text, '\n') < 0 { // as Excel for the Mac once ended lines
		text = bytes.ReplaceAll(text, []byte{'\r'}, []byte{'\n'})
	}
	return text, latin1, nil
}

func readAll(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, MaxBytes+1))
	if err == nil && len(text) > MaxBytes {
		err = fmt.Errorf("%w: it has more than %d MiB of text", ErrTooLarge, MaxBytes>>20)
	}
	return text, err
}

func fromUTF16(text []byte) ([]byte, error) {
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(text, []byte{0xff, 0xfe}):
		order = binary.LittleEndian
	case bytes.HasPrefix(text, []byte{0xfe, 0xff}):
		order = binary.BigEndian
	default:
		return text, nil
	}
	text = text[2:]
	if len(text)%2 != 0 {
		return nil, fmt.Errorf("%w: its UTF-16 ends within a character", ErrNotText)
	}
	out := make([]byte, 0, len(text)/2)
	for i := 0; i < len(text); i += 2 {
		c := rune(order.Uint16(text[i:]))
		if utf16.IsSurrogate(c) && i+3 < len(text) {
			if full := utf16.DecodeRune(c, rune(order.Uint16(text[i+2:]))); full != utf8.RuneError {
				c, i = full, i+2
			}
		}
		out = utf8.AppendRune(out, c)
	}
	return out, nil
}

func fromLatin1(text []byte) []byte {
	out := make([]byte, 0, len(text)+len(text)/8)
	for _, b := range text {
		out = utf8.AppendRune(out, rune(b))
	}
	return out
}
