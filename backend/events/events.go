// Package events carries core events from whichever process makes them to every connection of a user.
//
// Each user has a Redis stream, bounded in length and age, so that a connection that breaks can resume after the last
// event it saw; a pub/sub message wakes the subscribers. Losing Redis loses events, never state: clients read again.
package events

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/core"
)

const (
	streamPrefix = "regioscope:events:"
	wakePrefix   = "regioscope:wake:"
	keepEvents   = 1000
	keepFor      = 24 * time.Hour
	pending      = 4096 // events that may wait for a slow Redis before new ones are dropped
	pollEvery    = 5 * time.Second
	drainFor     = time.Second // what is waiting when the hub closes has this long to get out
)

// Msg is one event as delivered: ID resumes after it.
type Msg struct {
	ID    string
	Topic string
	Data  []byte // JSON
}

// Hub implements core.Publisher and lets many connections of this process subscribe.
type Hub struct {
	rdb  redis.UniversalClient
	log  *slog.Logger
	out  chan outgoing
	ctx  context.Context
	stop context.CancelFunc
	done sync.WaitGroup

	mu   sync.Mutex
	subs map[int64]map[chan struct{}]struct{}
}

type outgoing struct {
	userID int64
	topic  string
	data   []byte
}

// New starts a hub. rdb stays the caller's to close, after Close of the hub.
func New(rdb redis.UniversalClient, log *slog.Logger) *Hub {
	h := &Hub{rdb: rdb, log: log, out: make(chan outgoing, pending), subs: map[int64]map[chan struct{}]struct{}{}}
	h.ctx, h.stop = context.WithCancel(context.Background())
	h.done.Add(2)
	go h.send()
	go h.listen()
	return h
}

// Close delivers what is waiting, for a moment, and ends all subscriptions.
func (h *Hub) Close() {
	h.stop()
	h.done.Wait()
}

// Publish never waits: the event is encoded now and sent in the background, in order.
func (h *Hub) Publish(_ context.Context, e core.Event) {
	data, err := json.Marshal(e.Data)
	if err != nil {
		h.log.Error("event not encodable", "topic", e.Topic, "err", err)
		return
	}
	select {
	case h.out <- outgoing{e.UserID, e.Topic, data}:
	default:
		h.log.Warn("event dropped: Redis is too slow", "topic", e.Topic, "user", e.UserID)
	}
}

func (h *Hub) send() {
	defer h.done.Done()
	for {
		select {
		case o := <-h.out:
			h.write(o, 3*time.Second)
		case <-h.ctx.Done():
			for end := time.Now().Add(drainFor); time.Now().Before(end); {
				select {
				case o := <-h.out:
					h.write(o, time.Until(end))
				default:
					return
				}
			}
			return
		}
	}
}

func (h *Hub) write(o outgoing, timeout time.Duration) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	user := strconv.FormatInt(o.userID, 10)
	_, err := h.rdb.Pipelined(ctx, func(p redis.Pipeliner) error {
		p.XAdd(ctx, &redis.XAddArgs{Stream: streamPrefix + user, MaxLen: keepEvents, Approx: true,
			Values: []any{"topic", o.topic, "data", o.data}})
		p.Expire(ctx, streamPrefix+user, keepFor)
		p.Publish(ctx, wakePrefix+user, "")
		return nil
	})
	if err != nil {
		h.log.Warn("event not delivered", "topic", o.topic, "user", o.userID, "err", err)
	}
}

// listen turns pub/sub messages into wake-ups, over one connection for the whole process.
func (h *Hub) listen() {
	defer h.done.Done()
	sub := h.rdb.PSubscribe(h.ctx, wakePrefix+"*")
	defer sub.Close()
	messages := sub.ChannelWithSubscriptions()
	for {
		select {
		case <-h.ctx.Done():
			return
		case m, ok := <-messages:
			if !ok {
				return
			}
			switch m := m.(type) {
			case *redis.Subscription: // connected, or connected again: nobody knows what was missed
				h.wakeAll()
			case *redis.Message:
				if id, err := strconv.ParseInt(strings.TrimPrefix(m.Channel, wakePrefix), 10, 64); err == nil {
					h.wake(id)
				}
			}
		}
	}
}

func (h *Hub) wakeAll() {
	h.mu.Lock()
	users := slices.Collect(maps.Keys(h.subs))
	h.mu.Unlock()
	for _, id := range users {
		h.wake(id)
	}
}

func (h *Hub) wake(userID int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ch := range h.subs[userID] {
		select {
		case ch <- struct{}{}:
		default: // it is awake already and will read everything
		}
	}
}
