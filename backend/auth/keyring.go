package auth

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Keyring is the signing keys of an installation, the present one first: it signs and seals. What those behind it have
// signed or sealed is still good, so that a key can be replaced while people work.
type Keyring [][]byte

// ParseKeyring reads keys separated by commas.
func ParseKeyring(text string) Keyring {
	var ring Keyring
	for key := range strings.SplitSeq(text, ",") {
		ring = append(ring, []byte(strings.TrimSpace(key)))
	}
	return ring
}

// check refuses rings without keys, and keys shorter than MinKey.
func (r Keyring) check() error {
	if len(r) == 0 {
		return fmt.Errorf("there is no signing key")
	}
	for _, key := range r {
		if len(key) < MinKey {
			return fmt.Errorf("a signing key has %d bytes, it needs at least %d", len(key), MinKey)
		}
	}
	return nil
}

// derive makes a key for one purpose: from one derived key neither the signing key nor another can be found.
func derive(key []byte, purpose string, size int) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, "regioscope "+purpose, size)
}

// keyID names a key in the tokens that it has signed (RFC 7515 §4.1.4).
func keyID(key []byte) (string, error) {
	id, err := derive(key, "key id v1", 8)
	return hex.EncodeToString(id), err
}
