package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
	"regioscope/worker/format/npy"
)

// scoredSet is a region set of ada's whose file has the columns name, score and kind.
func (a *app) scoredSet() *core.Dataset {
	a.t.Helper()
	d := a.ada.dataset(core.KindRegions, false, scored)
	d.Facts.Regions = &core.RegionFacts{Format: "bed", Count: 4, Columns: []string{"name", "score", "kind"}}
	facts, err := json.Marshal(d.Facts)
	check(a.t, err)
	a.sql("UPDATE datasets SET facts = ? WHERE id = ?", string(facts), d.ID)
	return d
}

// addTable uploads a table for a region set.
func (c *client) addTable(d *core.Dataset, name, content string) *answer {
	c.t.Helper()
	body, kind := form("file", name, content)
	return c.do("POST", fmt.Sprintf("/datasets/%d/metadata", d.ID), body, "Content-Type", kind)
}

// joined uploads a table and joins it as plan says.
func (c *client) joined(d *core.Dataset, name, content string, plan map[string]any) *core.MetaTable {
	c.t.Helper()
	var draft, out core.MetaTable
	c.addTable(d, name, content).ok(201, &draft)
	c.do("POST", fmt.Sprintf("/metadata/%d/join", draft.ID), plan).ok(200, &out)
	return &out
}

func (c *client) metaPreview(t *core.MetaTable, plan map[string]any) *core.MetaPreview {
	c.t.Helper()
	var out core.MetaPreview
	c.do("POST", fmt.Sprintf("/metadata/%d/preview", t.ID), plan).ok(200, &out)
	return &out
}

// columnOf gives the values of a column of all regions.
func (c *client) columnOf(d *core.Dataset, name string) string {
	c.t.Helper()
	var page api.RegionPage
	c.do("GET", fmt.Sprintf("/datasets/%d/regions", d.ID), nil).ok(200, &page)
	k := slices.IndexFunc(page.Columns, func(x api.RegionColumn) bool { return x.Name == name })
	if k < 0 {
		c.t.Fatalf("no column %q in %+v", name, page.Columns)
	}
	var out []string
	for _, r := range page.Items {
		out = append(out, r.Values[k])
	}
	return strings.Join(out, " ")
}

func onMetadata(joined bool, method, path string, body any) func(*app, bool) call {
	return func(a *app, public bool) call {
		d := a.ada.dataset(core.KindRegions, public, "chr1\t10\t20\n")
		var t core.MetaTable
		a.ada.addTable(d, "x.csv", "x\n1\n").ok(201, &t)
		if joined {
			a.ada.do("POST", fmt.Sprintf("/metadata/%d/join", t.ID), map[string]any{}).ok(200, &t)
		}
		return call{method: method, path: fmt.Sprintf(path, t.ID), body: body}
	}
}

func onMetadataColumn(method string, body any) func(*app, bool) call {
	return func(a *app, public bool) call {
		d := a.ada.dataset(core.KindRegions, public, "chr1\t10\t20\n")
		t := a.ada.joined(d, "x.csv", "x\n1\n", map[string]any{})
		return call{method: method, path: fmt.Sprintf("/metadata/columns/%d", t.Columns[0].ID), body: body}
	}
}

