package core

import (
	"encoding/json"
	"time"
)

// Session is a named, stored arrangement of panels.
type Session struct {
	ID        int64           `json:"id"`
	OwnerID   int64           `json:"ownerId"`
	OwnerName string          `json:"ownerName"`
	Name      string          `json:"name"`
	Public    bool            `json:"public"`
	Document  json.RawMessage `json:"document"`
	Version   int64           `json:"version" doc:"counts saves; send it back to be told of somebody else's save"`
	CreatedAt time.Time       `json:"createdAt"`
	UpdatedAt time.Time       `json:"updatedAt"`
	Mine      bool            `json:"mine" doc:"the caller may share and delete it"`
	Access    Level           `json:"access" enum:"shown,read,edit,own"`
	SavedBy   int64           `json:"-"` // who saves it now; 0 = its owner
}

// SessionVersion is a session as it was when its arrangement was saved.
type SessionVersion struct {
	Version  int64           `json:"version"`
	Name     string          `json:"name" doc:"of the session at that time"`
	Document json.RawMessage `json:"document,omitempty"`
	SavedBy  string          `json:"savedBy,omitempty" doc:"user name; absent where the account is gone"`
	SavedAt  time.Time       `json:"savedAt"`
	Panels   int             `json:"panels"`
	Widgets  int             `json:"widgets"`
}

// Draft is the autosaved workspace of one user.
type Draft struct {
	UserID    int64           `json:"-"`
	SessionID int64           `json:"sessionId,omitempty" doc:"the session this draft edits, 0 = none"`
	Document  json.RawMessage `json:"document"`
	Revision  int64           `json:"revision"`
	UpdatedAt time.Time       `json:"updatedAt"`
}
