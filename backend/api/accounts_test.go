package api_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"regioscope/backend/api"
	"regioscope/backend/core"
)

// postbox is a mail server that writes down what it is given.
type postbox struct {
	mu    sync.Mutex
	mails []letter
	err   error
}

type letter struct{ to, subject, text string }

func (p *postbox) Send(_ context.Context, to, subject, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, letter{to, subject, text})
	return p.err
}

func (p *postbox) all() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]letter(nil), p.mails...)
}

var secretInMail = regexp.MustCompile(`https://site\.example/(confirm|reset|register)#(\S+)`)

// secret waits for the nth message and gives the secret in it.
func (p *postbox) secret(t *testing.T, n int, page, to string) string {
	t.Helper()
	await(t, "the message", func() bool { return len(p.all()) >= n })
	l := p.all()[n-1]
	m := secretInMail.FindStringSubmatch(l.text)
	if m == nil || m[1] != page || l.to != to {
		t.Fatalf("message %+v has no address of %s for %s", l, page, to)
	}
	return m[2]
}

func withMail(t *testing.T) (*app, *postbox) {
	t.Helper()
	a, p := newApp(t), &postbox{}
	a.deps.Accounts.UseMail(p, "https://site.example/")
	return a, p
}

// in signs somebody in by the API.
func (a *app) in(name, pw string, headers ...string) *client {
	a.t.Helper()
	c := a.anonymous()
	var s api.SignInAnswer
	c.do("POST", "/auth/login", map[string]any{"username": name, "password": pw}, headers...).ok(200, &s)
	c.token, c.Caller = s.AccessToken, core.Caller{UserID: s.User.ID, Name: s.User.Username, Role: s.User.Role}
	return c
}

func (c *client) apiToken(scope core.TokenScope) (*client, *core.NewToken) {
	c.t.Helper()
	var made core.NewToken
	c.do("POST", "/account/tokens", map[string]any{"name": "script", "scope": scope}).ok(201, &made)
	s := c.anonymous()
	s.token = made.Token
	return s, &made
}

func TestAPITokenScopes(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindSignal, false, "")
	path := "/datasets/" + itoa(d.ID)
	patch := map[string]any{"name": "by script"}
	read, made := a.ada.apiToken(core.ScopeRead)
	if !strings.HasPrefix(made.Token, "rs_") || len(made.Token) < 40 || !strings.HasPrefix(made.Token, made.Hint) {
		t.Errorf("%+v", made)
	}
	read.do("GET", path, nil).ok(200, nil)
	says(t, read.do("PATCH", path, patch).refused(403, core.CodeForbidden), "reading only")
	write, _ := a.ada.apiToken(core.ScopeWrite)
	write.do("PATCH", path, patch).ok(200, nil)

	a.ada.do("POST", "/account/tokens", map[string]any{"name": "x", "scope": "admin"}).refused(422, core.CodeInvalid)
	asUser, _ := a.root.apiToken(core.ScopeWrite)
	asUser.do("GET", path, nil).refused(404, core.CodeNotFound) // an admin's token of the scope write is a user's
	asUser.do("GET", "/admin/users", nil).refused(403, core.CodeForbidden)
	asAdmin, _ := a.root.apiToken(core.ScopeAdmin)
	asAdmin.do("GET", path, nil).ok(200, nil)
	asAdmin.do("GET", "/admin/users", nil).ok(200, nil)

	// A token that leaked must not become the account.
	for _, c := range []*client{write, asAdmin} {
		c.do("POST", "/account/tokens", map[string]any{"name": "x", "scope": "write"}).refused(403, core.CodeForbidden)
		c.do("PUT", "/account/password", map[string]any{"current": password, "password": "another one"}).refused(403, core.CodeForbidden)
		c.do("POST", "/account/delete", map[string]any{"confirm": "ada", "current": password}).refused(403, core.CodeForbidden)
		c.do("GET", "/account/sign-ins", nil).refused(403, core.CodeForbidden)
	}
}

