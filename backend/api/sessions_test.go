package api_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"regioscope/backend/core"
)

func TestSessionsKeepTheirVersion(t *testing.T) {
	a := newApp(t)
	doc := map[string]any{"version": 1, "panels": []any{}, "note": "ä 💡"}
	var made, got core.Session
	a.ada.do("POST", "/sessions", map[string]any{"name": " first ", "document": doc}).ok(201, &made)
	if made.Name != "first" || made.Version != 1 || !made.Mine || made.OwnerName != "ada" {
		t.Errorf("%+v", made)
	}
	path := "/sessions/" + itoa(made.ID)
	put := func(version int64, name string) *answer {
		return a.ada.do("PUT", path, map[string]any{"name": name, "document": map[string]any{"by": name}, "version": version})
	}
	put(1, "second").ok(200, &got)
	if got.Version != 2 || got.Name != "second" || got.UpdatedAt.Before(made.UpdatedAt) {
		t.Errorf("%+v", got)
	}
	// The window that still shows version 1 must not overwrite version 2.
	says(t, put(1, "late").refused(409, core.CodeConflict), "saved elsewhere", "new name")
	put(0, "never loaded").refused(409, core.CodeConflict)
	a.ada.do("GET", path, nil).ok(200, &got)
	if got.Name != "second" || string(got.Document) != `{"by":"second"}` || got.Version != 2 {
		t.Errorf("%s %s", got.Name, got.Document)
	}
	put(2, "third").ok(200, nil)
	a.ada.do("DELETE", path, nil).ok(204, nil)
	put(3, "gone").refused(404, core.CodeNotFound)
}

// What was saved before is kept with who saved it, is read again as it was, and is not kept where only the name changed.
func TestSessionVersions(t *testing.T) {
	a := newApp(t)
	doc := func(panels, widgets int) map[string]any {
		list := make([]map[string]any, panels)
		for i := range list {
			list[i] = map[string]any{"regionSetId": 1, "widgets": make([]struct{}, widgets)}
		}
		return map[string]any{"version": 1, "panels": list}
	}
	var s core.Session
	a.ada.do("POST", "/sessions", map[string]any{"name": "first", "document": doc(1, 2)}).ok(201, &s)
	path := "/sessions/" + itoa(s.ID)
	put := func(who *client, version int64, name string, d map[string]any) {
		t.Helper()
		who.do("PUT", path, map[string]any{"name": name, "document": d, "version": version}).ok(200, nil)
	}
	put(a.ada, 1, "renamed", doc(1, 2))
	a.ada.do("PUT", path+"/grants", map[string]any{"everyone": false, "grants": []any{map[string]any{"userId": a.bob.UserID, "name": "bob", "level": "edit"}}}).ok(200, nil)
	put(a.bob, 2, "by bob", doc(2, 3))
	var list struct{ Items []core.SessionVersion }
	a.ada.do("GET", path+"/versions", nil).ok(200, &list)
	type line struct {
		version         int64
		name, by        string
		panels, widgets int
	}
	var got []line
	for _, v := range list.Items {
		got = append(got, line{v.Version, v.Name, v.SavedBy, v.Panels, v.Widgets})
		if len(v.Document) > 0 || v.SavedAt.IsZero() {
			t.Errorf("%+v", v)
		}
	}
	if want := []line{{3, "by bob", "bob", 2, 6}, {1, "first", "ada", 1, 2}}; !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
	var first core.SessionVersion
	a.ada.do("GET", path+"/versions/1", nil).ok(200, &first)
	var was, sent any
	text, _ := json.Marshal(doc(1, 2))
	check(t, json.Unmarshal(first.Document, &was))
	check(t, json.Unmarshal(text, &sent))
	if !reflect.DeepEqual(was, sent) {
		t.Errorf("%s", first.Document)
	}
	says(t, a.ada.do("GET", path+"/versions/2", nil).refused(404, core.CodeNotFound), "version")
	// Many versions: the newest fifty stay.
	for v := int64(3); v < 60; v++ {
		put(a.ada, v, "many", doc(1, int(v)))
	}
	a.ada.do("GET", path+"/versions", nil).ok(200, &list)
	if n := len(list.Items); n != 50 || list.Items[0].Version != 60 || list.Items[49].Version != 11 {
		t.Errorf("%d versions, from %d to %d", n, list.Items[0].Version, list.Items[n-1].Version)
	}
}

