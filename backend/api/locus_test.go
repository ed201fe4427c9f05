package api_test

import (
	"bytes"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/bbi"
	"regioscope/worker/format/locus"
	"regioscope/worker/format/npy"
)

func demoFile(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), name))
	check(t, err)
	return data
}

// onDemo makes a call to a demo file of ada's.
func onDemo(kind core.Kind, name, path string) func(*app, bool) call {
	return func(a *app, public bool) call {
		d := a.ada.dataset(kind, public, string(demoFile(a.t, name)))
		return call{method: http.MethodGet, path: fmt.Sprintf(path, d.ID)}
	}
}

// array reads an answer as float32 numbers.
func (r *answer) array() ([]float32, []int64) {
	r.t.Helper()
	n, err := npy.Open(bytes.NewReader(r.body), int64(len(r.body)))
	check(r.t, err)
	values, err := npy.ReadAll[float32](n)
	check(r.t, err)
	return values, n.Shape
}

// A stretch of a map is as many bins as it touches, symmetric, and balanced where a weight column is named; of a track it is
// what package locus reads. The same place under another name of the chromosome is the same answer.
func TestLocusIsReadFromTheFiles(t *testing.T) {
	a := newApp(t)
	hic := a.ada.dataset(core.KindContacts, false, string(demoFile(t, "wild_type.mcool")))
	bw := demoFile(t, "CTCF.bw")
	track := a.ada.dataset(core.KindSignal, false, string(bw))
	get := func(path string, args ...any) *answer {
		return a.ada.do(http.MethodGet, fmt.Sprintf(path, args...), nil)
	}
	counts := get("/datasets/%d/locus/contacts?chrom=chr1&start=105000&end=500001&bin=10000", hic.ID)
	counts.ok(http.StatusOK, nil)
	values, shape := counts.array()
	const n = 41 // bins 10 to 50
	if !slices.Equal(shape, []int64{n, n}) {
		t.Fatalf("shape %v", shape)
	}
	for i := range n {
		if values[i*n+i] <= 0 || values[i*n+i] != float32(math.Trunc(float64(values[i*n+i]))) {
			t.Errorf("bin %d has %g contacts with itself", i, values[i*n+i])
		}
		for j := range n {
			if values[i*n+j] != values[j*n+i] {
				t.Errorf("%d, %d differs from its mirror image", i, j)
			}
		}
	}
	if other := get("/datasets/%d/locus/contacts?chrom=1&start=105000&end=500001&bin=10000", hic.ID); !bytes.Equal(other.body, counts.body) {
		t.Error("the chromosome named 1 is not chr1")
	}
	balanced := get("/datasets/%d/locus/contacts?chrom=chr1&start=105000&end=500001&bin=10000&weight=weight", hic.ID)
	balanced.ok(http.StatusOK, nil)
	if b, _ := balanced.array(); b[0] == values[0] || !(b[0] > 0) {
		t.Errorf("balanced %g, counts %g", b[0], values[0])
	}
	got, shape := get("/datasets/%d/locus/signal?chrom=chr1&start=1000&end=91000&bins=30", track.ID).array()
	f, err := bbi.Open(bytes.NewReader(bw), int64(len(bw)))
	check(t, err)
	want, err := locus.Signal(t.Context(), f, "chr1", 1000, 91000, 30)
	check(t, err)
	if !slices.Equal(shape, []int64{3, 30}) || !slices.EqualFunc(got, slices.Concat(want.Mean, want.Min, want.Max), same) {
		t.Errorf("shape %v, %v, want %v", shape, got, want.Mean)
	}
	if c := get("/datasets/%d/locus/signal?chrom=chr1&start=1000&end=91000&bins=30&v=%s", track.ID, track.SHA256).Header.Get("Cache-Control"); c != "private, max-age=31536000, immutable" {
		t.Errorf("with its hash: %q", c)
	}
}

// same takes two missing values for equal.
func same(a, b float32) bool { return a == b || a != a && b != b }

// What cannot be shown is refused with the field that is wrong, and nothing large is ever read.
func TestLocusRefusals(t *testing.T) {
	a := newApp(t)
	hic := a.ada.dataset(core.KindContacts, false, string(demoFile(t, "wild_type.mcool")))
	track := a.ada.dataset(core.KindSignal, false, string(demoFile(t, "CTCF.bw")))
	set := a.ada.dataset(core.KindRegions, false, "chr1\t10\t20\n")
	length := a.toy.Chroms[0].Length
	for path, field := range map[string]string{
		fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chrZ&start=0&end=10000&bin=10000", hic.ID):           "chrom",
		fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chr1&start=0&end=%d&bin=10000", hic.ID, length+1):    "end",
		fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chr1&start=5&end=5&bin=10000", hic.ID):               "end",
		fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chr1&start=0&end=10000&bin=777", hic.ID):             "bin",
		fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chr1&start=0&end=10000&bin=10000&weight=KR", hic.ID): "weight",
		fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chr1&start=0&end=1300000&bin=1000", hic.ID):          "bin",
		fmt.Sprintf("/datasets/%d/locus/signal?chrom=chr9&start=0&end=10000", track.ID):                     "chrom",
		fmt.Sprintf("/datasets/%d/locus/signal?chrom=chr1&start=%d&end=%d", track.ID, length, length+10):    "end",
	} {
		r := a.ada.do(http.MethodGet, path, nil)
		r.refused(http.StatusUnprocessableEntity, core.CodeInvalid)
		if !bytes.Contains(r.body, []byte(`"`+field+`"`)) {
			t.Errorf("%s names no field %s: %s", path, field, r.body)
		}
	}
	a.ada.do(http.MethodGet, fmt.Sprintf("/datasets/%d/locus/signal?chrom=chr1&start=0&end=10000&bins=4001", track.ID), nil).refused(http.StatusUnprocessableEntity, core.CodeInvalid)
	for _, path := range []string{fmt.Sprintf("/datasets/%d/locus/signal?chrom=chr1&start=0&end=10", set.ID), fmt.Sprintf("/datasets/%d/locus/contacts?chrom=chr1&start=0&end=10000&bin=10000", track.ID)} {
		a.ada.do(http.MethodGet, path, nil).refused(http.StatusConflict, core.CodeState)
	}
}