func TestAPITokensAreShownOnceAndEnd(t *testing.T) {
	a := newApp(t)
	s, made := a.ada.apiToken(core.ScopeRead)
	s.do("GET", "/datasets", nil).ok(200, nil)
	r := a.ada.do("GET", "/account/tokens", nil)
	var list struct{ Items []core.APIToken }
	r.ok(200, &list)
	if len(list.Items) != 1 || list.Items[0].LastUsedAt == nil || strings.Contains(string(r.body), made.Token) {
		t.Errorf("%s", r.body)
	}
	var stored string
	check(t, a.rows().QueryRow(`SELECT token_hash FROM api_tokens`).Scan(&stored))
	if strings.Contains(stored, made.Token) || len(stored) != 64 {
		t.Errorf("the secret is stored: %s", stored)
	}
	a.bob.do("DELETE", "/account/tokens/"+itoa(made.ID), nil).refused(404, core.CodeNotFound)
	a.ada.do("DELETE", "/account/tokens/"+itoa(made.ID), nil).ok(204, nil)
	s.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)

	late, _ := a.ada.apiToken(core.ScopeRead)
	a.sql(`UPDATE api_tokens SET expires_at = ?`, time.Now().UTC().Add(-time.Second))
	late.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
	off, _ := a.bob.apiToken(core.ScopeRead)
	a.sql(`UPDATE users SET disabled = 1 WHERE username = 'bob'`)
	off.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
}

func TestBasicAuth(t *testing.T) {
	a := newApp(t)
	_, made := a.ada.apiToken(core.ScopeRead)
	try := func(name, pw string) *answer {
		return a.anonymous().do("GET", "/datasets", nil, "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(name+":"+pw)))
	}
	try("ada", password).ok(200, nil)
	try("ADA", made.Token).ok(200, nil)
	try("bob", made.Token).refused(401, core.CodeUnauthorized)
	a.anonymous().do("GET", "/datasets", nil, "Authorization", "Basic !").refused(401, core.CodeUnauthorized)
	for range 10 {
		try("ada", "wrong").refused(401, core.CodeUnauthorized)
	}
	try("ada", password).refused(429, core.CodeRateLimited)
}

func TestSignInsAreListedAndEnded(t *testing.T) {
	a := newApp(t)
	here, there := a.in("ada", password, "User-Agent", "Firefox here"), a.in("ada", password, "User-Agent", "Chrome there")
	var list struct{ Items []core.SignInRow }
	here.do("GET", "/account/sign-ins", nil).ok(200, &list)
	if len(list.Items) != 2 || list.Items[1].Agent != "Firefox here" || !list.Items[1].Current || list.Items[0].Current || list.Items[0].IP == "" {
		t.Fatalf("%+v", list.Items)
	}
	a.bob.do("DELETE", "/account/sign-ins/"+itoa(list.Items[0].ID), nil).refused(404, core.CodeNotFound)
	here.do("DELETE", "/account/sign-ins/"+itoa(list.Items[0].ID), nil).ok(204, nil)
	says(t, there.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized), "signed out") // at once, not when the token runs out
	there.do("POST", "/auth/refresh", nil).refused(401, core.CodeUnauthorized)
	here.do("GET", "/datasets", nil).ok(200, nil)
	// A renewed sign-in is the same browser.
	here.do("POST", "/auth/refresh", nil).ok(200, nil)
	here.do("GET", "/account/sign-ins", nil).ok(200, &list)
	if len(list.Items) != 1 || !list.Items[0].Current {
		t.Fatalf("%+v", list.Items)
	}
	third := a.in("ada", password)
	here.do("DELETE", "/account/sign-ins?keep=true", nil).ok(204, nil)
	third.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
	here.do("GET", "/datasets", nil).ok(200, nil)
	here.do("DELETE", "/account/sign-ins", nil).ok(204, nil)
	here.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
	here.do("POST", "/auth/refresh", nil).refused(401, core.CodeUnauthorized)
}

func TestChangePassword(t *testing.T) {
	a := newApp(t)
	here, there := a.in("ada", password), a.in("ada", password)
	change := func(current, next string) *answer {
		return here.do("PUT", "/account/password", map[string]any{"current": current, "password": next})
	}
	p := change("wrong", "a new password").refused(422, core.CodeInvalid)
	if len(p.Errors) != 1 || p.Errors[0].Field != "current" || p.Errors[0].Value != "" {
		t.Errorf("%+v", p.Errors)
	}
	change(password, "short").refused(422, core.CodeInvalid)
	change(password, "a new password").ok(204, nil)
	there.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
	here.do("GET", "/datasets", nil).ok(200, nil)
	a.anonymous().do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}).refused(401, core.CodeUnauthorized)
	a.in("ada", "a new password")
}

