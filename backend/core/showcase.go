package core

import (
	"context"
	"fmt"
)

// showcaseName is the account of visitors. No password matches it.
const showcaseName = "showcase"

// OpenShowcase lets visitors without an account look at what everyone may read. They act as an account of their own, that
// nobody signs in to and that changes nothing.
func (a *Accounts) OpenShowcase(ctx context.Context) error {
	u, err := a.stores.Users().ByName(ctx, showcaseName)
	if isNotFound(err) {
		u = &User{Username: showcaseName, Role: RoleUser, PasswordHash: a.hasher.Decoy(), CreatedAt: a.now().UTC()}
		err = a.stores.Users().Create(ctx, u)
	}
	if err != nil {
		return fmt.Errorf("showcase: %w", err)
	}
	if u.PasswordHash != a.hasher.Decoy() {
		return Errorf(CodeConflict, "There is an account named %q that somebody uses. Rename or delete it to open the showcase.", showcaseName)
	}
	a.showcase = u.ID
	return nil
}

// Visitor is the caller of a request that names none: nobody, or the visitor of a showcase.
func (a *Accounts) Visitor() Caller {
	if a.showcase == 0 {
		return Caller{}
	}
	return Caller{UserID: a.showcase, Name: showcaseName, Role: RoleUser, Showcase: true}
}
