package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

// cookie is the refresh cookie that the jar holds, "" when there is none.
func (c *client) cookie() string {
	u, _ := url.Parse(c.url + "/api/v1/auth/refresh")
	for _, k := range c.http.Jar.Cookies(u) {
		return k.Value
	}
	return ""
}

// refresh sends a refresh token of its own, whatever the jar holds.
func (a *app) refresh(token string) *answer {
	return a.anonymous().do("POST", "/auth/refresh", nil, "Cookie", "regioscope_refresh="+token)
}

func TestRegisterAndSignIn(t *testing.T) {
	a := newApp(t)
	c := a.anonymous()
	var made api.UserAnswer
	c.do("POST", "/auth/register", map[string]any{"username": "eve", "email": "eve@example.org", "password": password}).ok(201, &made)
	if made.User.ID == 0 || made.User.Role != core.RoleUser || made.User.Email != "eve@example.org" {
		t.Errorf("%+v", made)
	}
	var in api.SignInAnswer
	r := c.do("POST", "/auth/login", map[string]any{"username": " EVE ", "password": password}).ok(200, &in)
	if in.User.Username != "eve" || in.ExpiresIn != 15*60 || strings.Contains(string(r.body), c.cookie()) || strings.Contains(string(r.body), "argon2") {
		t.Errorf("%s", r.body)
	}
	set := r.Header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Strict", "Path=/api/v1/auth;"} {
		if !strings.Contains(set, want) {
			t.Errorf("the cookie %q lacks %s", set, want)
		}
	}
	if strings.Contains(set, "Secure") {
		t.Errorf("the cookie could not be sent over plain HTTP: %q", set)
	}
	c.token = in.AccessToken
	var me core.User
	c.do("GET", "/auth/me", nil).ok(200, &me)
	if me.ID != made.User.ID {
		t.Errorf("%+v", me)
	}
}

func TestRegisterComplains(t *testing.T) {
	a := newApp(t)
	for name, c := range map[string]struct {
		body   map[string]any
		status int
		code   core.Code
		words  string
	}{
		"taken":          {map[string]any{"username": "ADA", "password": password}, 409, core.CodeConflict, "taken"},
		"short password": {map[string]any{"username": "eve", "password": "1234567"}, 422, core.CodeInvalid, "at least 8 characters"},
		"bad name":       {map[string]any{"username": "e ve", "password": password}, 422, core.CodeInvalid, "letters, digits"},
		"bad e-mail":     {map[string]any{"username": "eve", "email": "eve", "password": password}, 422, core.CodeInvalid, "e-mail"},
		"no password":    {map[string]any{"username": "eve"}, 422, core.CodeInvalid, "password"},
		"unknown field":  {map[string]any{"username": "eve", "password": password, "role": "admin"}, 422, core.CodeInvalid, "role"},
	} {
		t.Run(name, func(t *testing.T) {
			p := a.anonymous().do("POST", "/auth/register", c.body).refused(c.status, c.code)
			says(t, p, c.words)
			for _, f := range p.Errors {
				if f.Value == password || f.Value == "1234567" {
					t.Errorf("the answer repeats the password: %+v", f)
				}
			}
		})
	}
}

// An unknown name, a wrong password and a disabled account are one answer.
func TestSignInTellsNothing(t *testing.T) {
	a := newApp(t)
	a.sql(`UPDATE users SET disabled = 1 WHERE username = 'bob'`)
	var first string
	for _, who := range []map[string]any{{"username": "ada", "password": "wrong horse"}, {"username": "nobody", "password": password},
		{"username": "bob", "password": password}, {"username": "ada", "password": strings.Repeat("x", 1024)}} {
		p := a.anonymous().do("POST", "/auth/login", who).refused(401, core.CodeUnauthorized)
		if first == "" {
			first = p.Detail
		}
		if p.Detail != first {
			t.Errorf("%v is answered %q, others %q", who, p.Detail, first)
		}
	}
}

func TestSignInIsLimited(t *testing.T) {
	a := newApp(t)
	try := func(name, pw string) *answer {
		return a.anonymous().do("POST", "/auth/login", map[string]any{"username": name, "password": pw})
	}
	for range 3 { // successes count for nothing
		try("ada", password).ok(200, nil)
	}
	for range 10 {
		try("Ada ", "wrong").refused(401, core.CodeUnauthorized)
	}
	says(t, try("ada", password).refused(429, core.CodeRateLimited), "minutes")
	try("bob", password).ok(200, nil) // one person's attempts lock nobody else out
}

