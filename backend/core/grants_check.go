package core

import (
	"context"
	"errors"
	"fmt"
)

// check complains about grants that cannot be given; one complaint per row, by its place in the list.
func (s *Sharing) check(ctx context.Context, caller Caller, t *shared, grants []Grant) error {
	var f []Field
	if len(grants) > maxGrants {
		return Errorf(CodeInvalid, "One thing can be shared with %d people and groups by name. Make a group of them.", maxGrants).
			WithFields(Field{Field: "grants", Message: "too many"})
	}
	type who struct{ user, group int64 }
	seen := map[who]bool{}
	for i, g := range grants {
		complain := func(format string, args ...any) {
			f = append(f, Field{Field: fmt.Sprintf("grants[%d]", i), Message: fmt.Sprintf(format, args...)})
		}
		switch key := (who{g.UserID, g.GroupID}); {
		case (g.UserID == 0) == (g.GroupID == 0):
			complain("Name a person or a group.")
			continue
		case seen[key]:
			complain("The same person or group is named twice.")
			continue
		case g.UserID != 0 && g.UserID == t.OwnerID:
			complain("%s owns it already.", t.ownerName)
			continue
		default:
			seen[key] = true
		}
		if g.Level != LevelRead && g.Level != LevelEdit && g.Level != LevelOwn {
			complain("The right must be read, edit or own.")
		}
		if ok, err := s.known(ctx, caller, t, g); err != nil {
			return err
		} else if !ok {
			complain("There is no such person or group.")
		}
	}
	if len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	return nil
}

// known: people that there are, and groups that caller may see. Somebody who was disabled keeps what they have, so that
// saving the list again does not fail.
func (s *Sharing) known(ctx context.Context, caller Caller, t *shared, g Grant) (bool, error) {
	if g.UserID != 0 {
		u, err := s.stores.Users().ByID(ctx, g.UserID)
		if isNotFound(err) {
			return false, nil
		}
		if err != nil || !u.Disabled {
			return err == nil, err
		}
	} else {
		group, err := s.stores.Groups().ByID(ctx, g.GroupID)
		if isNotFound(err) {
			return false, nil
		}
		if err != nil || group.knownTo(caller) {
			return err == nil, err
		}
	}
	have, err := s.stores.Access().Grants(ctx, t.Kind, t.ID)
	for _, h := range have {
		if h.UserID == g.UserID && h.GroupID == g.GroupID {
			return true, nil
		}
	}
	return false, err
}

func isNotFound(err error) bool { return errors.Is(err, ErrNotFound) }
