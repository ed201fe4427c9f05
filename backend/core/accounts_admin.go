package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
	"unicode/utf8"
)

// Users lists accounts with what they hold; admins only.
func (a *Accounts) Users(ctx context.Context, caller Caller, f UserFilter) ([]UserUse, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	return a.stores.Users().List(ctx, f)
}

// UserPatch changes what is not nil.
type UserPatch struct {
	Role      *Role `json:"role,omitempty" enum:"user,admin"`
	Disabled  *bool `json:"disabled,omitempty"`
	Confirmed *bool `json:"confirmed,omitempty"`
}

// PatchUser changes somebody else's account; admins only, so that none locks themselves out.
func (a *Accounts) PatchUser(ctx context.Context, caller Caller, id int64, p UserPatch) (*User, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	u, err := a.stores.Users().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "account")
	}
	if id == caller.UserID {
		return nil, Errorf(CodeState, "This is your own account. Ask another administrator.")
	}
	before := userState(u)
	if p.Role != nil {
		if *p.Role != RoleUser && *p.Role != RoleAdmin {
			return nil, Errorf(CodeInvalid, "The role must be user or admin.").WithFields(Field{Field: "role", Message: "user or admin"})
		}
		u.Role = *p.Role
	}
	if p.Disabled != nil {
		u.Disabled = *p.Disabled
	}
	if p.Confirmed != nil {
		u.Unconfirmed = !*p.Confirmed
	}
	err = a.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Users().Update(ctx, u); err != nil {
			return err
		}
		return note(ctx, tx, caller, ChangeUser, u.Username, before, userState(u))
	})
	if err != nil {
		return nil, fmt.Errorf("change account: %w", err)
	}
	if u.Disabled || u.Unconfirmed {
		if _, err := a.stores.Keys().EndSignIns(ctx, id, 0, 0, a.now().UTC()); err != nil {
			return nil, err
		}
	}
	slog.InfoContext(ctx, "account changed", "by", caller.UserID, "user", id, "role", u.Role, "disabled", u.Disabled, "confirmed", !u.Unconfirmed)
	return u, nil
}

// userState is what the audit log keeps of an account.
func userState(u *User) map[string]any {
	return map[string]any{"role": u.Role, "disabled": u.Disabled, "confirmed": !u.Unconfirmed}
}

// Secret is told once.
type Secret struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expiresAt"`
}

// ResetSecret makes a secret with which somebody else sets their password anew; admins only.
func (a *Accounts) ResetSecret(ctx context.Context, caller Caller, id int64) (*Secret, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	u, err := a.stores.Users().ByID(ctx, id)
	if err != nil {
		return nil, nounNotFound(err, "account")
	}
	secret, err := a.mailSecret(ctx, u, MailReset, "", adminResetLife)
	if err != nil {
		return nil, err
	}
	slog.InfoContext(ctx, "reset link made", "by", caller.UserID, "user", id)
	if err := note(ctx, a.stores, caller, ChangeUser, u.Username, nil, map[string]any{"resetLink": true}); err != nil {
		return nil, err
	}
	return &Secret{secret, a.now().UTC().Add(adminResetLife)}, nil
}

// InvitationWish is what an admin says about an invitation.
type InvitationWish struct {
	Email string `json:"email,omitempty" maxLength:"255"`
	Role  Role   `json:"role" enum:"user,admin"`
	Note  string `json:"note,omitempty" maxLength:"255" doc:"whom it is for"`
	Days  int    `json:"days" minimum:"1" maximum:"90"`
}

// NewInvitation is an invitation with its secret, which is told this once.
type NewInvitation struct {
	Invitation
	Token string `json:"token" doc:"the secret: page /register#TOKEN"`
	Sent  bool   `json:"sent" doc:"a message with it is on its way"`
}

// Invite lets one person register, whatever the rules; admins only.
func (a *Accounts) Invite(ctx context.Context, caller Caller, w InvitationWish) (*NewInvitation, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	w.Email, w.Note = strings.TrimSpace(w.Email), strings.TrimSpace(w.Note)
	f := nameFields("any", w.Email)
	if w.Role != RoleUser && w.Role != RoleAdmin {
		f = append(f, Field{Field: "role", Message: "The role must be user or admin."})
	}
	if utf8.RuneCountInString(w.Note) > 255 {
		f = append(f, Field{Field: "note", Message: "The note may have at most 255 characters."})
	}
	if w.Email != "" {
		if _, err := a.stores.Users().ByEmail(ctx, w.Email); err == nil {
			f = append(f, Field{Field: "email", Message: "There is an account with this e-mail address already."})
		} else if !errors.Is(err, ErrNotFound) {
			return nil, fmt.Errorf("invite: %w", err)
		}
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	secret, err := randomText(24)
	if err != nil {
		return nil, err
	}
	now := a.now().UTC()
	i := &Invitation{Email: w.Email, Role: w.Role, Note: w.Note, CreatedBy: caller.UserID, Hash: hashSecret(secret),
		ExpiresAt: now.Add(time.Duration(w.Days) * 24 * time.Hour)}
	err = a.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Keys().CreateInvitation(ctx, i); err != nil {
			return err
		}
		return note(ctx, tx, caller, ChangeInvitation, invited(i.ID), nil, map[string]any{"email": i.Email, "role": i.Role, "note": i.Note})
	})
	if err != nil {
		return nil, fmt.Errorf("invite: %w", err)
	}
	a.send(ctx, i.Email, "Invitation to Regioscope", fmt.Sprintf(`%s invites you to Regioscope at %s.

Open this page to make your account:

%s/register#%s

The address works once, and until %s.
`, caller.Name, a.site, a.site, secret, i.ExpiresAt.Format("2 January 2006")))
	return &NewInvitation{*i, secret, a.mail != nil && i.Email != ""}, nil
}

// Invitations lists them, newest first, without their secrets; admins only.
func (a *Accounts) Invitations(ctx context.Context, caller Caller) ([]Invitation, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	return a.stores.Keys().Invitations(ctx)
}

// Uninvite withdraws an invitation; admins only.
func (a *Accounts) Uninvite(ctx context.Context, caller Caller, id int64) error {
	if err := caller.admin(); err != nil {
		return err
	}
	return a.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Keys().RevokeInvitation(ctx, id, a.now().UTC()); err != nil {
			return nounNotFound(err, "invitation")
		}
		return note(ctx, tx, caller, ChangeInvitation, invited(id), map[string]any{"open": true}, map[string]any{"open": false})
	})
}

func invited(id int64) string { return fmt.Sprintf("invitation %d", id) }
