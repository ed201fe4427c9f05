package api

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"regioscope/backend/core"
)

// pulse keeps proxies from closing a quiet stream, finds clients that left without a word, and ends the stream of an
// account that was disabled.
const pulse = 5 * time.Second

type eventsIn struct {
	LastEventID string `header:"Last-Event-ID" doc:"resume after this event"`
}

func (s *server) streamRoutes() {
	route(s, spec{id: "streamEvents", method: http.MethodGet, path: "/events",
		summary: "Server-sent events of the caller: run, dataset, notification", tag: "events", adjust: binaryAnswer("text/event-stream")},
		func(ctx context.Context, in *eventsIn) (*huma.StreamResponse, error) {
			ctx, cancel := context.WithCancel(ctx)
			user, signIn := caller(ctx).UserID, caller(ctx).SignIn
			messages, err := s.Events.Subscribe(ctx, user, in.LastEventID)
			if err != nil {
				cancel()
				return nil, err
			}
			return &huma.StreamResponse{Body: func(hc huma.Context) {
				defer cancel()
				c := humagin.Unwrap(hc)
				h := c.Writer.Header()
				h.Set("Content-Type", "text/event-stream")
				h.Set("X-Accel-Buffering", "no")
				c.Writer.WriteHeader(http.StatusOK)
				send := func(format string, args ...any) bool {
					_, err := fmt.Fprintf(c.Writer, format, args...)
					c.Writer.Flush()
					return err == nil
				}
				ping := time.NewTicker(cmp.Or(s.Pulse, pulse))
				defer ping.Stop()
				ok := send("retry: 2000\n\n")
				for ok {
					select {
					case m, open := <-messages:
						if !open {
							return
						}
						ok = send("id: %s\nevent: %s\ndata: %s\n\n", m.ID, m.Topic, m.Data) // the data are one line of JSON
					case <-ping.C:
						if _, err := s.Accounts.Caller(ctx, user, signIn); errors.As(err, new(*core.Error)) {
							return
						}
						ok = send(": ping\n\n")
					case <-ctx.Done():
						return
					case <-s.Stopping:
						return
					}
				}
			}}, nil
		})
}
