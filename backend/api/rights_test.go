package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

// call is a request that would succeed if its caller had every right.
type call struct {
	method, path string
	body         any
	headers      []string
}

// right is one row of the golden table: what each kind of caller gets from an operation, on a thing of ada's that is
// private and on one that she made public. The order is nobody, another user, the owner, an admin. One number stands for
// all callers, one list for private and public.
type right struct {
	private, public string
	call            func(a *app, public bool) call
}

const (
	everybody  = "200 200 200 200"
	signedIn   = "401 200 200 200"
	ownerOnly  = "401 404 200 200" // not readable is not found
	editPublic = "401 403 200 200" // readable, but not theirs
)

// with replaces the 200s of a row.
func with(row, status string) string { return strings.ReplaceAll(row, "200", status) }

func get(path string) func(*app, bool) call {
	return func(*app, bool) call { return call{method: http.MethodGet, path: path} }
}

// on makes a call to a dataset of ada's; %d in path is its id.
func on(kind core.Kind, method, path string, body any) func(*app, bool) call {
	return func(a *app, public bool) call {
		d := a.ada.dataset(kind, public, "chr1\t10\t20\n")
		return call{method: method, path: fmt.Sprintf(path, d.ID), body: body}
	}
}

func onSession(method string, body any) func(*app, bool) call {
	return func(a *app, public bool) call {
		return call{method: method, path: fmt.Sprintf("/sessions/%d", a.ada.session(public).ID), body: body}
	}
}

func onCollection(method string, body any) func(*app, bool) call {
	return func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		c, err := a.deps.Collections.Create(a.t.Context(), a.ada.Caller, core.CollectionMeta{Name: "c", Kind: core.MembersSignals,
			DatasetIDs: []int64{d.ID}, Public: public})
		check(a.t, err)
		return call{method: method, path: fmt.Sprintf("/collections/%d", c.ID), body: body}
	}
}

func onView(method string, body any) func(*app, bool) call {
	return func(a *app, _ bool) call {
		a.nameless++
		v, err := a.deps.Views.Create(a.t.Context(), a.ada.Caller, core.ViewMeta{Page: core.ViewRegions, Name: fmt.Sprint("view", a.nameless)})
		check(a.t, err)
		return call{method: method, path: fmt.Sprintf("/views/%d", v.ID), body: body}
	}
}

func onRun(method, path string) func(*app, bool) call {
	return func(a *app, public bool) call {
		return call{method: method, path: fmt.Sprintf(path, a.ada.run(public).ID)}
	}
}

func onResult(path string) func(*app, bool) call {
	return func(a *app, public bool) call {
		stack := array(a, "stack", make([]float32, 12), 3, 4)
		return call{method: http.MethodGet, path: fmt.Sprintf(path, a.ada.result(public, stack).ID)}
	}
}

func upload(kind core.Kind, name, content string) func(*app, bool) call {
	return func(a *app, _ bool) call {
		body, kind := form("meta", "", fmt.Sprintf(`{"name":"x","kind":%q,"assemblyId":%d}`, kind, a.toy.ID), "file", name, content)
		return call{method: http.MethodPost, path: "/datasets", body: body, headers: []string{"Content-Type", kind}}
	}
}

