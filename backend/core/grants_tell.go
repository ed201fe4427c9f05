package core

import (
	"context"
	"fmt"
	"log/slog"
)

// tell lets the people know who were named for the first time: not those who had a right already, nor whoever shares. The
// members of groups are not told one by one. It is an aid: a failure is only logged.
func (s *Sharing) tell(ctx context.Context, caller Caller, kind ShareKind, t *shared, before, grants []Grant) {
	if s.notices == nil {
		return
	}
	known := map[int64]bool{caller.UserID: true}
	for _, g := range before {
		known[g.UserID] = true
	}
	for _, g := range grants {
		if g.UserID == 0 || known[g.UserID] {
			continue
		}
		n := Notification{UserID: g.UserID, Kind: NoticeShared, Link: kind.page(t.ID),
			Title: fmt.Sprintf("%s shares the %s “%s” with you", caller.Name, kind, t.name), Text: sharedMeans[g.Level]}
		if err := s.notices.Tell(ctx, n); err != nil {
			slog.WarnContext(ctx, "person not told of what is shared with them", "user", g.UserID, "cause", err)
		}
	}
}

var sharedMeans = map[Level]string{
	LevelRead: "You may look at it and use it.",
	LevelEdit: "You may use it and edit its description.",
	LevelOwn:  "You may do with it what its owner may: edit, share and delete it.",
}

// page is where the thing is looked at.
func (k ShareKind) page(id int64) string {
	return fmt.Sprintf("/%s/%d", map[ShareKind]string{ShareDataset: "datasets", ShareCollection: "collections", ShareAssembly: "assemblies", ShareSession: "compare"}[k], id)
}
