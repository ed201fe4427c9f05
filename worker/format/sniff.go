// Package format tells file formats apart by their first bytes. The readers are in its subfolders.
package format

import (
	"bytes"
	"encoding/binary"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/gzip"
)

// Kind is what a file looks like, whatever its name says.
type Kind int

const (
	Empty Kind = iota // no bytes, or white space only
	HDF5              // .mcool, .cool and others
	BigWig
	BigBed
	BED    // text whose first data row has a name and two whole numbers
	BEDPE  // text whose first data row has two such triples
	Text   // other text
	HTML   // a web page, often an error or login page saved under the name of a data file
	XML    // also what object stores answer instead of a file
	NPY    // a NumPy array
	BAM    // BAM or another binary format inside bgzip
	Hic    // Juicer .hic
	Zip    // .zip, .npz, .xlsx
	UTF16  // text of two bytes per character, with its mark at the start
	Binary // anything else
)

// HeadSize is how many bytes Sniff can make use of.
const HeadSize = 64 << 10

// String is a noun phrase for messages: "this is …".
func (k Kind) String() string {
	switch k {
	case Empty:
		return "an empty file"
	case HDF5:
		return "an HDF5 file (.mcool, .cool)"
	case BigWig:
		return "a bigWig file"
	case BigBed:
		return "a bigBed file"
	case BED:
		return "a BED file"
	case BEDPE:
		return "a BEDPE file"
	case Text:
		return "a text file, but not BED or BEDPE"
	case HTML:
		return "a web page (HTML)"
	case XML:
		return "an XML document"
	case NPY:
		return "a NumPy array file"
	case BAM:
		return "a binary file inside gzip (BAM?)"
	case Hic:
		return "a Juicer .hic file"
	case Zip:
		return "a zip archive"
	case UTF16:
		return "a text file in UTF-16"
	default:
		return "a binary file of unknown format"
	}
}

// Advice is a sentence on what to do with such a file, or empty.
func (k Kind) Advice() string {
	switch k {
	case HTML:
		return "Perhaps it is an error or login page that was saved in place of the data."
	case XML:
		return "Perhaps it is an error message that was saved in place of the data."
	case BigBed:
		return "Convert it to BED first, with bigBedToBed."
	case Hic:
		return "Convert it to .mcool first, with hic2cool or hictk."
	case Zip:
		return "Unpack it first."
	case UTF16:
		return "Save it as plain text (UTF-8)."
	default:
		return ""
	}
}

// IsGzip says whether head begins a gzip or bgzip stream. Only BED and BEDPE may be compressed.
func IsGzip(head []byte) bool { return len(head) > 1 && head[0] == 0x1f && head[1] == 0x8b }

// Sniff guesses the kind of a file from its first bytes (up to HeadSize of them). Gzip is looked into.
// It looks at content only and never fails; a guess of BED says that the first row fits, not that the file is right.
func Sniff(head []byte) Kind {
	if IsGzip(head) {
		kind := Sniff(inflateHead(head))
		if kind == Binary {
			return BAM
		}
		return kind
	}
	switch {
	case bytes.HasPrefix(head, []byte("\x89HDF\r\n\x1a\n")):
		return HDF5
	case bytes.HasPrefix(head, []byte("\x93NUMPY")):
		return NPY
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return Zip
	case bytes.HasPrefix(head, []byte("HIC\x00")):
		return Hic
	case bytes.HasPrefix(head, []byte("BAM\x01")):
		return BAM
	}
	if len(head) >= 4 {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			switch order.Uint32(head) {
			case 0x888FFC26:
				return BigWig
			case 0x8789F2EB:
				return BigBed
			}
		}
	}
	return sniffText(head)
}

// isUTF16 says whether a byte order mark is followed by something that has zero bytes as ASCII in UTF-16 has them.
func isUTF16(head []byte) bool {
	if len(head) < 4 {
		return false
	}
	little := head[0] == 0xff && head[1] == 0xfe && head[3] == 0 && head[2] != 0
	big := head[0] == 0xfe && head[1] == 0xff && head[2] == 0 && head[3] != 0
	return little || big
}

func sniffText(head []byte) Kind {
	if isUTF16(head) {
		return UTF16
	}
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	if bytes.IndexByte(head, 0) >= 0 || !validPrefix(head) {
		return Binary
	}
	text := strings.TrimSpace(string(head))
	if text == "" {
		return Empty
	}
	if text[0] == '<' {
		start := strings.ToLower(text[:min(len(text), 1024)])
		if strings.HasPrefix(start, "<?xml") && !strings.Contains(start, "<html") {
			return XML
		}
		return HTML
	}
	rows := 0
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		if Skip(line) {
			continue
		}
		fields := Fields(line)
		if IsBEDPE(fields) {
			return BEDPE
		}
		if IsBED(fields) {
			return BED
		}
		if rows++; rows > 1 { // the first row may be a header
			return Text
		}
	}
	return Text
}

// Skip says whether a line of a BED or BEDPE file carries no data: blank, a comment, a track or browser line.
func Skip(line string) bool {
	line = strings.TrimSpace(line)
	if line == "" || line[0] == '#' {
		return true
	}
	word := line
	if end := strings.IndexAny(line, " \t"); end >= 0 {
		word = line[:end]
	}
	return strings.EqualFold(word, "track") || strings.EqualFold(word, "browser")
}

// Fields splits a row at tabs, or at runs of blanks where it has no tab.
func Fields(line string) []string {
	if strings.Contains(line, "\t") {
		return strings.Split(line, "\t")
	}
	return strings.Fields(line)
}

// IsBED says whether a row begins with a name and two whole numbers.
func IsBED(fields []string) bool {
	return len(fields) >= 3 && fields[0] != "" && isInt(fields[1]) && isInt(fields[2])
}

// IsBEDPE says whether a row begins with two triples as of BED. The second name must not be a number unless the first
// is the same, so that a BED file with numeric extra columns is not taken for BEDPE.
func IsBEDPE(fields []string) bool {
	return len(fields) >= 6 && IsBED(fields) && IsBED(fields[3:]) && (fields[0] == fields[3] || chromLike(fields[3], fields[0]))
}

func chromLike(name, other string) bool {
	if strings.HasPrefix(other, "chr") {
		return strings.HasPrefix(name, "chr")
	}
	return isInt(other) && len(name) <= 2 || !isInt(name)
}

func isInt(s string) bool {
	s = strings.TrimPrefix(strings.TrimSpace(s), "-")
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// validPrefix is utf8.Valid for a text that may be cut within its last rune.
func validPrefix(head []byte) bool {
	for cut := range min(utf8.UTFMax, len(head)+1) {
		if utf8.Valid(head[:len(head)-cut]) {
			return cut == 0 || !utf8.FullRune(head[len(head)-cut:])
		}
	}
	return false
}

func inflateHead(head []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(head))
	if err != nil {
		return head[:0]
	}
	out, _ := io.ReadAll(io.LimitReader(z, HeadSize)) // the head is cut, so the stream ends early
	return out
}
