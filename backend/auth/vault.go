package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"errors"
	"strings"
)

// Vault encrypts what is stored for users: AES-256-GCM under a key that is derived from the signing key by HKDF, with a
// random nonce for every text, and bound to a context. It seals with the first key of the ring and opens with any. It
// implements core.Sealer.
type Vault struct{ aeads []cipher.AEAD }

const vaultVersion = "v1."

// ErrSealed: the text was sealed under another secret, for another context, or was changed.
var ErrSealed = errors.New("auth: the sealed text does not open")

// NewVault derives the keys. The ring is that of NewTokens.
func NewVault(ring Keyring) (*Vault, error) {
	if err := ring.check(); err != nil {
		return nil, err
	}
	v := &Vault{}
	for _, secret := range ring {
		key, err := derive(secret, "stored secrets v1", 32)
		if err != nil {
			return nil, err
		}
		block, err := aes.NewCipher(key)
		if err != nil {
			return nil, err
		}
		aead, err := cipher.NewGCMWithRandomNonce(block)
		if err != nil {
			return nil, err
		}
		v.aeads = append(v.aeads, aead)
	}
	return v, nil
}

// Seal encrypts. The same text sealed twice is not the same.
func (v *Vault) Seal(plain, context string) (string, error) {
	return vaultVersion + base64.RawStdEncoding.EncodeToString(v.aeads[0].Seal(nil, nil, []byte(plain), []byte(context))), nil
}

// Open decrypts what Seal has made for the same context. old: the key that it was sealed with is not the present one.
func (v *Vault) Open(sealed, context string) (plain string, old bool, err error) {
	text, ok := strings.CutPrefix(sealed, vaultVersion)
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if !ok || err != nil {
		return "", false, ErrSealed
	}
	for i, aead := range v.aeads {
		if text, err := aead.Open(nil, nil, raw, []byte(context)); err == nil {
			return string(text), i > 0, nil
		}
	}
	return "", false, ErrSealed
}