func TestRegisterIsLimitedByAddress(t *testing.T) {
	a := newApp(t)
	defer func() { // a course behind one router needs more
		a.deps.Accounts.AllowSignUps(1000)
		a.anonymous().do("POST", "/auth/register", map[string]any{"username": "x", "password": ""}).refused(422, core.CodeInvalid)
	}()
	for range 100 {
		a.anonymous().do("POST", "/auth/register", map[string]any{"username": "x", "password": ""}).refused(422, core.CodeInvalid)
	}
	a.anonymous().do("POST", "/auth/register", map[string]any{"username": "x", "password": ""}).refused(429, core.CodeRateLimited)
	// A client cannot choose another address for itself.
	a.anonymous().do("POST", "/auth/register", map[string]any{"username": "x", "password": ""}, "X-Forwarded-For", "9.9.9.9").refused(429, core.CodeRateLimited)
}

func TestRefreshRotates(t *testing.T) {
	a := newApp(t)
	c := a.anonymous()
	c.do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}).ok(200, nil)
	first := c.cookie()
	var in api.SignInAnswer
	c.do("POST", "/auth/refresh", nil).ok(200, &in)
	second := c.cookie()
	if second == first || second == "" || in.User.Username != "ada" {
		t.Fatalf("cookie %q after %q, %+v", second, first, in)
	}
	// Another tab at the same moment: not theft.
	says(t, a.refresh(first).refused(409, core.CodeConflict), "Another tab")
	a.refresh(second).ok(200, nil)
}

// A refresh token that comes again later was stolen, or its thief was faster: the whole family ends.
func TestReplayedRefreshTokenEndsTheFamily(t *testing.T) {
	a := newApp(t)
	c, other := a.anonymous(), a.anonymous()
	for _, x := range []*client{c, other} {
		x.do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}).ok(200, nil)
	}
	first := c.cookie()
	c.do("POST", "/auth/refresh", nil).ok(200, nil)
	second := c.cookie()
	a.sql(`UPDATE refresh_tokens SET used_at = ? WHERE used_at IS NOT NULL`, time.Now().UTC().Add(-time.Minute))
	a.refresh(first).refused(401, core.CodeUnauthorized)
	says(t, a.refresh(second).refused(401, core.CodeUnauthorized), "sign in again")
	other.do("POST", "/auth/refresh", nil).ok(200, nil) // her other computer is another family
}

func TestRefreshTokensThatAreNotGood(t *testing.T) {
	a := newApp(t)
	in := func() *client {
		c := a.anonymous()
		c.do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}).ok(200, nil)
		return c
	}
	a.refresh("").refused(401, core.CodeUnauthorized)
	a.refresh("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA").refused(401, core.CodeUnauthorized)
	c := in()
	old := c.cookie()
	r := c.do("POST", "/auth/logout", nil).ok(204, nil)
	if c.cookie() != "" || len(r.body) != 0 {
		t.Errorf("after signing out the cookie is %q", c.cookie())
	}
	a.refresh(old).refused(401, core.CodeUnauthorized)
	c = in()
	a.sql(`UPDATE refresh_tokens SET expires_at = ? WHERE revoked_at IS NULL`, time.Now().UTC().Add(-time.Second))
	c.do("POST", "/auth/refresh", nil).refused(401, core.CodeUnauthorized)
	c = in()
	a.sql(`UPDATE users SET disabled = 1 WHERE username = 'ada'`)
	c.do("POST", "/auth/refresh", nil).refused(401, core.CodeUnauthorized)
}

// SameSite keeps the cookie from other sites; so does the server, for browsers that do not.
func TestOtherSitesCannotUseTheCookie(t *testing.T) {
	a := newApp(t)
	for _, path := range []string{"/auth/login", "/auth/refresh", "/auth/logout"} {
		for _, header := range [][]string{{"Origin", "https://evil.example"}, {"Origin", "null"}, {"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"},
			{"Origin", "https://evil.example", "X-Forwarded-Host", "evil.example"}} {
			c := a.anonymous()
			c.do("POST", path, map[string]any{"username": "ada", "password": password}, header...).refused(403, core.CodeForbidden)
		}
	}
	a.anonymous().do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}, "Origin", a.url, "Sec-Fetch-Site", "same-origin").ok(200, nil)
}

