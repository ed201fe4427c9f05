package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"regioscope/backend/core"
)

// stream is an open connection to the events.
type stream struct {
	*client
	res   *http.Response
	lines *bufio.Scanner
	close context.CancelFunc
}

// sse is one event as it arrived.
type sse struct{ id, event, data string }

// listen opens the events and waits until the server has begun to answer, after which nothing is missed.
func (c *client) listen(headers ...string) *stream {
	c.t.Helper()
	ctx, cancel := context.WithCancel(c.t.Context())
	c.t.Cleanup(cancel)
	res, err := c.http.Do(c.request("GET", "/events", nil, headers...).WithContext(ctx))
	check(c.t, err)
	c.t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/event-stream" || res.Header.Get("Cache-Control") != "no-store" ||
		res.Header.Get("X-Accel-Buffering") != "no" {
		c.t.Fatalf("%s: %v", res.Status, res.Header)
	}
	s := &stream{c, res, bufio.NewScanner(res.Body), cancel}
	if !s.lines.Scan() || s.lines.Text() != "retry: 2000" {
		c.t.Fatalf("the stream begins with %q", s.lines.Text())
	}
	s.lines.Scan()
	return s
}

// next waits for an event.
func (s *stream) next() (e sse) {
	s.t.Helper()
	for s.lines.Scan() {
		name, value, _ := strings.Cut(s.lines.Text(), ": ")
		switch name {
		case "id":
			e.id = value
		case "event":
			e.event = value
		case "data":
			e.data = value
		case "":
			if value == "" && e.id != "" {
				return e
			}
		}
	}
	s.t.Fatalf("the stream ended: %v", s.lines.Err())
	return e
}

func (a *app) tell(who *client, n int) {
	a.hub.Publish(a.t.Context(), core.Event{UserID: who.UserID, Topic: "notification", Data: map[string]any{"n": n, "text": "two\nlines"}})
}

func number(n int) string { return fmt.Sprintf(`{"n":%d,"text":"two\nlines"}`, n) }

func TestEventsAreDelivered(t *testing.T) {
	a := newApp(t)
	s := a.ada.listen()
	run := a.ada.run(false)
	e := s.next()
	var told core.Run
	check(t, json.Unmarshal([]byte(e.data), &told))
	if e.event != "run" || told.ID != run.ID || told.State != core.RunQueued || e.id == "" {
		t.Errorf("%+v", e)
	}
	a.ada.do("POST", "/runs/"+itoa(run.ID)+"/cancel", nil).ok(200, nil)
	e = s.next()
	check(t, json.Unmarshal([]byte(e.data), &told))
	if told.State != core.RunCancelled {
		t.Errorf("%+v", told)
	}
	d := a.ada.dataset(core.KindSignal, false, "")
	a.ada.do("PATCH", "/datasets/"+itoa(d.ID), map[string]any{"name": "told"}).ok(200, nil)
	if e = s.next(); e.event != "dataset" || !strings.Contains(e.data, `"name":"told"`) {
		t.Errorf("%+v", e)
	}
	a.ada.do("DELETE", "/datasets/"+itoa(d.ID), nil).ok(204, nil)
	if e = s.next(); e.data != fmt.Sprintf(`{"id":%d,"deleted":true}`, d.ID) {
		t.Errorf("%+v", e)
	}
}

func TestEventsResume(t *testing.T) {
	a := newApp(t)
	s := a.ada.listen()
	a.tell(a.ada, 1)
	a.tell(a.ada, 2)
	first := s.next()
	if first.data != number(1) {
		t.Fatalf("%+v", first)
	}
	second := s.next()
	s.close()
	a.tell(a.ada, 3)
	s = a.ada.listen("Last-Event-ID", first.id)
	for n := 2; n <= 3; n++ {
		if e := s.next(); e.data != number(n) {
			t.Errorf("after the first comes %+v, want %d", e, n)
		}
	}
	s = a.ada.listen("Last-Event-ID", second.id)
	if e := s.next(); e.data != number(3) {
		t.Errorf("after the second comes %+v", e)
	}
	// What is no id of ours, or was never given, means from now on.
	for _, id := range []string{"", "rubbish", "1-1; DROP TABLE", "-"} {
		s = a.ada.listen("Last-Event-ID", id)
		a.tell(a.ada, 4)
		if e := s.next(); e.data != number(4) {
			t.Errorf("after %q comes %+v", id, e)
		}
	}
}

// Nobody hears what is meant for another, whatever id they resume from; an admin does not either.
func TestEventsOfOthers(t *testing.T) {
	a := newApp(t)
	hers := a.ada.listen()
	his, theirs := a.bob.listen("Last-Event-ID", "0-0"), a.root.listen("Last-Event-ID", "0-0")
	a.tell(a.ada, 1)
	hers.next()
	a.tell(a.bob, 2)
	a.tell(a.root, 3)
	if e := his.next(); e.data != number(2) {
		t.Errorf("bob hears %+v", e)
	}
	if e := theirs.next(); e.data != number(3) {
		t.Errorf("root hears %+v", e)
	}
}

// A server that stops does not wait for the listeners.
func TestEventsEndWithTheServer(t *testing.T) {
	a := newApp(t)
	s := a.ada.listen()
	close(a.stopping)
	for s.lines.Scan() {
	}
	if err := s.lines.Err(); err != nil {
		t.Errorf("the stream broke: %v", err)
	}
}

// An account that is disabled hears no more, although its stream was open already.
func TestEventsEndWithTheAccount(t *testing.T) {
	a := newApp(t)
	d := a.deps
	d.Pulse = 10 * time.Millisecond
	quick := *a
	quick.url = a.serve(d)
	ada := *a.ada
	ada.app = &quick
	s := ada.listen()
	if !s.lines.Scan() || s.lines.Text() != ": ping" {
		t.Fatalf("a quiet stream says %q", s.lines.Text())
	}
	a.sql(`UPDATE users SET disabled = 1 WHERE username = 'ada'`)
	for s.lines.Scan() {
	}
	if err := s.lines.Err(); err != nil {
		t.Errorf("the stream broke: %v", err)
	}
}
