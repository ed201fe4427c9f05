package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"regioscope/backend/core"
)

func (c *client) addGenes(meta, file, content string) *answer {
	c.t.Helper()
	body, kind := form("meta", "", meta, "file", file, content)
	return c.do("POST", fmt.Sprintf("/assemblies/%d/annotations", c.toy.ID), body, "Content-Type", kind)
}

func (c *client) genes(query string) (names []string) {
	c.t.Helper()
	var out struct{ Items []core.Gene }
	c.do("GET", fmt.Sprintf("/assemblies/%d/genes?%s", c.toy.ID, query), nil).ok(200, &out)
	for _, g := range out.Items {
		names = append(names, g.Name)
	}
	return names
}

func TestGenesAreFoundByNameIdAndPlace(t *testing.T) {
	a := newApp(t)
	chrom := a.toy.Chroms[0].Name
	row := func(start, end int, id, name string) string {
		return fmt.Sprintf("%s\tx\texon\t%d\t%d\t.\t+\t.\tgene_id %q; gene_name %q;\n", chrom, start, end, id, name)
	}
	files := len(a.stored())
	var made core.Annotation
	a.ada.addGenes(`{"name":"first"}`, "a.gtf", row(101, 200, "ENS1", "Sox2")+row(301, 400, "ENS1", "Sox2")+row(501, 600, "ENS2", "SOX21")+row(5001, 9000, "SOXID", "Long%_1")).ok(201, &made)
	if made.Genes != 3 || made.Facts.Exons != 4 || made.Format != "gtf" || !made.Mine || made.FileName != "a.gtf" {
		t.Errorf("%+v", made)
	}
	a.ada.addGenes(`{"name":"second","public":true}`, "b.gtf", row(151, 160, "B1", "sox2")).ok(201, nil)
	for query, want := range map[string]string{
		"q=sox2":                             "Sox2 sox2 SOX21",
		"q=SOX":                              "Sox2 sox2 SOX21 Long%_1", // names before ids
		"q=sox21":                            "SOX21",
		"q=ens":                              "Sox2 SOX21",
		"q=" + url.QueryEscape("long%"):      "Long%_1",
		"q=" + url.QueryEscape("%"):          "",
		"q=_":                                "",
		"q=":                                 "",
		"q=so&limit=1":                       "Sox2",
		"start=400&end=500&chrom=" + chrom:   "",
		"start=399&end=501&chrom=" + chrom:   "Sox2 SOX21",
		"start=155&end=156&chrom=" + chrom:   "Sox2 sox2",
		"start=8999&end=9001&chrom=" + chrom: "Long%_1",
	} {
		if got := strings.Join(a.ada.genes(query), " "); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	// Bob finds what is public.
	if got := strings.Join(a.bob.genes("q=sox"), " "); got != "sox2" {
		t.Errorf("bob finds %q", got)
	}
	a.ada.do("PATCH", "/annotations/"+itoa(made.ID), map[string]any{"public": true}).ok(200, nil)
	if got := len(a.bob.genes("q=sox")); got != 4 {
		t.Errorf("bob finds %d", got)
	}
	says(t, a.ada.do("GET", fmt.Sprintf("/assemblies/%d/genes?chrom=nowhere&start=0&end=5", a.toy.ID), nil).refused(422, core.CodeInvalid), "not a chromosome")
	if got := a.ada.do("GET", "/annotations/"+itoa(made.ID)+"/file", nil).ok(200, nil); !strings.Contains(string(got.body), "Long%_1") {
		t.Error("the file is another")
	}
	a.ada.do("DELETE", "/annotations/"+itoa(made.ID), nil).ok(204, nil)
	if got := strings.Join(a.ada.genes("q=sox"), " "); got != "sox2" {
		t.Errorf("after deletion: %q", got)
	}
	if left := len(a.stored()); left != files+1 {
		t.Errorf("%d files, want %d", left, files+1)
	}
}

func TestAnnotationsThatAreRefused(t *testing.T) {
	a := newApp(t)
	chrom := a.toy.Chroms[0].Name
	good := chrom + "\tx\texon\t1\t5\t.\t+\t.\tgene_id \"G\";\n"
	for name, c := range map[string]struct {
		meta, content, words, field string
		line                        int
	}{
		"no name":      {`{"name":" "}`, good, "1 to 255 characters", "name", 0},
		"bad line":     {`{"name":"x"}`, good + chrom + "\tx\texon\t9\t5\t.\t+\t.\tgene_id \"G\";\n", "error on line 2", "file", 2},
		"no gene file": {`{"name":"x"}`, "hello\n", "neither GTF nor GFF3", "file", 0},
		"other genome": {`{"name":"x"}`, "mars\tx\texon\t1\t5\t.\t+\t.\tgene_id \"G\";\n", "Choose the assembly", "file", 0},
		"empty":        {`{"name":"x"}`, "", "Choose a file of genes", "file", 0},
	} {
		t.Run(name, func(t *testing.T) {
			p := a.ada.addGenes(c.meta, "x.gtf", c.content)
			code := core.CodeBadFile
			if c.field == "name" || c.content == "" {
				code = core.CodeInvalid
			}
			problem := p.refused(422, code)
			says(t, problem, c.words)
			if len(problem.Errors) == 0 || problem.Errors[0].Field != c.field || problem.Errors[0].Line != c.line {
				t.Errorf("%+v", problem.Errors)
			}
		})
	}
	if left := a.stored(); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// An own assembly is renamed and deleted by what depends on it, and never passes for a built-in one.
func TestAssemblyIsRenamedAndItsDependantsAreListed(t *testing.T) {
	a := newApp(t)
	make := func(name string) *answer {
		body, kind := form("meta", "", fmt.Sprintf(`{"name":%q}`, name), "sizes", "x.sizes", "chr1\t1000\n")
		return a.ada.do("POST", "/assemblies", body, "Content-Type", kind)
	}
	p := make(strings.ToUpper(a.toy.Name)).refused(409, core.CodeConflict)
	if says(t, p, "built in"); len(p.Errors) != 1 || p.Errors[0].Field != "name" {
		t.Errorf("%+v", p.Errors)
	}
	var own, other core.Assembly
	make("mine").ok(201, &own)
	make("other").ok(201, &other)
	path := "/assemblies/" + itoa(own.ID)
	says(t, a.ada.do("PATCH", path, map[string]any{"name": "other"}).refused(409, core.CodeConflict), "already")
	says(t, a.ada.do("PATCH", path, map[string]any{"name": a.toy.Name}).refused(409, core.CodeConflict), "built in")
	a.ada.do("PATCH", path, map[string]any{"name": ""}).refused(422, core.CodeInvalid)
	a.ada.do("PATCH", path, map[string]any{"name": "new name", "organism": "yeast"}).ok(200, &own)
	if own.Name != "new name" || own.Organism != "yeast" {
		t.Errorf("%+v", own)
	}
	a.ada.do("PATCH", "/assemblies/"+itoa(a.toy.ID), map[string]any{"name": "x"}).refused(403, core.CodeForbidden)

	d := a.ada.dataset(core.KindSignal, false, "")
	a.sql(`UPDATE datasets SET assembly_id = ? WHERE id = ?`, own.ID, d.ID)
	var deps core.AssemblyDependants
	a.ada.do("DELETE", path+"?dryRun=true", nil).ok(200, &deps)
	if deps.Count != 1 || deps.Trashed != 0 || len(deps.Datasets) != 1 || deps.Datasets[0].Name != d.Name {
		t.Errorf("%+v", deps)
	}
	a.ada.do("DELETE", path, nil).refused(409, core.CodeConflict)
	a.ada.do("DELETE", "/datasets/"+itoa(d.ID), nil).ok(204, nil)
	says(t, a.ada.do("DELETE", path, nil).refused(409, core.CodeConflict), "in the trash")
	a.ada.do("DELETE", "/trash", nil).ok(200, nil)
	a.ada.do("DELETE", path, nil).ok(204, nil)
}
