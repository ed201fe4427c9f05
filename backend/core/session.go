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
}

// Draft is the autosaved workspace of one user.
type Draft struct {
	UserID    int64           `json:"-"`
	SessionID int64           `json:"sessionId,omitempty" doc:"the session this draft edits, 0 = none"`
	Document  json.RawMessage `json:"document"`
	Revision  int64           `json:"revision"`
	UpdatedAt time.Time       `json:"updatedAt"`
}
