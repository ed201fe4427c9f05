package core

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
)

// Refresh swaps a refresh token for the next one of its family and a new access token. Using a token twice revokes the
// family, except within refreshGrace, which is two tabs at once and answers ErrConflict.
func (a *Accounts) Refresh(ctx context.Context, from Client, secret string) (*SignIn, error) {
	gone := Errorf(CodeUnauthorized, "The sign-in has ended. Please sign in again.")
	if secret == "" {
		return nil, gone
	}
	users, now := a.stores.Users(), a.now().UTC()
	t, err := users.RefreshByHash(ctx, hashSecret(secret))
	if errors.Is(err, ErrNotFound) {
		return nil, gone
	}
	if err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	if t.RevokedAt != nil || !now.Before(t.ExpiresAt) {
		return nil, gone
	}
	fresh, err := users.UseRefresh(ctx, t.ID, now)
	if err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	if !fresh {
		if t.UsedAt == nil || now.Sub(*t.UsedAt) < refreshGrace {
			return nil, Errorf(CodeConflict, "Another tab has just renewed this sign-in. Try again.")
		}
		if err := users.RevokeFamily(ctx, t.Family, now); err != nil {
			return nil, fmt.Errorf("refresh: %w", err)
		}
		return nil, gone
	}
	u, err := users.ByID(ctx, t.UserID)
	if errors.Is(err, ErrNotFound) {
		return nil, gone
	}
	if err != nil {
		return nil, fmt.Errorf("refresh: %w", err)
	}
	if u.Disabled || u.Unconfirmed {
		return nil, gone
	}
	return a.signIn(ctx, from, u, t.Family)
}

// Logout revokes the family of the token. An unknown token is no error: the caller is signed out either way.
func (a *Accounts) Logout(ctx context.Context, secret string) error {
	if secret == "" {
		return nil
	}
	t, err := a.stores.Users().RefreshByHash(ctx, hashSecret(secret))
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("logout: %w", err)
	}
	return a.stores.Users().RevokeFamily(ctx, t.Family, a.now().UTC())
}

func hashSecret(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

func randomText(bytes int) (string, error) {
	b := make([]byte, bytes)
	if _, err := rand.Read(b); err != nil {
		return "", fmt.Errorf("random: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}
