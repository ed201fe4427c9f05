package api_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"regioscope/backend/core"
)

var noGrants = map[string]any{"everyone": false, "grants": []any{}}

// circle is everybody that ada shares with, in the ways that there are.
type circle struct {
	*app
	reader, editor, member, disabled *client
	team                             *core.Group
}

func newCircle(a *app) *circle {
	c := &circle{app: a, reader: a.person("reader", core.RoleUser), editor: a.person("editor", core.RoleUser),
		member: a.person("member", core.RoleUser), disabled: a.person("gone", core.RoleUser)}
	c.team = &core.Group{Name: "team", OwnerID: a.ada.UserID, Members: []core.Person{{ID: a.ada.UserID}, {ID: c.member.UserID}}}
	check(a.t, a.db.Groups().Create(a.t.Context(), c.team))
	a.sql(`UPDATE users SET disabled = 1 WHERE username = 'gone'`)
	return c
}

// last is the highest id that each kind of thing has had.
func (a *app) last() map[core.ThingKind]int64 {
	a.t.Helper()
	out := map[core.ThingKind]int64{}
	for kind, table := range map[core.ThingKind]string{core.ThingDataset: "datasets", core.ThingAssembly: "assemblies", core.ThingSession: "sessions"} {
		var id int64
		check(a.t, a.rows().QueryRow(`SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = ?), 0)`, table).Scan(&id))
		out[kind] = id
	}
	return out
}

// share gives everybody of the circle their right to the things that were made since before, and the caller of this name
// with the headers that they send.
func (c *circle) share(name string, before map[core.ThingKind]int64, public bool) (*client, []string) {
	c.t.Helper()
	ctx := c.t.Context()
	for kind, last := range c.last() {
		for id := before[kind] + 1; id <= last; id++ {
			check(c.t, c.db.Access().SetGrants(ctx, kind, id, public, []core.Grant{{UserID: c.reader.UserID, Level: core.LevelRead},
				{UserID: c.editor.UserID, Level: core.LevelEdit}, {GroupID: c.team.ID, Level: core.LevelRead},
				{UserID: c.disabled.UserID, Level: core.LevelOwn}}))
		}
	}
	switch name {
	case "another user":
		return c.bob, nil
	case "the owner":
		return c.ada, nil
	case "an admin":
		return c.root, nil
	case "a reader":
		return c.reader, nil
	case "an editor":
		return c.editor, nil
	case "a group member":
		return c.member, nil
	case "somebody disabled":
		return c.disabled, nil
	case "a link holder":
		return c.anonymous(), []string{"X-Share-Token", c.link(before).Token}
	case "holder of a link that ran out":
		l := c.link(before)
		c.sql(`UPDATE session_links SET expires_at = ? WHERE id = ?`, time.Now().UTC().Add(-time.Second), l.ID)
		return c.anonymous(), []string{"X-Share-Token", l.Token}
	case "holder of a link that was withdrawn":
		l := c.link(before)
		check(c.t, c.deps.Links.Revoke(ctx, c.ada.Caller, l.SessionID, l.ID))
		return c.anonymous(), []string{"X-Share-Token", l.Token}
	}
	return c.anonymous(), nil
}

// link makes a link to the session that was made since, or to a new one that shows the new datasets.
func (c *circle) link(before map[core.ThingKind]int64) *core.NewLink {
	c.t.Helper()
	ctx, now := c.t.Context(), c.last()
	id := now[core.ThingSession]
	if id == before[core.ThingSession] {
		x := &core.Session{OwnerID: c.ada.UserID, Name: "shown", Document: c.showing(before[core.ThingDataset]+1, now[core.ThingDataset])}
		check(c.t, c.db.Sessions().Create(ctx, x))
		id = x.ID
	}
	l, err := c.deps.Links.Create(ctx, c.ada.Caller, id, core.LinkWish{Role: core.LinkView})
	check(c.t, err)
	return l
}

// showing is a document with every region set of these ids in a panel, and everything else in each.
func (a *app) showing(first, last int64) json.RawMessage {
	a.t.Helper()
	var sets, rest []int64
	collection := int64(0)
	for id := first; id <= last; id++ {
		d, err := a.db.Datasets().ByID(a.t.Context(), id)
		if errors.Is(err, core.ErrNotFound) {
			continue // in the trash
		}
		check(a.t, err)
		switch d.Kind {
		case core.KindRegions:
			sets = append(sets, id)
		case core.KindCollection:
			collection = id
		default:
			rest = append(rest, id)
		}
	}
	if sets == nil {
		sets = []int64{0}
	}
	var panels []any
	for _, set := range sets {
		panels = append(panels, map[string]any{"regionSetId": set, "widgets": []any{map[string]any{"featureIds": rest, "collectionId": collection}}})
	}
	doc, err := json.Marshal(map[string]any{"version": 1, "panels": panels})
	check(a.t, err)
	return doc
}

// below adds to the path of a call.
func below(tail string, make func(*app, bool) call) func(*app, bool) call {
	return func(a *app, public bool) call {
		c := make(a, public)
		c.path += tail
		return c
	}
}

func onAssembly(method string, body any) func(*app, bool) call {
	return func(a *app, _ bool) call {
		a.nameless++
		own := &core.Assembly{Name: fmt.Sprint("own assembly ", a.nameless), OwnerID: a.ada.UserID, Chroms: a.toy.Chroms}
		check(a.t, a.db.Assemblies().Create(a.t.Context(), own))
		return call{method: method, path: fmt.Sprintf("/assemblies/%d", own.ID), body: body}
	}
}

func (a *app) groupWish() map[string]any {
	a.nameless++
	return map[string]any{"name": fmt.Sprint("group ", a.nameless), "members": []int64{}}
}

// onGroup makes a call to a group of ada's that the member of her team is in.
func onGroup(method, tail string) func(*app, bool) call {
	return func(a *app, _ bool) call {
		member, err := a.db.Users().ByName(a.t.Context(), "member")
		check(a.t, err)
		wish := a.groupWish()
		g := &core.Group{Name: wish["name"].(string), OwnerID: a.ada.UserID, Members: []core.Person{{ID: a.ada.UserID}, {ID: member.ID}}}
		check(a.t, a.db.Groups().Create(a.t.Context(), g))
		c := call{method: method, path: fmt.Sprintf("/groups/%d%s", g.ID, tail)}
		if method == http.MethodPut {
			c.body = wish
		}
		return c
	}
}
