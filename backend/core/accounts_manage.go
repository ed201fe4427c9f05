package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"
)

// Me is the caller's account; CodeUnauthorized for nobody.
func (a *Accounts) Me(ctx context.Context, caller Caller) (*User, error) {
	u, err := a.stores.Users().ByID(ctx, caller.UserID)
	if errors.Is(err, ErrNotFound) {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	if err == nil {
		u.Showcase = caller.Showcase
	}
	return u, err
}

// Caller is who carries an access token for the account id, as the account is now: a token outlives neither its account,
// nor its sign-in, nor what an administrator took from it. CodeUnauthorized when there is no such account any more, it is
// disabled, or the sign-in was ended.
func (a *Accounts) Caller(ctx context.Context, id, signIn int64) (Caller, error) {
	if signIn != 0 {
		over, err := a.stores.Keys().SignInEnded(ctx, signIn)
		if err != nil {
			return Caller{}, fmt.Errorf("caller: %w", err)
		}
		if over {
			return Caller{}, Errorf(CodeUnauthorized, "This browser was signed out. Please sign in again.")
		}
	}
	c, err := a.caller(ctx, id)
	c.SignIn = signIn
	return c, err
}

func (a *Accounts) caller(ctx context.Context, id int64) (Caller, error) {
	u, err := a.stores.Users().ByID(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (u.Disabled || u.Unconfirmed) {
		return Caller{}, Errorf(CodeUnauthorized, "This account cannot be used any more. Please sign in with another one, or ask the administrator.")
	}
	if err != nil {
		return Caller{}, fmt.Errorf("caller: %w", err)
	}
	return Caller{UserID: u.ID, Name: u.Username, Role: u.Role}, nil
}

// EnsureAdmin creates the first account as an admin; nothing happens when there is any account already.
func (a *Accounts) EnsureAdmin(ctx context.Context, username, password string) (created bool, err error) {
	n, err := a.stores.Users().Count(ctx)
	if err != nil || n > 0 {
		return false, err
	}
	_, err = a.create(ctx, newAccount{username: username, password: password, role: RoleAdmin})
	if errors.Is(err, ErrConflict) { // another instance was faster
		return false, nil
	}
	return err == nil, err
}

// AddUser creates an account on the command line, where no limits apply.
func (a *Accounts) AddUser(ctx context.Context, username, password string, role Role) (*User, error) {
	u, err := a.create(ctx, newAccount{username: username, password: password, role: role})
	if err != nil {
		return nil, err
	}
	return u, note(ctx, a.stores, CommandLine, ChangeUser, u.Username, nil, userState(u))
}

// SetPassword replaces the password of an account, on the command line.
func (a *Accounts) SetPassword(ctx context.Context, username, password string) error {
	if f := passwordFields(password); len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	u, err := a.stores.Users().ByName(ctx, username)
	if err != nil {
		return nounNotFound(err, "user")
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	if err := a.stores.Users().SetPassword(ctx, u.ID, hash); err != nil {
		return err
	}
	if _, err = a.stores.Keys().EndSignIns(ctx, u.ID, 0, 0, a.now().UTC()); err != nil {
		return err
	}
	return note(ctx, a.stores, CommandLine, ChangeUser, u.Username, nil, map[string]any{"newPassword": true})
}

// newAccount is what an account is made of.
type newAccount struct {
	username, email, password string
	role                      Role
	unconfirmed               bool
	invitation                *Invitation
}

func (a *Accounts) create(ctx context.Context, n newAccount) (*User, error) {
	username, email := strings.TrimSpace(n.username), strings.TrimSpace(n.email)
	fields := append(nameFields(username, email), passwordFields(n.password)...)
	if len(fields) > 0 {
		return nil, Errorf(CodeInvalid, "%s", fields[0].Message).WithFields(fields...)
	}
	hash, err := a.hasher.Hash(ctx, n.password)
	if err != nil {
		return nil, fmt.Errorf("create account: %w", err)
	}
	u := &User{Username: username, Email: email, Role: n.role, PasswordHash: hash, Unconfirmed: n.unconfirmed, CreatedAt: a.now().UTC()}
	err = a.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Users().Create(ctx, u); err != nil || n.invitation == nil {
			return err
		}
		return tx.Keys().UseInvitation(ctx, n.invitation.ID, u.ID, u.CreatedAt)
	})
	if isNotFound(err) {
		return nil, errInvitation
	}
	if err != nil {
		if errors.Is(err, ErrConflict) {
			return nil, Errorf(CodeConflict, "This user name or e-mail address is taken.").
				WithFields(Field{Field: "username", Message: "taken"}).WithCause(err)
		}
		return nil, fmt.Errorf("create account: %w", err)
	}
	return u, nil
}

func nameFields(username, email string) (f []Field) {
	if n := utf8.RuneCountInString(username); n < 2 || n > 64 {
		f = append(f, Field{Field: "username", Message: "The user name must have 2 to 64 characters."})
	}
	for _, r := range username {
		if !strings.ContainsRune("._-@+", r) && !(r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			f = append(f, Field{Field: "username", Message: "The user name may have letters, digits and . _ - @ + only."})
			break
		}
	}
	at := strings.IndexByte(email, '@')
	if email != "" && (at < 1 || at == len(email)-1 || len(email) > 255 || strings.ContainsAny(email, " \t\r\n<>")) {
		f = append(f, Field{Field: "email", Message: "This is not an e-mail address."})
	}
	return f
}

func passwordFields(password string) (f []Field) {
	if utf8.RuneCountInString(password) < MinPassword {
		f = append(f, Field{Field: "password", Message: fmt.Sprintf("The password must have at least %d characters.", MinPassword)})
	}
	if len(password) > maxPassword {
		f = append(f, Field{Field: "password", Message: "The password is too long."})
	}
	return f
}
