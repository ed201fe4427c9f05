package core

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// NoticeKind is what a notification is about; each kind can be switched off by its user.
type NoticeKind string

const (
	NoticeRuns         NoticeKind = "runs_finished"
	NoticeRunsFailed   NoticeKind = "runs_failed"
	NoticeUpload       NoticeKind = "upload_checked"
	NoticeUploadFailed NoticeKind = "upload_failed"
	NoticeImport       NoticeKind = "import_finished"
	NoticeImportFailed NoticeKind = "import_failed"
	NoticeShared       NoticeKind = "shared"
)

// NoticeKinds lists them in the order of the settings.
var NoticeKinds = []NoticeKind{NoticeRuns, NoticeRunsFailed, NoticeUpload, NoticeUploadFailed, NoticeImport, NoticeImportFailed, NoticeShared}

const (
	// keepRead and keepUnread are how long notifications stay.
	keepRead   = 30 * 24 * time.Hour
	keepUnread = 90 * 24 * time.Hour
	// together is how long equal good news are told in one line: files that are checked one after the other.
	together = 10 * time.Minute
	// pageOfNotices is the largest page.
	pageOfNotices = 100
)

// Notification is something that happened to what a user has to do with.
type Notification struct {
	ID        int64      `json:"id"`
	UserID    int64      `json:"-"`
	Kind      NoticeKind `json:"kind" enum:"runs_finished,runs_failed,upload_checked,upload_failed,import_finished,import_failed,shared"`
	Title     string     `json:"title"`
	Text      string     `json:"text"`
	Link      string     `json:"link,omitempty" doc:"the page that it is about"`
	Count     int        `json:"count" doc:"how many things it tells of"`
	CreatedAt time.Time  `json:"createdAt"`
	ReadAt    *time.Time `json:"readAt,omitempty"`
}

// NotificationEvent is what the topic notification carries: one that is new or has changed, or that all up to an id were
// read; and always how many are unread now.
type NotificationEvent struct {
	Notification *Notification `json:"notification,omitempty"`
	ReadUpTo     int64         `json:"readUpTo,omitempty"`
	Unread       int           `json:"unread"`
}

// NotificationStore keeps notifications. Every method is about the user it names.
type NotificationStore interface {
	// Create adds n, unless its user has muted the kind: then its ID stays 0.
	Create(ctx context.Context, n *Notification) error
	// Join looks for the newest unread notification of user and kind since at; ErrNotFound when there is none.
	Newest(ctx context.Context, userID int64, kind NoticeKind, since time.Time) (*Notification, error)
	// Replace writes title, text, link, count and time of an unread one; false when it was read or deleted meanwhile.
	Replace(ctx context.Context, n *Notification, count int) (bool, error)
	List(ctx context.Context, userID int64, unreadOnly bool, beforeID int64, limit int) ([]Notification, error) // newest first
	Unread(ctx context.Context, userID int64) (int, error)
	Read(ctx context.Context, userID, id int64, at time.Time) (*Notification, error) // ErrNotFound for others'
	ReadUpTo(ctx context.Context, userID, id int64, at time.Time) error
	Muted(ctx context.Context, userID int64) ([]NoticeKind, error)
	SetMuted(ctx context.Context, userID int64, kinds []NoticeKind) error
	DeleteOld(ctx context.Context, readBefore, createdBefore time.Time) (int, error)

	// AddBatch notes that user asked for these runs together, apart from those that an open batch of theirs has already.
	AddBatch(ctx context.Context, userID int64, runIDs []int64) error
	// EndedBatches lists batches that have no run at work any more: those that hold the run, or all when runID is 0.
	EndedBatches(ctx context.Context, runID int64) ([]RunBatch, error)
	// CloseBatch is a compare-and-set: true for the one caller that ends the batch. Call it inside InTx, and DeleteBatch
	// after what it was for.
	CloseBatch(ctx context.Context, id int64) (bool, error)
	BatchRuns(ctx context.Context, id int64) ([]Run, error)
	DeleteBatch(ctx context.Context, id int64) error
}

// RunBatch is the runs of one request.
type RunBatch struct {
	ID     int64
	UserID int64
	Runs   int // as many as were asked for; deleted ones are no more among BatchRuns
}

// Notifications is the service of what users are told.
type Notifications struct {
	stores Stores
	events Publisher
	now    func() time.Time
}

// NewNotifications builds the service; clock may be nil for that of the database.
func NewNotifications(stores Stores, events Publisher, clock func() time.Time) *Notifications {
	if clock == nil {
		clock = stores.Now
	}
	return &Notifications{stores: stores, events: events, now: clock}
}

// Tell stores a notification for its user, unless they do not want its kind, and tells their open pages.
func (s *Notifications) Tell(ctx context.Context, n Notification) error {
	n.Count, n.CreatedAt, n.Title = max(n.Count, 1), s.now().UTC(), clip(n.Title)
	if err := s.stores.Notifications().Create(ctx, &n); err != nil {
		return fmt.Errorf("notify user %d: %w", n.UserID, err)
	}
	s.publish(ctx, &n)
	return nil
}

