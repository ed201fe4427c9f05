package core

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	minPeoplePrefix = 2
	maxPeople       = 10
)

// People finds accounts whose name begins with prefix, for sharing. At least two letters, so that the list of all
// accounts is not one question away; nothing but the name is told.
func (a *Accounts) People(ctx context.Context, caller Caller, prefix string) ([]Person, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	prefix = strings.TrimSpace(prefix)
	if utf8.RuneCountInString(prefix) < minPeoplePrefix {
		return nil, Errorf(CodeInvalid, "Type at least %d letters of the name.", minPeoplePrefix).WithFields(Field{Field: "q", Message: "too short"})
	}
	list, err := a.stores.Users().People(ctx, prefix, maxPeople)
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	return list, nil
}