func TestSessionsOfOthers(t *testing.T) {
	a := newApp(t)
	private, public := a.ada.session(false), a.ada.session(true)
	var list struct{ Items []core.Session }
	a.bob.do("GET", "/sessions", nil).ok(200, &list)
	if len(list.Items) != 1 || list.Items[0].ID != public.ID || list.Items[0].Mine || len(list.Items[0].Document) > len("null") {
		t.Errorf("%+v", list.Items)
	}
	a.ada.do("GET", "/sessions", nil).ok(200, &list)
	if len(list.Items) != 2 || list.Items[0].ID != public.ID || list.Items[1].ID != private.ID {
		t.Errorf("%+v", list.Items)
	}
	body := map[string]any{"name": "x", "document": map[string]any{}, "version": 1}
	says(t, a.bob.do("PUT", "/sessions/"+itoa(public.ID), body).refused(403, core.CodeForbidden), "Save it as your own")
}

func TestDocumentsThatAreRefused(t *testing.T) {
	a := newApp(t)
	for name, c := range map[string]struct{ body, words string }{
		"no name":        {`{"name":" ","document":{}}`, "name"},
		"long name":      {`{"name":"` + strings.Repeat("x", 256) + `","document":{}}`, "name"},
		"no document":    {`{"name":"x"}`, "document"},
		"a list":         {`{"name":"x","document":[1]}`, "JSON object"},
		"a number":       {`{"name":"x","document":1}`, "JSON object"},
		"null":           {`{"name":"x","document":null}`, "JSON object"},
		"another member": {`{"name":"x","document":{},"owner":1}`, "owner"},
	} {
		t.Run(name, func(t *testing.T) {
			says(t, a.ada.do("POST", "/sessions", c.body, "Content-Type", "application/json").refused(422, core.CodeInvalid), c.words)
		})
	}
}

// The autosaved workspace: of two windows, the one that saves second is told so.
func TestWorkspaceOfTwoWindows(t *testing.T) {
	a := newApp(t)
	says(t, a.ada.do("GET", "/workspace", nil).refused(404, core.CodeNotFound), "no saved workspace")
	put := func(who *client, revision int64, by string) *answer {
		return who.do("PUT", "/workspace", map[string]any{"document": map[string]any{"by": by}, "revision": revision, "sessionId": 7})
	}
	var d core.Draft
	put(a.ada, 0, "one").ok(200, &d)
	if d.Revision != 1 {
		t.Errorf("%+v", d)
	}
	says(t, put(a.ada, 0, "two").refused(409, core.CodeConflict), "another window")
	put(a.ada, 1, "one again").ok(200, &d)
	put(a.ada, 1, "two again").refused(409, core.CodeConflict)
	put(a.ada, 5, "from the future").refused(409, core.CodeConflict)
	put(a.ada, -1, "below").refused(422, core.CodeInvalid)
	put(a.bob, 0, "bob").ok(200, nil)
	a.ada.do("GET", "/workspace", nil).ok(200, &d)
	if string(d.Document) != `{"by":"one again"}` || d.Revision != 2 || d.SessionID != 7 {
		t.Errorf("%+v %s", d, d.Document)
	}
}

func TestLargeDocuments(t *testing.T) {
	a := newApp(t)
	of := func(size int) map[string]any {
		return map[string]any{"name": "large", "document": map[string]any{"x": strings.Repeat("y", size)}}
	}
	var s core.Session
	a.ada.do("POST", "/sessions", of(5<<20)).ok(201, &s)
	a.ada.do("GET", "/sessions/"+itoa(s.ID), nil).ok(200, &s)
	var doc map[string]string
	check(t, json.Unmarshal(s.Document, &doc))
	if len(doc["x"]) != 5<<20 {
		t.Errorf("%d bytes came back", len(doc["x"]))
	}
	a.ada.do("POST", "/sessions", of(9<<20)).refused(413, core.CodeTooLarge)
}
