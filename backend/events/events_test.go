package events

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
	"regioscope/backend/testkit"
)

var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func hub(t *testing.T, addr string) *Hub {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	h := New(rdb, quiet)
	t.Cleanup(func() { h.Close(); rdb.Close() })
	return h
}

func next(t *testing.T, ch <-chan Msg) Msg {
	t.Helper()
	select {
	case m, ok := <-ch:
		if !ok {
			t.Fatal("the subscription ended")
		}
		return m
	case <-time.After(20 * time.Second):
		t.Fatal("no event")
	}
	return Msg{}
}

func subscribe(t *testing.T, ctx context.Context, h *Hub, user int64, last string) <-chan Msg {
	t.Helper()
	ch, err := h.Subscribe(ctx, user, last)
	if err != nil {
		t.Fatal(err)
	}
	return ch
}

func publish(h *Hub, user int64, from, to int) {
	for i := from; i <= to; i++ {
		h.Publish(context.Background(), core.Event{UserID: user, Topic: "run", Data: map[string]int{"n": i}})
	}
}

func expect(t *testing.T, ch <-chan Msg, from, to int) (last string) {
	t.Helper()
	for i := from; i <= to; i++ {
		m := next(t, ch)
		if want := fmt.Sprintf(`{"n":%d}`, i); m.Topic != "run" || string(m.Data) != want {
			t.Fatalf("got %s %s, want %s", m.Topic, m.Data, want)
		}
		last = m.ID
	}
	return last
}

func TestInOrderFromAnotherProcess(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		sender, receiver := hub(t, addr), hub(t, addr)
		publish(sender, 1, -5, -1)
		// Wait until the old ones are written, else they would count as new.
		for range 100 {
			if n, _ := sender.rdb.XLen(t.Context(), streamPrefix+"1").Result(); n == 5 {
				break
			}
			time.Sleep(10 * time.Millisecond)
		}
		a, b := subscribe(t, t.Context(), receiver, 1, ""), subscribe(t, t.Context(), receiver, 1, "")
		publish(sender, 2, 900, 901) // somebody else's
		publish(sender, 1, 1, 300)
		expect(t, a, 1, 300)
		expect(t, b, 1, 300) // a slow reader loses nothing
	})
}

func TestResume(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		h := hub(t, addr)
		ctx, cancel := context.WithCancel(t.Context())
		first := subscribe(t, ctx, h, 1, "")
		publish(h, 1, 1, 3)
		last := expect(t, first, 1, 3)
		cancel()
		for range first { // closes
		}
		publish(h, 1, 4, 6)
		expect(t, subscribe(t, t.Context(), h, 1, last), 4, 6)
		expect(t, subscribe(t, t.Context(), h, 1, "0-0"), 1, 6)
	})
}

func TestStreamsAreBounded(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		h := hub(t, addr)
		publish(h, 1, 1, 2500)
		ch := subscribe(t, t.Context(), h, 2, "")
		publish(h, 2, 1, 1)
		expect(t, ch, 1, 1) // events go out in order, so user 1's are written now
		n, err := h.rdb.XLen(t.Context(), streamPrefix+"1").Result()
		if err != nil || n < keepEvents || n > keepEvents+200 {
			t.Errorf("%d events kept (%v)", n, err)
		}
		ttl, err := h.rdb.TTL(t.Context(), streamPrefix+"1").Result()
		if err != nil || ttl <= 0 || ttl > keepFor {
			t.Errorf("the stream stays for %v (%v)", ttl, err)
		}
		// An id that was trimmed away: delivery begins with the oldest kept.
		if m := next(t, subscribe(t, t.Context(), h, 1, "1-1")); m.ID == "" {
			t.Error("nothing")
		}
	})
}

func TestBadLastIDMeansFromNow(t *testing.T) {
	testkit.EachRedis(t, func(t *testing.T, addr string) {
		h := hub(t, addr)
		for _, id := range []string{"x", "1", "-", "1-1 COUNT 1", "99999999999999999999999-1"} {
			ch := subscribe(t, t.Context(), h, 1, id)
			publish(h, 1, 7, 7)
			expect(t, ch, 7, 7)
		}
	})
}

// Redis is away: publishing does not wait, subscribing says so, and nothing hangs when the hub is closed.
func TestRedisAway(t *testing.T) {
	service := testkit.RedisService(t)
	rdb := redis.NewClient(&redis.Options{Addr: service.Addr, MaxRetries: -1})
	defer rdb.Close()
	h := New(rdb, quiet)
	ch := subscribe(t, t.Context(), h, 1, "")
	service.Stop()
	for range pending + 100 {
		h.Publish(t.Context(), core.Event{UserID: 1, Topic: "run", Data: 1})
	}
	if _, err := h.Subscribe(t.Context(), 1, ""); err == nil {
		t.Error("subscribed without Redis")
	}
	h.Close()
	if _, ok := <-ch; ok {
		t.Error("an event from nowhere")
	}
}

func TestUnencodableDataIsDropped(t *testing.T) {
	h := hub(t, testkit.MiniRedis(t))
	ch := subscribe(t, t.Context(), h, 1, "")
	h.Publish(t.Context(), core.Event{UserID: 1, Topic: "run", Data: func() {}})
	publish(h, 1, 1, 1)
	expect(t, ch, 1, 1)
}
