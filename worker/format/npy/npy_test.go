package npy

import (
	"bytes"
	"errors"
	"math"
	"os"
	"reflect"
	"testing"
)

// Goldens: testdata/make.py, NumPy 1.24.2.

func open(t *testing.T, name string) *Reader {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

func TestReadNumPyFiles(t *testing.T) {
	for _, c := range []struct {
		file  string
		dtype string
		shape []int64
		want  []float64
	}{
		{"f4_2x3.npy", "<f4", []int64{2, 3}, []float64{0, 1.5, math.NaN(), -3, math.Inf(1), float64(float32(5e-40))}},
		{"f8_big_3.npy", ">f8", []int64{3}, []float64{1.25, -2, 1e300}},
		{"i8_fortran_2x3.npy", "<i8", []int64{2, 3}, []float64{0, 1, 2, 3, 4, 5}},
		{"b_4.npy", "|b1", []int64{4}, []float64{1, 0, 0, 1}},
		{"u2_scalar.npy", "<u2", []int64{}, []float64{65535}},
		{"f4_v2.npy", "<f4", []int64{1}, []float64{7}},
	} {
		r := open(t, c.file)
		if r.DType.String() != c.dtype || !reflect.DeepEqual(r.Shape, c.shape) {
			t.Errorf("%s: %s %v, want %s %v", c.file, r.DType, r.Shape, c.dtype, c.shape)
		}
		got, err := ReadAll[float64](r)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		for i := range c.want {
			if math.Float64bits(got[i]) != math.Float64bits(c.want[i]) && !(math.IsNaN(got[i]) && math.IsNaN(c.want[i])) {
				t.Errorf("%s: element %d is %v, want %v", c.file, i, got[i], c.want[i])
			}
		}
	}
}

// What NumPy wrote and what we write from the same values are the same bytes.
func TestWriteEqualsNumPy(t *testing.T) {
	want, err := os.ReadFile("testdata/f4_2x3.npy")
	if err != nil {
		t.Fatal(err)
	}
	values, err := ReadAll[float32](open(t, "f4_2x3.npy"))
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	if err := Write(&got, values, 2, 3); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got.Bytes(), want) {
		t.Errorf("got\n%q\nwant\n%q", got.Bytes(), want)
	}
}

func TestReadRows(t *testing.T) {
	rows, err := ReadRows[float64](open(t, "f4_2x3.npy"), nil, 1, 2)
	if err != nil || len(rows) != 3 || rows[0] != -3 {
		t.Errorf("rows 1:2 = %v, %v", rows, err)
	}
	if _, err := ReadRows[int64](open(t, "i8_fortran_2x3.npy"), nil, 0, 1); !errors.Is(err, ErrFortran) {
		t.Errorf("row of a Fortran array: %v", err)
	}
	if _, err := ReadRows[int32](open(t, "f4_2x3.npy"), nil, 0, 1); err == nil {
		t.Error("floats were read as integers")
	}
	for _, bad := range [][2]int64{{-1, 1}, {0, 3}, {2, 1}} {
		if _, err := ReadRows[float32](open(t, "f4_2x3.npy"), nil, bad[0], bad[1]); err == nil {
			t.Errorf("rows %v were read", bad)
		}
	}
}

