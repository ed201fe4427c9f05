package api_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"regioscope/backend/api"
	"regioscope/backend/auth"
	"regioscope/backend/blob"
	"regioscope/backend/core"
	"regioscope/backend/events"
	"regioscope/backend/queue"
	"regioscope/backend/store"
	"regioscope/backend/testkit"
	"regioscope/worker/demo/demotest"
	"regioscope/worker/format/npy"
	"regioscope/worker/tasks"
)

func TestMain(m *testing.M) {
	// What the server has to say about refused requests is not what a test is read for.
	slog.SetDefault(slog.New(slog.DiscardHandler))
	code := m.Run()
	demotest.Remove()
	os.Exit(code)
}

const (
	maxUpload = 8 << 20
	password  = "correct horse"
)

var signingKey = []byte("0123456789abcdef0123456789abcdef")

// app is the whole server over SQLite, an in-process Redis and a data volume, all of the test's own, without a worker.
//
// #1 root is an admin, #2 ada owns what the tests look at, #3 bob owns nothing. Assembly toy is that of the tiny demo
// data and built in.
type app struct {
	t               *testing.T
	url, dir        string
	db              *store.Store
	volume          *blob.Store
	redis           *redis.Client
	hub             *events.Hub
	runs            *core.Runs
	web             http.HandlerFunc
	toy             *core.Assembly
	root, ada, bob  *client
	deps            api.Deps
	stopping        chan struct{}
	nameless, count int
}

// client is one person with a browser: an access token and a cookie jar.
type client struct {
	*app
	core.Caller
	token string
	http  *http.Client
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newApp(t *testing.T) *app {
	t.Helper()
	ctx := t.Context()
	a := &app{t: t, dir: t.TempDir(), stopping: make(chan struct{})}
	var err error
	a.db, err = store.Open(ctx, "sqlite://"+filepath.Join(a.dir, "db"))
	check(t, err)
	t.Cleanup(func() { a.db.Close() })
	check(t, a.db.MigrateUp(ctx))
	a.volume, err = blob.Open(a.dir)
	check(t, err)
	a.redis = redis.NewClient(&redis.Options{Addr: testkit.MiniRedis(t)})
	t.Cleanup(func() { a.redis.Close() })
	log := slog.New(slog.DiscardHandler)
	a.hub = events.New(a.redis, log)
	t.Cleanup(a.hub.Close)
	tokens, err := auth.NewTokens(signingKey)
	check(t, err)
	a.runs = core.NewRuns(a.db, queue.NewClient(a.redis), a.hub, nil)
	a.web = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "the pages") }
	a.deps = api.Deps{
		Accounts:   core.NewAccounts(a.db, auth.NewPasswords(), tokens, auth.NewLimiter(a.redis)),
		Assemblies: core.NewAssemblies(a.db), Datasets: core.NewDatasets(a.db, a.volume, a.hub, a.runs), Runs: a.runs,
		Results: core.NewResults(a.db, a.volume, a.runs, tasks.NewExecutor(tasks.Deps{Stores: a.db, Blobs: a.volume, Runs: a.runs, Log: slog.New(slog.DiscardHandler)})), Sessions: core.NewSessions(a.db), Blobs: a.volume, Tokens: tokens,
		Events: a.hub, Ready: a.db.Ping, Log: log, MaxUpload: maxUpload, Stopping: a.stopping,
		Collections: core.NewCollections(core.NewDatasets(a.db, a.volume, a.hub, a.runs)),
		Web:         http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.web(w, r) }),
	}
	g := demotest.MustTinySet(t).Assembly
	a.toy = &core.Assembly{Name: g.Name, Chroms: g.Chroms, Arms: g.Arms, Aliases: g.Aliases}
	check(t, a.db.Assemblies().Create(ctx, a.toy))
	a.url = a.serve(a.deps)
	a.root, a.ada, a.bob = a.person("root", core.RoleAdmin), a.person("ada", core.RoleUser), a.person("bob", core.RoleUser)
	return a
}

// serve starts a server over d and gives its address.
func (a *app) serve(d api.Deps) string {
	a.t.Helper()
	handler, err := api.New(d)
	check(a.t, err)
	s := httptest.NewUnstartedServer(handler)
	s.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	s.Start()
	a.t.Cleanup(func() { s.CloseClientConnections(); s.Close() })
	return s.URL
}

