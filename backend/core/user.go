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
	ID           int64      `json:"id"`
	Username     string     `json:"username"`
	Email        string     `json:"email,omitempty"`
	Role         Role       `json:"role" enum:"user,admin"`
	Disabled     bool       `json:"disabled"`
	Unconfirmed  bool       `json:"unconfirmed" doc:"cannot sign in until the e-mail address, or an admin, confirms it"`
	Showcase     bool       `json:"showcase,omitempty" doc:"nobody in particular, looking at a showcase: nothing can be changed"`
	LastSeenAt   *time.Time `json:"lastSeenAt,omitempty"`
	PasswordHash string     `json:"-"`
	CreatedAt    time.Time  `json:"createdAt"`
}

// Caller is who asks. The zero value is nobody: it may read nothing.
type Caller struct {
	UserID int64
	Name   string
	Role   Role
	Link   *LinkScope // of the link that came with the request, for somebody with an account or for nobody
	SignIn int64      // the browser that is signed in; 0 for scripts
	Token  int64      // the API token that was used; 0 for people
	Scope  TokenScope // of the token
	// Showcase marks visitors without an account, who look at what everyone may read and change nothing.
	Showcase bool
}

// MayWrite tells whether caller may change anything at all, whatever their rights on it.
func (c Caller) MayWrite() error {
	switch {
	case c.Showcase:
		return Errorf(CodeForbidden, "This is a showcase: everything can be looked at, nothing changed. Sign in with an account to do more.")
	case c.Scope == ScopeRead:
		return Errorf(CodeForbidden, "This API token is for reading only. Make one of the scope write.")
	}
	return nil
}

// inPerson guards what a script or visitor must not do: change how one gets into the account.
func (c Caller) inPerson() error {
	switch {
	case c.UserID == 0:
		return Errorf(CodeUnauthorized, "Please sign in.")
	case c.Token != 0:
		return Errorf(CodeForbidden, "An API token cannot do this. Sign in with the password.")
	}
	return c.MayWrite()
}

func (c Caller) admin() error {
	switch {
	case c.UserID == 0:
		return Errorf(CodeUnauthorized, "Please sign in.")
	case !c.IsAdmin():
		return Errorf(CodeForbidden, "This is for administrators.")
	}
	return c.MayWrite()
}

// Nobody tells whether the caller has neither an account nor a link.
func (c Caller) Nobody() bool { return c.UserID == 0 && c.Link == nil }

// IsAdmin tells whether the caller administers the instance.
func (c Caller) IsAdmin() bool { return c.UserID != 0 && c.Role == RoleAdmin }

// CommandLine is whoever has a shell on a machine of the installation: an administrator without an account, whom the
// audit log calls so.
var CommandLine = Caller{UserID: -1, Name: "command line", Role: RoleAdmin}

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
