package auth_test

import (
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"

	"regioscope/backend/auth"
	"regioscope/backend/core"
)

const (
	oldKey = "an old key of thirty-two bytes.."
	newKey = "a new key of thirty-two bytes..."
)

func ring(t *testing.T, keys string) (*auth.Tokens, *auth.Vault) {
	t.Helper()
	tokens, err := auth.NewTokens(auth.ParseKeyring(keys))
	if err != nil {
		t.Fatal(err)
	}
	vault, err := auth.NewVault(auth.ParseKeyring(keys))
	if err != nil {
		t.Fatal(err)
	}
	return tokens, vault
}

// While a key is replaced, what either has signed or sealed is good; once the old one is left out, what it has made is not.
func TestKeysAreReplaced(t *testing.T) {
	user := &core.User{ID: 7, Username: "ada", Role: core.RoleUser}
	before, sealer := ring(t, oldKey)
	first, _, err := before.Issue(user, 1)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := sealer.Seal("hunter2", "here")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		keys             string
		good, opens, old bool
	}{
		{oldKey, true, true, false},
		{oldKey + ", " + newKey, true, true, false},
		{newKey + "," + oldKey, true, true, true},
		{newKey, false, false, false},
	} {
		tokens, vault := ring(t, c.keys)
		who, err := tokens.Read(first)
		if (err == nil) != c.good || c.good && who.UserID != 7 {
			t.Errorf("%s: %v, %v", c.keys, who, err)
		}
		text, old, err := vault.Open(sealed, "here")
		if (err == nil) != c.opens || old != c.old || c.opens && text != "hunter2" {
			t.Errorf("%s: %q, old %v, %v", c.keys, text, old, err)
		}
		// The first key signs: a server that has it alone reads the token.
		issued, _, err := tokens.Issue(user, 1)
		if err != nil {
			t.Fatal(err)
		}
		alone, _ := ring(t, strings.SplitN(c.keys, ",", 2)[0])
		if _, err := alone.Read(issued); err != nil {
			t.Errorf("%s: %v", c.keys, err)
		}
	}
}

// A token that names an unknown key, or another than that which has signed it, is nobody's.
func TestTokensNameTheirKey(t *testing.T) {
	tokens, _ := ring(t, newKey+","+oldKey)
	good, _, err := tokens.Issue(&core.User{ID: 7, Username: "ada", Role: core.RoleUser}, 1)
	if err != nil {
		t.Fatal(err)
	}
	parsed, _, err := jwt.NewParser().ParseUnverified(good, jwt.MapClaims{})
	if err != nil {
		t.Fatal(err)
	}
	for name, kid := range map[string]any{"nothing": nil, "unknown": "0123456789abcdef", "no text": 7.0, "a path": "../../dev/null"} {
		forged := jwt.NewWithClaims(jwt.SigningMethodHS256, parsed.Claims)
		forged.Header["kid"] = kid
		text, err := forged.SignedString([]byte(newKey))
		if err != nil {
			t.Fatal(err)
		}
		if who, err := tokens.Read(text); err == nil {
			t.Errorf("%s: taken for %v", name, who)
		}
	}
	swapped := jwt.NewWithClaims(jwt.SigningMethodHS256, parsed.Claims)
	swapped.Header["kid"] = parsed.Header["kid"]
	text, err := swapped.SignedString([]byte(oldKey))
	if err != nil {
		t.Fatal(err)
	}
	if who, err := tokens.Read(text); err == nil {
		t.Errorf("signed with another key than it names: taken for %v", who)
	}
}

func TestShortKeysAreRefused(t *testing.T) {
	for _, keys := range []string{"", "short", newKey + ",short", newKey + ","} {
		if _, err := auth.NewTokens(auth.ParseKeyring(keys)); err == nil {
			t.Errorf("%q signs", keys)
		}
		if _, err := auth.NewVault(auth.ParseKeyring(keys)); err == nil {
			t.Errorf("%q seals", keys)
		}
	}
}