func (a *app) rules(mode core.RegistrationMode, confirm bool, domains ...string) {
	a.t.Helper()
	if domains == nil {
		domains = []string{}
	}
	a.root.do("PUT", "/admin/registration", map[string]any{"mode": mode, "domains": domains, "confirm": confirm}).ok(200, nil)
}

func (a *app) signUp(name string, more ...string) *answer {
	body := map[string]any{"username": name, "password": password}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i]] = more[i+1]
	}
	return a.anonymous().do("POST", "/auth/register", body)
}

func TestRegistrationRules(t *testing.T) {
	a := newApp(t)
	a.rules(core.RegisterClosed, false)
	says(t, a.signUp("one").refused(403, core.CodeForbidden), "Ask the administrator")
	a.rules(core.RegisterInvitation, false)
	says(t, a.signUp("one").refused(403, core.CodeForbidden), "invitation")
	a.rules(core.RegisterDomains, false, "@Example.org", "lab.example.com")
	for email, status := range map[string]int{"x@example.org": 201, "y@LAB.example.com": 201, "z@evil-example.org": 422, "v@example.org.evil": 422, "": 422, `"a@example.org"@evil.example`: 422} {
		r := a.signUp("n"+itoa(int64(len(email))), "email", email)
		if r.StatusCode != status {
			t.Errorf("%q: %d %s", email, r.StatusCode, r.body)
		}
	}
	var rules core.SignUpRules
	a.anonymous().do("GET", "/auth/rules", nil).ok(200, &rules)
	if rules.Mode != core.RegisterDomains || !rules.Confirm || rules.Domains[0] != "example.org" || rules.MinPassword != 8 || rules.Mail {
		t.Errorf("%+v", rules)
	}
	bad := map[string]any{"mode": "domains", "domains": []string{}, "confirm": false}
	a.root.do("PUT", "/admin/registration", bad).refused(422, core.CodeInvalid)
	bad["domains"] = []string{"no domain"}
	a.root.do("PUT", "/admin/registration", bad).refused(422, core.CodeInvalid)
	a.rules(core.RegisterOpen, false)
	a.signUp("open").ok(201, nil)
}

// Without a mail server the administrator confirms.
func TestAdminConfirms(t *testing.T) {
	a := newApp(t)
	a.rules(core.RegisterOpen, true)
	var made api.UserAnswer
	a.signUp("eve").ok(201, &made)
	in := map[string]any{"username": "eve", "password": password}
	says(t, a.anonymous().do("POST", "/auth/login", in).refused(403, core.CodeUnconfirmed), "administrator")
	a.anonymous().do("POST", "/auth/login", map[string]any{"username": "eve", "password": "wrong"}).refused(401, core.CodeUnauthorized)
	a.root.do("PATCH", "/admin/users/"+itoa(made.User.ID), map[string]any{"confirmed": true}).ok(200, nil)
	a.in("eve", password)
}

