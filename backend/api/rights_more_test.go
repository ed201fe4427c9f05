package api_test

import (
	"fmt"
	"net/http"
	"time"

	"regioscope/backend/core"
)

const (
	mayTrash            = "401 404 200 200 404 404 404 401 404 404 401"
	annotationOwn       = "401 404 200 200 404 404 404 401 404 404 401"
	annotationOwnPublic = "401 403 200 200 403 403 403 401 404 404 401"
	geneRow             = "chr1\tx\texon\t11\t20\t.\t+\t.\tgene_id \"G1\"; gene_name \"Abc1\";\n"
)

func init() {
	rights["shareDatasets"] = right{ownPublic, ownPublic, func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/datasets/share", map[string]any{"ids": []int64{d.ID}, "grants": []map[string]any{{"userId": a.bob.UserID, "level": "none"}}}, nil}
	}}
	rights["getPreferences"] = right{signedIn, "", get("/account/preferences")}
	rights["putPreferences"] = right{signedIn, "", post("/account/preferences", core.Preferences{Theme: "dark"}, http.MethodPut)}
	// The filter finds what its owner may read: the right to edit the collection is not enough.
	rights["previewCollectionFilter"] = right{mayOwn, ownPublic, func(a *app, public bool) call {
		c, err := a.deps.Collections.Create(a.t.Context(), a.ada.Caller, core.CollectionMeta{Name: "c", Kind: core.MembersSignals,
			Query: &core.DatasetQuery{Q: "nowhere", AssemblyIDs: []int64{a.toy.ID}}, Public: public})
		check(a.t, err)
		return call{http.MethodPost, fmt.Sprintf("/collections/%d/preview", c.ID), map[string]any{"query": map[string]any{"q": "x"}}, nil}
	}}
}

// onTrash makes a call to a dataset of ada's in the trash.
func onTrash(method, path string) func(*app, bool) call {
	return func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		check(a.t, a.db.Trash().Put(a.t.Context(), d.ID, a.ada.UserID, time.Now()))
		return call{method: method, path: fmt.Sprintf(path, d.ID)}
	}
}

// onAnnotation makes a call to an annotation of ada's on the built-in assembly.
func onAnnotation(method, path string, body any) func(*app, bool) call {
	return func(a *app, public bool) call {
		return call{method: method, path: fmt.Sprintf(path, a.ada.annotation(public).ID), body: body}
	}
}

func (c *client) annotation(public bool) *core.Annotation {
	c.t.Helper()
	c.nameless++
	body, kind := form("meta", "", fmt.Sprintf(`{"name":"genes %d","public":%v}`, c.nameless, public), "file", "x.gtf", geneRow)
	var out core.Annotation
	c.do(http.MethodPost, fmt.Sprintf("/assemblies/%d/annotations", c.toy.ID), body, "Content-Type", kind).ok(201, &out)
	return &out
}