// TellTogether is Tell for good news of which many come at once: while the last of the kind is unread and fresh, it is
// counted there, with the title that of makes of the number.
func (s *Notifications) TellTogether(ctx context.Context, n Notification, title func(count int) string, link string) error {
	now := s.now().UTC()
	last, err := s.stores.Notifications().Newest(ctx, n.UserID, n.Kind, now.Add(-together))
	if err != nil {
		return s.Tell(ctx, n) // none, or the database will say so again
	}
	was := last.Count
	last.Count++
	last.Title, last.Text, last.Link, last.CreatedAt = clip(title(last.Count)), "", link, now
	ok, err := s.stores.Notifications().Replace(ctx, last, was)
	if err != nil {
		return fmt.Errorf("notify user %d: %w", n.UserID, err)
	}
	if !ok {
		return s.Tell(ctx, n)
	}
	s.publish(ctx, last)
	return nil
}

// publish tells the user's open pages; n is nil or has ID 0 when there is nothing to show.
func (s *Notifications) publish(ctx context.Context, n *Notification) {
	if n.ID == 0 {
		return
	}
	unread, err := s.stores.Notifications().Unread(ctx, n.UserID)
	if err == nil {
		s.events.Publish(ctx, Event{UserID: n.UserID, Topic: "notification", Data: NotificationEvent{Notification: n, Unread: unread}})
	}
}

// NotificationPage is one page, newest first; Next is 0 on the last.
type NotificationPage struct {
	Items  []Notification
	Next   int64
	Unread int
}

// List gives the caller's notifications.
func (s *Notifications) List(ctx context.Context, caller Caller, unreadOnly bool, cursor int64, limit int) (*NotificationPage, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if limit <= 0 || limit > pageOfNotices {
		limit = pageOfNotices
	}
	items, err := s.stores.Notifications().List(ctx, caller.UserID, unreadOnly, cursor, limit+1)
	if err != nil {
		return nil, fmt.Errorf("list notifications: %w", err)
	}
	page := &NotificationPage{Items: items}
	if len(items) > limit {
		page.Items, page.Next = items[:limit], items[limit-1].ID
	}
	if page.Unread, err = s.stores.Notifications().Unread(ctx, caller.UserID); err != nil {
		return nil, fmt.Errorf("list notifications: %w", err)
	}
	return page, nil
}

// Read marks one of the caller's as read; ErrNotFound for anybody else's.
func (s *Notifications) Read(ctx context.Context, caller Caller, id int64) (*Notification, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	n, err := s.stores.Notifications().Read(ctx, caller.UserID, id, s.now().UTC())
	if err != nil {
		return nil, nounNotFound(err, "notification")
	}
	s.publish(ctx, n)
	return n, nil
}

// ReadUpTo marks the caller's notifications up to an id as read, so that one that came meanwhile stays unread.
func (s *Notifications) ReadUpTo(ctx context.Context, caller Caller, id int64) (unread int, err error) {
	if caller.UserID == 0 {
		return 0, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if err := s.stores.Notifications().ReadUpTo(ctx, caller.UserID, id, s.now().UTC()); err != nil {
		return 0, fmt.Errorf("read notifications: %w", err)
	}
	if unread, err = s.stores.Notifications().Unread(ctx, caller.UserID); err != nil {
		return 0, fmt.Errorf("read notifications: %w", err)
	}
	s.events.Publish(ctx, Event{UserID: caller.UserID, Topic: "notification", Data: NotificationEvent{ReadUpTo: id, Unread: unread}})
	return unread, nil
}

// Wanted lists the kinds that the caller wants to be told of.
func (s *Notifications) Wanted(ctx context.Context, caller Caller) ([]NoticeKind, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	muted, err := s.stores.Notifications().Muted(ctx, caller.UserID)
	if err != nil {
		return nil, fmt.Errorf("settings of notifications: %w", err)
	}
	return without(NoticeKinds, muted), nil
}

// SetWanted chooses them; what is not among kinds is not told any more.
func (s *Notifications) SetWanted(ctx context.Context, caller Caller, kinds []NoticeKind) ([]NoticeKind, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	for _, k := range kinds {
		if !slices.Contains(NoticeKinds, k) {
			return nil, Errorf(CodeInvalid, "There is no kind of notification called %q.", k).
				WithFields(Field{Field: "kinds", Value: string(k), Message: "not a kind of notification"})
		}
	}
	err := s.stores.InTx(ctx, func(tx Stores) error {
		return tx.Notifications().SetMuted(ctx, caller.UserID, without(NoticeKinds, kinds))
	})
	if err != nil {
		return nil, fmt.Errorf("settings of notifications: %w", err)
	}
	return s.Wanted(ctx, caller)
}

func without(all, some []NoticeKind) []NoticeKind {
	return slices.DeleteFunc(slices.Clone(all), func(k NoticeKind) bool { return slices.Contains(some, k) })
}