func TestAccessTokensThatAreNotGood(t *testing.T) {
	a := newApp(t)
	sign := func(method jwt.SigningMethod, key any, change func(jwt.MapClaims)) string {
		c := jwt.MapClaims{"iss": "regioscope", "aud": "regioscope-api", "sub": "1", "exp": time.Now().Add(time.Minute).Unix(), "role": "admin", "name": "root"}
		if change != nil {
			change(c)
		}
		s, err := jwt.NewWithClaims(method, c).SignedString(key)
		check(t, err)
		return s
	}
	good := sign(jwt.SigningMethodHS256, signingKey, nil)
	unsigned := good[:strings.LastIndexByte(good, '.')+1]
	for name, c := range map[string]struct{ token, words string }{
		"alg none":        {sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil), "not valid"},
		"no signature":    {unsigned, "not valid"},
		"other key":       {sign(jwt.SigningMethodHS256, []byte("another key of thirty-two bytes!"), nil), "not valid"},
		"other method":    {sign(jwt.SigningMethodHS512, signingKey, nil), "not valid"},
		"expired":         {sign(jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) { c["exp"] = time.Now().Add(-time.Second).Unix() }), "run out"},
		"no end":          {sign(jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) { delete(c, "exp") }), "not valid"},
		"other audience":  {sign(jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) { c["aud"] = "other" }), "not valid"},
		"other issuer":    {sign(jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) { c["iss"] = "other" }), "not valid"},
		"no subject":      {sign(jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) { delete(c, "sub") }), "not valid"},
		"zero subject":    {sign(jwt.SigningMethodHS256, signingKey, func(c jwt.MapClaims) { c["sub"] = "0" }), "not valid"},
		"rubbish":         {"rubbish", "not valid"},
		"a refresh token": {"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "not valid"},
	} {
		t.Run(name, func(t *testing.T) {
			who := a.anonymous()
			who.token = c.token
			r := who.do("GET", "/datasets", nil)
			says(t, r.refused(401, core.CodeUnauthorized), c.words)
			if !strings.HasPrefix(r.Header.Get("WWW-Authenticate"), "Bearer") {
				t.Errorf("no challenge: %q", r.Header.Get("WWW-Authenticate"))
			}
			// Signing in again must be possible with it in the hand.
			who.do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}).ok(200, nil)
		})
	}
	who := a.anonymous()
	who.token = good
	who.do("GET", "/datasets", nil).ok(200, nil)
	a.anonymous().do("GET", "/datasets", nil, "Authorization", "Basic YWRhOmFkYQ==").refused(401, core.CodeUnauthorized)
}

// What an administrator decides counts at once, not when the access token has run out.
func TestTokenOfAnAccountThatChanged(t *testing.T) {
	t.Run("disabled", func(t *testing.T) {
		a := newApp(t)
		a.sql(`UPDATE users SET disabled = 1 WHERE username = 'ada'`)
		a.ada.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
		a.ada.do("GET", "/auth/me", nil).refused(401, core.CodeUnauthorized)
		a.bob.do("GET", "/datasets", nil).ok(200, nil)
	})
	t.Run("deleted", func(t *testing.T) {
		a := newApp(t)
		a.sql(`DELETE FROM users WHERE username = 'ada'`)
		a.ada.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
		a.ada.do("POST", "/sessions", map[string]any{"name": "s", "document": map[string]any{}}).refused(401, core.CodeUnauthorized)
	})
	t.Run("no admin any more", func(t *testing.T) {
		a := newApp(t)
		d := a.ada.dataset(core.KindSignal, false, "")
		path := "/datasets/" + itoa(d.ID)
		a.root.do("GET", path, nil).ok(200, nil)
		a.sql(`UPDATE users SET role = 'user' WHERE username = 'root'`)
		a.root.do("GET", path, nil).refused(404, core.CodeNotFound)
	})
}

func TestCookiesOverTLS(t *testing.T) {
	a := newApp(t)
	d := a.deps
	d.TrustedProxies = []string{"127.0.0.0/8"}
	behind := *a
	behind.url = a.serve(d)
	in := map[string]any{"username": "ada", "password": password}
	r := behind.anonymous().do("POST", "/auth/login", in, "X-Forwarded-Proto", "https").ok(200, nil)
	if !strings.Contains(r.Header.Get("Set-Cookie"), "; Secure") || r.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("behind a proxy with TLS: %q, HSTS %q", r.Header.Get("Set-Cookie"), r.Header.Get("Strict-Transport-Security"))
	}
	r = a.anonymous().do("POST", "/auth/login", in, "X-Forwarded-Proto", "https").ok(200, nil)
	if strings.Contains(r.Header.Get("Set-Cookie"), "; Secure") || r.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("a client that is no proxy was believed: %q", r.Header.Get("Set-Cookie"))
	}
	d = a.deps
	d.SecureCookies = true
	behind.url = a.serve(d)
	if r := behind.anonymous().do("POST", "/auth/login", in).ok(200, nil); !strings.Contains(r.Header.Get("Set-Cookie"), "; Secure") {
		t.Errorf("with secure cookies: %q", r.Header.Get("Set-Cookie"))
	}
}
