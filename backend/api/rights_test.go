package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"regioscope/backend/api"
	"regioscope/backend/core"
	"regioscope/worker/demo/demotest"
)

// call is a request that would succeed if its caller had every right.
type call struct {
	method, path string
	body         any
	headers      []string
}

// right is one row of the golden table: what each kind of caller gets from an operation, on a thing of ada's that is
// private and on one that everyone may read. The order is that of callers.
type right struct {
	private, public string
	call            func(a *app, public bool) call
}

// callers are who asks: nobody; somebody else with an account; the owner; an admin; somebody who was given the right to
// read, to edit; a member of a group that may read; nobody with a link to a session that shows the thing, with a link that
// has run out, with one that was withdrawn; and the owner's friend whose account was disabled.
var callers = []string{"nobody", "another user", "the owner", "an admin", "a reader", "an editor", "a group member",
	"a link holder", "holder of a link that ran out", "holder of a link that was withdrawn", "somebody disabled"}

const (
	everybody = "200 200 200 200 200 200 200 200 200 200 200"
	signedIn  = "401 200 200 200 200 200 200 401 404 404 401"
	adminOnly = "401 403 403 200 403 403 403 401 404 404 401"
	// What is private: not readable is not found; readable, but not theirs, is forbidden.
	mayRead = "401 404 200 200 200 200 200 401 404 404 401"
	mayEdit = "401 404 200 200 403 200 403 401 404 404 401"
	mayOwn  = "401 404 200 200 403 403 403 401 404 404 401"
	// What is public.
	editPublic = "401 403 200 200 403 200 403 401 404 404 401"
	ownPublic  = "401 403 200 200 403 403 403 401 404 404 401"
)

// linked lets the holder of a link in.
func linked(row string) string { return row[:28] + "200" + row[31:] }

// with replaces the 200s of a row.
func with(row, status string) string { return strings.ReplaceAll(row, "200", status) }

func get(path string) func(*app, bool) call {
	return func(*app, bool) call { return call{method: http.MethodGet, path: path} }
}

