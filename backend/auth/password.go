package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"
	"golang.org/x/sync/semaphore"
)

// Cost of new hashes: the minimum of the OWASP Password Storage Cheat Sheet for argon2id (19 MiB, 2 passes, 1 lane).
// Old hashes keep their own cost, which stands in the PHC string.
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	saltBytes = 16
	keyBytes  = 32

	// atOnce bounds the memory that a flood of sign-ins can take: 8 × 19 MiB.
	atOnce = 8
)

var b64 = base64.RawStdEncoding

// Passwords implements core.PasswordHasher.
type Passwords struct {
	slots *semaphore.Weighted
	decoy string
}

// NewPasswords prepares hashing.
func NewPasswords() *Passwords {
	salt := make([]byte, saltBytes)
	// The key of the decoy is zero: no password is known to give it, and it costs as much to check as any other.
	return &Passwords{slots: semaphore.NewWeighted(atOnce), decoy: phc(memoryKiB, passes, lanes, salt, make([]byte, keyBytes))}
}

// Hash gives the PHC string $argon2id$v=19$m=…,t=…,p=…$salt$key.
func (p *Passwords) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltBytes)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("salt: %w", err)
	}
	if err := p.slots.Acquire(ctx, 1); err != nil {
		return "", err
	}
	defer p.slots.Release(1)
	return phc(memoryKiB, passes, lanes, salt, argon2.IDKey([]byte(password), salt, passes, memoryKiB, lanes, keyBytes)), nil
}

// Verify compares in constant time. An error means that the stored hash is not readable.
func (p *Passwords) Verify(ctx context.Context, password, hash string) (bool, error) {
	m, t, l, salt, want, err := parsePHC(hash)
	if err != nil {
		return false, err
	}
	if err := p.slots.Acquire(ctx, 1); err != nil {
		return false, err
	}
	defer p.slots.Release(1)
	got := argon2.IDKey([]byte(password), salt, t, m, l, uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}

// Decoy is a hash that no password matches.
func (p *Passwords) Decoy() string { return p.decoy }

func phc(m, t uint32, l uint8, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, m, t, l, b64.EncodeToString(salt), b64.EncodeToString(key))
}

func parsePHC(hash string) (m, t uint32, l uint8, salt, key []byte, err error) {
	bad := errors.New("stored password hash is not a PHC string of argon2id")
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return 0, 0, 0, nil, nil, bad
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &m, &t, &l); err != nil || t < 1 || l < 1 || m > 1<<20 {
		return 0, 0, 0, nil, nil, bad
	}
	salt, err1 := b64.DecodeString(parts[4])
	key, err2 := b64.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(key) == 0 {
		return 0, 0, 0, nil, nil, bad
	}
	return m, t, l, salt, key, nil
}
