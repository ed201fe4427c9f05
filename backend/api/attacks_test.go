package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"regioscope/backend/core"
	"regioscope/backend/fetch"
	"regioscope/backend/queue"
	"regioscope/worker/tasks"
)

// attack is something that somebody tries, and what they are answered.
type attack struct {
	name   string
	try    func(a *app) *answer
	status int
	code   core.Code
	words  string // of the detail
}

// forged is an access token of root's with something wrong in it.
func forged(method jwt.SigningMethod, key any, exp time.Duration) func(a *app) *answer {
	return func(a *app) *answer {
		claims := jwt.MapClaims{"iss": "regioscope", "aud": "regioscope-api", "sub": fmt.Sprint(a.root.UserID), "exp": time.Now().Add(exp).Unix(), "role": "admin", "name": "root"}
		s, err := jwt.NewWithClaims(method, claims).SignedString(key)
		check(a.t, err)
		who := a.anonymous()
		who.token = s
		return who.do("GET", "/admin/users", nil)
	}
}

// imports tries to make the server ask an address.
func imports(address string) func(a *app) *answer {
	return func(a *app) *answer {
		d, on, ada := a.deps, *a, *a.ada
		d.Imports = core.NewImports(a.db, d.Datasets, a.runs, d.Uploads, fetch.New(fetch.Options{}), nil)
		on.url = a.serve(d)
		ada.app = &on
		return ada.do("POST", "/imports/describe", map[string]any{"url": address})
	}
}

func login(name, pw string, headers ...string) func(a *app) *answer {
	return func(a *app) *answer {
		return a.anonymous().do("POST", "/auth/login", map[string]any{"username": name, "password": pw}, headers...)
	}
}

