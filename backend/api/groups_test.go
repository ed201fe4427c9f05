package api_test

import (
	"fmt"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

// Rows that are alike lie together, the strongest group first, in the order of the sort key; rows without a value are in no
// group and come last, in the other direction too. The stack: two rows around 10, two around 1, one without a value.
func TestRowsThatAreAlike(t *testing.T) {
	a := newApp(t)
	n := float32(nan)
	rows := []float32{1, 1, 2, 10, 11, 12, n, n, n, 2, 1, 1, 9, 12, 10}
	id := a.ada.result(false, array(a, "stack", rows, 5, 3)).ID
	path := fmt.Sprintf("/results/%d/", id)
	for query, want := range map[string]string{
		"clusters?k=2":                                    "<i4 [5] [1 0 -1 1 0]",
		"order?clusters=2&sort=index":                     "<i4 [5] [1 4 0 3 2]",
		"order?clusters=2&sort=mean":                      "<i4 [5] [4 1 0 3 2]",
		"order?clusters=2&sort=mean&desc=true":            "<i4 [5] [1 4 0 3 2]",
		"arrays/stack?clusters=2&sort=index&rows=0:2":     "<f4 [2 3] [10 11 12 9 12 10]",
		"arrays/stack?clusters=2&rowBlock=2&rows=2:4":     "<f4 [1 3] [1.5 1 1.5]",
		fmt.Sprintf("order?clusters=2&clustersOf=%d", id): "<i4 [5] [1 4 0 3 2]",
	} {
		if got := a.ada.do("GET", path+query, nil).npy().String(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	other := a.ada.result(false, array(a, "stack", rows, 5, 3)).ID
	for query, words := range map[string]string{
		"clusters?k=1":                 "k",
		"clusters?k=31":                "k",
		"order?clusters=1":             "2 to 30",
		"order?clusters=2&group=chrom": "not by both",
		fmt.Sprintf("order?clusters=2&clustersOf=%d", other): "same region set",
	} {
		says(t, a.ada.do("GET", path+query, nil).refused(422, core.CodeInvalid), words)
	}
}

// Single regions' scores of a 2D average of the same set are a sort key; the facets of a column leave only its rows.
func TestRowsByScoresAndFacets(t *testing.T) {
	a := newApp(t)
	set := a.ada.dataset(core.KindRegions, false, "#chrom\tstart\tend\tname\tscore\tstrand\nchr1\t10\t20\ta\t4\t+\nchr1\t30\t40\tb\t3\t-\nchr2\t10\t30\tc\t2\t+\nchr2\t40\t90\td\t1\t-\n")
	stack := a.ada.resultAt(set.ID, false, array(a, "stack", []float32{1, 2, 3, 4}, 4, 1)).ID
	map2d := a.ada.resultAt(set.ID, false, array(a, "scores", []float64{1, 5, 0.2, 9, 1, 9, 3, 1, 3, nan, nan, nan}, 4, 3)).ID
	path := fmt.Sprintf("/results/%d/", stack)
	for query, want := range map[string]string{
		"order?sort=score&column=ratio&scores=%d":             "<i4 [4] [0 2 1 3]",
		"order?sort=score&column=corners&scores=%d&desc=true": "<i4 [4] [0 1 2 3]",
		"order?sort=score&column=centre&scores=%d&desc=true":  "<i4 [4] [1 2 0 3]",
		"order?facet=strand&facetIs=1":                        "<i4 [2] [1 3]",
		"order?facet=strand&facetIs=0&sort=mean&desc=true":    "<i4 [2] [2 0]",
		"order?facet=score&facetBins=2&facetIs=1":             "<i4 [2] [0 1]",
		"arrays/stack?facet=chrom&facetIs=1&desc=true":        "<f4 [2 1] [4 3]",
		"arrays/stack?facet=chrom&facetIs=1&rowBlock=2":       "<f4 [1 1] [3.5]",
		"arrays/stack?facet=chrom&facetIs=7":                  "<f4 [0 1] []",
		"order?group=score&groupBins=2&sort=index":            "<i4 [4] [2 3 0 1]",
	} {
		if strings.Contains(query, "%d") {
			query = fmt.Sprintf(query, map2d)
		}
		if got := a.ada.do("GET", path+query, nil).npy().String(); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	says(t, a.ada.do("GET", path+fmt.Sprintf("order?sort=score&column=name&scores=%d", map2d), nil).refused(422, core.CodeInvalid), "centre, corners")
	says(t, a.ada.do("GET", path+"order?facet=none", nil).refused(422, core.CodeInvalid), `no column "none"`)
	says(t, a.ada.do("GET", path+"order?sort=score&column=ratio", nil).refused(422, core.CodeInvalid), "name a 2D average")
	hidden := a.bob.resultAt(a.bob.dataset(core.KindRegions, false, "").ID, false, array(a, "scores", []float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 4, 3)).ID
	a.ada.do("GET", path+fmt.Sprintf("order?sort=score&column=ratio&scores=%d", hidden), nil).refused(404, core.CodeNotFound)

	var groups struct{ Items []api.RowGroup }
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/regions/groups?column=score&bins=2&bitmap=true", set.ID), nil).ok(200, &groups)
	// Regions 2 and 3 have scores 1 and 2: bits 2 and 3 are 0x0c; the others are 0x03.
	if g := groups.Items; len(g) != 2 || *g[0].Low != 1 || *g[0].High != 2 || g[0].Bitmap != "DA==" || g[1].N != 2 || g[1].Bitmap != "Aw==" {
		t.Errorf("%+v", groups.Items)
	}
}
