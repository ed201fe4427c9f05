package core

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// RegistrationMode is who may make an account.
type RegistrationMode string

const (
	RegisterOpen       RegistrationMode = "open"
	RegisterInvitation RegistrationMode = "invitation"
	RegisterDomains    RegistrationMode = "domains" // who gets mail at one of these; such accounts are always confirmed
	RegisterClosed     RegistrationMode = "closed"
)

// Registration is what an admin decides about new accounts.
type Registration struct {
	Mode    RegistrationMode `json:"mode" enum:"open,invitation,domains,closed"`
	Domains []string         `json:"domains" doc:"of e-mail addresses, for the mode domains"`
	Confirm bool             `json:"confirm" doc:"new accounts wait until their e-mail address, or an admin, confirms them"`
}

// SignUpRules is what the pages of people without an account need to know.
type SignUpRules struct {
	Registration
	Mail        bool `json:"mail" doc:"this server sends mail"`
	MinPassword int  `json:"minPassword"`
	Showcase    bool `json:"showcase" doc:"visitors may look without an account"`
}

const registrationKey = "registration"

// Rules tells who may register, and how.
func (a *Accounts) Rules(ctx context.Context) (*SignUpRules, error) {
	r, err := a.registration(ctx)
	if err != nil {
		return nil, err
	}
	return &SignUpRules{*r, a.mail != nil, MinPassword, a.showcase != 0}, nil
}

func (a *Accounts) registration(ctx context.Context) (*Registration, error) {
	r := &Registration{Mode: RegisterOpen, Domains: []string{}}
	raw, err := a.stores.Settings().Get(ctx, registrationKey)
	if isNotFound(err) {
		return r, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, r)
	}
	if err != nil {
		return nil, fmt.Errorf("rules of registration: %w", err)
	}
	return r, nil
}

// SetRegistration changes who may register; admins only.
func (a *Accounts) SetRegistration(ctx context.Context, caller Caller, r Registration) (*SignUpRules, error) {
	if err := caller.admin(); err != nil {
		return nil, err
	}
	var f []Field
	switch r.Mode {
	case RegisterOpen, RegisterInvitation, RegisterDomains, RegisterClosed:
	default:
		f = append(f, Field{Field: "mode", Message: "The mode must be open, invitation, domains or closed."})
	}
	domains := []string{}
	for _, d := range r.Domains {
		d = strings.ToLower(strings.TrimPrefix(strings.TrimSpace(d), "@"))
		if d == "" || slices.Contains(domains, d) {
			continue
		}
		if !strings.Contains(d, ".") || strings.ContainsAny(d, " @/\\<>\r\n\t,;") || len(d) > 253 {
			f = append(f, Field{Field: "domains", Value: d, Message: fmt.Sprintf("%q is not a domain such as example.org.", d)})
		}
		domains = append(domains, d)
	}
	if r.Mode == RegisterDomains && len(domains) == 0 {
		f = append(f, Field{Field: "domains", Message: "Name at least one domain."})
	}
	if len(f) > 0 {
		return nil, Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	after := Registration{r.Mode, domains, r.Confirm || r.Mode == RegisterDomains}
	raw, err := json.Marshal(after)
	if err != nil {
		return nil, err
	}
	before, err := a.registration(ctx)
	if err != nil {
		return nil, err
	}
	err = a.stores.InTx(ctx, func(tx Stores) error {
		if err := tx.Settings().Set(ctx, registrationKey, raw); err != nil {
			return err
		}
		return note(ctx, tx, caller, ChangeRegistration, registrationKey, before, after)
	})
	if err != nil {
		return nil, fmt.Errorf("rules of registration: %w", err)
	}
	return a.Rules(ctx)
}

// SignUp is what somebody types to get an account.
type SignUp struct {
	Username   string `json:"username" minLength:"1" maxLength:"64"`
	Email      string `json:"email,omitempty" maxLength:"255"`
	Password   string `json:"password" maxLength:"1024" doc:"at least 8 characters"`
	Invitation string `json:"invitation,omitempty" maxLength:"128" doc:"the secret of an invitation"`
}

var errInvitation = Errorf(CodeForbidden, "This invitation is not good any more: it was used, withdrawn, or has run out. Ask for a new one.")

// Register creates an account as the rules allow. ErrConflict when the name or e-mail is taken; CodeInvalid with one
// field per broken rule; CodeForbidden when there is no way in. The account may be unconfirmed: a mail is then on its way
// where this server sends mail, else an admin confirms it.
func (a *Accounts) Register(ctx context.Context, from Client, s SignUp) (*User, error) {
	if err := a.take(ctx, "register:ip:"+from.IP, a.signUps); err != nil {
		return nil, err
	}
	rules, err := a.registration(ctx)
	if err != nil {
		return nil, err
	}
	n := newAccount{username: s.Username, email: strings.TrimSpace(s.Email), password: s.Password, role: RoleUser, unconfirmed: rules.Confirm}
	if s.Invitation != "" {
		n.invitation, err = a.stores.Keys().InvitationByHash(ctx, hashSecret(s.Invitation), a.now().UTC())
		if isNotFound(err) {
			return nil, errInvitation
		}
		if err != nil {
			return nil, fmt.Errorf("register: %w", err)
		}
		// The secret came by mail to this address: nothing is left to confirm.
		n.role, n.unconfirmed = n.invitation.Role, n.invitation.Email == "" && rules.Confirm
		if n.email == "" {
			n.email = n.invitation.Email
		} else if n.invitation.Email != "" && !strings.EqualFold(n.email, n.invitation.Email) {
			n.unconfirmed = rules.Confirm
		}
	} else if err := admits(rules, n.email); err != nil {
		return nil, err
	}
	if n.unconfirmed && n.email == "" && a.mail != nil {
		const say = "An e-mail address is needed: a message to it confirms the account."
		return nil, Errorf(CodeInvalid, say).WithFields(Field{Field: "email", Message: say})
	}
	u, err := a.create(ctx, n)
	if err != nil {
		return nil, err
	}
	if u.Unconfirmed {
		a.sendConfirmation(ctx, u, u.Email)
	}
	return u, nil
}

func admits(r *Registration, email string) error {
	switch r.Mode {
	case RegisterClosed:
		return Errorf(CodeForbidden, "Nobody can register here. Ask the administrator for an account.")
	case RegisterInvitation:
		return Errorf(CodeForbidden, "An invitation is needed to register here. Ask the administrator for one.")
	case RegisterDomains:
		_, domain, _ := strings.Cut(email, "@")
		if !slices.Contains(r.Domains, strings.ToLower(domain)) {
			say := "Register with an e-mail address at " + strings.Join(r.Domains, ", ") + "."
			return Errorf(CodeInvalid, "%s", say).WithFields(Field{Field: "email", Message: say})
		}
	}
	return nil
}
