package events

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

var eventID = regexp.MustCompile(`^\d{1,19}-\d{1,19}$`)

// Subscribe delivers the user's events after lastID, in order, until ctx or the hub ends; then the channel closes. An
// empty lastID means from now on. When lastID has been trimmed away already, delivery begins with the oldest event
// kept. Delivery waits for the reader: a slow reader holds up nobody else.
func (h *Hub) Subscribe(ctx context.Context, userID int64, lastID string) (<-chan Msg, error) {
	stream := streamPrefix + strconv.FormatInt(userID, 10)
	if !eventID.MatchString(lastID) {
		newest, err := h.rdb.XRevRangeN(ctx, stream, "+", "-", 1).Result()
		if err != nil {
			return nil, fmt.Errorf("events: %w", err)
		}
		lastID = "0-0"
		if len(newest) > 0 {
			lastID = newest[0].ID
		}
	}
	wake := make(chan struct{}, 1)
	wake <- struct{}{}
	h.mu.Lock()
	if h.subs[userID] == nil {
		h.subs[userID] = map[chan struct{}]struct{}{}
	}
	h.subs[userID][wake] = struct{}{}
	h.mu.Unlock()

	out := make(chan Msg)
	go func() {
		defer close(out)
		defer h.forget(userID, wake)
		// The timer repairs wake-ups lost while the pub/sub connection was down.
		poll := time.NewTicker(pollEvery)
		defer poll.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-h.ctx.Done():
				return
			case <-wake:
			case <-poll.C:
			}
			if !h.deliver(ctx, stream, &lastID, out) {
				return
			}
		}
	}()
	return out, nil
}

// Wakes tells that something was published to userID, or may have been; not what, until ctx ends. While Redis is
// away nothing comes: whoever waits here also looks now and then.
func (h *Hub) Wakes(ctx context.Context, userID int64) <-chan struct{} {
	wake := make(chan struct{}, 1)
	h.mu.Lock()
	if h.subs[userID] == nil {
		h.subs[userID] = map[chan struct{}]struct{}{}
	}
	h.subs[userID][wake] = struct{}{}
	h.mu.Unlock()
	context.AfterFunc(ctx, func() { h.forget(userID, wake) })
	return wake
}

func (h *Hub) forget(userID int64, wake chan struct{}) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.subs[userID], wake)
	if len(h.subs[userID]) == 0 {
		delete(h.subs, userID)
	}
}

// deliver sends everything after *lastID; false when the subscription has ended.
func (h *Hub) deliver(ctx context.Context, stream string, lastID *string, out chan<- Msg) bool {
	for {
		batch, err := h.rdb.XRangeN(ctx, stream, "("+*lastID, "+", 100).Result()
		if err != nil {
			// Redis sleeps: the next wake-up or poll tries again.
			h.log.Warn("events not readable", "stream", stream, "err", err)
			return ctx.Err() == nil
		}
		for _, x := range batch {
			select {
			case out <- message(x):
				*lastID = x.ID
			case <-ctx.Done():
				return false
			case <-h.ctx.Done():
				return false
			}
		}
		if len(batch) == 0 {
			return true
		}
	}
}

func message(x redis.XMessage) Msg {
	topic, _ := x.Values["topic"].(string)
	data, _ := x.Values["data"].(string)
	return Msg{ID: x.ID, Topic: topic, Data: []byte(data)}
}
