package auth

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strings"
)

// Vault encrypts what is stored for users: AES-256-GCM under a key that is derived from the server's secret by HKDF, with
// a random nonce for every text, and bound to a context. It implements core.Sealer.
type Vault struct{ aead cipher.AEAD }

const vaultVersion = "v1."

// ErrSealed: the text was sealed under another secret, for another context, or was changed.
var ErrSealed = errors.New("auth: the sealed text does not open")

// NewVault derives the key. The secret is that of NewTokens; neither can be found from the other.
func NewVault(secret []byte) (*Vault, error) {
	if len(secret) < MinKey {
		return nil, errors.New("auth: the server's secret is too short to encrypt with")
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "regioscope stored secrets v1", 32)
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
	return &Vault{aead}, nil
}

// Seal encrypts. The same text sealed twice is not the same.
func (v *Vault) Seal(plain, context string) (string, error) {
	return vaultVersion + base64.RawStdEncoding.EncodeToString(v.aead.Seal(nil, nil, []byte(plain), []byte(context))), nil
}

// Open decrypts what Seal has made for the same context.
func (v *Vault) Open(sealed, context string) (string, error) {
	text, ok := strings.CutPrefix(sealed, vaultVersion)
	raw, err := base64.RawStdEncoding.DecodeString(text)
	if !ok || err != nil {
		return "", ErrSealed
	}
	plain, err := v.aead.Open(nil, nil, raw, []byte(context))
	if err != nil {
		return "", ErrSealed
	}
	return string(plain), nil
}