func roundTrip[T Number](t *testing.T, values []T, shape ...int) {
	t.Helper()
	var buf bytes.Buffer
	if err := Write(&buf, values, shape...); err != nil {
		t.Fatal(err)
	}
	r, err := Open(bytes.NewReader(buf.Bytes()), int64(buf.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if r.Data%64 != 0 {
		t.Errorf("data start at %d", r.Data)
	}
	got, err := ReadAll[T](r)
	if err != nil || len(got) != len(values) {
		t.Fatalf("%d values, %v", len(got), err)
	}
	for i := range got {
		if got[i] != values[i] {
			t.Fatalf("value %d is %v, want %v", i, got[i], values[i])
		}
	}
}

func TestRoundTrip(t *testing.T) {
	big := make([]float32, 3*bufferValues+5)
	for i := range big {
		big[i] = float32(i) / 3
	}
	roundTrip(t, big, len(big))
	roundTrip(t, []float64{1, -2, math.MaxFloat64, 5e-324}, 2, 1, 2)
	roundTrip(t, []int32{math.MinInt32, math.MaxInt32}, 2)
	roundTrip(t, []int64{math.MinInt64, math.MaxInt64}, 1, 2)
	roundTrip(t, []int64{}, 0, 7)
}

type memory struct{ data []byte }

func (m *memory) WriteAt(p []byte, at int64) (int, error) {
	if need := int(at) + len(p); need > len(m.data) {
		m.data = append(m.data, make([]byte, need-len(m.data))...)
	}
	return copy(m.data[at:], p), nil
}

func TestRowWriterAnyOrder(t *testing.T) {
	var m memory
	w, err := NewRowWriter[float32](&m, 4, 2)
	if err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct {
		first  int
		values []float32
	}{{3, []float32{6, 7}}, {0, []float32{0, 1}}, {1, []float32{2, 3, 4, 5}}} {
		if err := w.WriteRows(step.first, step.values); err != nil {
			t.Fatal(err)
		}
	}
	var want bytes.Buffer
	if err := Write(&want, []float32{0, 1, 2, 3, 4, 5, 6, 7}, 4, 2); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(m.data, want.Bytes()) || w.Size() != int64(want.Len()) {
		t.Errorf("rows written out of order differ from the array written at once")
	}
	if w.WriteRows(3, []float32{1, 2, 3, 4}) == nil || w.WriteRows(0, []float32{1}) == nil {
		t.Error("rows that do not fit were taken")
	}
}

func TestWriterCountsValues(t *testing.T) {
	w, err := NewWriter[int32](&bytes.Buffer{}, 3)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write([]int32{1, 2}); err != nil {
		t.Fatal(err)
	}
	if w.Close() == nil {
		t.Error("a missing value was not noticed")
	}
	if w.Write([]int32{1, 2}) == nil {
		t.Error("a value too many was taken")
	}
	if _, err := NewWriter[int32](&bytes.Buffer{}, -1); err == nil {
		t.Error("a negative shape was taken")
	}
}

func TestBrokenFiles(t *testing.T) {
	good, err := os.ReadFile("testdata/f4_2x3.npy")
	if err != nil {
		t.Fatal(err)
	}
	swap := func(old, new string) []byte { return bytes.Replace(good, []byte(old), []byte(new), 1) }
	for name, data := range map[string][]byte{
		"truncated":   good[:len(good)-1],
		"longer":      append(bytes.Clone(good), 0),
		"huge shape":  swap("(2, 3), }", "(2, 99999999999999), }"),
		"overflow":    swap("(2, 3), }            ", "(4294967296, 4294967296), }"),
		"object":      swap("'<f4'", "'|O8'"),
		"no shape":    swap("'shape'", "'shepe'"),
		"negative":    swap("(2, 3)", "(2,-3)"),
		"open quote":  swap("'descr'", "'descr "),
		"version":     append(append([]byte(magic), 9), good[7:]...),
		"header only": good[:20],
	} {
		r, err := Open(bytes.NewReader(data), int64(len(data)))
		var format *FormatError
		if !errors.As(err, &format) {
			t.Errorf("%s: %v, %v", name, r, err)
		}
	}
	for _, data := range []string{"", "\x93NUM", "chr1\t1\t2\n\n\n\n"} {
		if _, err := Open(bytes.NewReader([]byte(data)), int64(len(data))); !errors.Is(err, ErrNotNpy) {
			t.Errorf("%q: %v", data, err)
		}
	}
}

func TestOpenNPZ(t *testing.T) {
	data, err := os.ReadFile("testdata/mixed.npz")
	if err != nil {
		t.Fatal(err)
	}
	z, err := OpenNPZ(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z) != 1 {
		t.Fatalf("%v, %v", z, err)
	}
	if got, err := ReadAll[int64](z["a"]); err != nil || !reflect.DeepEqual(got, []int64{0, 1, 2}) {
		t.Errorf("%v, %v", got, err)
	}
}

func FuzzOpen(f *testing.F) {
	for _, name := range []string{"f4_2x3.npy", "f8_big_3.npy", "i8_fortran_2x3.npy", "b_4.npy", "u2_scalar.npy", "f4_v2.npy"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := Open(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			return
		}
		values, err := ReadAll[float64](r)
		if err != nil {
			t.Fatalf("opened but not readable: %v", err)
		}
		if int64(len(values)) != r.Len() {
			t.Fatalf("%d values of %d", len(values), r.Len())
		}
	})
}
