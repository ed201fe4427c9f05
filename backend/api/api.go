package api

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"regioscope/backend/auth"
	"regioscope/backend/core"
	"regioscope/backend/events"
	"regioscope/worker/format/locus"
	"regioscope/worker/format/sheet"
)

const (
	prefix = "/api/v1"
	// jsonLimit bounds JSON bodies; session documents are the largest.
	jsonLimit = 8 << 20
	// jsonTimeout bounds how long a JSON body may take to arrive. Uploads and downloads have no such bound.
	jsonTimeout = time.Minute
)

// Subscriber gives the events of one user; *events.Hub implements it.
type Subscriber interface {
	Subscribe(ctx context.Context, userID int64, lastID string) (<-chan events.Msg, error)
}

// TokenReader knows whom an access token names; *auth.Tokens implements it.
type TokenReader interface {
	Read(token string) (core.Caller, error)
}

// Expecter divides balanced contacts of single bins by what is expected; *tasks.Expected implements it.
type Expecter interface {
	// Divide changes the contacts of rows with cols, row by row, in place; NaN where nothing is expected. The first time for a
	// resolution it sweeps the map.
	Divide(ctx context.Context, d *core.Dataset, a *core.Assembly, bin int64, weight string, divisive bool, values []float64, rows, cols locus.Span) error
}

// Deps is what the API stands on.
type Deps struct {
	Accounts    *core.Accounts
	Assemblies  *core.Assemblies
	Datasets    *core.Datasets
	Collections *core.Collections
	Views       *core.Views
	Runs        *core.Runs
	Results     *core.Results
	Sessions    *core.Sessions
	Sharing     *core.Sharing
	Groups      *core.Groups
	Links       *core.Links
	Trash       *core.Trash
	Genes       *core.Genes
	Metadata    *core.Metadata
	Uploads     *core.Uploads
	Imports     *core.Imports
	Derivations *core.Derivations
	Departures  *core.Departures
	Admin       *core.Admin
	Health      *core.Health
	Garbage     *core.Garbage
	Blobs       core.Blobs
	Expected    Expecter

	Notifications *core.Notifications

	Tokens TokenReader
	Events Subscriber
	Ready  *core.Readiness
	Web    http.Handler // everything outside /api
	Log    *slog.Logger
	// MaxUpload bounds the bytes of one uploaded file.
	MaxUpload int64
	// TrustedProxies are the addresses whose X-Forwarded-For and -Proto are believed.
	TrustedProxies []string
	// SecureCookies marks cookies for TLS even when no proxy says so.
	SecureCookies bool
	// Pulse is how often event streams show that they live; 0 = 5 s.
	Pulse time.Duration
	// Stopping ends event streams, so that a shutdown need not wait for them.
	Stopping <-chan struct{}
}

type server struct {
	Deps
	api huma.API
	// proxies tells whether the peer is a trusted proxy.
	proxies  func(remoteAddr string) bool
	meter    *meter
	tables   *tables
	orders   *orders
	previews *kept[*PreviewOut]
	values   *kept[*sheet.Values]
	sheets   *kept[*sheet.Table]
	readers  chan struct{} // a place in it is the right to read from a map or a track
	sweepers chan struct{} // and in this one, to ask what is expected of a map
}

// New builds the handler of the whole server.
func New(d Deps) (http.Handler, error) {
	h, _, err := build(d)
	return h, err
}

// OpenAPI gives the document that describes the API, indented JSON.
func OpenAPI() ([]byte, error) {
	_, s, err := build(Deps{Log: slog.New(slog.DiscardHandler), Web: http.NotFoundHandler()})
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(s.api.OpenAPI(), "", "  ")
}