func TestConfirmationByMail(t *testing.T) {
	a, box := withMail(t)
	a.rules(core.RegisterOpen, true)
	says(t, a.signUp("eve").refused(422, core.CodeInvalid), "e-mail address is needed")
	a.signUp("eve", "email", "eve@example.org").ok(201, nil)
	first := box.secret(t, 1, "confirm", "eve@example.org")
	in := map[string]any{"username": "eve", "password": password}
	a.anonymous().do("POST", "/auth/login", in).refused(403, core.CodeUnconfirmed)
	confirm := func(secret string) *answer {
		return a.anonymous().do("POST", "/auth/confirm", map[string]any{"token": secret})
	}
	a.anonymous().do("POST", "/auth/resend", map[string]any{"username": "eve", "password": "wrong"}).refused(401, core.CodeUnauthorized)
	a.anonymous().do("POST", "/auth/resend", in).ok(204, nil)
	second := box.secret(t, 2, "confirm", "eve@example.org")
	a.anonymous().do("POST", "/auth/reset", map[string]any{"token": second, "password": "a new password"}).refused(404, core.CodeNotFound) // for another purpose
	confirm("nonsense").refused(404, core.CodeNotFound)
	confirm(second).ok(204, nil)
	confirm(second).refused(404, core.CodeNotFound) // again
	confirm(first).refused(404, core.CodeNotFound)  // spent with the other
	c := a.in("eve", password)

	// A new address counts once the message to it was answered.
	c.do("PUT", "/account/email", map[string]any{"current": password, "email": "new@example.org"}).ok(200, nil)
	third := box.secret(t, 3, "confirm", "new@example.org")
	var me core.User
	c.do("GET", "/auth/me", nil).ok(200, &me)
	if me.Email != "eve@example.org" {
		t.Errorf("%+v", me)
	}
	a.sql(`UPDATE mail_tokens SET expires_at = ? WHERE used_at IS NULL`, time.Now().UTC().Add(-time.Second))
	confirm(third).refused(404, core.CodeNotFound) // too late
	c.do("PUT", "/account/email", map[string]any{"current": password, "email": "new@example.org"}).ok(200, nil)
	confirm(box.secret(t, 4, "confirm", "new@example.org")).ok(204, nil)
	c.do("GET", "/auth/me", nil).ok(200, &me)
	if me.Email != "new@example.org" {
		t.Errorf("%+v", me)
	}
}

func TestPasswordReset(t *testing.T) {
	a, box := withMail(t)
	a.sql(`UPDATE users SET email = 'ada@example.org' WHERE username = 'ada'`)
	in := a.in("ada", password)
	ask := func(login string) *answer {
		return a.anonymous().do("POST", "/auth/forgotten", map[string]any{"login": login})
	}
	ask("ADA@example.org").ok(204, nil)
	first := box.secret(t, 1, "reset", "ada@example.org")
	ask("ada").ok(204, nil)
	second := box.secret(t, 2, "reset", "ada@example.org")
	reset := func(secret, pw string) *answer {
		return a.anonymous().do("POST", "/auth/reset", map[string]any{"token": secret, "password": pw})
	}
	reset(first, "short").refused(422, core.CodeInvalid) // does not spend it
	reset(first, "a new password").ok(204, nil)
	reset(first, "and another one").refused(404, core.CodeNotFound)
	reset(second, "and another one").refused(404, core.CodeNotFound)
	in.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized) // whoever was in is out
	a.in("ada", "a new password")
	ask("ada").ok(204, nil)
	third := box.secret(t, 3, "reset", "ada@example.org")
	a.sql(`UPDATE mail_tokens SET expires_at = ? WHERE used_at IS NULL`, time.Now().UTC().Add(-time.Second))
	says(t, reset(third, "too late for this").refused(404, core.CodeNotFound), "run out")
}