// rights is the golden table: operation id → who may. An operation of the API without a row here fails the test, and so
// does a row without an operation.
var rights = map[string]right{
	"register": {with(everybody, "201"), "", func(a *app, _ bool) call {
		a.nameless++
		return call{http.MethodPost, "/auth/register", map[string]any{"username": fmt.Sprint("new", a.nameless), "password": password}, nil}
	}},
	"login": {everybody, "", func(*app, bool) call {
		return call{http.MethodPost, "/auth/login", map[string]any{"username": "ada", "password": password}, nil}
	}},
	"refresh": {with(everybody, "401"), "", func(*app, bool) call { return call{method: http.MethodPost, path: "/auth/refresh"} }}, // the cookie counts, not the token
	"logout":  {with(everybody, "204"), "", func(*app, bool) call { return call{method: http.MethodPost, path: "/auth/logout"} }},
	"me":      {signedIn, "", get("/auth/me")},

	"listAssemblies": {signedIn, "", get("/assemblies")},
	"getAssembly":    {signedIn, "", get("/assemblies/1")},
	"createAssembly": {with(signedIn, "201"), "", func(a *app, _ bool) call {
		a.nameless++
		body, kind := form("meta", "", fmt.Sprintf(`{"name":"own%d"}`, a.nameless), "sizes", "x.chrom.sizes", "chr1\t1000\n")
		return call{http.MethodPost, "/assemblies", body, []string{"Content-Type", kind}}
	}},
	"deleteAssembly": {with(ownerOnly, "204"), "", func(a *app, _ bool) call {
		a.nameless++
		own := &core.Assembly{Name: fmt.Sprint("gone", a.nameless), OwnerID: a.ada.UserID, Chroms: a.toy.Chroms}
		check(a.t, a.db.Assemblies().Create(a.t.Context(), own))
		return call{method: http.MethodDelete, path: fmt.Sprintf("/assemblies/%d", own.ID)}
	}},

	"listDatasets":   {signedIn, "", get("/datasets")},
	"createDataset":  {with(signedIn, "202"), "", upload(core.KindRegions, "x.bed", "chr1\t10\t20\n")},
	"getDataset":     {ownerOnly, signedIn, on(core.KindSignal, http.MethodGet, "/datasets/%d", nil)},
	"patchDataset":   {ownerOnly, editPublic, on(core.KindSignal, http.MethodPatch, "/datasets/%d", map[string]any{"name": "new"})},
	"deleteDataset":  {with(ownerOnly, "204"), with(editPublic, "204"), on(core.KindSignal, http.MethodDelete, "/datasets/%d", nil)},
	"getDatasetFile": {ownerOnly, signedIn, on(core.KindSignal, http.MethodGet, "/datasets/%d/file", nil)},
	"listDatasetIds": {signedIn, "", get("/datasets/ids")},
	"countDatasets":  {signedIn, "", get("/datasets/facets")},
	"getLineage":     {ownerOnly, signedIn, on(core.KindRegions, http.MethodGet, "/datasets/%d/lineage", nil)},
	"patchDatasets": {"401 403 200 200", "401 403 200 200", func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPatch, "/datasets", map[string]any{"ids": []int64{d.ID}, "addTags": []string{"x"}}, nil}
	}},
	"deleteDatasets": {"401 403 200 200", "401 403 200 200", func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/datasets/delete", map[string]any{"ids": []int64{d.ID}}, nil}
	}},
	"listViews": {signedIn, "", get("/views")},
	"createView": {with(signedIn, "201"), "", func(a *app, _ bool) call {
		a.nameless++
		return call{http.MethodPost, "/views", map[string]any{"page": "regions", "name": fmt.Sprint("view", a.nameless), "document": map[string]any{"query": map[string]any{}}}, nil}
	}},
	// Views are of one person: not even an admin sees those of others.
	"patchView":   {"401 404 200 404", "", onView(http.MethodPatch, map[string]any{"document": map[string]any{"query": map[string]any{"q": "x"}}})},
	"deleteView":  {"401 404 204 404", "", onView(http.MethodDelete, nil)},
	"listRegions": {ownerOnly, signedIn, on(core.KindRegions, http.MethodGet, "/datasets/%d/regions", nil)},

	"preprocess": {with(ownerOnly, "202"), with(signedIn, "202"), func(a *app, public bool) call {
		set, track := a.ada.dataset(core.KindRegions, public, ""), a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{track.ID}}, nil}
	}},
	"listRuns":  {signedIn, "", get("/runs")},
	"getRun":    {ownerOnly, signedIn, onRun(http.MethodGet, "/runs/%d")},
	"cancelRun": {ownerOnly, editPublic, onRun(http.MethodPost, "/runs/%d/cancel")},
	"retryRun": {ownerOnly, editPublic, func(a *app, public bool) call {
		run := a.ada.run(public)
		_, err := a.runs.Cancel(a.t.Context(), a.ada.Caller, run.ID)
		check(a.t, err)
		return call{method: http.MethodPost, path: fmt.Sprintf("/runs/%d/retry", run.ID)}
	}},

	"listResults": {ownerOnly, signedIn, on(core.KindRegions, http.MethodGet, "/region-sets/%d/results", nil)},
	"requestResult": {with(ownerOnly, "202"), with(signedIn, "202"), func(a *app, public bool) call {
		set, track := a.ada.dataset(core.KindRegions, public, ""), a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/results", map[string]any{"pipeline": "stackup", "regionSetId": set.ID, "featureId": track.ID,
			"window": 1000, "bin": 500}, nil}
	}},
	"getResult":      {ownerOnly, signedIn, onResult("/results/%d")},
	"getResultArray": {ownerOnly, signedIn, onResult("/results/%d/arrays/stack")},
	"getResultOrder": {ownerOnly, signedIn, onResult("/results/%d/order")},
	"aggregateResult": {ownerOnly, signedIn, func(a *app, public bool) call {
		c := onResult("/results/%d/aggregate")(a, public)
		return call{http.MethodPost, c.path, map[string]any{"subset": map[string]any{"indices": []int{0, 2}}}, nil}
	}},

	"listCollections": {signedIn, "", get("/collections")},
	"createCollection": {with(ownerOnly, "201"), with(signedIn, "201"), func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/collections", map[string]any{"name": "c", "kind": "signals", "datasetIds": []int64{d.ID}}, nil}
	}},
	"getCollection":    {ownerOnly, signedIn, onCollection(http.MethodGet, nil)},
	"patchCollection":  {ownerOnly, editPublic, onCollection(http.MethodPatch, map[string]any{"name": "new"})},
	"deleteCollection": {with(ownerOnly, "204"), with(editPublic, "204"), onCollection(http.MethodDelete, nil)},

	"listSessions": {signedIn, "", get("/sessions")},
	"createSession": {with(signedIn, "201"), "", func(*app, bool) call {
		return call{http.MethodPost, "/sessions", map[string]any{"name": "s", "document": map[string]any{}}, nil}
	}},
	"getSession":    {ownerOnly, signedIn, onSession(http.MethodGet, nil)},
	"updateSession": {ownerOnly, editPublic, onSession(http.MethodPut, map[string]any{"name": "s", "document": map[string]any{}, "version": 1})},
	"deleteSession": {with(ownerOnly, "204"), with(editPublic, "204"), onSession(http.MethodDelete, nil)},
	// Everybody has a workspace of their own, at the same address.
	"getWorkspace": {with(signedIn, "404"), "", get("/workspace")},
	"putWorkspace": {signedIn, "", func(*app, bool) call {
		return call{http.MethodPut, "/workspace", map[string]any{"document": map[string]any{}, "revision": 0}, nil}
	}},
	"getGrid":      {signedIn, "", get("/settings/grid")},
	"streamEvents": {signedIn, "", get("/events")},
}

