package cool

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The files and expected.json were made by testdata/make.py: cooler 0.9.1, h5py 3.7.0, HDF5 1.10.8.
type levelGolden struct {
	Bins, Pixels  int64
	Sum, Weighted float64
	Columns, Rows int64
	Offsets       []int64
	Weights       map[string]struct {
		Masked int
		Sum    float64
	}
}

func unpack(t testing.TB, path string) []byte {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openTest(t testing.TB, name string) *File {
	t.Helper()
	paths, _ := filepath.Glob("testdata/" + name + ".*cool.gz")
	if len(paths) != 1 {
		t.Fatalf("files for %s: %v", name, paths)
	}
	b := unpack(t, paths[0])
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func goldens(t testing.TB) map[string]map[string]levelGolden {
	t.Helper()
	b, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var g struct {
		Levels map[string]map[string]levelGolden
	}
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g.Levels
}

// pixels gathers a sweep into two slices.
func pixels(t testing.TB, l *Level, ranges []PixelRange, threads int) (bin2 []int32, count []float64) {
	t.Helper()
	at := int64(-1)
	err := l.Sweep(context.Background(), ranges, threads, func(b Block) error {
		if b.Lo < at || len(b.Bin2) != len(b.Count) || len(b.Bin2) == 0 {
			t.Fatalf("block of %d and %d pixels at %d after %d", len(b.Bin2), len(b.Count), b.Lo, at)
		}
		at = b.Lo + int64(len(b.Bin2))
		bin2, count = append(bin2, b.Bin2...), append(count, b.Count...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return bin2, count
}

func whole(l *Level) []PixelRange { return []PixelRange{{0, l.NumPixels()}} }

func TestLevels(t *testing.T) {
	for name, levels := range goldens(t) {
		f := openTest(t, name)
		if err := f.Validate(context.Background()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := f.Resolutions(); len(got) != len(levels) || !slices.IsSorted(got) {
			t.Errorf("%s: resolutions %v", name, got)
		}
		if c := f.Chroms(); len(c) != 3 || c[0].Name != "chrA" || c[0].Length != 2530 || c[2].Name != "chrC" || c[2].Length != 95 {
			t.Errorf("%s: chromosomes %v", name, c)
		}
		for size, want := range levels {
			t.Run(name+"/"+size, func(t *testing.T) {
				n, _ := strconv.ParseInt(size, 10, 64)
				l, err := f.Level(n)
				if err != nil {
					t.Fatal(err)
				}
				checkLevel(t, l, want)
			})
		}
	}
}

func checkLevel(t *testing.T, l *Level, want levelGolden) {
	if l.NumBins() != want.Bins || l.NumPixels() != want.Pixels || !reflect.DeepEqual(l.offsets, want.Offsets) {
		t.Fatalf("%d bins, %d pixels, offsets %v; want %d, %d, %v", l.NumBins(), l.NumPixels(), l.offsets, want.Bins, want.Pixels, want.Offsets)
	}
	index, err := l.Bin1Offset()
	if err != nil {
		t.Fatal(err)
	}
	rows := int64(0)
	for i, v := range index {
		rows += v * int64(i%1009)
	}
	bin2, count := pixels(t, l, whole(l), 2)
	var columns int64
	var sum, weighted float64
	for i, v := range count {
		sum += v
		weighted += v * float64(i%1009)
		columns += int64(bin2[i]) * int64(i%1009)
	}
	if rows != want.Rows || columns != want.Columns || sum != want.Sum || weighted != want.Weighted {
		t.Errorf("rows %d, columns %d, counts %v %v; want %d, %d, %v %v", rows, columns, sum, weighted, want.Rows, want.Columns, want.Sum, want.Weighted)
	}
	if info := l.Info(); info.Sum == nil || *info.Sum != want.Sum {
		t.Errorf("sum by attribute is %v, want %v", info.Sum, want.Sum)
	}
	if names := l.WeightNames(); len(names) != len(want.Weights) || (len(names) > 0 && names[0] != "weight") {
		t.Errorf("weights %v", names)
	}
	for name, w := range want.Weights {
		v, err := l.Weight(name)
		if err != nil {
			t.Error(err)
			continue
		}
		masked, sum := 0, 0.0
		for _, x := range v {
			if math.IsNaN(x) {
				masked++
			} else {
				sum += x
			}
		}
		if masked != w.Masked || math.Abs(sum-w.Sum) > 1e-12*math.Abs(w.Sum) { // order of summation
			t.Errorf("%s: %d masked, sum %v; want %d, %v", name, masked, sum, w.Masked, w.Sum)
		}
	}
}

func TestFacts(t *testing.T) {
	f := openTest(t, "matrix_latest")
	info, err := f.Info()
	if err != nil {
		t.Fatal(err)
	}
	l := info.Levels[2] // the third combination: plain, int64 counts, enum
	if !info.MultiResolution || info.Assembly != "toy1" || info.GeneratedBy != "make.py" || !l.IntegerCounts || !l.SymmetricUpper || l.BinSize != 54 {
		t.Errorf("%+v", info)
	}
	if info.Levels[4].IntegerCounts {
		t.Error("float counts pass for integers")
	}
	want := []WeightInfo{{"weight", false, "default of cooler"}, {"KR", true, "column name KR (hic2cool convention)"},
		{"flagged", true, "attribute divisive_weights"}, {"gc", false, "default of cooler"}}
	if !reflect.DeepEqual(l.Weights, want) {
		t.Errorf("weights %+v", l.Weights)
	}
	single := openTest(t, "single")
	if info, err := single.Info(); err != nil || info.MultiResolution || info.Levels[0].SymmetricUpper || info.Levels[0].IntegerCounts {
		t.Errorf("%+v, %v", info, err)
	}
	level, err := single.Level(20)
	if err != nil {
		t.Fatal(err)
	}
	var none *ErrNoWeights
	if _, err := level.Weight("weight"); !errors.As(err, &none) || none.Name != "weight" || len(none.Have) != 0 {
		t.Errorf("absent weights give %v", err)
	}
	if _, err := single.Level(40); !errors.Is(err, ErrNoResolution) {
		t.Errorf("absent resolution gives %v", err)
	}
}

// The weights that cooler balance made are named in the file as multiplicative.
func TestBalancedByCooler(t *testing.T) {
	l, err := openTest(t, "cooler").Level(20)
	if err != nil {
		t.Fatal(err)
	}
	if divisive, source := l.WeightKind("weight"); divisive || source != "attribute divisive_weights" {
		t.Errorf("divisive %v, %s", divisive, source)
	}
	if divisive, source := l.WeightKind("nothing"); divisive || source != "" {
		t.Errorf("unknown column: %v, %q", divisive, source)
	}
}

func TestRefuses(t *testing.T) {
	cases := []struct {
		name string
		b    []byte
		want error
		says string
	}{
		{"empty", nil, ErrNotCooler, "empty"},
		{"html", []byte("\n<!DOCTYPE html><html>"), ErrNotCooler, "web page"},
		{"bigWig", []byte("\x26\xfc\x8f\x88\x04\x00\x0a\x00"), ErrNotCooler, "bigWig"},
		{"hic", []byte("HIC\x00\x08"), ErrNotCooler, "hic2cool"},
		{"bed", []byte("chr1\t100\t200\n"), ErrNotCooler, "text file"},
		{"0xFF", bytes.Repeat([]byte{0xff}, 999), ErrNotCooler, "not an HDF5"},
		{"gzip", []byte("\x1f\x8b\x08"), ErrNotCooler, "gzip"},
		{"other HDF5", unpack(t, "../hdf5/testdata/userblock.h5.gz"), ErrNotCooler, "another kind of HDF5"},
		{"unequal bins", unpack(t, "testdata/unequal.cool.gz"), ErrUnsupported, "unequal"},
	}
	for _, c := range cases {
		_, err := Open(bytes.NewReader(c.b), int64(len(c.b)))
		if !errors.Is(err, c.want) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Each file of testdata/broken has one thing wrong, named by the file; see make.py.
func TestBroken(t *testing.T) {
	cases := map[string]string{ // file: part of the message
		"no_count": "pixels/count: broken HDF5 file: the contact map lacks this column", "no_chroms": "holds no contact map",
		"short_count": "pixels/count: broken HDF5 file: ", "text_count": "counts are of type 3-byte string",
		"two_dimensions": "2 dimensions", "missing_chunks": "chunks are missing",
		"column_outside": "column 14 of 14", "column_negative": "column -1 of 14",
		"rows_back": "row 3 begins at pixel 0", "rows_short": "row 14 begins at pixel 5", "chrom_offset": "chrB starts at bin 9, its place is 10",
		"chrom_length": "chrB starts at bin 10, its place is 5", "chrom_twice": `chromosome 1 is named "chrA"`,
		"bin_moved": "bin 4 of chrA is at 41", "bin_other_chrom": "bin 4 is on chromosome number 1, expected chrA",
		"bin_size": "chrB starts at bin 10, its place is 5", "storage_mode": `storage mode "diagonal"`, "scool": "single cells",
		"other_format": `of format "loom"`, "bin_bomb": "the bin table would take", "chunk_bomb": "would take",
	}
	for name, says := range cases {
		b := unpack(t, "testdata/broken/"+name+".cool.gz")
		err := visit(b)
		if err == nil || !promised(err) || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	paths, _ := filepath.Glob("testdata/broken/*.gz")
	if len(paths) != len(cases) {
		t.Errorf("%d files, %d cases", len(paths), len(cases))
	}
}
