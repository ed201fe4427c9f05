package format

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"testing"
)

func zipped(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func TestSniff(t *testing.T) {
	for _, c := range []struct {
		head string
		want Kind
	}{
		{"", Empty},
		{" \r\n\n", Empty},
		{"\x89HDF\r\n\x1a\n\x00\x00", HDF5},
		{"\x26\xfc\x8f\x88\x04\x00", BigWig},
		{"\x88\x8f\xfc\x26\x00\x04", BigWig},
		{"\xeb\xf2\x89\x87\x04\x00", BigBed},
		{"chr1\t10\t20\n", BED},
		{"\ufeff# c\r\ntrack name=x\r\nchr1\t10\t20\r\n", BED},
		{"chrom\tstart\tend\nchr1\t10\t20\n", BED},
		{"chr1 10 20\n", BED},
		{"chr1\t10\t20\tpeak7\t5\t9\n", BED},
		{"chr1\t10\t20\t3\t5\t9\n", BED},
		{"chr1\t10\t20\tchr1\t30\t40\tn\n", BEDPE},
		{"1\t10\t20\tX\t30\t40\n", BEDPE},
		{"a\tb\tc\td\te\tf\nchr1\t10\t20\tchr2\t30\t40\n", BEDPE},
		{"I am not a good bedfile\nnor is this\n", Text},
		{"  <!DOCTYPE html><html>", HTML},
		{"<html>", HTML},
		{"<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code>", XML},
		{"\x93NUMPY\x01\x00", NPY},
		{"PK\x03\x04zzz", Zip},
		{"chr1\t10\t20\n\x00\x00", Binary},
		{"\xff\xff\xff\xff", Binary},
		{"\xff\xfec\x00h\x00r\x001\x00", UTF16},
		{"\xfe\xff\x00c\x00h", UTF16},
		{"\xff\xfe\x00\x00c\x00\x00\x00", Binary}, // UTF-32
		{"chr1\t10\t20\t\xc3", BED},               // cut within a rune
		{zipped("chr1\t10\t20\n"), BED},
		{zipped("chr1\t10\t20\n")[:10], Empty},
		{zipped("<html>"), HTML},
		{zipped("BAM\x01\x00\x00"), BAM},
		{zipped("\x89HDF\r\n\x1a\n\x00\x00"), HDF5},
	} {
		if got := Sniff([]byte(c.head)); got != c.want {
			t.Errorf("%q: %s, want %s", c.head, got, c.want)
		}
	}
}

func TestSniffRealFiles(t *testing.T) {
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	dir := filepath.Join(root, "datasets", "hicog_tests")
	if _, err := os.Stat(dir); err != nil {
		t.Skip("shared test data are not here")
	}
	for name, want := range map[string]Kind{
		"test.mcool": HDF5, "test.bw": BigWig, "bad_cooler.mcool": BigWig, "CTCF_peaks.bed": BED, "4kloops.bedpe": BEDPE,
		"real_data_tricky_header.bed": BED, "real_data_tricky_header.bedpe": BEDPE, "empty.bed": Empty, "test_small.bed": Text,
	} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		if got := Sniff(data[:min(len(data), HeadSize)]); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func FuzzSniff(f *testing.F) {
	f.Add([]byte("chr1\t1\t2"))
	f.Add([]byte(zipped("chr1\t10\t20\n")))
	f.Fuzz(func(t *testing.T, head []byte) { _ = Sniff(head).String() })
}
