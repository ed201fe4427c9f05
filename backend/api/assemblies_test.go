package api_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"regioscope/backend/core"
)

func TestAssemblyFromChromSizes(t *testing.T) {
	a := newApp(t)
	send := func(parts ...string) *answer {
		body, kind := form(parts...)
		return a.ada.do("POST", "/assemblies", body, "Content-Type", kind)
	}
	var made core.Assembly
	send("arms", "arms.csv", "chrom,start,end\nchr1,0,400\nchr1,400,1000\n", "meta", "", `{"name":"mine","organism":"toy"}`, "sizes", "x.sizes", "chr1\t1000\nchr2\t500\n").ok(201, &made)
	if len(made.Chroms) != 2 || len(made.Arms) != 2 || made.OwnerID != a.ada.UserID {
		t.Errorf("%+v", made)
	}
	for name, c := range map[string]struct {
		status int
		code   core.Code
		words  []string
		parts  []string
	}{
		"name taken":    {409, core.CodeConflict, []string{`"mine" already`}, []string{"meta", "", `{"name":"mine"}`, "sizes", "x", "chr1\t1\n"}},
		"no sizes":      {422, core.CodeInvalid, []string{"chromosome sizes is missing"}, []string{"meta", "", `{"name":"x"}`}},
		"broken line":   {422, core.CodeBadFile, []string{"line 2"}, []string{"meta", "", `{"name":"x"}`, "sizes", "x", "chr1\t1\nchr2\tmany\n"}},
		"named twice":   {422, core.CodeBadFile, []string{"chr1"}, []string{"meta", "", `{"name":"x"}`, "sizes", "x", "chr1\t1\nchr1\t2\n"}},
		"arms outside":  {422, core.CodeBadFile, []string{"arms"}, []string{"meta", "", `{"name":"x"}`, "sizes", "x", "chr1\t10\n", "arms", "a", "chr1,0,11\n"}},
		"no name":       {422, core.CodeInvalid, []string{"name"}, []string{"meta", "", `{}`, "sizes", "x", "chr1\t10\n"}},
		"empty sizes":   {422, core.CodeBadFile, []string{"no chromosome"}, []string{"meta", "", `{"name":"x"}`, "sizes", "x", ""}},
		"bytes instead": {422, core.CodeBadFile, nil, []string{"meta", "", `{"name":"x"}`, "sizes", "x", "\x89HDF\r\n\x1a\n\x00\x00"}},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, send(c.parts...).refused(c.status, c.code), c.words...)
		})
	}
	a.ada.dataset(core.KindSignal, false, "")
	a.sql(`UPDATE datasets SET assembly_id = ?`, made.ID)
	says(t, a.ada.do("DELETE", "/assemblies/"+itoa(made.ID), nil).refused(409, core.CodeConflict), "A dataset uses mine")
	says(t, a.root.do("DELETE", "/assemblies/"+itoa(a.toy.ID), nil).refused(403, core.CodeForbidden), "built in")
	var list struct{ Items []json.RawMessage }
	a.bob.do("GET", "/assemblies", nil).ok(http.StatusOK, &list)
	if len(list.Items) != 1 {
		t.Errorf("bob sees %d assemblies", len(list.Items))
	}
	// Not his to see, until he may read a dataset on it.
	a.bob.do("GET", "/assemblies/"+itoa(made.ID), nil).refused(404, core.CodeNotFound)
	a.sql(`UPDATE datasets SET public = 1`)
	var one core.Assembly
	a.bob.do("GET", "/assemblies/"+itoa(made.ID), nil).ok(http.StatusOK, &one)
	if one.Name != "mine" || len(one.Chroms) != 2 {
		t.Errorf("%+v", one)
	}
	a.bob.do("GET", "/assemblies/999", nil).refused(404, core.CodeNotFound)
}
