package api_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

// shownSession is a session of ada's that shows set through the features.
func (a *app) shownSession(set int64, features ...int64) *core.Session {
	a.t.Helper()
	doc, _ := json.Marshal(map[string]any{"version": 1, "panels": []any{map[string]any{"regionSetId": set, "widgets": []any{map[string]any{"featureIds": features}}}}})
	x := &core.Session{OwnerID: a.ada.UserID, Name: "hers", Document: doc}
	check(a.t, a.db.Sessions().Create(a.t.Context(), x))
	return x
}

func (a *app) linkTo(x *core.Session, body map[string]any) core.NewLink {
	a.t.Helper()
	var l core.NewLink
	a.ada.do("POST", "/sessions/"+itoa(x.ID)+"/links", body).ok(201, &l)
	return l
}

func TestLinkShowsTheSessionAndNothingElse(t *testing.T) {
	a := newApp(t)
	r := a.ada.result(false, array(a, "stack", make([]float32, 12), 3, 4))
	unseen := a.ada.result(false, array(a, "stack", make([]float32, 12), 3, 4))
	foreign := a.bob.dataset(core.KindSignal, false, "")
	check(t, a.db.Access().SetGrants(t.Context(), core.ThingDataset, foreign.ID, false, []core.Grant{{UserID: a.ada.UserID, Level: core.LevelEdit}}))
	x := a.shownSession(r.RegionSetID, r.FeatureID, foreign.ID)
	l := a.linkTo(x, map[string]any{"role": "view"})
	guest := a.anonymous()
	get := func(path string) *answer { return guest.do("GET", path, nil, "X-Share-Token", l.Token) }
	var shown core.Shared
	get("/shared").ok(200, &shown)
	if shown.Session.ID != x.ID || shown.Role != core.LinkView || shown.Hidden != 1 || shown.Session.Mine {
		t.Errorf("%+v", shown)
	}
	get("/results/"+itoa(r.ID)+"/arrays/stack").ok(200, nil)
	get("/datasets/"+itoa(r.FeatureID)).ok(200, nil)
	says(t, get("/datasets/"+itoa(r.FeatureID)+"/file").refused(401, core.CodeUnauthorized), "looking only")
	for _, path := range []string{"/results/" + itoa(unseen.ID), "/datasets/" + itoa(unseen.FeatureID), "/datasets/" + itoa(foreign.ID),
		"/region-sets/" + itoa(unseen.RegionSetID) + "/results", "/sessions/" + itoa(a.ada.session(false).ID)} {
		get(path).refused(404, core.CodeNotFound)
	}
	var list struct{ Items []core.Dataset }
	get("/datasets").ok(200, &list)
	if len(list.Items) != 2 || list.Items[0].Access != core.LevelShown {
		t.Errorf("%+v", list.Items)
	}
	// Somebody with an account: their own rights and the link's; the file is not shown, and says so.
	says(t, a.bob.do("GET", "/datasets/"+itoa(r.FeatureID)+"/file", nil, "X-Share-Token", l.Token).refused(403, core.CodeForbidden), "not its file")
	a.bob.do("GET", "/datasets/"+itoa(r.FeatureID), nil).refused(404, core.CodeNotFound)
	// Not even a combination of shown data that no panel makes.
	twice, _ := json.Marshal(map[string]any{"version": 1, "panels": []any{
		map[string]any{"regionSetId": r.RegionSetID, "widgets": []any{map[string]any{"featureIds": []int64{unseen.FeatureID}}}},
		map[string]any{"regionSetId": unseen.RegionSetID, "widgets": []any{map[string]any{"featureIds": []int64{r.FeatureID}}}}}})
	a.ada.do("PUT", "/sessions/"+itoa(x.ID), map[string]any{"name": "hers", "document": json.RawMessage(twice), "version": 1}).ok(200, nil)
	get("/datasets/"+itoa(r.FeatureID)).ok(200, nil)
	get("/results/"+itoa(r.ID)).refused(404, core.CodeNotFound)
}

