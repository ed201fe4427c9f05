package api_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

type datasetList struct {
	Items      []core.Dataset
	NextCursor string
}

func TestListOfDatasets(t *testing.T) {
	a := newApp(t)
	for i := range 5 {
		d := a.ada.dataset([]core.Kind{core.KindSignal, core.KindContacts}[i%2], i == 4, "")
		d.Name, d.CellType, d.Tags = fmt.Sprintf("track %d", i), "HeLa", []string{"100%"}
		check(t, a.db.Datasets().Update(t.Context(), d))
	}
	bobs := a.bob.dataset(core.KindRegions, false, "")
	names := func(who *client, query string) string {
		var l datasetList
		who.do("GET", "/datasets"+query, nil).ok(200, &l)
		var out []string
		for _, d := range l.Items {
			out = append(out, strings.TrimPrefix(d.Name, "track "))
		}
		if l.NextCursor != "" {
			out = append(out, "…")
		}
		return strings.Join(out, " ")
	}
	for query, want := range map[string]string{
		"": "4 3 2 1 0", "?kind=contacts": "3 1", "?limit=2": "4 3 …", "?limit=5": "4 3 2 1 0", "?assemblyId=99": "", "?q=%22TRACK+3%22": "3",
		"?q=hela&limit=1": "4 …", "?q=100%25": "4 3 2 1 0", "?q=1%25": "", "?q=_rack": "", "?cursor=9223372036854775807": "4 3 2 1 0",
	} {
		if got := names(a.ada, query); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if got := names(a.bob, ""); got != bobs.Name+" 4" {
		t.Errorf("bob sees %q", got)
	}
	if got := names(a.root, ""); got != bobs.Name+" 4 3 2 1 0" {
		t.Errorf("root sees %q", got)
	}
	var page datasetList
	var all []string
	for cursor := ""; ; cursor = "&cursor=" + page.NextCursor {
		page = datasetList{}
		a.ada.do("GET", "/datasets?limit=2"+cursor, nil).ok(200, &page)
		for _, d := range page.Items {
			all = append(all, d.Name)
		}
		if page.NextCursor == "" {
			break
		}
	}
	if len(all) != 5 || !slices.IsSortedFunc(all, func(x, y string) int { return strings.Compare(y, x) }) {
		t.Errorf("paging gives %v", all)
	}
	for _, query := range []string{"?limit=0", "?limit=1001", "?limit=x", "?limit=99999999999999999999", "?cursor=99999999999999999999", "?cursor=-5", "?sort=name&cursor=5", "?sort=colour", "?kind=magic", "?assemblyId=x"} {
		a.ada.do("GET", "/datasets"+query, nil).refused(422, core.CodeInvalid)
	}
}

func TestPatchOfADataset(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindSignal, false, "")
	path := "/datasets/" + itoa(d.ID)
	var got core.Dataset
	a.ada.do("PATCH", path, map[string]any{"name": " new ", "tags": []string{"a", " a", "", "b"}, "cellType": "HeLa", "public": true}).ok(200, &got)
	if got.Name != "new" || strings.Join(got.Tags, ",") != "a,b" || got.CellType != "HeLa" || !got.Public || got.Kind != core.KindSignal {
		t.Errorf("%+v", got)
	}
	a.ada.do("PATCH", path, map[string]any{"description": "x"}).ok(200, &got)
	if got.Name != "new" || !got.Public || got.Description != "x" {
		t.Errorf("%+v", got)
	}
	a.ada.do("PATCH", path, map[string]any{"name": strings.Repeat("ä", 255), "cellType": strings.Repeat("ä", 255)}).ok(200, nil) // characters, not bytes
	for name, c := range map[string]struct {
		body  any
		words string
	}{
		"no name":       {map[string]any{"name": " "}, "name"},
		"long name":     {map[string]any{"name": strings.Repeat("x", 256)}, "name"},
		"long text":     {map[string]any{"description": strings.Repeat("x", 20_001)}, "description"},
		"long sample":   {map[string]any{"sampleId": strings.Repeat("x", 256)}, "sampleId"},
		"not to change": {map[string]any{"ownerId": 1}, "ownerId"},
		"wrong type":    {map[string]any{"tags": "a"}, "tags"},
	} {
		t.Run(name, func(t *testing.T) { says(t, a.ada.do("PATCH", path, c.body).refused(422, core.CodeInvalid), c.words) })
	}
}

