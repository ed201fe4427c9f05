package auth

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"

	"regioscope/backend/core"
)

const (
	// AccessLife is how long an access token is good for.
	AccessLife = 15 * time.Minute
	// MinKey is the least length of the signing key in bytes: that of the HMAC's hash (RFC 7518 §3.2).
	MinKey = 32

	issuer   = "regioscope"
	audience = "regioscope-api"
)

// Tokens issues and reads access tokens: JWT, HS256, no other algorithm accepted. The header names the key (kid).
type Tokens struct {
	id     string            // of the key that signs
	keys   map[string][]byte // by id
	now    func() time.Time
	parser *jwt.Parser
}

type claims struct {
	jwt.RegisteredClaims
	Name   string    `json:"name"`
	SignIn int64     `json:"sid,omitempty"`
	Role   core.Role `json:"role"`
}

// NewTokens refuses keys shorter than MinKey.
func NewTokens(ring Keyring) (*Tokens, error) {
	if err := ring.check(); err != nil {
		return nil, err
	}
	t := &Tokens{keys: map[string][]byte{}, now: time.Now}
	for i, key := range ring {
		id, err := keyID(key)
		if err != nil {
			return nil, err
		}
		if t.keys[id] = key; i == 0 {
			t.id = id
		}
	}
	t.parser = jwt.NewParser(jwt.WithValidMethods([]string{jwt.SigningMethodHS256.Alg()}), jwt.WithIssuer(issuer),
		jwt.WithAudience(audience), jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return t.now() }))
	return t, nil
}

// Issue implements core.AccessTokens.
func (t *Tokens) Issue(u *core.User, signIn int64) (string, time.Duration, error) {
	now := t.now()
	c := claims{Name: u.Username, Role: u.Role, SignIn: signIn, RegisteredClaims: jwt.RegisteredClaims{
		Issuer: issuer, Audience: jwt.ClaimStrings{audience}, Subject: strconv.FormatInt(u.ID, 10), ID: uuid.NewString(),
		IssuedAt: jwt.NewNumericDate(now), ExpiresAt: jwt.NewNumericDate(now.Add(AccessLife)),
	}}
	unsigned := jwt.NewWithClaims(jwt.SigningMethodHS256, c)
	unsigned.Header["kid"] = t.id
	s, err := unsigned.SignedString(t.keys[t.id])
	return s, AccessLife, err
}

// Read gives the caller that a token names, or an error of code unauthorized.
func (t *Tokens) Read(token string) (core.Caller, error) {
	var c claims
	if _, err := t.parser.ParseWithClaims(token, &c, t.key); err != nil {
		msg := "The access token is not valid. Please sign in."
		if errors.Is(err, jwt.ErrTokenExpired) {
			msg = "The access token has run out."
		}
		return core.Caller{}, core.Errorf(core.CodeUnauthorized, "%s", msg).WithCause(err)
	}
	id, err := strconv.ParseInt(c.Subject, 10, 64)
	if err != nil || id < 1 {
		return core.Caller{}, core.Errorf(core.CodeUnauthorized, "The access token is not valid. Please sign in.")
	}
	return core.Caller{UserID: id, Name: c.Name, Role: c.Role, SignIn: c.SignIn}, nil
}

// key finds the key that a token says it is signed with; one that says nothing must be signed with the present key.
func (t *Tokens) key(token *jwt.Token) (any, error) {
	id, _ := token.Header["kid"].(string)
	if _, named := token.Header["kid"]; !named {
		id = t.id
	}
	if key := t.keys[id]; key != nil {
		return key, nil
	}
	return nil, fmt.Errorf("no key %q", id)
}

type contextKey struct{}

// With puts the caller into a context.
func With(ctx context.Context, c core.Caller) context.Context {
	return context.WithValue(ctx, contextKey{}, c)
}

// From gives the caller of a request; nobody when there is none.
func From(ctx context.Context) core.Caller {
	c, _ := ctx.Value(contextKey{}).(core.Caller)
	return c
}