// post makes the same call for everybody; the method may be another one.
func post(path string, body any, method ...string) func(*app, bool) call {
	return func(*app, bool) call { return call{append(method, http.MethodPost)[0], path, body, nil} }
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

	"listAssemblies": {linked(signedIn), "", get("/assemblies")},
	"getAssembly":    {linked(signedIn), "", get("/assemblies/1")},
	"createAssembly": {with(signedIn, "201"), "", func(a *app, _ bool) call {
		a.nameless++
		body, kind := form("meta", "", fmt.Sprintf(`{"name":"own%d"}`, a.nameless), "sizes", "x.chrom.sizes", "chr1\t1000\n")
		return call{http.MethodPost, "/assemblies", body, []string{"Content-Type", kind}}
	}},
	"deleteAssembly": {with(mayOwn, "204"), "", func(a *app, _ bool) call {
		a.nameless++
		own := &core.Assembly{Name: fmt.Sprint("gone", a.nameless), OwnerID: a.ada.UserID, Chroms: a.toy.Chroms}
		check(a.t, a.db.Assemblies().Create(a.t.Context(), own))
		return call{method: http.MethodDelete, path: fmt.Sprintf("/assemblies/%d", own.ID)}
	}},

	"listDatasets":       {linked(signedIn), "", get("/datasets")},
	"createDataset":      {with(signedIn, "202"), "", upload(core.KindRegions, "x.bed", "chr1\t10\t20\n")},
	"getDataset":         {linked(mayRead), linked(signedIn), on(core.KindSignal, http.MethodGet, "/datasets/%d", nil)},
	"patchDataset":       {mayEdit, editPublic, on(core.KindSignal, http.MethodPatch, "/datasets/%d", map[string]any{"name": "new"})},
	"deleteDataset":      {with(mayOwn, "204"), with(ownPublic, "204"), on(core.KindSignal, http.MethodDelete, "/datasets/%d", nil)},
	"getDatasetFile":     {mayRead, signedIn, on(core.KindSignal, http.MethodGet, "/datasets/%d/file", nil)},
	"listRegions":        {linked(mayRead), linked(signedIn), on(core.KindRegions, http.MethodGet, "/datasets/%d/regions", nil)},
	"listRegionGroups":   {linked(mayRead), linked(signedIn), on(core.KindRegions, http.MethodGet, "/datasets/%d/regions/groups?column=chrom", nil)},
	"getRegionHistogram": {mayRead, signedIn, on(core.KindRegions, http.MethodGet, "/datasets/%d/regions/histogram?column=width", nil)},
	"downloadRegions":    {mayRead, signedIn, on(core.KindRegions, http.MethodGet, "/datasets/%d/regions/file?format=tsv", nil)},
	"getDatasetPreview": {mayRead, signedIn, func(a *app, public bool) call {
		track, err := os.ReadFile(filepath.Join(demotest.MustTiny(a.t), "CTCF.bw"))
		check(a.t, err)
		return call{method: http.MethodGet, path: fmt.Sprintf("/datasets/%d/preview", a.ada.dataset(core.KindSignal, public, string(track)).ID)}
	}},
	"getLocusContacts":   {mayRead, signedIn, onDemo(core.KindContacts, "wild_type.mcool", "/datasets/%d/locus/contacts?chrom=chr1&start=0&end=100000&bin=10000&weight=weight")},
	"getLocusSignal":     {mayRead, signedIn, onDemo(core.KindSignal, "CTCF.bw", "/datasets/%d/locus/signal?chrom=chr1&start=0&end=100000&bins=10")},
	"listDatasetResults": {mayRead, signedIn, on(core.KindRegions, http.MethodGet, "/datasets/%d/results", nil)},
	"listDatasetIds":     {signedIn, "", get("/datasets/ids")},
	"countDatasets":      {signedIn, "", get("/datasets/facets")},
	"getLineage":         {mayRead, signedIn, on(core.KindRegions, http.MethodGet, "/datasets/%d/lineage", nil)},
	"patchDatasets": {editPublic, editPublic, func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPatch, "/datasets", map[string]any{"ids": []int64{d.ID}, "addTags": []string{"x"}}, nil}
	}},
	"deleteDatasets": {ownPublic, ownPublic, func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/datasets/delete", map[string]any{"ids": []int64{d.ID}}, nil}
	}},
	"listViews": {signedIn, "", get("/views")},
	"createView": {with(signedIn, "201"), "", func(a *app, _ bool) call {
		a.nameless++
		return call{http.MethodPost, "/views", map[string]any{"page": "regions", "name": fmt.Sprint("view", a.nameless), "document": map[string]any{"query": map[string]any{}}}, nil}
	}},
	// Views are of one person: not even an admin sees those of others.
	"patchView":  {"401 404 200 404 404 404 404 401 404 404 401", "", onView(http.MethodPatch, map[string]any{"document": map[string]any{"query": map[string]any{"q": "x"}}})},
	"deleteView": {"401 404 204 404 404 404 404 401 404 404 401", "", onView(http.MethodDelete, nil)},

	"preprocess": {with(mayRead, "202"), with(signedIn, "202"), func(a *app, public bool) call {
		set, track := a.ada.dataset(core.KindRegions, public, ""), a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/preprocess", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{track.ID}}, nil}
	}},
	"estimatePreprocess": {mayRead, signedIn, func(a *app, public bool) call {
		set, track := a.ada.dataset(core.KindRegions, public, ""), a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/preprocess/estimate", map[string]any{"regionSetIds": []int64{set.ID}, "featureIds": []int64{track.ID}}, nil}
	}},
	"getRunLog": {mayRead, signedIn, onRun(http.MethodGet, "/runs/%d/log")},
	// Both inputs must be readable: the one that changes is the second.
	"deriveRegionSets": {with(mayRead, "202"), with(signedIn, "202"), func(a *app, public bool) call {
		first, second := a.ada.dataset(core.KindRegions, true, "chr1\t10\t20\n"), a.ada.dataset(core.KindRegions, public, "chr1\t15\t30\n")
		return call{http.MethodPost, "/region-sets/derive", map[string]any{"operation": "intersect", "datasetIds": []int64{first.ID, second.ID}, "name": "both"}, nil}
	}},
	"previewDerivation": {mayRead, signedIn, func(a *app, public bool) call {
		first, second := a.ada.dataset(core.KindRegions, true, "chr1\t10\t20\n"), a.ada.dataset(core.KindRegions, public, "chr1\t15\t30\n")
		return call{http.MethodPost, "/region-sets/derive/preview", map[string]any{"operation": "subtract", "keep": "pieces", "datasetIds": []int64{first.ID, second.ID}}, nil}
	}},
	"listRuns":  {signedIn, "", get("/runs")},
	"getRun":    {mayRead, signedIn, onRun(http.MethodGet, "/runs/%d")},
	"cancelRun": {mayOwn, ownPublic, onRun(http.MethodPost, "/runs/%d/cancel")},
	"retryRun": {mayOwn, ownPublic, func(a *app, public bool) call {
		run := a.ada.run(public)
		_, err := a.runs.Cancel(a.t.Context(), a.ada.Caller, run.ID)
		check(a.t, err)
		return call{method: http.MethodPost, path: fmt.Sprintf("/runs/%d/retry", run.ID)}
	}},

	"listResults": {linked(mayRead), linked(signedIn), on(core.KindRegions, http.MethodGet, "/region-sets/%d/results", nil)},
	"requestResult": {with(mayRead, "202"), with(signedIn, "202"), func(a *app, public bool) call {
		set, track := a.ada.dataset(core.KindRegions, public, ""), a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/results", map[string]any{"pipeline": "stackup", "regionSetId": set.ID, "featureId": track.ID,
			"window": 1000, "bin": 500}, nil}
	}},
	"getResult":         {linked(mayRead), linked(signedIn), onResult("/results/%d")},
	"getResultArray":    {linked(mayRead), linked(signedIn), onResult("/results/%d/arrays/stack")},
	"getResultOrder":    {linked(mayRead), linked(signedIn), onResult("/results/%d/order")},
	"getResultClusters": {linked(mayRead), linked(signedIn), onResult("/results/%d/clusters?k=2")},
	// Whoever may read it hears that a stackup has no such thing.
	"getResultMembers": {with(linked(mayRead), "422"), with(linked(signedIn), "422"), onResult("/results/%d/members?target=0&bin=0")},
	"aggregateResult": {linked(mayRead), linked(signedIn), func(a *app, public bool) call {
		c := onResult("/results/%d/aggregate")(a, public)
		return call{http.MethodPost, c.path, map[string]any{"subset": map[string]any{"indices": []int{0, 2}}}, nil}
	}},

	"listCollections": {linked(signedIn), "", get("/collections")},
	"createCollection": {with(mayRead, "201"), with(signedIn, "201"), func(a *app, public bool) call {
		d := a.ada.dataset(core.KindSignal, public, "")
		return call{http.MethodPost, "/collections", map[string]any{"name": "c", "kind": "signals", "datasetIds": []int64{d.ID}}, nil}
	}},
	"getCollection":    {linked(mayRead), linked(signedIn), onCollection(http.MethodGet, nil)},
	"patchCollection":  {mayEdit, editPublic, onCollection(http.MethodPatch, map[string]any{"name": "new"})},
	"deleteCollection": {with(mayOwn, "204"), with(ownPublic, "204"), onCollection(http.MethodDelete, nil)},

	"listSessions": {signedIn, "", get("/sessions")},
	"createSession": {with(signedIn, "201"), "", func(*app, bool) call {
		return call{http.MethodPost, "/sessions", map[string]any{"name": "s", "document": map[string]any{}}, nil}
	}},
	"getSession":    {linked(mayRead), linked(signedIn), onSession(http.MethodGet, nil)},
	"updateSession": {mayEdit, editPublic, onSession(http.MethodPut, map[string]any{"name": "s", "document": map[string]any{}, "version": 1})},
	"deleteSession": {with(mayOwn, "204"), with(ownPublic, "204"), onSession(http.MethodDelete, nil)},
	// Earlier versions may show what was taken out since.
	"listSessionVersions": {mayEdit, editPublic, below("/versions", onSession(http.MethodGet, nil))},
	"getSessionVersion":   {mayEdit, editPublic, below("/versions/1", onSession(http.MethodGet, nil))},
	// Everybody has a workspace of their own, at the same address.
	"getWorkspace": {with(signedIn, "404"), "", get("/workspace")},
	"putWorkspace": {signedIn, "", func(*app, bool) call {
		return call{http.MethodPut, "/workspace", map[string]any{"document": map[string]any{}, "revision": 0}, nil}
	}},
	"getGrid": {linked(signedIn), "", get("/settings/grid")},

	"getDatasetGrants":    {mayOwn, ownPublic, on(core.KindSignal, http.MethodGet, "/datasets/%d/grants", nil)},
	"putDatasetGrants":    {mayOwn, ownPublic, on(core.KindSignal, http.MethodPut, "/datasets/%d/grants", noGrants)},
	"getCollectionGrants": {mayOwn, ownPublic, below("/grants", onCollection(http.MethodGet, nil))},
	"putCollectionGrants": {mayOwn, ownPublic, below("/grants", onCollection(http.MethodPut, noGrants))},
	"getAssemblyGrants":   {mayOwn, "", below("/grants", onAssembly(http.MethodGet, nil))},
	"putAssemblyGrants":   {mayOwn, "", below("/grants", onAssembly(http.MethodPut, noGrants))},
	"getSessionGrants":    {mayOwn, ownPublic, below("/grants", onSession(http.MethodGet, nil))},
	"putSessionGrants":    {mayOwn, ownPublic, below("/grants", onSession(http.MethodPut, noGrants))},
	"listLinks":           {mayOwn, ownPublic, below("/links", onSession(http.MethodGet, nil))},
	"createLink":          {with(mayOwn, "201"), with(ownPublic, "201"), below("/links", onSession(http.MethodPost, map[string]any{"role": "view"}))},
	"revokeLink": {with(mayOwn, "204"), with(ownPublic, "204"), func(a *app, public bool) call {
		x := a.ada.session(public)
		l, err := a.deps.Links.Create(a.t.Context(), a.ada.Caller, x.ID, core.LinkWish{Role: core.LinkView})
		check(a.t, err)
		return call{method: http.MethodDelete, path: fmt.Sprintf("/sessions/%d/links/%d", x.ID, l.ID)}
	}},
	// Without a link there is nothing that is shared; a copy needs an account, and a link that allows it.
	"getShared":  {"401 404 404 404 404 404 404 200 404 404 401", "", get("/shared")},
	"copyShared": {"401 404 404 404 404 404 404 401 404 404 401", "", func(*app, bool) call { return call{method: http.MethodPost, path: "/shared/copy"} }},
	"getRules":   {everybody, "", get("/auth/rules")},
	"confirm":    {with(everybody, "404"), "", post("/auth/confirm", map[string]any{"token": "x"})},
	"resendConfirmation": {with(everybody, "409"), "", func(a *app, _ bool) call {
		a.nameless++
		name := fmt.Sprint("confirmed", a.nameless)
		check(a.t, a.db.Users().Create(a.t.Context(), &core.User{Username: name, Role: core.RoleUser, PasswordHash: hashed}))
		return call{http.MethodPost, "/auth/resend", map[string]any{"username": name, "password": password}, nil}
	}},
	"askReset": {with(everybody, "204"), "", func(a *app, _ bool) call {
		a.nameless++
		return call{http.MethodPost, "/auth/forgotten", map[string]any{"login": fmt.Sprint("forgot", a.nameless)}, nil}
	}},
	"reset": {with(everybody, "404"), "", post("/auth/reset", map[string]any{"token": "x", "password": "a good password"})},

	// What is the caller's own is at the same address for everybody.
	"changePassword": {with(signedIn, "204"), "", post("/account/password", map[string]any{"current": password, "password": password}, http.MethodPut)},
	"changeEmail":    {signedIn, "", post("/account/email", map[string]any{"current": password, "email": ""}, http.MethodPut)},
	"listTokens":     {signedIn, "", get("/account/tokens")},
	"createToken":    {with(signedIn, "201"), "", post("/account/tokens", map[string]any{"name": "script", "scope": "read"})},
	"deleteToken": {"401 404 204 404 404 404 404 401 404 404 401", "", func(a *app, _ bool) call {
		tok, err := a.deps.Accounts.CreateToken(a.t.Context(), a.ada.Caller, core.TokenWish{Name: "script", Scope: core.ScopeRead})
		check(a.t, err)
		return call{method: http.MethodDelete, path: fmt.Sprintf("/account/tokens/%d", tok.ID)}
	}},
	"listSignIns": {signedIn, "", get("/account/sign-ins")},
	"endSignIn": {"401 404 204 404 404 404 404 401 404 404 401", "", func(a *app, _ bool) call {
		a.nameless++
		r := &core.SignInRow{UserID: a.ada.UserID, Family: fmt.Sprint("family", a.nameless), LastSeenAt: time.Now()}
		check(a.t, a.db.Keys().SaveSignIn(a.t.Context(), r))
		return call{method: http.MethodDelete, path: fmt.Sprintf("/account/sign-ins/%d", r.ID)}
	}},
	"endSignIns":    {with(signedIn, "204"), "", func(*app, bool) call { return call{method: http.MethodDelete, path: "/account/sign-ins"} }},
	"getLeaving":    {signedIn, "", get("/account/leaving")},
	"exportAccount": {signedIn, "", get("/account/export")},
	// Nobody leaves in this test: the word that confirms is not typed.
	"leave": {with(signedIn, "422"), "", post("/account/delete", map[string]any{"confirm": "", "current": password})},

	"listUsers": {adminOnly, "", get("/admin/users")},
	"patchUser": {adminOnly, "", func(a *app, _ bool) call {
		return call{http.MethodPatch, fmt.Sprintf("/admin/users/%d", a.bob.UserID), map[string]any{"role": "user"}, nil}
	}},
	"resetSecret": {with(adminOnly, "201"), "", func(a *app, _ bool) call {
		return call{method: http.MethodPost, path: fmt.Sprintf("/admin/users/%d/reset", a.bob.UserID)}
	}},
	"setRegistration": {adminOnly, "", post("/admin/registration", map[string]any{"mode": "open", "domains": []string{}, "confirm": false}, http.MethodPut)},
	"getQueues":       {adminOnly, "", get("/admin/queues")},
	"patchQueue":      {adminOnly, "", post("/admin/queues/long", map[string]any{"weight": 1}, http.MethodPatch)},
	"listPipelines":   {adminOnly, "", get("/admin/pipelines")},
	"patchPipeline":   {adminOnly, "", post("/admin/pipelines/pileup", map[string]any{"priority": 5}, http.MethodPatch)},
	"setGrid":         {adminOnly, "", post("/admin/pipelines/pileup/grid", map[string]any{"pairs": []any{map[string]any{"window": 10000, "bin": 1000}}}, http.MethodPut)},
	"getHealth":       {adminOnly, "", get("/admin/health")},
	"getStorage":      {adminOnly, "", get("/admin/storage")},
	"collectGarbage":  {adminOnly, "", post("/admin/storage/gc", nil)},
	"listWorkers":     {adminOnly, "", get("/admin/workers")},
	"setWorkers":      {adminOnly, "", post("/admin/workers", map[string]any{"slots": 0}, http.MethodPut)},
	"retryFailed":     {adminOnly, "", post("/admin/runs/retry", map[string]any{"user": "nobody"})},
	"listChanges":     {adminOnly, "", get("/admin/changes")},
	"undoChange": {with(adminOnly, "204"), "", func(a *app, _ bool) call {
		a.nameless++
		_, err := a.deps.Admin.SetWorkers(a.t.Context(), a.root.Caller, core.WorkerSettings{Slots: 1 + a.nameless%200})
		check(a.t, err)
		changes, err := a.deps.Admin.Changes(a.t.Context(), a.root.Caller, core.ChangeFilter{Kind: core.ChangeWorkers, Limit: 1})
		check(a.t, err)
		return call{method: http.MethodPost, path: fmt.Sprintf("/admin/changes/%d/undo", changes[0].ID)}
	}},
	"listInvitations": {adminOnly, "", get("/admin/invitations")},
	"invite":          {with(adminOnly, "201"), "", post("/admin/invitations", map[string]any{"role": "user", "days": 7})},
	"uninvite": {with(adminOnly, "204"), "", func(a *app, _ bool) call {
		i, err := a.deps.Accounts.Invite(a.t.Context(), a.root.Caller, core.InvitationWish{Role: core.RoleUser, Days: 1})
		check(a.t, err)
		return call{method: http.MethodDelete, path: fmt.Sprintf("/admin/invitations/%d", i.ID)}
	}},

	"findPeople":  {signedIn, "", get("/people?q=ad")},
	"listGroups":  {signedIn, "", get("/groups")},
	"createGroup": {with(signedIn, "201"), "", func(a *app, _ bool) call { return call{http.MethodPost, "/groups", a.groupWish(), nil} }},
	"getGroup":    {"401 404 200 200 404 404 200 401 404 404 401", "", onGroup(http.MethodGet, "")},
	"updateGroup": {"401 404 200 200 404 404 403 401 404 404 401", "", onGroup(http.MethodPut, "")},
	"deleteGroup": {"401 404 204 204 404 404 403 401 404 404 401", "", onGroup(http.MethodDelete, "")},
	"leaveGroup":  {"401 404 409 409 404 404 204 401 404 404 401", "", onGroup(http.MethodPost, "/leave")},

	// What is in the trash is there for its owners only, whoever could read it before.
	"listTrash":    {signedIn, "", get("/trash")},
	"restoreTrash": {mayTrash, mayTrash, onTrash(http.MethodPost, "/trash/%d/restore")},
	"deleteTrash":  {with(mayTrash, "204"), with(mayTrash, "204"), onTrash(http.MethodDelete, "/trash/%d")},
	"emptyTrash":   {signedIn, "", func(*app, bool) call { return call{method: http.MethodDelete, path: "/trash"} }},
	// Notifications are of one person: not even an admin sees those of others.
	"listNotifications": {signedIn, "", get("/notifications")},
	"readNotification": {"401 404 200 404 404 404 404 401 404 404 401", "", func(a *app, _ bool) call {
		n := &core.Notification{UserID: a.ada.UserID, Kind: core.NoticeShared, Title: "x"}
		check(a.t, a.db.Notifications().Create(a.t.Context(), n))
		return call{method: http.MethodPost, path: fmt.Sprintf("/notifications/%d/read", n.ID)}
	}},
	"readNotifications": {signedIn, "", func(*app, bool) call {
		return call{http.MethodPost, "/notifications/read", map[string]any{"upTo": 1}, nil}
	}},
	"getNotificationSettings": {signedIn, "", get("/notifications/settings")},
	"putNotificationSettings": {signedIn, "", func(*app, bool) call {
		return call{http.MethodPut, "/notifications/settings", map[string]any{"kinds": []string{"shared"}}, nil}
	}},
	"patchAssembly": {mayEdit, "", onAssembly(http.MethodPatch, map[string]any{"organism": "Mus musculus"})},
	// Genes are found by whoever may read the assembly; an annotation is its owner's, and everybody's when it is public.
	"listAnnotations": {mayRead, "", below("/annotations", onAssembly(http.MethodGet, nil))},
	"findGenes":       {mayRead, "", below("/genes", onAssembly(http.MethodGet, nil))},
	"createAnnotation": {with(mayRead, "201"), "", func(a *app, public bool) call {
		body, kind := form("meta", "", `{"name":"genes"}`, "file", "x.gtf", geneRow)
		return call{http.MethodPost, below("/annotations", onAssembly(http.MethodPost, nil))(a, public).path, body, []string{"Content-Type", kind}}
	}},
	"patchAnnotation":   {annotationOwn, annotationOwnPublic, onAnnotation(http.MethodPatch, "/annotations/%d", map[string]any{"name": "new"})},
	"deleteAnnotation":  {with(annotationOwn, "204"), with(annotationOwnPublic, "204"), onAnnotation(http.MethodDelete, "/annotations/%d", nil)},
	"getAnnotationFile": {annotationOwn, signedIn, onAnnotation(http.MethodGet, "/annotations/%d/file", nil)},

	// Metadata are part of their region set; a table that waits to be joined is known to those only who may edit it.
	"listMetadata": {mayRead, signedIn, on(core.KindRegions, http.MethodGet, "/datasets/%d/metadata", nil)},
	"createMetadata": {with(mayEdit, "201"), with(editPublic, "201"), func(a *app, public bool) call {
		body, kind := form("file", "x.csv", "x\n1\n")
		return call{http.MethodPost, fmt.Sprintf("/datasets/%d/metadata", a.ada.dataset(core.KindRegions, public, "chr1\t10\t20\n").ID), body, []string{"Content-Type", kind}}
	}},
	"previewMetadata":      {mayEdit, editPublic, onMetadata(false, http.MethodPost, "/metadata/%d/preview", map[string]any{})},
	"joinMetadata":         {mayEdit, editPublic, onMetadata(false, http.MethodPost, "/metadata/%d/join", map[string]any{})},
	"patchMetadata":        {mayEdit, editPublic, onMetadata(true, http.MethodPatch, "/metadata/%d", map[string]any{"name": "new"})},
	"deleteMetadata":       {with(mayEdit, "204"), with(editPublic, "204"), onMetadata(true, http.MethodDelete, "/metadata/%d", nil)},
	"getMetadataFile":      {mayRead, signedIn, onMetadata(true, http.MethodGet, "/metadata/%d/file", nil)},
	"patchMetadataColumn":  {mayEdit, editPublic, onMetadataColumn(http.MethodPatch, map[string]any{"type": "categorical"})},
	"deleteMetadataColumn": {with(mayEdit, "204"), with(editPublic, "204"), onMetadataColumn(http.MethodDelete, nil)},

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
	c := newCircle(a)
	for _, id := range slices.Sorted(maps.Keys(rights)) {
		if ops[id] == "" {
			t.Errorf("the row %s has no operation", id)
			continue
		}
		row := rights[id]
		for _, public := range []bool{false, true} {
			golden := row.private
			if public {
				golden = row.public
			}
			if golden == "" {
				continue
			}
			var got []string
			for _, name := range callers {
				before := a.last()
				k := row.call(a, public)
				if !matches(ops[id], k) {
					t.Fatalf("the row %s calls %s %s, which is not %s", id, k.method, k.path, ops[id])
				}
				who, headers := c.share(name, before, public)
				res, err := who.http.Do(who.request(k.method, k.path, k.body, append(headers, k.headers...)...))
				check(t, err)
				got = append(got, fmt.Sprint(res.StatusCode))
				if res.StatusCode >= 400 && k.method != http.MethodHead { // which has no body
					b, err := io.ReadAll(res.Body)
					check(t, err)
					r := &answer{res, t, name + ": " + id, b}
					r.refused(res.StatusCode, map[int]core.Code{401: core.CodeUnauthorized, 403: core.CodeForbidden, 404: core.CodeNotFound,
						409: core.CodeState, 422: core.CodeInvalid}[res.StatusCode])
				}
				res.Body.Close()
			}
			want := strings.Fields(golden)
			if len(want) != len(callers) {
				t.Errorf("%s: the row has %d answers, there are %d kinds of callers", id, len(want), len(callers))
				continue
			}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("%s, public=%v: %s gets %s, want %s", id, public, callers[i], got[i], want[i])
				}
			}
		}
	}
}

// matches compares "GET /datasets/{id}" with a call.
func matches(operation string, k call) bool {
	method, path, _ := strings.Cut(operation, " ")
	asked, _, _ := strings.Cut(k.path, "?")
	want, got := strings.Split(path, "/"), strings.Split(asked, "/")
	return method == k.method && slices.EqualFunc(want, got, func(a, b string) bool { return a == b || strings.HasPrefix(a, "{") })
}