// hashed is hashed once: argon2id is meant to be slow.
var hashed = func() string {
	h, err := auth.NewPasswords().Hash(context.Background(), password)
	if err != nil {
		panic(err)
	}
	return h
}()

// person makes an account and signs it in, without asking the API.
func (a *app) person(name string, role core.Role) *client {
	a.t.Helper()
	u := &core.User{Username: name, Role: role, PasswordHash: hashed}
	check(a.t, a.db.Users().Create(a.t.Context(), u))
	tokens, err := auth.NewTokens(signingKey)
	check(a.t, err)
	token, _, err := tokens.Issue(u)
	check(a.t, err)
	c := a.anonymous()
	c.Caller, c.token = core.Caller{UserID: u.ID, Name: u.Username, Role: u.Role}, token
	return c
}

func (a *app) anonymous() *client {
	jar, _ := cookiejar.New(nil)
	// No compression behind the test's back.
	return &client{app: a, http: &http.Client{Jar: jar, Transport: &http.Transport{DisableCompression: true}}}
}

// sql changes a row behind the server's back, as another instance, an administrator or time would.
func (a *app) sql(query string, args ...any) {
	a.t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(a.dir, "db")+"?_pragma=busy_timeout(20000)&_pragma=foreign_keys(1)")
	check(a.t, err)
	defer db.Close()
	res, err := db.Exec(query, args...)
	check(a.t, err)
	if n, _ := res.RowsAffected(); n == 0 {
		a.t.Fatalf("%s changed nothing", query)
	}
}

// answer is a response that was read to its end.
type answer struct {
	*http.Response
	t    *testing.T
	what string
	body []byte
}

// do sends a request. body is nil, a string or []byte sent as it is, or anything else as JSON; headers come in pairs.
func (c *client) do(method, path string, body any, headers ...string) *answer {
	c.t.Helper()
	req := c.request(method, path, body, headers...)
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatalf("%s %s: %v", method, path, err)
	}
	return &answer{res, c.t, method + " " + path, b}
}

func (c *client) request(method, path string, body any, headers ...string) *http.Request {
	c.t.Helper()
	var r io.Reader
	kind := ""
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	case []byte:
		r = bytes.NewReader(b)
	case io.Reader:
		r = b
	default:
		raw, err := json.Marshal(b)
		check(c.t, err)
		r, kind = bytes.NewReader(raw), "application/json"
	}
	if strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "/api/") && path != "/healthz" && path != "/readyz" {
		path = "/api/v1" + path
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.url+path, r)
	check(c.t, err)
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	return req
}

// ok expects a status and decodes the body, when to is not nil.
func (r *answer) ok(status int, to any) *answer {
	r.t.Helper()
	if r.StatusCode != status {
		r.t.Fatalf("%s: %d, want %d: %s", r.what, r.StatusCode, status, r.body)
	}
	if to != nil {
		if err := json.Unmarshal(r.body, to); err != nil {
			r.t.Fatalf("%s: %v: %s", r.what, err, r.body)
		}
	}
	return r
}

// refused expects a problem of this status and code, of the form that every problem has.
func (r *answer) refused(status int, code core.Code) *api.Problem {
	r.t.Helper()
	var p api.Problem
	r.ok(status, &p)
	if got := r.Header.Get("Content-Type"); got != "application/problem+json" {
		r.t.Errorf("%s: a problem comes as %s", r.what, got)
	}
	if p.Code != code || p.Status != status || p.Title != http.StatusText(status) || p.Type != "urn:regioscope:problem:"+string(code) {
		r.t.Errorf("%s: %+v, want status %d and code %s", r.what, p, status, code)
	}
	first, _, _ := strings.Cut(p.Detail, " ") // the name of a file or an assembly may stand first
	if len(p.Detail) < 10 || strings.ToUpper(p.Detail[:1]) != p.Detail[:1] && !strings.ContainsAny(first, ".0123456789") || !strings.HasSuffix(p.Detail, ".") {
		r.t.Errorf("%s: the detail is no sentence: %q", r.what, p.Detail)
	}
	return &p
}

// says expects words in the detail of the problem.
func says(t *testing.T, p *api.Problem, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(p.Detail, w) {
			t.Errorf("%q does not say %q", p.Detail, w)
		}
	}
}

