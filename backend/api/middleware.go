package api

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"runtime/debug"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	"regioscope/backend/auth"
	"regioscope/backend/core"
)

const keyProxied = "regioscope.proxied"

func requestID(ctx context.Context) string { return core.TrailOf(ctx).Request }

var goodRequestID = regexp.MustCompile(`^[A-Za-z0-9._-]{1,64}$`)

// observe gives the request an id, which nginx may have chosen, and writes one line about it.
func (s *server) observe(c *gin.Context) {
	proxied := s.proxies(c.Request.RemoteAddr)
	c.Set(keyProxied, proxied)
	id := c.GetHeader("X-Request-Id")
	if !goodRequestID.MatchString(id) {
		id = uuid.NewString()
	}
	ctx, parent, end := begin(c.Request.Context(), c, id)
	defer end()
	ctx = core.WithTrail(ctx, core.Trail{Request: id, Trace: parent})
	c.Request = c.Request.WithContext(ctx)
	c.Header("X-Request-Id", id)
	began := time.Now()
	c.Next()
	s.meter.note(c.Request.Method, c.FullPath(), c.Writer.Status(), time.Since(began))
	level := slog.LevelInfo
	if c.Writer.Status() >= 500 {
		level = slog.LevelError
	} else if !strings.HasPrefix(c.Request.URL.Path, prefix) {
		level = slog.LevelDebug
	}
	s.Log.LogAttrs(ctx, level, "request", slog.String("method", c.Request.Method), slog.String("path", loggedPath(c.Request.URL.Path)),
		slog.Int("status", c.Writer.Status()), slog.Duration("took", time.Since(began)), slog.Int("bytes", c.Writer.Size()),
		slog.Int64("user", auth.From(c.Request.Context()).UserID), slog.String("ip", c.ClientIP()))
}

// loggedPath leaves out the secret of a link, which the page of a shared session has in its address.
func loggedPath(path string) string {
	if strings.HasPrefix(path, "/s/") {
		return "/s/…"
	}
	return path
}

// recover answers a panic with a problem, if nothing was sent yet, and logs where it happened.
func (s *server) recover(c *gin.Context) {
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		if r == http.ErrAbortHandler {
			panic(r)
		}
		s.Log.ErrorContext(c.Request.Context(), "panic", "cause", fmt.Sprint(r), "stack", string(debug.Stack()))
		c.Abort()
		if c.Writer.Written() {
			panic(http.ErrAbortHandler) // half an answer must not look like a whole one
		}
		writeProblem(c, newProblem(http.StatusInternalServerError, core.CodeInternal,
			"Something went wrong on the server. The log has the cause, under request "+requestID(c.Request.Context())+".", nil))
	}()
	c.Next()
}

// The SPA brings all its scripts, styles and fonts along. Vuetify writes style elements at run time, hence unsafe-inline
// for styles; pictures are canvases and blobs.
const csp = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
	"font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; " +
	"frame-ancestors 'none'; form-action 'self'"

func (s *server) secure(c *gin.Context) {
	h := c.Writer.Header()
	h.Set("Content-Security-Policy", csp)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
	if secureRequest(c) {
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
	if strings.HasPrefix(c.Request.URL.Path, prefix) {
		h.Set("Cache-Control", "no-store") // arrays set their own
	}
	c.Next()
}

// authenticate reads the access token, if there is one. A token that is not valid is refused on every route, so that a
// client never goes on as nobody without noticing. The account is looked up for every request, so that what an
// administrator changes counts at once. Routes under /auth take no token.
func (s *server) authenticate(c *gin.Context) {
	header := c.GetHeader("Authorization")
	open := strings.HasPrefix(c.Request.URL.Path, prefix+"/auth/") && !strings.HasSuffix(c.Request.URL.Path, "/me")
	if open {
		c.Next()
		return
	}
	who, err := s.identify(c, header)
	if err != nil {
		c.Header("WWW-Authenticate", `Bearer error="invalid_token"`)
		writeProblem(c, problem(c.Request.Context(), err))
		return
	}
	c.Request = c.Request.WithContext(auth.With(c.Request.Context(), who))
	if s.openLink(c) {
		c.Next()
	}
}

// identify reads the header Authorization: an access token, an API token, or a name and a password.
func (s *server) identify(c *gin.Context, header string) (core.Caller, error) {
	ctx := c.Request.Context()
	if header == "" {
		return s.Accounts.Visitor(), nil
	}
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	switch {
	case strings.EqualFold(scheme, "Bearer") && core.IsAPIToken(token):
		return s.Accounts.TokenCaller(ctx, token)
	case strings.EqualFold(scheme, "Bearer"):
		who, err := s.Tokens.Read(token)
		if err != nil {
			return who, err
		}
		return s.Accounts.Caller(ctx, who.UserID, who.SignIn)
	case strings.EqualFold(scheme, "Basic"):
		if name, password, ok := c.Request.BasicAuth(); ok {
			return s.Accounts.BasicCaller(ctx, core.Client{IP: c.ClientIP(), Agent: c.Request.UserAgent()}, name, password)
		}
	}
	return core.Caller{}, core.Errorf(core.CodeUnauthorized, "The header Authorization must be the word Bearer and a token, or Basic with a name and a password.")
}

// readOperations change nothing, although they are no GET.
var readOperations = map[string]bool{"aggregateResult": true, "previewDerivation": true}

// requireCaller guards every operation that declares security.
func (s *server) requireCaller(ctx huma.Context, next func(huma.Context)) {
	who := auth.From(ctx.Context())
	if linked := who.Link != nil && linkOperations[ctx.Operation().OperationID]; !linked && who.UserID == 0 && len(ctx.Operation().Security) > 0 {
		ctx.SetHeader("WWW-Authenticate", "Bearer")
		say := "Please sign in."
		if who.Link != nil {
			say = "This link is for looking only. Sign in with an account to do more."
		}
		writeProblem(humagin.Unwrap(ctx), newProblem(http.StatusUnauthorized, core.CodeUnauthorized, say, nil))
		return
	}
	if op := ctx.Operation(); len(op.Security) > 0 && op.Method != http.MethodGet && !readOperations[op.OperationID] {
		if err := who.MayWrite(); err != nil {
			writeProblem(humagin.Unwrap(ctx), problem(ctx.Context(), err))
			return
		}
	}
	next(ctx)
}

func (s *server) fallback(c *gin.Context) {
	if strings.HasPrefix(c.Request.URL.Path, "/api/") {
		writeProblem(c, newProblem(http.StatusNotFound, core.CodeNotFound, "There is no such address in the API.", nil))
		return
	}
	c.Status(http.StatusOK) // gin has set 404 for a route it does not know; the web handler decides
	s.Web.ServeHTTP(c.Writer, c.Request)
}

// writeProblem answers outside of huma and ends the chain.
func writeProblem(c *gin.Context, p *Problem) {
	c.Header("Content-Type", "application/problem+json")
	c.AbortWithStatusJSON(p.Status, p)
}
