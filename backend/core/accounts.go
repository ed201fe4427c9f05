package core

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
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
	Issue(u *User, signIn int64) (token string, life time.Duration, err error)
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
	// SignUpsPerIP holds unless the settings say otherwise.
	SignUpsPerIP = 100
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

	mail     Mailer // nil: this server sends no mail
	site     string // the address of the pages, without a slash at the end
	showcase int64  // the account of visitors; 0: there are none
	signUps  int    // that one address may try within loginWindow
}

// NewAccounts builds the service.
func NewAccounts(stores Stores, hasher PasswordHasher, tokens AccessTokens, limits Limiter) *Accounts {
	return &Accounts{stores: stores, hasher: hasher, tokens: tokens, limits: limits, now: time.Now, signUps: SignUpsPerIP}
}

// AllowSignUps sets how many sign-ups one address may try in a quarter of an hour: people behind one router share theirs.
func (a *Accounts) AllowSignUps(n int) { a.signUps = n }

// SignIn is what a client gets for a password or for a refresh token. Refresh goes into a cookie, never into JSON.
type SignIn struct {
	AccessToken    string
	Life           time.Duration
	User           User
	Refresh        string
	RefreshExpires time.Time
}

// Login checks a password. The answer, and the time it takes, are the same for an unknown name and a wrong password.
func (a *Accounts) Login(ctx context.Context, from Client, username, password string) (*SignIn, error) {
	u, err := a.check(ctx, from, username, password)
	if err != nil {
		return nil, err
	}
	if u.Unconfirmed {
		return nil, a.unconfirmed(u)
	}
	family, err := randomText(16)
	if err != nil {
		return nil, err
	}
	return a.signIn(ctx, from, u, family)
}

// check is the account of a name and its password, whether or not it is confirmed.
func (a *Accounts) check(ctx context.Context, from Client, username, password string) (*User, error) {
	userKey := "login:user:" + strings.ToLower(strings.TrimSpace(username))
	ipKey := "login:ip:" + from.IP
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
	return u, nil
}

func (a *Accounts) signIn(ctx context.Context, from Client, u *User, family string) (*SignIn, error) {
	row := &SignInRow{UserID: u.ID, Family: family, Agent: clipBytes(from.Agent, 255), IP: clipBytes(from.IP, 64), LastSeenAt: a.now().UTC()}
	if err := a.stores.Keys().SaveSignIn(ctx, row); err != nil {
		return nil, fmt.Errorf("sign in: %w", err)
	}
	token, life, err := a.tokens.Issue(u, row.ID)
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
