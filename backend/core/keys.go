package core

import (
	"context"
	"time"
)

// Client is where a request comes from, as far as that is known.
type Client struct{ IP, Agent string }

// SignInRow is one browser that is signed in.
type SignInRow struct {
	ID         int64     `json:"id"`
	UserID     int64     `json:"-"`
	Family     string    `json:"-"`
	Agent      string    `json:"agent" doc:"what the browser calls itself"`
	IP         string    `json:"ip"`
	CreatedAt  time.Time `json:"createdAt"`
	LastSeenAt time.Time `json:"lastSeenAt"`
	Current    bool      `json:"current" doc:"the one that asks"`
}

// TokenScope is what an API token may do.
type TokenScope string

const (
	ScopeRead  TokenScope = "read"
	ScopeWrite TokenScope = "write" // what a user may do, also where its owner is an admin
	ScopeAdmin TokenScope = "admin"
)

// APIToken lets a script act for its owner. The secret itself is told once and not kept.
type APIToken struct {
	ID         int64      `json:"id"`
	UserID     int64      `json:"-"`
	Name       string     `json:"name"`
	Hint       string     `json:"hint" doc:"how the secret begins"`
	Scope      TokenScope `json:"scope" enum:"read,write,admin"`
	CreatedAt  time.Time  `json:"createdAt"`
	ExpiresAt  *time.Time `json:"expiresAt,omitempty"`
	LastUsedAt *time.Time `json:"lastUsedAt,omitempty"`
	Hash       string     `json:"-"`
}

// MailPurpose is what a secret that was sent by mail is good for.
type MailPurpose string

const (
	MailConfirm MailPurpose = "confirm"
	MailReset   MailPurpose = "reset"
)

// MailToken is a secret that works once.
type MailToken struct {
	ID        int64
	UserID    int64
	Purpose   MailPurpose
	Email     string // the address that it confirms
	Hash      string
	ExpiresAt time.Time
	UsedAt    *time.Time
}

// Invitation lets one person register.
type Invitation struct {
	ID        int64      `json:"id"`
	Email     string     `json:"email,omitempty"`
	Role      Role       `json:"role" enum:"user,admin"`
	Note      string     `json:"note,omitempty"`
	CreatedBy int64      `json:"-"`
	CreatedAt time.Time  `json:"createdAt"`
	ExpiresAt time.Time  `json:"expiresAt"`
	UsedAt    *time.Time `json:"usedAt,omitempty"`
	UsedBy    string     `json:"usedBy,omitempty" doc:"user name"`
	RevokedAt *time.Time `json:"revokedAt,omitempty"`
	Hash      string     `json:"-"`
}

// KeyStore keeps what lets somebody in: signed-in browsers, API tokens, secrets sent by mail, invitations.
type KeyStore interface {
	// SaveSignIn makes the row of a family, or notes that it was seen.
	SaveSignIn(ctx context.Context, r *SignInRow) error
	SignIns(ctx context.Context, userID int64) ([]SignInRow, error) // those that have not ended, last seen first
	// SignInEnded tells whether the sign-in was ended.
	SignInEnded(ctx context.Context, id int64) (bool, error)
	// EndSignIns ends one of a user's (id), or all but one (id 0, keep).
	EndSignIns(ctx context.Context, userID, id, keep int64, at time.Time) (int64, error)

	CreateToken(ctx context.Context, t *APIToken) error
	TokenByHash(ctx context.Context, hash string) (*APIToken, error)
	Tokens(ctx context.Context, userID int64) ([]APIToken, error) // newest first
	DeleteToken(ctx context.Context, userID, id int64) error
	TouchToken(ctx context.Context, id int64, at time.Time) error

	CreateMail(ctx context.Context, t *MailToken) error
	// UseMail marks a secret used, once, if it is good at this time; ErrNotFound otherwise. It also spends the user's other
	// secrets of the purpose.
	UseMail(ctx context.Context, purpose MailPurpose, hash string, at time.Time) (*MailToken, error)

	CreateInvitation(ctx context.Context, i *Invitation) error
	Invitations(ctx context.Context) ([]Invitation, error) // newest first
	RevokeInvitation(ctx context.Context, id int64, at time.Time) error
	// InvitationByHash gives an invitation that is good at this time; ErrNotFound otherwise.
	InvitationByHash(ctx context.Context, hash string, at time.Time) (*Invitation, error)
	// UseInvitation spends it for a user, once; ErrNotFound when somebody was faster.
	UseInvitation(ctx context.Context, id, userID int64, at time.Time) error
}

// UserFilter narrows the list of accounts.
type UserFilter struct {
	Q       string // part of name or e-mail
	AfterID int64
	Limit   int
}

// UserUse is an account with what it holds.
type UserUse struct {
	User
	Datasets int   `json:"datasets"`
	Bytes    int64 `json:"bytes"`
}
