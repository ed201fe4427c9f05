package hdf5

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"testing"
)

// The files and expected.json were made by testdata/make.py: h5py 3.7.0 on HDF5 1.10.8.
type goldens struct {
	Files map[string]struct {
		Datasets map[string]*struct {
			N        int64
			Sum      float64
			Weighted float64
			Head     []float64
			Values   []string
		}
		AttrsFew map[string]any `json:"attrs_few"`
		SumAttrs int64          `json:"sum_attrs"`
	}
}

func unpack(t testing.TB, name string) []byte {
	t.Helper()
	packed, err := os.ReadFile("testdata/" + name + ".h5.gz")
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func openBytes(b []byte) (*Group, error) {
	f, err := Open(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	return f.Root()
}

func root(t testing.TB, name string) *Group {
	t.Helper()
	g, err := openBytes(unpack(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func readGoldens(t testing.TB) goldens {
	t.Helper()
	b, err := os.ReadFile("testdata/expected.json")
	if err != nil {
		t.Fatal(err)
	}
	var g goldens
	if err := json.Unmarshal(b, &g); err != nil {
		t.Fatal(err)
	}
	return g
}

func TestDatasetsOfEveryLibver(t *testing.T) {
	for libver, want := range readGoldens(t).Files {
		g := root(t, libver)
		for name, w := range want.Datasets {
			t.Run(libver+"/"+name, func(t *testing.T) {
				d, err := g.Dataset(name)
				if w == nil { // of a kind that is left out
					if err == nil {
						_, err = Read[float64](d, 0, d.Len())
					}
					if !errors.Is(err, ErrUnsupported) {
						t.Fatalf("error is %v", err)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				if d.Len() != w.N {
					t.Fatalf("%d elements, want %d", d.Len(), w.N)
				}
				if w.Values != nil {
					got, err := ReadStrings(d, 0, d.Len())
					if err != nil || !reflect.DeepEqual(got, w.Values) {
						t.Fatalf("texts %q, %v; want %q", got, err, w.Values)
					}
					return
				}
				v, err := Read[float64](d, 0, d.Len())
				if err != nil {
					t.Fatal(err)
				}
				sum, weighted := 0.0, 0.0
				for i, x := range v {
					sum += x
					weighted += x * float64(i%1009)
				}
				if sum != w.Sum || weighted != w.Weighted || (len(v) > 0 && !reflect.DeepEqual(v[:min(5, len(v))], w.Head)) {
					t.Fatalf("sum %v %v, first %v; want %v %v, %v", sum, weighted, v[:min(5, len(v))], w.Sum, w.Weighted, w.Head)
				}
			})
		}
	}
}

// A range of a dataset equals the same range of the whole, in every type that can hold it.
func TestReadRange(t *testing.T) {
	for _, libver := range []string{"earliest", "v108", "latest"} {
		g := root(t, libver)
		for _, name := range []string{"layout/fixed_gzip", "layout/grow_gzip", "layout/contiguous", "layout/compact", "layout/shrunk", "layout/sparse_grow", "types/be_i8"} {
			d, err := g.Dataset(name)
			if err != nil {
				t.Fatal(err)
			}
			all, err := Read[float64](d, 0, d.Len())
			if err != nil {
				t.Fatal(err)
			}
			for lo := int64(0); lo < d.Len(); lo += 1 + d.Len()/17 {
				for hi := lo; hi <= d.Len(); hi += 1 + d.Len()/13 {
					for typ, bad := range map[string]error{
						"float64": equal[float64](d, lo, hi, all), "float32": equal[float32](d, lo, hi, all),
						"int64": equal[int64](d, lo, hi, all), "int32": equal[int32](d, lo, hi, all)} {
						if bad != nil {
							t.Fatalf("%s %s [%d, %d) as %s: %v", libver, name, lo, hi, typ, bad)
						}
					}
				}
			}
			if _, err := Read[int64](d, 0, d.Len()+1); err == nil {
				t.Errorf("%s: reading past the end succeeds", name)
			}
		}
	}
}

func equal[T Number](d *Dataset, lo, hi int64, all []float64) error {
	v, err := Read[T](d, lo, hi)
	if err != nil {
		return err
	}
	if int64(len(v)) != hi-lo {
		return fmt.Errorf("%d elements", len(v))
	}
	for i, x := range v {
		if float64(x) != all[lo+int64(i)] {
			return fmt.Errorf("element %d is %v, want %v", i, x, all[lo+int64(i)])
		}
	}
	return nil
}

func TestConversionRefusesLoss(t *testing.T) {
	g := root(t, "latest")
	cases := []struct {
		name string
		read func(d *Dataset) error
	}{
		{"types/le_f8", func(d *Dataset) error { _, err := Read[int64](d, 0, d.Len()); return err }},      // fractions
		{"types/le_i2", func(d *Dataset) error { _, err := Read[uint8](d, 0, d.Len()); return err }},      // negative
		{"types/fixed", func(d *Dataset) error { _, err := Read[float64](d, 0, d.Len()); return err }},    // text
		{"types/le_i4", func(d *Dataset) error { _, err := ReadStrings(d, 0, d.Len()); return err }},      // numbers
		{"types/matrix", func(d *Dataset) error { _, err := Read[float64](d, 0, d.Len()); return err }},   // two dimensions
		{"layout/single", func(d *Dataset) error { _, err := Read[float64](d, -1, d.Len()); return err }}, // range
	}
	for _, c := range cases {
		d, err := g.Dataset(c.name)
		if err != nil {
			t.Fatal(err)
		}
		if c.read(d) == nil {
			t.Errorf("%s is read without error", c.name)
		}
	}
}

func TestLinks(t *testing.T) {
	for libver := range readGoldens(t).Files {
		g := root(t, libver)
		many, err := g.Group("many")
		if err != nil {
			t.Fatal(libver, err)
		}
		if n := many.Names(); len(n) != 60 || n[0] != "member_000" || n[59] != "member_059" {
			t.Errorf("%s: members %v", libver, n)
		}
		if _, err := g.Group("nested/a/b/c/d"); err != nil {
			t.Error(libver, err)
		}
		for _, path := range []string{"soft", "hard", "/types/le_i4", "nested/../types"} {
			d, err := g.Dataset(path)
			if path == "nested/../types" {
				if !IsNotFound(err) { // HDF5 knows no ".."
					t.Errorf("%s: %s gives %v", libver, path, err)
				}
				continue
			}
			if err != nil || d.Len() != 40 {
				t.Errorf("%s: %s: %v", libver, path, err)
			}
		}
		if _, err := g.Dataset("outside"); !errors.Is(err, ErrUnsupported) {
			t.Errorf("%s: external link gives %v", libver, err)
		}
		if _, err := g.Dataset("dangling"); !IsNotFound(err) {
			t.Errorf("%s: dangling link gives %v", libver, err)
		}
		var broken *FormatError
		if _, err := g.Dataset("loop"); !errors.As(err, &broken) {
			t.Errorf("%s: circular link gives %v", libver, err)
		}
	}
}

func TestAttributes(t *testing.T) {
	for libver, want := range readGoldens(t).Files {
		g := root(t, libver)
		few, err := g.Group("attrs_few")
		if err != nil {
			t.Fatal(err)
		}
		for name, w := range want.AttrsFew {
			a, err := few.Attr(name)
			if err != nil {
				t.Errorf("%s %s: %v", libver, name, err)
				continue
			}
			v, err := a.Value()
			if err != nil {
				t.Errorf("%s %s: %v", libver, name, err)
				continue
			}
			b, _ := json.Marshal(v)
			var got any
			_ = json.Unmarshal(b, &got)
			if !reflect.DeepEqual(got, w) {
				t.Errorf("%s %s: %v (%T), want %v", libver, name, got, v, w)
			}
		}
		if v, ok := must(few.Attr("int")).Float(); !ok || v != 5 {
			t.Errorf("int as float: %v", v)
		}
		if _, ok := must(few.Attr("text")).Int(); ok {
			t.Error("a text is an integer")
		}
		if a := must(few.Attr("empty")); a.Len() != 0 {
			t.Errorf("empty attribute has %d values", a.Len())
		}
		if _, err := few.Attr("none"); !IsNotFound(err) {
			t.Errorf("absent attribute gives %v", err)
		}
		dense, err := g.Group("attrs")
		if err != nil {
			t.Fatal(err)
		}
		all, err := dense.Attrs()
		if err != nil {
			t.Fatal(libver, err)
		}
		sum := int64(0)
		for _, a := range all {
			v, _ := a.Int()
			sum += v
		}
		if len(all) != 40 || sum != want.SumAttrs {
			t.Errorf("%s: %d attributes with sum %d, want %d", libver, len(all), sum, want.SumAttrs)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestOpenRefuses(t *testing.T) {
	whole := unpack(t, "latest")
	if g := root(t, "userblock"); !g.Has("x") {
		t.Error("user block: dataset missing")
	}
	var broken *FormatError
	cases := []struct {
		name string
		b    []byte
		want func(error) bool
	}{
		{"empty", nil, func(err error) bool { return errors.Is(err, ErrNotHDF5) }},
		{"text", []byte("<html>nothing here</html>"), func(err error) bool { return errors.Is(err, ErrNotHDF5) }},
		{"0xFF", bytes.Repeat([]byte{0xff}, 5000), func(err error) bool { return errors.Is(err, ErrNotHDF5) }},
		{"signature only", whole[:8], func(err error) bool { return errors.As(err, &broken) }},
		{"half", whole[:len(whole)/2], func(err error) bool { return errors.As(err, &broken) && broken.Offset == int64(len(whole)/2) }},
		{"one byte short", whole[:len(whole)-1], func(err error) bool { return errors.As(err, &broken) }},
		{"future", append([]byte(signature+"\x09"), whole[9:]...), func(err error) bool { return errors.Is(err, ErrUnsupported) }},
	}
	for _, c := range cases {
		if _, err := openBytes(c.b); !c.want(err) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestFloatSpecials(t *testing.T) {
	typ := Datatype{Class: ClassFloat, Size: 4, BigEndian: true, standard: true}
	if v := typ.float64([]byte{0x7f, 0xc0, 0, 0}); !math.IsNaN(v) {
		t.Errorf("big-endian single NaN is %v", v)
	}
	typ = Datatype{Class: ClassInt, Size: 8, standard: true}
	if _, ok := typ.int64(bytes.Repeat([]byte{0xff}, 8)); ok {
		t.Error("2^64−1 fits an int64")
	}
}
