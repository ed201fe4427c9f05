package core

import (
	"context"
	"time"
)

// Grant is a right that somebody was given on a thing: a user or a group.
type Grant struct {
	UserID  int64  `json:"userId,omitempty"`
	GroupID int64  `json:"groupId,omitempty"`
	Name    string `json:"name" doc:"of the user or the group; not read on writing"`
	Members int    `json:"members,omitempty" doc:"of the group; not read on writing"`
	Level   Level  `json:"level" enum:"read,edit,own"`
}

// AccessStore keeps who was given what.
type AccessStore interface {
	// Granted gives the highest level that user has on each of the things, by name or through a group; what is not in the
	// answer is not granted.
	Granted(ctx context.Context, kind ThingKind, ids []int64, userID int64) (map[int64]Level, error)
	Grants(ctx context.Context, kind ThingKind, id int64) ([]Grant, error) // groups, then users, by name
	// SetGrants replaces them and writes whether everyone may read the thing. Call it inside InTx.
	SetGrants(ctx context.Context, kind ThingKind, id int64, public bool, grants []Grant) error
}

// Group is a list of people that rights can be given to.
type Group struct {
	ID          int64     `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	OwnerID     int64     `json:"ownerId"`
	OwnerName   string    `json:"ownerName"`
	Members     []Person  `json:"members"`
	CreatedAt   time.Time `json:"createdAt"`
	Mine        bool      `json:"mine" doc:"the caller may change and delete it"`
}

// Person is what everyone with an account may know of another.
type Person struct {
	ID       int64  `json:"id"`
	Username string `json:"username"`
}

// GroupStore keeps groups.
type GroupStore interface {
	Create(ctx context.Context, g *Group) error // ErrConflict when the name is taken
	ByID(ctx context.Context, id int64) (*Group, error)
	// List gives groups that user owns or is in, by name; all of them when userID is 0.
	List(ctx context.Context, userID int64) ([]Group, error)
	Update(ctx context.Context, g *Group) error // name, description, members
	Delete(ctx context.Context, id int64) error
}

// LinkRole is what the holder of a link may do.
type LinkRole string

const (
	LinkView LinkRole = "view"
	LinkCopy LinkRole = "copy" // also save the session as their own, and keep reading what it shows
)

// Link lets whoever holds its secret look at one session. The secret itself is told once and not kept.
type Link struct {
	ID         int64      `json:"id"`
	SessionID  int64      `json:"sessionId"`
	Name       string     `json:"name" doc:"whom it is for"`
	Role       LinkRole   `json:"role" enum:"view,copy"`
	NeedsLogin bool       `json:"needsLogin"`
	CreatedBy  int64      `json:"-"`
	CreatedAt  time.Time  `json:"createdAt"`
	ExpiresAt  *time.Time `json:"expiresAt,omitempty"`
	RevokedAt  *time.Time `json:"revokedAt,omitempty"`
	LastUsedAt *time.Time `json:"lastUsedAt,omitempty"`
	TokenHash  string     `json:"-"` // sha256 hex of the secret
}

// LinkStore keeps links.
type LinkStore interface {
	Create(ctx context.Context, l *Link) error
	ByHash(ctx context.Context, hash string) (*Link, error)
	List(ctx context.Context, sessionID int64) ([]Link, error) // newest first
	Revoke(ctx context.Context, sessionID, id int64, at time.Time) error
	Touch(ctx context.Context, id int64, at time.Time) error
}
