package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"regioscope/backend/core"
)

// refreshCookie holds the rotating refresh token; only the routes below /auth see it.
const refreshCookie = "regioscope_refresh"

type loginBody struct {
	Username string `json:"username" maxLength:"255"`
	Password string `json:"password" maxLength:"1024"`
}

// UserAnswer wraps an account.
type UserAnswer struct {
	User core.User `json:"user"`
}

// SignInAnswer is what login and refresh give; the refresh token travels in a cookie.
type SignInAnswer struct {
	AccessToken string    `json:"accessToken"`
	ExpiresIn   int       `json:"expiresIn" doc:"seconds"`
	User        core.User `json:"user"`
}

type signInOut struct {
	Cookie http.Cookie `header:"Set-Cookie"`
	Body   SignInAnswer
}

// Peer is where a request comes from; requests that use the cookie must come from our own pages.
type Peer struct {
	ip, agent, cookie string
	secure            bool
	foreign           bool
}

// Resolve implements huma.Resolver.
func (p *Peer) Resolve(ctx huma.Context) []error {
	p.read(ctx)
	return nil
}

type registerIn struct {
	Peer
	Body core.SignUp
}

type loginIn struct {
	Peer
	Body loginBody
}

type cookieIn struct{ Peer }

func (s *server) authRoutes() {
	route(s, spec{id: "register", method: http.MethodPost, path: "/auth/register", summary: "Create an account", tag: "auth",
		status: http.StatusCreated, public: true},
		func(ctx context.Context, in *registerIn) (*body[UserAnswer], error) {
			u, err := s.Accounts.Register(ctx, in.client(), in.Body)
			if err != nil {
				return nil, err
			}
			return &body[UserAnswer]{UserAnswer{*u}}, nil
		})
	route(s, spec{id: "login", method: http.MethodPost, path: "/auth/login", summary: "Sign in with a password", tag: "auth", public: true},
		func(ctx context.Context, in *loginIn) (*signInOut, error) {
			if in.foreign {
				return nil, errForeign
			}
			a, err := s.Accounts.Login(ctx, in.client(), in.Body.Username, in.Body.Password)
			return s.signedIn(&in.Peer, a, err)
		})
	route(s, spec{id: "refresh", method: http.MethodPost, path: "/auth/refresh", summary: "Get a new access token for the refresh cookie",
		tag: "auth", public: true},
		func(ctx context.Context, in *cookieIn) (*signInOut, error) {
			if in.foreign {
				return nil, errForeign
			}
			a, err := s.Accounts.Refresh(ctx, in.client(), in.cookie)
			return s.signedIn(&in.Peer, a, err)
		})
	route(s, spec{id: "logout", method: http.MethodPost, path: "/auth/logout", summary: "Sign out", tag: "auth",
		status: http.StatusNoContent, public: true},
		func(ctx context.Context, in *cookieIn) (*logoutOut, error) {
			if in.foreign {
				return nil, errForeign
			}
			if err := s.Accounts.Logout(ctx, in.cookie); err != nil {
				return nil, err
			}
			return &logoutOut{Cookie: s.cookie(&in.Peer, "", -1)}, nil
		})
	route(s, spec{id: "me", method: http.MethodGet, path: "/auth/me", summary: "The account of the caller", tag: "auth"},
		func(ctx context.Context, _ *struct{}) (*body[core.User], error) {
			u, err := s.Accounts.Me(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			return &body[core.User]{*u}, nil
		})
}

type logoutOut struct {
	Cookie http.Cookie `header:"Set-Cookie"`
}

var errForeign = core.Errorf(core.CodeForbidden, "This request comes from another site.")

func (s *server) signedIn(p *Peer, a *core.SignIn, err error) (*signInOut, error) {
	if err != nil {
		return nil, err
	}
	life := int(a.RefreshExpires.Sub(timeNow()).Seconds())
	return &signInOut{
		Cookie: s.cookie(p, a.Refresh, life),
		Body:   SignInAnswer{AccessToken: a.AccessToken, ExpiresIn: int(a.Life.Seconds()), User: a.User},
	}, nil
}

func (s *server) cookie(p *Peer, value string, maxAge int) http.Cookie {
	return http.Cookie{Name: refreshCookie, Value: value, Path: prefix + "/auth", MaxAge: maxAge, HttpOnly: true,
		Secure: p.secure || s.SecureCookies, SameSite: http.SameSiteStrictMode}
}
