package bbi

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"regioscope/worker/genome"
)

func openBytes(t testing.TB, data []byte) *File {
	t.Helper()
	f, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// each gives the blocks of a chromosome that overlap the ranges.
func each(f *File, chrom string, ranges []Range, fn func([]Interval)) error {
	blocks, err := f.Blocks(chrom, ranges)
	if err != nil {
		return err
	}
	var d Decoder
	for _, b := range blocks {
		list, err := f.Read(b, b.End, &d)
		if err != nil {
			return err
		}
		fn(list)
	}
	return nil
}

func collect(f *File, chrom string, ranges []Range) ([]interval, error) {
	out := []interval{}
	err := each(f, chrom, ranges, func(list []Interval) {
		for _, v := range list {
			out = append(out, interval{v.Start, v.End, math.Float32bits(v.Value)})
		}
	})
	return out, err
}

var whole = []Range{{0, math.MaxUint32}}

func TestEveryLayout(t *testing.T) {
	sections := testSections()
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		for _, compressed := range []bool{false, true} {
			for _, fanout := range []int{2, 3, 256} {
				f := openBytes(t, build(order, compressed, fanout, testChroms, sections))
				h := f.Header()
				if h.BigEndian != (order.String() == "BigEndian") || h.Compressed != compressed || h.Blocks != len(sections) {
					t.Errorf("%+v", h)
				}
				if !reflect.DeepEqual(f.Chroms(), testChroms) {
					t.Errorf("%v", f.Chroms())
				}
				for i, c := range testChroms {
					got, err := collect(f, c.Name, whole)
					if err != nil || !reflect.DeepEqual(got, expand(sections, uint32(i))) {
						t.Fatalf("%v compressed %v fanout %d %s: %d intervals, %v", order, compressed, fanout, c.Name, len(got), err)
					}
				}
			}
		}
	}
}

// Only blocks that overlap a range are read, each once, and nothing inside the ranges is missing.
func TestRangesChooseBlocks(t *testing.T) {
	sections := testSections()
	f := openBytes(t, build(binary.LittleEndian, true, 3, testChroms, sections))
	for _, c := range []struct {
		ranges []Range
		blocks []int
	}{
		{nil, nil},
		{[]Range{{0, 1}}, []int{0}},
		{[]Range{{1999, 2000}}, nil}, // behind the last interval of block 0
		{[]Range{{1999, 2001}}, []int{1}},
		{[]Range{{10, 20}, {30, 40}, {2000, 2001}, {79000, 99000}}, []int{0, 1, 39}},
		{[]Range{{4100, 8100}}, []int{2, 3, 4}},
	} {
		want := []interval{}
		for _, b := range c.blocks {
			want = append(want, expand(sections[b:b+1], 0)...)
		}
		got, err := collect(f, "chr1", c.ranges)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%v: %d intervals, want %d, %v", c.ranges, len(got), len(want), err)
		}
	}
}

// Any number of goroutines may read a file.
func TestReadersOfOneFile(t *testing.T) {
	sections := testSections()
	f := openBytes(t, build(binary.BigEndian, true, 3, testChroms, sections))
	want := expand(sections, 0)
	errs := make(chan error)
	for range 4 {
		go func() {
			got, err := collect(f, "chr1", whole)
			if err == nil && !reflect.DeepEqual(got, want) {
				err = errors.New("other intervals")
			}
			errs <- err
		}()
	}
	for range 4 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
}

func TestErrors(t *testing.T) {
	f := openBytes(t, build(binary.LittleEndian, true, 3, testChroms, testSections()))
	if _, err := collect(f, "chr9", whole); !errors.Is(err, ErrNoChrom) {
		t.Errorf("%v", err)
	}
	for text, want := range map[string]error{"": ErrNotBigWig, "chr1\t1\t2": ErrNotBigWig, "\xeb\xf2\x89\x87\x04": ErrNotBigWig} {
		if _, err := Open(bytes.NewReader([]byte(text)), int64(len(text))); !errors.Is(err, want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// Golden: testdata/make.py, pyBigWig 0.3.18 (libBigWig).
func TestPyBigWigGolden(t *testing.T) {
	data, err := os.ReadFile("testdata/mixed.bw")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/mixed.json")
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Header struct {
			Version, NLevels, NBasesCovered, SumData, SumSquared, MinVal, MaxVal float64
		}
		Intervals map[string][][3]float64
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	f := openBytes(t, data)
	if got := []genome.Chrom{{Name: "chrA", Length: 100000}, {Name: "chrB", Length: 50000}, {Name: "chrC", Length: 20000}, {Name: "chrD", Length: 1000}}; !reflect.DeepEqual(f.Chroms(), got) {
		t.Errorf("%v", f.Chroms())
	}
	s := f.Summary()
	if !s.Stored || float64(s.BasesCovered) != want.Header.NBasesCovered || math.Trunc(s.Max) != want.Header.MaxVal ||
		math.Trunc(s.Sum) != want.Header.SumData || len(f.Zooms()) != int(want.Header.NLevels) || f.Zooms()[0].Reduction < 1 {
		t.Errorf("%+v %v, want %+v", s, f.Zooms(), want.Header)
	}
	for chrom, rows := range want.Intervals {
		got, err := collect(f, chrom, whole)
		if err != nil || len(got) != len(rows) {
			t.Fatalf("%s: %d intervals, want %d, %v", chrom, len(got), len(rows), err)
		}
		for i, row := range rows {
			if got[i] != (interval{uint32(row[0]), uint32(row[1]), math.Float32bits(float32(row[2]))}) {
				t.Fatalf("%s: interval %d is %v, want %v", chrom, i, got[i], row)
			}
		}
	}
}

// Counts and sums: pyBigWig 0.3.18, [(len(i), sum(e-s), sum(v*(e-s))) for chrom in bw.chroms()] over finite values.
func TestRealFiles(t *testing.T) {
	root := os.Getenv("REGIOSCOPE_TESTDATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(root, "datasets")); err != nil {
		t.Skip("shared test data are not here")
	}
	for _, c := range realFiles {
		data, err := os.ReadFile(filepath.Join(root, "datasets", c.file))
		if err != nil {
			t.Fatal(err)
		}
		f := openBytes(t, data)
		var n, bases, nan int
		sum := 0.0
		for _, chrom := range f.Chroms() {
			last := uint32(0)
			err := each(f, chrom.Name, whole, func(list []Interval) {
				for _, v := range list {
					if v.Start < last {
						t.Errorf("%s %s: unsorted at %d", c.file, chrom.Name, v.Start)
					}
					last = v.End
					n++
					if math.IsNaN(float64(v.Value)) {
						nan++
						continue
					}
					bases += int(v.End - v.Start)
					sum += float64(v.Value) * float64(v.End-v.Start)
				}
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		if len(f.Chroms()) != c.chroms || len(f.Zooms()) != c.zooms || n != c.n || nan != c.nan || bases != c.bases || math.Abs(sum-c.sum) > 1e-9*math.Abs(c.sum) {
			t.Errorf("%s: %d chroms, %d zooms, %d intervals, %d NaN, %d bases, sum %v; want %+v", c.file, len(f.Chroms()), len(f.Zooms()), n, nan, bases, sum, c)
		}
	}
}