func TestDeleteOfADataset(t *testing.T) {
	a := newApp(t)
	res := stacked(a)
	run := a.ada.run(false)
	a.sql(`UPDATE runs SET region_set_id = ? WHERE id = ?`, res.RegionSetID, run.ID)
	doc := map[string]any{"version": 1, "panels": []any{map[string]any{"regionSetId": res.RegionSetID, "widgets": []any{}}}}
	a.ada.do("POST", "/sessions", map[string]any{"name": "hers", "document": doc}).ok(201, nil)
	a.bob.do("POST", "/sessions", map[string]any{"name": "secret", "document": doc}).ok(201, nil)
	path := "/datasets/" + itoa(res.RegionSetID)
	before := len(a.stored())
	var deps core.Dependants
	a.ada.do("DELETE", path+"?dryRun=true", nil).ok(200, &deps)
	names := []string{}
	for _, s := range deps.Sessions {
		names = append(names, s.Name)
	}
	slices.Sort(names)
	if deps.Results != 1 || deps.Runs != 1 || deps.ActiveRuns != 1 || strings.Join(names, "|") != "a session of somebody else|hers" {
		t.Errorf("%+v", deps)
	}
	if len(a.stored()) != before {
		t.Error("the dry run deleted files")
	}
	if r := a.ada.do("DELETE", path, nil).ok(204, nil); len(r.body) != 0 {
		t.Errorf("204 with %q", r.body)
	}
	says(t, a.ada.do("DELETE", path, nil).refused(410, core.CodeInTrash), "in the trash until")
	a.bob.do("DELETE", path, nil).refused(404, core.CodeNotFound)
	a.ada.do("GET", "/results/"+itoa(res.ID), nil).refused(404, core.CodeNotFound)
	var stopped core.Run
	a.ada.do("GET", "/runs/"+itoa(run.ID), nil).ok(200, &stopped)
	if stopped.State != core.RunCancelled || stopped.Error == nil || len(a.stored()) != before {
		t.Errorf("%+v, %d of %d files", stopped, len(a.stored()), before)
	}
	a.ada.do("DELETE", "/trash/"+itoa(res.RegionSetID), nil).ok(204, nil)
	a.ada.do("GET", path, nil).refused(404, core.CodeNotFound)
	a.ada.do("GET", "/runs/"+itoa(run.ID), nil).refused(404, core.CodeNotFound)
	if left := before - len(a.stored()); left != 5 { // the set and four arrays
		t.Errorf("%d files were removed", left)
	}
}

