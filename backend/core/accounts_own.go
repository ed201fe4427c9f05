package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	tokenPrefix = "rs_"
	maxTokens   = 50
)

// SignIns lists the browsers in which caller is signed in.
func (a *Accounts) SignIns(ctx context.Context, caller Caller) ([]SignInRow, error) {
	if err := caller.inPerson(); err != nil {
		return nil, err
	}
	list, err := a.stores.Keys().SignIns(ctx, caller.UserID)
	if err != nil {
		return nil, fmt.Errorf("sign-ins: %w", err)
	}
	for i := range list {
		list[i].Current = list[i].ID == caller.SignIn
	}
	return list, nil
}

// EndSignIn signs one browser of the caller out.
func (a *Accounts) EndSignIn(ctx context.Context, caller Caller, id int64) error {
	if err := caller.inPerson(); err != nil {
		return err
	}
	n, err := a.stores.Keys().EndSignIns(ctx, caller.UserID, id, 0, a.now().UTC())
	if err == nil && n == 0 {
		return nounNotFound(ErrNotFound, "sign-in")
	}
	return err
}

// EndSignIns signs the caller out everywhere, this browser too unless keep.
func (a *Accounts) EndSignIns(ctx context.Context, caller Caller, keep bool) error {
	if err := caller.inPerson(); err != nil {
		return err
	}
	kept := int64(0)
	if keep {
		kept = caller.SignIn
	}
	_, err := a.stores.Keys().EndSignIns(ctx, caller.UserID, 0, kept, a.now().UTC())
	return err
}

// again asks for the password of somebody who is signed in already.
func (a *Accounts) again(ctx context.Context, from Client, caller Caller, password string) (*User, error) {
	if err := caller.inPerson(); err != nil {
		return nil, err
	}
	u, err := a.check(ctx, from, caller.Name, password)
	var e *Error
	if errors.As(err, &e) && e.Code == CodeUnauthorized {
		const say = "This is not your password."
		return nil, Errorf(CodeInvalid, say).WithFields(Field{Field: "current", Message: say})
	}
	return u, err
}

// ChangePassword replaces the caller's password, and signs them out in every other browser. API tokens stay.
func (a *Accounts) ChangePassword(ctx context.Context, from Client, caller Caller, current, next string) error {
	u, err := a.again(ctx, from, caller, current)
	if err != nil {
		return err
	}
	if f := passwordFields(next); len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	hash, err := a.hasher.Hash(ctx, next)
	if err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	if err := a.stores.Users().SetPassword(ctx, u.ID, hash); err != nil {
		return fmt.Errorf("change password: %w", err)
	}
	_, err = a.stores.Keys().EndSignIns(ctx, u.ID, 0, caller.SignIn, a.now().UTC())
	return err
}