// store puts bytes on the data volume.
func (a *app) store(content []byte) core.BlobRef {
	a.t.Helper()
	w, err := a.volume.Create(a.t.Context())
	check(a.t, err)
	_, err = w.Write(content)
	check(a.t, err)
	ref, err := w.Commit(a.t.Context())
	check(a.t, err)
	return ref
}

// dataset adds a ready dataset of c's without the API. Its content is its name, unless d.SHA256 names another.
func (c *client) dataset(kind core.Kind, public bool, content string) *core.Dataset {
	c.t.Helper()
	c.count++
	d := &core.Dataset{Name: fmt.Sprintf("%s %d", kind, c.count), Kind: kind, AssemblyID: c.toy.ID, OwnerID: c.UserID, Public: public,
		State: core.DatasetReady, Dimension: 1, FileName: fmt.Sprintf("file-%d", c.count)}
	if kind == core.KindRegions {
		d.SizeType, d.Facts.Regions = core.SizePoint, &core.RegionFacts{Format: "bed", Columns: []string{"chrom"}}
	}
	if content == "" {
		content = d.Name
	}
	ref := c.store([]byte(content))
	d.SHA256, d.Size = ref.SHA256, ref.Size
	check(c.t, c.db.Datasets().Create(c.t.Context(), d))
	return d
}

// array stores an array as .npy.
func array[T npy.Number](a *app, name string, values []T, shape ...int) core.Array {
	a.t.Helper()
	var b bytes.Buffer
	check(a.t, npy.Write(&b, values, shape...))
	ref := a.store(b.Bytes())
	out := core.Array{Name: name, SHA256: ref.SHA256, Size: ref.Size}
	switch any(values).(type) {
	case []float32:
		out.DType = "float32"
	case []float64:
		out.DType = "float64"
	case []int64:
		out.DType = "int64"
	}
	for _, n := range shape {
		out.Shape = append(out.Shape, int64(n))
	}
	return out
}

// result adds a stackup result over two datasets of c's.
func (c *client) result(public bool, arrays ...core.Array) *core.Result {
	c.t.Helper()
	set, track := c.dataset(core.KindRegions, public, ""), c.dataset(core.KindSignal, public, "")
	r := core.Result{Pipeline: core.PipelineStackup, RegionSetID: set.ID, FeatureID: track.ID, Window: 1000, Bin: 500, Value: "mean",
		Shape: []int64{3, 4}, N: 3, Total: 3, Arrays: arrays, ManifestHash: strings.Repeat("a", 64),
		Manifest: json.RawMessage(`{"engine":"x"}`), Ledger: json.RawMessage(`{"read":3}`)}
	check(c.t, c.db.Results().Insert(c.t.Context(), []core.Result{r}))
	list, err := c.db.Results().List(c.t.Context(), core.ResultFilter{RegionSetID: set.ID})
	check(c.t, err)
	return &list[0]
}

// run adds a queued run over datasets of c's.
func (c *client) run(public bool) core.Run {
	c.t.Helper()
	set, track := c.dataset(core.KindRegions, public, ""), c.dataset(core.KindSignal, public, "")
	answer, err := c.runs.Preprocess(c.t.Context(), c.Caller, core.PreprocessRequest{RegionSetIDs: []int64{set.ID}, FeatureIDs: []int64{track.ID},
		Pairs: []core.WindowBin{{Window: 1000, Bin: 500}}})
	check(c.t, err)
	return answer.Runs[0]
}

func (c *client) session(public bool) *core.Session {
	c.t.Helper()
	x := &core.Session{OwnerID: c.UserID, Name: "mine", Public: public, Document: json.RawMessage(`{"version":1,"panels":[]}`)}
	check(c.t, c.db.Sessions().Create(c.t.Context(), x))
	return x
}

// stored lists the files on the data volume; what is in tmp begins with tmp/.
func (a *app) stored() (out []string) {
	a.t.Helper()
	for _, dir := range []string{"tmp", "blobs"} {
		check(a.t, filepath.WalkDir(filepath.Join(a.dir, dir), func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				out = append(out, dir+"/"+d.Name())
			}
			return err
		}))
	}
	return out
}

// await polls until ok; the limit is only there so that a failing test ends.
func await(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