// P8: a table is joined to the regions of a set by row order, with its rows counted, its types guessed and its columns
// chosen; W32: also by name and by coordinates, looked at before anything is changed, with categories.
func TestMetadataIsJoined(t *testing.T) {
	a := newApp(t)
	for name, c := range map[string]struct {
		file, table string
		plan        map[string]any
		want        core.MetaFacts
		columns     map[string]string
	}{
		"by row order": {"x.tsv", "fold\tcluster\n1.5\tA\nNA\tB\n-2\tA\n7\t\n", map[string]any{"by": "order"},
			core.MetaFacts{By: core.JoinOrder, Rows: 4, Matched: 4}, map[string]string{"fold": "1.5  -2 7", "cluster": "A B A "}},
		"by name, in any order": {"x.csv", "gene,fold\np10,1\nnobody,2\np1,3\n", map[string]any{},
			core.MetaFacts{By: core.JoinName, Rows: 3, Matched: 2, UnmatchedRegions: 2, UnmatchedRows: 1}, map[string]string{"fold": "3  1 "}},
		"by coordinates, chromosomes by other names": {"x.csv", "chr,start,end,fold\n1,500,600,9\nchr2,300,900,8\n1,1,2,7\n", map[string]any{},
			core.MetaFacts{By: core.JoinCoordinates, Rows: 3, Matched: 2, UnmatchedRegions: 2, UnmatchedRows: 1}, map[string]string{"fold": " 8 9 "}},
		"by coordinates from 1": {"x.csv", "chr,start,end,fold\n1,501,600,9\n", map[string]any{"by": "coordinates", "oneBased": true},
			core.MetaFacts{By: core.JoinCoordinates, Rows: 1, Matched: 1, UnmatchedRegions: 3}, map[string]string{"fold": "  9 "}},
		"some columns, by other names": {"x.csv", "a,b,c\n1,2,3\n1,2,3\n1,2,3\n1,2,4\n",
			map[string]any{"by": "order", "columns": []map[string]any{{"at": 2, "name": "group", "type": "categorical"}}},
			core.MetaFacts{By: core.JoinOrder, Rows: 4, Matched: 4}, map[string]string{"group": "3 3 3 4"}},
	} {
		d := a.scoredSet()
		table := a.ada.joined(d, c.file, c.table, c.plan)
		if table.Facts != c.want || len(table.Columns) != len(c.columns) || table.CreatedBy != "ada" || table.Name != "x" {
			t.Errorf("%s: %+v", name, table)
		}
		for column, want := range c.columns {
			if got := a.ada.columnOf(d, column); got != want {
				t.Errorf("%s: %s is %q, want %q", name, column, got, want)
			}
		}
		var list struct{ Items []core.MetaTable }
		a.ada.do("GET", fmt.Sprintf("/datasets/%d/metadata", d.ID), nil).ok(200, &list)
		if len(list.Items) != 1 || list.Items[0].ID != table.ID {
			t.Errorf("%s: listed %+v", name, list.Items)
		}
	}
}

