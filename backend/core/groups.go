package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxMembersOfGroup bounds a group; a larger circle is everyone.
const maxMembersOfGroup = 1000

// Groups is the service of groups. Anyone with an account makes groups and owns them; members see each other; admins see
// and change all.
type Groups struct{ stores Stores }

// NewGroups builds the service.
func NewGroups(stores Stores) *Groups { return &Groups{stores} }

// GroupWish is what a person says about a group.
type GroupWish struct {
	Name        string  `json:"name" maxLength:"64"`
	Description string  `json:"description,omitempty" maxLength:"255"`
	Members     []int64 `json:"members" doc:"ids of accounts; the owner is always one"`
}

func (g *Group) knownTo(c Caller) bool {
	return c.IsAdmin() || c.UserID != 0 && (c.UserID == g.OwnerID || slices.ContainsFunc(g.Members, func(p Person) bool { return p.ID == c.UserID }))
}

func (g *Group) mark(c Caller) { g.Mine = c.UserID != 0 && (c.UserID == g.OwnerID || c.IsAdmin()) }

// List gives the groups that caller owns or is in; all of them to an admin.
func (s *Groups) List(ctx context.Context, caller Caller) ([]Group, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	id := caller.UserID
	if caller.IsAdmin() {
		id = 0
	}
	list, err := s.stores.Groups().List(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	for i := range list {
		list[i].mark(caller)
	}
	return list, nil
}

// Get gives one group. ErrNotFound also when caller is not in it.
func (s *Groups) Get(ctx context.Context, caller Caller, id int64) (*Group, error) {
	g, err := s.stores.Groups().ByID(ctx, id)
	if err == nil && !g.knownTo(caller) {
		err = ErrNotFound
	}
	if err != nil {
		return nil, nounNotFound(err, "group")
	}
	g.mark(caller)
	return g, nil
}

// Create makes a group that caller owns and is in.
func (s *Groups) Create(ctx context.Context, caller Caller, w GroupWish) (*Group, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	g := &Group{OwnerID: caller.UserID}
	if err := s.fill(ctx, g, w); err != nil {
		return nil, err
	}
	return s.saved(ctx, caller, g, s.stores.Groups().Create(ctx, g))
}

// Update replaces name, description and members; its owner and admins only.
func (s *Groups) Update(ctx context.Context, caller Caller, id int64, w GroupWish) (*Group, error) {
	g, err := s.mine(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if err := s.fill(ctx, g, w); err != nil {
		return nil, err
	}
	return s.saved(ctx, caller, g, s.stores.Groups().Update(ctx, g))
}

// Delete removes a group and every right that was given to it.
func (s *Groups) Delete(ctx context.Context, caller Caller, id int64) error {
	if _, err := s.mine(ctx, caller, id); err != nil {
		return err
	}
	return s.stores.Groups().Delete(ctx, id)
}

// Leave takes caller out of a group; its owner deletes it instead.
func (s *Groups) Leave(ctx context.Context, caller Caller, id int64) error {
	g, err := s.Get(ctx, caller, id)
	if err != nil {
		return err
	}
	if g.OwnerID == caller.UserID {
		return Errorf(CodeState, "You own this group. Delete it, if nobody needs it.")
	}
	n := len(g.Members)
	g.Members = slices.DeleteFunc(g.Members, func(p Person) bool { return p.ID == caller.UserID })
	if len(g.Members) == n {
		return Errorf(CodeState, "You are not in this group.")
	}
	return s.stores.Groups().Update(ctx, g)
}

func (s *Groups) mine(ctx context.Context, caller Caller, id int64) (*Group, error) {
	g, err := s.Get(ctx, caller, id)
	if err == nil && !g.Mine {
		return nil, Errorf(CodeForbidden, "Only the owner of a group may change it.")
	}
	return g, err
}

func (s *Groups) saved(ctx context.Context, caller Caller, g *Group, err error) (*Group, error) {
	if errors.Is(err, ErrConflict) {
		return nil, Errorf(CodeConflict, "There is a group of this name already.").WithFields(Field{Field: "name", Message: "taken"}).WithCause(err)
	}
	if err != nil {
		return nil, fmt.Errorf("save group: %w", err)
	}
	return s.Get(ctx, caller, g.ID)
}

func (s *Groups) fill(ctx context.Context, g *Group, w GroupWish) error {
	var f []Field
	g.Name, g.Description = strings.TrimSpace(w.Name), strings.TrimSpace(w.Description)
	if n := utf8.RuneCountInString(g.Name); n < 2 || n > 64 {
		f = append(f, Field{Field: "name", Message: "The name must have 2 to 64 characters."})
	}
	if utf8.RuneCountInString(g.Description) > 255 {
		f = append(f, Field{Field: "description", Message: "The description may have at most 255 characters."})
	}
	if len(w.Members) > maxMembersOfGroup {
		f = append(f, Field{Field: "members", Message: fmt.Sprintf("A group has at most %d members.", maxMembersOfGroup)})
	}
	if len(f) == 0 {
		g.Members = nil
		for _, id := range append([]int64{g.OwnerID}, w.Members...) {
			if slices.ContainsFunc(g.Members, func(p Person) bool { return p.ID == id }) {
				continue
			}
			u, err := s.stores.Users().ByID(ctx, id)
			if isNotFound(err) {
				f = append(f, Field{Field: "members", Value: fmt.Sprint(id), Message: "There is no such person."})
				continue
			}
			if err != nil {
				return fmt.Errorf("member of group: %w", err)
			}
			g.Members = append(g.Members, Person{ID: u.ID, Username: u.Username})
		}
	}
	if len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	return nil
}