func build(d Deps) (http.Handler, *server, error) {
	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.HandleMethodNotAllowed = true
	r.RedirectTrailingSlash = false
	if err := r.SetTrustedProxies(d.TrustedProxies); err != nil {
		return nil, nil, err
	}
	s := &server{Deps: d, proxies: proxyMatcher(d.TrustedProxies), meter: newMeter(), tables: newTables(), orders: newOrders(), previews: newKept[*PreviewOut](64),
		values: newKept[*sheet.Values](keptValues), sheets: newKept[*sheet.Table](keptSheets),
		readers: make(chan struct{}, locusReaders), sweepers: make(chan struct{}, locusSweepers)}
	r.Use(s.observe, s.recover, s.secure)
	r.NoRoute(s.fallback)
	r.NoMethod(func(c *gin.Context) {
		writeProblem(c, newProblem(http.StatusMethodNotAllowed, core.CodeInvalid, "This address does not take "+c.Request.Method+".", nil))
	})
	r.GET("/healthz", func(c *gin.Context) { c.JSON(http.StatusOK, gin.H{"status": "ok"}) })
	r.GET("/readyz", s.ready)
	r.GET("/metrics", s.metrics)

	cfg := huma.DefaultConfig("Regioscope", "1")
	cfg.Info.Description = "3D-genome data through sets of genomic regions."
	cfg.CreateHooks = nil
	cfg.DocsPath = "" // ours needs no script from elsewhere
	cfg.SchemasPath = ""
	cfg.Servers = []*huma.Server{{URL: prefix}}
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"bearer": {Type: "http", Scheme: "bearer", BearerFormat: "JWT"},
	}
	s.api = humagin.NewWithGroup(r, r.Group(prefix, s.authenticate), cfg)
	s.api.UseMiddleware(s.requireCaller)
	r.GET(prefix+"/docs", s.docs)

	s.authRoutes()
	s.assemblyRoutes()
	s.datasetRoutes()
	s.uploadRoutes()
	s.importRoutes()
	s.collectionRoutes()
	s.viewRoutes()
	s.runRoutes()
	s.resultRoutes()
	s.aggregateRoutes()
	s.arrayRoutes()
	s.sessionRoutes()
	s.trashRoutes()
	s.notificationRoutes()
	s.geneRoutes()
	s.locusRoutes()
	s.metadataRoutes()
	s.groupRoutes()
	s.sharingRoutes()
	s.linkRoutes()
	s.authMailRoutes()
	s.accountRoutes()
	s.adminUserRoutes()
	s.adminQueueRoutes()
	s.adminHealthRoutes()
	s.settingRoutes()
	s.streamRoutes()
	return r, s, nil
}

// spec is what differs between operations.
type spec struct {
	id, method, path, summary, tag string
	status                         int
	public                         bool // no access token needed
	adjust                         func(*huma.Operation)
	// form is the body as documented, where the handler reads it itself: a body that huma knows is one that it reads.
	form *huma.RequestBody
}

// route registers one operation. Errors of the handler become problems.
func route[I, O any](s *server, sp spec, handler func(context.Context, *I) (*O, error)) {
	op := huma.Operation{OperationID: sp.id, Method: sp.method, Path: sp.path, Summary: sp.summary, Tags: []string{sp.tag},
		DefaultStatus: sp.status, MaxBodyBytes: jsonLimit, BodyReadTimeout: jsonTimeout, Responses: map[string]*huma.Response{}}
	if !sp.public {
		op.Security = []map[string][]string{{"bearer": {}}}
	}
	if sp.adjust != nil {
		sp.adjust(&op)
	}
	if op.Responses["default"] == nil {
		op.Responses["default"] = &huma.Response{Description: "Problem", Content: map[string]*huma.MediaType{
			"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/Problem"}}}}
	}
	huma.Register(s.api, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := handler(ctx, in)
		if err != nil {
			return nil, problem(ctx, err)
		}
		return out, nil
	})
	if sp.form != nil {
		s.api.OpenAPI().Paths[sp.path].Post.RequestBody = sp.form
	}
}

// list is the form of every list.
type list[T any] struct {
	Items      []T   `json:"items"`
	NextCursor int64 `json:"nextCursor,omitempty" doc:"absent on the last page"`
}

type body[T any] struct{ Body T }

// IDPath is the id in the path.
type IDPath struct {
	ID int64 `path:"id" minimum:"1"`
}

// full makes an empty list a list in JSON, not null.
func full[T any](items []T) []T {
	if items == nil {
		return []T{}
	}
	return items
}

func caller(ctx context.Context) core.Caller { return auth.From(ctx) }
