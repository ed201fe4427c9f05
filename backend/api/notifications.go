package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type listNotificationsIn struct {
	Unread bool  `query:"unread" doc:"only those"`
	Cursor int64 `query:"cursor"`
	Limit  int   `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

// NotificationList is one page, with the number of unread ones over all pages.
type NotificationList struct {
	Items      []core.Notification `json:"items"`
	NextCursor int64               `json:"nextCursor,omitempty" doc:"absent on the last page"`
	Unread     int                 `json:"unread"`
}

type readUpToIn struct {
	Body struct {
		UpTo int64 `json:"upTo" minimum:"1" doc:"id of the newest one that was seen: what came later stays unread"`
	}
}

// UnreadCount is how many are unread now.
type UnreadCount struct {
	Unread int `json:"unread"`
}

// NotificationKinds are those that somebody wants to be told of.
type NotificationKinds struct {
	Kinds []core.NoticeKind `json:"kinds" enum:"runs_finished,runs_failed,upload_checked,upload_failed,import_finished,import_failed,shared"`
}

func (s *server) notificationRoutes() {
	route(s, spec{id: "listNotifications", method: http.MethodGet, path: "/notifications", summary: "What happened to the caller's things, newest first", tag: "notifications"},
		func(ctx context.Context, in *listNotificationsIn) (*body[NotificationList], error) {
			page, err := s.Notifications.List(ctx, caller(ctx), in.Unread, in.Cursor, in.Limit)
			if err != nil {
				return nil, err
			}
			return &body[NotificationList]{NotificationList{full(page.Items), page.Next, page.Unread}}, nil
		})
	route(s, spec{id: "readNotification", method: http.MethodPost, path: "/notifications/{id}/read", summary: "Mark one as read", tag: "notifications"},
		func(ctx context.Context, in *IDPath) (*body[core.Notification], error) {
			n, err := s.Notifications.Read(ctx, caller(ctx), in.ID)
			if err != nil {
				return nil, err
			}
			return &body[core.Notification]{*n}, nil
		})
	route(s, spec{id: "readNotifications", method: http.MethodPost, path: "/notifications/read", summary: "Mark all up to one as read", tag: "notifications"},
		func(ctx context.Context, in *readUpToIn) (*body[UnreadCount], error) {
			n, err := s.Notifications.ReadUpTo(ctx, caller(ctx), in.Body.UpTo)
			if err != nil {
				return nil, err
			}
			return &body[UnreadCount]{UnreadCount{n}}, nil
		})
	route(s, spec{id: "getNotificationSettings", method: http.MethodGet, path: "/notifications/settings", summary: "Which kinds the caller is told of", tag: "notifications"},
		func(ctx context.Context, _ *struct{}) (*body[NotificationKinds], error) {
			kinds, err := s.Notifications.Wanted(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			return &body[NotificationKinds]{NotificationKinds{full(kinds)}}, nil
		})
	route(s, spec{id: "putNotificationSettings", method: http.MethodPut, path: "/notifications/settings", summary: "Choose which kinds to be told of", tag: "notifications"},
		func(ctx context.Context, in *body[NotificationKinds]) (*body[NotificationKinds], error) {
			kinds, err := s.Notifications.SetWanted(ctx, caller(ctx), in.Body.Kinds)
			if err != nil {
				return nil, err
			}
			return &body[NotificationKinds]{NotificationKinds{full(kinds)}}, nil
		})
}