func TestLinkShowsFurtherRegionSetsOfAWidget(t *testing.T) {
	a := newApp(t)
	own := a.ada.result(false, array(a, "stack", make([]float32, 12), 3, 4))
	further := a.ada.result(false, array(a, "stack", make([]float32, 12), 3, 4))
	doc, _ := json.Marshal(map[string]any{"version": 1, "panels": []any{map[string]any{"regionSetId": own.RegionSetID,
		"widgets": []any{map[string]any{"featureIds": []int64{further.FeatureID}, "regionSetIds": []int64{further.RegionSetID}}}}}})
	x := &core.Session{OwnerID: a.ada.UserID, Name: "two sets", Document: doc}
	check(t, a.db.Sessions().Create(t.Context(), x))
	l := a.linkTo(x, map[string]any{"role": "view"})
	get := func(path string) *answer { return a.anonymous().do("GET", path, nil, "X-Share-Token", l.Token) }
	get("/results/"+itoa(further.ID)+"/arrays/stack").ok(200, nil)
	get("/datasets/"+itoa(further.RegionSetID)).ok(200, nil)
	// The set of the panel is not looked at through its own feature.
	get("/results/"+itoa(own.ID)).refused(404, core.CodeNotFound)
	get("/datasets/"+itoa(own.FeatureID)).refused(404, core.CodeNotFound)
}

func TestLinksEnd(t *testing.T) {
	a := newApp(t)
	x := a.shownSession(a.ada.dataset(core.KindRegions, false, "").ID)
	open := func(l core.NewLink) *answer { return a.anonymous().do("GET", "/shared", nil, "X-Share-Token", l.Token) }
	l := a.linkTo(x, map[string]any{"role": "view", "name": "for Bob"})
	open(l).ok(200, nil)
	r := a.ada.do("GET", "/sessions/"+itoa(x.ID)+"/links", nil)
	var list struct{ Items []core.Link }
	r.ok(200, &list)
	if len(list.Items) != 1 || list.Items[0].LastUsedAt == nil || list.Items[0].Name != "for Bob" || strings.Contains(string(r.body), l.Token) {
		t.Errorf("%s", r.body)
	}
	a.ada.do("DELETE", "/sessions/"+itoa(x.ID)+"/links/"+itoa(l.ID), nil).ok(204, nil)
	says(t, open(l).refused(404, core.CodeNotFound), "withdrawn")
	a.ada.do("POST", "/sessions/"+itoa(x.ID)+"/links", map[string]any{"role": "view", "expiresAt": time.Now().Add(-time.Minute)}).refused(422, core.CodeInvalid)
	l = a.linkTo(x, map[string]any{"role": "view", "expiresAt": time.Now().Add(time.Hour)})
	open(l).ok(200, nil)
	a.sql(`UPDATE session_links SET expires_at = ? WHERE id = ?`, time.Now().UTC().Add(-time.Second), l.ID)
	says(t, open(l).refused(404, core.CodeNotFound), "run out")
	l = a.linkTo(x, map[string]any{"role": "view", "needsLogin": true})
	says(t, open(l).refused(401, core.CodeUnauthorized), "sign in")
	a.bob.do("GET", "/shared", nil, "X-Share-Token", l.Token).ok(200, nil)
	open(core.NewLink{Token: "rsl_nonsense"}).refused(404, core.CodeNotFound)
	// A link goes with the account of its maker, and with the session.
	l = a.linkTo(x, map[string]any{"role": "view"})
	a.sql(`UPDATE users SET disabled = 1 WHERE username = 'ada'`)
	open(l).refused(404, core.CodeNotFound)
	a.sql(`UPDATE users SET disabled = 0 WHERE username = 'ada'`)
	a.ada.do("DELETE", "/sessions/"+itoa(x.ID), nil).ok(204, nil)
	open(l).refused(404, core.CodeNotFound)
}

