package api_test

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
	"regioscope/worker/format/npy"
)

// matrix is what an .npy answer holds.
type matrix struct {
	dtype  string
	shape  []int64
	values []float64
}

func (m matrix) String() string { return fmt.Sprintf("%s %v %v", m.dtype, m.shape, m.values) }

func (r *answer) npy() matrix {
	r.t.Helper()
	r.ok(200, nil)
	if got := r.Header.Get("Content-Type"); got != "application/x-npy" {
		r.t.Errorf("%s comes as %s", r.what, got)
	}
	b := r.body
	if r.Header.Get("Content-Encoding") == "gzip" {
		z, err := gzip.NewReader(bytes.NewReader(b))
		check(r.t, err)
		b, err = io.ReadAll(z)
		check(r.t, err)
	}
	f, err := npy.Open(bytes.NewReader(b), int64(len(b)))
	check(r.t, err)
	v, err := npy.ReadAll[float64](f)
	check(r.t, err)
	return matrix{f.DType.String(), f.Shape, v}
}

var nan = math.NaN()

// stacked adds a result of ada's with a stack of five regions × four bins, and the arrays beside it.
func stacked(a *app) *core.Result {
	n := float32(nan)
	return a.ada.result(false,
		array(a, "stack", []float32{
			1, 2, 3, 4, //   centre 2.5, mean 2.5
			n, n, n, n, //   no value
			9, 0, 0, 7, //   centre 0, mean 4
			n, 8, n, 1, //   centre 8, mean 4.5
			5, 5, 5, 5, //   centre 5, mean 5
		}, 5, 4),
		array(a, "mean", []float64{1.5, nan, 3, 4}, 4),
		array(a, "sum", []float64{0.1, 2, 3, 4}, 4),
		array(a, "n", []int64{5, 6, 7, 8}, 4))
}

func TestSlicesOfAnArray(t *testing.T) {
	a := newApp(t)
	id := itoa(stacked(a).ID)
	for _, c := range []struct{ path, want string }{
		{"arrays/mean", "<f4 [4] [1.5 NaN 3 4]"}, // float32 unless more is needed
		{"arrays/sum", "<f8 [4] [0.1 2 3 4]"},
		{"arrays/n", "<i8 [4] [5 6 7 8]"},
		{"arrays/n?rows=1:3", "<i8 [2] [6 7]"},
		{"arrays/stack?rows=0:1", "<f4 [1 4] [1 2 3 4]"},
		{"arrays/stack?rows=2:4&cols=1:3", "<f4 [2 2] [0 0 8 NaN]"},
		{"arrays/stack?rows=3:&cols=:1", "<f4 [2 1] [NaN 5]"},
		{"arrays/stack?rows=4:99", "<f4 [1 4] [5 5 5 5]"}, // as numpy
		{"arrays/stack?rows=7:9", "<f4 [0 4] []"},
		{"arrays/stack?rowBlock=2", "<f4 [3 4] [1 2 3 4 9 4 0 4 5 5 5 5]"}, // NaN-aware; the last block is short
		{"arrays/stack?rowBlock=2&rows=1:3&cols=0:2", "<f4 [1 2] [9 0]"},
		{"arrays/stack?rowBlock=1000", "<f4 [1 4] [5 3.75 2.6666667461395264 4.25]"},
		{"arrays/stack?sort=centre&cols=1:2", "<f4 [5 1] [0 2 5 8 NaN]"},
		{"arrays/stack?sort=centre&desc=true&cols=1:2", "<f4 [5 1] [8 5 2 0 NaN]"}, // what has no value comes last
		{"arrays/stack?sort=mean&rows=0:2&cols=3:4", "<f4 [2 1] [4 7]"},
		{"arrays/stack?sort=index&desc=true&rows=0:1", "<f4 [1 4] [5 5 5 5]"},
		{"arrays/stack?sort=centre&rowBlock=2&cols=1:3", "<f4 [3 2] [1 1.5 6.5 5 NaN NaN]"},
		{"order?sort=centre", "<i4 [5] [2 0 4 3 1]"},
		{"order?sort=centre&desc=true", "<i4 [5] [3 4 0 2 1]"},
		{"order?sort=mean", "<i4 [5] [0 2 3 4 1]"},
		{"order?sort=range&from=0&to=1&desc=true", "<i4 [5] [2 4 0 1 3]"}, // 9, 5, 1, no value twice
		{"order?sort=range&from=2&to=4", "<i4 [5] [3 0 2 4 1]"},           // 1, 3.5, 3.5, 5, no value
		{"order?sort=random&seed=1", "<i4 [5] [4 3 0 1 2]"},               // splitmix64 of 1, worked out with Python integers
		{"order", "<i4 [5] [0 1 2 3 4]"},
		{"order?desc=true", "<i4 [5] [4 3 2 1 0]"},
	} {
		if got := a.ada.do("GET", "/results/"+id+"/"+c.path, nil).npy().String(); got != c.want {
			t.Errorf("%s: %s, want %s", c.path, got, c.want)
		}
	}
}

