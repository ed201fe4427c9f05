package core

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// PasswordHasher turns passwords into strings that can be stored. Verify takes the same time for every hash of one cost.
type PasswordHasher interface {
	Hash(ctx context.Context, password string) (string, error)
	Verify(ctx context.Context, password, hash string) (bool, error)
	// Decoy is a hash that no password matches, of the same cost as a real one.
	Decoy() string
}

// AccessTokens issues the short-lived tokens that requests carry.
type AccessTokens interface {
	Issue(u *User) (token string, life time.Duration, err error)
}

// Limiter counts attempts. Take returns how long to wait when key has used up its attempts (0 = go on); Give returns
// one attempt, after a success.
type Limiter interface {
	Take(ctx context.Context, key string, limit int, window time.Duration) (wait time.Duration, err error)
	Give(ctx context.Context, key string) error
}

const (
	refreshLife = 30 * 24 * time.Hour
	// Two tabs may refresh with the same cookie at once: within this time the second is told to try again with the
	// cookie that the first one got; later it is taken for theft.
	refreshGrace = 10 * time.Second

	loginWindow  = 15 * time.Minute
	loginPerUser = 10
	loginPerIP   = 100
	// MinPassword is the visible password rule, in characters.
	MinPassword = 8
	maxPassword = 1024 // bytes: hashing longer input only burns time
)

// Accounts is sign-up and sign-in.
type Accounts struct {
	stores Stores
	hasher PasswordHasher
	tokens AccessTokens
	limits Limiter
	now    func() time.Time
}

// NewAccounts builds the service.
func NewAccounts(stores Stores, hasher PasswordHasher, tokens AccessTokens, limits Limiter) *Accounts {
	return &Accounts{stores: stores, hasher: hasher, tokens: tokens, limits: limits, now: time.Now}
}

// SignIn is what a client gets for a password or for a refresh token. Refresh goes into a cookie, never into JSON.
type SignIn struct {
	AccessToken    string
	Life           time.Duration
	User           User
	Refresh        string
	RefreshExpires time.Time
}

// Register creates an account with role user. ErrConflict when the name or e-mail is taken; CodeInvalid with one field
// per broken rule.
func (a *Accounts) Register(ctx context.Context, ip, username, email, password string) (*User, error) {
	if err := a.take(ctx, "register:ip:"+ip, loginPerIP); err != nil {
		return nil, err
	}
	return a.create(ctx, username, email, password, RoleUser)
}

// Login checks a password. The answer, and the time it takes, are the same for an unknown name and a wrong password.
func (a *Accounts) Login(ctx context.Context, ip, username, password string) (*SignIn, error) {
	userKey := "login:user:" + strings.ToLower(strings.TrimSpace(username))
	ipKey := "login:ip:" + ip
	if err := a.take(ctx, ipKey, loginPerIP); err != nil {
		return nil, err
	}
	if err := a.take(ctx, userKey, loginPerUser); err != nil {
		return nil, err
	}
	hash := a.hasher.Decoy()
	u, err := a.stores.Users().ByName(ctx, strings.TrimSpace(username))
	switch {
	case err == nil:
		hash = u.PasswordHash
	case !errors.Is(err, ErrNotFound):
		return nil, fmt.Errorf("login: %w", err)
	}
	if len(password) > maxPassword {
		password = password[:maxPassword]
	}
	ok, err := a.hasher.Verify(ctx, password, hash)
	if err != nil {
		return nil, fmt.Errorf("login: %w", err)
	}
	if !ok || u == nil || u.Disabled {
		return nil, Errorf(CodeUnauthorized, "The user name or the password is wrong.")
	}
	a.give(ctx, ipKey, userKey)
	family, err := randomText(16)
	if err != nil {
		return nil, err
	}
	return a.signIn(ctx, u, family)
}

// Refresh swaps a refresh token for the next one of its family and a new access token. Using a token twice revokes the
// family, except within refreshGrace, which is two tabs at once and answers ErrConflict.
func (a *Accounts) Refresh(ctx context.Context, secret string) (*SignIn, error) {
	gone := Errorf(CodeUnauthorized, "The sign-in has ended. Please sign in again.")
	if secret == "" {
		return nil, gone
	}
	users, now := a.stores.Users(), a.now().UTC()
	t, err := users.RefreshByHash(ctx, hashSecret(secret))
	if errors.Is(err, ErrNotFound) {
		return nil, gone
	}
	if err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	if t.RevokedAt != nil || !now.Before(t.ExpiresAt) {
		return nil, gone
	}
	fresh, err := users.UseRefresh(ctx, t.ID, now)
	if err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	if !fresh {
		if t.UsedAt == nil || now.Sub(*t.UsedAt) < refreshGrace {
			return nil, Errorf(CodeConflict, "Another tab has just renewed this sign-in. Try again.")
		}
		if err := users.RevokeFamily(ctx, t.Family, now); err != nil {
			return nil, fmt.Errorf("refresh: %w", err)
		}
		return nil, gone
	}
	u, err := users.ByID(ctx, t.UserID)
	if err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	if u.Disabled {
		return nil, gone
	}
	return a.signIn(ctx, u, t.Family)
}