func TestMetadataIsLookedAtBeforeItIsJoined(t *testing.T) {
	a := newApp(t)
	d := a.scoredSet()
	var draft core.MetaTable
	a.ada.addTable(d, "values.csv", "name,score,kind,cluster\np1,3,n.d.,1\np3,4,2,2\np3,5,2,2\nnobody,1,1,1\n").ok(201, &draft)
	p := a.ada.metaPreview(&draft, map[string]any{})
	if p.Plan.By != core.JoinName || !slices.Equal(p.Plan.Keys, []int{0}) || p.Plan.RegionColumn != "name" || p.Plan.Separator != "comma" || !*p.Plan.Header ||
		p.Plan.Name != "values" || p.Regions != 4 {
		t.Errorf("guessed %+v", p.Plan)
	}
	// Names that the set has already are taken with a number.
	want := []core.MetaGiven{{At: 1, Name: "score_2", Type: core.MetaNumeric}, {At: 2, Name: "kind_2", Type: core.MetaCategorical}, {At: 3, Name: "cluster", Type: core.MetaCategorical}}
	if !slices.Equal(p.Plan.Columns, want) {
		t.Errorf("columns %+v", p.Plan.Columns)
	}
	if p.Facts != (core.MetaFacts{By: core.JoinName, Rows: 4, Matched: 2, UnmatchedRegions: 2, UnmatchedRows: 1, Ambiguous: 1}) {
		t.Errorf("%+v", p.Facts)
	}
	if len(p.Problems) != 1 || p.Problems[0].Field != "twins" || !strings.Contains(p.Problems[0].Message, `"p3" on lines 3 and 4`) {
		t.Errorf("problems %+v", p.Problems)
	}
	if len(p.RegionsWithout) != 2 || p.RegionsWithout[0].Text != "chr2:300-900 p2" || len(p.RowsWithout) != 1 || p.RowsWithout[0].Text != "nobody" || p.RowsWithout[0].Lines[0] != 5 {
		t.Errorf("without %+v %+v", p.RegionsWithout, p.RowsWithout)
	}
	if len(p.Rows) != 4 || p.Rows[0].Line != 2 || !slices.Equal(p.Rows[0].Cells, []string{"p1", "3", "n.d.", "1"}) || len(p.Joined) != 4 ||
		p.Joined[0].Line != 2 || !slices.Equal(p.Joined[0].Values, []string{"3", "n.d.", "1"}) || p.Joined[1].Line != 0 {
		t.Errorf("rows %+v, joined %+v", p.Rows, p.Joined)
	}
	join := fmt.Sprintf("/metadata/%d/join", draft.ID)
	f := a.ada.do("POST", join, map[string]any{}).refused(422, core.CodeInvalid)
	if len(f.Errors) != 1 || f.Errors[0].Field != "twins" {
		t.Errorf("%+v", f.Errors)
	}
	// As numbers, with the word counted as missing.
	columns := []map[string]any{{"at": 2, "name": "k", "type": "numeric"}, {"at": 1, "name": "start", "type": "numeric"}, {"at": 1, "name": "k", "type": "numeric"}}
	f = a.ada.do("POST", join, map[string]any{"twins": "first", "columns": columns}).refused(422, core.CodeInvalid)
	if len(f.Errors) != 2 || f.Errors[0].Field != "columns[1]" || f.Errors[1].Field != "columns[2]" {
		t.Errorf("%+v", f.Errors)
	}
	p = a.ada.metaPreview(&draft, map[string]any{"twins": "first", "columns": columns[:1]})
	if len(p.Problems) != 0 || !strings.Contains(strings.Join(p.Warnings, " "), "1 values that are not numbers") || p.Joined[0].Values[0] != "" {
		t.Errorf("%+v", p)
	}
	a.ada.do("POST", join, map[string]any{"twins": "first", "columns": columns[:1]}).ok(200, nil)
	a.ada.do("POST", join, map[string]any{"twins": "first", "columns": columns[:1]}).refused(409, core.CodeState)
	if got := a.ada.columnOf(d, "k"); got != "n.d.   2" { // as it was given; sorting and filtering take it as missing
		t.Errorf("k: %q", got)
	}
	// Nobody but editors knew of it, and nobody sees a table that waits.
	a.ada.addTable(d, "more.csv", "x\n1\n").ok(201, &draft)
	var list struct{ Items []core.MetaTable }
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/metadata", d.ID), nil).ok(200, &list)
	if len(list.Items) != 1 {
		t.Errorf("%+v", list.Items)
	}
	p = a.ada.metaPreview(&draft, map[string]any{"by": "order"})
	if len(p.Problems) != 1 || p.Problems[0].Field != "by" || !strings.Contains(p.Problems[0].Message, "it has 1, the set 4") {
		t.Errorf("%+v", p.Problems)
	}
	if p = a.ada.metaPreview(&draft, map[string]any{"by": "coordinates"}); len(p.Problems) != 1 || p.Problems[0].Field != "keys" {
		t.Errorf("%+v", p.Problems)
	}
}