func TestSlicesThatAreNotPossible(t *testing.T) {
	a := newApp(t)
	id := itoa(stacked(a).ID)
	for path, c := range map[string]struct {
		status int
		code   core.Code
		words  string
	}{
		"arrays/other":                               {404, core.CodeNotFound, `no array "other"`},
		"arrays/stack?rows=5":                        {422, core.CodeInvalid, "like 0:100"},
		"arrays/stack?rows=-1:2":                     {422, core.CodeInvalid, "like 0:100"},
		"arrays/stack?cols=a:b":                      {422, core.CodeInvalid, "like 0:100"},
		"arrays/stack?rows=0:99999999999999999999":   {422, core.CodeInvalid, "like 0:100"},
		"arrays/stack?rowBlock=0":                    {422, core.CodeInvalid, "rowBlock"},
		"arrays/stack?rowBlock=99999999999":          {422, core.CodeInvalid, "rowBlock"},
		"arrays/stack?rowBlock=99999999999999999999": {422, core.CodeInvalid, "rowBlock"},
		"arrays/stack?sort=height":                   {422, core.CodeInvalid, "sort"},
		"arrays/n?rowBlock=2":                        {422, core.CodeInvalid, "Counts are not averaged"},
		"arrays/n?sort=mean":                         {422, core.CodeInvalid, "Only stacks can be sorted"},
		"order?sort=range":                           {422, core.CodeInvalid, "no range of them"},
		"order?sort=range&from=2&to=2":               {422, core.CodeInvalid, "no range of them"},
		"order?sort=range&from=0&to=5":               {422, core.CodeInvalid, "no range of them"},
		"order?sort=centre&by=99999":                 {404, core.CodeNotFound, ""},
		"order?array=mean":                           {422, core.CodeInvalid, "Only stacks can be sorted"},
		"order?array=other":                          {404, core.CodeNotFound, `no array "other"`},
		"arrays/" + strings.Repeat("x", 33):          {422, core.CodeInvalid, "name"},
	} {
		says(t, a.ada.do("GET", "/results/"+id+"/"+path, nil).refused(c.status, c.code), c.words)
	}
	a.ada.do("GET", "/results/0", nil).refused(422, core.CodeInvalid)
	a.ada.do("GET", "/results/99999999999999999999", nil).refused(422, core.CodeInvalid)
	a.ada.do("GET", "/results/9223372036854775807", nil).refused(404, core.CodeNotFound)
}

