package api_test

import (
	"fmt"
	"math"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
	"regioscope/worker/demo/demotest"
)

const scored = "#chrom\tstart\tend\tname\tscore\tkind\n" +
	"chr1\t100\t200\tp1\t5\tx\nchr2\t300\t900\tp2\t1\ty\nchr1\t500\t600\tp10\t.\tx\nchr1\t700\t750\tp3\t9\tz\n"

// P7, P11: a region set is looked at as a table, and what is shown can be taken along.
func TestRegionsAreSortedFilteredAndTakenAlong(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindRegions, false, scored)
	path := fmt.Sprintf("/datasets/%d/regions", d.ID)
	for query, want := range map[string]string{
		"":                                     "p1 p2 p10 p3 of 4",
		"?sort=score&desc=true":                "p3 p1 p2 p10 of 4",
		"?sort=name":                           "p1 p2 p3 p10 of 4",
		"?where=score:ge:5":                    "p1 p3 of 2",
		"?where=score:ge:2&where=kind:ne:x":    "p3 of 1",
		"?find=chr1:550-720&sort=start":        "p10 p3 of 2",
		"?find=P2":                             "p2 of 1",
		"?sort=width&limit=2":                  "p3 p1 of 4 …2",
		"?sort=width&limit=2&cursor=2":         "p10 p2 of 4",
		"?where=name:has:1&sort=name&cursor=9": " of 2",
	} {
		var page api.RegionPage
		a.ada.do("GET", path+query, nil).ok(200, &page)
		var names []string
		for _, r := range page.Items {
			names = append(names, r.Name)
		}
		got := fmt.Sprintf("%s of %d", strings.Join(names, " "), page.Total)
		if page.NextCursor > 0 {
			got += fmt.Sprintf(" …%d", page.NextCursor)
		}
		if got != want || page.All != 4 {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
		if len(page.Columns) != 3 || page.Columns[2].Name != "kind" || page.Columns[1].Numeric != true {
			t.Errorf("columns %+v", page.Columns)
		}
		if len(page.Items) > 0 && len(page.Items[0].Values) != 3 {
			t.Errorf("values %v", page.Items[0].Values)
		}
	}
	for _, query := range []string{"?sort=none", "?where=score", "?where=none:ge:1", "?where=kind:ge:1"} {
		p := a.ada.do("GET", path+query, nil).refused(422, core.CodeInvalid)
		if len(p.Errors) != 1 || p.Errors[0].Field == "" {
			t.Errorf("%s: %+v", query, p.Errors)
		}
	}
	file := func(query string) string { return string(a.ada.do("GET", path+"/file"+query, nil).ok(200, nil).body) }
	if got := file("?format=bed&where=kind:eq:x&sort=score"); got != "#chrom\tstart\tend\tname\tscore\tkind\nchr1\t100\t200\tp1\t5\tx\nchr1\t500\t600\tp10\t.\tx\n" {
		t.Errorf("as BED:\n%s", got)
	}
	if got := file("?format=tsv&find=p2"); got != "chrom\tstart\tend\twidth\tname\tscore\tkind\nchr2\t300\t900\t600\tp2\t1\ty\n" {
		t.Errorf("as TSV:\n%s", got)
	}
	r := a.ada.do("GET", path+"/file?where=score:ge:5", nil).ok(200, nil)
	if got := r.Header.Get("Content-Disposition"); got != `attachment; filename=file-1_2_of_4.bed` {
		t.Errorf("its name: %s", got)
	}
	a.ada.do("GET", path+"/file?format=bedpe", nil).refused(422, core.CodeInvalid)
}

func TestHistogramOfAColumn(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindRegions, false, scored)
	path := fmt.Sprintf("/datasets/%d/regions/histogram", d.ID)
	var h api.HistogramOut
	a.ada.do("GET", path+"?column=score&bins=4", nil).ok(200, &h)
	if h.N != 3 || h.Missing != 1 || *h.Min != 1 || *h.Max != 9 || *h.Median != 5 || *h.Mean != 5 || !slices.Equal(h.Counts, []int{1, 0, 1, 1}) || len(h.Edges) != 5 {
		t.Errorf("%+v", h)
	}
	h = api.HistogramOut{}
	a.ada.do("GET", path+"?column=kind&where="+url.QueryEscape("width:ge:100"), nil).ok(200, &h)
	if h.N != 3 || h.Numeric || !slices.Equal(h.Values, []api.ValueCount{{Value: "x", N: 2}, {Value: "y", N: 1}}) || h.Min != nil {
		t.Errorf("%+v", h)
	}
	a.ada.do("GET", path+"?column=none", nil).refused(422, core.CodeInvalid)
	a.ada.do("GET", path, nil).refused(422, core.CodeInvalid)
}

