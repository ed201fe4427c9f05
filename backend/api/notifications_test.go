package api_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

// notify stores and tells one, as the services do.
func (a *app) notify(who *client, title string) {
	a.t.Helper()
	check(a.t, core.NewNotifications(a.db, a.hub, nil).Tell(a.t.Context(), core.Notification{UserID: who.UserID, Kind: core.NoticeShared, Title: title, Link: "/sessions"}))
}

func (s *stream) notice() core.NotificationEvent {
	s.t.Helper()
	e := s.next()
	if e.event != "notification" {
		s.t.Fatalf("%+v is no notification", e)
	}
	var out core.NotificationEvent
	check(s.t, json.Unmarshal([]byte(e.data), &out))
	return out
}

// Who was away gets what they missed, in order, and of what was told to somebody else not a word.
func TestNotificationsAreOnesOwnAndResume(t *testing.T) {
	a := newApp(t)
	first := a.ada.listen()
	a.notify(a.bob, "for bob, before")
	a.notify(a.ada, "one")
	e := first.next()
	var told core.NotificationEvent
	check(t, json.Unmarshal([]byte(e.data), &told))
	if told.Notification == nil || told.Notification.Title != "one" || told.Unread != 1 {
		t.Fatalf("%+v", told)
	}
	first.close()
	a.notify(a.ada, "two")
	a.notify(a.bob, "for bob, meanwhile")
	a.notify(a.ada, "three")
	again := a.ada.listen("Last-Event-ID", e.id)
	for i, want := range []string{"two", "three"} {
		if got := again.notice(); got.Notification.Title != want || got.Unread != 2+i {
			t.Errorf("%+v, want %s", got, want)
		}
	}
	// An id of ada's stream opens nothing of hers to bob, and his own list has only his own.
	stolen := a.bob.listen("Last-Event-ID", e.id)
	a.notify(a.bob, "for bob, at last")
	for range 3 {
		if got := stolen.notice(); got.Notification == nil || got.Notification.Title[:7] != "for bob" {
			t.Errorf("bob is told %+v", got.Notification)
		} else if got.Notification.Title == "for bob, at last" {
			break
		}
	}
	var list api.NotificationList
	a.bob.do("GET", "/notifications", nil).ok(200, &list)
	if len(list.Items) != 3 || list.Unread != 3 || list.Items[0].Title != "for bob, at last" {
		t.Errorf("%+v", list)
	}
}

func TestNotificationsAreReadOneAndAll(t *testing.T) {
	a := newApp(t)
	s := a.ada.listen() // before the first is told: a stream that begins while one is on its way hears that one, too
	for i := range 5 {
		a.notify(a.ada, fmt.Sprint("n", i))
		if got := s.notice(); got.Notification == nil || got.Notification.Title != fmt.Sprint("n", i) || got.Unread != i+1 {
			t.Fatalf("told %+v", got)
		}
	}
	var list api.NotificationList
	a.ada.do("GET", "/notifications?limit=2", nil).ok(200, &list)
	if len(list.Items) != 2 || list.NextCursor != list.Items[1].ID || list.Unread != 5 {
		t.Fatalf("%+v", list)
	}
	var page api.NotificationList
	a.ada.do("GET", fmt.Sprintf("/notifications?limit=3&cursor=%d", list.NextCursor), nil).ok(200, &page)
	if len(page.Items) != 3 || page.NextCursor != 0 || page.Items[0].Title != "n2" {
		t.Errorf("%+v", page)
	}
	a.ada.do("POST", fmt.Sprintf("/notifications/%d/read", list.Items[0].ID), nil).ok(200, nil)
	if got := s.notice(); got.Notification == nil || got.Notification.ReadAt == nil || got.Unread != 4 {
		t.Errorf("other tabs are told %+v", got)
	}
	// What came after the page was drawn stays unread.
	var left api.UnreadCount
	a.ada.do("POST", "/notifications/read", map[string]any{"upTo": page.Items[0].ID}).ok(200, &left)
	if left.Unread != 1 {
		t.Errorf("%+v", left)
	}
	if got := s.notice(); got.ReadUpTo != page.Items[0].ID || got.Unread != 1 {
		t.Errorf("other tabs are told %+v", got)
	}
	a.ada.do("GET", "/notifications?unread=true", nil).ok(200, &list)
	if len(list.Items) != 1 || list.Items[0].Title != "n3" {
		t.Errorf("%+v", list.Items)
	}
}

func TestKindsThatAreNotWanted(t *testing.T) {
	a := newApp(t)
	var kinds api.NotificationKinds
	a.ada.do("GET", "/notifications/settings", nil).ok(200, &kinds)
	if len(kinds.Kinds) != len(core.NoticeKinds) {
		t.Errorf("at first: %v", kinds.Kinds)
	}
	a.ada.do("PUT", "/notifications/settings", map[string]any{"kinds": []string{"runs_failed"}}).ok(200, &kinds)
	if len(kinds.Kinds) != 1 || kinds.Kinds[0] != core.NoticeRunsFailed {
		t.Errorf("chosen: %v", kinds.Kinds)
	}
	a.notify(a.ada, "not wanted")
	var list api.NotificationList
	a.ada.do("GET", "/notifications", nil).ok(200, &list)
	if len(list.Items) != 0 || list.Unread != 0 {
		t.Errorf("%+v", list)
	}
	a.ada.do("PUT", "/notifications/settings", map[string]any{"kinds": []string{"gossip"}}).refused(422, core.CodeInvalid)
}
