package api_test

import (
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"os"
	"path/filepath"
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
	raw             *sql.DB
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
	tokens, err := auth.NewTokens(auth.Keyring{signingKey})
	check(t, err)
	a.runs = core.NewRuns(a.db, queue.NewClient(a.redis), a.hub, nil)
	a.web = func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "the pages") }
	a.deps = api.Deps{
		Accounts:   core.NewAccounts(a.db, auth.NewPasswords(), tokens, auth.NewLimiter(a.redis)),
		Assemblies: core.NewAssemblies(a.db), Datasets: core.NewDatasets(a.db, a.volume, a.hub, a.runs), Runs: a.runs,
		Results: core.NewResults(a.db, a.volume, a.runs, tasks.NewExecutor(tasks.Deps{Stores: a.db, Blobs: a.volume, Runs: a.runs, Log: slog.New(slog.DiscardHandler)})), Sessions: core.NewSessions(a.db), Blobs: a.volume, Tokens: tokens,
		Events: a.hub, Ready: core.NewReadiness(core.Need{Name: "database", Check: a.db.Ping}), Log: log, MaxUpload: maxUpload, Stopping: a.stopping,
		Views:   core.NewViews(a.db),
		Sharing: core.NewSharing(a.db, core.NewNotifications(a.db, a.hub, nil)), Groups: core.NewGroups(a.db), Links: core.NewLinks(a.db, nil),
		Trash: core.NewTrash(core.NewDatasets(a.db, a.volume, a.hub, a.runs), nil), Notifications: core.NewNotifications(a.db, a.hub, nil),
		Expected:    &tasks.Expected{Blobs: a.volume, Threads: 2},
		Genes:       core.NewGenes(core.NewAssemblies(a.db), a.volume),
		Collections: core.NewCollections(core.NewDatasets(a.db, a.volume, a.hub, a.runs)),
		Web:         http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { a.web(w, r) }),
	}
	vault, err := auth.NewVault(auth.Keyring{signingKey})
	check(t, err)
	a.deps.Uploads = core.NewUploads(a.db, a.volume, maxUpload, nil)
	a.deps.Metadata = core.NewMetadata(a.deps.Datasets, a.deps.Uploads)
	a.deps.Derivations = core.NewDerivations(a.deps.Datasets, a.runs, a.deps.Uploads)
	a.deps.Imports = core.NewImports(a.db, a.deps.Datasets, a.runs, a.deps.Uploads, a.remote(), vault)
	g := demotest.MustTinySet(t).Assembly
	a.toy = &core.Assembly{Name: g.Name, Chroms: g.Chroms, Arms: g.Arms, Aliases: g.Aliases}
	check(t, a.db.Assemblies().Create(ctx, a.toy))
	a.deps.Departures = core.NewDepartures(a.deps.Accounts, a.deps.Datasets)
	a.deps.Admin = core.NewAdmin(a.db, a.runs, a.deps.Accounts, a.deps.Uploads, a.hub, nil)
	a.deps.Health = core.NewHealth(a.deps.Admin, func(ctx context.Context) (time.Time, error) { return a.redis.Time(ctx).Result() }, a.volume.FreeSpace)
	a.deps.Garbage = core.NewGarbage(a.db, a.volume, a.deps.Trash, "test", nil)
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
	tokens, err := auth.NewTokens(auth.Keyring{signingKey})
	check(a.t, err)
	token, _, err := tokens.Issue(u, 0)
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

// rows is a connection of the test's own to the database.
func (a *app) rows() *sql.DB {
	a.t.Helper()
	if a.raw == nil {
		db, err := sql.Open("sqlite", "file:"+filepath.Join(a.dir, "db")+"?_pragma=busy_timeout(20000)&_pragma=foreign_keys(1)")
		check(a.t, err)
		a.t.Cleanup(func() { db.Close() })
		a.raw = db
	}
	return a.raw
}

// sql changes a row behind the server's back, as another instance, an administrator or time would.
func (a *app) sql(query string, args ...any) {
	a.t.Helper()
	res, err := a.rows().Exec(query, args...)
	check(a.t, err)
	if n, _ := res.RowsAffected(); n == 0 {
		a.t.Fatalf("%s changed nothing", query)
	}
}