// The answer to a question for a reset is the same whether or not there is such an account, it has an address, or the
// mail server works; only the account that there is gets a message.
func TestResetTellsNothing(t *testing.T) {
	a, box := withMail(t)
	box.err = errors.New("mail server away")
	a.sql(`UPDATE users SET email = 'ada@example.org' WHERE username = 'ada'`)
	a.sql(`UPDATE users SET email = 'off@example.org', disabled = 1 WHERE username = 'bob'`)
	for _, login := range []string{"nobody", "bob", "root", "off@example.org", "ada"} {
		r := a.anonymous().do("POST", "/auth/forgotten", map[string]any{"login": login}).ok(204, nil)
		if len(r.body) != 0 {
			t.Errorf("%s is answered %s", login, r.body)
		}
	}
	box.secret(t, 1, "reset", "ada@example.org")
	for range 5 {
		a.anonymous().do("POST", "/auth/forgotten", map[string]any{"login": "nobody"})
	}
	a.anonymous().do("POST", "/auth/forgotten", map[string]any{"login": "nobody"}).refused(429, core.CodeRateLimited)
	if n := len(box.all()); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestInvitations(t *testing.T) {
	a, box := withMail(t)
	a.rules(core.RegisterInvitation, true)
	invite := func(body map[string]any) core.NewInvitation {
		t.Helper()
		var made core.NewInvitation
		a.root.do("POST", "/admin/invitations", body).ok(201, &made)
		return made
	}
	byMail := invite(map[string]any{"email": "eve@example.org", "role": "user", "days": 7})
	if secret := box.secret(t, 1, "register", "eve@example.org"); secret != byMail.Token || !byMail.Sent {
		t.Errorf("%q, %+v", secret, byMail)
	}
	var u api.UserAnswer
	a.signUp("eve", "invitation", byMail.Token).ok(201, &u)
	if u.User.Unconfirmed || u.User.Email != "eve@example.org" { // the secret came to this address
		t.Errorf("%+v", u.User)
	}
	a.in("eve", password)
	says(t, a.signUp("eve2", "invitation", byMail.Token).refused(403, core.CodeForbidden), "used")
	gone := invite(map[string]any{"role": "user", "days": 7})
	a.root.do("DELETE", "/admin/invitations/"+itoa(gone.ID), nil).ok(204, nil)
	a.signUp("eve3", "invitation", gone.Token).refused(403, core.CodeForbidden)
	late := invite(map[string]any{"role": "user", "days": 1})
	a.sql(`UPDATE invitations SET expires_at = ? WHERE id = ?`, time.Now().UTC().Add(-time.Second), late.ID)
	a.signUp("eve4", "invitation", late.Token).refused(403, core.CodeForbidden)
	admin := invite(map[string]any{"role": "admin", "note": "for the lab", "days": 1})
	a.signUp("ada", "invitation", admin.Token, "email", "x@example.org").refused(409, core.CodeConflict) // does not spend it
	a.signUp("boss", "invitation", admin.Token, "email", "boss@example.org").ok(201, &u)
	if u.User.Role != core.RoleAdmin {
		t.Errorf("%+v", u.User)
	}
	r := a.root.do("GET", "/admin/invitations", nil)
	var list struct{ Items []core.Invitation }
	r.ok(200, &list)
	if len(list.Items) != 4 || list.Items[0].UsedBy != "boss" || list.Items[0].Note != "for the lab" || strings.Contains(string(r.body), admin.Token) {
		t.Errorf("%s", r.body)
	}
	a.root.do("POST", "/admin/invitations", map[string]any{"email": "eve@example.org", "role": "user", "days": 7}).refused(422, core.CodeInvalid)
}

func TestAdminOfAccounts(t *testing.T) {
	a := newApp(t)
	d := a.bob.dataset(core.KindSignal, false, "")
	var list struct{ Items []core.UserUse }
	a.root.do("GET", "/admin/users?q=BO", nil).ok(200, &list)
	if len(list.Items) != 1 || list.Items[0].Username != "bob" || list.Items[0].Datasets != 1 || list.Items[0].Bytes != d.Size {
		t.Fatalf("%+v", list.Items)
	}
	bob := "/admin/users/" + itoa(a.bob.UserID)
	in := a.in("bob", password)
	a.root.do("PATCH", bob, map[string]any{"disabled": true}).ok(200, nil)
	in.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
	in.do("POST", "/auth/refresh", nil).refused(401, core.CodeUnauthorized)
	a.root.do("PATCH", bob, map[string]any{"disabled": false, "role": "admin"}).ok(200, nil)
	in.do("POST", "/auth/refresh", nil).refused(401, core.CodeUnauthorized) // the sign-in stays ended
	a.bob.do("GET", "/admin/users", nil).ok(200, nil)
	says(t, a.root.do("PATCH", "/admin/users/"+itoa(a.root.UserID), map[string]any{"role": "user"}).refused(409, core.CodeState), "your own")
	a.root.do("PATCH", "/admin/users/999", map[string]any{"role": "user"}).refused(404, core.CodeNotFound)

	var s core.Secret
	a.root.do("POST", bob+"/reset", nil).ok(201, &s)
	a.anonymous().do("POST", "/auth/reset", map[string]any{"token": s.Token, "password": "set by link"}).ok(204, nil)
	a.in("bob", "set by link")
}

func TestExportAndDeletion(t *testing.T) {
	a := newApp(t)
	d := a.ada.dataset(core.KindRegions, false, "chr1\t10\t20\n")
	a.ada.session(false)
	kept := &core.Assembly{Name: "hers", OwnerID: a.ada.UserID, Chroms: a.toy.Chroms}
	check(t, a.db.Assemblies().Create(t.Context(), kept))
	other := a.bob.dataset(core.KindSignal, false, "")
	a.sql(`UPDATE datasets SET assembly_id = ? WHERE id = ?`, kept.ID, other.ID)
	trashed := a.ada.dataset(core.KindSignal, false, "in the trash")
	a.ada.do("DELETE", "/datasets/"+itoa(trashed.ID), nil).ok(204, nil)

	r := a.ada.do("GET", "/account/export", nil).ok(200, nil)
	z, err := zip.NewReader(bytes.NewReader(r.body), int64(len(r.body)))
	check(t, err)
	files := map[string]string{}
	for _, f := range z.File {
		o, err := f.Open()
		check(t, err)
		b, err := io.ReadAll(o)
		check(t, err)
		files[f.Name] = string(b)
	}
	if files["files/"+itoa(d.ID)+"-"+d.FileName] != "chr1\t10\t20\n" || !strings.Contains(files["account.json"], `"ada"`) ||
		!strings.Contains(files["sessions.json"], `"panels"`) || !strings.Contains(files["assemblies.json"], "hers") || len(files) != 8 {
		t.Errorf("%v", files)
	}
	if strings.Contains(files["account.json"], "argon2") {
		t.Error("the export has the hash of the password")
	}
	var n core.LeavingCount
	a.ada.do("GET", "/account/leaving", nil).ok(200, &n)
	if n.Datasets != 1 || n.Sessions != 1 || n.Kept != 1 || n.Bytes != d.Size {
		t.Errorf("%+v", n)
	}
	leave := func(c *client, confirm, pw string) *answer {
		return c.do("POST", "/account/delete", map[string]any{"confirm": confirm, "current": pw})
	}
	leave(a.ada, "adam", password).refused(422, core.CodeInvalid)
	leave(a.ada, "ada", "wrong").refused(422, core.CodeInvalid)
	says(t, leave(a.root, "root", password).refused(409, core.CodeState), "only administrator")
	leave(a.ada, "ada", password).ok(204, nil)
	a.ada.do("GET", "/datasets", nil).refused(401, core.CodeUnauthorized)
	a.root.do("GET", "/datasets/"+itoa(d.ID), nil).refused(404, core.CodeNotFound)
	a.anonymous().do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}).refused(401, core.CodeUnauthorized)
	var as core.Assembly
	a.bob.do("GET", "/assemblies/"+itoa(kept.ID), nil).ok(200, &as)
	if as.OwnerID != a.root.UserID {
		t.Errorf("the assembly belongs to %d", as.OwnerID)
	}
	a.signUp("ada").ok(201, nil) // the name is free again
}