// Issue 6, "a scripted attack list with the answer to each". What each answer means is shown in depth by the tests of its
// own area; here is the list.
func TestAttacks(t *testing.T) {
	const unauthorized, forbidden, notFound, invalid = core.CodeUnauthorized, core.CodeForbidden, core.CodeNotFound, core.CodeInvalid
	list := []attack{
		{"JWT alg none", forged(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, time.Minute), 401, unauthorized, "not valid"},
		{"JWT wrong key", forged(jwt.SigningMethodHS256, []byte("another key of thirty-two bytes!"), time.Minute), 401, unauthorized, "not valid"},
		{"JWT other algorithm", forged(jwt.SigningMethodHS512, signingKey, time.Minute), 401, unauthorized, "not valid"},
		{"JWT expired", forged(jwt.SigningMethodHS256, signingKey, -time.Second), 401, unauthorized, "run out"},
		{"replayed refresh token", func(a *app) *answer {
			c := a.anonymous()
			c.do("POST", "/auth/login", map[string]any{"username": "ada", "password": password}).ok(200, nil)
			first := c.cookie()
			c.do("POST", "/auth/refresh", nil).ok(200, nil)
			a.sql(`UPDATE refresh_tokens SET used_at = ? WHERE used_at IS NOT NULL`, time.Now().UTC().Add(-time.Minute))
			a.refresh(first).refused(401, unauthorized)
			return c.do("POST", "/auth/refresh", nil) // what the thief or the owner holds now is worth nothing either
		}, 401, unauthorized, "sign in again"},
		{"API token that nobody made", func(a *app) *answer {
			return a.anonymous().do("GET", "/datasets", nil, "Authorization", "Bearer rgs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
		}, 401, unauthorized, ""},
		{"role in the body of registration", func(a *app) *answer {
			return a.anonymous().do("POST", "/auth/register", map[string]any{"username": "eve", "password": password, "role": "admin"})
		}, 422, invalid, "role"},
		{"administration by a user", func(a *app) *answer { return a.ada.do("GET", "/admin/users", nil) }, 403, forbidden, "administrators"},
		{"making oneself an administrator", func(a *app) *answer {
			return a.bob.do("PATCH", fmt.Sprintf("/admin/users/%d", a.bob.UserID), map[string]any{"role": "admin"})
		}, 403, forbidden, "administrators"},

		{"CSRF by origin", login("ada", password, "Origin", "https://evil.example"), 403, forbidden, "another site"},
		{"CSRF by fetch metadata", login("ada", password, "Sec-Fetch-Site", "cross-site"), 403, forbidden, "another site"},
		{"CSRF with a forwarded host", login("ada", password, "Origin", "https://evil.example", "X-Forwarded-Host", "evil.example"), 403, forbidden, "another site"},
		{"CSRF by a form", func(a *app) *answer { // what a page elsewhere can send without asking has no token
			return a.anonymous().do("POST", "/sessions", "name=x", "Content-Type", "application/x-www-form-urlencoded")
		}, 401, unauthorized, "sign in"},

		{"login by brute force", func(a *app) *answer {
			for range 10 {
				login("ada", "wrong")(a).refused(401, unauthorized)
			}
			return login("ada", password, "X-Forwarded-For", "9.9.9.9")(a)
		}, 429, core.CodeRateLimited, "minutes"},
		{"unknown user", login("nobody", password), 401, unauthorized, ""},
		{"SQL in the name", login("ada' OR '1'='1", "x"), 401, unauthorized, ""},

		{"JSON of 9 MB", func(a *app) *answer {
			return a.ada.do("POST", "/sessions", `{"name":"`+strings.Repeat("x", 9<<20)+`"}`, "Content-Type", "application/json")
		}, 413, core.CodeTooLarge, "limit"},
		{"JSON a hundred thousand deep", func(a *app) *answer {
			return a.ada.do("POST", "/sessions", `{"name":"x","document":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+`}`, "Content-Type", "application/json")
		}, 400, invalid, "not JSON that can be read"},
		{"an address that is no file", func(a *app) *answer { return a.ada.do("GET", "/api/v1/../../etc/passwd", nil) }, 404, notFound, ""},
	}
	for _, address := range []string{"http://127.0.0.1/x.bed", "http://localhost:6379/x.bed", "http://[::1]/x.bed", "http://[::ffff:127.0.0.1]/x.bed", "http://169.254.169.254/latest/meta-data/x.bed",
		"http://10.0.0.1/x.bed", "http://192.168.1.1/x.bed", "http://0.0.0.0/x.bed", "http://[fd00:ec2::254]/x.bed"} {
		list = append(list, attack{"SSRF " + address, imports(address), 422, core.CodeForbiddenAddress, ""})
	}
	for _, address := range []string{"file:///etc/passwd", "gopher://127.0.0.1:6379/_FLUSHALL", "ftp://127.0.0.1/x.bed", "http://user:pw@127.0.0.1/x.bed", "http://2130706433/x.bed", "http://0x7f.1/x.bed"} {
		list = append(list, attack{"SSRF " + address, imports(address), 422, "", ""})
	}
	for _, at := range list {
		t.Run(at.name, func(t *testing.T) {
			a := newApp(t)
			r := at.try(a)
			if at.code == "" { // refused, in whichever words
				if r.StatusCode != at.status {
					t.Errorf("%d, want %d: %s", r.StatusCode, at.status, r.body)
				}
				return
			}
			p := r.refused(at.status, at.code)
			if !strings.Contains(p.Detail, at.words) {
				t.Errorf("%q does not say %q", p.Detail, at.words)
			}
			a.ada.do("GET", "/datasets", nil).ok(200, nil) // and everybody else goes on
		})
	}
}

// A zip bomb comes in as what it claims to be, and is refused by its check within the limits of the parser.
func TestZipBombIsRefused(t *testing.T) {
	a := newApp(t)
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	const lines = 1100 // more than the size from which the ratio counts
	line := []byte("#" + strings.Repeat("x", 64<<10) + "\n")
	for range lines {
		w.Write(line)
	}
	w.Write([]byte("chr1\t1\t2\n"))
	check(t, w.Close())
	var d core.Dataset
	a.ada.upload(core.KindRegions, "bomb.bed.gz", b.String()).ok(202, &d)
	e := tasks.NewExecutor(tasks.Deps{Stores: a.db, Blobs: a.volume, Runs: a.runs, Log: slog.New(slog.DiscardHandler)})
	e.Handle(t.Context(), queue.Payload{RunID: d.RunID, Attempt: 1})
	a.ada.do("GET", fmt.Sprintf("/datasets/%d", d.ID), nil).ok(200, &d)
	if d.State != core.DatasetFailed || d.Error == nil || d.Error.Code != core.CodeBadFile {
		t.Errorf("%d bytes that unpack to %d: %s %+v", b.Len(), len(line)*lines, d.State, d.Error)
	}
}

// IDOR: every id of somebody else's is answered as if it were not there, whatever the operation. That no operation is
// forgotten is what the golden table is for: TestEveryRouteAndEveryCaller.
func TestIDsOfOthersAreNotFound(t *testing.T) {
	a := newApp(t)
	set, session, run := a.ada.dataset(core.KindRegions, false, "chr1\t1\t2\n"), a.ada.session(false), a.ada.run(false)
	result := a.ada.result(false, array(a, "mean", make([]float64, 4), 4))
	for _, path := range []string{
		fmt.Sprintf("/datasets/%d", set.ID), fmt.Sprintf("/datasets/%d/file", set.ID), fmt.Sprintf("/datasets/%d/regions", set.ID), fmt.Sprintf("/region-sets/%d/results", set.ID),
		fmt.Sprintf("/sessions/%d", session.ID), fmt.Sprintf("/runs/%d", run.ID), fmt.Sprintf("/runs/%d/log", run.ID), fmt.Sprintf("/results/%d", result.ID), fmt.Sprintf("/results/%d/arrays/mean", result.ID),
	} {
		theirs := a.bob.do("GET", path, nil)
		if theirs.StatusCode != 404 {
			t.Errorf("%s: %d %s", path, theirs.StatusCode, theirs.body)
		}
	}
}

// hostile are texts that would do something where they are not taken for text.
var hostile = []string{`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `javascript:alert(1)`, "a\r\nSet-Cookie: admin=1", "../../../../etc/passwd", `'; DROP TABLE users; --`, "${jndi:ldap://x}", "\u202egnp.exe"}

// XSS, header injection and paths in every text that people can give: what comes back is JSON that says what was given, is
// never offered to be run, and never gets into a header. That pages render it as text is what Vue and the CSP are for:
// TestSecurityHeaders, TestPagesRenderNoHTML.
func TestHostileTextsStayText(t *testing.T) {
	a := newApp(t)
	set := a.ada.dataset(core.KindRegions, false, "chr1\t10\t20\n")
	fields := map[string]func(text string) *answer{
		"name of a dataset": func(s string) *answer {
			return a.ada.do("PATCH", fmt.Sprintf("/datasets/%d", set.ID), map[string]any{"name": s})
		},
		"description of a dataset": func(s string) *answer {
			return a.ada.do("PATCH", fmt.Sprintf("/datasets/%d", set.ID), map[string]any{"description": s})
		},
		"tag of a dataset": func(s string) *answer {
			return a.ada.do("PATCH", fmt.Sprintf("/datasets/%d", set.ID), map[string]any{"tags": []string{s}})
		},
		"cell type": func(s string) *answer {
			return a.ada.do("PATCH", fmt.Sprintf("/datasets/%d", set.ID), map[string]any{"cellType": s})
		},
		"perturbation": func(s string) *answer {
			return a.ada.do("PATCH", fmt.Sprintf("/datasets/%d", set.ID), map[string]any{"perturbation": s})
		},
		"name of a session": func(s string) *answer {
			return a.ada.do("POST", "/sessions", map[string]any{"name": s, "document": map[string]any{"text": s}})
		},
		"name of a group": func(s string) *answer { return a.ada.do("POST", "/groups", map[string]any{"name": s}) },
		"name of a user": func(s string) *answer {
			return a.anonymous().do("POST", "/auth/register", map[string]any{"username": s, "password": password})
		},
		"search": func(s string) *answer {
			return a.ada.do("GET", "/datasets?q="+strings.NewReplacer("\r", "%0D", "\n", "%0A", " ", "%20", "<", "%3C", ">", "%3E", `"`, "%22", "#", "%23", ";", "%3B", "{", "%7B", "}", "%7D", "$", "%24", "\u202e", "%E2%80%AE").Replace(s), nil)
		},
		"name of a file": func(s string) *answer {
			body, kind := form("meta", "", a.ada.meta(core.KindRegions), "file", "NAME", "chr1\t1\t2\n")
			return a.ada.do("POST", "/datasets", bytes.Replace(body, []byte("NAME"), []byte(strings.NewReplacer(`"`, "%22", "\r", "%0D", "\n", "%0A").Replace(s)), 1), "Content-Type", kind)
		},
	}
	for field, give := range fields {
		t.Run(field, func(t *testing.T) {
			for _, text := range hostile {
				r := give(text)
				kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
				if r.StatusCode >= 500 || kind != "application/json" && kind != "application/problem+json" {
					t.Errorf("%q: %d %s %s", text, r.StatusCode, kind, r.body)
				}
				if r.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src 'self'") {
					t.Errorf("%q: %v", text, r.Header)
				}
				if !json.Valid(r.body) {
					t.Errorf("%q comes back as %s", text, r.body)
				}
				harmless(t, r.Header, text)
			}
		})
	}
	// Files are offered for saving, under a name that is one.
	for _, text := range hostile {
		a.sql(`UPDATE datasets SET name = ?, file_name = ? WHERE id = ?`, text, text, set.ID)
		r := a.ada.do("GET", fmt.Sprintf("/datasets/%d/file", set.ID), nil).ok(200, nil)
		how, params, err := mime.ParseMediaType(r.Header.Get("Content-Disposition"))
		if err != nil || how != "attachment" || strings.ContainsAny(params["filename"], "/\\\r\n") {
			t.Errorf("%q is offered as %q: %v", text, r.Header.Get("Content-Disposition"), err)
		}
		if kind := r.Header.Get("Content-Type"); strings.Contains(kind, "html") || strings.Contains(kind, "script") {
			t.Errorf("%q is served as %s", text, kind)
		}
		harmless(t, r.Header, text)
	}
}

// harmless: no header was made by a text.
func harmless(t *testing.T, h http.Header, text string) {
	t.Helper()
	for _, c := range h.Values("Set-Cookie") {
		if strings.HasPrefix(c, "admin=") {
			t.Errorf("%q set a cookie", text)
		}
	}
	for name, values := range h {
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n") {
				t.Errorf("%q broke the header %s", text, name)
			}
		}
	}
}

// No page makes HTML of a text: what people write is shown as they wrote it.
func TestPagesRenderNoHTML(t *testing.T) {
	makesHTML := regexp.MustCompile(`\bv-html\b|\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function\(`)
	files := 0
	check(t, filepath.WalkDir(filepath.Join("..", "..", "frontend", "src"), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".test.ts") || !strings.HasSuffix(path, ".vue") && !strings.HasSuffix(path, ".ts") {
			return err
		}
		text, err := os.ReadFile(path)
		files++
		if found := makesHTML.Find(text); found != nil {
			t.Errorf("%s has %s", path, found)
		}
		return err
	}))
	if files == 0 {
		t.Error("no page was found")
	}
}