func TestCopyOfASharedSession(t *testing.T) {
	a := newApp(t)
	set := a.ada.dataset(core.KindRegions, false, "chr1\t1\t2\n")
	x := a.shownSession(set.ID)
	view, forCopy := a.linkTo(x, map[string]any{"role": "view"}), a.linkTo(x, map[string]any{"role": "copy"})
	says(t, a.bob.do("POST", "/shared/copy", nil, "X-Share-Token", view.Token).refused(403, core.CodeForbidden), "looking only")
	var mine core.Session
	a.bob.do("POST", "/shared/copy", nil, "X-Share-Token", forCopy.Token).ok(201, &mine)
	if mine.OwnerName != "bob" || mine.Name != "hers (copy)" {
		t.Errorf("%+v", mine)
	}
	a.bob.do("GET", "/sessions/"+itoa(mine.ID), nil).ok(200, nil)
	a.bob.do("GET", "/datasets/"+itoa(set.ID)+"/file", nil).ok(200, nil)
	var s core.Shares
	a.ada.do("GET", "/datasets/"+itoa(set.ID)+"/grants", nil).ok(200, &s)
	if len(s.Grants) != 1 || s.Grants[0].Name != "bob" || s.Grants[0].Level != core.LevelRead {
		t.Errorf("%+v", s)
	}
}

func TestSharingWithPeopleAndGroups(t *testing.T) {
	a := newApp(t)
	set, track := a.ada.dataset(core.KindRegions, false, ""), a.ada.dataset(core.KindSignal, false, "")
	x := a.shownSession(set.ID, track.ID)
	var g core.Group
	a.ada.do("POST", "/groups", map[string]any{"name": "Lab", "members": []int64{a.bob.UserID}}).ok(201, &g)
	if len(g.Members) != 2 || !g.Mine {
		t.Errorf("%+v", g)
	}
	a.bob.do("POST", "/groups", map[string]any{"name": "lab", "members": []int64{}}).refused(409, core.CodeConflict)
	path := "/sessions/" + itoa(x.ID) + "/grants"
	put := func(body map[string]any) *answer { return a.ada.do("PUT", path, body) }
	group := []any{map[string]any{"groupId": g.ID, "name": "", "level": "edit"}}
	var s core.Shares
	put(map[string]any{"everyone": false, "grants": group}).ok(200, &s)
	if s.Data != 2 || s.DataShared != 2 || len(s.Grants) != 1 || s.Grants[0].Name != "Lab" || s.Grants[0].Members != 2 {
		t.Errorf("%+v", s)
	}
	a.bob.do("PUT", "/sessions/"+itoa(x.ID), map[string]any{"name": "by bob", "document": json.RawMessage(x.Document), "version": 1}).ok(200, nil)
	a.bob.do("DELETE", "/sessions/"+itoa(x.ID), nil).refused(403, core.CodeForbidden)
	a.bob.do("GET", path, nil).refused(403, core.CodeForbidden)
	a.bob.do("GET", "/datasets/"+itoa(set.ID), nil).refused(404, core.CodeNotFound)
	put(map[string]any{"everyone": false, "grants": group, "withData": true}).ok(200, nil)
	a.bob.do("GET", "/datasets/"+itoa(set.ID), nil).ok(200, nil)
	a.bob.do("PATCH", "/datasets/"+itoa(set.ID), map[string]any{"name": "x"}).refused(403, core.CodeForbidden)
	var list struct{ Items []core.Session }
	a.bob.do("GET", "/sessions", nil).ok(200, &list)
	if len(list.Items) != 1 || list.Items[0].Access != core.LevelEdit {
		t.Errorf("%+v", list.Items)
	}
	a.bob.do("POST", "/groups/"+itoa(g.ID)+"/leave", nil).ok(204, nil)
	a.bob.do("GET", "/sessions/"+itoa(x.ID), nil).refused(404, core.CodeNotFound)
	for name, grants := range map[string][]any{
		"nobody":  {map[string]any{"name": "", "level": "read"}},
		"both":    {map[string]any{"userId": a.bob.UserID, "groupId": g.ID, "name": "", "level": "read"}},
		"unknown": {map[string]any{"userId": 999, "name": "", "level": "read"}},
		"owner":   {map[string]any{"userId": a.ada.UserID, "name": "", "level": "read"}},
		"twice":   {map[string]any{"userId": a.bob.UserID, "name": "", "level": "read"}, map[string]any{"userId": a.bob.UserID, "name": "", "level": "edit"}},
		"level":   {map[string]any{"userId": a.bob.UserID, "name": "", "level": "shown"}},
	} {
		if r := put(map[string]any{"everyone": false, "grants": grants}); r.StatusCode != 422 {
			t.Errorf("%s: %d", name, r.StatusCode)
		}
	}
	// A group that one is not in cannot be found out by sharing with it.
	d := a.bob.dataset(core.KindSignal, false, "")
	a.bob.do("PUT", "/datasets/"+itoa(d.ID)+"/grants", map[string]any{"everyone": false, "grants": group}).refused(422, core.CodeInvalid)
	// A co-owner shares and deletes; the owner cannot be shut out.
	put(map[string]any{"everyone": true, "grants": []any{map[string]any{"userId": a.bob.UserID, "name": "", "level": "own"}}}).ok(200, nil)
	a.bob.do("PUT", path, map[string]any{"everyone": false, "grants": []any{}}).ok(200, nil)
	a.bob.do("GET", path, nil).refused(404, core.CodeNotFound)
	a.ada.do("GET", path, nil).ok(200, nil)
}