func TestMetadataThatIsRefused(t *testing.T) {
	a := newApp(t)
	d := a.scoredSet()
	files := len(a.stored())
	for name, c := range map[string]struct {
		content, words string
		code           core.Code
		line           int
	}{
		"empty":       {"", "not empty", core.CodeInvalid, 0},
		"spreadsheet": {"PK\x03\x04.....", "save the sheet as CSV", core.CodeBadFile, 0},
		"bad rows":    {"a,b\n1,2\n3,4\n5,6\n7\n", "error on line 5", core.CodeBadFile, 5},
	} {
		f := a.ada.addTable(d, "x.csv", c.content).refused(422, c.code)
		if len(f.Errors) == 0 || f.Errors[0].Field != "file" || f.Errors[0].Line != c.line || !strings.Contains(f.Detail, c.words) && !strings.Contains(f.Errors[0].Message, c.words) {
			t.Errorf("%s: %+v", name, f)
		}
	}
	track := a.ada.dataset(core.KindSignal, false, "")
	a.ada.addTable(track, "x.csv", "x\n1\n").refused(409, core.CodeState)
	if got := len(a.stored()); got != files+1 { // the track
		t.Errorf("%d files stay, %d before", got, files)
	}
	var draft core.MetaTable
	a.ada.addTable(d, "x.csv", "x\n1\n").ok(201, &draft)
	a.ada.do("POST", fmt.Sprintf("/metadata/%d/join", draft.ID), map[string]any{"by": "order", "columns": []map[string]any{{"at": 7, "name": "x", "type": "numeric"}}}).refused(422, core.CodeInvalid)
	a.ada.do("DELETE", fmt.Sprintf("/metadata/%d", draft.ID), nil).ok(204, nil)
	if got := len(a.stored()); got != files+1 {
		t.Errorf("%d files after the draft is gone, %d before", got, files)
	}
}

