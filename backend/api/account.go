package api

import (
	"context"
	"net/http"

	"regioscope/backend/core"
)

type passwordIn struct {
	Peer
	Body struct {
		Current string `json:"current" maxLength:"1024"`
		Next    string `json:"password" maxLength:"1024" doc:"the new one, at least 8 characters"`
	}
}

type emailIn struct {
	Peer
	Body struct {
		Current string `json:"current" maxLength:"1024" doc:"the password"`
		Email   string `json:"email" maxLength:"255" doc:"empty: none"`
	}
}

// EmailAnswer tells whether a message to the new address waits to be answered.
type EmailAnswer struct {
	Pending bool `json:"pending"`
}

type tokenIn struct{ Body core.TokenWish }

type endSignInsIn struct {
	Keep bool `query:"keep" doc:"stay signed in in this browser"`
}

type leaveIn struct {
	Peer
	Body struct {
		Confirm string `json:"confirm" maxLength:"64" doc:"the user name, typed"`
		Current string `json:"current" maxLength:"1024" doc:"the password"`
	}
}

func (s *server) accountRoutes() {
	const tag = "account"
	route(s, spec{id: "changePassword", method: http.MethodPut, path: "/account/password", summary: "Change the own password; other browsers are signed out", tag: tag, status: http.StatusNoContent},
		func(ctx context.Context, in *passwordIn) (*struct{}, error) {
			return nil, s.Accounts.ChangePassword(ctx, in.client(), caller(ctx), in.Body.Current, in.Body.Next)
		})
	route(s, spec{id: "changeEmail", method: http.MethodPut, path: "/account/email", summary: "Change the own e-mail address", tag: tag},
		func(ctx context.Context, in *emailIn) (*body[EmailAnswer], error) {
			pending, err := s.Accounts.ChangeEmail(ctx, in.client(), caller(ctx), in.Body.Current, in.Body.Email)
			return wrap(&EmailAnswer{pending}, err)
		})
	route(s, spec{id: "getPreferences", method: http.MethodGet, path: "/account/preferences", summary: "How the caller wants pages and pictures to look", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[core.Preferences], error) {
			return wrap(s.Accounts.Preferences(ctx, caller(ctx)))
		})
	route(s, spec{id: "putPreferences", method: http.MethodPut, path: "/account/preferences", summary: "Choose it, for every browser in which one signs in", tag: tag},
		func(ctx context.Context, in *body[core.Preferences]) (*body[core.Preferences], error) {
			return wrap(s.Accounts.SetPreferences(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "listTokens", method: http.MethodGet, path: "/account/tokens", summary: "The own API tokens, newest first, without their secrets", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[list[core.APIToken]], error) {
			return wrapList(s.Accounts.Tokens(ctx, caller(ctx)))
		})
	route(s, spec{id: "createToken", method: http.MethodPost, path: "/account/tokens", summary: "Make an API token", tag: tag, status: http.StatusCreated},
		func(ctx context.Context, in *tokenIn) (*body[core.NewToken], error) {
			return wrap(s.Accounts.CreateToken(ctx, caller(ctx), in.Body))
		})
	route(s, spec{id: "deleteToken", method: http.MethodDelete, path: "/account/tokens/{id}", summary: "Withdraw an API token", tag: tag, status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Accounts.DeleteToken(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "listSignIns", method: http.MethodGet, path: "/account/sign-ins", summary: "The browsers in which the caller is signed in", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[list[core.SignInRow]], error) {
			return wrapList(s.Accounts.SignIns(ctx, caller(ctx)))
		})
	route(s, spec{id: "endSignIn", method: http.MethodDelete, path: "/account/sign-ins/{id}", summary: "Sign one browser out", tag: tag, status: http.StatusNoContent},
		func(ctx context.Context, in *IDPath) (*struct{}, error) {
			return nil, s.Accounts.EndSignIn(ctx, caller(ctx), in.ID)
		})
	route(s, spec{id: "endSignIns", method: http.MethodDelete, path: "/account/sign-ins", summary: "Sign out everywhere", tag: tag, status: http.StatusNoContent},
		func(ctx context.Context, in *endSignInsIn) (*struct{}, error) {
			return nil, s.Accounts.EndSignIns(ctx, caller(ctx), in.Keep)
		})
	route(s, spec{id: "getLeaving", method: http.MethodGet, path: "/account/leaving", summary: "What would be deleted with the own account", tag: tag},
		func(ctx context.Context, _ *struct{}) (*body[core.LeavingCount], error) {
			l, err := s.Departures.Leaving(ctx, caller(ctx))
			if err != nil {
				return nil, err
			}
			return &body[core.LeavingCount]{*l.Count()}, nil
		})
	route(s, spec{id: "exportAccount", method: http.MethodGet, path: "/account/export", summary: "Everything the caller owns, as a zip: descriptions in JSON, and the files", tag: tag, adjust: binaryAnswer("application/zip")}, s.export)
	route(s, spec{id: "leave", method: http.MethodPost, path: "/account/delete", summary: "Delete the own account with everything it owns", tag: tag, status: http.StatusNoContent},
		func(ctx context.Context, in *leaveIn) (*logoutOut, error) {
			if err := s.Departures.Leave(ctx, in.client(), caller(ctx), in.Body.Confirm, in.Body.Current); err != nil {
				return nil, err
			}
			return &logoutOut{Cookie: s.cookie(&in.Peer, "", -1)}, nil
		})
}
