package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Preferences is how somebody wants pages and pictures to look, in whatever browser they sign in.
type Preferences struct {
	Theme         string `json:"theme" enum:",system,light,dark" doc:"empty: whatever each browser was set to"`
	SequentialMap string `json:"sequentialMap" doc:"colour map of new widgets whose values go from low to high; empty: what each kind of widget has of its own"`
	DivergingMap  string `json:"divergingMap" doc:"the same, of widgets whose values lie on both sides of a centre"`
}

// The colour maps that pages know. A name that they cannot draw would be a setting that does nothing.
var (
	SequentialMaps = []string{"fall", "viridis", "magma", "cividis", "Reds"}
	DivergingMaps  = []string{"RdBu", "PuOr", "coolwarm"}
)

var themes = []string{"", "system", "light", "dark"}

// PreferenceStore keeps preferences.
type PreferenceStore interface {
	Get(ctx context.Context, userID int64) (*Preferences, error) // ErrNotFound when nothing was chosen
	Set(ctx context.Context, userID int64, p Preferences) error
}

// Preferences gives what the caller has chosen, or what holds for those who have not.
func (a *Accounts) Preferences(ctx context.Context, caller Caller) (*Preferences, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	p, err := a.stores.Preferences().Get(ctx, caller.UserID)
	if errors.Is(err, ErrNotFound) {
		return &Preferences{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("preferences: %w", err)
	}
	return p, nil
}

// SetPreferences keeps what the caller has chosen.
func (a *Accounts) SetPreferences(ctx context.Context, caller Caller, p Preferences) (*Preferences, error) {
	if caller.UserID == 0 {
		return nil, Errorf(CodeUnauthorized, "Please sign in.")
	}
	var f []Field
	for _, c := range []struct {
		field, value, say string
		known             []string
	}{
		{"theme", p.Theme, "There is no such theme.", themes},
		{"sequentialMap", p.SequentialMap, "There is no such sequential colour map.", append([]string{""}, SequentialMaps...)},
		{"divergingMap", p.DivergingMap, "There is no such diverging colour map.", append([]string{""}, DivergingMaps...)},
	} {
		if !slices.Contains(c.known, c.value) {
			f = append(f, Field{Field: c.field, Message: c.say})
		}
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	err := a.stores.InTx(ctx, func(tx Stores) error { return tx.Preferences().Set(ctx, caller.UserID, p) })
	if err != nil {
		return nil, fmt.Errorf("preferences: %w", err)
	}
	return &p, nil
}