// Two datasets of equal content share a file, which stays until both are gone.
func TestEqualFilesAreSharedAndKept(t *testing.T) {
	a := newApp(t)
	one, two := a.ada.dataset(core.KindSignal, false, "equal"), a.bob.dataset(core.KindSignal, false, "equal")
	a.ada.do("DELETE", "/datasets/"+itoa(one.ID), nil).ok(204, nil)
	a.ada.do("DELETE", "/trash", nil).ok(200, nil)
	a.bob.do("GET", "/datasets/"+itoa(two.ID)+"/file", nil).ok(200, nil)
	a.bob.do("DELETE", "/datasets/"+itoa(two.ID), nil).ok(204, nil)
	a.bob.do("DELETE", "/trash", nil).ok(200, nil)
	if left := a.stored(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestPagesOfRegions(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindRegions, false, "chr1\t10\t20\ta\t5\t+\nchr1\t30\t40\tb\tnan\t-\nchr2\t1\t2\tc\t.\t.\n")
	path := "/datasets/" + itoa(d.ID) + "/regions"
	var page api.RegionPage
	a.ada.do("GET", path+"?limit=2", nil).ok(200, &page)
	if page.Total != 3 || page.NextCursor != 2 || len(page.Items) != 2 || page.Items[0].Name != "a" || *page.Items[0].Score != 5 ||
		page.Items[1].Score != nil || page.Items[1].Strand != "-" {
		t.Errorf("%+v", page)
	}
	page = api.RegionPage{}
	a.ada.do("GET", path+"?cursor=2", nil).ok(200, &page)
	if page.NextCursor != 0 || len(page.Items) != 1 || page.Items[0].Index != 2 || page.Items[0].Strand != "" {
		t.Errorf("%+v", page)
	}
	for _, cursor := range []string{"3", "9223372036854775807"} {
		page = api.RegionPage{}
		if r := a.ada.do("GET", path+"?cursor="+cursor, nil).ok(200, &page); len(page.Items) != 0 || page.NextCursor != 0 || page.Items == nil {
			t.Errorf("behind the end: %s", r.body)
		}
	}
	a.ada.do("GET", path+"?cursor=-1", nil).refused(422, core.CodeInvalid)
	pairs := a.ada.dataset(core.KindRegions, false, "chr1\t10\t20\tchr1\t50\t60\n")
	a.sql(`UPDATE datasets SET dimension = 2 WHERE id = ?`, pairs.ID)
	page = api.RegionPage{}
	a.ada.do("GET", "/datasets/"+itoa(pairs.ID)+"/regions", nil).ok(200, &page)
	if r := page.Items[0]; r.Chrom2 != "chr1" || *r.Start2 != 50 || *r.End2 != 60 {
		t.Errorf("%+v", r)
	}
	signal := a.ada.dataset(core.KindSignal, false, "")
	says(t, a.ada.do("GET", "/datasets/"+itoa(signal.ID)+"/regions", nil).refused(409, core.CodeState), "signal")
}

// The file of a set that was refused is not kept; asking for it is no failure of the server.
func TestFileOfARefusedSet(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindRegions, false, "")
	a.sql(`UPDATE datasets SET state = 'failed', sha256 = '' WHERE id = ?`, d.ID)
	path := "/datasets/" + itoa(d.ID)
	says(t, a.ada.do("GET", path+"/file", nil).refused(409, core.CodeState), "not kept")
	says(t, a.ada.do("GET", path+"/regions", nil).refused(409, core.CodeState), "not kept")
	a.ada.do("DELETE", path, nil).ok(204, nil)
}

func TestFileThatIsLost(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindSignal, false, "")
	a.lose(d.SHA256)
	says(t, a.ada.do("GET", "/datasets/"+itoa(d.ID)+"/file", nil).refused(500, core.CodeInternal), "missing from the data volume")
}

// A collection is stored beside the datasets, but has no file, no regions and addresses of its own.
func TestCollectionsAreNoDatasets(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindSignal, false, "")
	var c core.Collection
	a.ada.do("POST", "/collections", map[string]any{"name": "c", "kind": "signals", "datasetIds": []int64{d.ID}}).ok(201, &c)
	var l datasetList
	a.ada.do("GET", "/datasets", nil).ok(200, &l)
	if len(l.Items) != 1 || l.Items[0].ID != d.ID {
		t.Errorf("%+v", l.Items)
	}
	path := "/datasets/" + itoa(c.ID)
	for _, at := range []string{path, path + "/file", path + "/regions"} {
		a.ada.do("GET", at, nil).refused(404, core.CodeNotFound)
	}
	a.ada.do("PATCH", path, map[string]any{"name": "x"}).refused(404, core.CodeNotFound)
	a.ada.do("DELETE", path, nil).refused(404, core.CodeNotFound)
	a.ada.do("GET", "/collections/"+itoa(d.ID), nil).refused(404, core.CodeNotFound)
	a.ada.do("GET", "/collections/"+itoa(c.ID), nil).ok(200, &c)
}