// An average of a map has three axes when it is given side by side; the axes beyond the first stay.
func TestArraysOfThreeAxes(t *testing.T) {
	a := newApp(t)
	id := itoa(a.ada.result(false, array(a, "mean", []float32{1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2)).ID)
	if got := a.ada.do("GET", "/results/"+id+"/arrays/mean", nil).npy().String(); got != "<f4 [2 2 2] [1 2 3 4 5 6 7 8]" {
		t.Error(got)
	}
}

func TestArraysMayBeKept(t *testing.T) {
	a := newApp(t)
	res := stacked(a)
	path := "/results/" + itoa(res.ID) + "/arrays/stack"
	plain := a.ada.do("GET", path, nil)
	zipped := a.ada.do("GET", path, nil, "Accept-Encoding", "gzip, br")
	if got, want := zipped.npy().String(), plain.npy().String(); got != want || zipped.Header.Get("Content-Encoding") != "gzip" || plain.Header.Get("Content-Encoding") != "" {
		t.Errorf("gzip gives %s (%s), plain %s (%s)", got, zipped.Header.Get("Content-Encoding"), want, plain.Header.Get("Content-Encoding"))
	}
	for _, r := range []*answer{plain, zipped} {
		h := r.Header
		if h.Get("Vary") != "Accept-Encoding" || !strings.Contains(h.Get("Cache-Control"), "must-revalidate") || !strings.Contains(h.Get("Cache-Control"), "private") {
			t.Errorf("%v", h)
		}
		again := a.ada.do("GET", path, nil, "If-None-Match", "W/"+h.Get("ETag")+`, "other"`, "Accept-Encoding", map[bool]string{true: "gzip"}[r == zipped])
		again.ok(304, nil)
		if len(again.body) != 0 || again.Header.Get("ETag") != h.Get("ETag") {
			t.Errorf("304 with %q and %d bytes", again.Header.Get("ETag"), len(again.body))
		}
	}
	if r := a.ada.do("GET", path+"?v="+res.ManifestHash, nil); !strings.Contains(r.Header.Get("Cache-Control"), "max-age=31536000, immutable") {
		t.Errorf("with its hash: %s", r.Header.Get("Cache-Control"))
	}
	// Whoever may not read it any more gets no 304 either.
	a.bob.do("GET", path, nil, "If-None-Match", plain.Header.Get("ETag")).refused(404, core.CodeNotFound)
}

// Different parts of an array have different tags.
func TestTagsOfSlices(t *testing.T) {
	a := newApp(t)
	id := itoa(stacked(a).ID)
	seen := map[string]string{}
	for _, path := range []string{"arrays/stack", "arrays/mean", "arrays/stack?rows=0:2", "arrays/stack?cols=0:2", "arrays/stack?rows=0:1&cols=1:2",
		"arrays/stack?rows=0:11&cols=:2", "arrays/stack?rows=0:1&rowBlock=2", "arrays/stack?rows=0:12", "arrays/stack?sort=mean", "arrays/stack?sort=mean&desc=true",
		"order?sort=mean", "order?sort=centre", "order"} {
		tag := a.ada.do("GET", "/results/"+id+"/"+path, nil).ok(200, nil).Header.Get("ETag")
		if before, twice := seen[tag]; twice {
			t.Errorf("%s and %s have the same tag", before, path)
		}
		seen[tag] = path
	}
}

// A stored array that is damaged must not look like a whole one.
func TestDamagedArray(t *testing.T) {
	a := newApp(t)
	bad := core.Array{Name: "stack", DType: "float32", Shape: []int64{3, 4}}
	ref := a.store([]byte("\x93NUMPY but no more"))
	bad.SHA256, bad.Size = ref.SHA256, ref.Size
	gone := bad
	gone.Name, gone.SHA256 = "mean", strings.Repeat("0", 64)
	id := itoa(a.ada.result(false, bad, gone).ID)
	r := a.ada.do("GET", "/results/"+id+"/arrays/stack", nil)
	says(t, r.refused(500, core.CodeInternal), r.Header.Get("X-Request-Id"))
	a.ada.do("GET", "/results/"+id+"/arrays/mean", nil).refused(500, core.CodeInternal)
}

func TestUnavailableResult(t *testing.T) {
	a := newApp(t)
	res := a.ada.result(false)
	a.sql(`UPDATE results SET unavailable = 'This map has no 1 kb level; it has 5 kb.' WHERE id = ?`, res.ID)
	says(t, a.ada.do("GET", "/results/"+itoa(res.ID)+"/arrays/mean", nil).refused(422, core.CodeUnavailable), "no 1 kb level")
}

func TestResultsOfARegionSet(t *testing.T) {
	a := newApp(t)
	res := stacked(a)
	var list struct{ Items []map[string]any }
	a.ada.do("GET", "/region-sets/"+itoa(res.RegionSetID)+"/results", nil).ok(200, &list)
	if len(list.Items) != 1 || list.Items[0]["manifest"] != nil || list.Items[0]["ledger"] != nil || list.Items[0]["resultId"] != float64(res.ID) {
		t.Errorf("%v", list.Items)
	}
	var one map[string]any
	a.ada.do("GET", "/results/"+itoa(res.ID), nil).ok(200, &one)
	if one["manifest"] == nil || one["ledger"] == nil || len(one["arrays"].([]any)) != 4 {
		t.Errorf("%v", one)
	}
	// A public set does not open private features.
	a.sql(`UPDATE datasets SET public = 1 WHERE id = ?`, res.RegionSetID)
	a.bob.do("GET", "/region-sets/"+itoa(res.RegionSetID)+"/results", nil).ok(200, &list)
	if len(list.Items) != 0 {
		t.Errorf("bob sees %v", list.Items)
	}
	a.bob.do("GET", "/results/"+itoa(res.ID), nil).refused(404, core.CodeNotFound)
}

func TestWishes(t *testing.T) {
	a := newApp(t)
	set, track, hic := a.ada.dataset(core.KindRegions, false, ""), a.ada.dataset(core.KindSignal, false, ""), a.ada.dataset(core.KindContacts, false, "")
	wish := func(more ...any) map[string]any {
		m := map[string]any{"pipeline": "stackup", "regionSetId": set.ID, "featureId": track.ID, "window": 1000, "bin": 500}
		for i := 0; i+1 < len(more); i += 2 {
			m[more[i].(string)] = more[i+1]
		}
		return m
	}
	var ref, again struct{ RunID int64 }
	a.ada.do("POST", "/results", wish()).ok(202, &ref)
	a.ada.do("POST", "/results", wish("value", "mean")).ok(202, &again)
	if ref.RunID == 0 || again != ref {
		t.Errorf("run %d, then %d", ref.RunID, again.RunID)
	}
	for name, c := range map[string]struct {
		body   map[string]any
		status int
		code   core.Code
		words  []string
	}{
		"value of another pipeline": {wish("value", "iccf"), 422, core.CodeInvalid, []string{"iccf", "mean"}},
		"value nobody makes":        {wish("pipeline", "pileup", "featureId", hic.ID, "bin", 100, "value", "log"), 422, core.CodeInvalid, []string{"log", "iccf", "oe", "raw"}},
		"side of a BED set":         {wish("side", "left"), 422, core.CodeInvalid, []string{"left"}},
		"pileup of a signal":        {wish("pipeline", "pileup"), 422, core.CodeInvalid, []string{"pileup"}},
		"stackup of a map":          {wish("featureId", hic.ID), 422, core.CodeInvalid, []string{"stackup"}},
		"roles changed":             {wish("regionSetId", track.ID, "featureId", set.ID), 422, core.CodeInvalid, nil},
		"bin does not fit":          {wish("bin", 300), 422, core.CodeInvalid, []string{"multiple"}},
		"bin too fine":              {wish("bin", 1, "window", 2_000_000), 422, core.CodeInvalid, []string{"too fine"}},
		"window overflows":          {wish("bin", 1, "window", int64(math.MaxInt64)), 422, core.CodeInvalid, []string{"too fine"}},
		"no bin":                    {wish("bin", 0), 422, core.CodeInvalid, []string{"bin"}},
		"variable for points":       {wish("window", 0, "bin", 1), 422, core.CodeInvalid, []string{"point set"}},
		"no such set":               {wish("regionSetId", 999), 404, core.CodeNotFound, []string{"region set"}},
		"no such pipeline":          {wish("pipeline", "magic"), 422, core.CodeInvalid, []string{"pipeline"}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, a.ada.do("POST", "/results", c.body).refused(c.status, c.code), c.words...)
		})
	}
	list, err := a.db.Runs().List(t.Context(), core.RunFilter{})
	check(t, err)
	if len(list) != 1 {
		t.Errorf("%d runs for one wish that is possible", len(list))
	}
	var grid core.Grids
	a.ada.do("GET", "/settings/grid", nil).ok(200, &grid)
	if !slices.Contains(grid.Stackup, core.WindowBin{Window: 1000, Bin: 500}) || len(grid.Pileup) == 0 {
		t.Errorf("%+v", grid)
	}
}

