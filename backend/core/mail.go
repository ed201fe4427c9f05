package core

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"
)

// Mailer sends plain text to one person.
type Mailer interface {
	Send(ctx context.Context, to, subject, text string) error
}

const (
	confirmLife = 48 * time.Hour
	resetLife   = 2 * time.Hour
	// adminResetLife is longer: such a link travels by hand.
	adminResetLife = 24 * time.Hour
	mailTimeout    = time.Minute
	mailsPerName   = 5
)

// UseMail lets the server send mail; site is the address of its pages.
func (a *Accounts) UseMail(m Mailer, site string) { a.mail, a.site = m, strings.TrimRight(site, "/") }

// mailSecret makes a secret that works once.
func (a *Accounts) mailSecret(ctx context.Context, u *User, purpose MailPurpose, email string, life time.Duration) (string, error) {
	secret, err := randomText(32)
	if err != nil {
		return "", err
	}
	t := &MailToken{UserID: u.ID, Purpose: purpose, Email: email, Hash: hashSecret(secret), ExpiresAt: a.now().UTC().Add(life)}
	if err := a.stores.Keys().CreateMail(ctx, t); err != nil {
		return "", fmt.Errorf("secret for a mail: %w", err)
	}
	return secret, nil
}

// send goes on when the request has been answered: how long a mail server takes must not tell who has an account.
func (a *Accounts) send(ctx context.Context, to, subject, text string) {
	if a.mail == nil || to == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), mailTimeout)
	go func() {
		defer cancel()
		if err := a.mail.Send(ctx, to, subject, text); err != nil {
			slog.ErrorContext(ctx, "mail not sent", "cause", err)
		}
	}()
}

func (a *Accounts) sendConfirmation(ctx context.Context, u *User, email string) {
	if a.mail == nil || email == "" {
		return
	}
	secret, err := a.mailSecret(ctx, u, MailConfirm, email, confirmLife)
	if err != nil {
		slog.ErrorContext(ctx, "confirmation not sent", "user", u.ID, "cause", err)
		return
	}
	a.send(ctx, email, "Confirm your e-mail address", fmt.Sprintf(`Somebody, probably you, gave this address for the account "%s" of Regioscope at %s.

Open this page to confirm it:

%s/confirm#%s

The address works once, and for %d hours. If it was not you, there is nothing to do.
`, u.Username, a.site, a.site, secret, int(confirmLife.Hours())))
}

// unconfirmed tells somebody who knows the password what is missing.
func (a *Accounts) unconfirmed(u *User) error {
	if a.mail != nil && u.Email != "" {
		return Errorf(CodeUnconfirmed, "This account is not confirmed yet. Open the address in the message that was sent to your e-mail address.")
	}
	return Errorf(CodeUnconfirmed, "This account is not confirmed yet. The administrator has to do that.")
}

// Resend sends the message once more to somebody who knows the password.
func (a *Accounts) Resend(ctx context.Context, from Client, username, password string) error {
	u, err := a.check(ctx, from, username, password)
	if err != nil {
		return err
	}
	if err := a.take(ctx, fmt.Sprintf("mail:user:%d", u.ID), mailsPerName); err != nil {
		return err
	}
	if !u.Unconfirmed {
		return Errorf(CodeState, "This account is confirmed already. You can sign in.")
	}
	if a.mail == nil || u.Email == "" {
		return a.unconfirmed(u)
	}
	a.sendConfirmation(ctx, u, u.Email)
	return nil
}

var errMailSecret = Errorf(CodeNotFound, "This address is not good any more: it was used, or has run out. Ask for a new message.")

// Confirm takes the secret of a message: the account is confirmed, and the address is its e-mail address.
func (a *Accounts) Confirm(ctx context.Context, from Client, secret string) error {
	if err := a.take(ctx, "confirm:ip:"+from.IP, loginPerIP); err != nil {
		return err
	}
	return a.stores.InTx(ctx, func(tx Stores) error {
		t, err := tx.Keys().UseMail(ctx, MailConfirm, hashSecret(secret), a.now().UTC())
		if isNotFound(err) {
			return errMailSecret
		}
		if err != nil {
			return fmt.Errorf("confirm: %w", err)
		}
		u, err := tx.Users().ByID(ctx, t.UserID)
		if err != nil {
			return err
		}
		u.Unconfirmed, u.Email = false, t.Email
		if err := tx.Users().Update(ctx, u); errors.Is(err, ErrConflict) {
			return Errorf(CodeConflict, "Another account has this e-mail address already.").WithCause(err)
		} else if err != nil {
			return fmt.Errorf("confirm: %w", err)
		}
		return nil
	})
}

// AskReset sends a message with which the password can be set anew, to the e-mail address of the account of this name or
// address. The answer, and the time that it takes, are the same when there is no such account.
func (a *Accounts) AskReset(ctx context.Context, from Client, login string) error {
	login = strings.TrimSpace(login)
	if err := a.take(ctx, "reset:ip:"+from.IP, loginPerIP); err != nil {
		return err
	}
	if err := a.take(ctx, "reset:name:"+strings.ToLower(login), mailsPerName); err != nil {
		return err
	}
	if login == "" || a.mail == nil {
		return nil
	}
	// The work is done behind the answer, so that it tells nothing.
	ctx = context.WithoutCancel(ctx)
	go func() {
		if err := a.sendReset(ctx, login); err != nil && !isNotFound(err) {
			slog.ErrorContext(ctx, "reset not sent", "cause", err)
		}
	}()
	return nil
}

func (a *Accounts) sendReset(ctx context.Context, login string) error {
	u, err := a.stores.Users().ByName(ctx, login)
	if isNotFound(err) {
		u, err = a.stores.Users().ByEmail(ctx, login)
	}
	if err != nil || u.Disabled || u.Email == "" {
		return err
	}
	secret, err := a.mailSecret(ctx, u, MailReset, "", resetLife)
	if err != nil {
		return err
	}
	a.send(ctx, u.Email, "Set a new password", fmt.Sprintf(`Somebody, probably you, asked for a new password for the account "%s" of Regioscope at %s.

Open this page to choose one:

%s/reset#%s

The address works once, and for %d hours. If it was not you, there is nothing to do: the password stays as it is.
`, u.Username, a.site, a.site, secret, int(resetLife.Hours())))
	return nil
}

// Reset sets the password of the account whose secret this is, and signs it out everywhere.
func (a *Accounts) Reset(ctx context.Context, from Client, secret, password string) error {
	if err := a.take(ctx, "reset:ip:"+from.IP, loginPerIP); err != nil {
		return err
	}
	if f := passwordFields(password); len(f) > 0 { // before the secret is spent
		return Errorf(CodeInvalid, "%s", f[0].Message).WithFields(f...)
	}
	hash, err := a.hasher.Hash(ctx, password)
	if err != nil {
		return fmt.Errorf("reset: %w", err)
	}
	now := a.now().UTC()
	return a.stores.InTx(ctx, func(tx Stores) error {
		t, err := tx.Keys().UseMail(ctx, MailReset, hashSecret(secret), now)
		if isNotFound(err) {
			return errMailSecret
		}
		if err != nil {
			return fmt.Errorf("reset: %w", err)
		}
		if err := tx.Users().SetPassword(ctx, t.UserID, hash); err != nil {
			return fmt.Errorf("reset: %w", err)
		}
		_, err = tx.Keys().EndSignIns(ctx, t.UserID, 0, 0, now)
		return err
	})
}
