package api_test

import (
	"encoding/json"
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