// operations lists the operations of the description that the server gives: id → method and path.
func operations(t *testing.T) map[string]string {
	t.Helper()
	raw, err := api.OpenAPI()
	check(t, err)
	var doc struct {
		Paths map[string]map[string]json.RawMessage
	}
	check(t, json.Unmarshal(raw, &doc))
	out := map[string]string{}
	for path, item := range doc.Paths {
		for method, raw := range item {
			var op struct{ OperationID string }
			check(t, json.Unmarshal(raw, &op))
			out[op.OperationID] = strings.ToUpper(method) + " " + path
		}
	}
	return out
}

func TestEveryRouteAndEveryCaller(t *testing.T) {
	ops := operations(t)
	for _, id := range slices.Sorted(maps.Keys(ops)) {
		if _, ok := rights[id]; !ok {
			t.Errorf("%s (%s) has no row in the table of rights", id, ops[id])
		}
	}
	a := newApp(t)
	people := []*client{a.anonymous(), a.bob, a.ada, a.root}
	names := []string{"nobody", "another user", "the owner", "an admin"}
	for _, id := range slices.Sorted(maps.Keys(rights)) {
		if ops[id] == "" {
			t.Errorf("the row %s has no operation", id)
			continue
		}
		row := rights[id]
		for _, c := range []struct {
			public bool
			golden string
		}{{false, row.private}, {true, row.public}} {
			if c.golden == "" {
				continue
			}
			var got []string
			for i, who := range people {
				k := row.call(a, c.public)
				if !matches(ops[id], k) {
					t.Fatalf("the row %s calls %s %s, which is not %s", id, k.method, k.path, ops[id])
				}
				res, err := who.http.Do(who.request(k.method, k.path, k.body, k.headers...))
				check(t, err)
				got = append(got, fmt.Sprint(res.StatusCode))
				if res.StatusCode >= 400 {
					b, err := io.ReadAll(res.Body)
					check(t, err)
					r := &answer{res, t, names[i] + ": " + id, b}
					r.refused(res.StatusCode, map[int]core.Code{401: core.CodeUnauthorized, 403: core.CodeForbidden, 404: core.CodeNotFound}[res.StatusCode])
				}
				res.Body.Close()
			}
			if s := strings.Join(got, " "); s != c.golden {
				t.Errorf("%s, public=%v: nobody, other, owner, admin get %s, want %s", id, c.public, s, c.golden)
			}
		}
	}
}

// matches compares "GET /datasets/{id}" with a call.
func matches(operation string, k call) bool {
	method, path, _ := strings.Cut(operation, " ")
	want, got := strings.Split(path, "/"), strings.Split(k.path, "/")
	return method == k.method && slices.EqualFunc(want, got, func(a, b string) bool { return a == b || strings.HasPrefix(a, "{") })
}