// The pictures of the demo data show what was planted in them: contacts decay with distance, and the map is symmetric.
func TestPreviews(t *testing.T) {
	a := newApp(t)
	content := func(name string) string {
		raw, err := os.ReadFile(filepath.Join(demotest.MustTiny(t), name))
		check(t, err)
		return string(raw)
	}
	var p api.PreviewOut
	hic := a.ada.dataset(core.KindContacts, false, content("wild_type.mcool"))
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/preview", hic.ID), nil).ok(200, &p)
	m := p.Contacts
	if m == nil || m.N < 2 || len(m.Values) != m.N*m.N || !m.Whole || len(m.Chroms) != len(a.toy.Chroms) || m.Chroms[0].At != 0 {
		t.Fatalf("%+v", m)
	}
	near, far := 0.0, 0.0
	for i := range m.N {
		for j := range m.N {
			x, y := m.Values[i*m.N+j], m.Values[j*m.N+i]
			if (x == nil) != (y == nil) || x != nil && *x != *y {
				t.Fatalf("cell %d,%d is not cell %d,%d", i, j, j, i)
			}
			if x != nil && i-j <= 1 && j-i <= 1 {
				near += *x
			} else if x != nil {
				far = math.Max(far, *x)
			}
		}
	}
	if near/float64(3*m.N) <= far/2 {
		t.Errorf("near the diagonal %g on average, elsewhere up to %g", near/float64(3*m.N), far)
	}
	p = api.PreviewOut{}
	track := a.ada.dataset(core.KindSignal, false, content("CTCF.bw"))
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/preview", track.ID), nil).ok(200, &p)
	if p.Signal == nil || len(p.Signal.Mean) != len(p.Signal.Max) || len(p.Signal.Mean) < 500 || len(p.Signal.Chroms) != len(a.toy.Chroms) {
		t.Fatalf("%+v", p.Signal)
	}
	for i, v := range p.Signal.Mean {
		if v != nil && *p.Signal.Max[i] < *v*0.999 {
			t.Fatalf("bin %d: mean %g, max %g", i, *v, *p.Signal.Max[i])
		}
	}
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/preview", a.ada.dataset(core.KindRegions, false, scored).ID), nil).refused(409, core.CodeState)
}

// Results show what they were computed with only to those who may read that, too.
func TestResultsOfADatasetInBothRoles(t *testing.T) {
	a := newApp(t)
	r := stacked(a)
	for _, id := range []int64{r.RegionSetID, r.FeatureID} {
		var m core.ResultMatrix
		a.ada.do("GET", fmt.Sprintf("/datasets/%d/results", id), nil).ok(200, &m)
		if len(m.Results) != 1 || len(m.With) != 1 || m.With[0].ID != r.RegionSetID+r.FeatureID-id {
			t.Errorf("of %d: %+v", id, m)
		}
	}
	a.sql(`UPDATE datasets SET public = 1 WHERE id = ?`, r.FeatureID)
	var m core.ResultMatrix
	a.bob.do("GET", fmt.Sprintf("/datasets/%d/results", r.FeatureID), nil).ok(200, &m)
	if len(m.Results) != 0 || len(m.With) != 0 {
		t.Errorf("bob sees %+v", m)
	}
}

func TestLineage(t *testing.T) {
	a := newApp(t)
	parent, child := a.ada.dataset(core.KindRegions, true, ""), a.ada.dataset(core.KindRegions, false, "")
	gone := a.ada.dataset(core.KindRegions, false, "")
	check(t, a.db.Datasets().SetOrigin(t.Context(), child.ID, &core.Origin{Operation: "intersect", Parents: []core.Parent{{ID: parent.ID, Name: "then"}, {ID: gone.ID, Name: gone.Name}}}))
	a.ada.do("DELETE", "/datasets/"+itoa(gone.ID), nil).ok(204, nil)
	var l core.Lineage
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/lineage", child.ID), nil).ok(200, &l)
	if l.Origin == nil || l.Origin.Operation != "intersect" || l.Origin.Parents[0].Name != parent.Name || l.Origin.Parents[0].Gone || !l.Origin.Parents[1].Gone || l.Origin.Parents[1].Name != gone.Name {
		t.Errorf("%+v", l.Origin)
	}
	l = core.Lineage{}
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/lineage", parent.ID), nil).ok(200, &l)
	if l.Origin != nil || len(l.Children) != 1 || l.Children[0].Name != child.Name {
		t.Errorf("%+v", l)
	}
	l = core.Lineage{}
	a.bob.do("GET", fmt.Sprintf("/datasets/%d/lineage", parent.ID), nil).ok(200, &l)
	if len(l.Children) != 0 || l.Hidden != 1 {
		t.Errorf("bob sees %+v", l)
	}
}