func TestShowcase(t *testing.T) {
	a := newApp(t)
	check(t, a.deps.Accounts.OpenShowcase(t.Context()))
	private, public := a.ada.dataset(core.KindSignal, false, ""), a.ada.dataset(core.KindSignal, true, "")
	visitor := a.anonymous()
	visitor.do("GET", "/datasets/"+itoa(public.ID), nil).ok(200, nil)
	visitor.do("GET", "/datasets/"+itoa(private.ID), nil).refused(404, core.CodeNotFound)
	var me core.User
	visitor.do("GET", "/auth/me", nil).ok(200, &me)
	if !me.Showcase || me.Role != core.RoleUser {
		t.Errorf("%+v", me)
	}
	// Whatever changes something explains itself, on every route.
	for id, op := range operations(t) {
		method, path, _ := strings.Cut(op, " ")
		if method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions || strings.HasPrefix(path, "/auth/") || id == "aggregateResult" || id == "previewDerivation" {
			continue
		}
		path = strings.NewReplacer("{id}", itoa(public.ID), "{linkId}", "1").Replace(path)
		path = regexp.MustCompile(`\{[^}]+\}`).ReplaceAllString(path, "1")
		says(t, visitor.do(method, path, map[string]any{}).refused(403, core.CodeForbidden), "showcase", "Sign in")
	}
	a.ada.do("PATCH", "/datasets/"+itoa(public.ID), map[string]any{"name": "still hers"}).ok(200, nil)
	a.anonymous().do("POST", "/auth/login", map[string]any{"username": "showcase", "password": ""}).refused(401, core.CodeUnauthorized)
	var rules core.SignUpRules
	r := a.anonymous().do("GET", "/auth/rules", nil)
	check(t, json.Unmarshal(r.body, &rules))
	if !rules.Showcase {
		t.Errorf("%s", r.body)
	}
}