// Logout revokes the family of the token. An unknown token is no error: the caller is signed out either way.
func (a *Accounts) Logout(ctx context.Context, secret string) error {
	if secret == "" {
		return nil
	}
	t, err := a.stores.Users().RefreshByHash(ctx, hashSecret(secret))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("logout: %w", err)
	}
	return a.stores.Users().RevokeFamily(ctx, t.Family, a.now().UTC())
}

// Me is the caller's account; CodeUnauthorized for nobody.
func (a *Accounts) Me(ctx context.Context, caller Caller) (*User, error) {
	u, err := a.stores.Users().ByID(ctx, caller.UserID)
	if errors.Is(err, ErrNotFound) {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	return u, err
}

// EnsureAdmin creates the first account as an admin; nothing happens when there is any account already.
func (a *Accounts) EnsureAdmin(ctx context.Context, username, password string) (created bool, err error) {
	n, err := a.stores.Users().Count(ctx)
	if err != nil || n > 0 {
		return false, err
	}
	_, err = a.create(ctx, username, "", password, RoleAdmin)
	if errors.Is(err, ErrConflict) { // another instance was faster
		return false, nil
	}
	return err == nil, err
}

// AddUser creates an account on the command line, where no limits apply.
func (a *Accounts) AddUser(ctx context.Context, username, password string, role Role) (*User, error) {
	return a.create(ctx, username, "", password, role)
}

// SetPassword replaces the password of an account, on the command line.
func (a *Accounts) SetPassword(ctx context.Context, username, password string) error {
	if f := passwordFields(password); len(f) > 0 {
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	u, err := a.stores.Users().ByName(ctx, username)
	if err != nil {
		return err
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return a.stores.Users().SetPassword(ctx, u.ID, hash)
}

func (a *Accounts) create(ctx context.Context, username, email, password string, role Role) (*User, error) {
	username, email = strings.TrimSpace(username), strings.TrimSpace(email)
	fields := append(nameFields(username, email), passwordFields(password)...)
	if len(fields) > 0 {
		return nil, Errorf(CodeInvalid, "%s", fields[0].Message).WithFields(fields...)
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return nil, fmt.Errorf("create account: %w", err)
	}
	u := &User{Username: username, Email: email, Role: role, PasswordHash: hash, CreatedAt: a.now().UTC()}
	if err := a.stores.Users().Create(ctx, u); err != nil {
		if errors.Is(err, ErrConflict) {
			return nil, Errorf(CodeConflict, "This user name or e-mail address is taken.").
				WithFields(Field{Field: "username", Message: "taken"}).WithCause(err)
		}
		return nil, fmt.Errorf("create account: %w", err)
	}
	return u, nil
}

func (a *Accounts) signIn(ctx context.Context, u *User, family string) (*SignIn, error) {
	token, life, err := a.tokens.Issue(u)
	if err != nil {
		return nil, fmt.Errorf("access token: %w", err)
	}
	secret, err := randomText(32)
	if err != nil {
		return nil, err
	}
	expires := a.now().UTC().Add(refreshLife)
	t := &RefreshToken{UserID: u.ID, Family: family, TokenHash: hashSecret(secret), ExpiresAt: expires}
	if err := a.stores.Users().SaveRefresh(ctx, t); err != nil {
		return nil, fmt.Errorf("refresh token: %w", err)
	}
	return &SignIn{AccessToken: token, Life: life, User: *u, Refresh: secret, RefreshExpires: expires}, nil
}

// take lets the caller through when the limiter itself is broken: a lost Redis must not lock everybody out.
func (a *Accounts) take(ctx context.Context, key string, limit int) error {
	wait, err := a.limits.Take(ctx, key, limit, loginWindow)
	if err != nil || wait <= 0 {
		return nil
	}
	return Errorf(CodeRateLimited, "Too many attempts. Try again in %d minutes.", int(wait.Minutes())+1)
}

func (a *Accounts) give(ctx context.Context, keys ...string) {
	for _, k := range keys {
		_ = a.limits.Give(ctx, k) // the count runs out by itself
	}
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

func hashSecret(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func randomText(bytes int) (string, error) {
	b := make([]byte, bytes)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("random: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}