// ChangeEmail changes the caller's address: at once where this server sends no mail, else when the message to the new
// address was answered. pending tells which.
func (a *Accounts) ChangeEmail(ctx context.Context, from Client, caller Caller, current, email string) (pending bool, err error) {
	u, err := a.again(ctx, from, caller, current)
	if err != nil {
		return false, err
	}
	email = strings.TrimSpace(email)
	if f := nameFields(u.Username, email); len(f) > 0 {
		return false, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	if email != "" && a.mail != nil {
		if err := a.take(ctx, fmt.Sprintf("mail:user:%d", u.ID), mailsPerName); err != nil {
			return false, err
		}
		a.sendConfirmation(ctx, u, email)
		return true, nil
	}
	u.Email = email
	if err := a.stores.Users().Update(ctx, u); errors.Is(err, ErrConflict) {
		const say = "Another account has this e-mail address."
		return false, Errorf(CodeConflict, say).WithFields(Field{Field: "email", Message: say}).WithCause(err)
	} else if err != nil {
		return false, fmt.Errorf("change e-mail: %w", err)
	}
	return false, nil
}

// TokenWish is what a person says about a new API token.
type TokenWish struct {
	Name      string     `json:"name" maxLength:"64" doc:"what it is for"`
	Scope     TokenScope `json:"scope" enum:"read,write,admin"`
	ExpiresAt *time.Time `json:"expiresAt,omitempty" doc:"absent: it does not run out"`
}

// NewToken is a token with its secret, which is told this once.
type NewToken struct {
	APIToken
	Token string `json:"token" doc:"the secret: Authorization: Bearer TOKEN; it cannot be shown again"`
}

// Tokens lists the caller's API tokens, newest first, without their secrets.
func (a *Accounts) Tokens(ctx context.Context, caller Caller) ([]APIToken, error) {
	if err := caller.inPerson(); err != nil {
		return nil, err
	}
	return a.stores.Keys().Tokens(ctx, caller.UserID)
}

// CreateToken makes an API token of the caller.
func (a *Accounts) CreateToken(ctx context.Context, caller Caller, w TokenWish) (*NewToken, error) {
	have, err := a.Tokens(ctx, caller)
	if err != nil {
		return nil, err
	}
	var f []Field
	w.Name = strings.TrimSpace(w.Name)
	if n := utf8.RuneCountInString(w.Name); n < 1 || n > 64 {
		f = append(f, Field{Field: "name", Message: "Give it a name of up to 64 characters: what it is for."})
	}
	switch {
	case w.Scope == ScopeAdmin && !caller.IsAdmin():
		f = append(f, Field{Field: "scope", Message: "Only administrators make tokens of the scope admin."})
	case w.Scope != ScopeRead && w.Scope != ScopeWrite && w.Scope != ScopeAdmin:
		f = append(f, Field{Field: "scope", Message: "The scope must be read, write or admin."})
	}
	if w.ExpiresAt != nil && !w.ExpiresAt.After(a.now()) {
		f = append(f, Field{Field: "expiresAt", Message: "This time is over. Choose a later one."})
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	if len(have) >= maxTokens {
		return nil, Errorf(CodeState, "You have %d API tokens. Withdraw one first.", len(have))
	}
	secret, err := randomText(32)
	if err != nil {
		return nil, err
	}
	secret = tokenPrefix + secret
	t := &APIToken{UserID: caller.UserID, Name: w.Name, Scope: w.Scope, Hint: secret[:7], ExpiresAt: w.ExpiresAt, Hash: hashSecret(secret)}
	if err := a.stores.Keys().CreateToken(ctx, t); err != nil {
		return nil, fmt.Errorf("create API token: %w", err)
	}
	return &NewToken{*t, secret}, nil
}

// DeleteToken withdraws an API token of the caller.
func (a *Accounts) DeleteToken(ctx context.Context, caller Caller, id int64) error {
	if err := caller.inPerson(); err != nil {
		return err
	}
	return nounNotFound(a.stores.Keys().DeleteToken(ctx, caller.UserID, id), "API token")
}

// IsAPIToken tells an API token from an access token.
func IsAPIToken(secret string) bool { return strings.HasPrefix(secret, tokenPrefix) }

// TokenCaller is who an API token acts for, as token and account are now.
func (a *Accounts) TokenCaller(ctx context.Context, secret string) (Caller, error) {
	bad := Errorf(CodeUnauthorized, "This API token is not good: there is no such token, it was withdrawn, or it has run out.")
	t, err := a.stores.Keys().TokenByHash(ctx, hashSecret(secret))
	if isNotFound(err) {
		return Caller{}, bad
	}
	if err != nil {
		return Caller{}, fmt.Errorf("API token: %w", err)
	}
	now := a.now().UTC()
	if t.ExpiresAt != nil && !now.Before(*t.ExpiresAt) {
		return Caller{}, bad
	}
	c, err := a.caller(ctx, t.UserID)
	if err != nil {
		return Caller{}, err
	}
	if c.Token, c.Scope = t.ID, t.Scope; t.Scope != ScopeAdmin {
		c.Role = RoleUser
	}
	if t.LastUsedAt == nil || now.Sub(*t.LastUsedAt) > touchEvery {
		_ = a.stores.Keys().TouchToken(ctx, t.ID, now) // only somebody's curiosity depends on it
	}
	return c, nil
}

// BasicCaller is who a name and a password, or an API token in its place, stand for.
func (a *Accounts) BasicCaller(ctx context.Context, from Client, username, password string) (Caller, error) {
	if IsAPIToken(password) {
		c, err := a.TokenCaller(ctx, password)
		if err == nil && !strings.EqualFold(c.Name, strings.TrimSpace(username)) {
			return Caller{}, Errorf(CodeUnauthorized, "The user name or the password is wrong.")
		}
		return c, err
	}
	u, err := a.check(ctx, from, username, password)
	if err != nil {
		return Caller{}, err
	}
	if u.Unconfirmed {
		return Caller{}, a.unconfirmed(u)
	}
	return Caller{UserID: u.ID, Name: u.Username, Role: u.Role}, nil
}

func clipBytes(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