func TestPeopleAreFoundByTheBeginningOfTheirNames(t *testing.T) {
	a := newApp(t)
	a.person("adam", core.RoleUser)
	a.sql(`UPDATE users SET email = 'ada@example.org' WHERE username = 'ada'`)
	r := a.bob.do("GET", "/people?q=AD", nil)
	var list struct{ Items []core.Person }
	r.ok(200, &list)
	if len(list.Items) != 2 || list.Items[0].Username != "ada" || strings.Contains(string(r.body), "example.org") {
		t.Errorf("%s", r.body)
	}
	a.bob.do("GET", "/people?q=a", nil).refused(422, core.CodeInvalid)
	for _, q := range []string{"%25%25", "__", "example", "da"} {
		a.bob.do("GET", "/people?q="+q, nil).ok(200, &list)
		if len(list.Items) != 0 {
			t.Errorf("%s finds %+v", q, list.Items)
		}
	}
	a.sql(`UPDATE users SET disabled = 1 WHERE username = 'adam'`)
	a.bob.do("GET", "/people?q=ada", nil).ok(200, &list)
	if len(list.Items) != 1 {
		t.Errorf("%+v", list.Items)
	}
}

func TestPeopleAreToldWhatIsSharedWithThem(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindRegions, false, "")
	c := a.ada.session(false)
	share := func(path string, id int64, level core.Level) {
		a.ada.do("PUT", "/"+path+"/"+itoa(id)+"/grants", map[string]any{"everyone": false, "grants": []any{map[string]any{"userId": a.bob.UserID, "name": "", "level": level}}}).ok(200, nil)
	}
	told := func() []core.Notification {
		var page struct{ Items []core.Notification }
		a.bob.do("GET", "/notifications", nil).ok(200, &page)
		return page.Items
	}
	share("datasets", d.ID, core.LevelRead)
	share("datasets", d.ID, core.LevelEdit) // no news: bob has it already
	share("sessions", c.ID, core.LevelRead)
	got := told()
	if len(got) != 2 || got[1].Kind != core.NoticeShared || got[1].Title != a.ada.Name+" shares the dataset “"+d.Name+"” with you" || got[1].Link != "/datasets/"+itoa(d.ID) || got[0].Link != "/compare/"+itoa(c.ID) {
		t.Errorf("%+v", got)
	}
	var mine struct{ Items []core.Notification }
	a.ada.do("GET", "/notifications", nil).ok(200, &mine)
	if len(mine.Items) != 0 {
		t.Errorf("ada is told of what she shares: %+v", mine.Items)
	}
}