// P8, W32: columns are listed, renamed, taken in another way and deleted; they sort, filter, are counted and taken along.
func TestMetadataColumnsAreEdited(t *testing.T) {
	a := newApp(t)
	d := a.scoredSet()
	files := len(a.stored())
	table := a.ada.joined(d, "x.csv", "fold,cluster\n1.5,2\nNA,10\n-2,2\n7,1\n", map[string]any{"by": "order"})
	path := fmt.Sprintf("/datasets/%d/regions", d.ID)
	names := func(query string) string {
		var page api.RegionPage
		a.ada.do("GET", path+query, nil).ok(200, &page)
		var out []string
		for _, r := range page.Items {
			out = append(out, r.Name)
		}
		return strings.Join(out, " ")
	}
	for query, want := range map[string]string{
		"?sort=fold":                       "p10 p1 p3 p2", // missing comes last
		"?sort=fold&desc=true":             "p3 p1 p10 p2",
		"?sort=cluster":                    "p3 p1 p10 p2",
		"?where=cluster:eq:2":              "p1 p10",
		"?where=fold:ge:0&where=kind:eq:x": "p1",
	} {
		if got := names(query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	var h api.HistogramOut
	a.ada.do("GET", path+"/histogram?column=cluster", nil).ok(200, &h)
	if h.Numeric || !slices.Equal(h.Values, []api.ValueCount{{Value: "2", N: 2}, {Value: "1", N: 1}, {Value: "10", N: 1}}) {
		t.Errorf("%+v", h)
	}
	if got := string(a.ada.do("GET", path+"/file?format=tsv&where=fold:le:0", nil).ok(200, nil).body); got !=
		"chrom\tstart\tend\twidth\tname\tscore\tkind\tfold\tcluster\nchr1\t500\t600\t100\tp10\t.\tx\t-2\t2\n" {
		t.Errorf("as TSV:\n%s", got)
	}

	column := func(k int) string { return fmt.Sprintf("/metadata/columns/%d", table.Columns[k].ID) }
	a.ada.do("PATCH", column(1), map[string]any{"type": "numeric", "name": " k "}).ok(200, nil)
	h = api.HistogramOut{}
	a.ada.do("GET", path+"/histogram?column=k", nil).ok(200, &h)
	if !h.Numeric || *h.Max != 10 {
		t.Errorf("%+v", h)
	}
	for name, body := range map[string]map[string]any{"of the file": {"name": "score"}, "coordinate": {"name": "width"}, "of the table": {"name": "fold"}, "empty": {"name": " "}} {
		f := a.ada.do("PATCH", column(1), body).refused(422, core.CodeInvalid)
		if len(f.Errors) != 1 || f.Errors[0].Field != "name" {
			t.Errorf("%s: %+v", name, f.Errors)
		}
	}
	a.ada.do("PATCH", column(1), map[string]any{"name": "k"}).ok(200, nil) // its own name is not taken
	a.ada.do("PATCH", fmt.Sprintf("/metadata/%d", table.ID), map[string]any{"name": "screen 3"}).ok(200, nil)
	a.ada.do("PATCH", fmt.Sprintf("/metadata/%d", table.ID), map[string]any{"name": ""}).refused(422, core.CodeInvalid)
	text := a.ada.joined(d, "words.csv", "word\na\nb\nc\nd\n", map[string]any{"by": "order"})
	f := a.ada.do("PATCH", fmt.Sprintf("/metadata/columns/%d", text.Columns[0].ID), map[string]any{"type": "numeric"}).refused(422, core.CodeInvalid)
	if f.Errors[0].Field != "type" {
		t.Errorf("%+v", f.Errors)
	}
	if got := string(a.ada.do("GET", fmt.Sprintf("/metadata/%d/file", table.ID), nil).ok(200, nil).body); got != "fold,cluster\n1.5,2\nNA,10\n-2,2\n7,1\n" {
		t.Errorf("the file is %q", got)
	}

	// What was theirs is free again; with the last column the table goes.
	a.ada.do("DELETE", column(1), nil).ok(204, nil)
	a.ada.do("GET", path+"?sort=k", nil).refused(422, core.CodeInvalid)
	a.ada.do("DELETE", column(0), nil).ok(204, nil)
	a.ada.do("DELETE", column(0), nil).refused(404, core.CodeNotFound)
	a.ada.do("DELETE", fmt.Sprintf("/metadata/%d", text.ID), nil).ok(204, nil)
	var list struct{ Items []core.MetaTable }
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/metadata", d.ID), nil).ok(200, &list)
	if len(list.Items) != 0 || len(a.stored()) != files {
		t.Errorf("%+v stay, and %d files of %d", list.Items, len(a.stored()), files)
	}
}

// Metadata go to the trash with their set, come back with it, and their files go when it goes for good.
func TestMetadataGoWithTheirSet(t *testing.T) {
	a := newApp(t)
	files := len(a.stored())
	d := a.scoredSet()
	table := a.ada.joined(d, "x.csv", "fold\n1\n2\n3\n4\n", map[string]any{"by": "order"})
	a.ada.do("DELETE", fmt.Sprintf("/datasets/%d", d.ID), nil).ok(204, nil)
	a.ada.do("GET", fmt.Sprintf("/metadata/%d/file", table.ID), nil).refused(404, core.CodeNotFound)
	a.ada.do("POST", fmt.Sprintf("/trash/%d/restore", d.ID), nil).ok(200, nil)
	if got := a.ada.columnOf(d, "fold"); got != "1 2 3 4" {
		t.Errorf("restored: %q", got)
	}
	a.ada.do("DELETE", fmt.Sprintf("/datasets/%d", d.ID), nil).ok(204, nil)
	a.ada.do("DELETE", fmt.Sprintf("/trash/%d", d.ID), nil).ok(204, nil)
	if got := len(a.stored()); got != files {
		t.Errorf("%d files stay of %d", got, files)
	}
}

// Who takes their data along takes the metadata along.
func TestMetadataAreExported(t *testing.T) {
	a := newApp(t)
	d := a.scoredSet()
	table := a.ada.joined(d, "x.csv", "fold\n1\n2\n3\n4\n", map[string]any{"by": "order"})
	raw := a.ada.do("GET", "/account/export", nil).ok(200, nil).body
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	check(t, err)
	got := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		check(t, err)
		b, err := io.ReadAll(r)
		check(t, err)
		got[f.Name] = string(b)
	}
	if got[fmt.Sprintf("files/%d-metadata-%d-x.csv", d.ID, table.ID)] != "fold\n1\n2\n3\n4\n" {
		t.Errorf("no file of the table in %v", slices.Collect(func(yield func(string) bool) {
			for name := range got {
				if !yield(name) {
					return
				}
			}
		}))
	}
	if text := got["metadata.json"]; !strings.Contains(text, `"fold"`) {
		t.Errorf("metadata.json: %s", text)
	}
}

// P8: columns of a set, of its file and its metadata, are sort keys of stackups; W32: and group keys.
func TestStacksAreSortedAndGroupedByColumns(t *testing.T) {
	a := newApp(t)
	r := a.ada.result(false, array(a, "stack", []float32{1, 4, 2, 3}, 4, 1))
	set, err := a.db.Datasets().ByID(t.Context(), r.RegionSetID)
	check(t, err)
	ref := a.store([]byte(scored))
	a.sql("UPDATE datasets SET sha256 = ?, size = ? WHERE id = ?", ref.SHA256, ref.Size, set.ID)
	table := a.ada.joined(set, "x.csv", "fold,cluster\n5,2\nNA,10\n7,\n1,2\n", map[string]any{"by": "order"})
	read := func(path string) []int32 {
		t.Helper()
		raw := a.ada.do("GET", fmt.Sprintf("/results/%d/%s", r.ID, path), nil).ok(200, nil).body
		f, err := npy.Open(bytes.NewReader(raw), int64(len(raw)))
		check(t, err)
		if strings.HasPrefix(path, "arrays") {
			rows, err := npy.ReadRows[float32](f, nil, 0, f.Rows())
			check(t, err)
			var out []int32
			for _, x := range rows {
				out = append(out, int32(x))
			}
			return out
		}
		rows, err := npy.ReadRows[int32](f, nil, 0, f.Rows())
		check(t, err)
		return rows
	}
	for query, want := range map[string][]int32{
		"sort=column&column=fold":                                {3, 0, 2, 1}, // missing last
		"sort=column&column=fold&desc=true":                      {2, 0, 3, 1},
		"sort=column&column=score&desc=true":                     {3, 0, 1, 2}, // of the file
		"group=cluster":                                          {0, 3, 1, 2}, // 2 before 10, missing last
		"group=cluster&sort=mean&desc=true":                      {3, 0, 1, 2},
		"group=cluster&sort=column&column=start&desc=true":       {3, 0, 1, 2},
		"group=kind&sort=column&column=fold&v=" + r.ManifestHash: {0, 2, 1, 3},
	} {
		if got := read("order?" + query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	if got := read("arrays/stack?group=cluster&sort=mean&desc=true"); !slices.Equal(got, []int32{3, 1, 4, 2}) {
		t.Errorf("sorted values %v", got)
	}
	var groups struct{ Items []api.RowGroup }
	a.ada.do("GET", fmt.Sprintf("/datasets/%d/regions/groups?column=cluster", set.ID), nil).ok(200, &groups)
	if !slices.Equal(groups.Items, []api.RowGroup{{Value: "2", N: 2}, {Value: "10", N: 1}, {Value: "", N: 1}}) {
		t.Errorf("%+v", groups.Items)
	}
	// A browser may not keep what a change of the column changes.
	path := fmt.Sprintf("/results/%d/order?group=cluster&v=%s", r.ID, r.ManifestHash)
	first := a.ada.do("GET", path, nil).ok(200, nil)
	if got := first.Header.Get("Cache-Control"); !strings.Contains(got, "must-revalidate") {
		t.Errorf("cached: %s", got)
	}
	a.ada.do("GET", path, nil, "If-None-Match", first.Header.Get("ETag")).ok(304, nil)
	a.ada.do("PATCH", fmt.Sprintf("/metadata/columns/%d", table.Columns[1].ID), map[string]any{"name": "k"}).ok(200, nil)
	for _, bad := range []string{"group=cluster", "sort=column", "sort=column&column=none", "sort=none"} {
		a.ada.do("GET", fmt.Sprintf("/results/%d/order?%s", r.ID, bad), nil).refused(422, core.CodeInvalid)
	}
}