// A random order is the same for every stack of as many rows, a permutation, and another with another seed.
func TestRandomOrderFollowsFromTheSeed(t *testing.T) {
	a := newApp(t)
	one, two := itoa(stacked(a).ID), itoa(stacked(a).ID)
	order := func(id, seed string) string {
		return a.ada.do("GET", "/results/"+id+"/order?sort=random&seed="+seed, nil).npy().String()
	}
	if order(one, "7") != order(two, "7") {
		t.Error("two stacks have two orders")
	}
	if order(one, "7") == order(one, "8") {
		t.Error("another seed gives the same order")
	}
}

// The rows of one stackup in the order of the values of another: of the same region set, and only for who may read both.
func TestRowsInTheOrderOfAnotherStackup(t *testing.T) {
	a := newApp(t)
	one := stacked(a)
	other := a.ada.resultAt(one.RegionSetID, false, array(a, "stack", []float32{5, 5, 1, 1, 4, 4, 2, 2, 3, 3}, 5, 2))
	path := "/results/" + itoa(one.ID)
	for query, want := range map[string]string{
		"sort=mean&desc=true":    "<i4 [5] [0 2 4 3 1]",
		"sort=range&from=1&to=2": "<i4 [5] [1 3 4 2 0]",
		"sort=index":             "<i4 [5] [0 1 2 3 4]", // needs no values
	} {
		if got := a.ada.do("GET", path+"/order?by="+itoa(other.ID)+"&"+query, nil).npy().String(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got, want := a.ada.do("GET", path+"/arrays/stack?sort=mean&desc=true&rows=0:2&cols=0:1&by="+itoa(other.ID), nil).npy().String(), "<f4 [2 1] [1 9]"; got != want {
		t.Errorf("rows: %s, want %s", got, want)
	}
	elsewhere := a.ada.result(false, array(a, "stack", []float32{1, 2, 3, 4, 5}, 5, 1))
	says(t, a.ada.do("GET", path+"/order?sort=mean&by="+itoa(elsewhere.ID), nil).refused(422, core.CodeInvalid), "of the same region set")
	hidden := a.bob.result(false, array(a, "stack", []float32{1, 2, 3, 4, 5}, 5, 1))
	a.ada.do("GET", path+"/order?sort=mean&by="+itoa(hidden.ID), nil).refused(404, core.CodeNotFound)
}
