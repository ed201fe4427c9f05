package core

import "time"

// Role is what a user may do beyond owning things.
type Role string

const (
	RoleUser  Role = "user"
	RoleAdmin Role = "admin"
)

// User is an account.
type User struct {
	ID           int64     `json:"id"`
	Username     string    `json:"username"`
	Email        string    `json:"email,omitempty"`
	Role         Role      `json:"role" enum:"user,admin"`
	Disabled     bool      `json:"disabled"`
	PasswordHash string    `json:"-"`
	CreatedAt    time.Time `json:"createdAt"`
}

// Caller is who asks. The zero value is nobody: it may read nothing.
type Caller struct {
	UserID int64
	Name   string
	Role   Role
	Link   *LinkScope // of the link that came with the request, for somebody with an account or for nobody
}

// Nobody tells whether the caller has neither an account nor a link.
func (c Caller) Nobody() bool { return c.UserID == 0 && c.Link == nil }

// IsAdmin tells whether the caller administers the instance.
func (c Caller) IsAdmin() bool { return c.UserID != 0 && c.Role == RoleAdmin }

// RefreshToken is one link of a rotating family: using an old link revokes the family.
type RefreshToken struct {
	ID        int64
	UserID    int64
	Family    string
	TokenHash string // sha256 hex of the secret
	ExpiresAt time.Time
	UsedAt    *time.Time
	RevokedAt *time.Time
}