func TestRunsOverTheAPI(t *testing.T) {
	a := newApp(t)
	one, two := a.ada.run(false), a.ada.run(true)
	type runs struct {
		Items      []core.Run
		NextCursor int64
	}
	ids := func(who *client, query string) (out []int64) {
		var l runs
		who.do("GET", "/runs"+query, nil).ok(200, &l)
		for _, r := range l.Items {
			out = append(out, r.ID)
		}
		return out
	}
	for query, want := range map[string][]int64{
		"": {two.ID, one.ID}, "?limit=1": {two.ID}, "?cursor=" + itoa(two.ID): {one.ID}, "?state=running": nil, "?state=queued,running": {two.ID, one.ID},
		"?featureId=" + itoa(one.FeatureID): {one.ID}, "?mine=true": {two.ID, one.ID},
	} {
		if got := ids(a.ada, query); !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", query, got, want)
		}
	}
	if got := ids(a.bob, ""); len(got) != 0 {
		t.Errorf("bob sees %v", got)
	}
	if got := ids(a.root, ""); len(got) != 2 {
		t.Errorf("root sees %v", got)
	}
	for _, query := range []string{"?state=magic", "?limit=201", "?cursor=99999999999999999999", "?mine=perhaps"} {
		a.ada.do("GET", "/runs"+query, nil).refused(422, core.CodeInvalid)
	}
	path := "/runs/" + itoa(one.ID)
	var run core.Run
	a.ada.do("POST", path+"/cancel", nil).ok(200, &run)
	if run.State != core.RunCancelled {
		t.Errorf("%+v", run)
	}
	says(t, a.ada.do("POST", path+"/cancel", nil).refused(409, core.CodeState), "cannot be cancelled", "cancelled")
	a.ada.do("POST", path+"/retry", nil).ok(200, &run)
	if run.State != core.RunQueued || run.Attempt != 2 || run.Position == 0 {
		t.Errorf("%+v", run)
	}
	says(t, a.ada.do("POST", path+"/retry", nil).refused(409, core.CodeState), "cannot be retried", "queued")
	var done core.PreprocessAnswer
	request := map[string]any{"regionSetIds": []int64{one.RegionSetID}, "featureIds": []int64{one.FeatureID}, "pairs": []core.WindowBin{{Window: 1000, Bin: 500}}}
	a.ada.do("POST", "/preprocess", request).ok(202, &done)
	if len(done.Runs) != 1 || done.Runs[0].ID != one.ID {
		t.Errorf("the same work twice: %+v", done)
	}
	for name, c := range map[string]struct {
		change map[string]any
		status int
		code   core.Code
		words  string
	}{
		"no set":        {map[string]any{"regionSetIds": []int64{}}, 422, core.CodeInvalid, "regionSetIds"},
		"no feature":    {map[string]any{"featureIds": []int64{}}, 422, core.CodeInvalid, "at least one dataset"},
		"wrong kind":    {map[string]any{"featureIds": []int64{one.RegionSetID}}, 422, core.CodeInvalid, "kind regions"},
		"unknown":       {map[string]any{"featureIds": []int64{999}}, 404, core.CodeNotFound, "no such dataset"},
		"bin and a bit": {map[string]any{"pairs": []core.WindowBin{{Window: 1000, Bin: 300}}}, 422, core.CodeInvalid, "multiple"},
	} {
		t.Run(name, func(t *testing.T) {
			body := map[string]any{}
			for k, v := range request {
				body[k] = v
			}
			for k, v := range c.change {
				body[k] = v
			}
			says(t, a.ada.do("POST", "/preprocess", body).refused(c.status, c.code), c.words)
		})
	}
}
